/**
 * Apply 导入: makes the rows of a checked file reports, piece by piece. Each call does a slice and tells how far
 * it is; it may be killed anywhere and called again. What a known order says otherwise becomes an event of its
 * report (`amend`). Source: issue 5-1.
 */
import type { Actor } from '../../domain/access.ts';
import { mapProblem, type OrderMap } from '../../domain/orderMap.ts';
import type { OrderCounts } from '../../domain/orderApi.ts';
import { Refused } from '../../domain/refused.ts';
import { fieldTitle, type RowRefusal } from '../adapters/reportMap.ts';
import { idFrom } from '../idFrom.ts';
import { inTurn } from '../inTurn.ts';
import { performMany, type Order, type Outcome } from '../perform.ts';
import {
  checkMayImport,
  fateOf,
  readerFor,
  Reasons,
  senderOf,
  type Fate,
  type OrderHouse,
} from './check.ts';
import {
  changeLines,
  getLoad,
  keepLines,
  knownOf,
  readChunk,
  type Chunk,
  type Line,
  type OrderLoad,
} from './loads.ts';
import {
  digestsOf,
  type Digests,
  type OrderInput,
  type OrderReader,
  type OrderVisit,
} from './orderRow.ts';
import { isNews, recordVisits, type Standing, type Visited } from './visits.ts';

/** How long one call works before it tells how far it is, in milliseconds. */
const sliceMs = 1_500;

function checkStatus({ status, personId }: OrderLoad, actor: Actor): void {
  if (status === 'expired')
    throw new Refused(409, 'expired', '文件保存期已过，请重新上传；已导入的不会重复');
  if (status === 'undoing' || status === 'undone')
    throw new Refused(409, 'undone', '这次导入已经撤销，如需再导入请重新上传');
  if (personId !== actor.personId)
    throw new Refused(409, 'notYours', '只有上传的人可以导入，请自己上传后再导入');
}

/** Remembers the map of a sender when it is another than the last one. */
async function rememberMap(
  { tools }: OrderHouse,
  actor: Actor,
  { id, senderCode, map }: OrderLoad,
): Promise<void> {
  const sender = senderOf(await tools.master.of(actor.district), senderCode);
  const same = (a: OrderMap | null): boolean => JSON.stringify(a) === JSON.stringify(map);
  if (same(sender.orderMap)) return;
  const order: Order = {
    noun: 'sender',
    id: sender.id,
    action: 'setOrderMap',
    input: { orderMap: map },
    requestId: idFrom(`order map ${id} ${JSON.stringify(map)}`),
  };
  const [outcome] = await performMany(tools, actor, [order]);
  if (outcome && 'refused' in outcome) throw outcome.refused;
}

/** From now on its map stays as it is, and it can be undone: reports may stand that nobody has counted yet. */
async function begin({ pool }: OrderHouse, district: string, load: OrderLoad): Promise<void> {
  await pool.query(
    `update order_load set status = 'applying' where district = $1 and id = $2 and status = 'checked'`,
    [district, load.id],
  );
}

interface Item {
  row: number;
  input: OrderInput;
  /** What is news of the city's call-back. */
  visit: OrderVisit | undefined;
  standing: Standing | null;
  digests: Digests;
  fate: Exclude<Fate, { kind: 'refused' }>;
}

interface Work {
  house: OrderHouse;
  actor: Actor;
  load: OrderLoad;
  reader: OrderReader;
  chunk: Chunk;
  refuse(row: number, refused: RowRefusal): void;
}

