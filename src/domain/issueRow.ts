/**
 * What the rows of an issue share: the typed row maker, the roles, and the refusal that keeps one unit's
 * work out of another's hands.
 */
import { actionOf, type Asked } from './action.ts';
import type { Role } from './access.ts';
import type { Issue } from './issueShape.ts';
import { refusal, type Refusal } from './refused.ts';

export const act = actionOf<Issue>();
export const desk: readonly Role[] = ['desk', 'shiftLeader'];
export const handlers: readonly Role[] = ['unitHead', 'officer'];

/** Handling belongs to the lead unit (or a unit above it); an assisting unit has its own part. */
export const notYourUnit = (issue: Issue, { actor }: Asked): Refusal | undefined =>
  issue.unitId && actor.unitIds.includes(issue.unitId)
    ? undefined
    : refusal('notYourUnit', '只有主办单位可以办理，协办单位请办理本单位的协办任务');

/** Lead and assisting units together, without repeats: the units that see the issue. */
export const partyOf = (unitId: string | null, assistUnitIds: readonly string[]): string[] => [
  ...new Set([...(unitId ? [unitId] : []), ...assistUnitIds]),
];
