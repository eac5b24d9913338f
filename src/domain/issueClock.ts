/**
 * Clocks of an issue 时钟: what each step's due moment is, how it explains itself, and when the next
 * level of escalation is reached. Sources: domain reference a.4, c.1, c.4 (一刻钟见诉领办); product 4–7.
 */
import type { Facts, UnitFact } from './facts.ts';
import { conditionOf, isUnvouched, type Category } from './category.ts';
import { gradeWords, limitFor } from './condition.ts';
import { deadlineOf, derive, furtherCounted, type Counted, type Derivation } from './derivation.ts';
import { clockOfStatus, type ClockName, type Issue, type Milestone } from './issueShape.ts';
import type { Moment } from './moment.ts';
import { dutyWindows } from './roster.ts';
import type { Settings } from './setting.ts';
import {
  addClockMinutes,
  addDutyMinutes,
  remaining,
  reworkMinutes,
  timeLimitText,
  type Deadline,
  type TimeLimit,
} from './timeLimit.ts';

type Clocked = Pick<Facts, 'calendar' | 'settings'>;

/** Which layer a master-data row is of: the base or the district's own. */
export const layerText = (row: { district: string }): string =>
  row.district === '000000' ? '基础标准' : '本区标准';

/** A desk step (派单, 送核, 结案): due and derivation. */
export function deskClock(
  issue: Pick<Issue, 'clocks'>,
  now: Moment,
  limit: TimeLimit,
  start: string,
  facts: Clocked,
): Pick<Issue, 'deskDue' | 'escalateAt' | 'escalationLevel' | 'clocks'> {
  const counted = { from: now, legs: [limit] };
  const deadline = deadlineOf(counted, facts);
  return {
    deskDue: deadline.due,
    escalateAt: deadline.due,
    escalationLevel: 0,
    clocks: {
      ...issue.clocks,
      desk: derive(start, deadline, timeLimitText(limit), '创城专席办理时限', counted),
    },
  };
}

/** Does a matter of this channel and urgency run day and night (domain c.1: 疑难复杂 has more time, not less)? */
export const isDayAndNight = (matter: Pick<Issue, 'channel' | 'urgency'>): boolean =>
  matter.channel === 'hotline' || matter.urgency === 'danger' || matter.urgency === 'utility';

/** Minutes to the second and third level, never fewer than to the level before. */
function levelMinutes(settings: Settings): { headMinutes: number; deskMinutes: number } {
  const headMinutes = Math.max(settings.claimMinutes, settings.escalateHeadMinutes);
  return { headMinutes, deskMinutes: Math.max(headMinutes, settings.escalateDeskMinutes) };
}

/** The levels of a claim clock that runs in working hours, once its moment was counted again. */
export function claimLevels(
  { dispatchedAt, acceptedAt }: Issue,
  due: Moment,
  { calendar, settings }: Clocked,
): Moment[] {
  const { headMinutes, deskMinutes } = levelMinutes(settings);
  const after = (minutes: number): Moment =>
    addClockMinutes(dispatchedAt ?? acceptedAt, minutes, 'workHour', calendar).due;
  return [due, after(headMinutes), after(deskMinutes)];
}

/**
 * Minutes to claim: day and night for hotline and urgent matters, by the roster otherwise. The levels
 * above run on the same kind of clock; one set to fewer minutes than the level before is reached with it.
 */
export function claimClock(
  issue: Issue,
  handler: UnitFact,
  now: Moment,
  { calendar, settings }: Clocked,
): Pick<Issue, 'claimDue' | 'claimEscalations' | 'escalateAt' | 'escalationLevel' | 'clocks'> {
  const isAlways = issue.isDayAndNight || issue.isUrgent;
  const isOnDuty = !isAlways && handler.shifts.length > 0;
  const unit = isAlways ? 'clockHour' : 'workHour';
  const after = (minutes: number): Deadline =>
    isOnDuty
      ? addDutyMinutes(now, minutes, (day) => dutyWindows(handler.shifts, day))
      : addClockMinutes(now, minutes, unit, calendar);
  const { claimMinutes } = settings;
  const { headMinutes, deskMinutes } = levelMinutes(settings);
  const deadline = after(claimMinutes);
  const counted: Counted | undefined = isOnDuty
    ? undefined
    : { from: now, legs: [{ minutes: claimMinutes, unit }] };
  const basis = isAlways
    ? '热线和紧急事项昼夜计时'
    : isOnDuty
      ? `按${handler.name}值班表计时`
      : '未排值班表，按工作时间计时';
  return {
    claimDue: deadline.due,
    claimEscalations: [deadline.due, after(headMinutes).due, after(deskMinutes).due],
    escalateAt: deadline.due,
    escalationLevel: 0,
    clocks: {
      ...issue.clocks,
      claim: derive('派单', deadline, `${claimMinutes} 分钟`, basis, counted),
    },
  };
}

