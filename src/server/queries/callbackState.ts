/** Callback state: the latest call-back of a report, and what the complainant is told of it. */
import { sql } from 'kysely';
import type { Callback } from '../../domain/callbackShape.ts';
import type { QueryContext } from './context.ts';

type Latest = Pick<Callback, 'id' | 'status' | 'closedAt' | 'due' | 'byCode'>;

/** The latest call-back of a report, whatever became of it. */
export async function latestCallback(
  { db, district }: Pick<QueryContext, 'db' | 'district'>,
  reportId: string,
): Promise<Latest | undefined> {
  const { rows } = await sql<Latest>`
    select id, status, closed_at as "closedAt", due, by_code as "byCode" from callback
    where district = ${district} and report_id = ${reportId} order by opened_at desc limit 1`.execute(
    db,
  );
  return rows[0];
}

/** `waiting`: the complainant may judge now; `answered`: they did; `none`: there is nothing to judge. */
export function callbackStateOf(latest: Latest | undefined): 'waiting' | 'answered' | 'none' {
  if (latest?.status === 'waiting') return 'waiting';
  return latest?.status === 'answered' || latest?.status === 'contested' ? 'answered' : 'none';
}
