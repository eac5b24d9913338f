/**
 * Finding loads 测评发现导入记录: the tables that were brought in, their rows encrypted, and the zip of photos each has
 * on the disk. Rows and zips are dropped a week after the upload, whatever became of them.
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { FindingCounts, FindingLoadRow, FindingPreviewRow } from '../../domain/findingApi.ts';
import { addMinutes, epochMs, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type { House } from '../house.ts';
import type { MasterData } from '../masterData.ts';
import type { Profile, RawRow } from '../sheets/listFile.ts';

export type FindingHouse = Pick<House, 'pool' | 'tools' | 'dataDir'>;

const keptMinutes = 7 * 24 * 60;

export type FindingLoad = Omit<FindingLoadRow, 'personName' | 'refusal'> & {
  /** `notes`: what the reader of the file had to say. */
  profile: Profile & { notes: string[] };
  /** The first rows as they will be, while nothing was applied. */
  preview: FindingPreviewRow[];
};

/** Why a row does not go in; null: the same row stands in the file before. */
export type Marks = Record<string, { reason: string; detail?: string } | null>;

export interface Contents {
  rows: RawRow[];
  marks: Marks;
}

const columns = `id, person_id as "personId", created_at as "createdAt", file_name as "fileName", sha256, size, form,
  status, head, profile, rows, done_rows as "doneRows", archive, counts, reasons, notes, preview,
  applied_at as "appliedAt", undone_at as "undoneAt"`;

/** Loads of one district are applied, and given another zip, in turn: the name of that turn. */
export const turnOf = (district: string): string => `findings ${district}`;

/** Where the zip of a load lies, and what of it has arrived so far. */
export const archivePath = (dataDir: string, id: string): string =>
  join(dataDir, 'findings', `${id}.zip`);
export const archivePartPath = (dataDir: string, id: string): string =>
  join(dataDir, 'findings', `${id}.part`);

function refusalOf({ status, counts }: FindingLoad): string | null {
  if (status !== 'checked') return null;
  if (counts.added + counts.changed > 0) return null;
  return counts.refused > 0
    ? '没有可以导入的行，请按被拒的原因改正后重新上传'
    : '没有新的或变更的测评发现，无需导入';
}

export function rowOf(load: FindingLoad, master: MasterData): FindingLoadRow {
  const { profile: _profile, preview: _preview, ...open } = load;
  return {
    ...open,
    personName: master.persons.get(load.personId)?.name ?? '',
    refusal: refusalOf(load),
  };
}

/** A load. Throws 404 when there is none of this id. */
export async function getLoad(pool: Pool, district: string, id: string): Promise<FindingLoad> {
  const { rows } = await pool.query<FindingLoad>(
    `select ${columns} from finding_load where district = $1 and id = $2`,
    [district, id],
  );
  if (!rows[0]) throw new Refused(404, 'notFound', '没有这次导入，请刷新列表');
  return rows[0];
}

/** The latest loads, of one person when `personId` is given. */
export async function latestLoads(
  pool: Pool,
  district: string,
  personId: string | null,
): Promise<FindingLoad[]> {
  const { rows } = await pool.query<FindingLoad>(
    `select ${columns} from finding_load where district = $1 and ($2::uuid is null or person_id = $2)
     order by created_at desc, id limit 50`,
    [district, personId],
  );
  return rows;
}

const boxId = (id: string): string => `${id} findings`;

/** Keeps a new load with its rows, encrypted. */
export async function insertLoad(
  { pool, tools }: FindingHouse,
  district: string,
  load: FindingLoad,
  { rows, marks }: Contents,
): Promise<void> {
  const { wrappedKey, ciphertext } = tools.box.lock(
    boxId(load.id),
    'findings',
    JSON.stringify(rows),
  );
  await pool.query(
    `insert into finding_load (district, id, person_id, created_at, file_name, sha256, size, form, status, head, profile,
       rows, done_rows, archive, counts, reasons, notes, marks, preview, wrapped_key, rows_ciphertext)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'checked', $9, $10, $11, 0, null, $12, $13, $14, $15, '[]', $16, $17)`,
    [
      district,
      load.id,
      load.personId,
      load.createdAt,
      load.fileName,
      load.sha256,
      load.size,
      load.form,
      JSON.stringify(load.head),
      JSON.stringify(load.profile),
      load.rows,
      JSON.stringify(load.counts),
      JSON.stringify(load.reasons),
      JSON.stringify(load.notes),
      JSON.stringify(marks),
      wrappedKey,
      ciphertext,
    ],
  );
}

