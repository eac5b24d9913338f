/**
 * Sheet column 表格列: one column of a sheet of master data: its title and explanation, how a cell is read
 * and how a value is written. Reading forgives what spreadsheets do to text (blanks, full-width digits,
 * dates as numbers) and says what it cannot forgive (a code whose zeros are gone). Source: issue 4-6.
 */
import { z } from 'zod';
import { dayAt, Day } from './moment.ts';
import { timeLimitUnits, type TimeLimit } from './timeLimit.ts';

/** A cell as a file holds it. `isNumber`: the spreadsheet kept a number, so zeros in front are lost. */
export interface Cell {
  text: string;
  isNumber?: boolean;
}

/** Records that cells name by words: the drop-down's lines, and the way from id to line and back. */
export interface Named {
  labels(): readonly string[];
  labelOf(id: string): string | undefined;
  /** By the whole line, the code before its first blank, or a name that only one has. */
  find(text: string): string | undefined;
}

export interface SheetNames {
  unit: Named;
  area: Named;
  person: Named;
  post: Named;
}

export type Read = { value: unknown } | { problem: string };

export interface Column {
  key: string;
  title: string;
  /** For the page of explanations: what to write here. */
  explain: string;
  width: number;
  /** How a cell is smoothed before it is read. */
  form: 'text' | 'code' | 'day' | 'time';
  isKey?: boolean;
  isRequired?: boolean;
  /** Written for the reader's ease, never read back. */
  isShownOnly?: boolean;
  /** Differs from row to row of one record (a filing condition, a day). */
  isPart?: boolean;
  /** What an empty cell means; null when left out. */
  empty?: unknown;
  choices?(names: SheetNames): readonly string[];
  read(text: string, names: SheetNames): Read;
  write(value: unknown, names: SheetNames): string;
}

type Marks = Pick<Column, 'isKey' | 'isRequired' | 'isShownOnly' | 'isPart' | 'width' | 'empty'>;
type Parts = Partial<Marks> & { explain?: string };

const column = (
  key: string,
  title: string,
  parts: Parts,
  rest: Pick<Column, 'form' | 'read' | 'write'> & Partial<Column>,
): Column => ({ key, title, width: 16, ...rest, ...parts, explain: parts.explain ?? title });

const plain = (value: unknown): string =>
  value === null || value === undefined ? '' : String(value as string | number);

/** Words as they are; lines inside a cell are kept. */
export const textColumn = (key: string, title: string, parts: Parts = {}): Column =>
  column(key, title, parts, { form: 'text', read: (value) => ({ value }), write: plain });

/** A code: digits and letters of which every one counts. */
export const codeColumn = (key: string, title: string, parts: Parts = {}): Column =>
  column(key, title, parts, { form: 'code', read: (value) => ({ value }), write: plain });

/** A number, whole unless `isWhole` is false. */
export const numberColumn = (
  key: string,
  title: string,
  parts: Parts & { isWhole?: boolean } = {},
): Column => {
  const { isWhole = true, ...rest } = parts;
  const pattern = isWhole ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d{1,15})?$/;
  return column(key, title, rest, {
    form: 'code',
    read: (text) => {
      const digits = text.replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, '');
      return pattern.test(digits)
        ? { value: Number(digits) }
        : { problem: isWhole ? '须为整数' : '须为数字' };
    },
    write: plain,
  });
};

/** One of a few values, shown by their words; the value itself is understood too. */
export const choiceColumn = (
  key: string,
  title: string,
  words: Record<string, string>,
  parts: Parts = {},
): Column => {
  const lines = Object.values(words);
  return column(key, title, parts, {
    form: 'text',
    choices: () => lines,
    read: (text) => {
      const found = Object.entries(words).find(([value, word]) => word === text || value === text);
      return found ? { value: found[0] } : { problem: `须为${lines.slice(0, 20).join('、')}之一` };
    },
    write: (value) => (value === null || value === undefined ? '' : (words[String(value)] ?? '')),
  });
};

export const yesNoColumn = (key: string, title: string, parts: Parts = {}): Column =>
  column(key, title, parts, {
    form: 'text',
    choices: () => ['是', '否'],
    read: (text) =>
      text === '是' || text === '否' ? { value: text === '是' } : { problem: '须填“是”或“否”' },
    write: (value) => (value === null || value === undefined ? '' : value === true ? '是' : '否'),
  });

const nouns: Record<keyof SheetNames, string> = {
  unit: '单位',
  area: '区域',
  person: '人员',
  post: '岗位',
};

/** A unit, area, person or post, shown as “代码 名称”. */
export const namedColumn = (
  key: string,
  title: string,
  of: keyof SheetNames,
  parts: Parts = {},
): Column =>
  column(key, title, parts, {
    form: 'text',
    width: 28,
    choices: (names) => names[of].labels(),
    read: (text, names) => {
      const value = names[of].find(text);
      return value === undefined
        ? { problem: `没有“${text.slice(0, 40)}”这个${nouns[of]}，请填代码或从下拉中选择` }
        : { value };
    },
    write: (value, names) => (typeof value === 'string' ? (names[of].labelOf(value) ?? value) : ''),
  });

