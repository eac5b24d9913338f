/**
 * The shape of an Issue 案件: its columns, statuses and derived words. What may happen to it is in
 * `issue.ts`. Sources: domain reference a.4–a.6, b.2; architecture “The pure domain”.
 */
import { z } from 'zod';
import { Channel, channelLetters, Urgency } from './channel.ts';
import { Derivation } from './derivation.ts';
import { Moment, type Moment as MomentType } from './moment.ts';
import { TimeLimit } from './timeLimit.ts';
import { keptFields } from './versioned.ts';

export const IssueStatus = [
  'accepted',
  'dispatched',
  'claimed',
  'rectified',
  'verifying',
  'passed',
  'closed',
  'void',
] as const;

export const issueStatusLabels: Record<(typeof IssueStatus)[number], string> = {
  accepted: '待派单',
  dispatched: '待领办',
  claimed: '整改中',
  rectified: '待送核',
  verifying: '复查中',
  passed: '待结案',
  closed: '已结案',
  void: '已作废',
};

/** The clock that runs in each status: its owner is who can take the way out. */
export const ClockName = z.enum(['desk', 'claim', 'rectify', 'verify']);
export type ClockName = z.infer<typeof ClockName>;

export const clockLabels: Record<ClockName, string> = {
  desk: '专席办理',
  claim: '领办',
  rectify: '整改',
  verify: '复查',
};

export const clockOfStatus: Partial<Record<(typeof IssueStatus)[number], ClockName>> = {
  accepted: 'desk',
  dispatched: 'claim',
  claimed: 'rectify',
  rectified: 'desk',
  verifying: 'verify',
  passed: 'desk',
};

/** One of several limits on the way 阶段时限: reached by the unit with proof; `minutesLeft` while it stands still. */
const Milestone = z.object({
  name: z.string(),
  limit: TimeLimit,
  due: Moment,
  reachedAt: Moment.nullable(),
  minutesLeft: z.number().int().nullable(),
  derivation: Derivation,
});
export type Milestone = z.infer<typeof Milestone>;

const BeforeMerge = z.object({
  status: z.enum(IssueStatus),
  at: Moment,
  rectifyMinutes: z.number().nullable(),
  reportCount: z.number().int(),
});

export const Issue = z.object({
  ...keptFields(IssueStatus),
  number: z.string().regex(/^\d{19}$/),
  channel: Channel,
  urgency: Urgency,
  attempt: z.number().int(),
  categoryId: z.uuid(),
  categoryCode: z.string(),
  conditionNo: z.number().int(),
  timeLimit: TimeLimit,
  /** The grade of the area at acceptance, by which the limit was chosen. */
  grade: z.string().nullable(),
  description: z.string(),
  address: z.string().nullable(),
  areaCode: z.string(),
  siteId: z.uuid().nullable(),
  lng: z.number().nullable(),
  lat: z.number().nullable(),
  unitId: z.uuid().nullable(),
  /** The unit that owns the matter, named by the desk or the joint meeting; else the site's. */
  ownerUnitId: z.uuid().nullable(),
  /** What the duty matrix suggested at the last dispatch, by which row. */
  suggestedUnitId: z.uuid().nullable(),
  dutyRuleId: z.uuid().nullable(),
  isOverruled: z.boolean(),
  isOwnerless: z.boolean(),
  assistUnitIds: z.array(z.uuid()),
  partyUnitIds: z.array(z.uuid()),
  openAssistCount: z.number().int(),
  officerPostId: z.uuid().nullable(),
  officerId: z.uuid().nullable(),
  verifyPostId: z.uuid().nullable(),
  verifierId: z.uuid().nullable(),
  verifyAreaCode: z.string().nullable(),
  actedIds: z.array(z.uuid()),
  pendingConsents: z.array(z.string()),
  reportCount: z.number().int(),
  photoCount: z.number().int(),
  returnCount: z.number().int(),
  extensionCount: z.number().int(),
  holdCount: z.number().int(),
  mergedCount: z.number().int(),
  appealCount: z.number().int(),
  isUrgent: z.boolean(),
  isDayAndNight: z.boolean(),
  isHeld: z.boolean(),
  holdKind: z.enum(['longTerm', 'short']).nullable(),
  holdUntil: Moment.nullable(),
  isForced: z.boolean(),
  isExempt: z.boolean(),
  recurring: z.boolean(),
  recurrenceOf: z.uuid().nullable(),
  mergedInto: z.uuid().nullable(),
  beforeMerge: BeforeMerge.nullable(),
  works: z.array(z.object({ code: z.string(), quantity: z.number() })),
  acceptedAt: Moment,
  dispatchedAt: Moment.nullable(),
  claimedAt: Moment.nullable(),
  rectifiedAt: Moment.nullable(),
  deviceRectifiedAt: Moment.nullable(),
  countedRectifiedAt: Moment.nullable(),
  verifiedAt: Moment.nullable(),
  closedAt: Moment.nullable(),
  deskDue: Moment.nullable(),
  claimDue: Moment.nullable(),
  rectifyDue: Moment.nullable(),
  verifyDue: Moment.nullable(),
  milestones: z.array(Milestone),
  /** Due of the first stage not reached. */
  milestoneDue: Moment.nullable(),
  remainingMinutes: z.number().nullable(),
  claimEscalations: z.array(Moment),
  escalateAt: Moment.nullable(),
  escalationLevel: z.number().int(),
  clocks: z.partialRecord(ClockName, Derivation),
});
export type Issue = z.infer<typeof Issue>;

export const openStatuses = [
  'accepted',
  'dispatched',
  'claimed',
  'rectified',
  'verifying',
  'passed',
] as const satisfies Issue['status'][];

/** The number as people see it: the first report's channel letter, then the 19 digits (domain a.6). */
export const issueNumberText = (issue: Pick<Issue, 'number' | 'channel'>): string =>
  channelLetters[issue.channel] + issue.number;

/** Due of a clock; handling is due at its next stage first. */
export const dueOf = (issue: Issue, clock: ClockName): MomentType | null =>
  clock === 'rectify' ? (issue.milestoneDue ?? issue.rectifyDue) : issue[`${clock}Due`];

/** The due moment of the clock that runs now; none when held, merged, closed or void. */
export function currentDue(issue: Issue): MomentType | null {
  if (issue.isHeld) return null;
  const clock = clockOfStatus[issue.status];
  return clock ? dueOf(issue, clock) : null;
}

/** Overdue is computed, never stored: the running clock's moment has passed. */
export function isOverdue(issue: Issue, now: MomentType): boolean {
  const due = currentDue(issue);
  return due !== null && due < now;
}
