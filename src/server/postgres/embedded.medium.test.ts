import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StartRefused } from '../startRefusal.ts';
import { prepareDataDir } from './dataDir.ts';
import { type Embedded, type EmbeddedConnection, findRunning, startEmbedded } from './embedded.ts';
import { serverProcesses, signal, waitUntil } from './processes.ts';
import { folderHash } from './startGate.ts';
import { testDirectory } from './testDirectory.ts';

const asRoot = process.getuid?.() === 0;
let ready: ReturnType<typeof testDirectory>;
let directory: ReturnType<typeof testDirectory>;
let dataDir: string;
let cleanups: (() => void | Promise<void>)[];
let sentences: string[];
const log = (sentence: string): void => void sentences.push(sentence);

beforeEach(() => {
  directory = testDirectory();
  sentences = [];
  cleanups = [];
  dataDir = prepareDataDir({ env: { DATA_DIR: join(directory.path, 'data') }, log });
});

/** Fills the data directory with a database that was made once for all tests of this file. */
const useReadyCluster = (): void =>
  void execFileSync('cp', ['-a', join(ready.path, 'data', 'pg'), dataDir]);

beforeAll(async () => {
  ready = testDirectory();
  const made = prepareDataDir({
    env: { DATA_DIR: join(ready.path, 'data') },
    log: () => undefined,
  });
  await (await startEmbedded({ dataDir: made, log: () => undefined })).stop();
});

afterAll(() => ready.remove());

afterEach(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
  for (const pid of serverProcesses(marker())) signal(pid, 'SIGKILL');
  directory.remove();
});

const marker = (): string => `civicloop-${folderHash(dataDir)}`;

async function start(): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, log });
  cleanups.push(() => embedded.stop());
  return embedded;
}

