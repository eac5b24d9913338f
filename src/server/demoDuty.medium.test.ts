/** The demo district's matrix: complete, in use, and mostly followed by its desk. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoRules } from './demoDuty.ts';
import { demoDistrict, demoId, seedDemo } from './demoSeed.ts';
import { toolsOn } from './house.ts';
import type { Performing } from './perform.ts';
import { testDirectory } from './postgres/testDirectory.ts';
import { testKey } from './testing/cluster.ts';
import { testDatabase } from './testing/world.ts';

const now = '2026-03-20T02:30:00.000Z';

describe('the demo district’s duty matrix', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let tools: Performing;
  const directory = testDirectory();
  beforeAll(async () => {
    database = await testDatabase();
    tools = toolsOn(database.pool, testKey, () => now, new EventEmitter());
    await seedDemo(tools, {
      now,
      isSmall: true,
      setPassword: async () => undefined,
      pool: database.pool,
      photoDirectory: directory.path,
    });
  });
  afterAll(async () => {
    await database.drop();
    directory.remove();
  });

  it('names only units in use, and units for the usual role words', async () => {
    const master = await tools.master.of(demoDistrict);
    const book = master.dutyBook(now);
    const rules = demoRules((code) => (code ? demoId('unit', code) : null));
    expect(master.dutyRules.map(({ code }) => code).sort()).toEqual(
      rules.map(({ code }) => code).sort(),
    );
    for (const rule of master.dutyRules)
      for (const id of [rule.responsibleUnitId, rule.supervisingUnitId])
        if (id) expect(book.units.has(id), rule.code).toBe(true);
    for (const word of ['环卫', '城管执法', '园林绿化', '市政', '公安交管', '水务', '住建'])
      expect(book.unitsOfRole.has(word), word).toBe(true);
  });

  it('is followed by most dispatches, overruled by some', async () => {
    const { rows } = await database.pool.query<Record<'all' | 'overruled' | 'by_rule', number>>(
      `select count(*) as all, count(*) filter (where is_overruled) as overruled,
         count(duty_rule_id) as by_rule
       from issue where district = $1 and suggested_unit_id is not null`,
      [demoDistrict],
    );
    const { all = 0, overruled = 0, by_rule: byRule = 0 } = rows[0] ?? {};
    expect(all).toBeGreaterThan(30);
    expect(byRule).toBeGreaterThan(all / 2);
    expect(overruled).toBeGreaterThan(0);
    expect(overruled).toBeLessThan(all / 3);
  });
});
