/**
 * Restore 恢复: a backup into an empty place. The rows come in one transaction that is committed only when
 * counts and seals are right, so a restore that was killed or refused left an empty database, and may be run
 * again. What was destroyed after the backup is not brought back.
 */
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type pg from 'pg';
import { Refused } from '../../domain/refused.ts';
import { connect } from '../database.ts';
import { keyCheckWords } from '../masterKey.ts';
import { migrate, type Migration } from '../migrate.ts';
import { originalPath } from '../photos/photoStore.ts';
import type { SecretBox } from '../secrets.ts';
import { readDestroyed, type Destroyed } from './destroyed.ts';
import { backupsIn, filesOf, photoName, readManifest, type Manifest } from './manifest.ts';
import { photoForms, photosIn } from './photoFiles.ts';
import { checkEmpty, restoreRows, type OnProgress } from './restoreRows.ts';
import { damaged, getFile, isIn, linesOf, sumOf, syncFolder, type Vault } from './vault.ts';

const aDay = 86_400_000;

export interface RestoreOptions {
  vault: Vault;
  /** Which backup; the newest complete one when it is not said. */
  id?: string;
  /** The owner of an empty database. */
  owner: pg.ClientConfig;
  /** The box of the master key this place has. */
  box: Pick<SecretBox, 'digest'>;
  photoFolder: string;
  migrations: readonly Migration[];
  onProgress?: OnProgress;
  /** Called once all files are right, before anything is written. */
  beforeRows?(owner: pg.ClientBase): Promise<void>;
  /** Something follows that a kill must not leave out: `areRowsIn` says so until `forgetRowsIn`. */
  isFollowed?: boolean;
}

export interface Restored {
  manifest: Manifest;
  events: number;
  photos: number;
  /** Photos and secrets that were destroyed after the backup and stayed so. */
  destroyed: number;
  missing: number;
}

/** The backup to restore. Throws `Refused` when there is none that is complete, or none of this id. */
export async function chooseBackup(vault: Vault, id?: string): Promise<Manifest> {
  const { complete, begun } = await backupsIn(vault);
  const newest = complete.at(-1);
  if (id !== undefined && begun.includes(id)) {
    throw new Refused(
      409,
      'backupIncomplete',
      `备份 ${id} 没有做完，不能恢复。现有完整的备份：${complete.join('、') || '没有'}`,
    );
  }
  if (id !== undefined && !complete.includes(id)) {
    throw new Refused(
      404,
      'noBackup',
      `没有名为 ${id} 的备份。现有：${complete.join('、') || '没有'}`,
    );
  }
  if (newest === undefined) {
    throw new Refused(
      404,
      'noBackup',
      begun.length > 0
        ? `${vault.root} 里只有没做完的备份，不能恢复`
        : `${vault.root} 里没有 CivicLoop 的备份，请检查目录`,
    );
  }
  return readManifest(vault, id ?? newest);
}

/** Can this program, with this master key, take the backup? Throws `Refused`. */
export function checkFits(
  manifest: Manifest,
  box: Pick<SecretBox, 'digest'>,
  migrations: readonly Migration[],
): Migration[] {
  const check = box.digest(keyCheckWords).toString('hex');
  if (check !== manifest.keyCheck) {
    throw new Refused(
      409,
      'foreignBackup',
      '这份备份属于另一把主密钥，用现在的主密钥读不出其中的个人信息。请把原来的主密钥放到 keys/master.key，或设置 MASTER_KEY，再恢复',
    );
  }
  return manifest.migrations.map(({ name, digest }) => {
    const known = migrations.find((migration) => migration.name === name);
    if (!known || createHash('sha256').update(known.sql).digest('hex') !== digest) {
      throw new Refused(
        409,
        'newerBackup',
        '这份备份由更新版本（或改动过）的程序所做，请用做它的程序恢复',
      );
    }
    return known;
  });
}

/** Reads every file of the backup against its checksum. Throws `Refused` with the name of the bad one. */
export async function checkFiles(
  vault: Vault,
  manifest: Manifest,
  onFile: (done: number, total: number) => void,
): Promise<void> {
  const files = filesOf(manifest);
  for (const [n, file] of files.entries()) {
    if (!(await isIn(vault, file.name))) throw damaged(file.name, '不见了');
    const sum = await sumOf(vault, file.name);
    if (sum.size !== file.size || sum.sha256 !== file.sha256)
      throw damaged(file.name, '已损坏（校验和不符）');
    onFile(n + 1, files.length);
  }
}

