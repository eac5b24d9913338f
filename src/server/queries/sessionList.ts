/** Session list 会话: who is signed in to this district, for the security administrator. */
import { sql } from 'kysely';
import { roleLabels } from '../../domain/access.ts';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import { idleMinutes } from '../accounts.ts';
import { signedIn, type QueryContext } from './context.ts';
import { readPage } from './page.ts';

export async function sessionList(
  context: QueryContext,
  input: QueryInput<'sessionList'>,
): Promise<QueryOutput<'sessionList'>> {
  const { master, district, now } = context;
  if (signedIn(context).role !== 'securityAdmin')
    throw new Refused(403, 'notYourRole', '登录情况只供安全管理员查看');
  const words = input.words?.trim().toLowerCase();
  const page = await readPage(context, {
    alias: 's',
    select: sql`s.person_id, s.post_id, s.device, s.created_at, s.seen_at, p.name, p.login`,
    from: sql`session s join person p on p.district = ${baseDistrict} and p.id = s.person_id`,
    where: [
      sql`s.district = ${district}`,
      sql`s.expires_at > ${now}::timestamptz and s.seen_at > ${addMinutes(now, -idleMinutes)}::timestamptz`,
      ...(words ? [sql`strpos(lower(p.name), ${words}) > 0 or strpos(p.login, ${words}) > 0`] : []),
    ],
    order: { name: 'sessions', column: 'seen_at', direction: 'desc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const post = master.posts.get(row.post_id as string);
      return {
        id: row.page_id as string,
        personId: row.person_id as string,
        personName: row.name as string,
        login: row.login as string,
        postWords: post ? post.title || roleLabels[post.role] : '',
        device: row.device as string,
        createdAt: row.created_at as Moment,
        seenAt: row.seen_at as Moment,
      };
    }),
  };
}
