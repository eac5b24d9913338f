/**
 * Migrations: the files of `db/`, plain SQL, forward only, each once and in a transaction of its own, so
 * that a kill at any point is mended by the next start. Also the application's role: it may read and
 * write, but neither change nor delete an event or a seal.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { APPLICATION_ROLE } from './postgres/embedded.ts';
import { StartRefused } from './startRefusal.ts';

export interface Migration {
  name: string;
  sql: string;
}

/** The migrations of a folder in order. */
export const migrationsIn = (folder: string): Migration[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(folder, name), 'utf8') }));

/** Their rows are never deleted. An older database, on its way up, does not have all of them yet. */
const kept = [
  'report',
  'issue',
  'assist',
  'approval',
  'callback',
  'unit',
  'area',
  'site',
  'category',
  'clause',
  'indicator',
  'order_class',
  'catalog_link',
  'duty_rule',
  'calendar_year',
  'setting',
  'sender',
  'api_key',
  'outside_address',
  'subscription',
  'platform_case',
  'notice_channel',
  'notice_default',
  'notice_choice',
  'classifier_version',
  'group_post',
  'person',
  'post',
  'roster',
  'deputy',
  'patron',
  'sheet_load',
  'download',
  'order_load',
  'order_line',
  'finding',
  'finding_load',
  'secret',
  'attachment',
  'photo',
];

const grants = `
  grant usage on schema public to ${APPLICATION_ROLE};
  grant select, insert, update, delete on all tables in schema public to ${APPLICATION_ROLE};
  grant usage on all sequences in schema public to ${APPLICATION_ROLE};
  revoke update, delete, truncate on event, seal, request from ${APPLICATION_ROLE};
  revoke insert, update, delete on migration, house from ${APPLICATION_ROLE};
  do $$ declare name text; begin
    foreach name in array '{${kept.join(', ')}}'::text[] loop
      if to_regclass(name) is not null then
        execute format('revoke delete on %I from ${APPLICATION_ROLE}', name);
      end if;
    end loop;
  end $$;
`;

/**
 * Brings a database to the newest migration. `client` is connected as the owner. Refuses a database that
 * a newer program has written.
 */
export async function migrate(
  client: pg.ClientBase,
  migrations: readonly Migration[],
): Promise<number> {
  await client.query(`select pg_advisory_lock(727271)`);
  try {
    await client.query(
      `create table if not exists migration (name text primary key, digest text not null, at timestamptz not null default now())`,
    );
    const { rows } = await client.query<{ name: string }>(
      `select name from migration order by name`,
    );
    const done = new Set(rows.map((row) => row.name));
    const unknown = rows.find(
      (row) => !migrations.some((migration) => migration.name === row.name),
    );
    if (unknown) {
      throw new StartRefused('数据库由更新版本的程序建立，请升级程序后再启动，数据未作任何改动');
    }
    await ensureRole(client);
    const waiting = migrations.filter((migration) => !done.has(migration.name));
    for (const { name, sql } of waiting) {
      const digest = createHash('sha256').update(sql).digest('hex');
      await client.query('begin');
      await client.query(sql);
      await client.query(`insert into migration (name, digest) values ($1, $2)`, [name, digest]);
      await client.query('commit');
    }
    await client.query(grants);
    return waiting.length;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.query(`select pg_advisory_unlock(727271)`).catch(() => undefined);
  }
}

async function ensureRole(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query(`select 1 from pg_roles where rolname = $1`, [
    APPLICATION_ROLE,
  ]);
  if (rows.length === 0) {
    await client
      .query(`create role ${APPLICATION_ROLE} nologin`)
      .catch((error: { code?: string }) => {
        if (error.code !== '42710') throw error;
      });
  }
  await client.query(
    `do $$ begin
       if not pg_has_role(current_user, '${APPLICATION_ROLE}', 'member') then
         execute format('grant ${APPLICATION_ROLE} to %I', current_user);
       end if;
     end $$`,
  );
}
