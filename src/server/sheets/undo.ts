/**
 * Undo 撤销导入: goes back by new versions and further actions, never by a rollback: what was added is
 * retired, what was changed is changed back, what was retired is restored. Refused, all of it, where
 * somebody has changed a record since. Source: issue 4-6; architecture, part 5.
 */
import type { Actor } from '../../domain/access.ts';
import { momentAt, epochMs, type Moment } from '../../domain/moment.ts';
import { getNoun } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import type { SheetDone } from '../../domain/sheetApi.ts';
import { getSheet } from '../../domain/sheetList.ts';
import { idFrom } from '../idFrom.ts';
import { performMany, type Order } from '../perform.ts';
import { homeOf } from '../plan.ts';
import type { AnyRecord } from '../statement.ts';
import { standsInWay, type SheetHouse } from './apply.ts';
import { appliedOf, getLoad, markUndone, rowOf, type AppliedItem, type Load } from './loads.ts';
import { checkMayLoad } from './preview.ts';

interface Back {
  item: AppliedItem;
  order: Order;
}

const justAfter = (moment: Moment): Moment => momentAt(epochMs(moment) + 1);

/** The actions that take one record back to where it was. */
function backFrom(loadId: string, item: AppliedItem, record: AnyRecord, now: Moment): Order[] {
  const { noun: name, id, version } = item;
  const noun = getNoun(name);
  const order = (
    action: string,
    input: Record<string, unknown>,
    rest: Partial<Order> = {},
  ): Order => ({
    noun: name,
    id,
    action,
    input,
    requestId: idFrom(`sheet ${loadId} undo ${action} ${name} ${id}`),
    seen: version,
    ...rest,
  });
  const before = item.before ?? {};
  const validFrom = typeof record.validFrom === 'string' ? record.validFrom : '';
  const validTo = typeof record.validTo === 'string' ? record.validTo : '';
  if (item.action === 'add')
    return [order('retire', noun.isVersioned && validFrom > now ? { validTo: validFrom } : {})];
  if (item.action === 'edit') {
    // A version that has not begun yet holds for one moment: nothing is ever taken out of the row of versions.
    const begin = noun.isVersioned && validFrom > now ? { validFrom: justAfter(validFrom) } : {};
    return [order('edit', { ...before, ...begin })];
  }
  if (item.action === 'restore') {
    const isEdited = Object.keys(item.input ?? {}).length > 0;
    return [
      ...(isEdited ? [order('edit', before)] : []),
      order('retire', {}, isEdited ? { seen: undefined } : {}),
    ];
  }
  if (noun.actions.restore) return [order('restore', {})];
  const again = idFrom(`sheet ${loadId} again ${name} ${id}`);
  const input = noun.isVersioned && validTo > now ? { ...before, validFrom: validTo } : before;
  return [order('add', input, { id: again, seen: undefined })];
}

async function recordsOf(
  { tools }: SheetHouse,
  district: string,
  items: readonly AppliedItem[],
): Promise<Map<string, AnyRecord>> {
  const found = new Map<string, AnyRecord>();
  for (const noun of new Set(items.map((item) => item.noun))) {
    const ids = items.filter((item) => item.noun === noun).map(({ id }) => id);
    for (const record of await tools.store.find(noun, district, ids)) found.set(record.id, record);
  }
  return found;
}

async function wasDone(
  { tools }: SheetHouse,
  district: string,
  backs: readonly Back[],
): Promise<boolean> {
  const ids = backs.map(({ order }) => order.requestId);
  const homes = new Set(backs.map(({ order }) => homeOf(getNoun(order.noun), district)));
  const seen = await Promise.all([...homes].map((home) => tools.store.requests(home, ids)));
  return seen.some((found) => found.size > 0);
}

async function noteUndone(
  { pool, tools }: SheetHouse,
  district: string,
  { id }: Load,
  now: Moment,
  eventCount: number,
): Promise<SheetDone> {
  await markUndone(pool, district, id, now);
  const load = rowOf(await getLoad(pool, district, id), await tools.master.of(district));
  return { load, eventCount, passwords: [] };
}

/** Undoes an applied load. Throws {@link Refused} with what stands in the way, and then nothing is written. */
export async function undoLoad(house: SheetHouse, actor: Actor, id: string): Promise<SheetDone> {
  const { pool, tools, accounts } = house;
  const { district } = actor;
  const load = await getLoad(pool, district, id);
  checkMayLoad(getSheet(load.sheet), actor);
  if (load.status === 'undone')
    return { load: rowOf(load, await tools.master.of(district)), eventCount: 0, passwords: [] };
  if (load.status !== 'applied') throw new Refused(409, 'notApplied', '这次导入没有应用，无需撤销');
  const items = (await appliedOf(pool, district, id)).reverse();
  const records = await recordsOf(house, district, items);
  const now = tools.now();
  const backs = items.flatMap((item): Back[] => {
    const record = records.get(item.id);
    return record ? backFrom(id, item, record, now).map((order) => ({ item, order })) : [];
  });
  // Undone before the program could note it: what was written stands, all of it.
  if (await wasDone(house, district, backs)) return noteUndone(house, district, load, now, 0);
  const changed = items
    .filter((item) => records.get(item.id)?.version !== item.version)
    .map(({ label }) => ({ label, message: '导入之后又有改动' }));
  if (changed.length > 0)
    throw standsInWay('changedSince', '不能撤销，什么都没有写入。请在页面上逐条处理：', changed);
  const outcomes = await performMany(
    tools,
    actor,
    backs.map(({ order }) => order),
    { allOrNothing: true },
  );
  const labels = new Map(backs.map(({ item, order }) => [order.requestId, item.label]));
  const refused = outcomes.flatMap((outcome) => {
    if (!('refused' in outcome)) return [];
    const label = labels.get(outcome.requestId) ?? '';
    return [{ label, message: outcome.refused.message }];
  });
  if (refused.length > 0) throw standsInWay('refused', '不能撤销，什么都没有写入。', refused);
  for (const { noun, id: personId, action } of items)
    if (noun === 'person' && action !== 'edit') await accounts.endAll(personId);
  return noteUndone(house, district, load, now, outcomes.length);
}
