/**
 * npm run bench -- --scale 10000,100000,1000000 [--folder DIR]: the same work on districts of different size,
 * seeded by `npm run cli -- seed`, each figure beside the one of the smallest district and beside raw SQL in
 * the same run. Prints the plan of every statement on the largest district and fails on a sequential scan
 * of a big table. Seeded directories are kept in DIR, so that a million issues need be seeded only once.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { queries } from '../src/domain/api.ts';
import { systemActor } from '../src/server/baseSeed.ts';
import { openHouse, type House } from '../src/server/house.ts';
import { makeLog } from '../src/server/log.ts';
import { findRunning } from '../src/server/postgres/embedded.ts';
import { sealAll } from '../src/server/sealer.ts';
import { sweepClocks } from '../src/server/sweeps.ts';
import { addPeople, people } from './benchDistrict.ts';
import type { Statement } from './captured.ts';
import type { Job, Worker } from './load.ts';
import { load, memoryOf, quantile } from './measure.ts';
import {
  askSample,
  explainAll,
  hearStatements,
  samplesOf,
  type Explained,
  type Sample,
  type SampleValues,
} from './plans.ts';
import { freePort, startProgram, stopProgram } from './program.ts';
import type { Figure } from './reportFigures.ts';
import { signIn } from './signIn.ts';

export const scaleDistrict = '110198';

interface Asked extends Sample {
  name: Sample['name'];
  label: string;
  statements: Statement[];
}

interface Prepared {
  asked: Asked[];
  plans: Explained[];
  issueIds: string[];
  sweepMilliseconds: number;
  openClocks: number;
}

type Say = (figure: Figure) => void;

/** Queries over tables that grow; the others are answered from master data. */
const growing = new Set<string>([
  'issueList',
  'reportList',
  'issueView',
  'reportView',
  'work',
  'approvalList',
  'assistList',
  'noticeList',
  'eventList',
  'worksSum',
  'dutyOverrules',
  'ownerlessList',
]);

/** A data directory with so many issues, seeded once. */
function seeded(folder: string, issues: number): string {
  const dataDir = join(folder, String(issues));
  const done = join(dataDir, 'seeded');
  if (existsSync(done)) return dataDir;
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o755);
  const { DATABASE_URL: _unused, ...env } = process.env;
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'src/cli.ts', 'seed', '--issues', String(issues), '--years', '2'].concat([
      '--district',
      scaleDistrict,
    ]),
    { env: { ...env, DATA_DIR: dataDir }, stdio: ['ignore', 2, 2] },
  );
  if (status !== 0) throw new Error(`the seed of ${issues} issues ended with ${status}`);
  writeFileSync(done, '');
  return dataDir;
}

/** Records that are there, for the filters. */
async function valuesOf({ pool }: House): Promise<SampleValues> {
  const one = async (text: string): Promise<Record<string, string>> => {
    const { rows } = await pool.query<Record<string, string>>(text, [scaleDistrict]);
    if (!rows[0]) throw new Error(`nothing found: ${text}`);
    return rows[0];
  };
  const issue = await one(
    `select id, number, unit_id, area_code, category_code, description, to_char(accepted_at - interval '30 days', 'YYYY-MM-DD') as "from",
       to_char(accepted_at, 'YYYY-MM-DD') as "to"
     from issue where district = $1 and unit_id is not null order by accepted_at desc limit 1 offset 500`,
  );
  const report = await one(
    `select id, number from report where district = $1 order by submitted_at desc limit 1 offset 500`,
  );
  const area = await one(
    `select id from area where district = $1 and level = 'subdistrict' order by code limit 1`,
  );
  return {
    issueId: issue.id ?? '',
    areaId: area.id ?? '',
    // No link is made there: the effect of one is not found.
    linkId: issue.id ?? '',
    issueNumber: issue.number ?? '',
    reportId: report.id ?? '',
    reportNumber: report.number ?? '',
    unitId: issue.unit_id ?? '',
    subdistrict: (issue.area_code ?? '').slice(0, 9),
    category: issue.category_code ?? '',
    words: '垃圾',
    rareWord: (issue.description ?? '').slice(0, 12),
    from: issue.from ?? '',
    to: issue.to ?? '',
  };
}

