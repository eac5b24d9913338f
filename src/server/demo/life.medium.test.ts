/** A made-up life: plausible, replayed from its events, sealed, resumed after a kill, and made once. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMinutes } from '../../domain/moment.ts';
import { getNoun } from '../../domain/nouns.ts';
import { systemActor } from '../baseSeed.ts';
import { toRecord } from '../columns.ts';
import { deriveDistrict } from '../derive.ts';
import { demoDistrict, liveDemo, seedDemo } from '../demoSeed.ts';
import { toolsOn, type House } from '../house.ts';
import { perform, type Performing } from '../perform.ts';
import { APPLICATION_ROLE } from '../postgres/embedded.ts';
import { testDirectory } from '../postgres/testDirectory.ts';
import { sealAll, verifySeals } from '../sealer.ts';
import { seedIssues } from '../seed/seedIssues.ts';
import { wantLife } from '../simulated.ts';
import { eventFromRow, type AnyRecord } from '../statement.ts';
import { fold } from '../fold.ts';
import { testKey } from '../testing/cluster.ts';
import { testDatabase } from '../testing/world.ts';
import { lifeNouns } from './standing.ts';

const now = '2026-03-20T02:30:00.000Z';

describe('a simulated life', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let tools: Performing;
  const directory = testDirectory();
  beforeAll(async () => {
    database = await testDatabase();
    tools = toolsOn(database.pool, testKey, () => now, new EventEmitter());
  });
  afterAll(async () => {
    await database.drop();
    directory.remove();
  });

  const rowsOf = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await database.pool.query<Record<string, unknown>>(text, values)).rows;
  const count = async (): Promise<number> =>
    Number((await rowsOf(`select count(*) as count from event`))[0]?.count);

  /** Every record of the ledger is the fold of its events, and of the shape of its noun. */
  async function expectFold(district: string): Promise<number> {
    let compared = 0;
    for (const noun of lifeNouns) {
      for (const row of await rowsOf(`select * from ${noun} where district = $1`, [district])) {
        const events = await rowsOf(
          `select * from event where district = $1 and noun = $2 and record_id = $3 order by version`,
          [district, noun, row.id],
        );
        const record = toRecord<AnyRecord>(noun, row);
        expect(record).toStrictEqual(fold(events.map(eventFromRow)));
        expect(getNoun(noun).shape.safeParse(record).error).toBeUndefined();
        compared += 1;
      }
    }
    return compared;
  }

  const expectSealed = async (): Promise<void> => {
    await sealAll(database.pool);
    for (const { firstBad, unsealed } of await verifySeals(database.pool))
      expect({ firstBad, unsealed }).toEqual({ firstBad: null, unsealed: 0 });
  };

  it('lives some days in the demo district, goes on after a kill, and then changes nothing', async () => {
    const options = {
      now,
      isSmall: true,
      setPassword: async () => undefined,
      pool: database.pool,
      photoDirectory: directory.path,
    };
    await seedDemo(tools, options);
    const wanted = { district: demoDistrict, beganAt: addMinutes(now, -5 * 1440), issuesADay: 12 };
    await wantLife(database.pool, { ...wanted, wantedUntil: now });
    const life = { pool: database.pool, photoDirectory: directory.path };
    const stopping = new AbortController();
    await liveDemo(tools, { ...life, signal: stopping.signal, progress: () => stopping.abort() });
    const before = await count();
    expect(await liveDemo(tools, life)).toBeGreaterThan(100);
    expect(await count()).toBeGreaterThan(before);
    const all = await count();
    expect(await liveDemo(tools, life)).toBe(0);
    expect(await count()).toBe(all);
    const [marks] = await rowsOf(
      `select count(*) filter (where performed_at is null) as real from event where district = $1`,
      [demoDistrict],
    );
    expect(marks).toEqual({ real: 0 });
  });

  it('leaves a record to whoever really touched it', async () => {
    const [open] = await rowsOf(
      `select id from issue where district = $1 and status not in ('closed', 'void') order by accepted_at desc limit 1`,
      [demoDistrict],
    );
    const id = String(open?.id);
    const requestId = id.replace(/^./, '0');
    const input = { note: '由人接手' };
    await perform(tools, systemActor(demoDistrict, 'desk'), {
      noun: 'issue',
      id,
      action: 'addNote',
      input,
      requestId,
    });
    const later = addMinutes(now, 2 * 1440);
    const life = { pool: database.pool, photoDirectory: directory.path };
    expect(await liveDemo({ ...tools, now: () => later }, life, later)).toBeGreaterThan(50);
    const events = await tools.store.events(demoDistrict, 'issue', id);
    expect(events.at(-1)?.input).toEqual(input);
  });

  it('asks complainants back: most answer, some wait, a few are invalid', async () => {
    const later = addMinutes(now, 12 * 1440);
    const life = { pool: database.pool, photoDirectory: directory.path };
    await liveDemo({ ...tools, now: () => later }, life, later);
    const [{ rates, shares } = { rates: {}, shares: {} }] = (await rowsOf(
      `select jsonb_build_object('answered', count(*) filter (where status = 'answered') > 15,
           'waiting', count(*) filter (where status = 'waiting') > 3,
           'expired', count(*) filter (where invalid_reason = 'expired') > 0,
           'others', count(*) filter (where status not in ('answered', 'waiting', 'invalid', 'canceled'))) as rates,
         jsonb_build_object('solved', avg((solved = 'yes')::integer) between 0.6 and 0.99,
           'contacted', avg(is_contacted::integer) > 0.8, 'reopens', count(*) filter (where reopens),
           'isOneForEachClosing', count(*) = count(distinct (report_id, closed_at)),
           'ways', array_agg(distinct way order by way) filter (where way is not null)) as shares
       from callback where district = $1`,
      [demoDistrict],
    )) as { rates: unknown; shares: unknown }[];
    expect(rates).toEqual({ answered: true, waiting: true, expired: true, others: 0 });
    expect(shares).toEqual({
      solved: true,
      contacted: true,
      reopens: 0,
      isOneForEachClosing: true,
      ways: ['code', 'phone'],
    });
  });

  it('is what its events say, sealed, every channel and many kinds of end among it', async () => {
    expect(await expectFold(demoDistrict)).toBeGreaterThan(100);
    await expectSealed();
    const channels = await rowsOf(`select distinct channel from report where district = $1`, [
      demoDistrict,
    ]);
    expect(channels.length).toBeGreaterThan(4);
  });

  it('is copied into a district of its own: the same in form, searched and sealed, killed and continued', async () => {
    const house = {
      ...database,
      tools,
      connection: { ...database.config, options: `-c role=${APPLICATION_ROLE} -c TimeZone=UTC` },
      dataDir: directory.path,
      isEmbedded: false,
      signals: new EventEmitter(),
    } as unknown as House;
    const district = '110197';
    const stopping = new AbortController();
    const options = { district, issues: 90, years: 10 / 365, photoDirectory: directory.path };
    await seedIssues(house, {
      ...options,
      signal: stopping.signal,
      chapterSize: 300,
      progress: () => stopping.abort(),
    });
    const before = await count();
    expect(await seedIssues(house, { ...options, progress: () => undefined })).toBeGreaterThan(100);
    expect(await count()).toBeGreaterThan(before);
    expect(await seedIssues(house, { ...options, progress: () => undefined })).toBe(0);
    expect(await expectFold(district)).toBeGreaterThan(100);
    await expectSealed();
    expect(await deriveDistrict(database.pool, district)).toBe(0);
    const [missing] = await rowsOf(
      `select count(*) as count from issue i where district = $1 and not exists
         (select 1 from search s where s.district = i.district and s.noun = 'issue' and s.record_id = i.id)`,
      [district],
    );
    expect(missing).toEqual({ count: 0 });
  });
});
