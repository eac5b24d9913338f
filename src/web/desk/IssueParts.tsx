/** What hangs on an issue: its reports, assists and approvals, each with its own buttons. */
import type { QueryOutput } from '../../domain/api.ts';
import type { EventView, IssueItem, OpenAction, ReportItem } from '../../domain/views.ts';
import { approvalKindLabels, approvalStatusLabels } from '../../domain/approval.ts';
import { assistStatusLabels } from '../../domain/assist.ts';
import { channelLabels } from '../../domain/channel.ts';
import { issueStatusLabels, openStatuses } from '../../domain/issueShape.ts';
import { getRow } from '../../domain/nouns.ts';
import { report } from '../../domain/report.ts';
import { paths } from '../paths.ts';
import { showMoment } from '../words.ts';
import { Link } from '../ui/Link.tsx';
import { ReasonButton } from '../ui/ReasonButton.tsx';
import { Due, ReportDue, ReportStatusMark } from './Marks.tsx';

type OnAct = (chosen: { open: OpenAction; recordId: string; seen: number }) => void;

interface RecordButtonsProps {
  record: { id: string; version: number };
  actions: readonly OpenAction[];
  onAct: OnAct;
  /** None of them is the page's next step. */
  isQuiet?: boolean;
}

/** The buttons of one record of a list. */
export const RecordButtons = ({ record, actions, onAct, isQuiet = false }: RecordButtonsProps) => (
  <div className="buttons">
    {actions.map((open) => (
      <ReasonButton
        key={`${open.noun}.${open.action}`}
        label={open.label}
        reason={open.refusal?.message ?? null}
        isPrimary={!isQuiet && open === actions.find(({ refusal }) => refusal === null)}
        onClick={() => onAct({ open, recordId: record.id, seen: record.version })}
      />
    ))}
  </div>
);

/** Why a report cannot leave this issue; null: it can. */
export function leaveReason({ status, reportCount }: IssueItem): string | null {
  if (!(openStatuses as readonly string[]).includes(status))
    return `案件现在是“${issueStatusLabels[status]}”，不能撤出来件`;
  return reportCount > 1 ? null : '案件至少保留一件来件；如不应立案请作废';
}

/** Row names open to this actor, as actions of the report itself. */
export const reportActions = (item: ReportItem, issue: IssueItem): OpenAction[] =>
  item.open
    .filter((action) => ['answer', 'leave'].includes(action))
    .map((action) => ({
      noun: 'report',
      action,
      label: getRow(report, action).label,
      id: item.id,
      as: null,
      refusal: action === 'leave' ? refusalOf(leaveReason(issue)) : null,
    }));

const refusalOf = (message: string | null) =>
  message === null ? null : { code: 'lastReport', message };

/** What the unit, the verifier or the desk said last, where it decides the next step. */
export function LastWords({ events }: { events: readonly EventView[] }) {
  const turns = ['dispatch', 'sendBack', 'rectify', 'pass', 'fail', 'reopen'];
  const [last] = events
    .filter(({ noun, action }) => noun === 'issue' && turns.includes(action))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  if (!last || last.action === 'dispatch') return null;
  const isBad = ['sendBack', 'fail', 'reopen'].includes(last.action);
  return (
    <p className={isBad ? 'outcome outcome-bad' : 'outcome'}>
      {last.sentence}
      <span className="soft">
        （{[...new Set([last.actorName, last.unitName])].filter(Boolean).join(' · ')}）
      </span>
    </p>
  );
}

export const ReportRows = ({
  reports,
  issue,
  now,
  onAct,
}: {
  reports: readonly ReportItem[];
  issue: IssueItem;
  now: string;
  onAct: OnAct;
}) =>
  reports.map((item) => (
    <div key={item.id} className="row-card">
      <div className="row-card-head">
        <Link href={paths.report(item.id)}>{item.number}</Link>
        <span className="soft">{channelLabels[item.channel]}</span>
        <ReportStatusMark {...item} />
        <span className="soft">{showMoment(item.submittedAt, now)}</span>
        {item.due && <ReportDue item={item} now={now} />}
      </div>
      <div className="cell-two">{item.content}</div>
      <RecordButtons
        record={item}
        actions={reportActions(item, issue)}
        onAct={onAct}
        isQuiet={!item.open.includes('answer')}
      />
    </div>
  ));

type Assists = QueryOutput<'issueView'>['assists'];

export const AssistRows = ({
  assists,
  now,
  onAct,
}: {
  assists: Assists;
  now: string;
  onAct: OnAct;
}) =>
  assists.map((assist) => (
    <div key={assist.id} className="row-card">
      <div className="row-card-head">
        <strong>{assist.unitName}</strong>
        <span className="mark">{assistStatusLabels[assist.status]}</span>
        {assist.doneAt === null && <Due due={assist.due} isOverdue={false} now={now} />}
      </div>
      <div>{assist.task}</div>
      {assist.result && <div className="soft">完成情况：{assist.result}</div>}
      {(assist.status === 'asked' || assist.status === 'claimed') && (
        <RecordButtons record={assist} actions={assist.actions} onAct={onAct} />
      )}
    </div>
  ));

type Approvals = QueryOutput<'issueView'>['approvals'];

export const ApprovalRows = ({
  approvals,
  now,
  onAct,
}: {
  approvals: Approvals;
  now: string;
  onAct: OnAct;
}) =>
  approvals.map((approval) => (
    <div key={approval.id} className="row-card">
      <div className="row-card-head">
        <strong>申请{approvalKindLabels[approval.kind]}</strong>
        <span className="mark">{approvalStatusLabels[approval.status]}</span>
        <span className="soft">
          {approval.askerName} · {showMoment(approval.askedAt, now)}
        </span>
        {approval.status === 'asked' && <Due due={approval.due} isOverdue={false} now={now} />}
      </div>
      <div>{approval.reason}</div>
      {typeof approval.payload.until === 'string' && (
        <div className="soft">截止日：{approval.payload.until}</div>
      )}
      {approval.deciderName && (
        <div className="soft">
          {approval.deciderName}：{approval.opinion ?? approvalStatusLabels[approval.status]}（
          {showMoment(approval.decidedAt, now)}）
        </div>
      )}
      <RecordButtons record={approval} actions={approval.actions} onAct={onAct} />
    </div>
  ));