const labelOf = ({ name, input }: Sample): string =>
  `${name} ${Object.entries(input)
    .filter(([key]) => key !== 'id')
    .map(([key, value]) => `${key}=${String(value).slice(0, 14)}`)
    .join('&')}`.trim();

/** What the program is not running for: people, statements, plans, the sweep of all clocks. */
async function prepare(dataDir: string): Promise<Prepared> {
  const house = await openHouse({
    env: { DATA_DIR: dataDir },
    log: () => undefined,
    statementTimeout: 600_000,
  });
  const owner = new pg.Client({ ...house.connection, options: '-c TimeZone=UTC' });
  await owner.connect();
  try {
    const workers = people.filter(({ role }) => role === 'desk');
    await addPeople(house, scaleDistrict, workers);
    await sealAll(house.pool);
    await owner.query('vacuum analyze');
    const sweeping = {
      pool: house.pool,
      tools: house.tools,
      log: makeLog('silent'),
      resting: new Map<string, string>(),
    };
    // Clocks that ran out since the seeding are escalated first; what is measured is the round after.
    while ((await sweepClocks(sweeping)) > 0);
    const began = performance.now();
    await sweepClocks(sweeping);
    const sweepMilliseconds = performance.now() - began;
    const { rows: clocks } = await owner.query<{ count: string }>(
      `select count(*) as count from issue where escalate_at is not null`,
    );
    const { pool, db, tools } = house;
    const { box, store } = tools;
    const actor = systemActor(scaleDistrict, 'desk');
    const master = await tools.master.of(scaleDistrict);
    const context = { db, pool, master, box, store, district: scaleDistrict, now: tools.now() };
    const asked: Asked[] = [];
    for (const sample of samplesOf(await valuesOf(house))) {
      let isAnswered = false;
      const statements = await hearStatements(async () => {
        isAnswered = await askSample(sample, context, actor);
      });
      if (isAnswered && statements.length > 0)
        asked.push({ ...sample, label: labelOf(sample), statements });
    }
    const plans = await explainAll(
      owner,
      asked.flatMap(({ label, statements }) =>
        statements.map((statement) => ({ ...statement, during: label })),
      ),
    );
    const { rows: open } = await owner.query<{ id: string }>(
      `select id from issue where district = $1 and status in ('accepted', 'dispatched', 'claimed')
       order by accepted_at desc limit 5000`,
      [scaleDistrict],
    );
    return {
      asked,
      plans,
      issueIds: open.map(({ id }) => id),
      sweepMilliseconds,
      openClocks: Number(clocks[0]?.count ?? 0),
    };
  } finally {
    await owner.end();
    await house.close();
  }
}

/** The address of a query as its page asks it. */
function addressOf({ name, input }: Sample): string {
  const rest = { ...input };
  const path = queries[name].path.replace(/:(\w+)/g, (_match, key: string) => {
    const value = String(rest[key]);
    delete rest[key];
    return value;
  });
  const search = new URLSearchParams(rest as Record<string, string>).toString();
  return `/api/${scaleDistrict}/${path}${search ? `?${search}` : ''}`;
}

/** Milliseconds of the statements of a query sent side by side on bare connections. */
async function rawTimes(pool: pg.Pool, { label, statements }: Asked, rounds: number) {
  const milliseconds: number[] = [];
  for (let n = 0; n < rounds + 5; n++) {
    const began = performance.now();
    await Promise.all(
      statements.map((statement, at) => pool.query({ name: `${label} ${at}`, ...statement })),
    );
    if (n >= 5) milliseconds.push(performance.now() - began);
  }
  return quantile(milliseconds, 0.95);
}

/** The longest time an event waited for its seal while `work` ran, in seconds. */
async function longestSealLag<T>(pool: pg.Pool, work: () => Promise<T>): Promise<[T, number]> {
  let isOver = false;
  let longest = 0;
  const watching = (async () => {
    while (!isOver) {
      const { rows } = await pool.query<{ lag: string | null }>(
        `select extract(epoch from now() - min(e.at)) as lag from unsealed u
         join event e on e.district = u.district and e.id = u.event_id`,
      );
      longest = Math.max(longest, Number(rows[0]?.lag ?? 0));
      await sleep(200);
    }
  })();
  const result = await work();
  isOver = true;
  await watching;
  return [result, longest];
}

