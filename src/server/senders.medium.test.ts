/** A sender that promised to be heard of: missed after its time, told once, and heard of again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sender } from '../domain/sender.ts';
import { runDueJobs } from './jobs.ts';
import { makeLog } from './log.ts';
import { sweepSenders } from './senders.ts';
import { intakeSender, type IntakeSender } from './testing/intakeSender.ts';
import { served, type Served } from './testing/served.ts';

let s: Served;
let grid: IntakeSender;
beforeAll(async () => {
  s = await served();
  grid = await intakeSender(s);
});
afterAll(() => s.stop());

const sweep = () => sweepSenders(s, [{ code: s.district }]);
const sender = () => s.read<Sender>('sender', grid.senderId);
/** Its use is noted beside the answer. */
const heard = async (): Promise<void> => {
  await grid.reports({ reports: [] });
  for (let n = 0; n < 100; n++) {
    const { rows } = await s.pool.query<{ at: string }>(`select used_at as at from api_key_use`);
    if (rows[0]?.at === s.now()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('not noted');
};

it('is waited for only by agreement', async () => {
  s.pass(100_000);
  await sweep();
  expect((await sender()).missedAt).toBeNull();
});

it('is missed once, told once, and cleared when it talks again', async () => {
  await s.run('systemAdmin', 'sender', grid.senderId, 'expect', { expectMinutes: 60 });
  await sweep();
  expect((await sender()).missedAt).toBeNull();
  s.pass(59);
  await sweep();
  expect((await sender()).missedAt).toBeNull();
  s.pass(2);
  await sweep();
  await sweep();
  expect((await sender()).missedAt).toBe(s.now());
  const reacting = { pool: s.pool, tools: s.tools, photoDirectory: '/nowhere' };
  await runDueJobs(s.pool, reacting, makeLog('silent'));
  const told = async () =>
    (await s.pool.query(`select person_id from notice where record_id = $1`, [grid.senderId])).rows;
  expect(await told()).toHaveLength(2);
  const admin = await s.signIn('systemAdmin');
  const { body } = await admin.get<{ senders: { code: string; missedAt: string | null }[] }>(
    `/api/${s.district}/apiKeys`,
  );
  expect(body.senders.find(({ code }) => code === 'grid')?.missedAt).toBe(s.now());
  s.pass(10);
  await heard();
  await sweep();
  expect((await sender()).missedAt).toBeNull();
  expect(await told()).toHaveLength(2);
  const actions = (await s.tools.store.events(s.district, 'sender', grid.senderId)).map(
    ({ action }) => action,
  );
  expect(actions).toEqual(['add', 'expect', 'fallSilent', 'speakAgain']);
});

it('is waited for no more when that is taken back', async () => {
  s.pass(100_000);
  await s.run('systemAdmin', 'sender', grid.senderId, 'expect', {});
  await sweep();
  expect(await sender()).toMatchObject({ missedAt: null, expectMinutes: null });
});
