/**
 * Deadline words 时限说明: how a due moment explains itself in Chinese, “周五 16:40 → 4 工作时 → 周六、周日非工作日
 * → 周一 10:40”. Long stretches are summed up, never listed day by day. Source: issue point C 13.
 */
import { isWorkDayIn, tableOfDay, type WorkCalendar } from './calendar.ts';
import { dayAt, dayNumberAt, localTime, momentAt, weekdayAt } from './moment.ts';

const weekdayLabels = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];
const runsListed = 3;
const nearDays = 6;

const weekdayWord = (day: number): string => weekdayLabels[weekdayAt(day) - 1] ?? '';

const dateWord = (day: number): string => {
  const [, month, date] = dayAt(day).split('-');
  return `${Number(month)}月${Number(date)}日`;
};

/**
 * Start and due as words: weekday and time when they lie at most six days apart, else with the date, and
 * the due moment with its year when that differs. Arguments in milliseconds since 1970.
 */
export function startAndDueWords(startMs: number, dueMs: number): { start: string; due: string } {
  const [startDay, dueDay] = [dayNumberAt(startMs), dayNumberAt(dueMs)];
  const isNear = dueDay - startDay <= nearDays;
  const words = (ms: number, day: number): string =>
    `${isNear ? '' : `${dateWord(day)} `}${weekdayWord(day)} ${localTime(momentAt(ms))}`;
  const [startYear, dueYear] = [dayAt(startDay).slice(0, 4), dayAt(dueDay).slice(0, 4)];
  const year = isNear || startYear === dueYear ? '' : `${dueYear}年`;
  return { start: words(startMs, startDay), due: `${year}${words(dueMs, dueDay)}` };
}

/** '15 分钟', '2 小时 40 分钟', '8 小时'. */
export function minutesWords(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), Math.round((minutes % 60) * 100) / 100];
  if (hours === 0) return `${rest} 分钟`;
  return rest === 0 ? `${hours} 小时` : `${hours} 小时 ${rest} 分钟`;
}

/** Consecutive days off (or worked out of turn); `names` are the holidays among them. */
interface Run {
  first: number;
  last: number;
  names: Set<string>;
}

const daysIn = (runs: readonly Run[]): number =>
  runs.reduce((sum, { first, last }) => sum + last - first + 1, 0);

function extendRuns(runs: Run[], day: number, name: string | undefined): void {
  let run = runs.at(-1);
  if (run?.last === day - 1) run.last = day;
  else runs.push((run = { first: day, last: day, names: new Set() }));
  if (name) run.names.add(name);
}

const holidayWords = ({ first, last, names }: Run): string =>
  `${first === last ? dateWord(first) : `${dateWord(first)}至${dateWord(last)}`}${[...names].join('、')}放假`;

const weekendWords = ({ first, last }: Run): string => {
  const days = Array.from({ length: last - first + 1 }, (_, index) => weekdayWord(first + index));
  return `${days.join('、')}非工作日`;
};

const makeUpWords = ({ first, last }: Run): string =>
  `${dateWord(first)}${first === last ? `（${weekdayWord(first)}）` : `至${dateWord(last)}`}调休上班`;

interface Phrase {
  day: number;
  text: string;
}

const phrases = (runs: Run[], listed: number, each: (run: Run) => string, sum: string): Phrase[] =>
  runs.length <= listed
    ? runs.map((run) => ({ day: run.first, text: each(run) }))
    : [{ day: runs[0]?.first ?? 0, text: sum.replace('N', String(daysIn(runs))) }];

/** What lies between two days (serial numbers, both included): weekends, holidays, make-up days. */
export function restWords(calendar: WorkCalendar, firstDay: number, lastDay: number): string[] {
  const [weekends, holidays, makeUps]: [Run[], Run[], Run[]] = [[], [], []];
  let table = tableOfDay(calendar, firstDay);
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (day > table.lastDay) table = tableOfDay(calendar, day);
    const name = table.holidays.get(day);
    if (table.makeUpDays.has(day)) extendRuns(makeUps, day, undefined);
    else if (name !== undefined) extendRuns(holidays, day, name);
    else if (!isWorkDayIn(table, day)) extendRuns(weekends, day, undefined);
  }
  return [
    ...phrases(weekends, 1, weekendWords, '其间周末 N 天非工作日'),
    ...phrases(holidays, runsListed, holidayWords, '其间节假日放假 N 天'),
    ...phrases(makeUps, runsListed, makeUpWords, '其间调休上班 N 天'),
  ]
    .sort((a, b) => a.day - b.day)
    .map(({ text }) => text);
}
