/** Outside address list 外部地址白名单: which internal addresses the program may call; for the system administrator. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import type { OutsideAddress } from '../../domain/outsideAddress.ts';
import { Refused } from '../../domain/refused.ts';
import { toRecord } from '../columns.ts';
import { openActions } from '../openActions.ts';
import { askedOf, signedIn, type QueryContext } from './context.ts';
import { allColumns, readPage } from './page.ts';

export async function outsideAddressList(
  context: QueryContext,
  input: QueryInput<'outsideAddressList'>,
): Promise<QueryOutput<'outsideAddressList'>> {
  if (!['systemAdmin', 'auditAdmin'].includes(signedIn(context).role))
    throw new Refused(403, 'notYourRole', '外部地址白名单只供系统管理员和审计管理员查看');
  const asked = askedOf(context);
  const page = await readPage(context, {
    alias: 't',
    select: allColumns('outsideAddress', 't'),
    from: sql`outside_address t`,
    where: [
      sql`t.district = ${baseDistrict}`,
      ...(input.status ? [sql`t.status = ${input.status}`] : []),
    ],
    order: { name: 'outsideAddresses', column: 'host', type: 'text', direction: 'asc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const address = toRecord<OutsideAddress>('outsideAddress', row);
      return { ...address, actions: openActions('outsideAddress', address, asked) };
    }),
  };
}
