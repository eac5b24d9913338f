/** The built program with a demo district of its own, on a free port, for one file of tests. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { testDirectory } from '../../src/server/postgres/testDirectory.ts';

export interface Program {
  /** `http://127.0.0.1:41234` */
  origin: string;
  dataDir: string;
  /** Stops it; what it kept is thrown away unless the same directory is to be started again. */
  stop(options?: { isKept: boolean }): Promise<void>;
  /** Kills it without a word; its data stay. */
  kill(): Promise<void>;
}

export interface ProgramOptions {
  /** Where an earlier program left its data. */
  dataDir?: string;
  /** How much later than the machine it is there. */
  hoursAhead?: number;
  /** Further words of its environment, over the usual ones. */
  env?: Record<string, string>;
}

/** Starts `dist/server/main.js`, on an empty directory unless told; resolves when it says that it is ready. */
export async function startProgram({
  dataDir,
  hoursAhead,
  env,
}: ProgramOptions = {}): Promise<Program> {
  const directory = dataDir === undefined ? testDirectory() : undefined;
  const path = dataDir ?? directory?.path ?? '';
  const clock = hoursAhead ? ['--import', './test/e2e/laterClock.mjs'] : [];
  const child = spawn(process.execPath, [...clock, 'dist/server/main.js'], {
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: path,
      DATABASE_URL: '',
      DEMO: 'small',
      LOG_LEVEL: 'error',
      HOURS_AHEAD: String(hoursAhead ?? 0),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  const stop = async ({ isKept } = { isKept: false }): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    if (!isKept) remove();
  };
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /已就绪：(http:\/\/[\d.:]+)\//.exec(line)?.[1];
    if (!origin) continue;
    child.stdout.resume();
    return { origin, dataDir: path, stop, kill };
  }
  remove();
  throw new Error('the program ended before it was ready');
}

const run = promisify(execFile);

/** Runs a command of the command line on a data directory; what it said. Rejects when it was refused. */
export async function runCommand(dataDir: string, words: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...words], {
    env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: '' },
  });
  return stdout.trim();
}

/** Keeps a picture of every open page of a failed test in `screenshots/failed`, and closes them all. */
export async function clearPages(
  browser: Browser,
  { name, result }: { name: string; result?: { state: string } },
): Promise<void> {
  const pages = browser.contexts().flatMap((context) => context.pages());
  if (result?.state === 'fail') {
    await Promise.all(
      pages.map((page, n) => page.screenshot({ path: `screenshots/failed/${name}-${n}.png` })),
    );
  }
  await Promise.all(browser.contexts().map((context) => context.close()));
}
