/**
 * Calendar 日历: which local days are worked and during which hours. Holidays and make-up days of a year
 * are announced by the State Council late in the year before; until then the year is provisional,
 * Monday to Friday (待节假日公布). Sources: domain reference a.4; data `seeds/calendar/`.
 */
import { z } from 'zod';
import {
  Day,
  dayAt,
  dayNumber,
  dayStartMs,
  minutesOfTime,
  momentAt,
  weekdayAt,
  type Moment,
} from './moment.ts';

const NamedDay = z.strictObject({ day: Day, name: z.string().trim().min(1, '请填写名称').max(20) });

const namedDays = z
  .array(NamedDay)
  .max(200, '天数过多，请检查')
  .refine((list) => new Set(list.map(({ day }) => day)).size === list.length, '同一天只能填写一次');

const spanStart = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时间须为 00:00 至 23:59');
const spanEnd = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, '时间须为 00:01 至 24:00');

/** Working hours of a season that begins on `fromDay` ('MM-DD') of the year. */
const Season = z.strictObject({
  fromDay: z
    .string()
    .refine(
      (text) => /^\d{2}-\d{2}$/.test(text) && Day.safeParse(`2024-${text}`).success,
      '起始日须为“月-日”，如 05-01',
    ),
  spans: z
    .array(z.strictObject({ from: spanStart, to: spanEnd }))
    .min(1, '每个时段至少要有一段工作时间')
    .max(8)
    .refine(
      (spans) =>
        spans.every(
          ({ from, to }, index) =>
            from < to && (index === 0 || from >= (spans[index - 1]?.to ?? '')),
        ),
      '工作时间须先后有序、互不重叠，且结束晚于开始',
    ),
});

const hours = z
  .array(Season)
  .min(1, '请填写工作时间')
  .max(12)
  .refine(
    (list) =>
      list.every(({ fromDay }, index) => index === 0 || fromDay > (list[index - 1]?.fromDay ?? '')),
    '各季工作时间须按起始日先后排列',
  );

/**
 * One year. Before the first season's start the last season holds (a winter that began last autumn).
 * Rules between the fields are in {@link calendarYearProblem}.
 */
export const CalendarYear = z.object({
  year: z.number().int().min(2000).max(2100),
  isAnnounced: z.boolean(),
  holidays: namedDays,
  makeUpDays: namedDays,
  hours,
});
export type CalendarYear = z.infer<typeof CalendarYear>;

/** Beijing 09:00–12:00, 13:00–18:00 (domain reference a.4, recalled): used where no year is known. */
export const defaultHours: CalendarYear['hours'] = [
  {
    fromDay: '01-01',
    spans: [
      { from: '09:00', to: '12:00' },
      { from: '13:00', to: '18:00' },
    ],
  },
];

/** The years in force in a district by year number: its own rows over the base (000000). */
export interface WorkCalendar {
  years: Record<string, CalendarYear & { id: string; district: string }>;
}

/** What is wrong between the fields of a year, as a sentence for a person; undefined when nothing is. */
export function calendarYearProblem(
  row: Pick<CalendarYear, 'year' | 'holidays' | 'makeUpDays'>,
): string | undefined {
  const holidays = new Set(row.holidays.map(({ day }) => day));
  for (const { day } of [...row.holidays, ...row.makeUpDays]) {
    if (!day.startsWith(`${row.year}-`)) return `${day} 不在 ${row.year} 年，请移到所属年份的日历`;
  }
  const both = row.makeUpDays.find(({ day }) => holidays.has(day));
  if (both) return `${both.day} 不能既放假又调休上班，请删去其一`;
  const idle = row.makeUpDays.find(({ day }) => weekdayAt(dayNumber(day)) <= 5);
  if (idle) return `${idle.day} 是${weekdayWord(idle.day)}，本来就上班，不是调休日，请核对通知`;
  return gapProblem(row);
}

const weekdayWord = (day: Day): string =>
  `周${'一二三四五六日'[weekdayAt(dayNumber(day)) - 1] ?? ''}`;

/** A holiday of one name runs without a break: a weekend or a day left out in its middle is a slip. */
function gapProblem({ holidays }: Pick<CalendarYear, 'holidays'>): string | undefined {
  const free = new Set(holidays.map(({ day }) => dayNumber(day)));
  const lastOf = new Map<string, number>();
  for (const { day, name } of [...holidays].sort((a, b) => (a.day < b.day ? -1 : 1))) {
    const [number, last] = [dayNumber(day), lastOf.get(name)];
    lastOf.set(name, number);
    if (last === undefined || number - last > longestGap) continue;
    const missing = Array.from({ length: number - last - 1 }, (_, n) => last + 1 + n).find(
      (between) => !free.has(between),
    );
    if (missing === undefined) continue;
    const words = `${dayAt(missing)}（${weekdayWord(dayAt(missing))}）`;
    return `${name}放假中间缺 ${words}${weekdayAt(missing) > 5 ? '，周末也要列入放假' : ''}，请补上或改名分列`;
  }
  return undefined;
}

