/**
 * npm run bench [-- --json] [--seconds 10] [--issues 10000] [--profile FOLDER] [--scale 10000,100000]: what the program does on this
 * machine, each figure beside what it is measured against in the same run. With --json one object a line:
 * name, value, unit, against, ratio. Exits 1 when a required figure is missed.
 *
 * pgbench runs first and alone, against the same cluster with the program's sealer and sweeps stopped, so
 * it is measured at its best.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { systemActor } from '../src/server/baseSeed.ts';
import { demoDistrict } from '../src/server/demoSeed.ts';
import { openHouse, type House } from '../src/server/house.ts';
import { findRunning } from '../src/server/postgres/embedded.ts';
import { signal } from '../src/server/postgres/processes.ts';
import { testDirectory } from '../src/server/postgres/testDirectory.ts';
import { handlers } from '../src/server/queries/handlers.ts';
import type { Tables } from '../src/server/tables.ts';
import { furnishBench, people, personIdOf, unitId } from './benchDistrict.ts';
import { issueIdOf } from './benchIds.ts';
import { captureStatements, pgbenchScript, type Captured, type Statement } from './captured.ts';
import type { Job, Result, Worker } from './load.ts';
import {
  bareServer,
  isPgbenchHere,
  load,
  memoryOf,
  pageInputs,
  pgbench,
  processorSeconds,
  quantile,
  rawPages,
} from './measure.ts';
import { addBenchKey, benchKey, measureOpen311 } from './open311.ts';
import {
  bundleProgram,
  databaseProcesses,
  freePort,
  startProgram,
  stopProgram,
  type Program,
} from './program.ts';
import { measureOrders } from './orders.ts';
import { report, type Figure } from './reportFigures.ts';
import { measureScale } from './scale.ts';
import { signIn } from './signIn.ts';
import { measureWebhooks } from './webhooks.ts';

const { values: args } = parseArgs({
  options: {
    json: { type: 'boolean' },
    seconds: { type: 'string', default: '10' },
    issues: { type: 'string', default: '10000' },
    profile: { type: 'string' },
    scale: { type: 'string' },
    folder: { type: 'string', default: '.scale' },
  },
});
const seconds = Number(args.seconds);
const issues = Number(args.issues);
const photos = Math.ceil((seconds + 4) * 400);
const clientCounts = [1, 16, 64];
const figures: Figure[] = [];
const say = (figure: Figure): void => {
  figures.push(figure);
  if (args.json) console.log(JSON.stringify(report.line(figure)));
  else console.error(`… ${figure.name} ${report.number(figure.value)} ${figure.unit}`);
};

async function timedStart(dataDir: string, port: number, name: string): Promise<Program> {
  const began = performance.now();
  const nodeOptions =
    args.profile && name === 'start, warm' ? ['--cpu-prof', `--cpu-prof-dir=${args.profile}`] : [];
  const program = startProgram({ dataDir, port, nodeOptions });
  await program.ready;
  say({ name, value: (performance.now() - began) / 1000, unit: 's', against: null });
  return program;
}

/** First start on an empty directory, and what the program needs when nothing happens. */
async function measureRest(dataDir: string, port: number): Promise<void> {
  const program = await timedStart(dataDir, port, 'start, first');
  await sleep(10_000);
  const { program: own, database } = memoryOf(program.pid, dataDir);
  say({ name: 'memory at rest', value: own + database, unit: 'MiB', against: null, most: 400 });
  say({ name: 'memory at rest, program alone', value: own, unit: 'MiB', against: null });
  await stopProgram(program, dataDir);
}

/** The statements of each ledger page, as the query sends them. */
async function capturePages(house: House): Promise<Statement[][]> {
  const pages: Statement[][] = [];
  const master = await house.tools.master.of(demoDistrict);
  for (const { input } of pageInputs) {
    const statements: Statement[] = [];
    const db = new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: house.pool }),
      log: ({ query }) => void statements.push({ text: query.sql, values: [...query.parameters] }),
    });
    const { box, store, now } = house.tools;
    const actor = systemActor(demoDistrict, 'desk');
    await handlers.issueList(
      { db, pool: house.pool, master, box, store, actor, district: demoDistrict, now: now() },
      input as Parameters<typeof handlers.issueList>[1],
    );
    pages.push(statements);
  }
  return pages;
}

/** What must be known before the program runs: data, statements, and pgbench's own rates. */
async function prepare(
  dataDir: string,
): Promise<{ rates: Map<number, number>; pages: Statement[][] }> {
  const house = await openHouse({
    env: { DATA_DIR: dataDir },
    log: () => undefined,
    statementTimeout: 120_000,
  });
  try {
    await furnishBench(house, issues, photos);
    await addBenchKey(house);
    const owner = new pg.Client({ ...house.connection, options: '-c TimeZone=UTC' });
    await owner.connect();
    const actor = systemActor(demoDistrict, 'desk');
    const captured: Captured = await captureStatements(
      house.tools,
      house.pool,
      actor,
      issueIdOf(1),
    );
    await owner.query('vacuum analyze');
    await owner.query('checkpoint');
    const rates = new Map<number, number>();
    for (const clients of isPgbenchHere() ? clientCounts : []) {
      const script = pgbenchScript(captured, { issues, run: clients });
      rates.set(
        clients,
        await pgbench(String(house.connection.host), dataDir, script, clients, seconds),
      );
    }
    // Nobody's events: they need no seal, and sealing them would be counted against the program.
    await owner.query('truncate unsealed');
    await owner.query('vacuum analyze');
    await owner.query('checkpoint');
    await owner.end();
    await measureWebhooks(house, Math.min(issues, 2_000), say);
    await measureOrders(house, dataDir, Math.min(issues * 2, 20_000), say);
    return { rates, pages: await capturePages(house) };
  } finally {
    await house.close();
  }
}

