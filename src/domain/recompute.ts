/**
 * Recompute 重算时限: a deadline counted on a year not yet announced (待节假日公布) is counted again once the
 * notice is loaded, by an event of its own; what is final, finished or standing still is left as it is.
 * Sources: architecture “Calendar”; issue 4-5.
 */
import { z } from 'zod';
import type { Kept, Row } from './action.ts';
import { recounted, type Derivation } from './derivation.ts';
import type { Facts } from './facts.ts';
import { claimLevels, nextEscalation } from './issueClock.ts';
import { clockOfStatus, dueOf, type ClockName, type Issue } from './issueShape.ts';
import type { Moment } from './moment.ts';
import { refusal } from './refused.ts';
import { reminderAt } from './reportClock.ts';
import { clockOfReportStatus, ReportClock, type Report } from './reportShape.ts';

type Clocked = Pick<Facts, 'calendar' | 'settings'>;

/** What changes in a record when its provisional deadlines are counted again; empty when nothing does. */
export type Recomputed<N> = (record: N, now: Moment, facts: Clocked) => Partial<N>;

/** The clocks of an issue that still count: the running one, and handling from dispatch on. */
function liveClocks({ status, isHeld }: Issue): ClockName[] {
  const running = isHeld ? undefined : clockOfStatus[status];
  if (!running) return [];
  return status === 'dispatched' ? [running, 'rectify'] : [running];
}

/** An issue's deadlines and stages; the levels of a clock begin again when it is no longer overdue. */
export const recomputedIssue: Recomputed<Issue> = (issue, now, facts) => {
  const live = liveClocks(issue);
  const changed: Partial<Issue> = {};
  const clocks = { ...issue.clocks };
  for (const clock of live) {
    const found = recounted(issue.clocks[clock], issue[`${clock}Due`], facts);
    if (!found) continue;
    clocks[clock] = found.derivation;
    changed[`${clock}Due`] = found.due;
    if (clock === 'claim') changed.claimEscalations = claimLevels(issue, found.due, facts);
  }
  let isStageMoved = false;
  const milestones = issue.milestones.map((each) => {
    const found =
      live.includes('rectify') && each.reachedAt === null
        ? recounted(each.derivation, each.due, facts)
        : undefined;
    isStageMoved ||= found !== undefined;
    return found ? { ...each, ...found } : each;
  });
  if (isStageMoved) {
    changed.milestones = milestones;
    changed.milestoneDue = milestones.find(({ reachedAt }) => reachedAt === null)?.due ?? null;
  }
  if (Object.keys(changed).length === 0) return {};
  const next: Issue = { ...issue, ...changed, clocks };
  const running = live[0] ?? 'desk';
  const due = dueOf(next, running);
  const isAhead = due !== dueOf(issue, running) && due !== null && due > now;
  const escalationLevel = isAhead ? 0 : issue.escalationLevel;
  const escalateAt = nextEscalation(next, escalationLevel);
  return { ...changed, clocks, escalationLevel, escalateAt };
};

/** A report's deadlines; it is reminded again of one that moved into the future. */
export const recomputedReport: Recomputed<Report> = (report, now, facts) => {
  const changed: Partial<Report> = {};
  const clocks = { ...report.clocks };
  for (const clock of ReportClock.options) {
    const found = recounted(report.clocks[clock], report[`${clock}Due`], facts);
    if (!found) continue;
    clocks[clock] = found.derivation;
    changed[`${clock}Due`] = found.due;
  }
  const running = clockOfReportStatus[report.status];
  if (Object.keys(changed).length === 0) return {};
  const due = running && changed[`${running}Due`];
  if (!running || !due || due === report[`${running}Due`]) return { ...changed, clocks };
  const isAgain = report.escalatedClock === running && due > now;
  const escalatedClock = isAgain ? null : report.escalatedClock;
  const escalateAt = reminderAt({ ...report, ...changed, escalatedClock }, report.status);
  return { ...changed, clocks, escalatedClock, escalateAt };
};

interface OneClock {
  due: Moment;
  clock: Derivation | null;
  escalateAt: Moment | null;
}

/** The one deadline of an assist or an approval. */
export function recomputedPart(record: OneClock, now: Moment, facts: Clocked): Partial<OneClock> {
  const found = recounted(record.clock ?? undefined, record.due, facts);
  if (!found) return {};
  const { due, derivation: clock } = found;
  return { due, clock, escalateAt: record.escalateAt === null && due <= now ? null : due };
}

/** The `recompute` row of a noun with deadlines. */
export const recomputeRow = <N extends Kept>(
  from: readonly N['status'][],
  recomputed: Recomputed<N>,
): Row<N, Record<string, never>, 'calendar' | 'settings'> => ({
  label: '重算时限',
  sentence: '节假日安排公布，重算待定的时限',
  source: '节假日公布前的时限先按周一至周五计，公布后重算（architecture Calendar；issue 4-5）',
  by: ['system'],
  from,
  isNeutral: true,
  input: z.strictObject({}) as unknown as z.ZodType<Record<string, never>>,
  needs: ['calendar', 'settings'],
  check: (record, _input, { now, facts }) =>
    Object.keys(recomputed(record, now, facts)).length === 0
      ? refusal('nothingToRecompute', '没有需要重算的时限')
      : undefined,
  changes: (record, _input, { now, facts }) => recomputed(record, now, facts),
});
