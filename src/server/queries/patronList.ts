/** Patron list 包街包片: leaders and the areas they are answerable for, by area. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { isAnswerable, type Patron } from '../../domain/patron.ts';
import { toRecord } from '../columns.ts';
import { openActions } from '../openActions.ts';
import { anyOf, inArea } from '../scope.ts';
import { askedOf, signedIn, type QueryContext } from './context.ts';
import { areaName } from './names.ts';
import { allColumns, readPage } from './page.ts';

export async function patronList(
  context: QueryContext,
  input: QueryInput<'patronList'>,
): Promise<QueryOutput<'patronList'>> {
  const { master, district, now } = context;
  const { personId } = signedIn(context);
  const asked = askedOf(context);
  const words = input.words?.trim();
  const page = await readPage(context, {
    alias: 't',
    select: allColumns('patron', 't'),
    from: sql`patron t`,
    where: [
      sql`t.district = ${district}`,
      ...(input.area
        ? [
            anyOf(
              master.areaCodesOf(input.area).map((code) => inArea(sql.ref('t.area_code'), code)),
            ),
          ]
        : []),
      ...(words ? [sql`strpos(t.name, ${words}) > 0 or strpos(t.title, ${words}) > 0`] : []),
      ...(input.mine ? [sql`t.person_id = ${personId}`] : []),
    ],
    order: { name: 'patrons', column: 'area_code', type: 'text', direction: 'asc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const patron = toRecord<Patron>('patron', row);
      return {
        ...patron,
        areaName: areaName(master, patron.areaCode),
        isNow: isAnswerable(patron, now),
        actions: openActions('patron', patron, asked),
      };
    }),
  };
}
