/**
 * Making downloads 生成导出文件: counts what was asked for, writes what was granted, tells how far it is, stops when it
 * is canceled. A run that a killed program left behind is begun again by whoever finds it. Source: issue 5-13.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import type pg from 'pg';
import { columnsOfDownload, freeRows, mostRows, type Download } from '../../domain/download.ts';
import { addMinutes } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { systemActor } from '../baseSeed.ts';
import { refusalOf, type Database } from '../database.ts';
import { idFrom } from '../idFrom.ts';
import type { Log } from '../log.ts';
import { perform, type Performing } from '../perform.ts';
import type { QueryContext } from '../queries/context.ts';
import { openTable } from './files.ts';
import { countRows, pagesOf } from './lists.ts';
import { markOf } from './mark.ts';

export interface DownloadPlace {
  pool: pg.Pool;
  db: Database;
  tools: Performing;
  /** Where the files lie. */
  directory: string;
  log: Log;
  signal?: AbortSignal;
}

/** Small files never wait behind large ones. */
export type Lane = 'small' | 'large';

/** A run not heard of for so many minutes is taken up by somebody else. */
const silentMinutes = 1;

/** The file of a download. */
export const downloadPath = (
  directory: string,
  { district, id, form }: Pick<Download, 'district' | 'id' | 'form'>,
): string => `${directory}/${district}-${id}.${form}`;

/** Canceled meanwhile, or the program stops. */
class Stopped extends Error {}

/** Takes the next download of a lane for this program; null when nothing is due. */
async function takeNext({ pool, tools }: DownloadPlace, lane: Lane): Promise<Download | null> {
  const now = tools.now();
  const silent = addMinutes(now, -silentMinutes);
  const which =
    lane === 'small'
      ? `(d.status = 'counting' or d.status = 'granted' and d.row_count <= ${freeRows})`
      : `d.status = 'granted' and d.row_count > ${freeRows}`;
  const { rows } = await pool.query<{ district: string; id: string }>({
    name: `download-next-${lane}`,
    text: `select d.district, d.id from download d
             left join download_run r on r.district = d.district and r.id = d.id
           where d.status in ('counting', 'granted') and ${which}
             and (r.touched_at is null or r.touched_at < $1)
           order by d.asked_at limit 1`,
    values: [silent],
  });
  const found = rows[0];
  if (!found) return null;
  const { rowCount } = await pool.query(
    `insert into download_run as r (district, id, touched_at, row_count) values ($1, $2, $3, 0)
     on conflict (district, id) do update set touched_at = excluded.touched_at, row_count = 0
       where r.touched_at < $4`,
    [found.district, found.id, now, silent],
  );
  if (rowCount === 0) return null;
  const [record] = await tools.store.find('download', found.district, [found.id]);
  return record as unknown as Download;
}

/** Says how far it is. Throws Stopped when the file is no longer wanted. */
async function report(
  { pool, tools, signal }: DownloadPlace,
  { district, id }: Download,
  written: number,
): Promise<void> {
  if (signal?.aborted) throw new Stopped();
  const { rows } = await pool.query<{ status: string }>({
    name: 'download-progress',
    text: `with run as (update download_run set touched_at = $3, row_count = $4 where district = $1 and id = $2)
           select status from download where district = $1 and id = $2`,
    values: [district, id, tools.now(), written],
  });
  if (rows[0]?.status !== 'granted') throw new Stopped();
}

/** The query context of whoever asked, under the post they asked under. Throws when they hold it no more. */
async function contextOf(place: DownloadPlace, download: Download): Promise<QueryContext> {
  const { db, pool, tools } = place;
  const { district, askerId, askerPostId } = download;
  const master = await tools.master.of(district);
  const now = tools.now();
  const actor = master.actor(askerId, askerPostId, now);
  if (!actor) throw new Refused(409, 'noPost', '申请人已不在申请时的岗位，请以现在的岗位重新导出');
  return { db, pool, master, box: tools.box, store: tools.store, actor, district, now };
}

async function performStep(
  { tools }: DownloadPlace,
  { district, id, version }: Download,
  action: 'count' | 'finish' | 'fail' | 'cancel' | 'remove',
  input: Record<string, unknown> = {},
): Promise<void> {
  const requestId = idFrom(`download ${action} ${id} ${version}`);
  await perform(tools, systemActor(district), { noun: 'download', id, action, input, requestId });
}

const tooMany = (most: number): Refused =>
  new Refused(
    409,
    'tooManyRows',
    `列表又增加了，已超过 ${most.toLocaleString('zh-CN')} 行，请重新导出`,
  );

/** Writes the file as of one moment and says that it is ready. */
async function make(place: DownloadPlace, download: Download): Promise<void> {
  const context = await contextOf(place, download);
  const most = download.deciderId === null ? freeRows : mostRows;
  const columns = columnsOfDownload(download);
  const mark = markOf(download, context.master, context.now);
  const path = downloadPath(place.directory, download);
  await mkdir(place.directory, { recursive: true, mode: 0o700 });
  const table = openTable(download.form, `${path}.part`, columns, mark);
  let rowCount = 0;
  let reportedAt = 0;
  try {
    await place.db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute(async (db) => {
        for await (const page of pagesOf({ ...context, db }, download)) {
          rowCount += page.length;
          if (rowCount > most) throw tooMany(most);
          await table.rows(page);
          if (performance.now() - reportedAt < 500) continue;
          reportedAt = performance.now();
          await report(place, download, rowCount);
        }
      });
    const made = await table.close({ ...mark, rowCount });
    await rename(`${path}.part`, path);
    await performStep(place, download, 'finish', { rowCount, ...made });
  } catch (error) {
    table.abandon();
    await rm(`${path}.part`, { force: true });
    throw error;
  }
}

const isLater = (error: unknown): boolean => {
  const refused = error instanceof Refused ? error : refusalOf(error);
  return refused?.status === 503;
};

/** Why there is no file, in a sentence for whoever asked. */
function problemOf(error: unknown, id: string): string {
  const refused = error instanceof Refused ? error : refusalOf(error);
  if (refused) return refused.message;
  return (error as NodeJS.ErrnoException).code === 'ENOSPC'
    ? '服务器磁盘已满，请通知系统管理员后重新导出'
    : `生成时出错，请重新导出；如仍不行请把编号 ${id} 告诉系统管理员`;
}

/** Does the next thing of a lane. False when nothing is due. */
export async function sweepDownloads(place: DownloadPlace, lane: Lane): Promise<boolean> {
  const { pool, log } = place;
  const download = await takeNext(place, lane);
  if (!download) return false;
  const { district, id } = download;
  const release = (): Promise<unknown> =>
    pool.query(`delete from download_run where district = $1 and id = $2`, [district, id]);
  try {
    if (download.status === 'counting') {
      const rowCount = await countRows(await contextOf(place, download), download);
      await performStep(place, download, 'count', { rowCount });
    } else await make(place, download);
  } catch (error) {
    const isOver = error instanceof Refused && error.code === 'wrongStatus';
    if (!(error instanceof Stopped) && !isOver) {
      log.warn({ download: id, error: String(error) }, 'download failed');
      // A database that stalls is asked again in a minute, when the run counts as silent.
      if (isLater(error)) return true;
      await performStep(place, download, 'fail', { problem: problemOf(error, id) }).catch(
        (other: unknown) => {
          if (!(other instanceof Refused)) throw other;
        },
      );
    }
  }
  await release();
  return true;
}
