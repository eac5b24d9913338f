import { expect, it } from 'vitest';
import { together } from './together.ts';

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('takes what waits as one run, each with its own answer, names apart', async () => {
  const runs: number[][] = [];
  const ask = together<number, number>({
    lanes: 1,
    most: 3,
    names: (call) => [String(call % 10)],
    run: async (calls) => {
      runs.push([...calls]);
      await later(2);
      return calls.map((call) => call * 2);
    },
  });
  const answers = await Promise.all([1, 2, 11, 3, 4, 5].map(ask));
  expect(answers).toEqual([2, 4, 22, 6, 8, 10]);
  expect(runs).toEqual([
    [1, 2, 3],
    [11, 4, 5],
  ]);
});

it('keeps what shares a name apart in time and asks for known errors just before', async () => {
  const done = new Set<number>();
  const ask = together<number, number>({
    lanes: 2,
    most: 10,
    names: () => ['one record'],
    knownError: (call) => (done.has(call) ? new Error('known') : undefined),
    run: async (calls) => {
      await later(1);
      for (const call of calls) done.add(call);
      return [...calls];
    },
  });
  const answers = await Promise.allSettled([7, 7, 8].map(ask));
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('parts a failed run when it may, and fails all of it when it may not', async () => {
  const runs: number[][] = [];
  const make = (mayPart: boolean) =>
    together<number, number>({
      lanes: 2,
      most: 10,
      mayPart: () => mayPart,
      run: async (calls) => {
        runs.push([...calls]);
        await later(1);
        if (calls.includes(13)) throw new Error('unlucky');
        return [...calls];
      },
    });
  const parted = await Promise.allSettled([1, 13, 2].map(make(true)));
  expect(parted.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(runs).toEqual([[1, 13, 2], [1], [13], [2]]);
  const whole = await Promise.allSettled([1, 13, 2].map(make(false)));
  expect(whole.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});
