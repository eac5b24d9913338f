/**
 * Clocks of an issue 时钟: what each step's due moment is, how it explains itself, and when the next
 * level of escalation is reached. Sources: domain reference a.4, c.1, c.4 (一刻钟见诉领办); product 4–7.
 */
import type { Facts, UnitFact } from './facts.ts';
import { conditionOf, type Category } from './category.ts';
import { clockOfStatus, type ClockName, type Derivation, type Issue } from './issueShape.ts';
import type { Moment } from './moment.ts';
import { dutyWindows } from './roster.ts';
import {
  addClockMinutes,
  addDutyMinutes,
  addTimeLimit,
  extendDue,
  reworkDue,
  timeLimitText,
  type Deadline,
  type TimeLimit,
} from './timeLimit.ts';

type Clocked = Pick<Facts, 'calendar' | 'settings'>;

/** The derivation kept in the record: `basis` names category, condition, layer and reason. */
export const derive = (
  start: string,
  deadline: Deadline,
  limit: string,
  basis: string,
): Derivation => ({
  start,
  steps: deadline.steps,
  isProvisional: deadline.isProvisional,
  calendarIds: deadline.calendarIds,
  limit,
  basis,
});

/** Which layer a master-data row is of: the base or the district's own. */
export const layerText = (row: { district: string }): string =>
  row.district === '000000' ? '基础标准' : '本区标准';

/** A desk step (派单, 送核, 结案): due and derivation. */
export function deskClock(
  issue: Pick<Issue, 'clocks'>,
  now: Moment,
  limit: TimeLimit,
  start: string,
  { calendar, settings }: Clocked,
): Pick<Issue, 'deskDue' | 'escalateAt' | 'escalationLevel' | 'clocks'> {
  const deadline = addTimeLimit(now, limit, calendar, settings);
  return {
    deskDue: deadline.due,
    escalateAt: deadline.due,
    escalationLevel: 0,
    clocks: {
      ...issue.clocks,
      desk: derive(start, deadline, timeLimitText(limit), '创城专席办理时限'),
    },
  };
}

/** Does a matter of this channel and urgency run day and night (domain c.1: 疑难复杂 has more time, not less)? */
export const isDayAndNight = (matter: Pick<Issue, 'channel' | 'urgency'>): boolean =>
  matter.channel === 'hotline' || matter.urgency === 'danger' || matter.urgency === 'utility';

/**
 * Minutes to claim: day and night for hotline and urgent matters, by the roster otherwise. The levels
 * above run on the same kind of clock; one set to fewer minutes than the level before is reached with it.
 */
