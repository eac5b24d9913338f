/**
 * Report item: a report as a line of a list, its clocks, and the report without what nobody may see. The
 * complainant never leaves here; only `revealed` opens it.
 */
import type { Asked } from '../../domain/action.ts';
import type { QueryOutput } from '../../domain/api.ts';
import type { ClockView, ReportItem } from '../../domain/views.ts';
import type { Moment } from '../../domain/moment.ts';
import {
  clockOfReportStatus,
  reportClockLabels,
  type Report,
  type ReportClock,
} from '../../domain/reportShape.ts';
import { deadlineSentence } from '../../domain/timeLimit.ts';
import type { MasterData } from '../masterData.ts';
import { likeliest, openActions } from '../openActions.ts';
import { areaName } from './names.ts';

const dueOf = (report: Report, clock: ReportClock): Moment | null => report[`${clock}Due`];

/** The clock that runs now: 受理, then 核实, then 答复. */
function running(report: Report): { clock: ReportClock; due: Moment } | null {
  const clock = clockOfReportStatus[report.status];
  const due = clock ? dueOf(report, clock) : null;
  return clock && due ? { clock, due } : null;
}

/** A line of the report list, with what this actor may do next. */
export function reportItem(report: Report, master: MasterData, asked: Asked): ReportItem {
  const { categoryCode, senderCode } = report;
  const now = running(report);
  return {
    id: report.id,
    version: report.version,
    number: report.number,
    status: report.status,
    channel: report.channel,
    urgency: report.urgency,
    kind: report.kind,
    content: report.content,
    address: report.address,
    areaCode: report.areaCode,
    areaName: areaName(master, report.areaCode),
    categoryCode,
    categoryName: categoryCode
      ? (master.category(categoryCode, asked.now)?.name ?? categoryCode)
      : null,
    senderName: senderCode ? (master.senders.get(senderCode)?.name ?? senderCode) : null,
    outsideNumber: report.outsideNumber,
    photoCount: report.photoCount,
    isHistoric: report.isHistoric,
    issueId: report.issueId,
    submittedAt: report.submittedAt,
    claimedAt: report.claimedAt,
    clock: now?.clock ?? null,
    due: now?.due ?? null,
    isOverdue: now !== null && now.due < asked.now,
    open: likeliest(openActions('report', report, asked)),
  };
}

/** The report without complainant and query code; `hasComplainant` says whether there is one to reveal. */
export function shownReport(report: Report): QueryOutput<'reportView'>['report'] {
  const {
    complainantName: name,
    complainantPhone: phone,
    complainantEmail: email,
    followHash: _hash,
    ...shown
  } = report;
  return { ...shown, hasComplainant: !report.isAnonymized && (name ?? phone ?? email) !== null };
}

/** The clocks a report has had, each with how its moment came about. */
export function reportClocks(report: Report, now: Moment): ClockView[] {
  const current = running(report);
  return (['accept', 'confirm', 'answer'] as const).flatMap((clock) => {
    const due = dueOf(report, clock);
    const derivation = report.clocks[clock];
    if (!due || !derivation) return [];
    const isRunning = current?.clock === clock;
    return [
      {
        clock,
        label: reportClockLabels[clock],
        due,
        isRunning,
        isOverdue: isRunning && due < now,
        isProvisional: derivation.isProvisional,
        reachedAt: null,
        sentence: deadlineSentence(derivation, derivation.start),
        basis: derivation.basis,
      },
    ];
  });
}