/** The claim clock again from the same dispatch, keeping the levels already told; nothing when none runs. */
export function claimClockAgain(
  issue: Issue,
  changed: Partial<Issue>,
  facts: Clocked & Pick<Facts, 'unit'>,
): Partial<Issue> {
  if (issue.status !== 'dispatched' || !issue.dispatchedAt || !facts.unit) return changed;
  const next = { ...issue, ...changed };
  const clock = claimClock(next, facts.unit, issue.dispatchedAt, facts);
  const { escalationLevel } = issue;
  const escalateAt = nextEscalation({ ...next, ...clock }, escalationLevel);
  return { ...changed, ...clock, escalationLevel, escalateAt };
}

const rectifyBasis = (issue: Issue, category: Category | null, now: Moment): string => {
  const condition = category ? conditionOf(category, issue.conditionNo) : undefined;
  if (!category || !condition) return `类别 ${issue.categoryCode} 第 ${issue.conditionNo} 条`;
  const { grade } = limitFor(condition, issue.grade);
  return [
    `${category.name}（${category.code}）第 ${condition.no} 条：${condition.openWhen}`,
    layerText(category),
    ...(grade === null ? [] : [`${gradeWords(grade)}的时限`]),
    ...(isUnvouched(category, now) ? ['标准待核'] : []),
  ].join('；');
};

type RectifyClock = Pick<Issue, 'rectifyDue' | 'clocks' | 'milestones' | 'milestoneDue'>;

/** What a handling clock needs: its basis names category, condition, layer and grade, whatever moved it later. */
type Handling = Clocked & Pick<Facts, 'category'>;

const isAhead = ({ reachedAt }: Milestone): boolean => reachedAt === null;

/** The stages with the due moment of the next one. */
const staged = (milestones: Milestone[]): Pick<Issue, 'milestones' | 'milestoneDue'> => ({
  milestones,
  milestoneDue: milestones.find(isAhead)?.due ?? null,
});

/** What is said of a handling clock and its stages: from what, how much, why. */
interface Said {
  start: string;
  limit: string;
  basis: string;
}

/** The handling clock and each stage still ahead, counted anew; `count` gives what is counted for a clock. */
function handlingClock(
  issue: Issue,
  milestones: Milestone[],
  facts: Clocked,
  basis: string,
  count: (
    clock: { limit: TimeLimit; due: Moment; derivation?: Derivation | undefined },
    milestone: Milestone | null,
  ) => { counted: Counted } & Omit<Said, 'basis'>,
): RectifyClock {
  const again = (milestone: Milestone): Milestone => {
    const { counted, start, limit } = count(milestone, milestone);
    const deadline = deadlineOf(counted, facts);
    const why = `${basis}；阶段“${milestone.name}”`;
    return {
      ...milestone,
      due: deadline.due,
      minutesLeft: null,
      derivation: derive(start, deadline, limit, why, counted),
    };
  };
  const whole = {
    limit: issue.timeLimit,
    due: issue.rectifyDue ?? '',
    derivation: issue.clocks.rectify,
  };
  const { counted, start, limit } = count(whole, null);
  const deadline = deadlineOf(counted, facts);
  return {
    rectifyDue: deadline.due,
    clocks: { ...issue.clocks, rectify: derive(start, deadline, limit, basis, counted) },
    ...staged(milestones.map((each) => (isAhead(each) ? again(each) : each))),
  };
}

/** The handling clock and its stages from dispatch, by category, condition and grade (domain a.3, a.4). */
export function rectifyClock(issue: Issue, now: Moment, facts: Handling): RectifyClock {
  const { category } = facts;
  const condition = category ? conditionOf(category, issue.conditionNo) : undefined;
  const stages = condition ? limitFor(condition, issue.grade).stages : [];
  const milestones = stages.map(({ name, limit }): Milestone => ({
    name,
    limit,
    due: now,
    reachedAt: null,
    minutesLeft: null,
    derivation: {
      start: '',
      steps: [],
      isProvisional: false,
      calendarIds: [],
      limit: '',
      basis: '',
    },
  }));
  return handlingClock(
    issue,
    milestones,
    facts,
    rectifyBasis(issue, category, now),
    ({ limit }) => ({
      counted: { from: now, legs: [limit] },
      start: '派单',
      limit: timeLimitText(limit),
    }),
  );
}

/** The original limit once more on the current moment, of each stage ahead likewise (domain b.2 延期). */
export const extendedClock = (issue: Issue, now: Moment, facts: Handling): RectifyClock =>
  handlingClock(
    issue,
    issue.milestones,
    facts,
    `${rectifyBasis(issue, facts.category, now)}；第 ${issue.extensionCount + 1} 次延期，按原时限顺延一次`,
    ({ limit, due, derivation }) => ({
      counted: furtherCounted(derivation, due, limit),
      start: '原时限',
      limit: timeLimitText(limit),
    }),
  );

/** After a hold or an undone merge: what was left runs on from now, of each stage likewise. */
export const resumedClock = (
  issue: Issue,
  now: Moment,
  minutes: number,
  start: string,
  facts: Handling,
): RectifyClock =>
  handlingClock(
    issue,
    issue.milestones,
    facts,
    `${rectifyBasis(issue, facts.category, now)}；暂停前剩余的时间继续计算`,
    ({ limit }, milestone) => {
      const left = milestone ? (milestone.minutesLeft ?? 0) : minutes;
      return {
        counted: { from: now, legs: [{ minutes: left, unit: limit.unit }] },
        start,
        limit: `剩余 ${left} 分钟`,
      };
    },
  );

