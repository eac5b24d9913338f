/**
 * Removing a demo district 删除演示区: the product's one deletion. Every row of the district in every table
 * goes, in one transaction of the database's owner, then the bytes of its photos that nobody else uses. What
 * is left to do after a kill is kept in `house` and done by the next call. The events of its people stay in
 * the chain of the base layer, which nobody may cut. Source: issue 4-7.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { baseDistrict } from '../domain/nouns.ts';
import { Refused } from '../domain/refused.ts';
import { removePhoto, removePiece, piecePath } from './photos/photoStore.ts';

export interface Removal {
  district: string;
  /** Rows by table; tables without any are left out. */
  rows: Record<string, number>;
  persons: number;
  photos: number;
}

/** The mark of a removed district in `house`; its value: the hashes of photos whose bytes may still lie there. */
const markOf = (district: string): string => `removed ${district}`;

/** Tables that have rows of districts, read from the catalogue: those that refer to others first. */
export async function districtTables(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string; refers: string[] }>(
    `select c.relname as name, array(select distinct t.relname::text from pg_constraint k join pg_class t on t.oid = k.confrelid
         where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as refers
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'district' and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by c.relname`,
  );
  const order: string[] = [];
  const left = new Map(rows.map(({ name, refers }) => [name, refers]));
  while (left.size > 0) {
    const free = [...left.keys()].filter(
      (name) => ![...left].some(([other, refers]) => other !== name && refers.includes(name)),
    );
    if (free.length === 0)
      throw new Error(`tables refer to each other: ${[...left.keys()].join()}`);
    for (const name of free) {
      order.push(name);
      left.delete(name);
    }
  }
  return order;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Throws 403 unless the connection may do what the application's role may not. */
async function requireOwner(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ owns: boolean }>(
    `select pg_has_role(current_user, relowner, 'usage') as owns from pg_class where oid = 'event'::regclass`,
  );
  if (!rows[0]?.owns)
    throw new Refused(
      403,
      'notOwner',
      '删除演示区须以数据库属主的角色进行，程序的角色没有这个权限',
    );
}

/** How long the connections of a program that has just been stopped may take to end. */
const endingMilliseconds = 3_000;

