import { existsSync, realpathSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { explainServerOutput, explainStartError, StartRefused } from '../startRefusal.ts';
import { findBinaries, serverUser } from './binaries.ts';
import {
  type Cluster,
  createCluster,
  describeCluster,
  launchServer,
  type Launched,
  makeSocketDir,
  OWNER,
  recordedPid,
  removeLockFiles,
  socketFile,
} from './cluster.ts';
import { serverProcesses, signal, waitUntil } from './processes.ts';
import { holdStartGate, secondStart } from './startGate.ts';

/** The role the program works under: it may not change the ledger (migrations grant its rights). */
export const APPLICATION_ROLE = 'civicloop_app';
const DATABASE = 'civicloop';
/** Any number, the same in every version: the advisory lock of the program that uses the data. */
const PROGRAM_LOCK = 1_230_512_345;
const LOCK_PATIENCE = 3000;
const RECOVERY_PATIENCE = 10 * 60_000;
/** On a full disk the server cannot even write its log. */
const DISK_FULL_OUTPUT = 'No space left on device';

/** Where to connect: `host` is the folder of the Unix socket. No password; the folder is 0700. */
export interface EmbeddedConnection {
  host: string;
  user: string;
  database: string;
}

export interface Embedded {
  /** For the application's role. */
  connection: EmbeddedConnection;
  /** The role that owns the database and migrates it; same host and database. */
  ownerUser: string;
  /** The server's main process. */
  readonly pid: number;
  /** Fast shutdown; when it resolves (within 10 s) no process of the server is left. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL of `dataDir` (from `prepareDataDir`), or takes over the one that
 * outlived a killed program, and keeps the directory to this program until `stop` or its end.
 * Throws `StartRefused` with a sentence for the operator.
 */
export async function startEmbedded(options: {
  dataDir: string;
  log: (sentence: string) => void;
}): Promise<Embedded> {
  const dataDir = realpathSync(options.dataDir);
  const openGate = await holdStartGate(dataDir);
  let keeper: Keeper | undefined;
  try {
    const user = serverUser();
    const binaries = findBinaries({ copyTo: join(dataDir, 'bin'), user });
    const cluster = describeCluster(dataDir, binaries, user);
    await createCluster(cluster);
    makeSocketDir(cluster);
    keeper = await keepServer(cluster, options.log);
    await createDatabase(cluster);
    return embedded(cluster, keeper, openGate);
  } catch (error) {
    await keeper?.stop();
    await openGate();
    throw explainStartError(error, { dataDir }) ?? error;
  }
}

/**
 * The connection to the embedded server of `dataDir` when it is running, for commands beside the
 * running program; nothing when it is not.
 */
export async function findRunning(dataDir: string): Promise<EmbeddedConnection | undefined> {
  const cluster = describeCluster(realpathSync(dataDir), '', undefined);
  if (!(await answers(cluster))) return undefined;
  return { host: cluster.socketDir, user: APPLICATION_ROLE, database: DATABASE };
}

function embedded(cluster: Cluster, keeper: Keeper, openGate: () => Promise<void>): Embedded {
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await keeper.stop();
    await openGate();
  };
  return {
    connection: { host: cluster.socketDir, user: APPLICATION_ROLE, database: DATABASE },
    ownerUser: OWNER,
    get pid() {
      return recordedPid(cluster) ?? 0;
    },
    stop: () => (stopped ??= stop()),
  };
}

interface Keeper {
  /** Lets the lock go and stops the server for good. */
  stop(): Promise<void>;
}

/**
 * Holds the program's advisory lock on a connection of its own. When the connection breaks (the
 * server restarted itself after a fault, or died) the server is brought back and locked again.
 */
async function keepServer(cluster: Cluster, log: (sentence: string) => void): Promise<Keeper> {
  let stopping = false;
  const hold = async (): Promise<Client> => {
    if (!(await takeOver(cluster, log))) {
      if (stopping) throw new StartRefused('正在停止。');
      await startServer(cluster, log);
    }
    const client = await lockProgram(cluster);
    client.once('end', () => void restore());
    return client;
  };
  const restore = async (): Promise<void> => {
    while (!stopping) {
      try {
        log('与内置数据库的连接断了，正在恢复。');
        client = await hold();
        return;
      } catch (error) {
        log(`内置数据库还没有恢复：${error instanceof Error ? error.message : String(error)}`);
        await sleep(1000);
      }
    }
  };
  let client = await hold();
  return {
    stop: async () => {
      stopping = true;
      await client.end();
      await stopServer(cluster);
    },
  };
}

/** The lock of a killed program goes with its connection, a moment after it: so try for a while. */
async function lockProgram(cluster: Cluster): Promise<Client> {
  const client = await connect(cluster, 'postgres');
  const locked = await waitUntil(
    async () => {
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock($1) as locked',
        [PROGRAM_LOCK],
      );
      return rows[0]?.locked === true;
    },
    LOCK_PATIENCE,
    50,
  );
  if (locked) return client;
  await client.end();
  throw secondStart(cluster.dataDir, undefined);
}

