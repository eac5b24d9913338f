/**
 * Time limit 时限: how long a step may take. Five kinds: 工作时 and 工作日 run only inside working hours, 紧急
 * 工作时, 紧急工作日 and 自然日 run day and night. Which limit holds where is data (category, setting).
 * Sources: domain reference a.4 (clocks), b.2 (延期, 返工), c.4 (见诉领办).
 */
import { z } from 'zod';
import { isWorkDayIn, seasonOn, tableOfDay, type WorkCalendar } from './calendar.ts';
import { minutesWords, restWords, startAndDueWords } from './deadlineWords.ts';
import {
  dayAt,
  dayNumberAt,
  dayStartMs,
  epochMs,
  momentAt,
  type Day,
  type Moment,
} from './moment.ts';

/** The kinds of time limit by their Chinese names. */
export const timeLimitUnits = {
  workHour: '工作时',
  workDay: '工作日',
  clockHour: '紧急工作时',
  clockDay: '紧急工作日',
  day: '自然日',
} as const;

export const TimeLimitUnit = z.enum(
  Object.keys(timeLimitUnits) as [keyof typeof timeLimitUnits, ...(keyof typeof timeLimitUnits)[]],
);
export type TimeLimitUnit = z.infer<typeof TimeLimitUnit>;

export const TimeLimit = z.strictObject({
  value: z.number().int('时限须为整数').min(1, '时限至少为 1').max(3660, '时限过长，请检查单位'),
  unit: TimeLimitUnit,
});
export type TimeLimit = z.infer<typeof TimeLimit>;

/**
 * How 工作日 ends. `counted`: after n standard days' worth of working hours (1 = 8 working hours S[YC]);
 * `closeOfDay`: “ends at close of the n-th working day in most cities” (domain reference a.4).
 */
export type WorkDayEnds = 'counted' | 'closeOfDay';

/** A due moment and why: `steps` in Chinese from start to due, `calendarIds` the year rows used. */
export interface Deadline {
  due: Moment;
  isProvisional: boolean;
  steps: string[];
  calendarIds: string[];
}

const minuteMs = 60_000;
const limitMinutesOf = { workHour: 60, clockHour: 60, clockDay: 1440, day: 1440 } as const;

/** '4工作时'. */
export const timeLimitText = ({ value, unit }: TimeLimit): string =>
  `${value}${timeLimitUnits[unit]}`;

/** Does the clock of a unit run day and night, or only inside working hours? */
export const clockKind = (unit: TimeLimitUnit): 'continuous' | 'working' =>
  unit === 'workHour' || unit === 'workDay' ? 'working' : 'continuous';

/** “派单 周五 16:40 → 4 工作时 → 周六、周日非工作日 → 周一 10:40”, marked 待节假日公布 when provisional. */
export const deadlineSentence = (
  { steps, isProvisional }: Pick<Deadline, 'steps' | 'isProvisional'>,
  startLabel: string,
): string => `${startLabel} ${steps.join(' → ')}${isProvisional ? '（待节假日公布）' : ''}`;

/**
 * The moment at which a limit that starts at `from` ends. A counted 工作日 is the working minutes of the
 * standard day (the hours in force on the day of `from`, worked or not): n of them are counted inside the
 * working spans, so two days from 16:40 end at 16:40 when hours do not change. With `closeOfDay` the day
 * of `from` does not count, even before opening. A limit used up exactly at closing time ends there.
 */
export function addTimeLimit(
  from: Moment,
  limit: TimeLimit,
  calendar: WorkCalendar,
  { workDayEnds }: { workDayEnds: WorkDayEnds },
): Deadline {
  const start = epochMs(from);
  const words = `${limit.value} ${timeLimitUnits[limit.unit]}`;
  const minutes = limitMinutes(limit, start, calendar);
  if (clockKind(limit.unit) === 'continuous')
    return continuous(start, minutes, [words, '昼夜连续计时']);
  if (limit.unit === 'workHour') return working(start, minutes, calendar, [words]);
  if (workDayEnds === 'counted') {
    const perDay = minutesWords(minutes / limit.value);
    return working(start, minutes, calendar, [`${words}（每日 ${perDay}）`]);
  }
  const due = closeOfWorkDay(start, limit.value, calendar);
  return explained(start, due, calendar, [words, `当日不计，至第 ${limit.value} 个工作日下班`]);
}

