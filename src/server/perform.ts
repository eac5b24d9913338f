/**
 * Perform 办理: the heart. Load · already done for this request? answer the same · decide · write in one
 * statement. If somebody was faster the statement writes nothing and it is decided again on what is there
 * now. The only way business tables change. Two to four round trips.
 */
import type { Actor } from '../domain/access.ts';
import type { Act } from '../domain/action.ts';
import type { Moment } from '../domain/moment.ts';
import { getNoun, getRow } from '../domain/nouns.ts';
import { Refused } from '../domain/refused.ts';
import canonicalize from 'canonicalize';
import { brokenUnique, isRace } from './database.ts';
import type { MasterDataCache } from './masterData.ts';
import { homeOf, isUuid, planAct, Workspace, type PlanContext, type Tools } from './plan.ts';
import { fold, type Store } from './store.ts';
import { type AnyRecord, type SeenRequest, type StoredEvent } from './statement.ts';

export interface Performing extends Tools {
  master: MasterDataCache;
  now(): Moment;
  /** Told after events were written, so that the sealer need not wait for its next look. */
  written(district: string): void;
}

/** `seen`: the version the person looked at; left out, any. */
export interface Order extends Act {
  requestId: string;
  seen?: number | undefined;
}

/** The event of the action, and the record right after it: both equal for every repeat of a request. */
export interface Done {
  event: StoredEvent;
  record: AnyRecord;
  /** The request had been done before; what is not in the ledger must not happen again. */
  isRepeat: boolean;
}

const tries = 12;

/** Waits a little, longer each time, so that many at one record do not all begin again together. */
const stepAside = (attempt: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, Math.random() * 8 * attempt));

/** Ids come from the client; whatever is no UUID is refused before the database sees it. */
function checkIds({ id, requestId }: Order): void {
  if (!isUuid(id) || !isUuid(requestId))
    throw new Refused(400, 'badId', '编号格式不对，请刷新页面后重试');
}

const digestOf = (order: Order, actor: Actor, tools: Tools): Buffer => {
  const { noun, id, action, input, seen } = order;
  // A citizen has no account, and another upload token on the next try is the same citizen.
  const personId = actor.role === 'citizen' ? null : actor.personId;
  return tools.box.digest(canonicalize([noun, id, action, input, seen ?? null, personId]) ?? '');
};

async function repeat(
  store: Store,
  district: string,
  seen: SeenRequest,
  digest: Buffer,
): Promise<Done> {
  if (!seen.digest.equals(digest)) {
    throw new Refused(409, 'requestReused', '这个请求编号已用于其他内容，请刷新页面后重试');
  }
  const event = await store.event(district, seen.eventId);
  const history = event ? await store.events(district, event.noun, event.recordId) : [];
  const last = history.findLastIndex(({ requestId }) => requestId === event?.requestId);
  const record = fold(history.slice(0, last + 1));
  if (!event || !record) throw new Error(`request of event ${seen.eventId} has no event`);
  return { event, record, isRepeat: true };
}

const uniqueRefusals: Record<string, string> = {
  report_outside: '该来源单位的这个编号已经上报过',
  attachment_pkey: '有照片已经用过，请重新上传',
};

/** Performs one action for an actor. Throws {@link Refused} with the reason. */
export async function perform(tools: Performing, actor: Actor, order: Order): Promise<Done> {
  const noun = getNoun(order.noun);
  getRow(noun, order.action);
  checkIds(order);
  const district = homeOf(noun, actor.district);
  const digest = digestOf(order, actor, tools);
  const { requestId } = order;
  for (let attempt = 1; ; attempt++) {
    const { record, seen } = await tools.store.load(order.noun, order.id, district, requestId);
    if (seen) return repeat(tools.store, district, seen, digest);
    const context: PlanContext = {
      tools,
      master: await tools.master.of(actor.district),
      actor,
      now: tools.now(),
      requestId,
    };
    const space = new Workspace();
    if (record) space.read(order.noun, record);
    let event: StoredEvent;
    try {
      event = await planAct(space, order, context);
    } catch (error) {
      // The same request sent twice at once: if the other landed since the load, this is done, not refused.
      const twin =
        error instanceof Refused &&
        (await tools.store.requests(district, [requestId])).get(requestId);
      if (twin) return repeat(tools.store, district, twin, digest);
      throw error;
    }
    space.batch.requests.push({ district, id: requestId, digest, eventId: event.id });
    try {
      await write(tools, space);
      return { event, record: space.get(order.noun, order.id) as AnyRecord, isRepeat: false };
    } catch (error) {
      const key = brokenUnique(error);
      const mayPass = isRace(error) || key !== undefined;
      if (!mayPass) throw error;
      if (attempt < tries && !(key && attempt > 1)) {
        if (!key) await stepAside(attempt);
        continue;
      }
      throw key
        ? new Refused(
            409,
            'duplicate',
            uniqueRefusals[key] ?? '已有相同编号或代码的记录，请检查后再提交',
          )
        : new Refused(409, 'contended', '多人同时办理，请刷新后重试');
    }
  }
}

