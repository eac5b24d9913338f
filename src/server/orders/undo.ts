/**
 * Undo 撤销导入: withdraws the reports of a load that nobody has taken up, by actions of their own, and amends what it
 * changed back; whatever moved on stays, and is listed with the reason. Their numbers may come in again. Source: issue 5-1.
 */
import type { Pool } from 'pg';
import type { Actor } from '../../domain/access.ts';
import { Refused } from '../../domain/refused.ts';
import { reportStatusLabels, type Report } from '../../domain/reportShape.ts';
import { idFrom } from '../idFrom.ts';
import { inTurn } from '../inTurn.ts';
import { performMany, type Order } from '../perform.ts';
import { checkMayImport, type OrderHouse } from './check.ts';
import { chunkSize, getLoad, type OrderLoad } from './loads.ts';
import { undoChanges } from './changesBack.ts';
import { undoVisits } from './visits.ts';

const sliceMs = 1_500;
const maxStays = 500;

interface OpenLine {
  number: string;
  reportId: string;
  changedLoadId: string | null;
}

/** Why a report stays; undefined when it is withdrawn now. */
function stayReason(
  report: Report | undefined,
  line: OpenLine,
  loadId: string,
): string | undefined {
  if (!report) return '没有成为来件';
  if (report.status !== 'submitted') return `${reportStatusLabels[report.status]}，不能撤回`;
  return line.changedLoadId !== null && line.changedLoadId !== loadId
    ? '之后的导入又更正过，不能撤回'
    : undefined;
}

const isBack = (report: Report | undefined): boolean =>
  report?.status === 'withdrawn' && report.outsideNumber === null;

async function undoPiece(
  { pool, tools }: OrderHouse,
  actor: Actor,
  load: OrderLoad,
): Promise<{ count: number; withdrawn: number; stays: number }> {
  const { district } = actor;
  const { rows: lines } = await pool.query<OpenLine>(
    `select outside_number as number, report_id as "reportId", changed_load_id as "changedLoadId" from order_line
     where district = $1 and load_id = $2 and not is_undone and stays is null order by outside_number limit $3`,
    [district, load.id, chunkSize],
  );
  const found = await tools.store.find(
    'report',
    district,
    lines.map(({ reportId }) => reportId),
  );
  const reports = new Map((found as unknown as Report[]).map((report) => [report.id, report]));
  const stays = new Map<string, string>();
  const back = new Set<string>();
  const orders: { number: string; order: Order }[] = [];
  for (const line of lines) {
    const report = reports.get(line.reportId);
    const reason = stayReason(report, line, load.id);
    if (isBack(report)) back.add(line.number);
    else if (reason !== undefined) stays.set(line.number, reason);
    else {
      const order = {
        noun: 'report',
        id: line.reportId,
        action: 'withdraw',
        input: { reason: '撤销工单导入', releasesNumber: true },
        requestId: idFrom(`order undo ${load.id} ${line.reportId}`),
      };
      orders.push({ number: line.number, order });
    }
  }
  const outcomes = new Map(
    (
      await performMany(
        tools,
        actor,
        orders.map(({ order }) => order),
      )
    ).map((outcome) => [outcome.requestId, outcome]),
  );
  for (const { number, order } of orders) {
    const outcome = outcomes.get(order.requestId);
    if (outcome && 'refused' in outcome) stays.set(number, outcome.refused.message);
    else back.add(number);
  }
  await pool.query(
    `update order_line l set is_undone = n.why is null, stays = n.why
     from unnest($4::text[], $5::text[]) as n(number, why)
     where l.district = $1 and l.sender_code = $2 and l.load_id = $3 and l.outside_number = n.number`,
    [
      district,
      load.senderCode,
      load.id,
      [...back, ...stays.keys()],
      [...[...back].map(() => null), ...stays.values()],
    ],
  );
  return { count: lines.length, withdrawn: back.size, stays: stays.size };
}

async function undoSlice(house: OrderHouse, actor: Actor, id: string): Promise<OrderLoad> {
  const { pool, tools } = house;
  const { district } = actor;
  const load = await getLoad(pool, district, id);
  if (load.status === 'undone') return load;
  if (load.status === 'checked' || (load.status === 'expired' && load.doneChunks === 0))
    throw new Refused(409, 'notApplied', '这次导入还没有写入，无需撤销');
  const until = performance.now() + sliceMs;
  let isOver = false;
  while (!isOver && performance.now() < until)
    isOver =
      (await undoPiece(house, actor, load)).count < chunkSize &&
      (await undoVisits(house, actor, load)) < chunkSize &&
      (await undoChanges(house, actor, load)) < chunkSize;
  const { rows } = await pool.query<{ withdrawn: string; stays: string; changed: string }>(
    `select count(*) filter (where load_id = $2 and is_undone) as withdrawn,
       count(*) filter (where load_id = $2 and stays is not null) as stays,
       count(*) filter (where load_id <> $2) as changed
     from order_line where district = $1 and (load_id = $2 or changed_load_id = $2)`,
    [district, id],
  );
  const [sum] = rows;
  const counts = {
    ...load.counts,
    withdrawn: Number(sum?.withdrawn ?? 0),
    stays: Number(sum?.stays ?? 0) + Number(sum?.changed ?? 0),
  };
  await pool.query(
    `update order_load set status = $3, counts = $4, undone_at = $5, found = '{}' where district = $1 and id = $2`,
    [
      district,
      id,
      isOver ? 'undone' : 'undoing',
      JSON.stringify(counts),
      isOver ? tools.now() : null,
    ],
  );
  return getLoad(pool, district, id);
}

/** Does a slice of undoing a load; call again until it says `undone`. */
export async function undoOrders(house: OrderHouse, actor: Actor, id: string): Promise<OrderLoad> {
  checkMayImport(actor);
  const { senderCode } = await getLoad(house.pool, actor.district, id);
  return inTurn(`orders ${actor.district} ${senderCode}`, () => undoSlice(house, actor, id));
}

/** What an undone load left as it is: those that moved on, and those it had only changed. */
export async function staysOf(
  pool: Pool,
  district: string,
  id: string,
): Promise<{ reportId: string; number: string; why: string }[]> {
  const { rows } = await pool.query<{ reportId: string; number: string; why: string }>(
    `(select outside_number as number, report_id as "reportId", stays as why from order_line
      where district = $1 and load_id = $2 and stays is not null order by outside_number limit $3)
     union all
     (select outside_number, report_id, '这次导入更正的内容没有改回：之后又有变化，或原来没有填写，请在来件的历史中核对' from order_line
      where district = $1 and changed_load_id = $2 and load_id <> $2 order by outside_number limit $3)`,
    [district, id, maxStays],
  );
  return rows;
}
