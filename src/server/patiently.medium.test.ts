import { expect, it } from 'vitest';
import { patiently } from './patiently.ts';

const failure = (code: string): Error => Object.assign(new Error('no'), { code });

it('waits for a database that is starting, and for nothing else', async () => {
  let calls = 0;
  const answer = await patiently(async () => {
    calls += 1;
    if (calls < 2) throw failure('57P03');
    return 'here';
  });
  expect([answer, calls]).toEqual(['here', 2]);
  await expect(patiently(() => Promise.reject(failure('23505')))).rejects.toThrow('no');
});