interface Sizing {
  issues: number;
  dataDir: string;
  seconds: number;
  say: Say;
  /** The rate of `perform` on the smallest district. */
  smallest: number | null;
}

async function measurePages(
  { issues, say }: Sizing,
  job: Job,
  pool: pg.Pool,
  asked: readonly Asked[],
): Promise<void> {
  for (const each of asked.filter(({ name }) => growing.has(name))) {
    const http = await load({ ...job, paths: [addressOf(each)], seconds: 0.6, warmUp: 0.1 });
    const isList = each.name === 'issueList' || each.name === 'reportList';
    say({
      name: `${issues}: ${each.label}, p95`,
      value: quantile(http.milliseconds, 0.95),
      unit: 'ms',
      against: { what: 'raw SQL', value: await rawTimes(pool, each, 40) },
      ...(isList ? { mostRatio: 3, most: 50 } : {}),
    });
  }
}

/** Measures one size; answers its rate of `perform` and the big tables read from end to end. */
async function measureSize(sizing: Sizing): Promise<{ rate: number; scans: string[] }> {
  const { issues, dataDir, seconds, say, smallest } = sizing;
  const { asked, plans, issueIds, sweepMilliseconds, openClocks } = await prepare(dataDir);
  say({ name: `${issues}: open clocks`, value: openClocks, unit: '', against: null });
  say({
    name: `${issues}: sweep over all open clocks`,
    value: sweepMilliseconds,
    unit: 'ms',
    against: null,
  });
  const port = await freePort();
  const program = startProgram({ dataDir, port, demo: '0' });
  await program.ready;
  const pool = new pg.Pool({ ...(await findRunning(dataDir)), options: '-c TimeZone=UTC', max: 6 });
  try {
    const workers: Worker[] = [];
    for (const { login, number, role } of people.filter((person) => person.role === 'desk'))
      workers.push({ ...(await signIn(`http://127.0.0.1:${port}`, login)), number, role });
    const job: Job = {
      kind: 'page',
      port,
      district: scaleDistrict,
      clients: 1,
      warmUp: 1,
      seconds,
      workers,
      issues,
      issueIds,
      from: 0,
      unitId: '',
      paths: [],
    };
    await measurePages(sizing, job, pool, asked);
    const [result, lag] = await longestSealLag(pool, () =>
      load({ ...job, kind: 'perform', clients: 16 }),
    );
    const rate = result.done / result.seconds;
    say({
      name: `${issues}: perform, 16 clients`,
      value: rate,
      unit: '/s',
      against: { what: 'the smallest', value: smallest },
      ...(smallest === null ? {} : { leastRatio: 0.8 }),
    });
    say({
      name: `${issues}: longest wait for a seal`,
      value: lag,
      unit: 's',
      against: null,
      most: 2,
    });
    const { program: own, database } = memoryOf(program.pid, dataDir);
    say({ name: `${issues}: memory`, value: own + database, unit: 'MiB', against: null });
    return {
      rate,
      scans: plans.flatMap(({ during, scans }) => scans.map((table) => `${during}: ${table}`)),
    };
  } finally {
    await pool.end();
    await stopProgram(program, dataDir);
    for (const { during, lines } of plans) console.error(`-- ${during}\n${lines.join('\n')}`);
  }
}

/** Measures each size in turn. Answers what is read from end to end on the largest. */
export async function measureScale(
  sizes: readonly number[],
  options: { folder: string; seconds: number; say: Say },
): Promise<string[]> {
  let smallest: number | null = null;
  let scans: string[] = [];
  const first = new Map<string, number>();
  for (const issues of sizes) {
    const dataDir = seeded(resolve(options.folder), issues);
    const say: Say = (figure) => {
      const { name, value } = figure;
      const key = name.slice(name.indexOf(':'));
      options.say({ ...figure, smallest: smallest === null ? undefined : first.get(key) });
      if (smallest === null) first.set(key, value);
    };
    const measured = await measureSize({ ...options, say, issues, dataDir, smallest });
    smallest ??= measured.rate;
    scans = measured.scans;
  }
  return scans;
}
