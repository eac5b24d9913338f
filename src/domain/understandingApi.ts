/** Understanding's api 识别情况: the versions of the classifier, how right they are, and what the desk took unchanged. */
import { z } from 'zod';
import { ClassifierVersion } from './classifierVersion.ts';
import { Day } from './moment.ts';
import { OpenAction } from './views.ts';

const Taken = z.object({ suggested: z.number(), kept: z.number() });

export const understandingQueries = {
  understanding: {
    path: 'understanding',
    label: '识别情况',
    input: z.strictObject({}),
    output: z.object({
      /** The newest first. */
      versions: z.array(ClassifierVersion.extend({ actions: z.array(OpenAction) })),
      /** Names of the categories in the figures, by code. */
      names: z.record(z.string(), z.string()),
      /** By week of accepting, beginning on Monday, the newest first: suggestions, and those taken as they were. */
      weeks: z.array(z.object({ week: Day, category: Taken, place: Taken, unit: Taken })),
    }),
  },
} as const;