/** The rows of a load and their marks. Throws 409 when they were dropped. */
export async function readContents(
  { pool, tools }: Pick<FindingHouse, 'pool' | 'tools'>,
  district: string,
  id: string,
): Promise<Contents> {
  const { rows } = await pool.query<{ key: Buffer | null; rows: Buffer; marks: Marks }>(
    `select wrapped_key as key, rows_ciphertext as rows, marks from finding_load where district = $1 and id = $2`,
    [district, id],
  );
  const [found] = rows;
  if (!found?.key) throw new Refused(409, 'expired', '文件保存期已过，请重新上传');
  const text = tools.box.unlock(boxId(id), found.key, found.rows);
  return { rows: JSON.parse(text) as RawRow[], marks: found.marks };
}

/** What a check found, with the zip it was made with; only while nothing was applied. */
export async function saveCheck(
  pool: Pool,
  district: string,
  load: FindingLoad,
  marks: Marks,
): Promise<void> {
  const { rowCount } = await pool.query(
    `update finding_load set archive = $3, counts = $4, reasons = $5, notes = $6, marks = $7, preview = $8
     where district = $1 and id = $2 and status = 'checked'`,
    [
      district,
      load.id,
      load.archive && JSON.stringify(load.archive),
      JSON.stringify(load.counts),
      JSON.stringify(load.reasons),
      JSON.stringify(load.notes),
      JSON.stringify(marks),
      JSON.stringify(load.preview),
    ],
  );
  if (rowCount === 0)
    throw new Refused(409, 'begun', '已经开始导入，不能再换照片压缩包，请刷新页面');
}

/** What there is of a row by its key: the finding that is in force. */
export interface Known {
  id: string;
  key: string;
  loadId: string | null;
  item: string;
  words: string | null;
  measure: number | null;
  measureUnit: string | null;
}

export async function knownOf(
  pool: Pool,
  district: string,
  keys: readonly string[],
): Promise<Map<string, Known>> {
  const { rows } = await pool.query<Known>(
    `select id, row_key as key, load_id as "loadId", item, words, measure, measure_unit as "measureUnit"
     from finding where district = $1 and row_key = any($2) and status = 'recorded'`,
    [district, keys],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** What became of the findings of a load: taken back, and still standing. */
export async function undoneCounts(
  pool: Pool,
  district: string,
  id: string,
): Promise<Pick<FindingCounts, 'withdrawn' | 'stays'>> {
  const { rows } = await pool.query<{ withdrawn: string; stays: string }>(
    `select count(*) filter (where status = 'withdrawn') as withdrawn, count(*) filter (where status <> 'withdrawn') as stays
     from finding where district = $1 and load_id = $2`,
    [district, id],
  );
  return { withdrawn: Number(rows[0]?.withdrawn ?? 0), stays: Number(rows[0]?.stays ?? 0) };
}

/** Removes the zip of a load, whole or in part. */
export async function removeArchive(dataDir: string, id: string): Promise<void> {
  await rm(archivePath(dataDir, id), { force: true });
  await rm(archivePartPath(dataDir, id), { force: true });
}

/** Zips of one person that wait at once; the older ones go, and their loads say that they have expired. */
const waitingArchives = 3;

/** Removes the zips of a person's loads but the newest few; the load of this id counts as the newest. */
export async function removeOlderArchives(
  { pool, dataDir }: Pick<FindingHouse, 'pool' | 'dataDir'>,
  { district, personId }: { district: string; personId: string },
  id: string,
): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from finding_load where district = $1 and person_id = $2 and id <> $3
       and status in ('checked', 'applying') and archive is not null order by created_at desc, id offset $4`,
    [district, personId, id, waitingArchives - 1],
  );
  for (const older of rows) await removeArchive(dataDir, older.id);
}

/** Drops rows and zips older than a week; a load nobody finished by then has expired. */
export async function expireFindings(
  { pool, dataDir }: Pick<FindingHouse, 'pool' | 'dataDir'>,
  now: Moment,
): Promise<void> {
  await pool.query(
    `update finding_load set wrapped_key = null, rows_ciphertext = null, marks = '{}', preview = '[]',
       status = case when status in ('checked', 'applying') then 'expired' else status end
     where created_at < $1 and wrapped_key is not null`,
    [addMinutes(now, -keptMinutes)],
  );
  const folder = join(dataDir, 'findings');
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.endsWith('.piece'))) {
    // One that is received right now may end between the two looks.
    const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < epochMs(now) - 86_400_000) await rm(join(folder, name), { force: true });
  }
  const ids = names.flatMap((name) => /^([0-9a-f-]{36})\.(?:zip|part)$/.exec(name)?.[1] ?? []);
  if (ids.length === 0) return;
  const { rows } = await pool.query<{ id: string }>(
    `select id from finding_load where id = any($1) and status in ('checked', 'applying')`,
    [ids],
  );
  const open = new Set(rows.map(({ id }) => id));
  for (const id of new Set(ids)) if (!open.has(id)) await removeArchive(dataDir, id);
}
