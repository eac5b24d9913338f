/** A complainant judges how it was handled, by number and code: three taps and, if it is not well, why not. */
import { useEffect, useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { CallbackAnswer } from '../../domain/callbackAnswer.ts';
import type { QueryOutput } from '../../domain/api.ts';
import {
  satisfactionLabels,
  solvedLabels,
  type Satisfaction,
  type Solved,
} from '../../domain/callbackShape.ts';
import { ask, newId } from '../client.ts';
import { paths } from '../paths.ts';
import { showMoment } from '../words.ts';
import { sendCallback } from './citizenClient.ts';
import { CitizenFrame, useCitizenDistrict } from './CitizenFrame.tsx';
import { CodeForm, type Coded } from './CodeForm.tsx';
import { lastReceipt, receiptIn } from './receipt.ts';

type Asked = QueryOutput<'callbackAsked'>;

export default function CallbackByCode() {
  const district = useCitizenDistrict();
  const [linked] = useState(() => receiptIn(globalThis.location.hash));
  const [coded, setCoded] = useState<Coded>(linked ?? lastReceipt() ?? { number: '', code: '' });
  const [isSent, setSent] = useState(false);
  const look = useMutation({
    mutationFn: (input: Coded) => ask('callbackAsked', district, input),
  });
  const { mutate } = look;
  useEffect(() => {
    if (!linked) return;
    mutate(linked);
    // The code stays neither in the address bar nor in the history of a borrowed phone.
    globalThis.history.replaceState(globalThis.history.state, '', globalThis.location.pathname);
  }, [linked, mutate]);
  if (isSent) return <Thanks />;
  if (look.data?.state === 'waiting')
    return <Questions asked={look.data} coded={coded} onSent={() => setSent(true)} />;
  const submit = (input: Coded) => {
    setCoded(input);
    look.mutate(input);
  };
  return (
    <CitizenFrame title="评价办理结果" back={paths.citizenFollow(district)}>
      <p className="citizen-lead">
        办结以后，请您评价：联系过没有、解决没有、满意不满意。只点三下。
      </p>
      <CodeForm value={coded} isBusy={look.isPending} label="下一步" onSubmit={submit} />
      {look.error ? (
        <p className="field-note field-note-bad" role="alert">
          {look.error.message}
        </p>
      ) : null}
      {look.data ? (
        <p className="field-note field-note-wait" role="status">
          {look.data.state === 'answered'
            ? '这次办结您已经评价过，谢谢您。'
            : '现在没有需要您评价的事项。办结后一段时间内可以评价。'}
        </p>
      ) : null}
    </CitizenFrame>
  );
}

function Thanks() {
  const district = useCitizenDistrict();
  return (
    <CitizenFrame title="评价已收到" back={paths.citizenFollow(district)}>
      <section className="field-note field-note-good" role="status">
        <strong>谢谢您的评价</strong>
        <p>您说没有解决的，会按规定重新办理，或由值班长复核。办理进度仍可凭编号和查询码查看。</p>
      </section>
    </CitizenFrame>
  );
}

interface Draft {
  isContacted: boolean | null;
  solved: Solved | null;
  satisfaction: Satisfaction | null;
  why: string;
}

const empty: Draft = { isContacted: null, solved: null, satisfaction: null, why: '' };

const missingOf = ({ isContacted, solved, satisfaction }: Draft): string | null => {
  if (isContacted === null) return '请选择：有没有人联系过您';
  if (solved === null) return '请选择：问题解决了吗';
  return satisfaction === null ? '请选择：您满意吗' : null;
};

/** Something is not well: why not is asked, and may be left out. */
const isUnwell = ({ solved, satisfaction, isContacted }: Draft): boolean =>
  isContacted === false ||
  (solved !== null && solved !== 'yes') ||
  satisfaction === 'fair' ||
  satisfaction === 'dissatisfied';

function answerOf({ isContacted, solved, satisfaction, why }: Draft): CallbackAnswer | null {
  if (isContacted === null || solved === null || satisfaction === null) return null;
  const said = why.trim();
  return { isContacted, solved, satisfaction, ...(said ? { why: said } : {}) };
}

function Questions({ asked, coded, onSent }: { asked: Asked; coded: Coded; onSent: () => void }) {
  const district = useCitizenDistrict();
  const [draft, setDraft] = useState<Draft>(empty);
  const [requestId] = useState(newId);
  const send = useMutation({
    mutationFn: (answer: CallbackAnswer) => sendCallback(district, { requestId, ...coded, answer }),
    onSuccess: onSent,
  });
  const answer = answerOf(draft);
  const missing = missingOf(draft);
  const change = (part: Partial<Draft>) => setDraft((old) => ({ ...old, ...part }));
  return (
    <CitizenFrame
      title="评价办理结果"
      back={paths.citizenFollow(district)}
      foot={
        <>
          {missing ? <p className="field-quiet">{missing}</p> : null}
          <button
            type="button"
            className="field-button field-button-main"
            disabled={answer === null || send.isPending}
            onClick={() => answer && send.mutate(answer)}
          >
            {send.isPending ? '正在送出……' : '送出评价'}
          </button>
        </>
      }
    >
      <section className="field-card" aria-label="您反映的问题">
        <p className="field-quiet">
          编号 {asked.number}
          {asked.closedAt ? ` · ${showMoment(asked.closedAt)} 办结` : ''}
        </p>
        <p className="field-words">{asked.content}</p>
        {asked.answer ? <p className="field-words field-quiet">答复：{asked.answer}</p> : null}
      </section>
      <Choice
        title="有没有人联系过您？"
        value={draft.isContacted === null ? null : draft.isContacted ? 'yes' : 'no'}
        options={[
          { value: 'yes', label: '联系过', tone: 'good' },
          { value: 'no', label: '没有联系', tone: 'bad' },
        ]}
        onChange={(value) => change({ isContacted: value === 'yes' })}
      />
      <Choice
        title="问题解决了吗？"
        value={draft.solved}
        options={[
          { value: 'yes', label: solvedLabels.yes, tone: 'good' },
          { value: 'partly', label: solvedLabels.partly, tone: 'wait' },
          { value: 'no', label: solvedLabels.no, tone: 'bad' },
        ]}
        onChange={(solved) => change({ solved })}
      />
      <Choice
        title="您满意吗？"
        value={draft.satisfaction}
        options={[
          { value: 'satisfied', label: satisfactionLabels.satisfied, tone: 'good' },
          {
            value: 'basicallySatisfied',
            label: satisfactionLabels.basicallySatisfied,
            tone: 'good',
          },
          { value: 'fair', label: satisfactionLabels.fair, tone: 'wait' },
          { value: 'dissatisfied', label: satisfactionLabels.dissatisfied, tone: 'bad' },
        ]}
        onChange={(satisfaction) => change({ satisfaction })}
      />
      {isUnwell(draft) ? (
        <section className="field-card">
          <h2>
            哪里没有办好 <small>可不填</small>
          </h2>
          <textarea
            className="field-input"
            aria-label="哪里没有办好"
            placeholder="例如：清理过，第二天又堆上了。请不要写姓名、电话。"
            maxLength={1000}
            value={draft.why}
            onChange={({ target }) => change({ why: target.value })}
          />
        </section>
      ) : null}
      {send.error ? (
        <p className="field-note field-note-bad" role="alert">
          {send.error.message}
        </p>
      ) : null}
      <p className="field-quiet">不用登录，不登记您的姓名和电话。每次办结只能评价一次。</p>
    </CitizenFrame>
  );
}

interface ChoiceProps<T extends string> {
  title: string;
  value: T | null;
  options: readonly { value: T; label: string; tone: 'good' | 'wait' | 'bad' }[];
  onChange: (value: T) => void;
}

/** One question with its answers as large buttons. */
function Choice<T extends string>({ title, value, options, onChange }: ChoiceProps<T>) {
  const columns = options.length === 3 ? 'field-verdict field-verdict-three' : 'field-verdict';
  return (
    <section className="field-card">
      <h2>{title}</h2>
      <div className={columns} role="group" aria-label={title}>
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            data-tone={option.tone}
            aria-pressed={value === option.value}
            onClick={() => onChange(option.value)}
          >
            {option.label}
          </button>
        ))}
      </div>
    </section>
  );
}
