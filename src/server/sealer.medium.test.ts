/** One order, one chain, whoever seals; and any change in the database is found at its first event. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { connect } from './database.ts';
import {
  linkHash,
  runSealer,
  sealAll,
  sealDistrict,
  verifySeals,
  type Verified,
} from './sealer.ts';
import { eventFromRow } from './statement.ts';
import { world, type World } from './testing/world.ts';

describe('sealer', () => {
  let w: World;
  let ownerPool: pg.Pool;
  beforeAll(async () => {
    w = await world();
    ownerPool = connect(w.config, { role: null, max: 1 }).pool;
  });
  afterAll(async () => {
    await ownerPool.end();
    await w.drop();
  });

  const verified = async (on: pg.Pool | pg.PoolClient = w.pool): Promise<Verified> => {
    const found = (await verifySeals(on)).find(({ district }) => district === w.district);
    if (!found) throw new Error('the district is not verified');
    return found;
  };
  const sealedEvents = async (): Promise<{ number: number; eventId: string }[]> =>
    (
      await w.pool.query<{ number: number; eventId: string }>(
        `select number, event_id as "eventId" from seal where district = $1 order by number`,
        [w.district],
      )
    ).rows;
  const eventCount = async (): Promise<number> =>
    (
      await w.pool.query<{ count: number }>(
        `select count(*) as count from event where district = $1`,
        [w.district],
      )
    ).rows[0]?.count ?? 0;

  /** What verify says after a change made by the owner of the database; the change is rolled back. */
  async function verifiedAfter(change: string, values: unknown[]): Promise<Verified> {
    const owner = await ownerPool.connect();
    try {
      await owner.query('begin');
      expect((await owner.query(change, values)).rowCount).toBeGreaterThan(0);
      return await verified(owner);
    } finally {
      await owner.query('rollback');
      owner.release();
    }
  }

  it('reports what is not sealed yet, then seals it in the order of writing', async () => {
    await w.issue({ status: 'closed' });
    expect(await verified()).toMatchObject({
      sealed: 0,
      unsealed: await eventCount(),
      firstBad: null,
    });
    const { rows } = await w.pool.query<{ event_id: string }>(
      `select event_id from unsealed where district = $1 order by number`,
      [w.district],
    );
    await sealAll(w.pool);
    expect(await verified()).toMatchObject({
      sealed: await eventCount(),
      unsealed: 0,
      firstBad: null,
    });
    const sealed = await sealedEvents();
    expect(sealed.map(({ eventId }) => eventId)).toEqual(rows.map((row) => row.event_id));
    expect(sealed.map(({ number }) => number)).toEqual(sealed.map((_seal, n) => n + 1));
    expect(await sealDistrict(w.pool, w.district)).toBe(0);
  });

  it('chains each hash to the one before and to every byte of the event', async () => {
    const { rows } = await w.pool.query(
      `select e.*, s.number, s.hash from seal s join event e on e.district = s.district and e.id = s.event_id where s.district = $1 order by s.number limit 2`,
      [w.district],
    );
    const [first, second] = rows.map((row: Record<string, unknown>) => ({
      event: eventFromRow(row),
      hash: row.hash as Buffer,
    }));
    if (!first || !second) throw new Error('nothing sealed');
    expect(linkHash(Buffer.alloc(32), 1, first.event)).toEqual(first.hash);
    expect(linkHash(first.hash, 2, second.event)).toEqual(second.hash);
    expect(
      linkHash(first.hash, 2, { ...second.event, at: '2026-03-04T02:00:00.001Z' }),
    ).not.toEqual(second.hash);
  });

  it('keeps an event before the one that follows from it, and versions of a record in order', async () => {
    const { rows } = await w.pool.query<{
      noun: string;
      record_id: string;
      version: number;
      early: boolean | null;
    }>(
      `select e.noun, e.record_id, e.version, c.number > s.number as early from seal s
       join event e on e.district = s.district and e.id = s.event_id
       left join seal c on c.district = e.district and c.event_id = e.cause where s.district = $1 order by s.number`,
      [w.district],
    );
    expect(rows.filter((row) => row.early)).toEqual([]);
    const versions = new Map<string, number>();
    for (const { record_id: id, version } of rows) {
      expect(version).toBe((versions.get(id) ?? 0) + 1);
      versions.set(id, version);
    }
  });

  it('seals once while several seal and many write', async () => {
    const writing = Promise.all(Array.from({ length: 40 }, () => w.report()));
    for (let n = 0; n < 6; n++)
      await Promise.all([sealAll(w.pool), sealAll(w.pool), sealDistrict(w.pool, w.district)]);
    await writing;
    await sealAll(w.pool);
    expect(await verified()).toMatchObject({
      sealed: await eventCount(),
      unsealed: 0,
      firstBad: null,
    });
  });

  it('keeps its order when the clock jumps back two hours and ahead four hundred days', async () => {
    const before = (await sealedEvents()).length;
    const ids: string[] = [];
    for (const minutes of [-120, 400 * 1440, -400 * 1440 + 120]) {
      w.pass(minutes);
      const id = newId();
      await w.run('desk', 'report', id, 'submit', { channel: 'media', content: '垃圾' });
      ids.push(id);
      await sealAll(w.pool);
    }
    const { rows } = await w.pool.query<{ record_id: string }>(
      `select e.record_id from seal s join event e on e.district = s.district and e.id = s.event_id where s.district = $1 and s.number > $2 order by s.number`,
      [w.district, before],
    );
    expect(rows.map((row) => row.record_id)).toEqual(ids);
    expect((await verified()).firstBad).toBeNull();
  });

  it('runs by itself soon after a poke, and stops', async () => {
    const errors: unknown[] = [];
    const sealer = runSealer(w.pool, (error) => errors.push(error));
    await w.report();
    sealer.poke();
    for (let waited = 0; (await verified()).unsealed > 0 && waited < 50; waited++)
      await new Promise((resolve) => void setTimeout(resolve, 50));
    await sealer.stop();
    await w.report();
    await new Promise((resolve) => void setTimeout(resolve, 300));
    expect(await verified()).toMatchObject({ unsealed: 1, firstBad: null });
    expect(errors).toEqual([]);
    await sealAll(w.pool);
  });

  const changes: [string, string][] = [
    [
      'a word of an input',
      `update event set input = input || '{"content":"改"}' where district = $1 and id = $2`,
    ],
    [
      'what followed',
      `update event set changes = changes || '{"version":9}' where district = $1 and id = $2`,
    ],
    ['the facts', `update event set facts = '{"unit":null}' where district = $1 and id = $2`],
    [
      'who it was',
      `update event set actor = jsonb_set(actor, '{role}', '"leader"') where district = $1 and id = $2`,
    ],
    [
      'a millisecond of the time',
      `update event set at = at + interval '1 millisecond' where district = $1 and id = $2`,
    ],
    [
      'the request',
      `update event set request_id = gen_random_uuid() where district = $1 and id = $2`,
    ],
    [
      'one bit of the hash',
      `update seal set hash = set_bit(hash, 5, 1 - get_bit(hash, 5)) where district = $1 and event_id = $2`,
    ],
    ['the event, deleted', `delete from event where district = $1 and id = $2`],
    ['the seal, deleted', `delete from seal where district = $1 and event_id = $2`],
    [
      'event and seal, deleted',
      `with gone as (delete from event where district = $1 and id = $2) delete from seal where district = $1 and event_id = $2`,
    ],
  ];
  it.each(changes)('names the first bad event when someone changed %s', async (what, sql) => {
    const bad = (await sealedEvents())[6];
    if (!bad) throw new Error('nothing sealed');
    const { firstBad } = await verifiedAfter(sql, [w.district, bad.eventId]);
    const isGone = what.includes('seal, deleted');
    expect(firstBad?.number).toBe(isGone ? 8 : 7);
    if (!isGone) expect(firstBad?.eventId).toBe(bad.eventId);
    expect((await verified()).firstBad).toBeNull();
  });

  it('finds two events that changed places', async () => {
    const [first, second] = (await sealedEvents()).slice(4, 6);
    const swap = `update event e set input = o.input, changes = o.changes, record_id = o.record_id, noun = o.noun, action = o.action, version = o.version
       from event o where e.district = $1 and o.district = $1 and e.id in ($2, $3) and o.id in ($2, $3) and e.id <> o.id`;
    expect(
      (await verifiedAfter(swap, [w.district, first?.eventId, second?.eventId])).firstBad?.number,
    ).toBe(5);
  });

  it('says so when an event was put in without a seal', async () => {
    const forged = `insert into event select district, gen_random_uuid(), at, noun, record_id, version + 100, action, actor, input, secrets, changes, facts, cause, request_id from event where district = $1 limit 1`;
    expect(await verifiedAfter(forged, [w.district])).toMatchObject({
      unsealed: 1,
      firstBad: null,
    });
  });

  it('still knows the district when all its events are gone', async () => {
    expect(
      (await verifiedAfter(`delete from event where district = $1`, [w.district])).firstBad,
    ).toMatchObject({ number: 1 });
  });

  it('lets the application neither change nor delete events and seals, nor alter the schema', async () => {
    const refused = [
      `update event set input = '{}'`,
      `delete from event`,
      `truncate event`,
      `update seal set number = number + 1`,
      `delete from seal`,
      `truncate seal`,
      `delete from request`,
      `update request set digest = ''`,
      `delete from issue`,
      `delete from report`,
      `delete from person`,
      `delete from secret`,
      `update migration set digest = ''`,
      `alter table event add column extra text`,
      `alter table event disable trigger all`,
      `drop table seal`,
      `create table mine (id integer)`,
      `create or replace function expect_rows(changed bigint, expected bigint) returns bigint language sql as 'select 1::bigint'`,
    ];
    for (const sql of refused) {
      const outcome = await w.pool.query(sql).then(
        () => 'done',
        (error: { code?: string }) => error.code,
      );
      expect(`${sql}: ${outcome}`).toBe(`${sql}: 42501`);
    }
    const { rows } = await w.pool.query<{ is_superuser: string }>(
      `select current_setting('is_superuser') as is_superuser`,
    );
    expect(rows[0]?.is_superuser).toBe('off');
  });
});