/**
 * Whole minutes of a unit's clock from `now` to `due`, a begun minute counting as one; 0 when past. Kept
 * at a hold, a merge or a failed verification and given to {@link addClockMinutes} afterwards.
 */
export function remaining(
  now: Moment,
  due: Moment,
  unit: TimeLimitUnit,
  calendar: WorkCalendar,
): number {
  const [start, end] = [epochMs(now), epochMs(due)];
  if (start >= end) return 0;
  const ms = clockKind(unit) === 'continuous' ? end - start : workingMs(start, end, calendar);
  return Math.ceil(ms / minuteMs);
}

/** The moment at which `minutes` of a unit's clock have run from `from`; 0 or less is `from` itself. */
export function addClockMinutes(
  from: Moment,
  minutes: number,
  unit: TimeLimitUnit,
  calendar: WorkCalendar,
): Deadline {
  const start = epochMs(from);
  const left = Math.max(0, minutes);
  return clockKind(unit) === 'continuous'
    ? continuous(start, left, [minutesWords(left), '昼夜连续计时'])
    : working(start, left, calendar, [`${minutesWords(left)}（只计工作时间）`]);
}

/** 返工: the minutes left, at least `share` (0–1) of the whole limit as it is at `now` (b.2; a setting). */
export function reworkMinutes(
  now: Moment,
  remainingMinutes: number,
  limit: TimeLimit,
  share: number,
  calendar: WorkCalendar,
): number {
  const least = Math.ceil(limitMinutes(limit, epochMs(now), calendar) * share);
  return Math.max(remainingMinutes, least);
}

const dutyDays = 60;

/**
 * The moment at which `minutes` have run inside duty windows. `windows` gives those that begin on a local
 * day (they may end on the next); overlapping ones count once. When 60 days do not hold enough duty the
 * minutes run continuously from `from`, and the steps say so.
 */
export function addDutyMinutes(
  from: Moment,
  minutes: number,
  windows: (day: Day) => { from: Moment; to: Moment }[],
): Deadline {
  const start = epochMs(from);
  const first = dayNumberAt(start);
  const gaps: { from: number; to: number }[] = [];
  let left = Math.max(0, minutes) * minuteMs;
  let reached = start;
  for (let day = first - 1; day <= first + dutyDays && left > 0; day += 1) {
    for (const span of inOrder(windows(dayAt(day)))) {
      if (span.to <= Math.max(reached, span.from) || left === 0) continue;
      if (span.from > reached) gaps.push({ from: reached, to: span.from });
      const begin = Math.max(reached, span.from);
      const used = Math.min(left, span.to - begin);
      left -= used;
      reached = begin + used;
    }
  }
  const words = minutesWords(Math.max(0, minutes));
  if (left > 0) {
    return continuous(start, minutes, [words, `${dutyDays} 天内值班时间不足，按昼夜连续计时`]);
  }
  return dated(start, reached, [`${words}（只计值班时间）`, ...gapWords(gaps)]);
}

const inOrder = (windows: { from: Moment; to: Moment }[]): { from: number; to: number }[] =>
  windows
    .map((span) => ({ from: epochMs(span.from), to: epochMs(span.to) }))
    .sort((a, b) => a.from - b.from);

const gapWords = (gaps: { from: number; to: number }[]): string[] => {
  const minutes = gaps.reduce((sum, { from, to }) => sum + (to - from) / minuteMs, 0);
  const [gap] = gaps;
  if (!gap) return [];
  if (gaps.length > 1)
    return [`其间 ${gaps.length} 段共 ${minutesWords(Math.round(minutes))}无人值班`];
  const { start, due } = startAndDueWords(gap.from, gap.to);
  return [`${start} 至 ${due} 无人值班`];
};

