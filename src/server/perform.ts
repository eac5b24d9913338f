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
import { inTurn } from './inTurn.ts';
import type { MasterData, MasterDataCache } from './masterData.ts';
import { homeOf, isUuid, planAct, Workspace, type PlanContext, type Tools } from './plan.ts';
import { preload } from './preload.ts';
import { inSlices } from './slices.ts';
import { fold } from './fold.ts';
import type { Store } from './store.ts';
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
const triesOfMany = 4;
const triesBeforeFresh = 3;

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
  platform_case_open: '这件已经推送到该平台',
  attachment_pkey: '有照片已经用过，请重新上传',
  catalog_link_proposed: '这个对应已有人提出，请等待复核',
};

/** What somebody is told who met another's write. */
function refusalOfRace(error: unknown): Refused {
  const key = brokenUnique(error);
  if (key === undefined) return new Refused(409, 'contended', '多人同时办理，请刷新后重试');
  const words = uniqueRefusals[key] ?? '已有相同编号或代码的记录，请检查后再提交';
  return new Refused(409, 'duplicate', words);
}

/** Load, decide, write, once. Throws the database's own error when somebody was faster. */
async function once(tools: Performing, actor: Actor, order: Order, digest: Buffer): Promise<Done> {
  const { requestId } = order;
  const district = homeOf(getNoun(order.noun), actor.district);
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
  await write(tools, space);
  return { event, record: space.get(order.noun, order.id) as AnyRecord, isRepeat: false };
}

/** Performs one action for an actor. Throws {@link Refused} with the reason. */
export async function perform(tools: Performing, actor: Actor, order: Order): Promise<Done> {
  getRow(getNoun(order.noun), order.action);
  checkIds(order);
  const digest = digestOf(order, actor, tools);
  const attemptOnce = (): Promise<Done> => once(tools, actor, order, digest);
  let doubles = 0;
  for (let attempt = 1; ; attempt++) {
    try {
      // Whoever met another's write tries again in turn, so that each finds the newest.
      return await (attempt === 1
        ? attemptOnce()
        : inTurn(`${order.noun}:${order.id}`, attemptOnce));
    } catch (error) {
      const key = brokenUnique(error);
      if (key === undefined && !isRace(error)) throw error;
      if (key !== undefined) doubles += 1;
      if (attempt >= tries || doubles > 1) throw refusalOfRace(error);
      // What it leaned on may have gone out of use in another process.
      if (attempt === triesBeforeFresh) tools.master.forgetAll();
      if (key === undefined) await stepAside(attempt);
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

/** One order among many: whose it is and when it is done. */
export interface Task {
  actor: Actor;
  order: Order;
  at: Moment;
}

export interface ManyOptions {
  /** One refusal, and nothing is written: the outcomes are then the refusals alone, all of them. */
  allOrNothing?: boolean;
  /** Only decides: the refusals there would be, and nothing is written. */
  isTrial?: boolean;
}

/**
 * Performs many actions of one actor in one transaction and in their order; those that are refused are left
 * out, each with its reason. Used by import and seed; 500 at once is a good measure.
 */
export const performMany = (
  tools: Performing,
  actor: Actor,
  orders: readonly Order[],
  options: ManyOptions = {},
): Promise<Outcome[]> =>
  performTasks(
    tools,
    orders.map((order) => ({ actor, order, at: tools.now() })),
    options,
  );

/** As {@link performMany}, for actors of one district, each order at its own moment. */
export async function performTasks(
  tools: Performing,
  tasks: readonly Task[],
  { allOrNothing = false, isTrial = false }: ManyOptions = {},
): Promise<Outcome[]> {
  const district = tasks[0]?.actor.district;
  if (district === undefined) return [];
  if (tasks.some(({ actor }) => actor.district !== district))
    throw new Error('orders of one transaction belong to one district');
  for (let attempt = 1; ; attempt++) {
    const { space, outcomes } = await planTasks(tools, tasks, await tools.master.of(district));
    const refusals = outcomes.filter((outcome) => 'refused' in outcome);
    if (isTrial || (allOrNothing && refusals.length > 0)) return refusals;
    if (space.batch.events.length === 0) return outcomes;
    try {
      await write(tools, space);
      return outcomes;
    } catch (error) {
      if (!isRace(error) && brokenUnique(error) === undefined) throw error;
      const isHopeless = brokenUnique(error) !== undefined || attempt === triesOfMany;
      if (isHopeless && allOrNothing) throw refusalOfRace(error);
      if (isHopeless) return eachAlone(tools, tasks);
      await stepAside(attempt);
    }
  }
}

/** Decides an order in a workspace, with all that follows and its request. Throws {@link Refused}. */
export async function planOrder(
  space: Workspace,
  order: Order,
  context: PlanContext,
): Promise<StoredEvent> {
  const event = await planAct(space, order, context);
  const digest = digestOf(order, context.actor, context.tools);
  const { district, id: eventId } = event;
  space.batch.requests.push({ district, id: order.requestId, digest, eventId });
  return event;
}

async function planTasks(
  tools: Performing,
  tasks: readonly Task[],
  master: MasterData,
): Promise<{ space: Workspace; outcomes: Outcome[] }> {
  const { space, store, seen } = await preload(tools.store, tasks, master);
  const outcomes: Outcome[] = [];
  const rest = inSlices();
  for (const { actor, order, at: now } of tasks) {
    // Many orders are decided without ever waiting: others get their turn in between.
    await rest();
    const { requestId } = order;
    const mark = space.mark();
    try {
      checkIds(order);
      const known = seen.get(requestId);
      if (known) {
        const home = homeOf(getNoun(order.noun), actor.district);
        outcomes.push({
          requestId,
          done: await repeat(tools.store, home, known, digestOf(order, actor, tools)),
        });
        continue;
      }
      const context = { tools: { ...tools, store }, master, actor, now, requestId };
      const event = await planOrder(space, order, context);
      const record = space.get(order.noun, order.id) as AnyRecord;
      outcomes.push({ requestId, done: { event, record, isRepeat: false } });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      space.undo(mark);
      outcomes.push({ requestId, refused: error });
    }
  }
  return { space, outcomes };
}

/** The slow road when a transaction of many met somebody else's write: each action by itself. */
async function eachAlone(tools: Performing, tasks: readonly Task[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { actor, order, at } of tasks)
    outcomes.push(...(await oneByOne({ ...tools, now: () => at }, actor, [order])));
  return outcomes;
}

/** Performs each action by itself, in their order. */
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
