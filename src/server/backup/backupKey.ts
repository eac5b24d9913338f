/**
 * Backup key 备份密钥: 32 bytes that open the backups and nothing else. It lies beside the master key, or in
 * the file `BACKUP_KEY_FILE` names, and is made by the first backup.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { momentAt } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { syncFolder } from '../postgres/dataDir.ts';

export const backupKeyFile = (dataDir: string, env: NodeJS.ProcessEnv): string =>
  env.BACKUP_KEY_FILE || join(dataDir, 'keys', 'backup.key');

/** Reads the key. Throws `Refused` when it is missing or no key. */
export function readBackupKey(file: string): Buffer {
  if (!existsSync(file)) {
    throw new Refused(
      409,
      'noBackupKey',
      `没有备份密钥 ${file}，备份打不开。请把另存的备份密钥放回此处，或用 BACKUP_KEY_FILE 指明它在哪里`,
    );
  }
  return parseBackupKey(readFileSync(file, 'utf8'), ` ${file} `);
}

/** A key as it is kept in its file. `where`: what to call it in a refusal. */
export function parseBackupKey(given: string, where = ''): Buffer {
  const text = given.trim();
  const key = Buffer.from(text, 'base64');
  if (key.length !== 32 || key.toString('base64') !== text) {
    throw new Refused(
      409,
      'badBackupKey',
      `备份密钥${where}不是 32 字节的 base64，请核对（密钥文件里那一行的全部内容）`,
    );
  }
  return key;
}

/** Reads the key, or makes it; `say` is told where it is and that it must be kept elsewhere too. */
export function ensureBackupKey(file: string, say: (sentence: string) => void): Buffer {
  if (existsSync(file)) return readBackupKey(file);
  writeKey(file, randomBytes(32));
  say(
    `已生成备份密钥 ${file}。请把它和主密钥各抄一份，存放在本机和备份目录之外：缺了任何一把，备份都恢复不了。`,
  );
  return readBackupKey(file);
}

/** Two at once: the first stays. */
function writeKey(file: string, key: Buffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const side = `${file}.${process.pid}`;
  rmSync(side, { force: true });
  const handle = openSync(side, 'wx', 0o600);
  writeSync(handle, `${key.toString('base64')}\n`);
  fsyncSync(handle);
  closeSync(handle);
  try {
    linkSync(side, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(side);
  }
  syncFolder(dirname(file));
}

/**
 * From now on this is the key of the installation: backups go on into the directory it opens. Another key
 * that lies there is put aside under its own name, never thrown away. Throws `Refused` where the file is the
 * environment's.
 */
export function adoptBackupKey(dataDir: string, env: NodeJS.ProcessEnv, key: Buffer): void {
  const file = backupKeyFile(dataDir, env);
  if (existsSync(file)) {
    if (readFileSync(file, 'utf8').trim() === key.toString('base64')) return;
    if (env.BACKUP_KEY_FILE) {
      throw new Refused(
        409,
        'badBackupKey',
        `BACKUP_KEY_FILE 指明的 ${file} 是另一把备份密钥。请换成打开这份备份的密钥，或不设置它，再恢复`,
      );
    }
    renameSync(file, `${file}.until-${momentAt(Date.now()).replaceAll(/[-:.]/g, '')}`);
  }
  writeKey(file, key);
}
