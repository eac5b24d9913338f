/**
 * The program as a process of its own, bundled as `npm run build` bundles it, with a data directory that
 * is thrown away afterwards. Started, looked at and killed by the crash test and the measurements.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { serverProcesses, waitUntil } from '../src/server/postgres/processes.ts';
import { folderHash } from '../src/server/postgres/startGate.ts';

const folder = 'dist/bench';
const entry = `${folder}/main.js`;

/** Bundles the program and its training process as they are now. */
export async function bundleProgram(): Promise<void> {
  await build({
    entryPoints: { main: 'src/main.ts', learnWorker: 'src/server/learning/learnWorker.ts' },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
}

/** A port nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

export interface Program {
  pid: number;
  /** Resolves when the program has said that it is ready; rejects when it ends before. */
  ready: Promise<void>;
  ended: Promise<number | null>;
  hasEnded(): boolean;
}

export interface ProgramOptions {
  dataDir: string;
  port: number;
  /** The demo district: only what was made by hand, unless told. */
  demo?: 'small' | '0';
  /** Options for Node itself, such as `--cpu-prof`. */
  nodeOptions?: readonly string[];
}

/** Starts the program. What it says goes to `program.log` of the data directory. */
export function startProgram(options: ProgramOptions): Program {
  const { dataDir, port, demo = 'small', nodeOptions = [] } = options;
  const { DATABASE_URL: _unused, ...env } = process.env;
  const log = openSync(join(dataDir, 'program.log'), 'a');
  const child = spawn(process.execPath, [...nodeOptions, entry], {
    env: { ...env, DATA_DIR: dataDir, PORT: String(port), HOST: '127.0.0.1', DEMO: demo },
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const ready = new Promise<void>((resolve, reject) => {
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      said = (said + part).slice(-10_000);
      appendFileSync(join(dataDir, 'program.log'), part);
      if (said.includes('已就绪')) resolve();
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`the program ended before it was ready: ${said}`)));
  });
  ready.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
  };
}

/** Living processes of the embedded server of a data directory. */
export const databaseProcesses = (dataDir: string): number[] =>
  serverProcesses(`civicloop-${folderHash(dataDir)}`);

/** The main process of the embedded server; undefined when none is recorded. */
export function postmasterOf(dataDir: string): number | undefined {
  const file = join(dataDir, 'pg', 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return databaseProcesses(dataDir).includes(pid) ? pid : undefined;
}

/** Ends the program as an operator would; true when nothing of it is left within 15 s. */
export async function stopProgram(program: Program, dataDir: string): Promise<boolean> {
  if (!program.hasEnded()) process.kill(program.pid, 'SIGTERM');
  await Promise.race([
    program.ended,
    new Promise((resolve) => setTimeout(resolve, 15_000).unref()),
  ]);
  return waitUntil(() => program.hasEnded() && databaseProcesses(dataDir).length === 0, 3_000);
}

/** The bugs the program logged and the last lines of both logs, for a report of what went wrong. */
export const lastWords = (dataDir: string): string =>
  ['program.log', 'log/postgres.log']
    .map((name) => join(dataDir, name))
    .filter((path) => existsSync(path))
    .map((path) => {
      const lines = readFileSync(path, 'utf8').split('\n');
      const bugs = lines.filter((line) => line.includes('"msg":"bug"'));
      return [path, ...bugs.slice(0, 5), ...lines.slice(-12)].join('\n');
    })
    .join('\n');
