/** Following a report by number and code: how far it has come, and the answer. */
import { useState, type FormEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { QueryOutput } from '../../domain/api.ts';
import { ask } from '../client.ts';
import { paths } from '../paths.ts';
import { showMoment } from '../words.ts';
import { cleanCode } from './citizenClient.ts';
import { CitizenFrame, useCitizenDistrict } from './CitizenFrame.tsx';
import { lastReceipt } from './receipt.ts';

type Followed = QueryOutput<'follow'>;

/** Stages as a citizen sees them, and how far each status has come. */
const stages = ['已收到', '核实受理', '办理', '答复'];

const standing: Record<Followed['status'], { stage: number; words: string }> = {
  submitted: { stage: 0, words: '已收到，等待受理。' },
  confirming: { stage: 1, words: '正在派人到现场核实。' },
  joined: { stage: 2, words: '已立案，正在办理。' },
  selfHandled: { stage: 3, words: '已在现场处置。' },
  answered: { stage: 3, words: '已办结并答复。' },
  declined: { stage: 3, words: '未予立案，理由见下。' },
  withdrawn: { stage: 3, words: '这件反映已撤回。' },
};

export default function CitizenFollow() {
  const district = useCitizenDistrict();
  const [number, setNumber] = useState(() => lastReceipt()?.number ?? '');
  const [code, setCode] = useState(() => lastReceipt()?.code ?? '');
  const follow = useMutation({
    mutationFn: (input: { number: string; code: string }) => ask('follow', district, input),
  });
  const cleanNumber = number.replace(/\s/g, '');
  const problem = /^\d{14}$/.test(cleanNumber)
    ? cleanCode(code).length >= 6
      ? null
      : '请填写查询码'
    : '编号为 14 位数字';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!problem) follow.mutate({ number: cleanNumber, code: cleanCode(code) });
  };
  return (
    <CitizenFrame title="查办理进度" back={paths.citizen(district)}>
      <form className="field-card" onSubmit={submit}>
        <label className="citizen-ask">
          <span className="field-label">编号</span>
          <input
            className="field-input citizen-typed"
            inputMode="numeric"
            autoComplete="off"
            placeholder="14 位数字"
            maxLength={20}
            value={number}
            onChange={({ target }) => setNumber(target.value)}
          />
        </label>
        <label className="citizen-ask">
          <span className="field-label">查询码</span>
          <input
            className="field-input citizen-typed"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            placeholder="10 位，不分大小写"
            maxLength={20}
            value={code}
            onChange={({ target }) => setCode(target.value)}
          />
        </label>
        {problem && (number || code) ? <p className="field-quiet">{problem}</p> : null}
        <button
          type="submit"
          className="field-button field-button-main"
          disabled={problem !== null || follow.isPending}
        >
          {follow.isPending ? '正在查询……' : '查询'}
        </button>
      </form>
      {follow.error ? (
        <p className="field-note field-note-bad" role="alert">
          {follow.error.message}
        </p>
      ) : null}
      {follow.data ? <Progress followed={follow.data} /> : null}
    </CitizenFrame>
  );
}

function Progress({
  followed: { number, status, submittedAt, content, steps, answer },
}: {
  followed: Followed;
}) {
  const { stage, words } = standing[status];
  return (
    <>
      <section className="field-card" aria-label="办理进度" role="status">
        <p className="field-quiet">
          编号 {number} · {showMoment(submittedAt)} 提交
        </p>
        <ol className="citizen-stages">
          {stages.map((name, index) => (
            <li
              key={name}
              data-reached={index <= stage}
              aria-current={index === stage ? 'step' : undefined}
            >
              {name}
            </li>
          ))}
        </ol>
        <p>
          <strong>{words}</strong>
        </p>
        <p className="field-words field-quiet">{content}</p>
      </section>
      {answer ? (
        <section className="field-note field-note-good" aria-label="答复">
          <strong>答复</strong>
          <p className="field-words">{answer}</p>
        </section>
      ) : null}
      <section className="field-card" aria-label="办理经过">
        <h2>办理经过</h2>
        <ol className="field-steps">
          {steps.map(({ at, words: step }) => (
            <li key={`${at}${step}`}>
              {step}
              <time dateTime={at}>{showMoment(at)}</time>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
