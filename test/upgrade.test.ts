/** A database as it stood at the close of an earlier issue comes to the newest program with its data. */
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { afterEach, describe, expect, it } from 'vitest';
import { replayAll } from '../bench/replay.ts';
import { momentAt } from '../src/domain/moment.ts';
import { baseDistrict } from '../src/domain/nouns.ts';
import { seedBase, systemActor } from '../src/server/baseSeed.ts';
import { connect } from '../src/server/database.ts';
import { demoDistrict } from '../src/server/demoSeed.ts';
import { toolsOn } from '../src/server/house.ts';
import { checkMasterKey } from '../src/server/masterKey.ts';
import { migrate, migrationsIn, type Migration } from '../src/server/migrate.ts';
import { perform } from '../src/server/perform.ts';
import { APPLICATION_ROLE } from '../src/server/postgres/embedded.ts';
import { sealAll, verifySeals } from '../src/server/sealer.ts';
import { emptyDatabase, type OwnDatabase } from '../src/server/testing/emptyDatabase.ts';
import { fixtureDatabase, fixtureKey, fixtureMigrations } from './fixture.ts';

const newest = migrationsIn('db');
const waiting = newest.filter(
  ({ name }) => !fixtureMigrations(3).some((migration) => migration.name === name),
);

const open: OwnDatabase[] = [];
const kept = async (database: Promise<OwnDatabase>): Promise<OwnDatabase> => {
  open.push(await database);
  return database;
};
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

/** Everything a schema is: columns, keys, indexes, functions, storage and rights. */
async function schemaOf(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ line: string }>(
    `select line from (
       select format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
         a.attgenerated::text || a.attidentity::text, pg_get_expr(d.adbin, d.adrelid)) as line
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       union all select indexdef from pg_indexes where schemaname = 'public'
       union all select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
         where connamespace = 'public'::regnamespace
       union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
       union all select relname || ' ' || coalesce(array_to_string(reloptions, ','), '') || ' ' || relacl::text
         from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
       union all select 'migration ' || name || ' ' || digest from migration
     ) schema order by line`,
  );
  return rows.map(({ line }) => line);
}

const countsOf = async (owner: pg.Client): Promise<unknown> =>
  (
    await owner.query(
      `select (select count(*) from event) as events, (select count(*) from seal) as seals,
         (select count(*) from issue) as issues, (select count(*) from secret) as secrets,
         (select count(*) from photo) as photos, (select count(*) from request) as requests`,
    )
  ).rows[0];

describe('a database of issue 3', () => {
  it('was made by the migrations as they still are', () => {
    const now = newest.map(({ name, sql }) => ({
      name,
      digest: createHash('sha256').update(sql).digest('hex'),
    }));
    expect(now.slice(0, 4)).toEqual(fixtureMigrations(3));
    expect(waiting.length).toBeGreaterThan(0);
  });

  it('keeps every record, seal and secret, and takes new actions', async () => {
    const { owner, config } = await kept(fixtureDatabase(3));
    const before = await countsOf(owner);
    await migrate(owner, newest);
    expect(await countsOf(owner)).toEqual(before);
    await checkMasterKey(owner, fixtureKey(3));

    const { pool, close } = connect(config, { role: APPLICATION_ROLE, statementTimeout: 30_000 });
    const clock = (): string => momentAt(Date.now());
    const tools = toolsOn(pool, fixtureKey(3), clock, new EventEmitter());
    await seedBase(tools);
    const client = await pool.connect();
    expect((await replayAll(client, [baseDistrict, demoDistrict])).wrong).toEqual([]);
    const { rows: secrets } = await client.query<{ id: string; key: Buffer; text: Buffer }>(
      `select id, wrapped_key as key, ciphertext as text from secret where ciphertext is not null`,
    );
    expect(secrets.length).toBeGreaterThan(10);
    for (const { id, key, text } of secrets) expect(tools.box.unlock(id, key, text)).not.toBe('');

    const { rows } = await client.query<{ id: string }>(
      `select id from issue where district = $1 and status = 'accepted' limit 1`,
      [demoDistrict],
    );
    const actor = systemActor(demoDistrict, 'desk');
    const done = await perform(tools, actor, {
      noun: 'issue',
      id: rows[0]?.id ?? '',
      action: 'addNote',
      input: { note: '升级之后补充说明' },
      requestId: newId(),
    });
    expect(done.record.version).toBeGreaterThan(1);
    await sealAll(pool);
    const seals = await verifySeals(pool);
    expect(seals.map(({ firstBad, unsealed }) => [firstBad, unsealed])).toEqual(
      seals.map(() => [null, 0]),
    );
    expect((await replayAll(client, [baseDistrict, demoDistrict])).wrong).toEqual([]);
    client.release();
    await close();
  });

  it('ends in the schema of a new database, wherever the upgrade was stopped', async () => {
    const fresh = await kept(emptyDatabase());
    await migrate(fresh.owner, newest);
    const wanted = await schemaOf(fresh.owner);
    const broken = (n: number): Migration[] =>
      newest.map((migration) =>
        migration === waiting[n]
          ? { ...migration, sql: `${migration.sql};\nselect 1 / 0;` }
          : migration,
      );
    const { owner } = await kept(fixtureDatabase(3));
    for (const n of waiting.keys())
      await expect(migrate(owner, broken(n)), waiting[n]?.name).rejects.toThrow('division by zero');
    expect(await migrate(owner, newest)).toBe(1);
    expect(await schemaOf(owner)).toEqual(wanted);
  });

  it('goes on after its connection was killed inside a migration', async () => {
    const { owner, config } = await kept(fixtureDatabase(3));
    const victim = new pg.Client(config);
    victim.on('error', () => undefined);
    await victim.connect();
    const { rows } = await victim.query<{ pid: number }>('select pg_backend_pid() as pid');
    const slow = newest.map((migration) =>
      migration === waiting.at(-1)
        ? { ...migration, sql: `${migration.sql};\nselect pg_sleep(30);` }
        : migration,
    );
    const upgrade = migrate(victim, slow);
    upgrade.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await owner.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await expect(upgrade).rejects.toThrow();
    expect(await migrate(owner, newest)).toBeGreaterThan(0);
    expect(await migrate(owner, newest)).toBe(0);
  });

  it('is refused by the program of issue 3 once it is newer, and nothing changes', async () => {
    const { owner } = await kept(fixtureDatabase(3));
    await migrate(owner, newest);
    const before = await schemaOf(owner);
    await expect(migrate(owner, newest.slice(0, 4))).rejects.toThrow('更新版本的程序');
    expect(await schemaOf(owner)).toEqual(before);
  });
});
