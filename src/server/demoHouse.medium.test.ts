/** The whole demo district before its life: what an office has besides cases, and clocks that ran in time. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isStandingIn, type Deputy } from '../domain/deputy.ts';
import { isAnswerable, type Patron } from '../domain/patron.ts';
import { addDays, localDay } from '../domain/moment.ts';
import { demoDistrict, demoId, seedDemo, type DemoOptions } from './demoSeed.ts';
import { toolsOn } from './house.ts';
import { makeLog } from './log.ts';
import type { Performing } from './perform.ts';
import { testDirectory } from './postgres/testDirectory.ts';
import { sweepClocks } from './sweeps.ts';
import { testKey } from './testing/cluster.ts';
import { testDatabase } from './testing/world.ts';

const now = '2026-03-20T02:30:00.000Z';

describe('the house of the demo district', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let tools: Performing;
  const directory = testDirectory();
  const signedIn: string[] = [];
  const options = (isSmall: boolean): DemoOptions => ({
    now,
    isSmall,
    setPassword: async () => undefined,
    signIn: async (personId) => void signedIn.push(personId),
    pool: database.pool,
    photoDirectory: directory.path,
  });
  const every = async <T>(noun: string): Promise<T[]> => {
    const { rows } = await database.pool.query<{ id: string }>(
      `select id from ${noun} where district = $1`,
      [demoDistrict],
    );
    const ids = rows.map(({ id }) => id);
    return (await tools.store.find(noun, demoDistrict, ids)) as unknown as T[];
  };
  const count = async (): Promise<number> =>
    Number((await database.pool.query(`select count(*) as count from event`)).rows[0]?.count);

  beforeAll(async () => {
    database = await testDatabase();
    tools = toolsOn(database.pool, testKey, () => now, new EventEmitter());
    await seedDemo(tools, options(false));
  });
  afterAll(async () => {
    await database.drop();
    directory.remove();
  });

  it('has deputies of the past, of today and to come, and leaders for every subdistrict', async () => {
    const deputies = await every<Deputy>('deputy');
    const today = localDay(now);
    expect(deputies.some((deputy) => isStandingIn(deputy, now))).toBe(true);
    expect(deputies.some(({ toDay }) => toDay < today)).toBe(true);
    expect(deputies.some(({ fromDay }) => fromDay > today)).toBe(true);
    expect(deputies.some(({ status }) => status === 'retired')).toBe(true);
    const led = (await every<Patron>('patron')).filter((patron) => isAnswerable(patron, now));
    const master = await tools.master.of(demoDistrict);
    const streets = [...master.areas.keys()].filter((code) => code.length === 9);
    expect(streets.filter((code) => !led.some(({ areaCode }) => areaCode === code))).toEqual([]);
    expect(led.length).toBeGreaterThan(50);
  });

  it('has categories of its own: staged, by grade, an extension, one to come', async () => {
    const master = await tools.master.of(demoDistrict);
    const own = (code: string, at = now) => master.category(code, at, demoDistrict);
    expect(own('E0101')?.conditions.map(({ stages = [] }) => stages.length)).toEqual([2, 2]);
    expect(own('E0110')?.conditions[0]?.limitsByGrade).toHaveLength(1);
    expect(
      own('E0110', addDays(localDay(now), -30) + 'T00:00:00.000Z')?.conditions[0],
    ).not.toHaveProperty('limitsByGrade');
    expect(own('E0499')).toMatchObject({ isExtension: true, name: '快递占道分拣' });
    const later = addDays(localDay(now), 30) + 'T00:00:00.000Z';
    expect(own('E0192', later)?.id).not.toBe(own('E0192')?.id);
  });

  it('has working hours of its own for summer and winter', async () => {
    const { rows: years } = await database.pool.query<{
      code: string;
      hours: { fromDay: string }[];
    }>(`select code, hours from calendar_year where district = $1`, [demoDistrict]);
    expect(years.map(({ code }) => code)).toContain('2026');
    for (const { hours } of years)
      expect(hours.map(({ fromDay }) => fromDay)).toEqual(['05-01', '10-01']);
  });

  it('leaves the first sweep nothing of its stories', async () => {
    await database.pool.query(`delete from simulation`);
    const log = makeLog('silent');
    expect(await sweepClocks({ pool: database.pool, tools, log, resting: new Map() })).toBe(0);
  });

  it('asks for sessions of people with accounts, and does nothing on a later start', async () => {
    expect(signedIn).toContain(demoId('person', 'desk'));
    const before = await count();
    await seedDemo(tools, options(false));
    expect(await count()).toBe(before);
  });
});
