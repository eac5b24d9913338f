/**
 * Moment 时刻 and Day 日期: a moment is an ISO-8601 UTC string with milliseconds, a day is the local day
 * of Beijing time (UTC+8, no summer time). Both sort as strings. Everything here is pure; the present
 * moment is always an argument. Source: architecture, “Calendar: local day is UTC+8”.
 */
import { z } from 'zod';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const offsetMs = 8 * 3_600_000;

const isYearKept = (text: string): boolean => text >= '2000' && text < '2101';

const isMoment = (text: string): boolean => {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text && isYearKept(text);
};

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && isMoment(`${text}T00:00:00.000Z`);

/** `2026-10-09T08:40:00.000Z`; a date that does not exist or a year outside 2000–2100 is refused. */
export const Moment = z.string().refine(isMoment, '时间无效，请填写 2000 年至 2100 年之间的时间');
export type Moment = z.infer<typeof Moment>;

/** `2026-10-09`, a local day; a date that does not exist or a year outside 2000–2100 is refused. */
export const Day = z.string().refine(isDay, '日期无效，请填写 2000 年至 2100 年之间的日期');
export type Day = z.infer<typeof Day>;

/** Milliseconds since 1970 of a moment. Throws on text that is no moment (a bug: schemas come first). */
export function epochMs(moment: Moment): number {
  const ms = Date.parse(moment);
  if (Number.isNaN(ms)) throw new RangeError(`not a moment: ${moment}`);
  return ms;
}

/** The moment that lies `ms` milliseconds after 1970. */
export const momentAt = (ms: number): Moment => new Date(ms).toISOString();

/** The serial number of the local day in which `ms` lies; day 0 is 1970-01-01. */
export const dayNumberAt = (ms: number): number => Math.floor((ms + offsetMs) / dayMs);

/** The serial number of a local day; day 0 is 1970-01-01. */
export const dayNumber = (day: Day): number => epochMs(`${day}T00:00:00.000Z`) / dayMs;

/** The local day with a serial number. */
export const dayAt = (number: number): Day => new Date(number * dayMs).toISOString().slice(0, 10);

/** Milliseconds since 1970 at which the local day with a serial number begins. */
export const dayStartMs = (number: number): number => number * dayMs - offsetMs;

/** Weekday of a day's serial number, 1 = Monday … 7 = Sunday. */
export const weekdayAt = (number: number): number => ((((number + 3) % 7) + 7) % 7) + 1;

/** The local day in which a moment lies. */
export const localDay = (moment: Moment): Day => dayAt(dayNumberAt(epochMs(moment)));

/** The local time of day of a moment, 'HH:mm', seconds cut off. */
export const localTime = (moment: Moment): string =>
  new Date(epochMs(moment) + offsetMs).toISOString().slice(11, 16);

/** The moment at which a local day begins (00:00 in UTC+8). */
export const startOfDay = (day: Day): Moment => momentAt(dayStartMs(dayNumber(day)));

/** The moment of a local time 'HH:mm' of a day; '24:00' is the beginning of the next day. */
export const atLocalTime = (day: Day, time: string): Moment =>
  momentAt(dayStartMs(dayNumber(day)) + minutesOfTime(time) * minuteMs);

/** Minutes since midnight of 'HH:mm'. */
export const minutesOfTime = (time: string): number =>
  Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** The moment `minutes` later (earlier when negative). */
export const addMinutes = (moment: Moment, minutes: number): Moment =>
  momentAt(epochMs(moment) + minutes * minuteMs);

/** Minutes from one moment to another, negative when `to` is earlier; parts of a minute are kept. */
export const minutesBetween = (from: Moment, to: Moment): number =>
  (epochMs(to) - epochMs(from)) / minuteMs;

/** The day `count` days later (earlier when negative). */
export const addDays = (day: Day, count: number): Day => dayAt(dayNumber(day) + count);

/** Weekday of a day, 1 = Monday … 7 = Sunday. */
export const weekday = (day: Day): number => weekdayAt(dayNumber(day));
