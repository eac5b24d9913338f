/**
 * Copy thread: hands chapters to `copyWorker.ts`, so that canonical JSON, hashes and the text of COPY are
 * made on another processor than the planning.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type pg from 'pg';
import type { Chapter } from '../demo/life.ts';
import type { Drawn } from './copyChapter.ts';

/** What the thread is started with. */
export interface CopyGiven {
  connection: pg.ClientConfig;
  district: string;
}

/** One chapter to write, with the numbers drawn for it and the moment of its seals. */
export interface CopyAsked {
  chapter: Chapter;
  drawn: Drawn;
  at: string;
}

/** What became of it: null, or why nothing of it was written. */
export interface CopyAnswer {
  problem: string | null;
}

/** Young objects of the thread: a chapter in one piece, so that little of it has to be moved. */
const youngMegabytes = 128;

/** What the thread begins with: it knows no TypeScript of its own. */
const beginning = (): URL => {
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const work = JSON.stringify(new URL('./copyWorker.ts', import.meta.url).href);
  const code = `import { register } from ${loader}; register(); await import(${work});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
};

export class CopyThread {
  private readonly worker: Worker;
  private readonly broken: Promise<never>;

  constructor(given: CopyGiven) {
    this.worker = new Worker(beginning(), {
      workerData: given,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
    });
    this.broken = new Promise((_, reject) => {
      this.worker.on('error', reject);
      this.worker.on('exit', (code) => reject(new Error(`the copying ended (${code})`)));
    });
    this.broken.catch(() => undefined);
  }

  /** Writes a chapter; one at a time. Throws when it was not written: nothing of it is there then. */
  async copy(asked: CopyAsked): Promise<void> {
    const answered = once(this.worker, 'message') as Promise<[CopyAnswer]>;
    this.worker.postMessage(asked);
    const [{ problem }] = await Promise.race([answered, this.broken]);
    if (problem !== null) throw new Error(problem);
  }

  /** Ends the thread after what it is doing. */
  async close(): Promise<void> {
    this.worker.postMessage(null);
    await this.broken.catch(() => undefined);
  }
}
