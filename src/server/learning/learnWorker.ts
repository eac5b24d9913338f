/** Learn worker: the thread that trains one version and answers it. Begun by `learnThread.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { learn, type Lesson } from '../../domain/classifierLearning.ts';
import { Refused } from '../../domain/refused.ts';
import type { LearnAnswer } from './learnThread.ts';

function answer(): LearnAnswer {
  try {
    return { learned: learn(workerData as Lesson) };
  } catch (error) {
    if (error instanceof Refused) return { refusal: error.message };
    throw error;
  }
}

parentPort?.postMessage(answer());
