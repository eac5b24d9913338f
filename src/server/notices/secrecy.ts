/** Secrecy 保密: words that were queued lose category and place when the matter became secret before they are sent. */
import type pg from 'pg';
import type { Approval } from '../../domain/approval.ts';
import type { Assist } from '../../domain/assist.ts';
import { isSecret } from '../../domain/likeness.ts';
import type { Report } from '../../domain/reportShape.ts';
import type { Performing } from '../perform.ts';
import type { MessageRow } from './queue.ts';

type Store = Performing['store'];

/** Which of these events are about what may be told outside with category and place. */
async function openMatters(
  pool: pg.Pool,
  store: Store,
  district: string,
  eventIds: readonly string[],
): Promise<Set<string>> {
  const { rows: events } = await pool.query<{ id: string; noun: string; recordId: string }>({
    name: 'notice-matters',
    text: `select id, noun, record_id as "recordId" from event where district = $1 and id = any($2::uuid[])`,
    values: [district, eventIds],
  });
  const found = async (noun: string): Promise<unknown[]> =>
    store.find(
      noun,
      district,
      events.filter((event) => event.noun === noun).map(({ recordId }) => recordId),
    );
  const parts = [...(await found('assist')), ...(await found('approval'))] as (Assist | Approval)[];
  const reports = (await found('report')) as Report[];
  const issueOf = new Map(parts.map(({ id, issueId }) => [id, issueId]));
  const issueIds = events.map(({ recordId }) => issueOf.get(recordId) ?? recordId);
  const secret = new Set([
    ...(await store.secretIssues(district, issueIds)),
    ...reports.filter(isSecret).map(({ id }) => id),
  ]);
  return new Set(
    events
      .filter(({ recordId }) => !secret.has(issueOf.get(recordId) ?? recordId))
      .map(({ id }) => id),
  );
}

/** The rows as they may be told now; what is taken out of them is taken out of the queue too. */
export async function withoutSecrets(
  pool: pg.Pool,
  store: Store,
  rows: readonly MessageRow[],
): Promise<MessageRow[]> {
  const telling = rows.filter(
    ({ person_id, content }) =>
      person_id !== null && 'place' in content && (content.place ?? content.category) !== null,
  );
  const [first] = telling;
  if (!first) return [...rows];
  const { district } = first;
  const matters = telling.map(({ matter }) => matter);
  const open = await openMatters(pool, store, district, matters);
  const ids = telling.filter(({ matter }) => !open.has(matter)).map(({ id }) => id);
  if (ids.length === 0) return [...rows];
  await pool.query(
    `update notice_message set content = content || '{"category": null, "place": null}'
     where district = $1 and id = any($2)`,
    [district, ids],
  );
  return rows.map((row) =>
    row.person_id !== null && ids.includes(row.id)
      ? { ...row, content: { ...row.content, category: null, place: null } }
      : row,
  );
}
