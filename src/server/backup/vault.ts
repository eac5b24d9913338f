/**
 * Vault 备份目录: files that only the holder of the backup key can read or alter unnoticed. Each has a key of
 * its own (HKDF of the backup key and a salt) and is sealed in chunks of AES-256-GCM, numbered, the last one
 * marked, bound to its name: a byte changed, a chunk left out or a file under another name does not open.
 * A file is written beside, synced, renamed and its folder synced: it is whole or it is not there.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Refused } from '../../domain/refused.ts';

const magic = Buffer.from('CLOOPBK1');
const chunkSize = 256 * 1024;
const tagSize = 16;
const headerSize = 32;

export interface Vault {
  root: string;
  key: Buffer;
  /** Writes to a file; a test's own one can run out of space. */
  write(handle: FileHandle, bytes: Buffer): Promise<void>;
  /** Bytes written since it was opened. */
  written: number;
}

/** What a file in the vault is, for the manifest. */
export interface SealedFile {
  name: string;
  /** Bytes on the disk. */
  size: number;
  /** Of the bytes on the disk, lower-case hex. */
  sha256: string;
}

export const openVault = (root: string, key: Buffer): Vault => ({
  root,
  key,
  write: (handle, bytes) => handle.writeFile(bytes),
  written: 0,
});

export const damaged = (name: string, why: string): Refused =>
  new Refused(409, 'backupDamaged', `备份文件 ${name} ${why}，不能使用。请改用另一份备份`);

const keyId = (key: Buffer): Buffer =>
  createHmac('sha256', key).update('civicloop backup key').digest().subarray(0, 8);

const fileKey = (key: Buffer, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, 'civicloop backup file', 32));

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Cuts what comes into chunks of one size; the last may be shorter, and is empty when nothing came. */
async function* chunksOf(source: AsyncIterable<Buffer>): AsyncGenerator<[Buffer, boolean]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of source) {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
    while (rest.length > chunkSize) {
      yield [rest.subarray(0, chunkSize), false];
      rest = rest.subarray(chunkSize);
    }
  }
  yield [rest, true];
}

async function* sealed(vault: Vault, name: string, source: AsyncIterable<Buffer>) {
  const salt = randomBytes(16);
  const key = fileKey(vault.key, salt);
  yield Buffer.concat([magic, keyId(vault.key), salt]);
  let number = 0;
  for await (const [chunk, isLast] of chunksOf(source)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, isLast));
    cipher.setAAD(Buffer.from(name));
    yield Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
    number += 1;
  }
}

/** Syncs a folder, so that the names in it are on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

const diskFull = (): Refused =>
  new Refused(
    507,
    'backupDiskFull',
    '备份所在的磁盘已满，这次备份没有完成；以前的备份不受影响。请清理磁盘或换一个目录，再重新备份，已写好的部分不必重来',
  );

const isFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | null)?.code ?? '');

/**
 * Seals what comes into a file of this name. When it resolves the file is on the disk for good, but for
 * its folder's sync when `isFolderSynced` is false. Throws `Refused` when the disk is full; then no file
 * of this name was made, and an older one is still there.
 */
export async function putFile(
  vault: Vault,
  name: string,
  source: AsyncIterable<Buffer>,
  { isZipped = true, isFolderSynced = true }: { isZipped?: boolean; isFolderSynced?: boolean } = {},
): Promise<SealedFile> {
  const path = join(vault.root, name);
  const side = `${path}.part`;
  const hash = createHash('sha256');
  let size = 0;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(side, 'w', 0o600);
    try {
      const store = async (plain: AsyncIterable<Buffer>): Promise<void> => {
        for await (const bytes of sealed(vault, name, plain)) {
          hash.update(bytes);
          size += bytes.length;
          await vault.write(handle, bytes);
        }
      };
      if (isZipped) await pipeline(Readable.from(source), createGzip({ level: 1 }), store);
      else await store(source);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(side, path);
    if (isFolderSynced) await syncFolder(dirname(path));
  } catch (error) {
    await rm(side, { force: true }).catch(() => undefined);
    throw isFull(error) ? diskFull() : error;
  }
  vault.written += size;
  return { name, size, sha256: hash.digest('hex') };
}

async function readExactly(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  while (at < size) {
    const { bytesRead } = await handle.read(bytes, at, size - at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}

async function* unsealed({ root, key }: Vault, name: string): AsyncGenerator<Buffer> {
  const handle = await open(join(root, name), 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? damaged(name, '不见了') : error;
  });
  try {
    let left = (await handle.stat()).size - headerSize;
    const header = await readExactly(handle, headerSize);
    if (header.length < headerSize || !header.subarray(0, 8).equals(magic)) {
      throw damaged(name, '不是 CivicLoop 的备份，或开头已损坏');
    }
    if (!header.subarray(8, 16).equals(keyId(key))) {
      throw damaged(
        name,
        '是用另一把备份密钥加密的（或开头已损坏；可用 BACKUP_KEY_FILE 指定密钥文件）',
      );
    }
    const own = fileKey(key, header.subarray(16));
    for (let number = 0; number === 0 || left > 0; number++) {
      const isLast = left <= chunkSize + tagSize;
      const bytes = await readExactly(handle, Math.max(0, Math.min(left, chunkSize + tagSize)));
      left -= bytes.length;
      if (bytes.length < tagSize) throw damaged(name, '不完整');
      const decipher = createDecipheriv('aes-256-gcm', own, nonceOf(number, isLast));
      decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(bytes.length - tagSize));
      const plain = decipher.update(bytes.subarray(0, bytes.length - tagSize));
      try {
        decipher.final();
      } catch {
        throw damaged(name, '已损坏（内容与校验不符）');
      }
      yield plain;
    }
  } finally {
    await handle.close();
  }
}

/** The content of a file. Throws `Refused` with its name when it is damaged, foreign or gone. */
export function getFile(
  vault: Vault,
  name: string,
  { isZipped = true }: { isZipped?: boolean } = {},
): AsyncIterable<Buffer> {
  const plain = unsealed(vault, name);
  if (!isZipped) return plain;
  const source = Readable.from(plain);
  const gunzip = createGunzip();
  source.once('error', (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

/** The content of a small file as text. */
export async function readText(vault: Vault, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of getFile(vault, name)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export const isIn = (vault: Vault, name: string): Promise<boolean> =>
  stat(join(vault.root, name)).then(
    () => true,
    () => false,
  );

/** The names in a folder of the vault, unfinished files left out; none when there is no such folder. */
export async function namesIn(vault: Vault, folder: string): Promise<string[]> {
  try {
    const names = await readdir(join(vault.root, folder));
    return names.filter((name) => !name.endsWith('.part')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Size and SHA-256 of a file as it lies on the disk. */
export async function sumOf(vault: Vault, name: string): Promise<SealedFile> {
  const handle = await open(join(vault.root, name), 'r');
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false })) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
    }
  } finally {
    await handle.close();
  }
  return { name, size, sha256: hash.digest('hex') };
}

/** The lines of a content, without their ends. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(10) + 1;
    if (end === 0) {
      rest = Buffer.concat([rest, chunk]);
      continue;
    }
    const whole = Buffer.concat([rest, chunk.subarray(0, end)]).toString();
    rest = chunk.subarray(end);
    yield* whole.slice(0, -1).split('\n');
  }
}
