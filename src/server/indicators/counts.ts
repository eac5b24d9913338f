/** Counts 频次: how many orders came in each class, and how many issues are open of each 小类. */
import { sql } from 'kysely';
import { classCode } from '../../domain/orderClass.ts';
import type { QueryContext } from '../queries/context.ts';

/** Orders that ever came, by the code of their class. */
export async function reportCounts({
  db,
  district,
}: Pick<QueryContext, 'db' | 'district'>): Promise<Map<string, number>> {
  const { rows } = await sql<{ sender_code: string; words: string; count: number }>`
    select r.sender_code, r.outside_class as words, count(*)::integer as count from report r
    where r.district = ${district} and r.sender_code is not null and r.outside_class is not null
    group by r.sender_code, r.outside_class`.execute(db);
  return new Map(rows.map((row) => [classCode(row.sender_code, row.words), row.count]));
}

/** Issues not ended, by the code of their 小类. */
export async function openIssueCounts({
  db,
  district,
}: Pick<QueryContext, 'db' | 'district'>): Promise<Map<string, number>> {
  const { rows } = await sql<{ code: string; count: number }>`
    select i.category_code as code, count(*)::integer as count from issue i
    where i.district = ${district} and i.current_due is not null group by i.category_code`.execute(
    db,
  );
  return new Map(rows.map(({ code, count }) => [code, count]));
}