/** Rework keeps the remaining time, at least a share of the limit (domain b.2 返工; a setting). */
export function reworkClock(issue: Issue, now: Moment, facts: Handling): RectifyClock {
  const { calendar, settings, category } = facts;
  const { reworkShare } = settings;
  const minutes = reworkMinutes(
    now,
    issue.remainingMinutes ?? 0,
    issue.timeLimit,
    reworkShare,
    calendar,
  );
  return handlingClock(
    issue,
    issue.milestones,
    facts,
    `${rectifyBasis(issue, category, now)}；第 ${issue.attempt + 1} 轮整改`,
    ({ limit }) => ({
      counted: { from: now, legs: [{ minutes, unit: limit.unit }] },
      start: '复查不通过',
      limit: `剩余时间，不少于原时限的 ${Math.round(reworkShare * 100)}%`,
    }),
  );
}

/** The stages ahead with the minutes each has left: the clock stops. */
export const stoppedStages = (
  issue: Issue,
  now: Moment,
  { calendar }: Pick<Facts, 'calendar'>,
): Milestone[] =>
  issue.milestones.map((each) =>
    isAhead(each)
      ? { ...each, minutesLeft: remaining(now, each.due, each.limit.unit, calendar) }
      : each,
  );

/** The first `count` of the stages ahead are reached now; left out: all of them. */
export function reachedStages(
  issue: Issue,
  now: Moment,
  count = issue.milestones.length,
): Pick<Issue, 'milestones' | 'milestoneDue'> {
  const ahead = issue.milestones.filter(isAhead).slice(0, count);
  return staged(
    issue.milestones.map((each) => (ahead.includes(each) ? { ...each, reachedAt: now } : each)),
  );
}

/** The next stage to be reached; undefined when only the end of handling is left. */
export const nextStage = (issue: Issue): Milestone | undefined => issue.milestones.find(isAhead);

/** The verification clock (核查任务 2 小时 S[YC]). */
export function verifyClock(
  issue: Issue,
  now: Moment,
  facts: Clocked,
): Pick<Issue, 'verifyDue' | 'escalateAt' | 'escalationLevel' | 'clocks'> {
  const counted = { from: now, legs: [facts.settings.verifyLimit] };
  const deadline = deadlineOf(counted, facts);
  const limit = timeLimitText(facts.settings.verifyLimit);
  return {
    verifyDue: deadline.due,
    escalateAt: deadline.due,
    escalationLevel: 0,
    clocks: {
      ...issue.clocks,
      verify: derive('送核', deadline, limit, '复查时限', counted),
    },
  };
}

/** Who is told at each level of a clock; the claim clock has three levels (15 → 30 → 60 minutes). */
export const escalationTargets: Record<
  ClockName,
  readonly ('duty' | 'unitHead' | 'desk' | 'shiftLeader')[]
> = {
  desk: ['shiftLeader'],
  claim: ['duty', 'unitHead', 'desk'],
  rectify: ['unitHead'],
  verify: ['desk'],
};

/** What of the handling is still to come: its stages in order, then its end. */
const handlingDues = (issue: Issue): { stage: string | null; due: Moment }[] => [
  ...issue.milestones.filter(isAhead).map(({ name, due }) => ({ stage: name, due })),
  ...(issue.rectifyDue ? [{ stage: null, due: issue.rectifyDue }] : []),
];

/** How many levels of escalation a clock has. */
export const levelsOf = (issue: Issue, clock: ClockName): number =>
  clock === 'rectify' ? handlingDues(issue).length : escalationTargets[clock].length;

/** When level `level + 1` of the running clock is reached; null when there is none. Handling: one for each stage. */
export function nextEscalation(issue: Issue, level: number): Moment | null {
  const clock = clockOfStatus[issue.status];
  if (!clock || level >= levelsOf(issue, clock)) return null;
  if (clock === 'rectify') return handlingDues(issue)[level]?.due ?? null;
  return (clock === 'claim' ? issue.claimEscalations[level] : issue[`${clock}Due`]) ?? null;
}

/** What a level of escalation is about: the due moment missed, and the stage if it is one. */
export function missedDue(
  issue: Issue,
  clock: ClockName,
  level: number,
): { due: Moment | null; stage: string | null } {
  if (clock !== 'rectify') return { due: issue[`${clock}Due`], stage: null };
  return handlingDues(issue)[level - 1] ?? { due: issue.rectifyDue, stage: null };
}

/** The levels of the handling clock from the beginning. */
export const handlingLevels = (
  issue: Issue,
  changed: Partial<Issue>,
): Pick<Issue, 'escalateAt' | 'escalationLevel'> => ({
  escalateAt: nextEscalation({ ...issue, status: 'claimed', ...changed }, 0),
  escalationLevel: 0,
});
