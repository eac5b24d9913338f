/** Issue item: an issue as a line of a list, and the clocks that explain its deadlines. */
import type { Asked } from '../../domain/action.ts';
import type { ClockView, IssueItem, OpenAction } from '../../domain/views.ts';
import {
  ClockName,
  clockLabels,
  clockOfStatus,
  currentDue,
  isOverdue,
  issueNumberText,
  type Issue,
} from '../../domain/issueShape.ts';
import type { Derivation } from '../../domain/derivation.ts';
import { nextStage } from '../../domain/issueClock.ts';
import { deadlineSentence } from '../../domain/timeLimit.ts';
import type { MasterData } from '../masterData.ts';
import { likeliest, openActions } from '../openActions.ts';
import { areaName, personName, unitName } from './names.ts';

/** What this actor may do with an issue; pushing is offered only where there is a grid platform. */
export const issueActions = (issue: Issue, master: MasterData, asked: Asked): OpenAction[] => {
  const hasPlatform = master.subscriptions.some(
    ({ push, status }) => push !== null && status === 'active',
  );
  return openActions('issue', issue, asked).filter(
    ({ noun }) => noun !== 'platformCase' || hasPlatform,
  );
};

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
    open: likeliest(issueActions(issue, master, asked)),
  };
}

/** The clocks an issue has had, each with how its moment came about; a held clock does not run. */
export function issueClocks(issue: Issue, now: string, master: MasterData): ClockView[] {
  return ClockName.options.flatMap((clock) => [
    ...(clock === 'rectify' ? stageClocks(issue, now, master) : []),
    ...ownClock(issue, clock, now, master),
  ]);
}

const basisWords = ({ basis, calendarIds }: Derivation, master: MasterData): string =>
  [basis, master.calendarWords(calendarIds)].filter(Boolean).join('；');

/** One row for each stage on the way; only the next one runs. */
function stageClocks(issue: Issue, now: string, master: MasterData): ClockView[] {
  const next = nextStage(issue);
  return issue.milestones.map((stage, n) => {
    const isRunning = !issue.isHeld && issue.status === 'claimed' && stage === next;
    return {
      clock: `stage${n + 1}`,
      label: `阶段“${stage.name}”`,
      due: stage.due,
      isRunning,
      isOverdue:
        stage.reachedAt === null ? isRunning && stage.due < now : stage.reachedAt > stage.due,
      isProvisional: stage.derivation.isProvisional,
      reachedAt: stage.reachedAt,
      sentence: deadlineSentence(stage.derivation, stage.derivation.start),
      basis: basisWords(stage.derivation, master),
    };
  });
}

function ownClock(issue: Issue, clock: ClockName, now: string, master: MasterData): ClockView[] {
  const derivation = issue.clocks[clock];
  if (!derivation) return [];
  const due = issue[`${clock}Due`];
  const isStage = clock === 'rectify' && nextStage(issue) !== undefined;
  const isRunning = !issue.isHeld && clockOfStatus[issue.status] === clock && !isStage;
  return [
    {
      clock,
      label: clockLabels[clock],
      due,
      isRunning,
      isOverdue: isRunning && due !== null && due < now,
      isProvisional: derivation.isProvisional,
      reachedAt: null,
      sentence: deadlineSentence(derivation, derivation.start),
      basis: basisWords(derivation, master),
    },
  ];
}
