import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { secretBox } from './secrets.ts';
import { StartRefused } from './startRefusal.ts';

const KEY_BYTES = 32;

/** Their keyed digest is what a database and a backup know of the master key. */
export const keyCheckWords = 'civicloop key check';

/** Where the master key lies when the environment does not bring it. */
export const masterKeyFile = (dataDir: string): string => join(dataDir, 'keys', 'master.key');

/**
 * The key that wraps the data keys of personal data (architecture, hard part 4): 32 bytes. Taken
 * from `MASTER_KEY` (base64), else from the key file; created only for a brand-new embedded
 * database (`isNew`), so that a lost key is never silently replaced. Throws `StartRefused`.
 * Call it before `startEmbedded`: a start killed in between then finds the key again.
 */
export function loadMasterKey(options: {
  dataDir: string;
  isNew: boolean;
  env: { MASTER_KEY?: string };
}): Buffer {
  const file = masterKeyFile(options.dataDir);
  const fromEnvironment = options.env.MASTER_KEY;
  if (fromEnvironment !== undefined && fromEnvironment !== '') {
    return decodeKey(fromEnvironment, 'MASTER_KEY');
  }
  const kept = readKept(file);
  if (kept !== undefined) return decodeKey(kept, file);
  if (!options.isNew) {
    throw new StartRefused(
      `缺少主密钥，没有它读不出个人信息。请用备份恢复 ${file}，或者设置环境变量 MASTER_KEY（32 字节的 base64，可用 openssl rand -base64 32 生成新系统的密钥）。`,
    );
  }
  return createKey(file);
}

/**
 * Compares the key with the one this database was first started with: under another one, new personal
 * data would be locked with a key that opens none of the old. Throws `StartRefused`.
 */
export async function checkMasterKey(owner: pg.ClientBase, key: Buffer): Promise<void> {
  const value = secretBox(key).digest(keyCheckWords);
  const known = (): Promise<{ rows: { value: Buffer }[] }> =>
    owner.query(`select value from house where name = 'key check'`);
  // Only the owner may write here; beside a running program there is nothing to write any more.
  if ((await known()).rows.length === 0) {
    await owner.query(
      `insert into house (name, value) values ('key check', $1) on conflict do nothing`,
      [value],
    );
  }
  const { rows } = await known();
  if (!rows[0]?.value.equals(value)) {
    throw new StartRefused(
      '主密钥不是这个数据库原来的那一个，用它读不出已有的个人信息。请用备份恢复原来的 keys/master.key 或 MASTER_KEY 后再启动，数据未作改动。',
    );
  }
}

function readKept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function decodeKey(text: string, place: string): Buffer {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== KEY_BYTES || key.toString('base64') !== text.trim()) {
    throw new StartRefused(
      `主密钥（${place}）不是 32 字节的 base64。请用备份里的主密钥替换它后再启动。`,
    );
  }
  return key;
}

/** Written beside and linked, so the file is whole or absent and never overwrites another. */
function createKey(file: string): Buffer {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  const side = `${file}.${process.pid}`;
  rmSync(side, { force: true });
  const handle = openSync(side, 'wx', 0o600);
  writeSync(handle, `${key.toString('base64')}\n`);
  fsyncSync(handle);
  closeSync(handle);
  linkSync(side, file);
  rmSync(side);
  const directory = openSync(dirname(file), 'r');
  fsyncSync(directory);
  closeSync(directory);
  return key;
}
