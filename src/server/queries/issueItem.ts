/** Issue item: an issue as a line of a list, and the clocks that explain its deadlines. */
import type { Asked } from '../../domain/action.ts';
import type { ClockView, IssueItem } from '../../domain/views.ts';
import {
  ClockName,
  clockLabels,
  clockOfStatus,
  currentDue,
  isOverdue,
  issueNumberText,
  type Issue,
} from '../../domain/issueShape.ts';
import { deadlineSentence } from '../../domain/timeLimit.ts';
import type { MasterData } from '../masterData.ts';
import { likeliest, openActions } from '../openActions.ts';
import { areaName, personName, unitName } from './names.ts';

/** A line of the ledger, with what this actor may do next. */
export function issueItem(issue: Issue, master: MasterData, asked: Asked): IssueItem {
  const { categoryId, categoryCode, isHeld, status } = issue;
  return {
    id: issue.id,
    version: issue.version,
    number: issueNumberText(issue),
    status,
    channel: issue.channel,
    urgency: issue.urgency,
    categoryCode,
    categoryName: master.categories.get(categoryId)?.name ?? categoryCode,
    description: issue.description,
    address: issue.address,
    areaCode: issue.areaCode,
    areaName: areaName(master, issue.areaCode),
    unitName: unitName(master, issue.unitId),
    officerName: personName(master, issue.officerId),
    attempt: issue.attempt,
    reportCount: issue.reportCount,
    photoCount: issue.photoCount,
    isUrgent: issue.isUrgent,
    isHeld,
    recurring: issue.recurring,
    acceptedAt: issue.acceptedAt,
    clock: isHeld ? null : (clockOfStatus[status] ?? null),
    due: currentDue(issue),
    isOverdue: isOverdue(issue, asked.now),
    open: likeliest(openActions('issue', issue, asked)),
  };
}

/** The clocks an issue has had, each with how its moment came about; a held clock does not run. */
export function issueClocks(issue: Issue, now: string, master: MasterData): ClockView[] {
  return ClockName.options.flatMap((clock) => {
    const derivation = issue.clocks[clock];
    if (!derivation) return [];
    const due = issue[`${clock}Due`];
    const isRunning = !issue.isHeld && clockOfStatus[issue.status] === clock;
    return [
      {
        clock,
        label: clockLabels[clock],
        due,
        isRunning,
        isOverdue: isRunning && due !== null && due < now,
        isProvisional: derivation.isProvisional,
        sentence: deadlineSentence(derivation, derivation.start),
        basis: [derivation.basis, master.calendarWords(derivation.calendarIds)]
          .filter(Boolean)
          .join('；'),
      },
    ];
  });
}
