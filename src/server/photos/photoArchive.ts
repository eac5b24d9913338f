/**
 * Photo archive 照片归档: photos of years that are over move to another disk and still open. Each is written
 * there and synced before it goes here, so a killed move loses nothing and is run again.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type pg from 'pg';
import { startOfDay } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { withBytes } from './photoRows.ts';
import { archiveFolder, isThere, originalPath, removeFrom, syncPath } from './photoStore.ts';

export interface Moved {
  count: number;
  bytes: number;
  /** Photos whose bytes were not right; they stayed where they were. */
  damaged: string[];
}

const batch = 500;

/** Makes the link to the archive's disk. Throws `Refused` when photos were archived elsewhere before. */
async function linkArchive(directory: string, target: string): Promise<void> {
  const link = archiveFolder(directory);
  const now = await readlink(link).catch(() => undefined);
  if (now !== undefined && resolve(directory, now) !== target) {
    throw new Refused(
      409,
      'archiveElsewhere',
      `照片以前归档到 ${now}，不能再换到 ${target}。要换盘，请先把原归档目录整个复制过去，再把 ${link} 指向新目录`,
    );
  }
  await mkdir(target, { recursive: true, mode: 0o700 });
  if (now === undefined) await symlink(target, link);
  await syncPath(directory);
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Copies one photo and its copies to the archive, synced, and then takes them away here. */
async function move(directory: string, sha256: string): Promise<'moved' | 'damaged' | 'gone'> {
  const from = originalPath(directory, sha256);
  const to = originalPath(archiveFolder(directory), sha256);
  if (!(await isThere(from))) return 'gone';
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  for (const form of ['.shown', '.thumbnail', '']) {
    if (!(await isThere(`${from}${form}`))) continue;
    await copyFile(`${from}${form}`, `${to}${form}.new`);
    if (form === '' && (await sumOf(`${to}.new`)) !== sha256) {
      await rm(`${to}.new`);
      return 'damaged';
    }
    await syncPath(`${to}${form}.new`);
    await rename(`${to}${form}.new`, `${to}${form}`);
  }
  await syncPath(dirname(to));
  await syncPath(archiveFolder(directory));
  await removeFrom(directory, sha256);
  return 'moved';
}

/**
 * Moves the photos made before a year to `target`, oldest first. `year`: the first that stays, by local time.
 * Throws `Refused` when the year is not over yet or the archive lies elsewhere.
 */
export async function archivePhotos(
  pool: pg.Pool,
  options: {
    directory: string;
    target: string;
    year: number;
    now: string;
    onPhoto(done: number): void;
  },
): Promise<Moved> {
  const { directory, target, year, now, onPhoto } = options;
  const before = startOfDay(`${year}-01-01`);
  if (!(before <= now)) {
    throw new Refused(400, 'yearNotOver', `只能归档已经过去的年份：--before 不能晚于今年`);
  }
  if (`${resolve(target)}${sep}`.startsWith(`${resolve(directory)}${sep}`)) {
    throw new Refused(400, 'badArchive', '归档目录不能在照片目录里面，请换一个目录');
  }
  await linkArchive(directory, resolve(target));
  const moved: Moved = { count: 0, bytes: 0, damaged: [] };
  for (let last = ''; ;) {
    const { rows } = await pool.query<{ sha256: string }>(
      `select sha256 from photo where sha256 > $1 and status = 'complete' group by sha256
       having max(created_at) < $2 order by sha256 limit ${batch}`,
      [last, before],
    );
    for (const { sha256 } of rows) {
      const { size } = await stat(originalPath(directory, sha256)).catch(() => ({ size: 0 }));
      const done = await withBytes(pool, sha256, () => move(directory, sha256));
      if (done === 'damaged') moved.damaged.push(sha256);
      if (done !== 'moved') continue;
      moved.count += 1;
      moved.bytes += size;
      onPhoto(moved.count);
    }
    last = rows.at(-1)?.sha256 ?? '';
    if (rows.length < batch) return moved;
  }
}
