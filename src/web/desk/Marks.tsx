/** Marks 标记: status, flags and clocks in the few colors of the house. */
import type { ReactNode } from 'react';
import type { ClockView, IssueItem, ReportItem } from '../../domain/views.ts';
import { urgencyLabels } from '../../domain/channel.ts';
import { clockLabels, issueStatusLabels } from '../../domain/issueShape.ts';
import { reportStatusLabels } from '../../domain/reportShape.ts';
import { showDue, showMoment } from '../words.ts';

const Mark = ({
  tone,
  children,
}: {
  tone: 'go' | 'wait' | 'late' | 'done' | 'off' | '';
  children: ReactNode;
}) => <span className={`mark mark-${tone}`}>{children}</span>;

const issueTones = {
  accepted: 'wait',
  dispatched: 'wait',
  claimed: 'go',
  rectified: 'wait',
  verifying: 'go',
  passed: 'wait',
  closed: 'done',
  void: 'off',
} as const;

const reportTones = {
  submitted: 'wait',
  confirming: 'go',
  joined: 'go',
  selfHandled: 'done',
  declined: 'off',
  withdrawn: 'off',
  answered: 'done',
} as const;

export const IssueStatusMark = ({ status }: Pick<IssueItem, 'status'>) => (
  <Mark tone={issueTones[status]}>{issueStatusLabels[status]}</Mark>
);

/** The status; of a closed issue's report that it still waits for its answer. */
export const ReportStatusMark = ({ status, open }: Pick<ReportItem, 'status' | 'open'>) =>
  status === 'joined' && open.includes('answer') ? (
    <Mark tone="wait">待答复</Mark>
  ) : (
    <Mark tone={reportTones[status]}>{reportStatusLabels[status]}</Mark>
  );

/** What is unusual about an issue: urgent, held, rework, recurrence, several reports. */
export const IssueFlags = ({ item }: { item: IssueItem }) => (
  <span className="marks">
    {item.isUrgent && <Mark tone="late">紧急</Mark>}
    {item.isHeld && <Mark tone="off">挂账</Mark>}
    {item.attempt > 1 && <Mark tone="wait">第 {item.attempt} 轮</Mark>}
    {item.recurring && <Mark tone="late">反弹</Mark>}
    {item.reportCount > 1 && <Mark tone="">{item.reportCount} 件来件</Mark>}
  </span>
);

export const ReportFlags = ({ item }: { item: ReportItem }) => (
  <span className="marks">
    {item.urgency !== 'ordinary' && (
      <Mark tone={item.urgency === 'complex' ? '' : 'late'}>{urgencyLabels[item.urgency]}</Mark>
    )}
    {item.isHistoric && <Mark tone="off">补录</Mark>}
  </span>
);

interface DueProps {
  due: string | null;
  isOverdue: boolean;
  now: string;
  label?: string;
}

/** What is left of a clock, red when it has run out. */
export function Due({ due, isOverdue, now, label }: DueProps) {
  if (!due) return <span className="soft">—</span>;
  const isLate = isOverdue || due < now;
  return (
    <span className={isLate ? 'late' : undefined} title={showMoment(due, now)}>
      {label && <span className="soft">{label} </span>}
      {showDue(due, now)}
    </span>
  );
}

const reportClocks = { accept: '受理', confirm: '核实', answer: '答复' } as const;

export const IssueDue = ({ item, now }: { item: IssueItem; now: string }) =>
  item.isHeld ? (
    <span className="soft">时限暂停</span>
  ) : (
    <Due
      due={item.due}
      isOverdue={item.isOverdue}
      now={now}
      {...(item.clock ? { label: clockLabels[item.clock] } : {})}
    />
  );

export const ReportDue = ({ item, now }: { item: ReportItem; now: string }) => (
  <Due
    due={item.due}
    isOverdue={item.isOverdue}
    now={now}
    {...(item.clock ? { label: reportClocks[item.clock] } : {})}
  />
);

/** All clocks of a record, each with how its moment came about. */
export function Clocks({ clocks, now }: { clocks: readonly ClockView[]; now: string }) {
  if (clocks.length === 0) return <p className="soft">没有在走的时限</p>;
  return clocks.map((clock) => (
    <div key={clock.clock} className="clock-row">
      <div className="clock-head">
        <span>
          {clock.label}
          {clock.isProvisional && <span className="mark mark-wait"> 待节假日公布</span>}
        </span>
        <span className="number">
          {clock.due ? showMoment(clock.due, now) : <span className="soft">已停</span>}
          {clock.reachedAt && (
            <span className={clock.isOverdue ? 'mark mark-late' : 'mark mark-done'}>
              {showMoment(clock.reachedAt, now)} 完成{clock.isOverdue && '，超期'}
            </span>
          )}
          {clock.isRunning && (
            <>
              {' · '}
              <Due due={clock.due} isOverdue={clock.isOverdue} now={now} />
            </>
          )}
        </span>
      </div>
      <div className="clock-why">{clock.sentence}</div>
      {clock.basis && <div className="clock-why">依据：{clock.basis}</div>}
    </div>
  ));
}

/** Standards from memory or of our own design carry 待核 until an officer confirms them. */
export const UnvouchedMark = () => (
  <span className="mark mark-wait" title="标准原文未核对，请以正式文本为准">
    待核
  </span>
);
