/** Keeping downloads 导出文件的保留: files whose days are over go, and files that belong to nothing. Source: issue 5-13. */
import { readdir, rm } from 'node:fs/promises';
import type { Download } from '../../domain/download.ts';
import { keptDays } from '../../domain/download.ts';
import { addMinutes } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import { perform } from '../perform.ts';
import type { DownloadPlace } from './make.ts';

const batch = 100;

/** Ends what has waited too long and what has been kept long enough. Returns how many records. */
export async function sweepKept({ pool, tools }: DownloadPlace): Promise<number> {
  const now = tools.now();
  const { rows } = await pool.query<Pick<Download, 'district' | 'id' | 'version' | 'status'>>({
    name: 'download-kept',
    text: `(select district, id, version, status from download where status = 'ready' and expires_at <= $1
              order by expires_at limit ${batch})
           union all
           (select district, id, version, status from download where status in ('counting', 'asked', 'granted')
              and asked_at <= $2 order by asked_at limit ${batch})`,
    values: [now, addMinutes(now, -keptDays * 24 * 60)],
  });
  for (const { district, id, version, status } of rows) {
    const action = status === 'ready' ? 'remove' : 'cancel';
    const requestId = idFrom(`download ${action} ${id} ${version}`);
    try {
      await perform(tools, systemActor(district), {
        noun: 'download',
        id,
        action,
        input: {},
        requestId,
      });
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 503) throw error;
    }
  }
  return rows.length;
}

/** Removes files that are neither ready nor being made. Returns how many. */
export async function sweepFiles({ pool, directory }: DownloadPlace): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const idOf = (name: string): string => /^\d{6}-([0-9a-f-]{36})\./.exec(name)?.[1] ?? '';
  const ids = names.map(idOf).filter(Boolean);
  if (ids.length === 0) return 0;
  const { rows } = await pool.query<{ id: string }>({
    name: 'download-files',
    text: `select id from download where id = any($1::uuid[]) and status in ('ready', 'granted')
             and district = any($2)`,
    values: [ids, [...new Set(names.map((name) => name.slice(0, 6)))]],
  });
  const kept = new Set(rows.map(({ id }) => id));
  const gone = names.filter((name) => idOf(name) !== '' && !kept.has(idOf(name)));
  for (const name of gone) await rm(`${directory}/${name}`, { force: true });
  return gone.length;
}
