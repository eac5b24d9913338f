/**
 * Standing 在用: what is retired and what begins to use it at the same moment. Whoever adds a reference leans
 * on the record named: the statement that writes holds its row while it stands. Whoever retires takes the
 * rows first, then asks again what uses them. So one of two always finds the other. Source: issue 4-16.
 */
import type { Facts } from '../domain/facts.ts';
import type { MasterData } from './masterData.ts';
import type { Batch } from './statement.ts';
import type { Store } from './store.ts';

/** A record in use that an action begins to refer to. */
export interface Lean {
  noun: 'unit' | 'area' | 'category' | 'post' | 'person';
  district: string;
  id: string;
}

/** What was found to use a record, by a question that can be asked again. */
export type Use =
  | { ask: 'unitUse'; args: Parameters<Store['unitUse']>; found: unknown }
  | { ask: 'areaUse'; args: Parameters<Store['areaUse']>; found: unknown }
  | { ask: 'openIssueCount'; args: Parameters<Store['openIssueCount']>; found: unknown };

export type Asking = Pick<
  Store,
  'unitUse' | 'unitUses' | 'areaUse' | 'areaUses' | 'openIssueCount'
>;

/** The store, noting what was asked of the use of records. */
export const noting = (store: Store, uses: Use[]): Store => ({
  ...store,
  unitUse: async (...args) => {
    const found = await store.unitUse(...args);
    uses.push({ ask: 'unitUse', args, found });
    return found;
  },
  areaUse: async (...args) => {
    const found = await store.areaUse(...args);
    uses.push({ ask: 'areaUse', args, found });
    return found;
  },
  openIssueCount: async (...args) => {
    const found = await store.openIssueCount(...args);
    uses.push({ ask: 'openIssueCount', args, found });
    return found;
  },
});

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

const together = 100;

/** Do the uses still hold as they were found? Asked again, many in a statement. */
export async function areAsFound(asking: Asking, uses: readonly Use[]): Promise<boolean> {
  for (let start = 0; start < uses.length; start += together) {
    const some = uses.slice(start, start + together);
    const units = some.filter((use) => use.ask === 'unitUse');
    const areas = some.filter((use) => use.ask === 'areaUse');
    const unitsNow = units[0]
      ? await asking.unitUses(
          units[0].args[0],
          units.map(({ args }) => args[1]),
          units[0].args[2],
        )
      : new Map<string, unknown>();
    const areasNow = areas[0]
      ? await asking.areaUses(
          areas[0].args[0],
          areas.map(({ args: [, code, within] }) => ({ code, within })),
        )
      : new Map<string, unknown>();
    if (units.some(({ args, found }) => !same(found, unitsNow.get(args[1])))) return false;
    if (areas.some(({ args, found }) => !same(found, areasNow.get(args[1])))) return false;
    for (const use of some)
      if (use.ask === 'openIssueCount' && use.found !== (await asking.openIssueCount(...use.args)))
        return false;
  }
  return true;
}

/** The records an action refers to by its input, as far as they were in use when it was decided. */
export function leansOf(
  facts: Partial<Facts>,
  input: Record<string, unknown>,
  master: MasterData,
): Lean[] {
  const { district } = master;
  const said = new Set(Object.values(input).flat());
  const { unit, assistUnits = [], linkedUnits = [], dutyUnits = [] } = facts;
  const units = [unit, ...assistUnits, ...linkedUnits, ...dutyUnits];
  const posts = [facts.post, facts.deputyPost];
  const areas = [facts.area?.isActive ? master.areas.get(facts.area.code) : null];
  const active = (
    noun: Lean['noun'],
    list: readonly ({ id: string; isActive: boolean } | null | undefined)[],
  ): Lean[] =>
    list.flatMap((one) =>
      one?.isActive && said.has(one.id) ? [{ noun, district, id: one.id }] : [],
    );
  const { parentArea, intoArea, category, person } = facts;
  return [
    ...active('unit', units),
    ...active('post', posts),
    ...[
      ...areas,
      parentArea?.isActive ? parentArea : null,
      intoArea?.isActive ? intoArea : null,
    ].flatMap((area): Lean[] => (area ? [{ noun: 'area', district, id: area.id }] : [])),
    ...(category?.status === 'active' && said.has(category.code)
      ? [{ noun: 'category' as const, district: category.district, id: category.id }]
      : []),
    ...(person?.status === 'active' && said.has(person.id)
      ? [{ noun: 'person' as const, district: person.district, id: person.id }]
      : []),
  ];
}

const guarded: readonly string[] = ['unit', 'area', 'category', 'post', 'person'];

/** The records that a batch takes out of use. */
export const endingOf = ({ records }: Batch): Batch['records'] =>
  records.filter(
    ({ noun, record, readVersion }) =>
      guarded.includes(noun) && readVersion !== null && record.status !== 'active',
  );

/** The codes of areas that are retired, and the areas that the same batch changes besides. */
export function endingAreas(batch: Batch): { codes: string[]; changed: string[] } {
  const retired = new Set(
    batch.events
      .filter(({ noun, action }) => noun === 'area' && action === 'retire')
      .map(({ recordId }) => recordId),
  );
  const areas = batch.records.filter(({ noun }) => noun === 'area');
  return {
    codes: areas
      .filter(({ record }) => retired.has(record.id))
      .map(({ record }) => record.code as string),
    changed: areas.map(({ record }) => record.id),
  };
}