async function write(tools: Performing, space: Workspace): Promise<void> {
  const batch = space.finish();
  await tools.store.write(batch);
  for (const event of batch.events) tools.master.forget(event);
  for (const district of new Set(batch.events.map((event) => event.district)))
    tools.written(district);
}

export type Outcome = { requestId: string } & ({ done: Done } | { refused: Refused });

/**
 * Performs up to 500 actions in one transaction; those that are refused are left out, each with its
 * reason. Used by import and seed. All orders are of one actor, so of one district.
 */
export async function performMany(
  tools: Performing,
  actor: Actor,
  orders: readonly Order[],
): Promise<Outcome[]> {
  if (orders.length === 0) return [];
  const master = await tools.master.of(actor.district);
  const outcomes: Outcome[] = [];
  let space = await preload(tools, actor, orders);
  const seen = await seenOf(tools, actor, orders);
  for (const order of orders) {
    const { requestId } = order;
    const digest = digestOf(order, actor, tools);
    const next = new Workspace(space);
    try {
      checkIds(order);
      const known = seen.get(requestId);
      if (known) {
        const district = homeOf(getNoun(order.noun), actor.district);
        outcomes.push({ requestId, done: await repeat(tools.store, district, known, digest) });
        continue;
      }
      const event = await planAct(next, order, {
        tools,
        master,
        actor,
        now: tools.now(),
        requestId,
      });
      next.batch.requests.push({
        district: event.district,
        id: requestId,
        digest,
        eventId: event.id,
      });
      outcomes.push({
        requestId,
        done: { event, record: next.get(order.noun, order.id) as AnyRecord, isRepeat: false },
      });
      space = next;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      outcomes.push({ requestId, refused: error });
    }
  }
  if (space.batch.events.length === 0) return outcomes;
  try {
    await write(tools, space);
    return outcomes;
  } catch (error) {
    if (!isRace(error) && brokenUnique(error) === undefined) throw error;
    return oneByOne(tools, actor, orders);
  }
}

/** The requests among the orders that were done before; a request lies in the home of its noun. */
async function seenOf(
  tools: Tools,
  actor: Actor,
  orders: readonly Order[],
): Promise<Map<string, SeenRequest>> {
  const seen = new Map<string, SeenRequest>();
  const home = (order: Order): string => homeOf(getNoun(order.noun), actor.district);
  for (const district of new Set(orders.map(home))) {
    const ids = orders.filter((order) => home(order) === district).map((order) => order.requestId);
    for (const [id, request] of await tools.store.requests(district, ids.filter(isUuid)))
      seen.set(id, request);
  }
  return seen;
}

async function preload(tools: Tools, actor: Actor, orders: readonly Order[]): Promise<Workspace> {
  const space = new Workspace();
  for (const noun of new Set(orders.map((order) => order.noun))) {
    const ids = orders
      .filter((order) => order.noun === noun)
      .map((order) => order.id)
      .filter(isUuid);
    for (const record of await tools.store.find(noun, actor.district, ids))
      space.read(noun, record);
  }
  return space;
}

/** The slow road when a transaction of many met somebody else's write: each action by itself. */
export async function oneByOne(
  tools: Performing,
  actor: Actor,
  orders: readonly Order[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const order of orders) {
    try {
      outcomes.push({ requestId: order.requestId, done: await perform(tools, actor, order) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      outcomes.push({ requestId: order.requestId, refused: error });
    }
  }
  return outcomes;
}
