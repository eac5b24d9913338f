/**
 * Order loads 工单导入记录: the files that were brought in, their rows encrypted in pieces, and the line kept of
 * each order number. Rows are dropped a week after the upload, whatever became of it: they hold personal data.
 */
import type { Pool, PoolClient } from 'pg';
import { addMinutes, epochMs, type Moment } from '../../domain/moment.ts';
import { mapProblem } from '../../domain/orderMap.ts';
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import { Refused } from '../../domain/refused.ts';
import type { MasterData } from '../masterData.ts';
import type { SecretBox } from '../secrets.ts';
import type { Profile, RawRow } from '../sheets/listFile.ts';
import type { Digests } from './orderRow.ts';
import type { Standing } from './visits.ts';

const keptMinutes = 7 * 24 * 60;
/** Rows of one piece: one transaction. */
export const chunkSize = 250;

export type OrderLoad = Omit<OrderLoadRow, 'senderName' | 'personName' | 'refusal'> & {
  profile: Profile;
};

/** Why a row does not go in; null: the same row stands in the file before. */
export type Marks = Record<string, { reason: string; detail?: string } | null>;

export interface Chunk {
  n: number;
  rows: RawRow[];
  marks: Marks;
}

const columns = `id, sender_code as "senderCode", person_id as "personId", created_at as "createdAt",
  file_name as "fileName", sha256, size, form, status, head, profile, map, is_historic as "isHistoric", rows, chunks,
  done_chunks as "doneChunks", '{"visited": 0}'::jsonb || counts as counts, found, reasons, notes, applied_at as "appliedAt", undone_at as "undoneAt"`;

/** Why a load cannot be applied as it is; null when it can. */
function refusalOf({ status, map, head, counts }: OrderLoad): string | null {
  if (status !== 'checked') return null;
  const problem = mapProblem(map, head);
  if (problem) return problem;
  return counts.added + counts.changed + counts.visited === 0
    ? '没有新的或变更的工单，无需导入'
    : null;
}

export function rowOf(load: OrderLoad, master: MasterData): OrderLoadRow {
  const { profile: _, ...open } = load;
  return {
    ...open,
    senderName: master.senders.get(load.senderCode)?.name ?? load.senderCode,
    personName: master.persons.get(load.personId)?.name ?? '',
    refusal: refusalOf(load),
  };
}

/** A load. Throws 404 when there is none of this id. */
export async function getLoad(pool: Pool, district: string, id: string): Promise<OrderLoad> {
  const { rows } = await pool.query<OrderLoad>(
    `select ${columns} from order_load where district = $1 and id = $2`,
    [district, id],
  );
  if (!rows[0]) throw new Refused(404, 'notFound', '没有这次导入，请刷新列表');
  return rows[0];
}

export async function latestLoads(pool: Pool, district: string): Promise<OrderLoad[]> {
  const { rows } = await pool.query<OrderLoad>(
    `select ${columns} from order_load where district = $1 order by created_at desc, id limit 50`,
    [district],
  );
  return rows;
}

