/**
 * House: everything the program stands on, opened in the right order and closed again: data directory,
 * master key, database, migrations, master data, numbers, sealer. One plain object; the server, the
 * command line and the tests all begin here.
 */
import { EventEmitter } from 'node:events';
import pg from 'pg';
import { momentAt, type Moment } from '../domain/moment.ts';
import { connect, type Connections } from './database.ts';
import { checkMasterKey, loadMasterKey } from './masterKey.ts';
import { masterDataCache } from './masterData.ts';
import { migrate, migrationsIn } from './migrate.ts';
import { numbersFrom } from './numbers.ts';
import type { Performing } from './perform.ts';
import {
  isNewCluster,
  prepareDataDir,
  readRestoring,
  recordDataVersion,
  refuseHalfRestored,
  refuseNewerData,
} from './postgres/dataDir.ts';
import {
  APPLICATION_ROLE,
  findRunning,
  startEmbedded,
  type Embedded,
} from './postgres/embedded.ts';
import { reactionsTo } from './reactionNames.ts';
import { secretBox } from './secrets.ts';
import { checkDatabase, checkDatabaseUrl, StartRefused } from './startRefusal.ts';
import { storeOn } from './store.ts';

export interface House extends Connections {
  dataDir: string;
  tools: Performing;
  /** How a connection of the application's role is made (the listener keeps one of its own). */
  connection: pg.ClientConfig;
  isEmbedded: boolean;
  /** Emits 'written' with a district after events were written here. */
  signals: EventEmitter;
}

export interface HouseOptions {
  env: NodeJS.ProcessEnv;
  log(sentence: string): void;
  /** Use a server that already runs on the data directory (the command line beside a running program). */
  mayJoin?: boolean;
  now?: () => Moment;
  max?: number;
  statementTimeout?: number;
}

/** The tools of `perform` on a pool. */
export function toolsOn(
  pool: pg.Pool,
  masterKey: Buffer,
  now: () => Moment,
  signals: EventEmitter,
): Performing {
  return {
    store: storeOn(pool),
    numbers: numbersFrom(pool),
    box: secretBox(masterKey),
    reactionsTo,
    master: masterDataCache(pool),
    now,
    written: (district) => void signals.emit('written', district),
  };
}

interface Source {
  owner: pg.ClientConfig;
  app: pg.ClientConfig;
  embedded: Embedded | null;
  /** Beside a running program: that one has prepared the database. */
  isJoined?: boolean;
}

async function databaseOf(dataDir: string, { env, log, mayJoin }: HouseOptions): Promise<Source> {
  const url = env.DATABASE_URL;
  if (url) {
    checkDatabaseUrl(url);
    return { owner: { connectionString: url }, app: { connectionString: url }, embedded: null };
  }
  const running = mayJoin ? await findRunning(dataDir) : undefined;
  if (running)
    return { owner: { ...running }, app: { ...running }, embedded: null, isJoined: true };
  const embedded = await startEmbedded({ dataDir, log });
  const owner = { ...embedded.connection, user: embedded.ownerUser };
  return { owner, app: owner, embedded };
}

/**
 * The key an installation without a district began with is forgotten when nothing is locked with it, or when it
 * was about to give way to a backup: the original key, laid there for the restore, takes its place.
 */
async function forgetUnusedKey(owner: pg.Client, isRestoring: boolean): Promise<void> {
  await owner.query(
    `delete from house where name = 'key check'
       and not exists (select from area where level = 'district' and district = code and not is_demo)
       and ($1 or not exists (select from secret))`,
    [isRestoring],
  );
}

/** Brings the database to this program's migrations, or checks that the running program did. */
async function prepare(
  { owner: config, isJoined }: Source,
  masterKey: Buffer,
  migrations: ReturnType<typeof migrationsIn>,
  isRestoring: boolean,
): Promise<void> {
  const owner = new pg.Client({ ...config, application_name: 'civicloop-owner' });
  await owner.connect();
  try {
    await checkDatabase(owner);
    if (!isJoined) {
      await migrate(owner, migrations);
      await forgetUnusedKey(owner, isRestoring);
      return await checkMasterKey(owner, masterKey);
    }
    const { rows } = await owner.query<{ count: string }>(
      `select count(*) as count from migration`,
    );
    if (Number(rows[0]?.count) !== migrations.length) {
      throw new StartRefused(
        '正在运行的程序与本命令版本不同。请先用本版本重新启动程序，再运行命令。',
      );
    }
    await checkMasterKey(owner, masterKey);
  } finally {
    await owner.end();
  }
}

/** Opens the house. Throws StartRefused (or an error `explainStartError` explains). */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { env, log, now = () => momentAt(Date.now()) } = options;
  const migrations = migrationsIn('db');
  const dataDir = prepareDataDir({ env, log });
  refuseHalfRestored(dataDir);
  if (!env.DATABASE_URL) refuseNewerData(dataDir, migrations.length);
  const masterKey = loadMasterKey({
    dataDir,
    isNew: !env.DATABASE_URL && isNewCluster(dataDir),
    env,
  });
  const source = await databaseOf(dataDir, options);
  try {
    await prepare(source, masterKey, migrations, readRestoring(dataDir)?.way === 'page');
    if (!env.DATABASE_URL) recordDataVersion(dataDir, migrations.length);
    const signals = new EventEmitter();
    const connections = connect(source.app, {
      role: APPLICATION_ROLE,
      max: options.max,
      statementTimeout: options.statementTimeout,
    });
    return {
      ...connections,
      dataDir,
      tools: toolsOn(connections.pool, masterKey, now, signals),
      connection: { ...source.app, options: `-c role=${APPLICATION_ROLE} -c TimeZone=UTC` },
      isEmbedded: !env.DATABASE_URL,
      signals,
      close: async () => {
        await connections.close();
        await source.embedded?.stop();
      },
    };
  } catch (error) {
    await source.embedded?.stop();
    throw error;
  }
}