export function claimClock(
  issue: Issue,
  unit: UnitFact,
  now: Moment,
  { calendar, settings }: Clocked,
): Pick<Issue, 'claimDue' | 'claimEscalations' | 'escalateAt' | 'escalationLevel' | 'clocks'> {
  const isAlways = issue.isDayAndNight || issue.isUrgent;
  const after = (minutes: number): Deadline =>
    isAlways || unit.shifts.length === 0
      ? addClockMinutes(now, minutes, isAlways ? 'clockHour' : 'workHour', calendar)
      : addDutyMinutes(now, minutes, (day) => dutyWindows(unit.shifts, day));
  const { claimMinutes, escalateHeadMinutes, escalateDeskMinutes } = settings;
  const headMinutes = Math.max(claimMinutes, escalateHeadMinutes);
  const deskMinutes = Math.max(headMinutes, escalateDeskMinutes);
  const deadline = after(claimMinutes);
  const basis = isAlways
    ? '热线和紧急事项昼夜计时'
    : unit.shifts.length > 0
      ? `按${unit.name}值班表计时`
      : '未排值班表，按工作时间计时';
  return {
    claimDue: deadline.due,
    claimEscalations: [deadline.due, after(headMinutes).due, after(deskMinutes).due],
    escalateAt: deadline.due,
    escalationLevel: 0,
    clocks: {
      ...issue.clocks,
      claim: derive('派单', deadline, `${settings.claimMinutes} 分钟`, basis),
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

const rectifyBasis = (issue: Issue, category: Category | null): string => {
  const condition = category ? conditionOf(category, issue.conditionNo) : undefined;
  return category && condition
    ? `${category.name}（${category.code}）第 ${condition.no} 条：${condition.openWhen}；${layerText(category)}`
    : `类别 ${issue.categoryCode} 第 ${issue.conditionNo} 条`;
};

type RectifyClock = Pick<Issue, 'rectifyDue' | 'clocks'>;

/** What a handling clock needs: its basis names category, condition and layer, whatever moved it later. */
type Handling = Clocked & Pick<Facts, 'category'>;

const withRectify = (
  issue: Issue,
  deadline: Deadline,
  start: string,
  limit: string,
  basis: string,
): RectifyClock => ({
  rectifyDue: deadline.due,
  clocks: { ...issue.clocks, rectify: derive(start, deadline, limit, basis) },
});

/** The handling clock from dispatch, by category and condition (domain a.4). */
export const rectifyClock = (
  issue: Issue,
  now: Moment,
  { calendar, settings, category }: Handling,
): RectifyClock =>
  withRectify(
    issue,
    addTimeLimit(now, issue.timeLimit, calendar, settings),
    '派单',
    timeLimitText(issue.timeLimit),
    rectifyBasis(issue, category),
  );

/** The original limit once more on the current moment (domain b.2 延期). */
export const extendedClock = (
  issue: Issue,
  { calendar, settings, category }: Handling,
): RectifyClock =>
  withRectify(
    issue,
    extendDue(issue.rectifyDue ?? '', issue.timeLimit, calendar, settings),
    '原时限',
    timeLimitText(issue.timeLimit),
    `${rectifyBasis(issue, category)}；第 ${issue.extensionCount + 1} 次延期，按原时限顺延一次`,
  );

/** After a hold or an undone merge: what was left runs on from now. */
export const resumedClock = (
  issue: Issue,
  now: Moment,
  minutes: number,
  start: string,
  { calendar, category }: Pick<Handling, 'calendar' | 'category'>,
): RectifyClock =>
  withRectify(
    issue,
    addClockMinutes(now, minutes, issue.timeLimit.unit, calendar),
    start,
    `剩余 ${minutes} 分钟`,
    `${rectifyBasis(issue, category)}；暂停前剩余的时间继续计算`,
  );

/** Rework keeps the remaining time, at least a share of the limit (domain b.2 返工; a setting). */
export const reworkClock = (
  issue: Issue,
  now: Moment,
  { calendar, settings, category }: Handling,
): RectifyClock =>
  withRectify(
    issue,
    reworkDue(now, issue.remainingMinutes ?? 0, issue.timeLimit, settings.reworkShare, calendar),
    '复查不通过',
    `剩余时间，不少于原时限的 ${Math.round(settings.reworkShare * 100)}%`,
    `${rectifyBasis(issue, category)}；第 ${issue.attempt + 1} 轮整改`,
  );

/** The verification clock (核查任务 2 小时 S[YC]). */
export function verifyClock(
  issue: Issue,
  now: Moment,
  { calendar, settings }: Clocked,
): Pick<Issue, 'verifyDue' | 'escalateAt' | 'escalationLevel' | 'clocks'> {
  const deadline = addTimeLimit(now, settings.verifyLimit, calendar, settings);
  return {
    verifyDue: deadline.due,
    escalateAt: deadline.due,
    escalationLevel: 0,
    clocks: {
      ...issue.clocks,
      verify: derive('送核', deadline, timeLimitText(settings.verifyLimit), '复查时限'),
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

/** When level `level + 1` of the running clock is reached; null when there is none. */
export function nextEscalation(issue: Issue, level: number): Moment | null {
  const clock = clockOfStatus[issue.status];
  if (!clock || level >= escalationTargets[clock].length) return null;
  return (clock === 'claim' ? issue.claimEscalations[level] : issue[`${clock}Due`]) ?? null;
}