export async function insertLoad(pool: Pool, district: string, load: OrderLoad): Promise<void> {
  await pool.query(
    `insert into order_load (district, id, sender_code, person_id, created_at, file_name, sha256, size, form, status, head,
       profile, map, is_historic, rows, chunks, done_chunks, counts, found, reasons, notes)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
    [
      district,
      load.id,
      load.senderCode,
      load.personId,
      load.createdAt,
      load.fileName,
      load.sha256,
      load.size,
      load.form,
      load.status,
      JSON.stringify(load.head),
      JSON.stringify(load.profile),
      JSON.stringify(load.map),
      load.isHistoric,
      load.rows,
      load.chunks,
      load.doneChunks,
      JSON.stringify(load.counts),
      JSON.stringify(load.found),
      JSON.stringify(load.reasons),
      JSON.stringify(load.notes),
    ],
  );
}

/**
 * What a check found, kept with the map it was made with and the marks of each piece; only while nothing was
 * applied, and all or nothing. Throws 409 when applying has begun.
 */
export async function saveCheck(
  pool: Pool,
  district: string,
  load: OrderLoad,
  marks: readonly Marks[],
): Promise<void> {
  const client = await pool.connect();
  let failed: Error | undefined;
  try {
    await client.query('begin');
    await saveFound(client, district, load);
    for (const [n, each] of marks.entries())
      await client.query(
        `update order_chunk set marks = $4 where district = $1 and load_id = $2 and n = $3`,
        [district, load.id, n, JSON.stringify(each)],
      );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch((lost: Error) => (failed = lost));
    throw error;
  } finally {
    client.release(failed);
  }
}

async function saveFound(client: PoolClient, district: string, load: OrderLoad): Promise<void> {
  const { rowCount } = await client.query(
    `update order_load set map = $3, is_historic = $4, counts = $5, found = $6, reasons = $7
     where district = $1 and id = $2 and status = 'checked'`,
    [
      district,
      load.id,
      JSON.stringify(load.map),
      load.isHistoric,
      JSON.stringify(load.counts),
      JSON.stringify(load.found),
      JSON.stringify(load.reasons),
    ],
  );
  if (rowCount === 0) throw new Refused(409, 'begun', '已经开始导入，不能再改列对照，请刷新页面');
}

/** Keeps one piece of a file, encrypted. */
export async function insertChunk(
  pool: Pool,
  box: SecretBox,
  district: string,
  loadId: string,
  n: number,
  rows: readonly RawRow[],
): Promise<void> {
  const { wrappedKey, ciphertext } = box.lock(`${loadId} ${n}`, 'orders', JSON.stringify(rows));
  await pool.query(
    `insert into order_chunk (district, load_id, n, wrapped_key, ciphertext, marks) values ($1, $2, $3, $4, $5, '{}')`,
    [district, loadId, n, wrappedKey, ciphertext],
  );
}

/** One piece of a load; undefined when it was dropped. */
export async function readChunk(
  pool: Pool,
  box: SecretBox,
  district: string,
  loadId: string,
  n: number,
): Promise<Chunk | undefined> {
  const { rows } = await pool.query<{ wrapped_key: Buffer; ciphertext: Buffer; marks: Marks }>(
    `select wrapped_key, ciphertext, marks from order_chunk where district = $1 and load_id = $2 and n = $3`,
    [district, loadId, n],
  );
  const [found] = rows;
  if (!found) return undefined;
  const text = box.unlock(`${loadId} ${n}`, found.wrapped_key, found.ciphertext);
  return { n, rows: JSON.parse(text) as RawRow[], marks: found.marks };
}

/** Takes the rows of a file out of the database; what was counted stays. */
export async function dropChunks(pool: Pool, district: string, loadId: string): Promise<void> {
  await pool.query(`delete from order_chunk where district = $1 and load_id = $2`, [
    district,
    loadId,
  ]);
}

/** Drops the rows of files older than a week; a load nobody finished by then has expired. */
export async function expireOrders(pool: Pool, now: Moment): Promise<void> {
  const before = addMinutes(now, -keptMinutes);
  await pool.query(
    `delete from order_chunk c using order_load l
     where l.district = c.district and l.id = c.load_id and l.created_at < $1`,
    [before],
  );
  // Pieces of an upload that was killed before its load was written; ids begin with their time.
  const begin = epochMs(before).toString(16).padStart(12, '0');
  await pool.query(
    `delete from order_chunk c where load_id < $1 and not exists
       (select from order_load l where l.district = c.district and l.id = c.load_id)`,
    [`${begin.slice(0, 8)}-${begin.slice(8)}-7000-8000-000000000000`],
  );
  await pool.query(
    `update order_load set found = '{}',
       status = case when status in ('checked', 'applying') then 'expired' else status end
     where created_at < $1 and (status in ('checked', 'applying') or found <> '{}')`,
    [before],
  );
}

/** What is there of an order number: the report under it, and the line kept of the last file. */
export interface Known {
  number: string;
  reportId: string | null;
  lineReportId: string | null;
  loadId: string | null;
  digests: Digests;
  /** The report of the line was taken back and has given its number free. */
  isBack: boolean;
  /** The city's last result of the order. */
  standing: Standing | null;
}

/** What is there under these numbers of a sender. */
export async function knownOf(
  pool: Pool,
  district: string,
  senderCode: string,
  numbers: readonly string[],
): Promise<Map<string, Known>> {
  const { rows } = await pool.query<Known>(
    `select n.number, r.id as "reportId", l.report_id as "lineReportId", l.load_id as "loadId",
       coalesce(l.digests, '{}') as digests, back.id is not null as "isBack",
       case when v.id is not null then json_build_object('id', v.id, 'status', v.status, 'isContacted', v.is_contacted,
         'solved', v.solved, 'satisfaction', v.satisfaction, 'loadId', l.visit_load_id) end as standing
     from unnest($3::text[]) as n(number)
     left join report r on r.district = $1 and r.sender_code = $2 and r.outside_number = n.number
     left join order_line l on l.district = $1 and l.sender_code = $2 and l.outside_number = n.number
     left join report back on back.district = $1 and back.id = l.report_id
       and back.outside_number is distinct from n.number
     left join callback v on v.district = $1 and v.id = l.visit_id
     where r.id is not null or l.report_id is not null`,
    [district, senderCode, numbers],
  );
  return new Map(rows.map((row) => [row.number, row]));
}

/** A line to keep: what a file said of an order number. */
export interface Line {
  number: string;
  reportId: string;
  digests: Digests;
  /** The event of a change, and what was said before: by these it can be changed back. */
  change?: { eventId: string | null; before: Digests };
}

/** Keeps lines of new reports, before these are made: after a kill it is known what was being said. */
export async function keepLines(
  pool: Pool,
  district: string,
  load: Pick<OrderLoad, 'id' | 'senderCode'>,
  lines: readonly Line[],
): Promise<void> {
  if (lines.length === 0) return;
  await pool.query(
    `insert into order_line (district, sender_code, outside_number, report_id, load_id, digests)
     select $1, $2, n.number, n.report_id, $3, n.digests
     from unnest($4::text[], $5::uuid[], $6::jsonb[]) as n(number, report_id, digests)
     on conflict (district, sender_code, outside_number) do update set report_id = excluded.report_id,
       load_id = excluded.load_id, digests = excluded.digests, changed_load_id = null, is_undone = false, stays = null,
       visit_id = null, visit_load_id = null, visit_before_id = null, change_event_id = null, digests_before = null`,
    [
      district,
      load.senderCode,
      load.id,
      lines.map(({ number }) => number),
      lines.map(({ reportId }) => reportId),
      lines.map(({ digests }) => JSON.stringify(digests)),
    ],
  );
}

/** Notes what a later file said otherwise, after it became an event. */
export async function changeLines(
  pool: Pool,
  district: string,
  load: Pick<OrderLoad, 'id' | 'senderCode'>,
  lines: readonly Line[],
): Promise<void> {
  if (lines.length === 0) return;
  await pool.query(
    `update order_line l set digests = l.digests || n.digests, changed_load_id = $3, change_event_id = n.event_id,
       digests_before = n.before
     from unnest($4::text[], $5::jsonb[], $6::uuid[], $7::jsonb[]) as n(number, digests, event_id, before)
     where l.district = $1 and l.sender_code = $2 and l.outside_number = n.number`,
    [
      district,
      load.senderCode,
      load.id,
      lines.map(({ number }) => number),
      lines.map(({ digests }) => JSON.stringify(digests)),
      lines.map(({ change }) => change?.eventId ?? null),
      lines.map(({ change }) => (change ? JSON.stringify(change.before) : null)),
    ],
  );
}