async function isSameFile(path: string, sha256: string): Promise<boolean> {
  try {
    return (
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex') === sha256
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Puts one file of a photo in its place, synced; answers its SHA-256. */
async function putPhotoFile(vault: Vault, name: string, path: string): Promise<string> {
  const hash = createHash('sha256');
  const side = `${path}.new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(side, 'w', 0o600);
  try {
    for await (const chunk of getFile(vault, name, { isZipped: false })) {
      hash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(side, path);
  return hash.digest('hex');
}

async function restorePhotos(
  options: RestoreOptions,
  manifest: Manifest,
  destroyed: ReadonlySet<string>,
): Promise<number> {
  const { vault, photoFolder, onProgress } = options;
  const missing = new Set(manifest.photos.missing);
  const touched = new Set<string>();
  let done = 0;
  for await (const { sha256 } of photosIn(vault, manifest.photos.list.name)) {
    onProgress?.({ phase: 'photos', done, total: manifest.photos.count });
    const path = originalPath(photoFolder, sha256);
    if (missing.has(sha256) || destroyed.has(sha256)) continue;
    if (!(await isSameFile(path, sha256))) {
      for (const form of [...photoForms].reverse()) {
        if (form !== '' && !(await isIn(vault, photoName(sha256, form)))) continue;
        const sum = await putPhotoFile(vault, photoName(sha256, form), `${path}${form}`);
        if (form === '' && sum !== sha256) {
          await rm(path);
          throw damaged(photoName(sha256), '已损坏（内容与摘要不符）');
        }
      }
      touched.add(dirname(path));
    }
    done += 1;
  }
  for (const folder of touched) await syncFolder(folder);
  if (touched.size > 0) await syncFolder(photoFolder);
  return done;
}

/** The hashes of photos destroyed after the backup. */
async function destroyedHashes(
  vault: Vault,
  manifest: Manifest,
  { photos }: Destroyed,
): Promise<Set<string>> {
  const gone = new Set(photos.map(({ district, id }) => `${district} ${id}`));
  const table = manifest.tables.find((file) => file.table === 'photo');
  if (!table || gone.size === 0) return new Set();
  const [district, id, sha256, status] = ['district', 'id', 'sha256', 'status'].map((name) =>
    table.columns.indexOf(name),
  ) as [number, number, number, number];
  const hashes = new Set<string>();
  const needed = new Set<string>();
  for await (const line of linesOf(getFile(vault, table.file.name))) {
    const fields = line.split('\t');
    const isGone = gone.has(`${fields[district]} ${fields[id]}`);
    if (isGone) hashes.add(fields[sha256] ?? '');
    else if (fields[status] === 'complete') needed.add(fields[sha256] ?? '');
  }
  return new Set([...hashes].filter((hash) => !needed.has(hash)));
}

/** Restores a backup. Throws `Refused` with the reason; then nothing is restored and it may be run again. */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { vault, migrations, onProgress } = options;
  const manifest = await chooseBackup(vault, options.id);
  const then = checkFits(manifest, options.box, migrations);
  await checkFiles(vault, manifest, (done, total) => onProgress?.({ phase: 'check', done, total }));
  const destroyed = await readDestroyed(vault);
  const { pool, close } = connect(options.owner, { role: null, max: 1, statementTimeout: aDay });
  const client = await pool.connect();
  try {
    await client.query(`set idle_in_transaction_session_timeout = 0`);
    await options.beforeRows?.(client);
    await migrate(client, then).catch((error: unknown) =>
      checkEmpty(client).then(() => Promise.reject(error)),
    );
    await checkEmpty(client);
    const gone = await destroyedHashes(vault, manifest, destroyed);
    const photos = await restorePhotos(options, manifest, gone);
    await restoreRows(client, options, manifest, destroyed);
    await migrate(client, migrations);
    await client.query('analyze');
    const events = manifest.counts.event ?? 0;
    return {
      manifest,
      events,
      photos,
      destroyed: destroyed.secrets.size + destroyed.photos.length,
      missing: manifest.photos.missing.length,
    };
  } finally {
    client.release(true);
    await close();
  }
}
