/**
 * Pages of a list by keyset: a page begins after the last row of the page before, never at an offset, so
 * nothing is lost or repeated while others add rows. Counting stops at 1,000.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { columnsOf } from '../columns.ts';
import { allOf, type Sql } from '../scope.ts';
import type { QueryContext } from './context.ts';

export interface Page<T> {
  items: T[];
  next: string | null;
  count: number;
  isMore: boolean;
}

/** The order of a list: a column and the id. `name` is written into the cursor. */
export interface Order {
  name: string;
  column: string;
  /** What the column holds; a moment unless told. */
  type?: 'moment' | 'text';
  direction: 'asc' | 'desc';
}

export interface PageParts {
  alias: string;
  /** What to select, `key` and `id` apart. */
  select: Sql;
  from: Sql;
  where: readonly Sql[];
  order: Order;
  cursor: string | undefined;
  limit: number | undefined;
}

export const countedTo = 1_000;
const usualLimit = 50;

const Cursor = z.tuple([z.string(), z.string().max(100), z.uuid()]);

/** Where the page after this row begins. */
export const cursorOf = (order: Order, key: string, id: string): string =>
  Buffer.from(JSON.stringify([order.name, key, id])).toString('base64url');

/** The sort key and id a page begins after. Throws 400 for a cursor of another list or an altered one. */
export function readCursor(text: string, order: Order): { key: string; id: string } {
  const bad = () => new Refused(400, 'badCursor', '翻页位置无效，请从第一页重新打开列表');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw bad();
  }
  const parsed = Cursor.safeParse(value);
  if (!parsed.success) throw bad();
  const [name, key, id] = parsed.data;
  if (name !== order.name || (order.type !== 'text' && !Moment.safeParse(key).success)) throw bad();
  return { key, id };
}

const after = ({ alias, order, cursor }: PageParts): Sql[] => {
  if (cursor === undefined) return [];
  const { key, id } = readCursor(cursor, order);
  const [column, idColumn] = [sql.ref(`${alias}.${order.column}`), sql.ref(`${alias}.id`)];
  const sign = order.direction === 'desc' ? sql`<` : sql`>`;
  const start = order.type === 'text' ? sql`${key}::text` : sql`${key}::timestamptz`;
  return [sql`(${column}, ${idColumn}) ${sign} (${start}, ${id}::uuid)`];
};

/** How many rows meet the conditions, counted to 1,000. */
export async function cappedCount(
  { db, countTo = countedTo }: QueryContext,
  from: Sql,
  where: readonly Sql[],
): Promise<{ count: number; isMore: boolean }> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from ${from} where ${allOf(where)} limit ${countTo + 1}) c`.execute(
    db,
  );
  const count = rows[0]?.count ?? 0;
  return { count: Math.min(count, countTo), isMore: count > countTo };
}

/** One page of rows and the count of all: two statements. */
export async function readPage(
  context: QueryContext,
  parts: PageParts,
): Promise<Page<Record<string, unknown>>> {
  const { alias, select, from, where, order, limit = usualLimit } = parts;
  const direction = order.direction === 'desc' ? sql`desc` : sql`asc`;
  const key = sql.ref(`${alias}.${order.column}`);
  const [{ rows }, counted] = await Promise.all([
    sql<Record<string, unknown>>`
      select ${select}, ${key} as page_key, ${sql.ref(`${alias}.id`)} as page_id from ${from}
      where ${allOf([...where, ...after(parts)])}
      order by ${key} ${direction}, ${sql.ref(`${alias}.id`)} ${direction} limit ${limit + 1}`.execute(
      context.db,
    ),
    cappedCount(context, from, where),
  ]);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next =
    rows.length > limit && last
      ? cursorOf(order, String(last.page_key), String(last.page_id))
      : null;
  return { items, next, ...counted };
}

/** All columns of a noun, for `select`. */
export const allColumns = (noun: string, alias: string): Sql =>
  sql.join(columnsOf(noun).columns.map((column) => sql.ref(`${alias}.${column}`)));
