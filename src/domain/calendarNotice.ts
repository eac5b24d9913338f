/**
 * Calendar notice 节假日通知: the State Council's sentences (“元旦：1月1日（周四）至3日（周六）放假调休，共3天。
 * 1月4日（周日）上班。”) read into holidays and make-up days, and written again from them, so that a notice is
 * loaded by pasting it. What is not understood is named, never guessed. Source: issue 4-5.
 */
import type { CalendarYear } from './calendar.ts';
import { dayAt, dayNumber, Day } from './moment.ts';

type NamedDays = CalendarYear['holidays'];

export interface ReadNotice {
  holidays: NamedDays;
  makeUpDays: NamedDays;
  /** Sentences with days in them that say neither 放假 nor 上班, or days that do not exist. */
  unread: string[];
}

const dayPattern = /(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(至)?/g;
const two = (text: string | number): string => String(text).padStart(2, '0');

/** The days a sentence names, ranges filled in; undefined when one of them does not exist. */
function daysOf(sentence: string, year: number): Day[] | undefined {
  const days: Day[] = [];
  let [inYear, month] = [String(year), ''];
  let rangeFrom: number | null = null;
  for (const [, ownYear, ownMonth, date, isRange] of sentence.matchAll(dayPattern)) {
    inYear = ownYear ?? inYear;
    month = ownMonth ?? month;
    const day = `${inYear}-${two(month)}-${two(date ?? '')}`;
    if (!Day.safeParse(day).success) return undefined;
    const number = dayNumber(day);
    if (rangeFrom !== null && (number < rangeFrom || number - rangeFrom > 31)) return undefined;
    for (let each = rangeFrom ?? number; each <= number; each += 1) days.push(dayAt(each));
    rangeFrom = isRange ? number + 1 : null;
  }
  return days;
}

/** A sentence that gives days off and days of work in one breath (“1日至3日放假，4日上班”) is two. */
const apart = (sentence: string): string[] =>
  sentence.includes('放假') && sentence.includes('上班') ? sentence.split(/[，,]/) : [sentence];

/** Reads a notice of a year, one festival a line: its name, a colon, then what is free and what is worked. */
export function readNotice(text: string, year: number): ReadNotice {
  const found: ReadNotice = { holidays: [], makeUpDays: [], unread: [] };
  for (const line of text.replaceAll(/[（(][^）)]*[）)]/g, '').split('\n')) {
    const [, name = '', rest = ''] =
      /^\s*(?:[一二三四五六七八九十\d]+[、.．])?\s*([^：:\d]{1,20})[：:](.*)$/.exec(line) ?? [];
    for (const sentence of (name ? rest : line).split(/[。；;]/).flatMap(apart)) {
      if (!/\d\s*日/.test(sentence)) continue;
      const days = daysOf(sentence, year);
      const isWork = sentence.includes('上班');
      if (!name || !days || (!isWork && !sentence.includes('放假'))) {
        found.unread.push(sentence.trim());
        continue;
      }
      (isWork ? found.makeUpDays : found.holidays).push(
        ...days.map((day) => ({ day, name: name.trim() })),
      );
    }
  }
  return found;
}

const shortDay = (day: Day): string => `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;

/** '1月1日至3日、1月5日': days in order, those in a row as a range. */
function rangesOf(days: readonly Day[]): string {
  const ranges: [number, number][] = [];
  for (const number of days.map(dayNumber).sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges
    .map(([from, to]) =>
      from === to ? shortDay(dayAt(from)) : `${shortDay(dayAt(from))}至${shortDay(dayAt(to))}`,
    )
    .join('、');
}

/** A year's holidays and make-up days as a notice that {@link readNotice} reads back. */
export function noticeText({
  holidays,
  makeUpDays,
}: Pick<CalendarYear, 'holidays' | 'makeUpDays'>): string {
  const names = [...new Set([...holidays, ...makeUpDays].map(({ name }) => name))];
  return names
    .map((name) => {
      const of = (list: NamedDays): Day[] =>
        list.filter((each) => each.name === name).map(({ day }) => day);
      const [free, worked] = [of(holidays), of(makeUpDays)];
      return `${name}：${free.length > 0 ? `${rangesOf(free)}放假。` : ''}${worked.length > 0 ? `${rangesOf(worked)}上班。` : ''}`;
    })
    .join('\n');
}
