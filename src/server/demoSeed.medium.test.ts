import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrators } from '../domain/access.ts';
import { PostRole } from '../domain/post.ts';
import { demoAccounts, demoDistrict, seedDemo } from './demoSeed.ts';
import { toolsOn } from './house.ts';
import type { Performing } from './perform.ts';
import { testKey } from './testing/cluster.ts';
import { testDatabase } from './testing/world.ts';

const now = '2026-03-20T02:30:00.000Z';

describe('the demo district', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let tools: Performing;
  const passwords = new Map<string, string>();
  const setPassword = async (personId: string, password: string): Promise<void> => void passwords.set(personId, password);
  const count = async (): Promise<number> =>
    Number((await database.pool.query(`select count(*) as count from event`)).rows[0]?.count);

  beforeAll(async () => {
    database = await testDatabase();
    tools = toolsOn(database.pool, testKey, () => now, new EventEmitter());
    await seedDemo(tools, { now, setPassword });
  });
  afterAll(() => database.drop());

  it('has an account with a password and a post for every role', async () => {
    const roles = new Set(demoAccounts().map(({ role }) => role));
    expect([...roles].sort()).toEqual([...PostRole.options].sort());
    expect(passwords.size).toBe(demoAccounts().length);
    const master = await tools.master.of(demoDistrict);
    expect(master.posts.size).toBe(demoAccounts().length);
    for (const role of administrators) {
      expect([...master.posts.values()].filter((post) => post.role === role)).toHaveLength(1);
    }
  });

  it('does nothing on a later start', async () => {
    const before = await count();
    passwords.clear();
    await seedDemo(tools, { now: '2026-04-01T00:00:00.000Z', setPassword });
    expect(await count()).toBe(before);
    expect(passwords.size).toBe(0);
  });
});
