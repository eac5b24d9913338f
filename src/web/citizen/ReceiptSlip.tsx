/** The receipt: number and follow code, big, to copy, print or write down. */
import { useEffect, useState } from 'react';
import { Link } from '@tanstack/react-router';
import { paths } from '../paths.ts';
import { showMoment } from '../words.ts';
import { callbackAddress, CallbackLink } from './CallbackLink.tsx';
import { spacedCode } from './citizenClient.ts';
import { CitizenFrame, useCitizenDistrict, useCitizenForm } from './CitizenFrame.tsx';
import { copyWords } from './copyWords.ts';
import { keepReceipt } from './receipt.ts';

export function ReceiptSlip({
  number,
  code,
  onNext,
}: {
  number: string;
  code: string;
  onNext: () => void;
}) {
  const district = useCitizenDistrict();
  const form = useCitizenForm();
  const [copied, setCopied] = useState<boolean | null>(null);
  const [at] = useState(() => new Date().toISOString());
  const address = `${globalThis.location.origin}${paths.citizenFollow(district)}`;
  const words = [
    `编号 ${number}`,
    `查询码 ${code}`,
    `查进度 ${address}`,
    `办结后评价 ${callbackAddress(district, { number, code })}`,
  ].join('\n');
  useEffect(() => keepReceipt({ number, code }), [number, code]);
  return (
    <CitizenFrame
      title="已收到，谢谢您"
      foot={
        <Link className="field-button field-button-main" to={paths.citizenFollow(district)}>
          查看办理进度
        </Link>
      }
    >
      <section className="field-card citizen-slip" aria-label="回执">
        <h2>{form.data?.districtName}问题反映回执</h2>
        <dl>
          <dt>编号</dt>
          <dd className="citizen-big">{number}</dd>
          <dt>查询码</dt>
          <dd className="citizen-big citizen-code">{spacedCode(code)}</dd>
          <dt>提交时间</dt>
          <dd>{showMoment(at)}</dd>
          <dt>查询网址</dt>
          <dd>{address}</dd>
        </dl>
        <p className="field-note field-note-wait">
          请保存好查询码。它只在这里出现一次，丢失后无法找回，不要告诉他人。
        </p>
      </section>
      <div className="field-pair">
        <button
          type="button"
          className="field-button"
          onClick={() => void copyWords(words).then(setCopied)}
        >
          {copied ? '已复制' : '复制'}
        </button>
        <button type="button" className="field-button" onClick={() => globalThis.print()}>
          打印回执
        </button>
      </div>
      <p className="field-quiet" role="status">
        {copied === false ? '浏览器不允许复制，请抄写或截屏保存。' : ''}
      </p>
      <CallbackLink receipt={{ number, code }} />
      <button type="button" className="field-button field-button-plain" onClick={onNext}>
        再反映一件
      </button>
    </CitizenFrame>
  );
}
