/** Photos in a backup: each once, by its SHA-256, with its copies; written before the list that names it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { copyOut } from '../copy.ts';
import { findOriginal, isThere } from '../photos/photoStore.ts';
import { photoName, tableName } from './manifest.ts';
import {
  getFile,
  isIn,
  linesOf,
  putFile,
  syncFolder,
  type SealedFile,
  type Vault,
} from './vault.ts';

export const photoForms = ['', '.shown', '.thumbnail'] as const;

/** Writes the list of all photos that must be in this backup: hash and size. */
export const writePhotoList = (
  client: pg.ClientBase,
  vault: Vault,
  id: string,
): Promise<SealedFile> =>
  putFile(
    vault,
    tableName(id, 'photos.list'),
    copyOut(
      client,
      `copy (select sha256, max(size) from photo where status = 'complete' group by sha256 order by sha256) to stdout`,
    ),
  );

/** The photos of a list, one after the other. */
export async function* photosIn(
  vault: Vault,
  list: string,
): AsyncGenerator<{ sha256: string; size: number }> {
  for await (const line of linesOf(getFile(vault, list))) {
    const [sha256 = '', size] = line.split('\t');
    if (sha256) yield { sha256, size: Number(size) };
  }
}

export interface PhotosKept {
  count: number;
  bytes: number;
  missing: string[];
}

/** Reads a file; `sha256()` is known at its end. */
function hashed(path: string): { source: AsyncIterable<Buffer>; sha256(): string } {
  const hash = createHash('sha256');
  const source = (async function* () {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
      hash.update(chunk as Buffer);
      yield chunk as Buffer;
    }
  })();
  return { source, sha256: () => hash.digest('hex') };
}

/** Writes one photo with its copies, the original last; false when its bytes are not there or not right. */
async function keep(vault: Vault, directory: string, sha256: string): Promise<boolean> {
  const original = await findOriginal(directory, sha256);
  if (!original) return false;
  for (const form of ['.shown', '.thumbnail', ''] as const) {
    const path = `${original}${form}`;
    if (form !== '' && !(await isThere(path))) continue;
    const { source, sha256: sum } = hashed(path);
    const file = await putFile(vault, photoName(sha256, form), source, {
      isZipped: false,
      isFolderSynced: false,
    });
    if (form === '' && sum() !== sha256) {
      await rm(join(vault.root, file.name));
      return false;
    }
  }
  return true;
}

/** Brings every photo of the list into the vault that is not there yet. `directory`: where photos lie. */
export async function keepPhotos(
  vault: Vault,
  list: string,
  directory: string,
  onPhoto: (done: number) => void,
): Promise<PhotosKept> {
  const kept: PhotosKept = { count: 0, bytes: 0, missing: [] };
  const touched = new Set<string>();
  for await (const { sha256, size } of photosIn(vault, list)) {
    if (!(await isIn(vault, photoName(sha256)))) {
      if (await keep(vault, directory, sha256)) touched.add(dirname(photoName(sha256)));
      else kept.missing.push(sha256);
    }
    kept.count += 1;
    kept.bytes += size;
    onPhoto(1);
  }
  for (const folder of touched) await syncFolder(join(vault.root, folder));
  if (touched.size > 0) await syncFolder(join(vault.root, 'photos'));
  return kept;
}

/** Removes a photo's bytes from the vault. */
export async function removeFromVault(vault: Vault, sha256: string): Promise<void> {
  for (const form of photoForms)
    await rm(join(vault.root, photoName(sha256, form)), { force: true });
}

/** The hashes of photos that were destroyed and that no photo has any more. */
export async function destroyedHashes(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ sha256: string }>(
    `select distinct p.sha256 from photo p where p.status = 'destroyed'
       and not exists (select from photo o where o.sha256 = p.sha256 and o.status = 'complete')`,
  );
  return rows.map(({ sha256 }) => sha256);
}