async function signInAll(origin: string): Promise<Worker[]> {
  const workers: Worker[] = [];
  for (const { login, number, role } of people)
    workers.push({ ...(await signIn(origin, login)), number, role });
  if (workers.some(({ login, personId }) => personId !== personIdOf(login)))
    throw new Error('other people signed in');
  return workers;
}

/** Processor time for one of `done`, which tells where the time goes even on a busy machine. */
async function withProcessorTime(
  pids: () => number[],
  name: string,
  work: () => Promise<number>,
): Promise<void> {
  const before = processorSeconds(pids());
  const done = await work();
  const used = processorSeconds(pids()) - before;
  say({ name, value: (used / Math.max(1, done)) * 1000, unit: 'ms', against: null });
}

async function measurePerform(
  program: Program,
  dataDir: string,
  job: Job,
  rates: Map<number, number>,
): Promise<void> {
  await withProcessorTime(
    () => [program.pid],
    'processor time of the program, a perform',
    () => load({ ...job, warmUp: 0 }).then(({ done }) => done),
  );
  await withProcessorTime(
    () => databaseProcesses(dataDir),
    'processor time of the database, a perform',
    () => load({ ...job, warmUp: 0 }).then(({ done }) => done),
  );
  const results = new Map<number, Result>();
  for (const clients of clientCounts) {
    const result = await load({ ...job, clients });
    results.set(clients, result);
    const rate = rates.get(clients);
    say({
      name: `perform, ${clients} clients`,
      value: result.done / result.seconds,
      unit: '/s',
      against: {
        what: rate === undefined ? 'pgbench (not installed)' : 'pgbench',
        value: rate ?? null,
      },
      least: clients === 16 ? 1_000 : undefined,
    });
    say({
      name: `perform, ${clients} clients, p95`,
      value: quantile(result.milliseconds, 0.95),
      unit: 'ms',
      against: null,
    });
  }
  const port = await freePort();
  const end = await bareServer(results.get(16)?.bytes ?? 4_000, port);
  for (const clients of clientCounts) {
    const bare = await load({ ...job, port, clients, warmUp: 1, seconds: Math.min(5, seconds) });
    const own = results.get(clients);
    say({
      name: `perform, ${clients} clients, beside bare HTTP`,
      value: own ? own.done / own.seconds : 0,
      unit: '/s',
      against: { what: 'bare HTTP server', value: bare.done / bare.seconds },
    });
  }
  end();
}

async function measurePages(job: Job, dataDir: string, statements: Statement[][]): Promise<void> {
  const config = await findRunning(dataDir);
  if (!config) throw new Error('the database does not answer');
  const raw = await rawPages({ ...config, options: '-c TimeZone=UTC' }, statements, 600);
  const http = await load({ ...job, kind: 'page', clients: 1, seconds: Math.min(5, seconds) });
  for (const [name, part] of [
    ['p50', 0.5],
    ['p95', 0.95],
  ] as const) {
    say({
      name: `ledger page, ${name}`,
      value: quantile(http.milliseconds, part),
      unit: 'ms',
      against: { what: 'raw SQL', value: quantile(raw, part) },
      mostRatio: name === 'p95' ? 3 : undefined,
    });
  }
}

async function measureAll(dataDir: string, port: number): Promise<void> {
  await measureRest(dataDir, port);
  const { rates, pages } = await prepare(dataDir);
  const program = await timedStart(dataDir, port, 'start, warm');
  try {
    const workers = await signInAll(`http://127.0.0.1:${port}`);
    const paths = pageInputs.map(({ query }) => `/api/${demoDistrict}/issues${query}`);
    const job: Job = {
      kind: 'perform',
      port,
      district: demoDistrict,
      clients: 16,
      warmUp: 2,
      seconds,
      workers,
      issues,
      from: issues + 1,
      unitId,
      paths,
    };
    await measurePages(job, dataDir, pages);
    await measureOpen311({ ...job, apiKey: benchKey }, seconds, say);
    await measurePerform(program, dataDir, job, rates);
    const lifecycles = await load({ ...job, kind: 'lifecycle', clients: 32 });
    say({
      name: 'full lifecycles, 32 clients',
      value: lifecycles.done / lifecycles.seconds,
      unit: '/s',
      against: null,
      least: 100,
    });
    const { program: own, database } = memoryOf(program.pid, dataDir);
    say({ name: 'memory after the load', value: own + database, unit: 'MiB', against: null });
  } finally {
    await stopProgram(program, dataDir);
  }
}

/** The usual measurements, on a data directory that is thrown away. */
async function measureUsual(): Promise<void> {
  const directory = testDirectory();
  try {
    await measureAll(directory.path, await freePort());
  } finally {
    for (const pid of databaseProcesses(directory.path)) signal(pid, 'SIGKILL');
    await sleep(300);
    directory.remove();
  }
}

await bundleProgram();
let scans: string[] = [];
if (args.scale) {
  const sizes = args.scale.split(',').map(Number);
  scans = await measureScale(sizes, { folder: args.folder, seconds, say });
} else await measureUsual();
if (!args.json) console.log(report.table(figures));
const missed = figures.filter(report.isMissed);
for (const figure of missed) console.error(`missed: ${figure.name}`);
for (const scan of scans) console.error(`read from end to end: ${scan}`);
process.exit(missed.length + scans.length > 0 ? 1 : 0);
