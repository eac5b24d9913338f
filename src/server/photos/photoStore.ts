/**
 * Photo store 照片文件: where the bytes of photos lie. Pieces of unfinished uploads in `pieces/`, finished
 * originals under their SHA-256 as `<aa>/<sha256>`, the copies beside them. A photo is on the disk for
 * good, file and directory synced, when `keepPhoto` resolves. Source: trust, Durable.
 */
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Refused } from '../../domain/refused.ts';
import type { Copies } from './images.ts';

export type CopyForm = 'shown' | 'thumbnail';

const piecesFolder = (directory: string): string => join(directory, 'pieces');

/** The name of an upload's piece: `<district>-<id>`. */
export const pieceName = (district: string, id: string): string => `${district}-${id}`;

/** The piece of an unfinished upload. */
export function piecePath(directory: string, district: string, id: string): string {
  const name = pieceName(district, id);
  if (!/^[0-9A-Za-z-]+$/.test(name)) throw new Error(`not the name of a piece: ${name}`);
  return join(piecesFolder(directory), name);
}

/** The unchanged original with this SHA-256 (lower-case hex). */
export function originalPath(directory: string, sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`not a SHA-256: ${sha256}`);
  return join(directory, sha256.slice(0, 2), sha256);
}

/** A copy of the original with this SHA-256, a JPEG. */
export const copyPath = (directory: string, sha256: string, form: CopyForm): string =>
  `${originalPath(directory, sha256)}.${form}`;

/** Whether a file is there and may be read. */
export const isThere = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );

/** The folder of photos of closed years: a link to another disk, when there is one. */
export const archiveFolder = (directory: string): string => join(directory, 'archive');

/** The path of an original that is there, in the folder of photos or its archive. */
export async function findOriginal(directory: string, sha256: string): Promise<string | undefined> {
  for (const folder of [directory, archiveFolder(directory)]) {
    const path = originalPath(folder, sha256);
    if (await isThere(path)) return path;
  }
  return undefined;
}

/** Bytes received so far. */
export async function pieceSize(piece: string): Promise<number> {
  try {
    return (await stat(piece)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** Opens a piece to append to it; it is made when it is new. Close it. */
export async function openPiece(piece: string): ReturnType<typeof open> {
  await mkdir(dirname(piece), { recursive: true, mode: 0o700 });
  return open(piece, 'a', 0o600);
}

/** The names of all pieces there are. */
export async function pieceNames(directory: string): Promise<string[]> {
  await mkdir(piecesFolder(directory), { recursive: true, mode: 0o700 });
  return readdir(piecesFolder(directory));
}

/** Removes a piece and what a killed program left beside it. */
export const removePiece = (piece: string): Promise<void[]> =>
  Promise.all(['', '.shown', '.thumbnail'].map((end) => rm(`${piece}${end}`, { force: true })));

/**
 * Moves a complete piece, and its copies, to their place for good: each file synced, renamed, and the
 * directories synced. When it throws the original is not named by anything yet and may be sent again.
 */
export async function keepPhoto(
  directory: string,
  piece: string,
  sha256: string,
  copies: Copies | null,
): Promise<void> {
  const original = originalPath(directory, sha256);
  try {
    for (const form of copies ? (['shown', 'thumbnail'] as const) : []) {
      if (copies) await writeSynced(`${piece}.${form}`, copies[form]);
    }
    await syncPath(piece);
    await mkdir(dirname(original), { recursive: true, mode: 0o700 });
    if (copies) {
      await rename(`${piece}.shown`, copyPath(directory, sha256, 'shown'));
      await rename(`${piece}.thumbnail`, copyPath(directory, sha256, 'thumbnail'));
    }
    await rename(piece, original);
    await syncPath(dirname(original));
    await syncPath(directory);
  } catch (error) {
    // After a failed sync nobody knows what the disk holds: only sending it again is safe.
    await removePiece(piece);
    throw error;
  }
}

/** Destroys the original and its copies, in the archive too; safe to repeat. */
export async function removePhoto(directory: string, sha256: string): Promise<void> {
  for (const folder of [directory, archiveFolder(directory)]) await removeFrom(folder, sha256);
}

/** Removes the original and its copies from one folder. */
export async function removeFrom(folder: string, sha256: string): Promise<void> {
  const original = originalPath(folder, sha256);
  if (!(await isThere(dirname(original)))) return;
  for (const path of [
    original,
    copyPath(folder, sha256, 'shown'),
    copyPath(folder, sha256, 'thumbnail'),
  ]) {
    await rm(path, { force: true });
  }
  await syncPath(dirname(original));
}

async function writeSynced(path: string, bytes: Buffer): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Syncs a file or a folder. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What a failed write means for the person: a full disk is 507; anything else is no refusal. */
export function diskRefusalOf(error: unknown): Refused | undefined {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new Refused(
        507,
        'diskFull',
        '服务器磁盘已满，暂时不能保存照片；请保留照片稍后重试，并通知系统管理员',
      )
    : undefined;
}
