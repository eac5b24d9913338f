import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { explainServerOutput, StartRefused } from '../startRefusal.ts';
import type { ServerUser } from './binaries.ts';
import { syncFolder } from './dataDir.ts';
import { folderHash } from './startGate.ts';

/** Everything the launcher knows about one cluster and how to run it. */
export interface Cluster {
  dataDir: string;
  /** The PostgreSQL data directory. */
  folder: string;
  socketDir: string;
  logFile: string;
  /** Its `cluster_name`, found in the command line of every one of its processes. */
  marker: string;
  binaries: string;
  user: ServerUser | undefined;
}

export const OWNER = 'civicloop';
export const SERVER_MAJOR = 18;
const LARGEST_SOCKET_DIR = 80;
const LARGEST_LOG = 10_000_000;

/**
 * Settings of the embedded server: every commit reaches the disk, little memory, no TCP port, and
 * nothing of a statement or a row in its log (they may carry personal data).
 */
const settings = (cluster: Cluster): Record<string, string> => ({
  cluster_name: cluster.marker,
  unix_socket_directories: cluster.socketDir,
  unix_socket_permissions: '0700',
  listen_addresses: '',
  port: '5432',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '100',
  shared_buffers: '64MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
});

/** Names the parts of the cluster in `dataDir` (absolute, symlinks resolved). */
export function describeCluster(
  dataDir: string,
  binaries: string,
  user: ServerUser | undefined,
): Cluster {
  const folder = join(dataDir, 'pg');
  const hash = folderHash(dataDir);
  const inside = join(dataDir, 'run');
  const fits = Buffer.byteLength(inside) <= LARGEST_SOCKET_DIR;
  return {
    dataDir,
    folder,
    socketDir: fits ? inside : join(tmpdir(), `civicloop-${hash}`),
    logFile: join(dataDir, 'log', 'postgres.log'),
    marker: `civicloop-${hash}`,
    binaries,
    user,
  };
}

/** The socket's folder: mode 0700, of the server's account; refuses one somebody else made. */
export function makeSocketDir(cluster: Cluster): void {
  mkdirSync(cluster.socketDir, { recursive: true, mode: 0o700 });
  const ours = cluster.user?.uid ?? process.getuid?.();
  const found = lstatSync(cluster.socketDir);
  if (cluster.user && found.isDirectory() && found.uid === 0) {
    chownSync(cluster.socketDir, cluster.user.uid, cluster.user.gid);
  } else if (!found.isDirectory() || found.uid !== ours || (found.mode & 0o077) !== 0) {
    throw new StartRefused(
      `套接字目录 ${cluster.socketDir} 不是本系统建的，或者权限不是 0700。请删除它，或者把数据目录换到更短的路径。`,
    );
  }
}

/**
 * Makes the cluster once: initdb works in a folder beside, which is renamed when complete, so a
 * kill at any point leaves nothing that a later start would take for a database.
 */
export async function createCluster(cluster: Cluster): Promise<void> {
  if (existsSync(join(cluster.folder, 'PG_VERSION'))) return refuseOtherMajor(cluster);
  removeLeftovers(cluster.dataDir);
  const side = `${cluster.folder}.new-${randomBytes(4).toString('hex')}`;
  mkdirSync(side, { mode: 0o700 });
  if (cluster.user) chownSync(side, cluster.user.uid, cluster.user.gid);
  const { code, output } = await run(cluster, [
    `--pgdata=${side}`,
    `--username=${OWNER}`,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
  ]);
  if (code !== 0) {
    rmSync(side, { recursive: true, force: true });
    throw explainServerOutput(output, cluster.logFile);
  }
  renameSync(side, cluster.folder);
  syncFolder(cluster.dataDir);
}

/** What killed starts left; an initdb that still lives in one of them is left alone. */
function removeLeftovers(dataDir: string): void {
  for (const name of readdirSync(dataDir).filter((entry) => entry.startsWith('pg.new-'))) {
    try {
      rmSync(join(dataDir, name), { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}

function refuseOtherMajor({ folder, dataDir }: Cluster): void {
  const major = Number(readFileSync(join(folder, 'PG_VERSION'), 'utf8'));
  if (major === SERVER_MAJOR) return;
  throw new StartRefused(
    major > SERVER_MAJOR
      ? `数据目录 ${dataDir} 是更新版本的 CivicLoop 写的（PostgreSQL ${major}，本程序带的是 ${SERVER_MAJOR}）。请升级程序后再启动，数据没有改动。`
      : `数据目录 ${dataDir} 是 PostgreSQL ${major} 写的，本程序带的是 ${SERVER_MAJOR}。请用当初的版本启动并导出数据，数据没有改动。`,
  );
}

/** The server inherits nothing of our environment: no key, no address, no PG* variable. */
const serverEnvironment = { PATH: '/usr/bin:/bin', LANG: 'C', LC_ALL: 'C', TZ: 'UTC' };

const account = ({ user }: Cluster): { uid?: number; gid?: number } =>
  user ? { uid: user.uid, gid: user.gid } : {};

function run(cluster: Cluster, args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(cluster.binaries, 'bin/initdb'), args, {
      ...account(cluster),
      cwd: cluster.dataDir,
      env: serverEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => (output += part));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A server that was just spawned: its pid, and its end once it has ended. */
export interface Launched {
  pid: number;
  hasExited(): boolean;
  output(): string;
}

/** Spawns the server in a process group of its own, writing to the log file in the data directory. */
export function launchServer(cluster: Cluster): Launched {
  rotateLog(cluster.logFile);
  const log = openSync(cluster.logFile, 'a', 0o600);
  const logStart = statSync(cluster.logFile).size;
  const options = Object.entries(settings(cluster)).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const child = spawn(join(cluster.binaries, 'bin/postgres'), ['-D', cluster.folder, ...options], {
    ...account(cluster),
    cwd: cluster.dataDir,
    env: serverEnvironment,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let failure = '';
  child.on('error', (error) => (failure = error.message));
  return {
    pid: child.pid ?? 0,
    hasExited: () => failure !== '' || child.exitCode !== null || child.signalCode !== null,
    output: () => failure || readFileSync(cluster.logFile).subarray(logStart).toString('utf8'),
  };
}

function rotateLog(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG) renameSync(logFile, `${logFile}.1`);
}

/** The pid in `postmaster.pid`; it may be stale. */
export function recordedPid({ folder }: Cluster): number | undefined {
  const file = join(folder, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

export const socketFile = ({ socketDir }: Cluster): string => join(socketDir, '.s.PGSQL.5432');

/** Removes the lock files of a server known to be dead; left there they would block the start. */
export function removeLockFiles(cluster: Cluster): void {
  rmSync(join(cluster.folder, 'postmaster.pid'), { force: true });
  for (const name of readdirSync(cluster.socketDir)) {
    if (name.startsWith(basename(socketFile(cluster)))) rmSync(join(cluster.socketDir, name));
  }
}