/** The rows that go in, each with what becomes of it. */
async function itemsOf({ house, actor, load, reader, chunk, refuse }: Work): Promise<Item[]> {
  const { district } = actor;
  const open = chunk.rows.flatMap((raw) => {
    if (Object.hasOwn(chunk.marks, String(raw.row))) return [];
    const read = reader.read(raw);
    if ('refused' in read) {
      refuse(raw.row, read.refused);
      return [];
    }
    const { input, visit } = read;
    return [{ row: raw.row, input, visit, digests: digestsOf(house.tools.box, input) }];
  });
  const numbers = open.map(({ input }) => input.outsideNumber);
  const known = await knownOf(house.pool, district, load.senderCode, numbers);
  return open.flatMap(({ row, input, visit, digests }) => {
    const number = input.outsideNumber;
    const fate = fateOf({ district, load }, number, digests, known.get(number));
    if (fate.kind === 'refused') {
      refuse(row, fate.refused);
      return [];
    }
    const standing = fate.kind === 'added' ? null : (known.get(number)?.standing ?? null);
    const news = isNews(visit, standing, load.id) ? visit : undefined;
    return [{ row, input, visit: news, standing, digests, fate }];
  });
}

function orderOf({ district, id: loadId }: { district: string; id: string }, item: Item): Order[] {
  const { input, digests, fate } = item;
  if (fate.kind === 'known') return [];
  const { reportId: id } = fate;
  const words = Object.values(digests).join(' ');
  if (fate.kind === 'added')
    return [
      { noun: 'report', id, action: 'submit', input, requestId: idFrom(`submit ${id} ${words}`) },
    ];
  // The sender's class stands among the words; it is no digest of its own, so that older lines stay known.
  const said = fate.fields.includes('content') && input.outsideClass ? ['outsideClass'] : [];
  const changed = Object.fromEntries(
    [...fate.fields, ...said].map((field) => [field, input[field]]),
  );
  // A value may come back, even from the same value: each load changes an order once, from what stood before.
  const before = Object.values(fate.before).join(' ');
  const requestId = idFrom(`amend ${district} ${loadId} ${id} ${before} > ${words}`);
  return [{ noun: 'report', id, action: 'amend', input: changed, requestId }];
}

function wordsOf({ code, message, details }: Refused, item: Item): RowRefusal {
  const [first] = (details?.fields ?? []) as { field: string; message: string }[];
  const words = first ? `${fieldTitle(first.field)}：${first.message}` : message;
  const isOver = item.fate.kind === 'changed' && code !== 'badInput';
  return { reason: isOver ? `内容有变更，但不能再更正：${words}` : words };
}

const lineOf = ({ input, digests, fate }: Item): Line[] =>
  fate.kind === 'known' ? [] : [{ number: input.outsideNumber, reportId: fate.reportId, digests }];

const visitOf = ({ input, visit, standing, fate: { reportId } }: Item): Visited[] =>
  visit ? [{ number: input.outsideNumber, reportId, visit, standing }] : [];

/** One piece: lines of the new ones first, then all actions in one transaction, then lines of the changed. */
async function applyChunk(work: Work, counts: OrderCounts): Promise<void> {
  const { house, actor, load } = work;
  const { pool, tools } = house;
  const { district } = actor;
  const items = await itemsOf(work);
  const added = items.filter(({ fate }) => fate.kind === 'added');
  await keepLines(pool, district, load, added.flatMap(lineOf));
  const about = { district, id: load.id };
  const orders = items.flatMap((item) => orderOf(about, item));
  const outcomes = new Map(
    (await performMany(tools, actor, orders)).map((outcome) => [outcome.requestId, outcome]),
  );
  const done = items.filter((item) => {
    const [order] = orderOf(about, item);
    const outcome: Outcome | undefined = order && outcomes.get(order.requestId);
    // Somebody else's load was killed between the event and its line: it is done.
    const isDone = !outcome || 'done' in outcome || outcome.refused.code === 'requestReused';
    if (!isDone) work.refuse(item.row, wordsOf(outcome.refused, item));
    return isDone;
  });
  const refusedVisits = await recordVisits(house, actor, load, done.flatMap(visitOf));
  for (const item of done) {
    const refused = refusedVisits.get(item.input.outsideNumber);
    if (refused) work.refuse(item.row, { reason: `回访结果没有记入：${refused.message}` });
    if (item.fate.kind !== 'known') counts[item.fate.kind] += 1;
    else if (item.fate.isOurs) counts.added += 1;
    else if (!refused) counts[item.visit ? 'visited' : 'known'] += 1;
  }
  const changed = done.flatMap((item): Line[] => {
    const { fate } = item;
    if (fate.kind !== 'changed') return [];
    const outcome = outcomes.get(orderOf(about, item)[0]?.requestId ?? '');
    const eventId = outcome && 'done' in outcome ? outcome.done.event.id : null;
    return lineOf(item).map((line) => ({ ...line, change: { eventId, before: fate.before } }));
  });
  await changeLines(pool, district, load, changed);
}

