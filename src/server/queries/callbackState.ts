/** Callback state: the latest call-back of a report, and what the complainant is told of it. */
import { sql } from 'kysely';
import { callback } from '../../domain/callback.ts';
import type { CallbackMark } from '../../domain/callbackApi.ts';
import type { Callback } from '../../domain/callbackShape.ts';
import { inActorsScope, type QueryContext } from './context.ts';

type Latest = Pick<Callback, 'id' | 'status' | 'closedAt' | 'due' | 'byCode'>;

/** The latest call-back of a report that we asked, whatever became of it; the city's own results are none. */
export async function latestCallback(
  { db, district }: Pick<QueryContext, 'db' | 'district'>,
  reportId: string,
): Promise<Latest | undefined> {
  const { rows } = await sql<Latest>`
    select id, status, closed_at as "closedAt", due, by_code as "byCode" from callback
    where district = ${district} and report_id = ${reportId} and way is distinct from 'city'
    order by opened_at desc limit 1`.execute(db);
  return rows[0];
}

/** The latest call-back of each of some reports, as far as this actor sees it. */
export async function callbackMarks(
  context: QueryContext,
  reportIds: readonly string[],
): Promise<Map<string, CallbackMark>> {
  if (reportIds.length === 0) return new Map();
  const { rows } = await sql<CallbackMark & { reportId: string }>`
    select distinct on (c.report_id) c.report_id as "reportId", c.status, c.is_contacted as "isContacted",
      c.solved, c.satisfaction, c.way, c.invalid_reason as "invalidReason" from callback c
    where c.district = ${context.district} and c.report_id = any(${reportIds}::uuid[])
      and ${inActorsScope(context, callback, 'c')}
    order by c.report_id, c.opened_at desc`.execute(context.db);
  return new Map(rows.map(({ reportId, ...mark }) => [reportId, mark]));
}

/** `waiting`: the complainant may judge now; `answered`: they did; `none`: there is nothing to judge. */
export function callbackStateOf(latest: Latest | undefined): 'waiting' | 'answered' | 'none' {
  if (latest?.status === 'waiting') return 'waiting';
  return latest?.status === 'answered' || latest?.status === 'contested' ? 'answered' : 'none';
}
