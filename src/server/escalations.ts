/** Escalations 超时升级: what the system says of a clock that ran out, the same for sweeps and simulated time. */
import type { Approval } from '../domain/approval.ts';
import type { Assist } from '../domain/assist.ts';
import { missedDue, nextEscalation } from '../domain/issueClock.ts';
import { clockOfStatus, type Issue } from '../domain/issueShape.ts';
import type { Moment } from '../domain/moment.ts';
import { clockOfReportStatus, type Report } from '../domain/reportShape.ts';

/** The input of `escalate` for a level of an issue's running clock; undefined when none runs. */
export function issueEscalation(
  issue: Issue,
  level: number,
  at: Moment,
  now: Moment,
): Record<string, unknown> | undefined {
  const clock = clockOfStatus[issue.status];
  if (!clock) return undefined;
  const next = nextEscalation(issue, level);
  const { due, stage } = missedDue(issue, clock, level);
  const isLast = next === null || next > now;
  return { clock, level, due: due ?? at, isLast, ...(stage === null ? {} : { stage }) };
}

/** The input of `escalate` for a report. */
export function reportEscalation(report: Report): Record<string, unknown> {
  const clock = clockOfReportStatus[report.status] ?? 'accept';
  return { clock, due: report[`${clock}Due`] ?? report.escalateAt };
}

/** The input of `escalate` for an assist or an approval. */
export const partEscalation = ({ due }: Assist | Approval): Record<string, unknown> => ({ due });