/** Days of one name further apart than this are two holidays. */
const longestGap = 10;

/** A working span in minutes since midnight. */
interface Span {
  from: number;
  to: number;
}

interface SeasonTable {
  firstDay: number;
  spans: Span[];
  minutes: number;
}

/** A year made ready for counting. Days are serial numbers (see `dayNumber`). */
interface YearTable {
  firstDay: number;
  lastDay: number;
  /** No notice is loaded for this year: Monday to Friday. */
  isProvisional: boolean;
  /** The row that gave the days or at least the hours; null for the default hours. */
  rowId: string | null;
  holidays: ReadonlyMap<number, string>;
  makeUpDays: ReadonlySet<number>;
  seasons: readonly SeasonTable[];
}

type YearRow = WorkCalendar['years'][string];

/** Tables by the row they were made from; rows are versions and never change in place. */
const tables = new WeakMap<object, Map<number, YearTable>>();
const noRow = { hours: defaultHours };

/**
 * The table of a year. A year without a row takes the hours of the nearest earlier year, a year not yet
 * announced its own hours; both are provisional, and neither knows holidays.
 */
function yearTable(calendar: WorkCalendar, year: number): YearTable {
  const row = calendar.years[String(year)] ?? earlierRow(calendar, year);
  const key = row ?? noRow;
  let byYear = tables.get(key);
  if (!byYear) tables.set(key, (byYear = new Map<number, YearTable>()));
  let table = byYear.get(year);
  if (!table) byYear.set(year, (table = makeTable(year, row)));
  return table;
}

function earlierRow(calendar: WorkCalendar, year: number): YearRow | undefined {
  const known = Object.keys(calendar.years)
    .map(Number)
    .filter((other) => other < year);
  return known.length > 0 ? calendar.years[String(Math.max(...known))] : undefined;
}

function makeTable(year: number, row: YearRow | undefined): YearTable {
  const isProvisional = row?.year !== year || !row.isAnnounced;
  const holidays = isProvisional ? [] : row.holidays;
  const makeUpDays = isProvisional ? [] : row.makeUpDays;
  return {
    firstDay: dayNumber(`${year}-01-01`),
    lastDay: dayNumber(`${year}-12-31`),
    isProvisional,
    rowId: row?.id ?? null,
    holidays: new Map(holidays.map(({ day, name }) => [dayNumber(day), name])),
    makeUpDays: new Set(makeUpDays.map(({ day }) => dayNumber(day))),
    seasons: (row?.hours ?? defaultHours).map((season) => seasonTable(year, season)),
  };
}

function seasonTable(year: number, { fromDay, spans }: CalendarYear['hours'][number]): SeasonTable {
  const inMinutes = spans.map(({ from, to }) => ({
    from: minutesOfTime(from),
    to: minutesOfTime(to),
  }));
  const [month, day] = [Number(fromDay.slice(0, 2)), Number(fromDay.slice(3, 5))];
  return {
    firstDay: Date.UTC(year, month - 1, day) / 86_400_000,
    spans: inMinutes,
    minutes: inMinutes.reduce((sum, { from, to }) => sum + to - from, 0),
  };
}

/** The table of the year in which a day's serial number lies. */
export const tableOfDay = (calendar: WorkCalendar, day: number): YearTable =>
  yearTable(calendar, new Date(day * 86_400_000).getUTCFullYear());

/** The working hours in force on a day of the table's year, worked or not. */
export function seasonOn(table: YearTable, day: number): SeasonTable {
  const { seasons } = table;
  const found = seasons.findLast(({ firstDay }) => firstDay <= day) ?? seasons.at(-1);
  if (!found) throw new Error('a calendar year has no working hours');
  return found;
}

/** Is a day of the table's year worked? A make-up day is, a holiday is not, else Monday to Friday is. */
export const isWorkDayIn = (table: YearTable, day: number): boolean =>
  table.makeUpDays.has(day) || (weekdayAt(day) <= 5 && !table.holidays.has(day));

/** Is a local day worked? Provisional years: Monday to Friday. */
export function isWorkDay(calendar: WorkCalendar, day: Day): boolean {
  const number = dayNumber(day);
  return isWorkDayIn(tableOfDay(calendar, number), number);
}

/** The working spans of a local day in order; none when it is not worked. */
export function workSpans(calendar: WorkCalendar, day: Day): { from: Moment; to: Moment }[] {
  const number = dayNumber(day);
  const table = tableOfDay(calendar, number);
  if (!isWorkDayIn(table, number)) return [];
  const start = dayStartMs(number);
  return seasonOn(table, number).spans.map(({ from, to }) => ({
    from: momentAt(start + from * 60_000),
    to: momentAt(start + to * 60_000),
  }));
}