/** Throws 409 while a program is connected: it holds the district in memory and would go on writing. */
export async function requireStopped(client: pg.ClientBase, before: string): Promise<void> {
  const until = performance.now() + endingMilliseconds;
  for (;;) {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) as count from pg_stat_activity where datname = current_database()
         and application_name in ('civicloop', 'civicloop-listen', 'civicloop backup') and pid <> pg_backend_pid()`,
    );
    if (Number(rows[0]?.count) === 0) return;
    if (performance.now() > until)
      throw new Refused(409, 'running', `程序正在使用这个数据库，请先停止程序，再${before}`);
    await sleep(100);
  }
}

/** Throws unless the district is there and a demo district; false: it was removed before. */
async function isToRemove(client: pg.ClientBase, district: string): Promise<boolean> {
  const { rows } = await client.query<{ name: string; isDemo: boolean }>(
    `select name, is_demo as "isDemo" from area where district = $1 and code = $1`,
    [district],
  );
  const [found] = rows;
  if (found?.isDemo) return true;
  if (found)
    throw new Refused(
      409,
      'realDistrict',
      `${district} ${found.name}不是演示区，不能删除；正式的区只能停用，数据永远保留`,
    );
  const { rows: marks } = await client.query(`select 1 from house where name = $1`, [
    markOf(district),
  ]);
  if (marks.length > 0) return false;
  throw new Refused(404, 'noDistrict', `没有代码为 ${district} 的区，请核对代码`);
}

/** People whose every post is in the district, and demo people without any post. */
const peopleOfIt = `select p.id from person p where p.district = '${baseDistrict}'
  and (p.is_demo or exists (select from post o where o.person_id = p.id and o.district = $1))
  and not exists (select from post o where o.person_id = p.id and o.district <> $1)`;

/**
 * Removes the people with all they sign in by, and the requests that made them, so that they can be made
 * again. Returns how many.
 */
async function removePeople(client: pg.ClientBase, district: string): Promise<number> {
  const { rows } = await client.query<{ id: string }>(peopleOfIt, [district]);
  const ids = rows.map(({ id }) => id);
  for (const table of ['session', 'credential', 'totp'])
    await client.query(`delete from ${quoted(table)} where person_id = any($1)`, [ids]);
  await client.query(
    `delete from request r using event e where e.district = $1 and e.noun = 'person' and e.record_id = any($2)
       and r.district = e.district and r.event_id = e.id`,
    [baseDistrict, ids],
  );
  await client.query(`delete from person where district = $1 and id = any($2)`, [
    baseDistrict,
    ids,
  ]);
  return ids.length;
}

interface Photo {
  id: string;
  sha256: string;
  status: string;
}

async function removeRows(
  client: pg.ClientBase,
  district: string,
): Promise<{ rows: Record<string, number>; persons: number; pieces: string[] }> {
  const tables = await districtTables(client);
  const { rows: photos } = await client.query<Photo>(
    `select id, sha256, status from photo where district = $1`,
    [district],
  );
  await client.query(
    `insert into house (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`,
    [
      markOf(district),
      Buffer.from([...new Set(photos.map(({ sha256 }) => sha256))].join(''), 'hex'),
    ],
  );
  const persons = await removePeople(client, district);
  const rows: Record<string, number> = {};
  for (const table of tables) {
    const { rowCount } = await client.query(`delete from ${quoted(table)} where district = $1`, [
      district,
    ]);
    if (rowCount) rows[table] = rowCount;
  }
  const pieces = photos.filter(({ status }) => status === 'announced').map(({ id }) => id);
  return { rows, persons, pieces };
}

/** Removes the bytes that the mark still names and no photo needs. Returns how many. */
async function removeBytes(
  client: pg.ClientBase,
  district: string,
  folders: readonly string[],
): Promise<number> {
  const { rows } = await client.query<{ value: Buffer }>(
    `select value from house where name = $1`,
    [markOf(district)],
  );
  const hashes = (rows[0]?.value.toString('hex') ?? '').match(/.{64}/g) ?? [];
  let removed = 0;
  for (const sha256 of hashes) {
    const { rows: used } = await client.query(
      `select 1 from photo where sha256 = $1 and status = 'complete' limit 1`,
      [sha256],
    );
    if (used.length > 0) continue;
    for (const folder of folders) await removePhoto(folder, sha256);
    removed++;
  }
  await client.query(`update house set value = '' where name = $1`, [markOf(district)]);
  return removed;
}

/**
 * Removes a demo district, and only such. `client` is connected as the owner, with no program on the
 * database; `folders`: where photos lie. A second call does what a killed one left, or nothing.
 */
export async function removeDistrict(
  client: pg.ClientBase,
  district: string,
  folders: readonly string[],
): Promise<Removal> {
  await requireOwner(client);
  await requireStopped(client, '删除演示区');
  let rows: Record<string, number> = {};
  let persons = 0;
  if (await isToRemove(client, district)) {
    await client.query('begin');
    try {
      const removed = await removeRows(client, district);
      await client.query('commit');
      ({ rows, persons } = removed);
      for (const folder of folders)
        for (const id of removed.pieces) await removePiece(piecePath(folder, district, id));
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  }
  return { district, rows, persons, photos: await removeBytes(client, district, folders) };
}

/** Was the district removed, and is it not there again? A start then does not bring it back by itself. */
export async function isRemoved(pool: pg.Pool, district: string): Promise<boolean> {
  const { rows } = await pool.query<{ gone: boolean }>(
    `select exists (select from house where name = $1)
       and not exists (select from area where district = $2 and code = $2) as gone`,
    [markOf(district), district],
  );
  return rows[0]?.gone ?? false;
}
