/**
 * Order time 工单时间: the ways Chinese exports write a time, and the bare day numbers of spreadsheets; local
 * time of UTC+8. Which of 05/03/2026 is the month, the file proves or a person says.
 */
import { addMinutes, dayAt, type Moment } from '../../domain/moment.ts';
import { momentIn, patternOf, type OrderProof } from '../adapters/localTime.ts';

const patterns = (formats: readonly string[]): RegExp[] =>
  formats.flatMap((format) => patternOf(format) ?? []);

const withTimes = (day: string): string[] => [day, `${day} H:mm`, `${day} H:mm:ss`];

const yearFirst = patterns([
  ...withTimes('YYYY-M-D'),
  'YYYYMMDD',
  'YYYYMMDDHHmmss',
  'YYYYMMDD HH:mm:ss',
]);
const byOrder = {
  month: patterns(withTimes('M-D-YYYY')),
  day: patterns(withTimes('D-M-YYYY')),
};

/** One spelling for all separators: `2026年3月4日 8时05分` → `2026-3-4 8:05`. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .trim()
    .replace(/\+08:?00$/, '')
    .replace(/(:\d{2})\.\d{1,9}$/, '$1')
    .replace(/[年月/.]/g, '-')
    .replace(/[日T]/g, ' ')
    .replace(/[时点分]/g, ':')
    .replace(/秒/g, '')
    .replace(/:\s*$/, '')
    .replace(/^(.* \d{1,2})$/, '$1:00')
    .replace(/\s+/g, ' ')
    .trim();

/** 2026-03-03T01:15:20Z: the time of Greenwich, eight hours behind the local one. */
const greenwich = /(:\d{2}(?:\.\d{1,9})?)(?:Z|\+00:?00)$/;
const localAhead = 8 * 60;

const dayNumberOf1970 = 25_569;

/** 46085.354166 → the moment; spreadsheets count days from 1900. */
function serialMoment(text: string): Moment | undefined {
  if (!/^[34]\d{4}(?:\.\d+)?$/.test(text)) return undefined;
  const seconds = Math.round(Number(text) * 86_400);
  const rest = seconds % 86_400;
  const day = dayAt((seconds - rest) / 86_400 - dayNumberOf1970);
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
  return momentIn(`${day} ${time}`, yearFirst);
}

type DateOrder = 'month' | 'day' | undefined;

/** Which part of short dates comes first: proved by the file, else as chosen. Both proved: nothing. */
export function dateOrderOf(
  { month, day }: Partial<OrderProof>,
  chosen: DateOrder,
): DateOrder | 'both' {
  if (month && day) return 'both';
  if (month) return 'month';
  return day ? 'day' : chosen;
}

/** How the column is called in sentences, and what to do when month and day cannot be told apart. */
const orderWords = { label: '来电时间', ask: '请在列对照里选择' };

/** The moment of a text, or why there is none. */
export function orderMoment(
  text: string,
  order: DateOrder | 'both',
  { label, ask } = orderWords,
): { moment: Moment } | { problem: string } {
  const serial = serialMoment(text);
  if (serial) return { moment: serial };
  const isGreenwich = greenwich.test(text.trim());
  const words = plain(text.trim().replace(greenwich, '$1'));
  const found = momentIn(words, yearFirst);
  if (found) return { moment: isGreenwich ? addMinutes(found, localAhead) : found };
  if (/^\d{1,2}-\d{1,2}-\d{4}/.test(words)) {
    if (order === 'both') return { problem: `${label}既有月在前的也有日在前的，请先统一` };
    if (!order) return { problem: `${label}看不出是月/日/年还是日/月/年，${ask}` };
    const moment = momentIn(words, byOrder[order]);
    if (moment) return { moment };
  }
  return { problem: `${label}的写法不认识或时间不存在` };
}
