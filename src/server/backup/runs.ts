/**
 * Runs 备份记录: what became of each backup and rehearsal, and when the next is due. They are asked for by the
 * page or fall due by the clock; one sweep of the running program does them.
 */
import { existsSync } from 'node:fs';
import type pg from 'pg';
import { v7 as newId } from 'uuid';
import { addMinutes, atLocalTime, localDay, momentAt, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type { SecretBox } from '../secrets.ts';
import { connectReader, makeBackup, type Made, type Progress } from './backup.ts';
import { backupKeyFile, ensureBackupKey, readBackupKey } from './backupKey.ts';
import { keepDestroyed } from './destroyed.ts';
import { rehearse, type Rehearsed } from './rehearsal.ts';
import { pruneBackups } from './retention.ts';
import { backupSettings } from './settings.ts';
import { openVault } from './vault.ts';

export type RunKind = 'scheduled' | 'page' | 'command' | 'drill';

export interface BackupPlace {
  pool: pg.Pool;
  connection: pg.ClientConfig;
  dataDir: string;
  env: NodeJS.ProcessEnv;
  box: Pick<SecretBox, 'digest'>;
  say(sentence: string): void;
  onProgress?(progress: Progress): void;
  signal?: AbortSignal;
}

/** A failed backup is tried again after this many minutes. */
const retryMinutes = 60;

async function begin(pool: pg.Pool, id: string, kind: RunKind, directory: string): Promise<void> {
  await pool.query(
    `insert into backup_run (id, kind, status, started_at, directory) values ($1, $2, 'running', now(), $3)
     on conflict (id) do update set status = 'running', started_at = now()`,
    [id, kind, directory],
  );
}

async function end(pool: pg.Pool, id: string, outcome: Record<string, unknown>): Promise<void> {
  const {
    status,
    name = null,
    bytes = null,
    written = null,
    events = null,
    photos = null,
    note = null,
  } = outcome;
  await pool.query(
    `update backup_run set status = $2, ended_at = now(), name = $3, bytes = $4, written_bytes = $5,
       events = $6, photos = $7, note = $8 where id = $1`,
    [id, status, name, bytes, written, events, photos, note],
  );
}

const noteOf = ({ manifest }: Made): string | null => {
  const missing = manifest.photos.missing.length;
  return missing > 0
    ? `${missing} 张照片的文件不在或已损坏，没有备份；请运行 npm run cli -- doctor 查看`
    : null;
};

/** What to say of an error: the sentence of a refusal, the message of anything else. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 500);

/** Makes a backup into a directory and keeps a record of it; backups that need not be kept go. */
export async function runBackup(
  place: BackupPlace,
  kind: Exclude<RunKind, 'drill'>,
  directory: string,
  asked?: string,
): Promise<Made> {
  const { pool, env, dataDir } = place;
  const id = asked ?? newId();
  await begin(pool, id, kind, directory);
  try {
    const settings = backupSettings(env);
    const vault = openVault(directory, ensureBackupKey(backupKeyFile(dataDir, env), place.say));
    const made = await makeBackup({
      vault,
      connection: place.connection,
      photoFolder: `${dataDir}/photos`,
      now: Date.now,
      onProgress: place.onProgress,
      signal: place.signal,
    });
    if (kind === 'scheduled') await pruneBackups(vault, settings.keep);
    const { manifest, bytes, writtenBytes } = made;
    await end(pool, id, {
      status: 'complete',
      name: manifest.id,
      bytes,
      written: writtenBytes,
      events: manifest.counts.event ?? 0,
      photos: manifest.photos.count,
      note: noteOf(made),
    });
    return made;
  } catch (error) {
    await end(pool, id, { status: 'failed', note: reasonOf(error) }).catch(() => undefined);
    throw error;
  }
}

/** Rehearses restoring the newest backup of a directory and keeps a record of it. */
export async function runRehearsal(
  place: BackupPlace,
  directory: string,
  asked?: string,
): Promise<Rehearsed> {
  const { pool } = place;
  const id = asked ?? newId();
  await begin(pool, id, 'drill', directory);
  try {
    const restored = await rehearse(place, directory);
    await end(pool, id, {
      status: 'complete',
      name: restored.manifest.id,
      events: restored.events,
      photos: restored.photos,
      note: `恢复到临时位置并核对无误：${restored.events} 条事件，${restored.photos} 张照片，封存链通过，用时 ${Math.ceil(restored.seconds)} 秒`,
    });
    return restored;
  } catch (error) {
    await end(pool, id, { status: 'failed', note: reasonOf(error) }).catch(() => undefined);
    throw error;
  }
}

/** Is the daily backup due? `last`: the last scheduled run. */
export function isDue(
  now: Moment,
  at: string,
  last: { startedAt: Moment; status: string } | undefined,
): boolean {
  const today = atLocalTime(localDay(now), at);
  if (now < today) return false;
  if (!last || last.startedAt < today) return true;
  return last.status === 'failed' && addMinutes(last.startedAt, retryMinutes) <= now;
}

/** Runs that a killed program left behind. */
export async function endStaleRuns(pool: pg.Pool): Promise<void> {
  await pool.query(
    `update backup_run set status = 'failed', ended_at = now(), note = '程序在备份途中停止；已写好的部分下次接着用'
     where status = 'running' and kind <> 'command'`,
  );
}

/** Keeps the list of what was destroyed up to date between backups, where there is a directory of backups. */
export async function refreshDestroyed(place: BackupPlace): Promise<void> {
  const { env, dataDir, connection } = place;
  const { directory } = backupSettings(env);
  const key = backupKeyFile(dataDir, env);
  if (directory === null || !existsSync(key) || !existsSync(directory)) return;
  const client = await connectReader(connection).catch((error: unknown) => {
    // A backup runs, and keeps it itself.
    if (error instanceof Refused) return undefined;
    throw error;
  });
  if (!client) return;
  await keepDestroyed(client, openVault(directory, readBackupKey(key))).finally(() => client.end());
}

/** One round: does what was asked for, or the daily backup when it is due. Answers whether it did anything. */
export async function sweepBackups(place: BackupPlace): Promise<boolean> {
  const { pool, env } = place;
  const { rows } = await pool.query<{ id: string; kind: RunKind; directory: string }>(
    `select id, kind, directory from backup_run where status = 'asked' order by started_at limit 1`,
  );
  const [asked] = rows;
  if (asked?.kind === 'drill') {
    await runRehearsal(place, asked.directory, asked.id);
    return true;
  }
  if (asked) {
    await runBackup(place, 'page', asked.directory, asked.id);
    return true;
  }
  const { directory, at } = backupSettings(env);
  if (directory === null) return false;
  const { rows: last } = await pool.query<{ startedAt: Moment; status: string }>(
    `select started_at as "startedAt", status from backup_run where kind = 'scheduled'
     order by started_at desc limit 1`,
  );
  if (!isDue(momentAt(Date.now()), at, last[0])) return false;
  await runBackup(place, 'scheduled', directory);
  return true;
}