async function connect(cluster: Cluster, database: string): Promise<Client> {
  const client = new Client({
    host: cluster.socketDir,
    user: OWNER,
    database,
    application_name: 'civicloop launcher',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Makes role and database when they are missing; a kill in between is mended by the next start. */
async function createDatabase(cluster: Cluster): Promise<void> {
  const client = await connect(cluster, 'postgres');
  try {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_roles where rolname = $1) as role,
              exists (select from pg_database where datname = $2) as database`,
      [APPLICATION_ROLE, DATABASE],
    );
    if (!rows[0]?.role) await client.query(`create role ${APPLICATION_ROLE} login`);
    if (!rows[0]?.database) await client.query(`create database ${DATABASE} owner ${OWNER}`);
  } finally {
    await client.end();
  }
}

async function startServer(cluster: Cluster, log: (sentence: string) => void): Promise<void> {
  removeLockFiles(cluster);
  await waitForAnswer(cluster, launchServer(cluster), log);
}

/** True when a living server answers; false when none is left and a new one may be started. */
async function takeOver(cluster: Cluster, log: (sentence: string) => void): Promise<boolean> {
  if (await answers(cluster)) return true;
  if (serverProcesses(cluster.marker).length === 0) return false;
  const settled = async (): Promise<boolean> =>
    (await answers(cluster)) ||
    !serverProcesses(cluster.marker).includes(recordedPid(cluster) ?? 0);
  if (existsSync(socketFile(cluster)) && !(await waitUntil(settled, 2000))) {
    log('内置数据库正在恢复上次的数据，请稍候。');
    await waitUntil(settled, RECOVERY_PATIENCE, 100);
  }
  if (await answers(cluster)) return true;
  await stopServer(cluster);
  return false;
}

async function answers(cluster: Cluster): Promise<boolean> {
  if (!existsSync(socketFile(cluster))) return false;
  try {
    const client = await connect(cluster, 'postgres');
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function waitForAnswer(
  cluster: Cluster,
  launched: Launched,
  log: (sentence: string) => void,
): Promise<void> {
  const settled = async (): Promise<boolean> => launched.hasExited() || (await answers(cluster));
  if (!(await waitUntil(settled, 3000, 10))) {
    log('内置数据库正在恢复上次的数据，请稍候。');
    await waitUntil(settled, RECOVERY_PATIENCE, 100);
  }
  if (launched.hasExited()) {
    const full = statfsSync(cluster.dataDir).bavail === 0;
    throw explainServerOutput(full ? DISK_FULL_OUTPUT : launched.output(), cluster.logFile);
  }
  if (await answers(cluster)) return;
  await stopServer(cluster);
  throw new StartRefused(`内置数据库在 10 分钟内没有就绪。原因见 ${cluster.logFile}。`);
}

/** Fast shutdown, then ever firmer: every step is safe for committed data. */
async function stopServer(cluster: Cluster): Promise<void> {
  const gone = (): boolean => serverProcesses(cluster.marker).length === 0;
  const main = recordedPid(cluster);
  if (main !== undefined && serverProcesses(cluster.marker).includes(main)) {
    signal(main, 'SIGINT');
    if (await waitUntil(gone, 6000)) return;
    signal(main, 'SIGQUIT');
  }
  if (await waitUntil(gone, 1500)) return;
  for (const pid of serverProcesses(cluster.marker)) signal(pid, 'SIGKILL');
  await waitUntil(gone, 1500);
}
