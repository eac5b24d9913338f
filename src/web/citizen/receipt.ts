/**
 * Receipts 回执: number and code of what was reported while the pages are open; never in storage. In a link they stand
 * behind `#`, which no browser sends, so that no log of a server or proxy has the code.
 */
import { cleanCode } from './citizenClient.ts';

export interface Receipt {
  number: string;
  code: string;
}

let last: Receipt | null = null;

export function keepReceipt(receipt: Receipt): void {
  last = receipt;
}

/** The latest receipt of this visit, to fill in the follow page. */
export const lastReceipt = (): Receipt | null => last;

/** 'number=20261009000001&code=ABCDEFGHJK', to stand behind the `#` of a link. */
export const receiptHash = ({ number, code }: Receipt): string =>
  new URLSearchParams({ number, code }).toString();

/** The receipt in the part of an address from its `#` on; null when there is none or it is cut off. */
export function receiptIn(hash: string): Receipt | null {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const number = fields.get('number') ?? '';
  const code = cleanCode(fields.get('code') ?? '');
  return /^\d{14}$/.test(number) && /^[0-9A-Z]{6,20}$/.test(code) ? { number, code } : null;
}
