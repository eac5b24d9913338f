/**
 * Learn thread: trains a version beside the program, so that nobody waits while it learns. The built
 * program has the worker as a file of its own (bin/build.mjs); from the sources it is TypeScript.
 */
import { Worker } from 'node:worker_threads';
import type { Learned, Lesson } from '../../domain/classifierLearning.ts';
import { Refused } from '../../domain/refused.ts';

/** What was learned, or why nothing could be. */
export type LearnAnswer = { learned: Learned } | { refusal: string };

/** What the thread begins with: from the sources it knows no TypeScript of its own. */
function beginning(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./learnWorker.js', import.meta.url);
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const work = JSON.stringify(new URL('./learnWorker.ts', import.meta.url).href);
  const code = `import { register } from ${loader}; register(); await import(${work});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Learns in a thread. Throws a Chinese reason when there is nothing to learn from; `signal` ends it. */
export async function learnBeside(lesson: Lesson, signal: AbortSignal): Promise<Learned> {
  signal.throwIfAborted();
  const worker = new Worker(beginning(), { workerData: lesson, execArgv: [] });
  const end = (): void => void worker.terminate();
  signal.addEventListener('abort', end);
  try {
    const answer = await new Promise<LearnAnswer>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the training ended (${code})`)));
    });
    if ('refusal' in answer) throw new Refused(409, 'nothingToLearn', answer.refusal);
    return answer.learned;
  } finally {
    signal.removeEventListener('abort', end);
    await worker.terminate();
  }
}
