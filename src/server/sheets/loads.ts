/**
 * Loads 导入记录: the table of files that were brought in, with what each would change and what became of
 * it. A preview that is not applied within a day expires, and what it would have changed is dropped.
 */
import type { Pool } from 'pg';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { getNoun } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import type { SheetCounts, SheetItem, SheetItemKind, SheetLoadRow } from '../../domain/sheetApi.ts';
import { sheetPageSize } from '../../domain/sheetApi.ts';
import { getSheet } from '../../domain/sheetList.ts';
import type { MasterData } from '../masterData.ts';
import type { DiffItem } from './diff.ts';

const previewMinutes = 24 * 60;

/** What applying did to one record: enough to go back. */
export interface AppliedItem {
  noun: string;
  id: string;
  action: 'add' | 'edit' | 'restore' | 'retire';
  /** The version of the record after it. */
  version: number;
  label: string;
  before: Record<string, unknown> | null;
  /** What was said; going back is refused when a later change said something else. */
  input: Record<string, unknown> | null;
}

export interface Load {
  id: string;
  sheet: string;
  personId: string;
  createdAt: Moment;
  fileName: string;
  sha256: string;
  size: number;
  status: SheetLoadRow['status'];
  counts: SheetCounts;
  notes: string[];
  appliedAt: Moment | null;
  undoneAt: Moment | null;
}

const columns = `id, sheet, person_id as "personId", created_at as "createdAt", file_name as "fileName",
  sha256, size, status, counts, notes, applied_at as "appliedAt", undone_at as "undoneAt"`;

/** Why a preview cannot be applied; null when it can. */
function refusalOf({ status, counts }: Load): string | null {
  if (status !== 'previewed') return null;
  if ((counts.refused ?? 0) > 0)
    return `有 ${counts.refused} 处被拒，请在文件里改正后重新上传；一处不对，全部不写入`;
  const changes = (counts.added ?? 0) + (counts.changed ?? 0) + (counts.gone ?? 0);
  return changes === 0 ? '与现有内容没有差别，无需应用' : null;
}

export function rowOf(load: Load, master: MasterData): SheetLoadRow {
  const sheet = getSheet(load.sheet);
  return {
    ...load,
    title: sheet.title,
    personName: master.persons.get(load.personId)?.name ?? '',
    refusal: refusalOf(load),
    isVersioned: sheet.views.some(({ noun }) => getNoun(noun).isVersioned),
  };
}

export async function insertLoad(
  pool: Pool,
  district: string,
  load: Omit<Load, 'appliedAt' | 'undoneAt'>,
  diff: readonly DiffItem[],
): Promise<void> {
  await pool.query(
    `insert into sheet_load (district, id, sheet, person_id, created_at, file_name, sha256, size, status, counts, notes, diff)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      district,
      load.id,
      load.sheet,
      load.personId,
      load.createdAt,
      load.fileName,
      load.sha256,
      load.size,
      load.status,
      JSON.stringify(load.counts),
      JSON.stringify(load.notes),
      JSON.stringify(diff),
    ],
  );
}

/** Previews nobody applied within a day: what they hold is dropped. */
export async function expireLoads(pool: Pool, district: string, now: Moment): Promise<void> {
  await pool.query(
    `update sheet_load set status = 'expired', diff = null
     where district = $1 and status = 'previewed' and created_at < $2`,
    [district, addMinutes(now, -previewMinutes)],
  );
}

/** A load. Throws 404 when there is none of this id. */
export async function getLoad(pool: Pool, district: string, id: string): Promise<Load> {
  const { rows } = await pool.query<Load>(
    `select ${columns} from sheet_load where district = $1 and id = $2`,
    [district, id],
  );
  if (!rows[0]) throw new Refused(404, 'notFound', '没有这次导入，请刷新列表');
  return rows[0];
}

/** Everything a load would change; empty once it has expired. */
export async function diffOf(pool: Pool, district: string, id: string): Promise<DiffItem[]> {
  const { rows } = await pool.query<{ diff: DiffItem[] | null }>(
    `select diff from sheet_load where district = $1 and id = $2`,
    [district, id],
  );
  return rows[0]?.diff ?? [];
}

export async function appliedOf(pool: Pool, district: string, id: string): Promise<AppliedItem[]> {
  const { rows } = await pool.query<{ applied: AppliedItem[] | null }>(
    `select applied from sheet_load where district = $1 and id = $2`,
    [district, id],
  );
  return rows[0]?.applied ?? [];
}

/** One page of the items of a kind, without what only applying needs. */
export async function itemsOf(
  pool: Pool,
  district: string,
  id: string,
  kind: SheetItemKind,
  page: number,
): Promise<SheetItem[]> {
  const { rows } = await pool.query<{ item: SheetItem }>(
    `select e.item - 'input' - 'before' - 'version' - 'key' - 'action' as item from sheet_load l,
       jsonb_array_elements(l.diff) with ordinality as e(item, n)
     where l.district = $1 and l.id = $2 and e.item->>'kind' = $3
     order by (e.item->'rows'->>0)::integer nulls last, e.n limit $4 offset $5`,
    [district, id, kind, sheetPageSize, (page - 1) * sheetPageSize],
  );
  return rows.map(({ item }) => item);
}

/** Refusals by reason, the most frequent first: what is quoted in a reason may differ from row to row. */
export async function reasonsOf(
  pool: Pool,
  district: string,
  id: string,
): Promise<{ message: string; count: number; rows: number[] }[]> {
  const { rows } = await pool.query<{ message: string; count: number; rows: number[] }>(
    `select reason as message, count(*)::integer as count,
       (array_agg(row order by row))[1:20] as rows
     from (select (e.item->'rows'->>0)::integer as row,
         (e.item->>'column') || case when e.item->>'column' = '' then '' else '：' end
           || regexp_replace(regexp_replace(e.item->>'message', '“[^”]*”', '“…”', 'g'), '第 [0-9]+ 行', '第 … 行', 'g') as reason
       from sheet_load l, jsonb_array_elements(l.diff) as e(item)
       where l.district = $1 and l.id = $2 and e.item->>'kind' = 'refused') found
     group by reason order by count(*) desc, reason limit 200`,
    [district, id],
  );
  return rows;
}

/** The latest loads of a district, newest first. */
export async function latestLoads(
  pool: Pool,
  district: string,
  sheet: string | undefined,
): Promise<Load[]> {
  const { rows } = await pool.query<Load>(
    `select ${columns} from sheet_load where district = $1 and ($2::text is null or sheet = $2)
     order by created_at desc, id limit 50`,
    [district, sheet ?? null],
  );
  return rows;
}

export async function markApplied(
  pool: Pool,
  district: string,
  id: string,
  now: Moment,
  applied: readonly AppliedItem[],
): Promise<void> {
  await pool.query(
    `update sheet_load set status = 'applied', applied = $4, applied_at = $3
     where district = $1 and id = $2 and status = 'previewed'`,
    [district, id, now, JSON.stringify(applied)],
  );
}

export async function markUndone(
  pool: Pool,
  district: string,
  id: string,
  now: Moment,
): Promise<void> {
  await pool.query(
    `update sheet_load set status = 'undone', undone_at = $3
     where district = $1 and id = $2 and status = 'applied'`,
    [district, id, now],
  );
}
