/** The link by which a complainant judges the closed matter: number and code are in it, nothing is to be typed. */
import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { paths } from '../paths.ts';
import { useCitizenDistrict } from './CitizenFrame.tsx';
import { copyWords } from './copyWords.ts';
import { receiptHash, type Receipt } from './receipt.ts';

/** The whole address, to be copied or sent. */
export const callbackAddress = (district: string, receipt: Receipt): string =>
  `${globalThis.location.origin}${paths.citizenCallback(district)}#${receiptHash(receipt)}`;

export function CallbackLink({ receipt }: { receipt: Receipt }) {
  const district = useCitizenDistrict();
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = () => void copyWords(callbackAddress(district, receipt)).then(setCopied);
  return (
    <section className="field-card" aria-label="评价链接">
      <h2>办结后请您评价</h2>
      <p className="field-quiet">
        打开评价链接，不用再填编号和查询码。链接里有查询码，请自己保存，不要发给他人。
      </p>
      <div className="field-pair">
        <Link
          className="field-button"
          to={paths.citizenCallback(district)}
          hash={receiptHash(receipt)}
        >
          打开评价链接
        </Link>
        <button type="button" className="field-button" onClick={copy}>
          {copied ? '已复制' : '复制评价链接'}
        </button>
      </div>
      {copied === false ? (
        <p className="field-quiet" role="status">
          浏览器不允许复制，请长按“打开评价链接”复制。
        </p>
      ) : null}
    </section>
  );
}
