/** Posts 每日进展、每周小结: what was composed for the groups in sight, the latest first, in its words. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { groupPost, groupPostWords, type GroupPost } from '../../domain/groupPost.ts';
import { toRecord } from '../columns.ts';
import { inActorsScope, type QueryContext } from '../queries/context.ts';
import { allColumns, readPage } from '../queries/page.ts';
import { unitsSeen } from './scope.ts';

export async function groupPosts(
  context: QueryContext,
  { kind, unit, cursor, limit }: QueryInput<'groupPosts'>,
): Promise<QueryOutput<'groupPosts'>> {
  const units = unitsSeen(context, unit === 'district' ? undefined : unit);
  const page = await readPage(context, {
    alias: 'g',
    select: allColumns('groupPost', 'g'),
    from: sql`group_post g`,
    where: [
      sql`g.district = ${context.district}`,
      inActorsScope(context, groupPost, 'g'),
      ...(kind ? [sql`g.kind = ${kind}`] : []),
      ...(unit === 'district' ? [sql`g.unit_id is null`] : []),
      ...(unit && unit !== 'district' ? [sql`g.unit_id = any(${units}::uuid[])`] : []),
    ],
    order: { name: 'groupPosts', column: 'until_at', direction: 'desc' },
    cursor,
    limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const post = toRecord<GroupPost>('groupPost', row);
      return { ...post, ...groupPostWords(post) };
    }),
  };
}
