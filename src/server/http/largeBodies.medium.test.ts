/** Lanes shared by callers: bounded in all, and nobody takes them all. */
import { expect, it } from 'vitest';
import { sharedLanes } from './largeBodies.ts';

/** Runs that end when they are told to, and who is running. */
const held = () => {
  const running: string[] = [];
  const ends: (() => void)[] = [];
  const run = (who: string) => async () => {
    running.push(who);
    await new Promise<void>((end) => ends.push(end));
    return who;
  };
  return { running, ends, run };
};
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('runs some at once, of each caller fewer, the others in their order', async () => {
  const lane = sharedLanes(3, 2, 9);
  const { running, ends, run } = held();
  const all = ['a', 'a', 'a', 'b', 'c'].map((caller, n) => lane(caller, run(`${caller}${n}`)));
  await settle();
  expect(running).toEqual(['a0', 'a1', 'b3']);
  ends[2]?.();
  await settle();
  expect(running).toEqual(['a0', 'a1', 'b3', 'c4']);
  ends[0]?.();
  await settle();
  expect(running.at(-1)).toBe('a2');
  for (const end of ends) end();
  expect(await Promise.all(all)).toEqual(['a0', 'a1', 'a2', 'b3', 'c4']);
});

it('refuses a caller of whom too many wait, no other, and is free again after an error', async () => {
  const lane = sharedLanes(1, 1, 1);
  const { ends, run } = held();
  const [first, second] = [lane('a', run('a0')), lane('a', () => Promise.reject(new Error('x')))];
  await expect(lane('a', run('a2'))).rejects.toMatchObject({ status: 503 });
  const other = lane('b', () => Promise.resolve('b3'));
  ends[0]?.();
  await expect(second).rejects.toThrow('x');
  expect([await first, await other]).toEqual(['a0', 'b3']);
});