/** The whole limit in minutes of its own clock; 工作日 by the standard day at `at` (milliseconds). */
function limitMinutes({ value, unit }: TimeLimit, at: number, calendar: WorkCalendar): number {
  if (unit !== 'workDay') return value * limitMinutesOf[unit];
  const day = dayNumberAt(at);
  return value * seasonOn(tableOfDay(calendar, day), day).minutes;
}

function dated(start: number, end: number, middle: string[]): Deadline {
  const words = startAndDueWords(start, end);
  return {
    due: momentAt(end),
    isProvisional: false,
    steps: [words.start, ...middle, words.due],
    calendarIds: [],
  };
}

const continuous = (start: number, minutes: number, middle: string[]): Deadline =>
  dated(start, start + minutes * minuteMs, middle);

const working = (
  start: number,
  minutes: number,
  calendar: WorkCalendar,
  middle: string[],
): Deadline =>
  explained(start, addWorkingMs(start, minutes * minuteMs, calendar), calendar, middle);

/** A deadline of the working clock: with the days off on the way and the calendar rows used. */
function explained(start: number, end: number, calendar: WorkCalendar, middle: string[]): Deadline {
  const [firstDay, lastDay] = [dayNumberAt(start), dayNumberAt(end)];
  const calendarIds = new Set<string>();
  let isProvisional = false;
  for (let day = firstDay; day <= lastDay;) {
    const table = tableOfDay(calendar, day);
    if (table.rowId) calendarIds.add(table.rowId);
    isProvisional ||= table.isProvisional;
    day = table.lastDay + 1;
  }
  const rest = restWords(calendar, firstDay, lastDay);
  return {
    ...dated(start, end, [...middle, ...rest]),
    isProvisional,
    calendarIds: [...calendarIds],
  };
}

function addWorkingMs(start: number, ms: number, calendar: WorkCalendar): number {
  if (ms <= 0) return start;
  let left = ms;
  let day = dayNumberAt(start);
  let table = tableOfDay(calendar, day);
  for (; ; day += 1) {
    if (day > table.lastDay) table = tableOfDay(calendar, day);
    if (!isWorkDayIn(table, day)) continue;
    const midnight = dayStartMs(day);
    for (const span of seasonOn(table, day).spans) {
      const begin = Math.max(start, midnight + span.from * minuteMs);
      const length = midnight + span.to * minuteMs - begin;
      if (length <= 0) continue;
      if (left <= length) return begin + left;
      left -= length;
    }
  }
}

function workingMs(start: number, end: number, calendar: WorkCalendar): number {
  let sum = 0;
  const lastDay = dayNumberAt(end);
  let day = dayNumberAt(start);
  let table = tableOfDay(calendar, day);
  for (; day <= lastDay; day += 1) {
    if (day > table.lastDay) table = tableOfDay(calendar, day);
    if (!isWorkDayIn(table, day)) continue;
    const midnight = dayStartMs(day);
    for (const span of seasonOn(table, day).spans) {
      const begin = Math.max(start, midnight + span.from * minuteMs);
      sum += Math.max(0, Math.min(end, midnight + span.to * minuteMs) - begin);
    }
  }
  return sum;
}

/** Close of the n-th working day after the day of `start`. */
function closeOfWorkDay(start: number, count: number, calendar: WorkCalendar): number {
  let left = count;
  let day = dayNumberAt(start);
  let table = tableOfDay(calendar, day);
  while (left > 0) {
    day += 1;
    if (day > table.lastDay) table = tableOfDay(calendar, day);
    if (isWorkDayIn(table, day)) left -= 1;
  }
  return dayStartMs(day) + (seasonOn(table, day).spans.at(-1)?.to ?? 0) * minuteMs;
}
