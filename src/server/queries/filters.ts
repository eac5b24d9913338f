/** Filters of the ledger's lists, each as a condition that an index can serve. */
import { sql } from 'kysely';
import { Channel } from '../../domain/channel.ts';
import { addDays, addMinutes, Day, startOfDay, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { queryParts, queryWords, searchedFields } from '../../domain/searchWords.ts';
import { snake } from '../columns.ts';
import type { MasterData } from '../masterData.ts';
import { allOf, anyOf, inArea, type Sql } from '../scope.ts';

/** Minutes before the due moment from which a matter counts as 临期. */
const dueSoonMinutes = 120;

interface Filters {
  channel?: string | undefined;
  area?: string | undefined;
  category?: string | undefined;
}

const bad = (what: string): Refused =>
  new Refused(400, 'badFilter', `${what}不对，请重新选择筛选条件`);

/** A comma list of known values. Throws 400 for an unknown one; undefined when nothing is chosen. */
export function chosen(
  text: string | undefined,
  known: readonly string[],
  label: string,
): string[] | undefined {
  const values = (text ?? '').split(',').filter(Boolean);
  if (values.some((value) => !known.includes(value))) throw bad(label);
  return values.length > 0 ? values : undefined;
}

const day = (text: string): string => {
  if (!Day.safeParse(text).success) throw bad('日期');
  return text;
};

/** A column between two local days, both included. */
export const between = (column: Sql, from: string | undefined, to: string | undefined): Sql[] => [
  ...(from ? [sql`${column} >= ${startOfDay(day(from))}::timestamptz`] : []),
  ...(to ? [sql`${column} < ${startOfDay(addDays(day(to), 1))}::timestamptz`] : []),
];

/** A clock's due moment against now. */
export function byClock(due: Sql, clock: 'overdue' | 'dueSoon' | 'onTime', now: Moment): Sql {
  const soon = addMinutes(now, dueSoonMinutes);
  if (clock === 'overdue') return sql`${due} < ${now}::timestamptz`;
  return clock === 'dueSoon'
    ? sql`${due} >= ${now}::timestamptz and ${due} <= ${soon}::timestamptz`
    : sql`${due} > ${soon}::timestamptz`;
}

/** Category codes known here that begin with a prefix, of all versions, so that the index by code serves. */
const codesOf = (master: MasterData, prefix: string): string[] => [
  ...new Set(
    [...master.categories.values()]
      .map(({ code }) => code)
      .filter((code) => code.startsWith(prefix)),
  ),
];

/** Channel, area and category; the columns have the same names in reports and issues. */
export function commonFilters(alias: string, input: Filters, master: MasterData): Sql[] {
  const channel = chosen(input.channel, Channel.options, '来源渠道');
  const column = (name: string): Sql => sql.ref(`${alias}.${name}`);
  return [
    ...(channel ? [sql`${column('channel')} = any(${channel})`] : []),
    ...(input.area
      ? [anyOf(master.areaCodesOf(input.area).map((code) => inArea(column('area_code'), code)))]
      : []),
    ...(input.category
      ? [sql`${column('category_code')} = any(${codesOf(master, input.category)})`]
      : []),
  ];
}

/** Text as it is compared: one width, small letters, no blanks; the same as `foldWords` does. */
const folded = (columns: readonly Sql[]): Sql =>
  sql`lower(replace(normalize(concat_ws('|', ${sql.join(columns)}), NFKC), ' ', ''))`;

/**
 * Records in which every word asked for stands: found by the index of word pairs, checked again in the
 * text where pairs alone could mislead. Numbers are found exactly, even before the index knows them.
 */
export function byWords(
  noun: 'issue' | 'report',
  alias: string,
  district: string,
  words: string,
): Sql {
  const { number, unsure, query } = queryWords(words);
  const column = (name: string): Sql => sql.ref(`${alias}.${name}`);
  const length = noun === 'issue' ? 19 : 14;
  if (number?.length === length) return sql`${column('number')} = ${number}`;
  if (!query) return sql`false`;
  const text = folded(searchedFields[noun].map((field) => column(snake(field))));
  return allOf([
    sql`${column('id')} in (select s.record_id from search s
      where s.district = ${district} and s.noun = ${noun} and s.words @@ ${query}::tsquery)`,
    ...unsure.map((part) => sql`strpos(${text}, ${part}) > 0`),
  ]);
}

/**
 * Reports in whose content and own number alone every word stands, for whoever is not told the address and the
 * outside number and finds nothing by them either.
 */
export function byOpenWords(alias: string, district: string, words: string): Sql {
  const text = folded([sql.ref(`${alias}.content`), sql.ref(`${alias}.number`)]);
  return allOf([
    byWords('report', alias, district, words),
    ...queryParts(words).map((part) => sql`strpos(${text}, ${part}) > 0`),
  ]);
}
