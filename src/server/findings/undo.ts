/**
 * Undo 撤销导入: withdraws the findings of a load, and their reports, whose reports nobody has taken up, by actions
 * of their own; whatever moved on stays, and is listed with the reason. Source: issue 5-4.
 */
import type { Pool } from 'pg';
import type { Actor } from '../../domain/access.ts';
import type { Report } from '../../domain/reportShape.ts';
import { reportStatusLabels } from '../../domain/reportShape.ts';
import { Refused } from '../../domain/refused.ts';
import { idFrom } from '../idFrom.ts';
import { inTurn } from '../inTurn.ts';
import { performMany } from '../perform.ts';
import { loadFor } from './check.ts';
import {
  getLoad,
  removeArchive,
  turnOf,
  undoneCounts,
  type FindingHouse,
  type FindingLoad,
} from './loads.ts';

const sliceMs = 1_500;
const groupSize = 250;
const maxStays = 500;

/** Withdraws a group; false when nothing more can be withdrawn. */
async function undoGroup(
  { pool, tools }: FindingHouse,
  actor: Actor,
  load: FindingLoad,
): Promise<boolean> {
  const { rows } = await pool.query<{ id: string }>(
    `select f.id from finding f join report r on r.district = f.district and r.id = f.report_id
     where f.district = $1 and f.load_id = $2 and f.status = 'recorded' and r.status in ('submitted', 'confirming')
     order by f.id limit $3`,
    [actor.district, load.id, groupSize],
  );
  const outcomes = await performMany(
    tools,
    actor,
    rows.map(({ id }) => ({
      noun: 'finding',
      id,
      action: 'withdraw',
      input: { reason: '撤销测评发现导入' },
      requestId: idFrom(`finding undo ${load.id} ${id}`),
    })),
  );
  return outcomes.some((outcome) => 'done' in outcome);
}

async function undoSlice(house: FindingHouse, actor: Actor, id: string): Promise<FindingLoad> {
  const { pool, tools } = house;
  const { district } = actor;
  const load = await getLoad(pool, district, id);
  if (load.status === 'undone') return load;
  if (load.doneRows === 0 || load.status === 'checked')
    throw new Refused(409, 'notApplied', '这次导入还没有写入，无需撤销');
  const isTheirs = load.personId === actor.personId;
  if (!isTheirs && actor.role !== 'supervisor' && actor.role !== 'shiftLeader')
    throw new Refused(409, 'notYours', '只有上传的人、督查员和值班长可以撤销这次导入');
  const until = performance.now() + sliceMs;
  let isMore = true;
  while (isMore && performance.now() < until) isMore = await undoGroup(house, actor, load);
  const counts = { ...load.counts, ...(await undoneCounts(pool, district, id)) };
  await pool.query(
    `update finding_load set status = $3, counts = $4, undone_at = $5 where district = $1 and id = $2`,
    [
      district,
      id,
      isMore ? 'undoing' : 'undone',
      JSON.stringify(counts),
      isMore ? null : tools.now(),
    ],
  );
  if (!isMore) await removeArchive(house.dataDir, id);
  return getLoad(pool, district, id);
}

/** Does a slice of undoing a load; call again until it says `undone`. */
export async function undoFindings(
  house: FindingHouse,
  actor: Actor,
  id: string,
): Promise<FindingLoad> {
  await loadFor(house.pool, actor, id);
  return inTurn(turnOf(actor.district), () => undoSlice(house, actor, id));
}

/** What an undone load left as it is. */
export async function staysOf(
  pool: Pool,
  district: string,
  id: string,
): Promise<{ id: string; words: string; why: string }[]> {
  const { rows } = await pool.query<{ id: string; item: string; status: Report['status'] }>(
    `select f.id, f.item, r.status from finding f join report r on r.district = f.district and r.id = f.report_id
     where f.district = $1 and f.load_id = $2 and f.status = 'recorded' order by f.id limit $3`,
    [district, id, maxStays],
  );
  return rows.map(({ id: findingId, item, status }) => ({
    id: findingId,
    words: item,
    why: `来件${reportStatusLabels[status]}，不能撤回`,
  }));
}
