/** Learn worker: the process that trains one version and answers it. Begun by `learnProcess.ts`. */
import { learn, type Lesson } from '../../domain/classifierLearning.ts';
import { Refused } from '../../domain/refused.ts';
import type { LearnAnswer } from './learnProcess.ts';

function answer(lesson: Lesson): LearnAnswer {
  try {
    return { learned: learn(lesson) };
  } catch (error) {
    if (error instanceof Refused) return { refusal: error.message };
    throw error;
  }
}

process.once('message', (lesson) => process.send?.(answer(lesson as Lesson)));
