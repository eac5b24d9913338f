/**
 * Preload: what many orders will look at, read in few statements before they are decided one after the
 * other: their records, the records their inputs and rows name, their requests, photos and versions.
 */
import type { Actor } from '../domain/access.ts';
import type { Act } from '../domain/action.ts';
import type { AreaUse, FactName, UnitUse } from '../domain/facts.ts';
import { localDay, type Moment } from '../domain/moment.ts';
import { getNoun } from '../domain/nouns.ts';
import type { MasterData } from './masterData.ts';
import { homeOf, isUuid, Workspace } from './plan.ts';
import type { SeenRequest } from './statement.ts';
import type { Store } from './store.ts';

interface Asked {
  actor: Actor;
  order: Act & { requestId: string };
  at: Moment;
}

/** Input fields that name a record which a fact or a further action reads. */
const named: Record<string, string> = {
  issueId: 'issue',
  intoId: 'issue',
  reportId: 'report',
  personId: 'person',
  parentId: 'unit',
};

/** Ids by noun, each once. */
class Wanted {
  readonly byNoun = new Map<string, Set<string>>();

  add(noun: string, id: unknown): void {
    if (typeof id !== 'string' || !isUuid(id)) return;
    const ids = this.byNoun.get(noun) ?? new Set<string>();
    this.byNoun.set(noun, ids.add(id));
  }
}

async function readAll(
  store: Store,
  district: string,
  { byNoun }: Wanted,
  space: Workspace,
): Promise<void> {
  const found = await Promise.all(
    [...byNoun].map(async ([noun, ids]) => {
      const unknown = [...ids].filter((id) => !space.get(noun, id));
      const records = unknown.length > 0 ? await store.find(noun, district, unknown) : [];
      return { noun, records };
    }),
  );
  for (const { noun, records } of found) for (const record of records) space.read(noun, record);
}

async function records(
  store: Store,
  district: string,
  asked: readonly Asked[],
): Promise<Workspace> {
  const space = new Workspace();
  const first = new Wanted();
  for (const { order } of asked) {
    first.add(order.noun, order.id);
    for (const [field, noun] of Object.entries(named)) first.add(noun, order.input[field]);
  }
  await readAll(store, district, first, space);
  const further = new Wanted();
  for (const { order } of asked) {
    const record = space.get(order.noun, order.id);
    further.add('issue', record?.issueId);
    further.add('report', record?.reportId);
  }
  await readAll(store, district, further, space);
  return space;
}

/** The requests among the orders that were done before; a request lies in the home of its noun. */
async function requests(store: Store, asked: readonly Asked[]): Promise<Map<string, SeenRequest>> {
  const byHome = new Map<string, string[]>();
  for (const { actor, order } of asked) {
    if (!isUuid(order.requestId)) continue;
    const home = homeOf(getNoun(order.noun), actor.district);
    byHome.set(home, [...(byHome.get(home) ?? []), order.requestId]);
  }
  const seen = await Promise.all([...byHome].map(([home, ids]) => store.requests(home, ids)));
  return new Map(seen.flatMap((found) => [...found]));
}

const needs = (order: Act, fact: FactName): boolean =>
  getNoun(order.noun).actions[order.action]?.needs?.includes(fact) ?? false;

/** The store with the photos and versions of the orders in memory; everything else it still asks. */
async function remembering(store: Store, asked: readonly Asked[]): Promise<Store> {
  const photos = new Map<string, ReturnType<Store['finishedPhotos']>>();
  const versions = new Map<string, ReturnType<Store['versionIds']>>();
  const photosKey = (ids: readonly string[], personId: string): string =>
    `${personId} ${ids.join()}`;
  for (const { actor, order } of asked) {
    const { photos: ids, code } = order.input;
    const list = Array.isArray(ids) ? ids.filter((id) => typeof id === 'string' && isUuid(id)) : [];
    if (list.length > 0 && needs(order, 'photos')) {
      const found = store.finishedPhotos(actor.district, list, actor.personId);
      photos.set(photosKey(list, actor.personId), found);
    }
    const key = `${order.noun} ${String(code)}`;
    if (typeof code === 'string' && !versions.has(key) && needs(order, 'versions'))
      versions.set(key, store.versionIds(order.noun, actor.district, code));
  }
  await Promise.all([...photos.values(), ...versions.values()]);
  return {
    ...store,
    finishedPhotos: (district, ids, personId) =>
      photos.get(photosKey(ids, personId)) ?? store.finishedPhotos(district, ids, personId),
    versionIds: (noun, district, code) =>
      versions.get(`${noun} ${code}`) ?? store.versionIds(noun, district, code),
  };
}

/** What is bound to the areas that are to be retired, a thousand areas a statement. */
async function areaUses(
  store: Store,
  district: string,
  asked: readonly Asked[],
  space: Workspace,
  master: MasterData,
): Promise<Map<string, AreaUse>> {
  const codes = asked.flatMap(({ order }) => {
    const code = needs(order, 'areaUse') ? space.get(order.noun, order.id)?.code : undefined;
    return typeof code === 'string' ? [code] : [];
  });
  const found = new Map<string, AreaUse>();
  for (let start = 0; start < codes.length; start += 1000) {
    const areas = codes
      .slice(start, start + 1000)
      .map((code) => ({ code, within: master.areaCodesOf(code) }));
    const some = await store.areaUses(district, areas);
    for (const [code, use] of some) found.set(code, use);
  }
  return found;
}

/** What depends on the units that are to be retired or merged, a hundred units a statement. */
async function unitUses(
  store: Store,
  district: string,
  asked: readonly Asked[],
): Promise<(unitId: string, today: string) => UnitUse | undefined> {
  const ids = asked.flatMap(({ order }) => (needs(order, 'unitUse') ? [order.id] : []));
  const today = localDay(asked[0]?.at ?? '');
  const found = new Map<string, UnitUse>();
  for (let start = 0; start < ids.length; start += 100) {
    const some = await store.unitUses(
      district,
      ids.slice(start, start + 100).filter(isUuid),
      today,
    );
    for (const [id, use] of some) found.set(id, use);
  }
  return (unitId, day) => (day === today ? found.get(unitId) : undefined);
}

/** Reads for orders of one district what deciding them will ask for. */
export async function preload(
  store: Store,
  asked: readonly Asked[],
  master: MasterData,
): Promise<{ space: Workspace; store: Store; seen: Map<string, SeenRequest> }> {
  const district = asked[0]?.actor.district ?? '';
  const [space, seen, memory] = await Promise.all([
    records(store, district, asked),
    requests(store, asked),
    remembering(store, asked),
  ]);
  const uses = await areaUses(store, district, asked, space, master);
  const areaUse: Store['areaUse'] = async (home, code, within) =>
    uses.get(code) ?? memory.areaUse(home, code, within);
  const knownUse = await unitUses(store, district, asked);
  const unitUse: Store['unitUse'] = async (home, id, today) =>
    knownUse(id, today) ?? memory.unitUse(home, id, today);
  return { space, store: { ...memory, areaUse, unitUse }, seen };
}
