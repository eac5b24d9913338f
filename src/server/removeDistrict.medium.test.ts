/** Removing a demo district: all of it, only it, only by the owner, and every other chain still verifies. */
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { accountsOn } from './accounts.ts';
import { systemActor } from './baseSeed.ts';
import { connect, type Connections } from './database.ts';
import { toolsOn } from './house.ts';
import { perform } from './perform.ts';
import { originalPath } from './photos/photoStore.ts';
import { APPLICATION_ROLE } from './postgres/embedded.ts';
import { testDirectory } from './postgres/testDirectory.ts';
import { districtTables, isRemoved, removeDistrict } from './removeDistrict.ts';
import { sealAll, verifySeals } from './sealer.ts';
import { testKey } from './testing/cluster.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { world, type World } from './testing/world.ts';

const demo = '110199';
const real = '110116';
const sharedBytes = createHash('sha256').update('used elsewhere too').digest('hex');
const ownBytes = createHash('sha256').update('only here').digest('hex');

describe('removing a demo district', () => {
  let w: World;
  let owner: pg.Client;
  let again: Connections;
  const folder = testDirectory();

  const add = (actor: Parameters<World['run']>[0], noun: string, input: Record<string, unknown>) =>
    w.run(actor, noun, newId(), 'add', input);

  /** A person with one post in a district. */
  const addPerson = async (login: string, district: string): Promise<string> => {
    const { record } = await add(systemActor(district), 'person', { name: login, login });
    await add(systemActor(district), 'post', { personId: record.id, role: 'desk', title: '专席' });
    await accountsOn(w.pool, w.tools).setPassword(record.id, 'correct horse battery', false);
    return record.id;
  };

  const photoOf = (district: string, sha256: string): Promise<unknown> =>
    w.pool.query(
      `insert into photo (district, id, person_id, sha256, size, status, kind, created_at, completed_at)
       values ($1, $2, $3, $4, 10, 'complete', 'jpeg', $5, $5)`,
      [district, newId(), w.personId('desk'), sha256, w.now()],
    );

  const rowsOf = async (district: string): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    for (const table of await districtTables(owner)) {
      const { rows } = await owner.query<{ count: string }>(
        `select count(*) as count from "${table}" where district = $1`,
        [district],
      );
      if (Number(rows[0]?.count) > 0) counts[table] = Number(rows[0]?.count);
    }
    return counts;
  };

  beforeAll(async () => {
    w = await world();
    owner = new pg.Client(w.config);
    await owner.connect();
    await owner.query(`update area set is_demo = true where district = $1`, [demo]);
    await add(systemActor(real), 'area', { code: real, name: '怀柔区' });
    await addPerson('realdesk', real);
    const both = await addPerson('both', real);
    await add(systemActor(demo), 'post', { personId: both, role: 'desk', title: '专席' });
    const closed = await w.issue({ status: 'closed' });
    const other = await w.issue({ status: 'dispatched' });
    await w.run('desk', 'issue', other.id, 'addNote', { note: '电话 13800000000' });
    expect(closed.status).toBe('closed');
    await accountsOn(w.pool, w.tools).setPassword(
      w.personId('desk'),
      'correct horse battery',
      false,
    );
    await accountsOn(w.pool, w.tools).begin(w.personId('desk'));
    await photoOf(demo, sharedBytes);
    await photoOf(real, sharedBytes);
    await photoOf(demo, ownBytes);
    for (const sha256 of [sharedBytes, ownBytes]) {
      const path = originalPath(folder.path, sha256);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, 'bytes');
    }
    await sealAll(w.pool);
  });
  afterAll(async () => {
    await again.close();
    await owner.end();
    folder.remove();
  });

  const remove = (district: string, client: pg.ClientBase = owner) =>
    removeDistrict(client, district, [folder.path]);

  it('finds every table with a district, those that refer to others first', async () => {
    const tables = await districtTables(owner);
    const { rows } = await owner.query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'district'`,
    );
    expect([...tables].sort()).toEqual(rows.map(({ name }) => name).sort());
    expect(tables.length).toBeGreaterThan(25);
    expect(tables.indexOf('report')).toBeLessThan(tables.indexOf('issue'));
    expect(tables.indexOf('assist')).toBeLessThan(tables.indexOf('issue'));
  });

  it('refuses the application’s role, a running program, and districts that are no demo', async () => {
    const client = await w.pool.connect();
    expect((await refusedBy(remove(demo, client))).code).toBe('notOwner');
    client.release();
    expect((await refusedBy(remove(demo))).code).toBe('running');
    await w.close();
    expect((await refusedBy(remove(real))).code).toBe('realDistrict');
    expect((await refusedBy(remove('000000'))).code).toBe('noDistrict');
    expect((await refusedBy(remove('110197'))).code).toBe('noDistrict');
    expect((await rowsOf(demo)).event).toBeGreaterThan(20);
  });

  it('takes every row, its people and their accounts, and bytes nobody else uses', async () => {
    const before = await rowsOf(demo);
    const beside = await rowsOf(real);
    const { rows, persons, photos } = await remove(demo);
    expect(rows).toEqual(
      Object.fromEntries(
        Object.entries(before)
          .map(([table, count]) => [table, table === 'session' ? count - 1 : count] as const)
          .filter(([, count]) => count > 0),
      ),
    );
    expect(await rowsOf(demo)).toEqual({});
    expect(await rowsOf(real)).toEqual(beside);
    expect(persons).toBe(14);
    expect(photos).toBeGreaterThan(1);
    expect(existsSync(originalPath(folder.path, sharedBytes))).toBe(true);
    expect(existsSync(originalPath(folder.path, ownBytes))).toBe(false);
    const { rows: left } = await owner.query<{ login: string }>(
      `select login from person order by login`,
    );
    expect(left.map(({ login }) => login)).toEqual(['both', 'realdesk']);
    const { rows: credentials } = await owner.query(`select person_id from credential`);
    expect(credentials).toHaveLength(2);
    expect((await owner.query(`select 1 from session`)).rows).toEqual([]);
  });

  it('leaves chains that verify, stays removed, and lets the district be made again', async () => {
    again = connect(w.config, { role: APPLICATION_ROLE });
    const results = await verifySeals(again.pool);
    expect(results.map(({ district }) => district)).toEqual(['000000', real]);
    expect(results.filter(({ firstBad }) => firstBad)).toEqual([]);
    expect(await isRemoved(again.pool, demo)).toBe(true);
    expect(await isRemoved(again.pool, real)).toBe(false);
    await again.close();
    expect(await remove(demo)).toEqual({ district: demo, rows: {}, persons: 0, photos: 0 });
    again = connect(w.config, { role: APPLICATION_ROLE });
    const tools = toolsOn(again.pool, testKey, w.now, new EventEmitter());
    const order = (noun: string, id: string, input: Record<string, unknown>) => ({
      noun,
      id,
      action: 'add',
      requestId: newId(),
      input,
    });
    await perform(tools, systemActor(demo), order('area', newId(), { code: demo, name: '演示' }));
    const id = w.personId('desk');
    await perform(tools, systemActor(demo), order('person', id, { name: '再来', login: 'desk' }));
    await perform(
      tools,
      systemActor(demo),
      order('post', newId(), { personId: id, role: 'desk', title: '专席' }),
    );
    expect(await isRemoved(again.pool, demo)).toBe(false);
    await sealAll(again.pool);
    expect((await verifySeals(again.pool)).filter(({ firstBad }) => firstBad)).toEqual([]);
  });

  it('finishes the bytes that a killed call left', async () => {
    await again.close();
    const path = originalPath(folder.path, ownBytes);
    writeFileSync(path, 'bytes');
    await owner.query(`update area set is_demo = true where district = $1`, [demo]);
    await owner.query(
      `insert into photo (district, id, person_id, sha256, size, status, created_at) values ($1, $2, $2, $3, 10, 'announced', now())`,
      [demo, newId(), ownBytes],
    );
    await expect(removeDistrict(owner, demo, ['/proc/none\u0000'])).rejects.toThrow();
    expect(await rowsOf(demo)).toEqual({});
    expect(existsSync(path)).toBe(true);
    expect((await remove(demo)).photos).toBe(1);
    expect(existsSync(path)).toBe(false);
    again = connect(w.config, { role: APPLICATION_ROLE });
  });
});