/** Notes a piece as done, once: a second hand at the same piece finds it counted. */
async function noteDone(
  { house: { pool }, actor, load, chunk }: Work,
  counts: OrderCounts,
  reasons: Reasons,
  now: string,
): Promise<void> {
  const isLast = chunk.n + 1 === load.chunks;
  await pool.query(
    `with done as (
       update order_load set done_chunks = $3 + 1, counts = $4, reasons = $5,
         status = case when $6 then 'applied' else 'applying' end,
         applied_at = case when $6 then $7::timestamptz else applied_at end,
         found = case when $6 then '{}' else found end
       where district = $1 and id = $2 and done_chunks = $3 and status = 'applying' returning id)
     update order_chunk set marks = $8 where district = $1 and load_id = $2 and n = $3 and exists (select from done)`,
    [
      actor.district,
      load.id,
      chunk.n,
      JSON.stringify(counts),
      JSON.stringify(reasons.list()),
      isLast,
      now,
      JSON.stringify(chunk.marks),
    ],
  );
}

/** The counts at the beginning: what the check refused or found twice stays, everything else is to come. */
async function beginCounts(
  { pool }: OrderHouse,
  district: string,
  load: OrderLoad,
): Promise<OrderCounts> {
  if (load.doneChunks > 0) return load.counts;
  const { rows } = await pool.query<{ same: string }>(
    `select count(*) as same from order_chunk c, jsonb_each(c.marks) m
     where c.district = $1 and c.load_id = $2 and m.value = 'null'::jsonb`,
    [district, load.id],
  );
  return { ...load.counts, added: 0, changed: 0, visited: 0, known: Number(rows[0]?.same ?? 0) };
}

async function applySlice(house: OrderHouse, actor: Actor, id: string): Promise<OrderLoad> {
  const { pool, tools } = house;
  const { district } = actor;
  const load = await getLoad(pool, district, id);
  if (load.status === 'applied') return load;
  checkStatus(load, actor);
  const problem = mapProblem(load.map, load.head);
  if (problem) throw new Refused(409, 'badMap', problem);
  if (load.status === 'checked') {
    await rememberMap(house, actor, load);
    await begin(house, district, load);
  }
  const reader = readerFor(load, await tools.master.of(district), tools.now());
  const counts = await beginCounts(house, district, load);
  const reasons = new Reasons(load.reasons);
  const until = performance.now() + sliceMs;
  for (let n = load.doneChunks; n < load.chunks && performance.now() < until; n++) {
    const chunk = await readChunk(pool, tools.box, district, id, n);
    if (!chunk) throw new Refused(409, 'expired', '文件保存期已过，请重新上传；已导入的不会重复');
    const refuse = (row: number, refused: RowRefusal): void => {
      chunk.marks[row] = refused;
      counts.refused += 1;
      reasons.add(row, refused);
    };
    const work: Work = { house, actor, load, reader, chunk, refuse };
    await applyChunk(work, counts);
    await noteDone(work, counts, reasons, tools.now());
  }
  return getLoad(pool, district, id);
}

/** Does a slice of a load; call again until it says `applied`. Loads of one sender take turns. */
export async function applyOrders(house: OrderHouse, actor: Actor, id: string): Promise<OrderLoad> {
  checkMayImport(actor);
  const { senderCode } = await getLoad(house.pool, actor.district, id);
  return inTurn(`orders ${actor.district} ${senderCode}`, () => applySlice(house, actor, id));
}
