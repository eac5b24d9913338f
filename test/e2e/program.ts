/** The built program with a demo district of its own, on a free port, for one file of tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { testDirectory } from '../../src/server/postgres/testDirectory.ts';

export interface Program {
  /** `http://127.0.0.1:41234` */
  origin: string;
  stop(): Promise<void>;
}

/** Starts `dist/server/main.js` on an empty data directory; resolves when it says that it is ready. */
export async function startProgram(): Promise<Program> {
  const directory = testDirectory();
  const child = spawn(process.execPath, ['dist/server/main.js'], {
    env: {
      ...process.env,
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: directory.path,
      DATABASE_URL: '',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
    directory.remove();
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /已就绪：(http:\/\/[\d.:]+)\//.exec(line)?.[1];
    if (!origin) continue;
    child.stdout.resume();
    return { origin, stop };
  }
  directory.remove();
  throw new Error('the program ended before it was ready');
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
