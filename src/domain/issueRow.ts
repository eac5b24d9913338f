/**
 * What the rows of an issue share: the typed row maker, the roles, and the refusal that keeps one unit's
 * work out of another's hands.
 */
import { actionOf, type Asked } from './action.ts';
import type { Role } from './access.ts';
import type { Issue } from './issueShape.ts';
import type { Moment } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';
import { remaining } from './timeLimit.ts';
import { verifiesIn, verifierRefusal } from './verifier.ts';

export const act = actionOf<Issue>();
export const desk: readonly Role[] = ['desk', 'shiftLeader'];
export const handlers: readonly Role[] = ['unitHead', 'officer'];

/** Handling belongs to the lead unit (or a unit above it); an assisting unit has its own part. */
export const notYourUnit = (issue: Issue, { actor }: Asked): Refusal | undefined =>
  issue.unitId && actor.unitIds.includes(issue.unitId)
    ? undefined
    : refusal('notYourUnit', '只有主办单位可以办理，协办单位请办理本单位的协办任务');

/** Once an officer is named, the unit's other officers leave it to that one. */
export const notYourOfficer = (issue: Issue, { actor }: Asked): Refusal | undefined =>
  actor.role === 'officer' && issue.officerId && issue.officerId !== actor.personId
    ? refusal('notOfficer', '已指派其他经办人，请由经办人或单位负责人办理')
    : undefined;

/** Lead and assisting units together, without repeats: the units that see the issue. */
export const partyOf = (unitId: string | null, assistUnitIds: readonly string[]): string[] => [
  ...new Set([...(unitId ? [unitId] : []), ...assistUnitIds]),
];

/**
 * Everything that dispatching and handling set, as before. Sending back and extending are counted anew in
 * a reopened case, because another unit may have it and its limit is new; `holdCount` is not here, because
 * a case is held once (domain b.2 挂账).
 */
export const notDispatched = {
  unitId: null,
  officerPostId: null,
  officerId: null,
  verifyPostId: null,
  verifierId: null,
  verifyAreaCode: null,
  dispatchedAt: null,
  claimedAt: null,
  rectifiedAt: null,
  deviceRectifiedAt: null,
  countedRectifiedAt: null,
  verifiedAt: null,
  claimDue: null,
  rectifyDue: null,
  verifyDue: null,
  remainingMinutes: null,
  milestones: [],
  milestoneDue: null,
  claimEscalations: [],
  returnCount: 0,
  extensionCount: 0,
} satisfies Partial<Issue>;

/** A new issue before anything is known of it. */
export const emptyIssue = {
  ...notDispatched,
  attempt: 1,
  assistUnitIds: [],
  partyUnitIds: [],
  openAssistCount: 0,
  actedIds: [],
  pendingConsents: [],
  reportCount: 1,
  photoCount: 0,
  mergedCount: 0,
  holdCount: 0,
  appealCount: 0,
  isHeld: false,
  holdKind: null,
  holdUntil: null,
  isForced: false,
  isExempt: false,
  mergedInto: null,
  beforeMerge: null,
  works: [],
  closedAt: null,
} satisfies Partial<Issue>;

/** Verifying belongs to the person named (or who stands in under that post), else to whoever may verify in the street asked. */
export function notYourVerification(
  issue: Issue,
  actor: Parameters<typeof notYourUnit>[1]['actor'],
) {
  const isNamed = issue.verifierId === actor.personId || issue.verifyPostId === actor.postId;
  if (issue.verifierId && !isNamed) {
    return refusal('notYourTask', '这件复查任务交给了他人');
  }
  if (!issue.verifierId && !verifiesIn(issue, actor)) {
    return refusal('notYourArea', '这件复查由其他街道承担，请由该街道的网格员或测评员复查');
  }
  return verifierRefusal(issue, {
    personId: actor.personId,
    line: actor.line,
    handlingPaths: actor.posts.filter((p) => p.line === 'handling').map((p) => p.unitPath),
  });
}

/** No clock runs any more, and nothing is held. */
export const stopped = {
  deskDue: null,
  claimDue: null,
  verifyDue: null,
  escalateAt: null,
  isHeld: false,
  holdKind: null,
  holdUntil: null,
} satisfies Partial<Issue>;

/** Minutes left on the handling clock, null when it has not begun. */
export const minutesLeft = (
  issue: Issue,
  now: Moment,
  calendar: Parameters<typeof remaining>[3],
): number | null =>
  issue.rectifyDue ? remaining(now, issue.rectifyDue, issue.timeLimit.unit, calendar) : null;