/** Several short words in one cell, divided by 、. */
export const wordsColumn = (key: string, title: string, parts: Parts = {}): Column =>
  column(key, title, parts, {
    form: 'text',
    empty: [],
    read: (text) => ({
      value: [
        ...new Set(
          text
            .split(/[、,，;；\n]/)
            .map((word) => word.trim())
            .filter(Boolean),
        ),
      ],
    }),
    write: (value) => (Array.isArray(value) ? value.join('、') : ''),
  });

/** “4工作时” as one cell. */
export function readTimeLimit(text: string): TimeLimit | undefined {
  const found = /^(\d{1,4})\s*(\D+)$/.exec(text.normalize('NFKC').trim());
  const unit = Object.entries(timeLimitUnits).find(([, word]) => word === found?.[2]?.trim());
  return found && unit
    ? { value: Number(found[1]), unit: unit[0] as TimeLimit['unit'] }
    : undefined;
}

export const limitWords = Object.values(timeLimitUnits).join('、');

/** A time limit with its unit in one cell: 4工作时. */
export const limitColumn = (key: string, title: string, parts: Parts = {}): Column =>
  column(key, title, parts, {
    form: 'text',
    read: (text) => {
      const value = readTimeLimit(text);
      return value ? { value } : { problem: `须为数字加单位（${limitWords}），如 4工作时` };
    },
    write: (value) => {
      const limit = value as TimeLimit | null | undefined;
      return limit ? `${limit.value}${timeLimitUnits[limit.unit]}` : '';
    },
  });

export const dayColumn = (key: string, title: string, parts: Parts = {}): Column =>
  column(key, title, parts, {
    form: 'day',
    read: (value) =>
      Day.safeParse(value).success
        ? { value }
        : { problem: '不是有效日期，须为 2026-10-01 这样的日期' },
    write: plain,
  });

/** A time of day 'HH:mm'. */
export const timeColumn = (key: string, title: string, parts: Parts = {}): Column =>
  column(key, title, parts, {
    form: 'time',
    read: (value) =>
      /^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? { value } : { problem: '须为 09:00 这样的时间' },
    write: plain,
  });

/** The id of a record, for those that have no code of their own; empty for a new one. */
export const idColumn = (key: string, title: string, parts: Parts = {}): Column =>
  column(key, title, parts, {
    form: 'code',
    width: 38,
    read: (text) => {
      const id = text.toLowerCase();
      return z.uuid().safeParse(id).success
        ? { value: id }
        : { problem: '编号不对：请保留导出时的编号，新增的行留空' };
    },
    write: plain,
  });

/** Blanks that look like nothing: at both ends of a cell they never mean anything. */
const blanks = /^[\s\u00a0\u200b\u3000\ufeff]+|[\s\u00a0\u200b\u3000\ufeff]+$/g;
const excelFirst = 25_569;

/** 2026/10/1, 2026年10月1日, 20261001 and Excel's day numbers as '2026-10-01'; else as it is. */
function smoothDay(text: string, isNumber: boolean): string {
  if (isNumber && /^\d{5}(\.0+)?$/.test(text)) return dayAt(Math.floor(Number(text)) - excelFirst);
  const found =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (!found) return text;
  const [, year = '', month = '', day = ''] = found;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** 9:00, 9时, 0.375 as '09:00'; else as it is. */
function smoothTime(text: string, isNumber: boolean): string {
  if (isNumber && /^(0(\.\d+)?|1)$/.test(text)) {
    const minutes = Math.round(Number(text) * 1440);
    return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  }
  const found = /^(\d{1,2})[:时点](?:(\d{1,2})分?)?(?::00)?$/.exec(text);
  return found
    ? `${(found[1] ?? '').padStart(2, '0')}:${(found[2] ?? '0').padStart(2, '0')}`
    : text;
}

/** A mark a spreadsheet could take for the beginning of a formula, with the apostrophes that guard it. */
const guarded = /^'+[=+\-@\t\r]/;
const dangerous = /^'*[=+\-@\t\r]/;

/** The text of a cell that no spreadsheet takes for a formula; {@link cellText} takes the mark off again. */
export const safeText = (text: string): string => (dangerous.test(text) ? `'${text}` : text);

/** The text of a cell as its column reads it: blanks, line ends, full-width marks and dates smoothed. */
export function cellText({ text, isNumber = false }: Cell, form: Column['form']): string {
  const open = guarded.test(text) ? text.slice(1) : text;
  const trimmed = open.replaceAll('\r\n', '\n').replace(blanks, '');
  if (form === 'text') return trimmed;
  const half = trimmed.normalize('NFKC').replace(blanks, '');
  if (form === 'day') return smoothDay(half, isNumber);
  return form === 'time' ? smoothTime(half, isNumber) : half;
}
