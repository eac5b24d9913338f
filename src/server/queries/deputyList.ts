/** Deputy list 代班: who stands in for whom, the latest first; unit heads see their own units. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { isStandingIn, type Deputy } from '../../domain/deputy.ts';
import { toRecord } from '../columns.ts';
import type { MasterData } from '../masterData.ts';
import { openActions } from '../openActions.ts';
import { askedOf, signedIn, type QueryContext } from './context.ts';
import { postName, unitName } from './names.ts';
import { allColumns, readPage } from './page.ts';

/** Name and title. */
const postWords = (master: MasterData, id: string): string =>
  [postName(master, id), master.posts.get(id)?.title].filter(Boolean).join('　');

export async function deputyList(
  context: QueryContext,
  input: QueryInput<'deputyList'>,
): Promise<QueryOutput<'deputyList'>> {
  const { master, district, now } = context;
  const actor = signedIn(context);
  const asked = askedOf(context);
  const page = await readPage(context, {
    alias: 't',
    select: allColumns('deputy', 't'),
    from: sql`deputy t`,
    where: [
      sql`t.district = ${district}`,
      ...(input.status ? [sql`t.status = ${input.status}`] : []),
      ...(actor.line === 'handling'
        ? [
            sql`t.post_id in (select p.id from post p where p.district = ${district} and p.unit_id = any(${actor.unitIds}::uuid[]))`,
          ]
        : []),
    ],
    order: { name: 'deputies', column: 'from_day', type: 'text', direction: 'desc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const deputy = toRecord<Deputy>('deputy', row);
      return {
        ...deputy,
        postWords: postWords(master, deputy.postId),
        deputyWords: postWords(master, deputy.deputyPostId),
        unitName: unitName(master, master.posts.get(deputy.postId)?.unitId ?? null),
        isNow: isStandingIn(deputy, now),
        actions: openActions('deputy', deputy, asked),
      };
    }),
  };
}
