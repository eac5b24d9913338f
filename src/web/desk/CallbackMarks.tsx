/** Call-back marks 回访标记: status, result and attempts in the few colors of the house; results on other pages. */
import type { CallbackItem, CallbackMark } from '../../domain/callbackApi.ts';
import {
  callbackStatusLabels,
  callbackWayLabels,
  invalidReasonLabels,
  satisfactionLabels,
  solvedLabels,
} from '../../domain/callbackShape.ts';
import { paths } from '../paths.ts';
import { showMoment } from '../words.ts';
import { Link } from '../ui/Link.tsx';

const tones = {
  waiting: 'wait',
  answered: 'done',
  contested: 'late',
  invalid: 'off',
  canceled: 'off',
} as const;

const solvedTones = { yes: 'done', partly: 'wait', no: 'late' } as const;

export const CallbackStatusMark = ({ status }: Pick<CallbackItem, 'status'>) => (
  <span className={`mark mark-${tones[status]}`}>{callbackStatusLabels[status]}</span>
);

/** What the complainant said; why it is not valid; nothing while it waits. */
export function CallbackResult({ item }: { item: CallbackMark }) {
  const { isContacted, solved, satisfaction, way, invalidReason } = item;
  return (
    <span className="marks">
      {invalidReason && <span className="mark mark-off">{invalidReasonLabels[invalidReason]}</span>}
      {solved && satisfaction && isContacted !== null && (
        <>
          <span className={`mark mark-${isContacted ? 'done' : 'late'}`}>
            {isContacted ? '已联系' : '未联系'}
          </span>
          <span className={`mark mark-${solvedTones[solved]}`}>{solvedLabels[solved]}</span>
          <span className={`mark mark-${satisfaction === 'dissatisfied' ? 'late' : 'done'}`}>
            {satisfactionLabels[satisfaction]}
          </span>
          {way && <span className="soft">{callbackWayLabels[way]}</span>}
        </>
      )}
    </span>
  );
}

/** The call-backs of a report or an issue, each with its result; nothing when there are none. */
export const CallbackRows = ({
  callbacks,
  now,
}: {
  callbacks: readonly CallbackItem[];
  now: string;
}) => (
  <ul className="cards" aria-label="回访">
    {callbacks.map((item) => (
      <li key={item.id} className="card">
        <div className="row-card-head">
          <Link href={paths.callback(item.id)}>{item.reportNumber}</Link>
          <CallbackStatusMark status={item.status} />
          <CallbackResult item={item} />
        </div>
        <div className="cell-sub">
          {item.closedAt ? `${showMoment(item.closedAt, now)} 结案` : '市热线回访'}
          {item.why ? `　${item.why}` : ''}
          {item.opinion ? `　复核：${item.opinion}` : ''}
        </div>
      </li>
    ))}
  </ul>
);
