/**
 * Backup 备份: one snapshot of all tables and every photo it names, into a directory of many backups. Safe to
 * kill at any point: what is finished is used by the next, and nothing is a backup before its manifest.
 */
import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { momentAt } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { keepDestroyed } from './destroyed.ts';
import {
  backupsIn,
  filesOf,
  manifestName,
  readManifest,
  removeBackup,
  type Manifest,
  type TableFile,
} from './manifest.ts';
import { destroyedHashes, keepPhotos, removeFromVault, writePhotoList } from './photoFiles.ts';
import { countRows, findFinished, tablesOf, writeSealed, writeTables } from './snapshot.ts';
import { putFile, syncFolder, type Vault } from './vault.ts';

/** One backup at a time for a database. */
const lock = 727_273;

export interface BackupOptions {
  vault: Vault;
  /** A role that may read every table. */
  connection: pg.ClientConfig;
  /** The folder of all photos. */
  photoFolder: string;
  now: () => number;
  onProgress?(progress: Progress): void;
  /** Ends it early; what is finished is used by the next. */
  signal?: AbortSignal;
}

export interface Progress {
  phase: 'rows' | 'photos';
  done: number;
  /** About how many; 0: not known. */
  total: number;
}

export interface Made {
  manifest: Manifest;
  /** All bytes the backup consists of, and those written now. */
  bytes: number;
  writtenBytes: number;
}

const newBackupId = (now: number): string =>
  `${momentAt(now).slice(0, 19).replaceAll(/[-:]/g, '')}Z-${randomBytes(3).toString('hex')}`;

const pageOf = async <T extends object>(client: pg.Client, text: string): Promise<T[]> =>
  (await client.query<T>(text)).rows;

/** A connection for a snapshot, without limit of time; one at a time. Throws `Refused` beside another. */
export async function connectReader(connection: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, application_name: 'civicloop backup' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(
    `set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set timezone = 'UTC'`,
  );
  const [row] = await pageOf<{ mine: boolean }>(
    client,
    `select pg_try_advisory_lock(${lock}) as mine`,
  );
  if (!row?.mine) {
    await client.end();
    throw new Refused(409, 'backupRunning', '另一次备份正在进行，请等它结束后再备份');
  }
  return client;
}

async function about(
  client: pg.Client,
): Promise<Pick<Manifest, 'server' | 'migrations' | 'keyCheck'>> {
  const [server] = await pageOf<{ version: string }>(
    client,
    `select current_setting('server_version') as version`,
  );
  const migrations = await pageOf<{ name: string; digest: string }>(
    client,
    `select name, digest from migration order by name`,
  );
  const [key] = await pageOf<{ value: string }>(
    client,
    `select encode(value, 'hex') as value from house where name = 'key check'`,
  );
  return { server: server?.version ?? '', migrations, keyCheck: key?.value ?? '' };
}

async function roughRows(client: pg.Client): Promise<number> {
  const [row] = await pageOf<{ rows: string }>(
    client,
    `select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as rows from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r'`,
  );
  return Number(row?.rows ?? 0);
}

/** The table files of every complete backup, by name. */
async function knownFiles(vault: Vault): Promise<Map<string, TableFile>> {
  const known = new Map<string, TableFile>();
  for (const id of (await backupsIn(vault)).complete) {
    const manifest = await readManifest(vault, id).catch((error: unknown) => {
      if (error instanceof Refused) return undefined;
      throw error;
    });
    for (const { segments } of manifest?.districts ?? [])
      for (const part of segments.flatMap(({ parts }) => parts)) known.set(part.file.name, part);
  }
  await findFinished(vault, known);
  return known;
}

/** Unfinished files and backups of runs that were killed; a photo's own is written over. */
async function clean(vault: Vault): Promise<void> {
  for (const id of (await backupsIn(vault)).begun) await removeBackup(vault, id);
  const names = await readdir(join(vault.root, 'events'), { recursive: true }).catch(() => []);
  for (const name of names) {
    if (name.endsWith('.part')) await rm(join(vault.root, 'events', name), { force: true });
  }
}

async function takeSnapshot(
  client: pg.Client,
  options: BackupOptions,
  id: string,
): Promise<Omit<Manifest, 'photos'> & { list: Manifest['photos']['list']; gone: string[] }> {
  const { vault, onProgress } = options;
  const known = await knownFiles(vault);
  await client.query('begin isolation level repeatable read read only');
  const total = await roughRows(client);
  let done = 0;
  const onRows = (more: number): void => {
    options.signal?.throwIfAborted();
    onProgress?.({ phase: 'rows', done: (done += more), total });
  };
  const reading = { client, vault, known, onRows };
  const tables = await writeTables(reading, id);
  const districts = await writeSealed(reading);
  const list = await writePhotoList(client, vault, id);
  await keepDestroyed(client, vault);
  const gone = await destroyedHashes(client);
  const counts = countRows(tables, districts);
  await checkCounts(client, counts);
  const facts = await about(client);
  await client.query('commit');
  const madeAt = momentAt(options.now());
  return {
    product: 'CivicLoop',
    format: 1,
    id,
    madeAt,
    ...facts,
    counts,
    tables,
    districts,
    list,
    gone,
  };
}

/** Every row of the snapshot is in exactly one file. */
async function checkCounts(client: pg.Client, counts: Manifest['counts']): Promise<void> {
  for (const table of await tablesOf(client)) {
    const [row] = await pageOf<{ count: string }>(client, `select count(*) as count from ${table}`);
    if (Number(row?.count) !== (counts[table] ?? 0)) {
      throw new Error(`backup of ${table}: ${counts[table]} rows of ${row?.count}`);
    }
  }
}

/** Makes a backup. Throws `Refused` (disk full, another backup runs); the earlier backups stay good. */
export async function makeBackup(options: BackupOptions): Promise<Made> {
  const { vault, photoFolder, onProgress } = options;
  const client = await connectReader(options.connection);
  const writtenBefore = vault.written;
  try {
    await clean(vault);
    const id = newBackupId(options.now());
    const { list, gone, ...snapshot } = await takeSnapshot(client, options, id);
    const total = (
      await pageOf<{ count: string }>(client, `select count(*) as count from photo`)
    )[0];
    let done = 0;
    const photos = await keepPhotos(vault, list.name, photoFolder, (more) => {
      options.signal?.throwIfAborted();
      onProgress?.({ phase: 'photos', done: (done += more), total: Number(total?.count ?? 0) });
    });
    // What was destroyed while the photos were written is missing for a good reason.
    const since = new Set(await destroyedHashes(client));
    photos.missing = photos.missing.filter((sha256) => !since.has(sha256));
    for (const sha256 of new Set([...gone, ...since])) await removeFromVault(vault, sha256);
    const manifest: Manifest = { ...snapshot, photos: { list, ...photos } };
    await syncFolder(join(vault.root, 'backups'));
    await syncFolder(vault.root);
    const json = Buffer.from(JSON.stringify(manifest));
    await putFile(
      vault,
      manifestName(id),
      (async function* () {
        yield json;
      })(),
    );
    const bytes = filesOf(manifest).reduce((all, { size }) => all + size, photos.bytes);
    return { manifest, bytes, writtenBytes: vault.written - writtenBefore };
  } finally {
    await client.end().catch(() => undefined);
  }
}
