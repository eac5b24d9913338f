/** Moved deadlines 时限前后对比: which clocks of a record a calendar would count anew, before and after. */
import type { Approval } from '../../domain/approval.ts';
import { approvalKindLabels } from '../../domain/approval.ts';
import type { Assist } from '../../domain/assist.ts';
import type { Derivation } from '../../domain/derivation.ts';
import type { Facts } from '../../domain/facts.ts';
import { ClockName, clockLabels, issueNumberText, type Issue } from '../../domain/issueShape.ts';
import type { Moment } from '../../domain/moment.ts';
import { ReportClock, reportClockLabels, type Report } from '../../domain/reportShape.ts';
import type { MovedDeadline } from '../../domain/standardsApi.ts';
import { recomputed, type ProvisionalNoun } from '../provisional.ts';
import type { AnyRecord } from '../statement.ts';

type Clock = Pick<MovedDeadline, 'clock' | 'before' | 'after' | 'isProvisional'>;
interface Clocks {
  name: string;
  issueId: string | null;
  clocks: Clock[];
}

const clockOf = (
  clock: string,
  before: Moment | null,
  after: Moment | null,
  old: Derivation | null | undefined,
  derivation: Derivation | null | undefined,
): Clock[] =>
  before && after && derivation && derivation !== old
    ? [{ clock, before, after, isProvisional: derivation.isProvisional }]
    : [];

function issueClocks(issue: Issue, next: Issue): Clocks {
  return {
    name: issueNumberText(issue),
    issueId: issue.id,
    clocks: [
      ...ClockName.options.flatMap((clock) =>
        clockOf(
          clockLabels[clock],
          issue[`${clock}Due`],
          next[`${clock}Due`],
          issue.clocks[clock],
          next.clocks[clock],
        ),
      ),
      ...issue.milestones.flatMap((each, n) => {
        const after = next.milestones[n] ?? each;
        return clockOf(
          `阶段“${each.name}”`,
          each.due,
          after.due,
          each.derivation,
          after.derivation,
        );
      }),
    ],
  };
}

const reportClocks = (report: Report, next: Report): Clocks => ({
  name: `来件 ${report.number}`,
  issueId: report.issueId,
  clocks: ReportClock.options.flatMap((clock) =>
    clockOf(
      reportClockLabels[clock],
      report[`${clock}Due`],
      next[`${clock}Due`],
      report.clocks[clock],
      next.clocks[clock],
    ),
  ),
});

function partClocks(noun: 'assist' | 'approval', record: AnyRecord, next: AnyRecord): Clocks {
  const [before, after] = [record, next].map((each) => each as unknown as Assist & Approval);
  const name = noun === 'assist' ? `协办：${before?.task.slice(0, 20)}` : '';
  const kind = noun === 'approval' && before ? `${approvalKindLabels[before.kind]}审批` : '';
  return {
    name: name || kind,
    issueId: before?.issueId ?? null,
    clocks: clockOf(
      noun === 'assist' ? '协办' : '审批',
      before?.due ?? null,
      after?.due ?? null,
      before?.clock,
      after?.clock,
    ),
  };
}

/** The clocks of a record that the calendar of `facts` counts anew; empty when it changes none. */
export function movedDeadlines(
  noun: ProvisionalNoun,
  record: AnyRecord,
  now: Moment,
  facts: Pick<Facts, 'calendar' | 'settings'>,
): MovedDeadline[] {
  const changes = recomputed(noun, record, now, facts);
  if (Object.keys(changes).length === 0) return [];
  const next = { ...record, ...changes } as AnyRecord;
  const found =
    noun === 'issue'
      ? issueClocks(record as unknown as Issue, next as unknown as Issue)
      : noun === 'report'
        ? reportClocks(record as unknown as Report, next as unknown as Report)
        : partClocks(noun, record, next);
  const { name, issueId, clocks } = found;
  return clocks.map((clock) => ({ noun, id: record.id, issueId, name, ...clock }));
}
