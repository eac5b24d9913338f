import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { explainStartError, StartRefused } from '../startRefusal.ts';
import { canReach, serverUser } from './binaries.ts';

/** Where root keeps the data when the server's account cannot enter the default folder. */
const ROOT_DATA_DIR = '/var/lib/civicloop';

/**
 * Makes the data directory and its folders and gives its absolute path. `DATA_DIR` names it, else
 * `./data`; as root with the embedded server and a `./data` the server's account cannot enter (a
 * home of mode 0700), `/var/lib/civicloop` is used and `log` says so. Throws `StartRefused`.
 */
export function prepareDataDir(options: {
  env: { DATA_DIR?: string; DATABASE_URL?: string };
  log: (sentence: string) => void;
  rootDataDir?: string;
}): string {
  const user = options.env.DATABASE_URL ? undefined : serverUser();
  let dataDir = resolve(options.env.DATA_DIR || './data');
  if (user && !canReach(dataDir, user)) {
    if (options.env.DATA_DIR) {
      throw new StartRefused(
        `数据库以 ${user.name} 用户运行，进不了数据目录 ${dataDir}。请换一个目录（例如 DATA_DIR=${ROOT_DATA_DIR}），或者放开上级目录的进入权限。`,
      );
    }
    const reachable = options.rootDataDir ?? ROOT_DATA_DIR;
    options.log(`数据库以 ${user.name} 用户运行，进不了 ${dataDir}，数据改存 ${reachable}。`);
    dataDir = reachable;
  }
  try {
    mkdirSync(dataDir, { recursive: true, mode: user ? 0o711 : 0o700 });
    accessSync(dataDir, constants.W_OK);
    for (const folder of ['keys', 'photos', 'log']) {
      mkdirSync(join(dataDir, folder), { recursive: true, mode: 0o700 });
    }
    writeWhole(join(dataDir, '.writable'), 'ok\n');
    rmSync(join(dataDir, '.writable'));
  } catch (error) {
    throw explainStartError(error, { dataDir }) ?? error;
  }
  return realpathSync(dataDir);
}

/** True until the embedded database has been made once. */
export const isNewCluster = (dataDir: string): boolean =>
  !existsSync(join(dataDir, 'pg', 'PG_VERSION'));

const versionFile = (dataDir: string): string => join(dataDir, 'VERSION');

/**
 * Refuses a data directory that a newer CivicLoop has written. `schema` is the number of the last
 * migration this program knows. Call it before anything is opened for writing.
 */
export function refuseNewerData(dataDir: string, schema: number): void {
  const file = versionFile(dataDir);
  if (!existsSync(file)) return;
  const written = Number(readFileSync(file, 'utf8'));
  if (!Number.isInteger(written) || written > schema) {
    throw new StartRefused(
      `数据目录 ${dataDir} 是更新版本的 CivicLoop 写的（数据版本 ${written}，本程序 ${schema}）。请升级程序后再启动，数据没有改动。`,
    );
  }
}

/** Lies in a data directory while a backup is being restored into it. */
export const restoringFile = (dataDir: string): string => join(dataDir, 'RESTORING');

/** A restore that was begun and has not ended. */
export interface RestoringMark {
  /** The id of the backup. */
  backup: string;
  directory: string;
  /** By the page: the program starts beside it, and the page begins again. */
  way: 'page' | 'command';
  /** When it was begun. */
  at: string;
}

/** The mark of a data directory; null: nothing is being restored. */
export function readRestoring(dataDir: string): RestoringMark | null {
  const file = restoringFile(dataDir);
  if (!existsSync(file)) return null;
  const unread: RestoringMark = { backup: '', directory: '', way: 'command', at: '' };
  try {
    return { ...unread, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<RestoringMark>) };
  } catch {
    return unread;
  }
}

export function markRestoring(dataDir: string, mark: RestoringMark): void {
  writeWhole(restoringFile(dataDir), `${JSON.stringify(mark)}\n`);
  syncFolder(dataDir);
}

export function endRestoring(dataDir: string): void {
  rmSync(restoringFile(dataDir), { force: true });
  syncFolder(dataDir);
}

/** Refuses a data directory into which the command restored a backup only in part. */
export function refuseHalfRestored(dataDir: string): void {
  if (readRestoring(dataDir)?.way !== 'command') return;
  throw new StartRefused(
    `数据目录 ${dataDir} 的恢复没有做完。请再运行一次同样的 restore 命令，完成后再启动。`,
  );
}

/** Remembers the schema the data now have; call it after the migrations. */
export function recordDataVersion(dataDir: string, schema: number): void {
  const file = versionFile(dataDir);
  if (existsSync(file) && Number(readFileSync(file, 'utf8')) === schema) return;
  writeWhole(`${file}.new`, `${schema}\n`);
  renameSync(`${file}.new`, file);
  syncFolder(dataDir);
}

function writeWhole(file: string, text: string): void {
  const handle = openSync(file, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes renames inside the folder durable. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