async function ask(connection: EmbeddedConnection, sql: string): Promise<string[]> {
  const client = new Client({ ...connection, user: 'civicloop' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<string[]>({ text: sql, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

/** A program of its own that starts the embedded server and then stays, until it is killed. */
function startElsewhere(): ChildProcess {
  const code = `
    import { startEmbedded } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)};
    startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, log: () => undefined }).then(
      ({ pid }) => { console.log('started ' + pid); setInterval(() => undefined, 1000); },
      (error) => { console.log(error.name + ' ' + error.message); process.exit(1); },
    );`;
  const program = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', code],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  cleanups.push(() => void program.kill('SIGKILL'));
  return program;
}

async function firstLine(program: ChildProcess): Promise<string> {
  if (!program.stdout) throw new Error('the program has no output');
  const [line]: unknown[] = await once(createInterface(program.stdout), 'line');
  return String(line);
}

async function kill(program: ChildProcess): Promise<void> {
  const ended = once(program, 'exit');
  program.kill('SIGKILL');
  await ended;
}

describe('start and stop', () => {
  beforeEach(useReadyCluster);

  it('keeps the data over a stop, and starts warm in under a second', async () => {
    const first = await start();
    await ask(first.connection, 'create table kept (n int)');
    await ask(first.connection, 'insert into kept values (42)');
    await first.stop();
    expect(serverProcesses(marker())).toEqual([]);

    const before = performance.now();
    const second = await start();
    expect(performance.now() - before).toBeLessThan(1000);
    expect(await ask(second.connection, 'select n from kept')).toEqual([42]);
  });

  it('is UTF-8, checksummed, durable, in UTC, and opens no TCP port', async () => {
    const { connection } = await start();
    const answer = await ask(
      connection,
      `select current_setting('server_encoding'), current_setting('data_checksums'),
              current_setting('fsync'), current_setting('synchronous_commit'),
              current_setting('full_page_writes'), current_setting('timezone'),
              current_setting('listen_addresses'), current_setting('max_connections'),
              (select datlocprovider::text || datlocale from pg_database where datname = 'civicloop')`,
    );
    expect(answer).toEqual(['UTF8', 'on', 'on', 'on', 'on', 'UTC', '', '100', 'bC.UTF-8']);
    expect(listeningPorts()).toEqual([]);
  });

  it('lets only its own account reach the socket and the data', async () => {
    const { connection } = await start();
    expect(statSync(connection.host).mode & 0o777).toBe(0o700);
    expect(statSync(join(dataDir, 'pg')).mode & 0o777).toBe(0o700);
  });

  it.runIf(asRoot)('runs the server under another account when the program is root', async () => {
    const { pid } = await start();
    expect(statSync(`/proc/${pid}`).uid).not.toBe(0);
  });

  it('passes nothing of our environment to the server', async () => {
    process.env.MASTER_KEY = 'canary-in-the-environment';
    cleanups.push(() => void delete process.env.MASTER_KEY);
    const { pid } = await start();
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary');
  });

  it('uses little memory when idle', async () => {
    await start();
    await sleep(500);
    const kilobytes = serverProcesses(marker()).map((pid) =>
      Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]),
    );
    expect(kilobytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
  });

  it('gives the application a role of its own that may not act as the owner', async () => {
    const { connection, ownerUser } = await start();
    expect(connection.user).not.toBe(ownerUser);
    const roles = await ask(
      connection,
      `select rolsuper from pg_roles where rolname in ('civicloop', 'civicloop_app') order by rolname`,
    );
    expect(roles).toEqual([true, false]);
  });

  it('stops although a client is busy, and leaves no process', async () => {
    const embedded = await start();
    const busy = ask(embedded.connection, 'select pg_sleep(60)').catch((error: unknown) => error);
    await sleep(200);
    const before = performance.now();
    await embedded.stop();
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(serverProcesses(marker())).toEqual([]);
    expect(await busy).toBeInstanceOf(Error);
  });
});

/** TCP ports any process of the server listens on, from the sockets it holds. */
function listeningPorts(): string[] {
  const held = serverProcesses(marker()).flatMap(
    (pid) =>
      execFileSync('ls', ['-l', `/proc/${pid}/fd`], { encoding: 'utf8' }).match(
        /socket:\[\d+\]/g,
      ) ?? [],
  );
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .filter((line) => line.trim().split(/\s+/)[3] === '0A')
      .filter((line) => held.includes(`socket:[${line.trim().split(/\s+/)[9]}]`)),
  );
}

describe('after a kill', () => {
  beforeEach(useReadyCluster);

  it('re-uses the server that outlived a killed program', async () => {
    const program = startElsewhere();
    const line = await firstLine(program);
    await kill(program);
    const before = performance.now();
    const embedded = await start();
    expect(`started ${embedded.pid}`).toBe(line);
    expect(performance.now() - before).toBeLessThan(1000);
    await embedded.stop();
    expect(serverProcesses(marker())).toEqual([]);
  });

  it('waits for what a killed main process left, then recovers every acknowledged row', async () => {
    const program = startElsewhere();
    await firstLine(program);
    await kill(program);
    const connection = await findRunning(dataDir);
    if (!connection) throw new Error('the server did not outlive its program');
    await ask(connection, 'create table kept as select 7 as n');
    const busy = ask(connection, 'select pg_sleep(60)').catch(() => undefined);
    await sleep(200);
    process.kill(Number(postmasterPid()), 'SIGKILL');
    const embedded = await start();
    await busy;
    expect(await ask(embedded.connection, 'select n from kept')).toEqual([7]);
  });

  it('brings the server back when it is killed under the running program', async () => {
    const embedded = await start();
    const before = embedded.pid;
    process.kill(before, 'SIGKILL');
    const back = async (): Promise<boolean> =>
      (await findRunning(dataDir)) !== undefined && embedded.pid !== before;
    expect(await waitUntil(back, 20_000)).toBe(true);
    expect(await ask(embedded.connection, 'select 1')).toEqual([1]);
  });

  it.each([
    ['of a process that is gone', () => '4194303'],
    ['of another living program', recycledPid],
    ['of a zombie', zombiePid],
  ])('removes a pid file %s', async (_, makePid: () => string | Promise<string>) => {
    const first = await start();
    const { host } = first.connection;
    await first.stop();
    const content = `${await makePid()}\n${join(dataDir, 'pg')}\n1700000000\n5432\n${host}\n\n`;
    writeFileSync(join(dataDir, 'pg', 'postmaster.pid'), content, { mode: 0o600 });
    writeFileSync(join(host, '.s.PGSQL.5432.lock'), content);
    writeFileSync(join(host, '.s.PGSQL.5432'), '');
    const second = await start();
    expect(await ask(second.connection, 'select 1')).toEqual([1]);
  });
});

describe('the first start', () => {
  it('makes the database, once', async () => {
    const first = await start();
    expect(readFileSync(join(dataDir, 'pg', 'PG_VERSION'), 'utf8')).toBe('18\n');
    const made = await ask(first.connection, 'select system_identifier from pg_control_system()');
    await first.stop();
    const { connection } = await start();
    expect(await ask(connection, 'select system_identifier from pg_control_system()')).toEqual(
      made,
    );
  });

  it.each([100, 250, 450])('starts after a kill %i ms into the first start', async (delay) => {
    const program = startElsewhere();
    expect(await waitUntil(() => halfMade().length > 0, 20_000, 2)).toBe(true);
    await sleep(delay);
    await kill(program);
    const embedded = await start();
    expect(await ask(embedded.connection, 'select 1')).toEqual([1]);
    await embedded.stop();
  });

  it('starts after a kill of initdb and all, and clears what they left', async () => {
    const program = startElsewhere();
    expect(await waitUntil(() => halfMade().length > 0, 20_000, 2)).toBe(true);
    const ended = once(program, 'exit');
    process.kill(-(program.pid ?? 0), 'SIGKILL');
    await ended;
    expect(existsSync(join(dataDir, 'pg'))).toBe(false);
    await start();
    expect(halfMade()).toEqual([]);
  });
});
const halfMade = (): string[] => readdirSync(dataDir).filter((name) => name.startsWith('pg.new-'));
const postmasterPid = (): string =>
  readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0] ?? '';

function recycledPid(): string {
  const other = spawn('sleep', ['60'], { stdio: 'ignore' });
  cleanups.push(() => void other.kill('SIGKILL'));
  return String(other.pid);
}

/** A child that ended and whose parent (a `sleep` that took the shell's place) never reaps it. */
async function zombiePid(): Promise<string> {
  const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  cleanups.push(() => void parent.kill('SIGKILL'));
  const pid = await firstLine(parent);
  const isZombie = (): boolean => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  expect(await waitUntil(isZombie, 5000)).toBe(true);
  return pid;
}

describe('one program per data directory', () => {
  beforeEach(useReadyCluster);

  it('refuses a second start and leaves the first unharmed', async () => {
    const first = await start();
    const line = await firstLine(startElsewhere());
    expect(line).toContain('StartRefused 另一个 CivicLoop');
    expect(line).toContain(`进程 ${process.pid}`);
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(StartRefused);
    expect(await ask(first.connection, 'select 1')).toEqual([1]);
  });

  it('refuses also when only the database can tell, as between two containers', async () => {
    const program = startElsewhere();
    await firstLine(program);
    await kill(program);
    const connection = await findRunning(dataDir);
    const holder = new Client({ ...connection, user: 'civicloop', database: 'postgres' });
    holder.on('error', () => undefined);
    await holder.connect();
    await holder.query('select pg_advisory_lock(1230512345)');
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow('另一个 CivicLoop');
    await holder.end();
    expect(await ask((await start()).connection, 'select 1')).toEqual([1]);
  });

  it('lets a command find the running server, and nothing when it is stopped', async () => {
    const embedded = await start();
    expect(await findRunning(dataDir)).toEqual(embedded.connection);
    await embedded.stop();
    expect(await findRunning(dataDir)).toBeUndefined();
  });
});

describe('a stop', () => {
  it('is final also while a killed server is being brought back', async () => {
    useReadyCluster();
    const embedded = await start();
    process.kill(embedded.pid, 'SIGKILL');
    await waitUntil(() => sentences.length > 0, 5000, 1);
    await embedded.stop();
    await sleep(1500);
    expect(serverProcesses(marker())).toEqual([]);
  });
});

describe('places and versions', () => {
  it('puts the socket into a short folder when the path is too long for one', async () => {
    const long = join(directory.path, 'a'.repeat(60), 'b'.repeat(60));
    mkdirSync(long, { recursive: true });
    dataDir = prepareDataDir({ env: { DATA_DIR: long }, log });
    useReadyCluster();
    const { connection } = await start();
    cleanups.unshift(() => void execFileSync('rm', ['-rf', connection.host]));
    expect(Buffer.byteLength(connection.host)).toBeLessThan(100);
    expect(statSync(connection.host).mode & 0o777).toBe(0o700);
    expect(await ask(connection, 'select 1')).toEqual([1]);
  });

  it.each([
    ['19', '更新版本的 CivicLoop'],
    ['17', 'PostgreSQL 17 写的'],
  ])('refuses data of PostgreSQL %s untouched', async (major, words) => {
    mkdirSync(join(dataDir, 'pg'));
    writeFileSync(join(dataDir, 'pg', 'PG_VERSION'), `${major}\n`);
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow(words);
    expect(readdirSync(join(dataDir, 'pg'))).toEqual(['PG_VERSION']);
  });

  it('quotes the last line of the log when the server cannot start', async () => {
    useReadyCluster();
    writeFileSync(join(dataDir, 'pg', 'postgresql.auto.conf'), 'no_such_setting = 1\n');
    const refusal = await startEmbedded({ dataDir, log }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartRefused);
    expect(String(refusal)).toMatch(/内置数据库没有启动.*postgres\.log/);
  });

  it.runIf(asRoot)('says that the disk is full, and starts once there is room', async () => {
    const small = join(directory.path, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=711', 'tmpfs', small]);
    cleanups.push(() => void execFileSync('umount', [small]));
    dataDir = prepareDataDir({ env: { DATA_DIR: small }, log });
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow('磁盘已满');
    expect(halfMade()).toEqual([]);
    execFileSync('mount', ['-o', 'remount,size=200m', small]);
    const embedded = await start();
    await embedded.stop();
    execFileSync('sh', ['-c', `cat /dev/zero > ${small}/filler 2>/dev/null || true`]);
    await expect(startEmbedded({ dataDir, log })).rejects.toThrow('磁盘已满');
  });
});
