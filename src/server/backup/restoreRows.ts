/** The rows of a backup into an empty database, without what was destroyed since. */
import type pg from 'pg';
import { Refused } from '../../domain/refused.ts';
import { copyIn } from '../copy.ts';
import { verifySeals } from '../sealer.ts';
import type { Destroyed } from './destroyed.ts';
import type { Manifest, TableFile } from './manifest.ts';
import { resumeSequences } from './sequences.ts';
import { tablesOf } from './snapshot.ts';
import { damaged, getFile, linesOf, type Vault } from './vault.ts';

export type OnProgress = (progress: {
  phase: 'check' | 'photos' | 'rows' | 'verify';
  done: number;
  total: number;
}) => void;

/** Refuses a database that holds any row but what the first start writes of the master key. */
export async function checkEmpty(owner: pg.ClientBase): Promise<void> {
  for (const table of await tablesOf(owner)) {
    if (table === 'house') continue;
    const { rows } = await owner.query(`select 1 from ${table} limit 1`);
    if (rows.length > 0) {
      throw new Refused(
        409,
        'notEmpty',
        '这里已经有数据，恢复只能到空的地方：请换一个空的数据目录（DATA_DIR）或空的数据库（DATABASE_URL），原有数据没有改动',
      );
    }
  }
}

/** Takes keys and indexes away that would be kept up row by row; answers how to make them again. */
async function putAside(owner: pg.ClientBase): Promise<string[]> {
  const { rows: keys } = await owner.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  const { rows: indexes } = await owner.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i join pg_class c on c.oid = i.indrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`,
  );
  for (const { table, name } of keys)
    await owner.query(`alter table ${table} drop constraint "${name}"`);
  for (const { name } of indexes) await owner.query(`drop index ${name}`);
  return [
    ...indexes.map(({ definition }) => definition),
    ...keys.map(
      ({ table, name, definition }) =>
        `alter table ${table} add constraint "${name}" ${definition}`,
    ),
  ];
}

/** Rows of `secret` without key and content where those were destroyed later. */
async function* withoutDestroyed(
  chunks: AsyncIterable<Buffer>,
  columns: readonly string[],
  destroyed: Destroyed,
): AsyncGenerator<Buffer> {
  const [district, id, key, text] = ['district', 'id', 'wrapped_key', 'ciphertext'].map((name) =>
    columns.indexOf(name),
  ) as [number, number, number, number];
  let isHead = true;
  for await (const line of linesOf(chunks)) {
    const fields = line.split('\t');
    if (!isHead && destroyed.secrets.has(`${fields[district]} ${fields[id]}`)) {
      fields[key] = '\\N';
      fields[text] = '\\N';
    }
    isHead = false;
    yield Buffer.from(`${fields.join('\t')}\n`);
  }
}

async function loadRows(
  owner: pg.ClientBase,
  { vault, onProgress }: { vault: Vault; onProgress?: OnProgress },
  manifest: Manifest,
  destroyed: Destroyed,
): Promise<void> {
  const parts: TableFile[] = [
    ...manifest.tables,
    ...manifest.districts.flatMap(({ segments }) => segments.flatMap((segment) => segment.parts)),
  ];
  const total = parts.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  for (const { table, columns, file, rows } of parts) {
    const content = getFile(vault, file.name);
    const source = table === 'secret' ? withoutDestroyed(content, columns, destroyed) : content;
    const list = columns.map((column) => `"${column}"`).join(', ');
    const taken = await copyIn(owner, `copy ${table} (${list}) from stdin with (header)`, source);
    if (taken !== rows) throw damaged(file.name, `应有 ${rows} 行，读出 ${taken} 行`);
    onProgress?.({ phase: 'rows', done: (done += rows), total });
  }
}

/** Photos destroyed later are destroyed here too; their hashes that no other photo has. */
async function destroyPhotos(owner: pg.ClientBase, { photos }: Destroyed): Promise<void> {
  await owner.query(
    `update photo p set status = 'destroyed', destroyed_at = d.at::timestamptz, destroyed_reason = d.reason,
       taken_at = null, lng = null, lat = null
     from jsonb_to_recordset($1::jsonb) as d(district text, id uuid, at text, reason text)
     where p.district = d.district and p.id = d.id and p.status = 'complete'`,
    [JSON.stringify(photos)],
  );
}

async function checkSealed(client: pg.PoolClient, manifest: Manifest): Promise<void> {
  const verified = await verifySeals(client);
  const broken = verified.find(({ firstBad }) => firstBad);
  if (broken?.firstBad) {
    const { number, why } = broken.firstBad;
    throw new Refused(
      409,
      'backupDamaged',
      `恢复出的 ${broken.district} 第 ${number} 号封存不对：${why}。没有恢复任何数据，请改用另一份备份`,
    );
  }
  for (const { district, sealed, hash } of manifest.districts) {
    const { rows } = await client.query<{ number: number; hash: string }>(
      `select number, encode(hash, 'hex') as hash from seal where district = $1 order by number desc limit 1`,
      [district],
    );
    if (rows[0]?.number !== sealed || rows[0].hash !== hash) {
      throw new Refused(
        409,
        'backupDamaged',
        `恢复出的 ${district} 封存到第 ${rows[0]?.number ?? 0} 号，备份清单是第 ${sealed} 号。没有恢复任何数据，请改用另一份备份`,
      );
    }
  }
}

async function checkCounts(client: pg.ClientBase, manifest: Manifest): Promise<void> {
  for (const [table, count] of Object.entries(manifest.counts)) {
    const { rows } = await client.query<{ count: number }>(
      `select count(*) as count from ${table}`,
    );
    if (Number(rows[0]?.count) !== count) {
      throw new Refused(
        409,
        'backupDamaged',
        `恢复出的表 ${table} 有 ${rows[0]?.count} 行，备份清单是 ${count} 行。没有恢复任何数据，请改用另一份备份`,
      );
    }
  }
}

/** In `house` from the moment the rows of a backup are in until all that follows is done. */
const rowsIn = 'restored rows';

/** Are the rows of this backup in, and is something left to do after them? */
export async function areRowsIn(owner: pg.ClientBase, backup: string): Promise<boolean> {
  const { rows: table } = await owner.query(`select 1 where to_regclass('house') is not null`);
  if (table.length === 0) return false;
  const { rows } = await owner.query(`select 1 from house where name = $1 and value = $2`, [
    rowsIn,
    Buffer.from(backup),
  ]);
  return rows.length > 0;
}

/** All that follows is done. */
export async function forgetRowsIn(owner: pg.ClientBase): Promise<void> {
  await owner.query(`delete from house where name = $1`, [rowsIn]);
}

/** All rows in one transaction, committed when counts and seals are right. `client` has our parsers. */
export async function restoreRows(
  client: pg.PoolClient,
  options: { vault: Vault; onProgress?: OnProgress; isFollowed?: boolean },
  manifest: Manifest,
  destroyed: Destroyed,
): Promise<void> {
  await client.query('begin');
  try {
    await client.query(`set local maintenance_work_mem = '256MB'`);
    await client.query('delete from house');
    const again = await putAside(client);
    await loadRows(client, options, manifest, destroyed);
    await destroyPhotos(client, destroyed);
    for (const statement of again) await client.query(statement);
    await resumeSequences(client);
    options.onProgress?.({ phase: 'verify', done: 0, total: 1 });
    await checkCounts(client, manifest);
    await checkSealed(client, manifest);
    if (options.isFollowed) {
      await client.query(
        `insert into house (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`,
        [rowsIn, Buffer.from(manifest.id)],
      );
    }
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
