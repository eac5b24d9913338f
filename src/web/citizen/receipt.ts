/** Receipts 回执: number and code of what was reported while the pages are open; never in storage. */
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
