/**
 * Learn process: trains a version beside the program, so that nobody waits while it learns and its memory is
 * given back when it ends. The built program has the worker as a file of its own (bin/build.mjs); from the
 * sources it is TypeScript.
 */
import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Learned, Lesson } from '../../domain/classifierLearning.ts';
import { Refused } from '../../domain/refused.ts';

/** What was learned, or why nothing could be. */
export type LearnAnswer = { learned: Learned } | { refusal: string };

/** What people wait for goes first. */
const priority = 5;

/** Learns in a process. Throws a Chinese reason when there is nothing to learn from; `signal` ends it. */
export async function learnBeside(lesson: Lesson, signal: AbortSignal): Promise<Learned> {
  signal.throwIfAborted();
  const isSource = import.meta.url.endsWith('.ts');
  const worker = fileURLToPath(
    new URL(isSource ? './learnWorker.ts' : './learnWorker.js', import.meta.url),
  );
  const child = fork(worker, [], {
    serialization: 'advanced',
    execArgv: isSource ? ['--import', import.meta.resolve('tsx')] : [],
    signal,
    killSignal: 'SIGKILL',
  });
  try {
    const answer = await new Promise<LearnAnswer>((resolve, reject) => {
      child.once('message', (message) => resolve(message as LearnAnswer));
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`the training ended (${code})`)));
      if (child.pid !== undefined) setPriority(child.pid, priority);
      child.send(lesson, (error) => error && reject(error));
    });
    if ('refusal' in answer) throw new Refused(409, 'nothingToLearn', answer.refusal);
    return answer.learned;
  } finally {
    child.kill('SIGKILL');
  }
}
