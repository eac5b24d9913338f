/**
 * Changes back 改回: what a load only changed in reports of earlier loads is amended to what stood there before, where
 * nobody has said anything else since; otherwise it stays and is listed. Source: issue 5-1; architecture, bulk.
 */
import type { Pool } from 'pg';
import type { Actor } from '../../domain/access.ts';
import { fold } from '../fold.ts';
import { idFrom } from '../idFrom.ts';
import { performMany, type Order } from '../perform.ts';
import type { SecretBox } from '../secrets.ts';
import type { StoredEvent } from '../statement.ts';
import type { OrderHouse } from './check.ts';
import { chunkSize, type OrderLoad } from './loads.ts';
import { amendable } from './orderRow.ts';

interface Changed {
  number: string;
  reportId: string;
  eventId: string;
}

/** A secret in the clear; undefined when it was destroyed. */
async function secretText(
  { pool, box }: { pool: Pool; box: SecretBox },
  district: string,
  id: string,
): Promise<string | undefined> {
  const { rows } = await pool.query<{ key: Buffer | null; text: Buffer | null }>(
    `select wrapped_key as key, ciphertext as text from secret where district = $1 and id = $2`,
    [district, id],
  );
  const [found] = rows;
  return found?.key && found.text ? box.unlock(id, found.key, found.text) : undefined;
}

/** What an amendment is to say so that it is as before; undefined when that cannot be said any more. */
async function saidBefore(
  { pool, tools }: OrderHouse,
  district: string,
  history: readonly StoredEvent[],
  at: number,
): Promise<Record<string, unknown> | undefined> {
  const earlier = history.slice(0, at);
  const before = fold(earlier) as Record<string, unknown> | null;
  const fields = [...amendable, 'outsideClass'].filter((field) =>
    Object.hasOwn(history[at]?.changes ?? {}, field),
  );
  const isMoved = history
    .slice(at + 1)
    .some(({ changes }) => fields.some((field) => Object.hasOwn(changes, field)));
  if (isMoved) return undefined;
  const input: Record<string, unknown> = {};
  for (const field of fields) {
    const source = earlier.findLast(({ changes }) => Object.hasOwn(changes, field));
    const secret = source?.secrets?.[field];
    input[field] = secret
      ? await secretText({ pool, box: tools.box }, district, secret)
      : before?.[field];
    // What had not been said before cannot be unsaid.
    if (input[field] === undefined || input[field] === null) return undefined;
  }
  return input;
}

/** The order that amends a report back, `done` when that was done before; undefined when it stays. */
async function backOrder(
  house: OrderHouse,
  district: string,
  { reportId: id, eventId }: Changed,
): Promise<Order | 'done' | undefined> {
  const history = await house.tools.store.events(district, 'report', id);
  const requestId = idFrom(`amend back ${eventId}`);
  if (history.some((event) => event.requestId === requestId)) return 'done';
  const at = history.findIndex((event) => event.id === eventId);
  if (at < 0) return undefined;
  const input = await saidBefore(house, district, history, at);
  return input && { noun: 'report', id, action: 'amend', input, requestId };
}

/** Amends a piece of what a load changed back. Gives how many it looked at. */
export async function undoChanges(
  house: OrderHouse,
  actor: Actor,
  load: Pick<OrderLoad, 'id' | 'senderCode'>,
): Promise<number> {
  const { pool, tools } = house;
  const { district } = actor;
  const { rows } = await pool.query<Changed>(
    `select outside_number as number, report_id as "reportId", change_event_id as "eventId" from order_line
     where district = $1 and changed_load_id = $2 and load_id <> $2 and change_event_id is not null
     order by outside_number limit $3`,
    [district, load.id, chunkSize],
  );
  const orders: { number: string; order: Order }[] = [];
  const back = new Set<string>();
  for (const line of rows) {
    const order = await backOrder(house, district, line);
    if (order === 'done') back.add(line.number);
    else if (order) orders.push({ number: line.number, order });
  }
  const outcomes = await performMany(
    tools,
    actor,
    orders.map(({ order }) => order),
  );
  const done = new Set(outcomes.flatMap((each) => ('done' in each ? [each.requestId] : [])));
  for (const { number, order } of orders) if (done.has(order.requestId)) back.add(number);
  await pool.query(
    `update order_line l set change_event_id = null,
       digests = case when n.is_back then l.digests_before else l.digests end,
       changed_load_id = case when n.is_back then null else l.changed_load_id end
     from unnest($4::text[], $5::boolean[]) as n(number, is_back)
     where l.district = $1 and l.sender_code = $2 and l.changed_load_id = $3 and l.outside_number = n.number`,
    [
      district,
      load.senderCode,
      load.id,
      rows.map(({ number }) => number),
      rows.map(({ number }) => back.has(number)),
    ],
  );
  return rows.length;
}
