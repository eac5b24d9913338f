/** Hours 作息: when people report and work. Local days are UTC+8; moments are computed in milliseconds. */
import { atLocalTime, momentAt, type Day, type Moment } from '../../domain/moment.ts';
import { chanceOf, minutesAround, type Chance } from './chance.ts';

const minute = 60_000;
const dayLength = 1_440 * minute;
const ahead = 480 * minute;

/** A moment some minutes on, to the millisecond. */
export const after = (from: Moment, minutes: number): Moment =>
  momentAt(Date.parse(from) + Math.round(minutes * minute));

/** As {@link after}, but nobody works at night: what would fall there waits for the morning. */
export function afterByDay(from: Moment, minutes: number, chance: Chance): Moment {
  const at = Date.parse(from) + Math.round(minutes * minute);
  const local = (at + ahead) % dayLength;
  const [begins, ends] = [7.5 * 60 * minute, 19.5 * 60 * minute];
  if (local >= begins && local <= ends) return momentAt(at);
  const midnight = at - local;
  const morning = (local < begins ? midnight : midnight + dayLength) + begins;
  return momentAt(morning + Math.round(chance() * 100 * minute));
}

/** Median minutes, by day or round the clock. */
export const later = (from: Moment, median: number, isAlways: boolean, chance: Chance): Moment => {
  const minutes = minutesAround(median, chance);
  return isAlways ? after(from, minutes) : afterByDay(from, minutes, chance);
};

/** Of 100 reports of a day, how many come in each local hour: a morning rush, a smaller one towards evening. */
const hours = [
  1, 0.5, 0.3, 0.2, 0.3, 0.8, 2, 6, 11, 12, 10, 7, 4, 5, 7, 7, 6, 5, 4.5, 4, 3, 2, 1.5, 1,
];
const weekdays = [1, 1.15, 1.1, 1.05, 1.05, 1.1, 0.7];

const weekday = (day: Day): number => new Date(`${day}T00:00:00.000Z`).getUTCDay();

/** Rain falls on the same days each time, one in nine, more often in summer. */
export function isRainy(day: Day): boolean {
  const month = Number(day.slice(5, 7));
  return chanceOf(`rain ${day}`)() < (month >= 6 && month <= 9 ? 0.2 : 0.08);
}

/** How many times the usual number of reports a day brings. */
export const loadOf = (day: Day): number =>
  ([0.65, ...weekdays.slice(1)][weekday(day)] ?? 1) *
  (isRainy(day) ? 1.35 : 1) *
  (0.88 + chanceOf(`load ${day}`)() * 0.24);

/** The moments of a day's reports, in order. */
export function momentsOf(day: Day, count: number, chance: Chance): Moment[] {
  const total = hours.reduce((sum, share) => sum + share, 0);
  const start = Date.parse(atLocalTime(day, '00:00'));
  const moments = Array.from({ length: count }, () => {
    let left = chance() * total;
    let hour = 0;
    while (hour < 23 && left >= (hours[hour] ?? 0)) left -= hours[hour++] ?? 0;
    return start + Math.floor((hour + chance()) * 60 * minute);
  });
  return moments.sort((a, b) => a - b).map(momentAt);
}
