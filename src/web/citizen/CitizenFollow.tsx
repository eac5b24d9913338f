/** Following a report by number and code: how far it has come, and the answer. */
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { QueryOutput } from '../../domain/api.ts';
import { ask } from '../client.ts';
import { paths } from '../paths.ts';
import { showMoment } from '../words.ts';
import { CallbackLink } from './CallbackLink.tsx';
import { CitizenFrame, useCitizenDistrict } from './CitizenFrame.tsx';
import { CodeForm, type Coded } from './CodeForm.tsx';
import { keepReceipt, lastReceipt, receiptHash } from './receipt.ts';

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
  const follow = useMutation({
    mutationFn: (input: Coded) => ask('follow', district, input),
    onSuccess: (_followed, input) => keepReceipt(input),
  });
  return (
    <CitizenFrame title="查办理进度" back={paths.citizen(district)}>
      <CodeForm
        value={lastReceipt() ?? { number: '', code: '' }}
        isBusy={follow.isPending}
        label="查询"
        onSubmit={(input) => follow.mutate(input)}
      />
      {follow.error ? (
        <p className="field-note field-note-bad" role="alert">
          {follow.error.message}
        </p>
      ) : null}
      {follow.isSuccess && follow.data.callback === 'waiting' ? (
        <section className="field-note field-note-wait">
          <strong>已办结，请您评价</strong>
          <p>有没有人联系过您、问题解决没有、满意不满意，只点三下。</p>
          <Link
            className="field-button field-button-main"
            to={paths.citizenCallback(district)}
            hash={receiptHash(follow.variables)}
          >
            去评价
          </Link>
        </section>
      ) : null}
      {follow.data ? <Progress followed={follow.data} /> : null}
      {follow.isSuccess && follow.data.callback !== 'answered' ? (
        <CallbackLink receipt={follow.variables} />
      ) : null}
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
