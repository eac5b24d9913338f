/**
 * Visits 市回访结果: what the city's own call-back found of an order, kept as a result of it. The newest stands and
 * an earlier one is canceled, so that each order counts once in the rates; undoing a load takes its results back
 * and lets the earlier ones stand again. Sources: issue 5-1; domain reference c.5.
 */
import type { Pool } from 'pg';
import type { Actor } from '../../domain/access.ts';
import type { Callback } from '../../domain/callbackShape.ts';
import type { Refused } from '../../domain/refused.ts';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import { performMany, type Order } from '../perform.ts';
import type { OrderHouse } from './check.ts';
import { chunkSize, type OrderLoad } from './loads.ts';
import type { OrderVisit } from './orderRow.ts';

/** The city's last result of an order, and the load it came with. */
export type Standing = Pick<
  Callback,
  'id' | 'status' | 'isContacted' | 'solved' | 'satisfaction'
> & { loadId: string | null };

/** Is it another result than the one that stands, or the one this load has brought? */
export function isNews(
  visit: OrderVisit | undefined,
  standing: Standing | null,
  loadId: string,
): boolean {
  if (!visit) return false;
  if (!standing || standing.status === 'canceled' || standing.loadId === loadId) return true;
  const { isContacted, solved, satisfaction } = standing;
  return (
    visit.isContacted !== isContacted ||
    visit.solved !== solved ||
    visit.satisfaction !== satisfaction
  );
}

/** A result to record of an order. */
export interface Visited {
  number: string;
  reportId: string;
  visit: OrderVisit;
  standing: Standing | null;
}

/** Made from what stood before: recorded again after a kill, it is the same one. */
function recordOrder(about: string, loaderId: string, reportId: string, visit: OrderVisit): Order {
  const { isContacted, solved, satisfaction } = visit;
  const words = `${reportId} ${about} ${isContacted} ${solved} ${satisfaction}`;
  const id = idFrom(`city callback ${words}`);
  const input = { reportId, loaderId, isContacted, solved, satisfaction };
  const requestId = idFrom(`record outside ${id}`);
  return { noun: 'callback', id, action: 'recordOutside', input, requestId };
}

const cancelOrder = (id: string): Order => ({
  noun: 'callback',
  id,
  action: 'cancel',
  input: {},
  requestId: idFrom(`cancel city callback ${id}`),
});

/** Cancels what the city said before of these reports; what was struck out stays so. */
async function cancelEarlier(
  { pool, tools }: OrderHouse,
  district: string,
  kept: readonly { id: string; reportId: string }[],
): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from callback where district = $1 and report_id = any($2) and way = 'city'
       and status in ('answered', 'contested') and id <> all($3) order by id`,
    [district, kept.map(({ reportId }) => reportId), kept.map(({ id }) => id)],
  );
  const orders = rows.map(({ id }) => cancelOrder(id));
  await performMany(tools, systemActor(district), orders);
}

/** Records each as the result of its order that stands now. Gives the refusals by order number. */
export async function recordVisits(
  house: OrderHouse,
  { district, personId }: Actor,
  load: Pick<OrderLoad, 'id' | 'senderCode'>,
  visits: readonly Visited[],
): Promise<Map<string, Refused>> {
  const refused = new Map<string, Refused>();
  const kept: { id: string; number: string; reportId: string; before: string | null }[] = [];
  const orders = visits.map((each) => {
    // What this load brought before it was killed is itself again.
    const isOurs = each.standing?.loadId === load.id && each.standing.status !== 'canceled';
    const before = isOurs ? null : (each.standing?.id ?? null);
    const about = `${load.id} ${before ?? ''}`;
    return {
      ...each,
      before,
      isOurs,
      order: recordOrder(about, personId, each.reportId, each.visit),
    };
  });
  const open = orders.filter(({ isOurs }) => !isOurs);
  const outcomes = new Map(
    (
      await performMany(
        house.tools,
        systemActor(district),
        open.map(({ order }) => order),
      )
    ).map((outcome) => [outcome.requestId, outcome]),
  );
  for (const { number, reportId, before, order } of open) {
    const outcome = outcomes.get(order.requestId);
    if (outcome && 'refused' in outcome) refused.set(number, outcome.refused);
    else kept.push({ id: order.id, number, reportId, before });
  }
  if (kept.length === 0) return refused;
  await cancelEarlier(house, district, kept);
  await house.pool.query(
    `update order_line l set visit_id = n.id, visit_load_id = $3, visit_before_id = n.before
     from unnest($4::text[], $5::uuid[], $6::uuid[]) as n(number, id, before)
     where l.district = $1 and l.sender_code = $2 and l.outside_number = n.number`,
    [
      district,
      load.senderCode,
      load.id,
      kept.map(({ number }) => number),
      kept.map(({ id }) => id),
      kept.map(({ before }) => before),
    ],
  );
  return refused;
}

interface Brought {
  number: string;
  reportId: string;
  visitId: string;
  isUndone: boolean;
  before: OrderVisit | null;
}

const broughtBy = async (pool: Pool, district: string, loadId: string): Promise<Brought[]> =>
  (
    await pool.query<Brought>(
      `select l.outside_number as number, l.report_id as "reportId", l.visit_id as "visitId", l.is_undone as "isUndone",
         case when b.status = 'canceled' then json_build_object(
           'isContacted', b.is_contacted, 'solved', b.solved, 'satisfaction', b.satisfaction) end as before
       from order_line l left join callback b on b.district = $1 and b.id = l.visit_before_id
       where l.district = $1 and l.visit_load_id = $2 order by l.outside_number limit $3`,
      [district, loadId, chunkSize],
    )
  ).rows;

/** Takes a piece of the results of a load back; the earlier ones stand again. Gives how many it was. */
export async function undoVisits(
  { pool, tools }: OrderHouse,
  { district, personId }: Actor,
  load: Pick<OrderLoad, 'id' | 'senderCode'>,
): Promise<number> {
  const brought = await broughtBy(pool, district, load.id);
  const again = brought.map(({ reportId, visitId, before, isUndone }) =>
    before && !isUndone ? recordOrder(`back from ${visitId}`, personId, reportId, before) : null,
  );
  const orders = [
    ...brought.map(({ visitId }) => cancelOrder(visitId)),
    ...again.filter((order) => order !== null),
  ];
  await performMany(tools, systemActor(district), orders);
  await pool.query(
    `update order_line l set visit_id = n.id, visit_load_id = null, visit_before_id = null
     from unnest($4::text[], $5::uuid[]) as n(number, id)
     where l.district = $1 and l.sender_code = $2 and l.outside_number = n.number and l.visit_load_id = $3`,
    [
      district,
      load.senderCode,
      load.id,
      brought.map(({ number }) => number),
      again.map((order) => order?.id ?? null),
    ],
  );
  return brought.length;
}
