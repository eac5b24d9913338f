/**
 * Local time 时间写法: reads the times of other people's files, each in one of the formats its map names,
 * as local time of UTC+8. `05/03/2016` is the third of May or the fifth of March: the file itself must say.
 */
import { Moment, atLocalTime } from '../../domain/moment.ts';

const tokens: Record<string, string> = {
  YYYY: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
};

const tokenPattern = /YYYY|MM|M|DD|D|HH|H|mm|ss/g;

/** A format such as `YYYY-MM-DD HH:mm:ss`; undefined when it names no year, month and day. */
export function patternOf(format: string): RegExp | undefined {
  const names = format.match(tokenPattern) ?? [];
  const isWhole = ['YYYY', 'M', 'D'].every(
    (name) => names.filter((other) => other.startsWith(name)).length === 1,
  );
  if (!isWhole) return undefined;
  const escaped = format.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll(tokenPattern, (name) => tokens[name] ?? name)}$`);
}

/** The moment of a text in the first format that fits; undefined when none does or no such time exists. */
export function momentIn(text: string, patterns: readonly RegExp[]): Moment | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.groups;
    if (!found) continue;
    const { year = '', month = '', day = '', hour = '0', minute = '00', second = '00' } = found;
    const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
    const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
    if (!isTime || !Moment.safeParse(`${date}T00:00:00.000Z`).success) return undefined;
    const start = atLocalTime(date, `${hour.padStart(2, '0')}:${minute}`);
    return Moment.safeParse(start.replace(':00.000Z', `:${second}.000Z`)).data;
  }
  return undefined;
}

const dayOrMonthFirst = /^(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}/;

/** Does a format begin with the month (`MM/DD/YYYY`) or the day (`DD/MM/YYYY`)? */
export const orderOf = (format: string): 'month' | 'day' | undefined =>
  /^MM?[/.-]D/.test(format) ? 'month' : /^DD?[/.-]M/.test(format) ? 'day' : undefined;

/** What a column proves about its short dates: rows where only one order is possible. */
export interface OrderProof {
  count: number;
  month?: { row: number; text: string };
  day?: { row: number; text: string };
}

/** Adds one text of the column to the proof. */
export function prove(proof: OrderProof, row: number, text: string): void {
  const [, first, second] = dayOrMonthFirst.exec(text) ?? [];
  if (!first || !second) return;
  proof.count += 1;
  if (Number(second) > 12) proof.month ??= { row, text };
  if (Number(first) > 12) proof.day ??= { row, text };
}

const orderWords = { month: '月/日/年', day: '日/月/年' };

/**
 * The formats to read with. Of two that differ only in the order of day and month, the one the file
 * proves; a format the file disproves, or a file that proves nothing or both, is a problem in words.
 */
export function decideFormats(
  formats: readonly string[],
  { count, month, day }: OrderProof,
): { formats: string[]; note?: string; problem?: string } {
  const named = new Set(formats.map(orderOf).filter((order) => order !== undefined));
  if (count === 0 || named.size === 0) return { formats: [...formats] };
  if (month && day) {
    return {
      formats: [],
      problem: `时间列里既有月在前的写法（第 ${month.row} 行 ${month.text}），又有日在前的写法（第 ${day.row} 行 ${day.text}），请先统一`,
    };
  }
  const proven = month ? 'month' : day ? 'day' : undefined;
  const proof = month ?? day;
  if (!proven || !proof) {
    return named.size === 1
      ? { formats: [...formats] }
      : { formats: [], problem: '时间列看不出是月/日/年还是日/月/年，请在对照表里只保留一种写法' };
  }
  if (!named.has(proven)) {
    return {
      formats: [],
      problem: `对照表写的不是${orderWords[proven]}，但第 ${proof.row} 行“${proof.text}”只能是${orderWords[proven]}，请改正对照表`,
    };
  }
  return {
    formats: formats.filter((format) => (orderOf(format) ?? proven) === proven),
    note: `${count} 行短日期按${orderWords[proven]}理解（依据第 ${proof.row} 行 ${proof.text}）`,
  };
}
