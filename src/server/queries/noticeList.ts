/** Notices 消息: what the product told this person; nobody sees another's. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { signedIn, type QueryContext } from './context.ts';
import { readPage } from './page.ts';

export async function noticeList(
  context: QueryContext,
  input: QueryInput<'noticeList'>,
): Promise<QueryOutput<'noticeList'>> {
  const { personId } = signedIn(context);
  const page = await readPage(context, {
    alias: 'n',
    select: sql`n.id, n.words, n.noun, n.record_id as "recordId", n.at, n.read_at is not null as "isRead"`,
    from: sql`notice n`,
    where: [sql`n.district = ${context.district}`, sql`n.person_id = ${personId}`],
    order: { name: 'notices', column: 'at', direction: 'desc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  const items = page.items as unknown as QueryOutput<'noticeList'>['items'];
  return {
    ...page,
    items: items.map(({ id, words, noun, recordId, at, isRead }) => ({
      id,
      words,
      noun,
      recordId,
      at,
      isRead,
    })),
  };
}

/** Marks own notices as read; those of others stay as they are. */
export async function readNotices(
  context: QueryContext,
  { ids }: QueryInput<'readNotices'>,
): Promise<QueryOutput<'readNotices'>> {
  const { personId } = signedIn(context);
  const { rows } = await sql<{ id: string }>`
    update notice set read_at = ${context.now}
    where district = ${context.district} and person_id = ${personId} and id = any(${ids}::uuid[]) and read_at is null
    returning id`.execute(context.db);
  return { read: rows.length };
}
