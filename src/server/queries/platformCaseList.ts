/** Platform case list 平台案件: what was handed over to grid platforms, the latest first. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { issueNumberText, type Issue } from '../../domain/issueShape.ts';
import { platformCase, withPlatform, type PlatformCase } from '../../domain/platformCase.ts';
import { toRecord } from '../columns.ts';
import { openActions } from '../openActions.ts';
import { askedOf, inActorsScope, type QueryContext } from './context.ts';
import { unitName } from './names.ts';
import { allColumns, readPage } from './page.ts';

export async function platformCaseList(
  context: QueryContext,
  input: QueryInput<'platformCaseList'>,
): Promise<QueryOutput<'platformCaseList'>> {
  const { district, master } = context;
  const asked = askedOf(context);
  const { issue, platform, status, trouble, cursor, limit } = input;
  const page = await readPage(context, {
    alias: 't',
    select: sql`${allColumns('platformCase', 't')}, i.number, i.channel, i.category_id`,
    from: sql`platform_case t join issue i on i.district = t.district and i.id = t.issue_id`,
    where: [
      sql`t.district = ${district}`,
      inActorsScope(context, platformCase, 't'),
      ...(issue ? [sql`t.issue_id = ${issue}`] : []),
      ...(platform ? [sql`t.subscription_id = ${platform}`] : []),
      ...(status ? [sql`t.status = any(${status.split(',')})`] : []),
      ...(trouble ? [sql`t.problem is not null and t.status = any(${[...withPlatform]})`] : []),
    ],
    order: { name: 'platformCases', column: 'pushed_at', direction: 'desc' },
    cursor,
    limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const record = toRecord<PlatformCase>('platformCase', row);
      const { subscriptionId, unitId } = record;
      return {
        ...record,
        platformName: master.subscriptions.find(({ id }) => id === subscriptionId)?.name ?? '',
        unitName: unitName(master, unitId) ?? '',
        issueNumber: issueNumberText({
          number: row.number as string,
          channel: row.channel as Issue['channel'],
        }),
        categoryName: master.categories.get(row.category_id as string)?.name ?? '',
        actions: openActions('platformCase', record, asked),
      };
    }),
  };
}
