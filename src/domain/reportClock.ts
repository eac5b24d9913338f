/**
 * Clocks of a report 来件时限: 受理, 核实 and 答复, each with how it came about, and when the next reminder
 * is due. Sources: domain reference c.1 (accept, feedback), b.1 (核实任务).
 */
import { urgencyLabels } from './channel.ts';
import { deadlineOf, derive } from './derivation.ts';
import type { Facts } from './facts.ts';
import type { Moment } from './moment.ts';
import {
  clockOfReportStatus,
  reportClockLabels,
  type Report,
  type ReportClock,
} from './reportShape.ts';
import { timeLimitText, type TimeLimit } from './timeLimit.ts';

type Clocked = Pick<Facts, 'calendar' | 'settings'>;

/** One clock from now: its due moment, and the derivations kept with the new one among them. */
export function reportClock(
  report: Pick<Report, 'clocks' | 'urgency'>,
  clock: ReportClock,
  now: Moment,
  limit: TimeLimit,
  facts: Clocked,
): { due: Moment; clocks: Report['clocks'] } {
  const counted = { from: now, legs: [limit] };
  const deadline = deadlineOf(counted, facts);
  const basis = `${urgencyLabels[report.urgency]}事项的${reportClockLabels[clock]}时限`;
  const start = clock === 'confirm' ? '要求核实' : '上报';
  return {
    due: deadline.due,
    clocks: {
      ...report.clocks,
      [clock]: derive(start, deadline, timeLimitText(limit), basis, counted),
    },
  };
}

/**
 * When the clock of a status asks for its reminder; null when the status has none or it was given. A
 * moment already past is reminded of at the next sweep, so no road through the statuses loses one.
 */
export function reminderAt(report: Report, status: Report['status']): Moment | null {
  const clock = clockOfReportStatus[status];
  return clock && report.escalatedClock !== clock ? report[`${clock}Due`] : null;
}
