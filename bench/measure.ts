/** The single measurements: pgbench, HTTP load, the page against raw SQL, memory, start. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { demoDistrict } from '../src/server/demoSeed.ts';
import { APPLICATION_ROLE } from '../src/server/postgres/embedded.ts';
import type { Statement } from './captured.ts';
import type { Job, Result } from './load.ts';
import { databaseProcesses } from './program.ts';

const pgbenchPath = process.env.PGBENCH ?? '/usr/lib/postgresql/15/bin/pgbench';
const run = promisify(execFile);

export const isPgbenchHere = (): boolean => existsSync(pgbenchPath);

/** Transactions a second of a script; serialization failures are repeated, as `perform` does. */
export async function pgbench(
  host: string,
  dataDir: string,
  script: string,
  clients: number,
  seconds: number,
): Promise<number> {
  const file = join(dataDir, 'measured.sql');
  writeFileSync(file, script);
  const { stdout } = await run(
    pgbenchPath,
    [
      '-n',
      '-M',
      'prepared',
      '-c',
      String(clients),
      '-j',
      '1',
      '-T',
      String(seconds),
      '--max-tries=12',
      '-D',
      'e=0',
      '-f',
      file,
      '-h',
      host,
      '-U',
      APPLICATION_ROLE,
      'civicloop',
    ],
    { env: { PATH: process.env.PATH, PGOPTIONS: '-c TimeZone=UTC' } },
  );
  const failed = /number of failed transactions: (\d+)/.exec(stdout)?.[1];
  const rate = /tps = ([\d.]+)/.exec(stdout)?.[1];
  if (!rate || failed !== '0') throw new Error(`pgbench: ${stdout}`);
  return Number(rate);
}

/** Runs a load in a process of its own. Throws when anything was refused. */
export function load(job: Job): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'bench/load.ts'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (said += part));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code !== 0) return reject(new Error(`the load ended with ${code}`));
      const result = JSON.parse(said) as Result;
      if (result.failed > 0)
        reject(new Error(`${result.failed} requests were refused, the first: ${result.problem}`));
      else resolve(result);
    });
    child.stdin.end(JSON.stringify(job));
  });
}

/** The bare server on a port; call the result to end it. */
export async function bareServer(bytes: number, port: number): Promise<() => void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'bench/bareServer.ts', String(bytes), String(port)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return () => void child.kill('SIGKILL');
}

/** The value below which the given part of a list lies. */
export function quantile(list: readonly number[], part: number): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Addresses of the ledger page that are measured, each with the input of its query. */
export const pageInputs: { query: string; input: Record<string, string> }[] = [
  { query: '', input: {} },
  { query: '?status=accepted', input: { status: 'accepted' } },
  { query: '?sort=due', input: { sort: 'due' } },
  { query: `?area=${demoDistrict}001`, input: { area: `${demoDistrict}001` } },
];

/** Milliseconds of the statements of a page sent side by side on bare connections, again and again. */
export async function rawPages(
  config: pg.ClientConfig,
  pages: readonly Statement[][],
  rounds: number,
): Promise<number[]> {
  const pool = new pg.Pool({ ...config, max: 2 });
  const milliseconds: number[] = [];
  try {
    for (let n = 0; n < rounds + 50; n++) {
      const statements = pages[n % pages.length] ?? [];
      const began = performance.now();
      await Promise.all(
        statements.map((statement, at) =>
          pool.query({ name: `p${n % pages.length}-${at}`, ...statement }),
        ),
      );
      if (n >= 50) milliseconds.push(performance.now() - began);
    }
  } finally {
    await pool.end();
  }
  return milliseconds;
}

function pss(pid: number): number {
  try {
    const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return Number(found?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** MiB of the program and its database, shared pages counted once (PSS). */
export function memoryOf(
  programPid: number,
  dataDir: string,
): { program: number; database: number } {
  const database = databaseProcesses(dataDir).reduce((sum, pid) => sum + pss(pid), 0);
  return { program: pss(programPid), database };
}

const ticksPerSecond = 100;

/** Processor seconds the processes have used so far; those that ended count with their parent. */
export function processorSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      return (
        sum +
        fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) / ticksPerSecond
      );
    } catch {
      return sum;
    }
  }, 0);
}
