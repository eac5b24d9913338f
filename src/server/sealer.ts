/**
 * Sealer 封存: puts committed events in one order per district and chains them: hash = sha256(hash before ‖
 * canonical event). One sealer per district at a time (advisory lock); writers never wait for it. After a
 * batch it notifies; the seal number is the only order of the product.
 */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type pg from 'pg';
import { momentAt } from '../domain/moment.ts';
import { eventFromRow, type StoredEvent } from './statement.ts';

const batchSize = 2_000;

/** The first link of every chain. */
const genesis: Buffer = Buffer.alloc(32);

/** The hash of an event that follows a hash. */
export const linkHash = (before: Buffer, number: number, event: StoredEvent): Buffer =>
  createHash('sha256')
    .update(before)
    .update(`${number}:`)
    .update(canonicalize(event) ?? '')
    .digest();

/** Seals what waits in a district. Returns how many events it sealed (0: nothing, or somebody else does it). */
export async function sealDistrict(pool: pg.Pool, district: string): Promise<number> {
  const client = await pool.connect();
  let isBroken = false;
  try {
    await client.query('begin');
    const { rows: locks } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(hashtextextended('seal:' || $1, 0)) as mine`,
      [district],
    );
    const sealed = locks[0]?.mine ? await sealBatch(client, district) : 0;
    await client.query('commit');
    return sealed;
  } catch (error) {
    isBroken = true;
    throw error;
  } finally {
    client.release(isBroken);
  }
}

async function sealBatch(client: pg.PoolClient, district: string): Promise<number> {
  const { rows } = await client.query<Record<string, unknown>>({
    name: 'seal-waiting',
    text: `select e.* from (select event_id, number from unsealed where district = $1 order by number limit ${batchSize}) w
           join event e on e.district = $1 and e.id = w.event_id order by w.number`,
    values: [district],
  });
  if (rows.length === 0) return 0;
  const { rows: last } = await client.query<{ number: number; hash: Buffer }>({
    name: 'seal-last',
    text: `select number, hash from seal where district = $1 order by number desc limit 1`,
    values: [district],
  });
  let number = last[0]?.number ?? 0;
  let hash: Buffer = last[0]?.hash ?? genesis;
  const seals = rows.map((row) => {
    number += 1;
    hash = linkHash(hash, number, eventFromRow(row));
    return {
      district,
      number,
      event_id: row.id,
      hash: `\\x${hash.toString('hex')}`,
      at: momentAt(Date.now()),
    };
  });
  await client.query({
    name: 'seal-write',
    text: `with gone as (delete from unsealed where district = $1 and event_id in
             (select event_id from jsonb_to_recordset($2::jsonb) as s(event_id uuid)))
           insert into seal select * from jsonb_populate_recordset(null::seal, $2::jsonb)`,
    values: [district, JSON.stringify(seals)],
  });
  await client.query(`select pg_notify('sealed', $1)`, [`${district}:${number}`]);
  return rows.length;
}

/** Seals everything that waits anywhere. */
export async function sealAll(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ district: string }>(`select distinct district from unsealed`);
  for (const { district } of rows) {
    while ((await sealDistrict(pool, district)) > 0);
  }
}

export interface Verified {
  district: string;
  sealed: number;
  unsealed: number;
  /** The first event that does not match its seal; null when all do. */
  firstBad: { number: number; eventId: string; why: string } | null;
}

const pageSize = 2_000;

/** A pool, or one connection with our parsers. */
type Readable = pg.Pool | pg.PoolClient;

async function verifyDistrict(pool: Readable, district: string): Promise<Verified> {
  const { rows: tail } = await pool.query<{ count: number }>(
    `select count(*) as count from event e where district = $1
       and not exists (select 1 from seal s where s.district = e.district and s.event_id = e.id)`,
    [district],
  );
  const unsealed = tail[0]?.count ?? 0;
  let hash: Buffer = genesis;
  let sealed = 0;
  for (;;) {
    const { rows } = await pool.query<Record<string, unknown>>(
      `select s.number as seal_number, s.event_id as sealed_event, s.hash as seal_hash, e.*
       from (select * from seal where district = $1 and number > $2 order by number limit ${pageSize}) s
       left join event e on e.district = s.district and e.id = s.event_id order by s.number`,
      [district, sealed],
    );
    if (rows.length === 0) return { district, sealed, unsealed, firstBad: null };
    for (const row of rows) {
      const number = row.seal_number as number;
      const bad = (why: string): Verified => ({
        district,
        sealed,
        unsealed,
        firstBad: { number, eventId: row.sealed_event as string, why },
      });
      if (number !== sealed + 1) return bad(`缺少第 ${sealed + 1} 号封存`);
      if (!row.id) return bad('事件已不存在');
      hash = linkHash(hash, number, eventFromRow(row));
      if (!hash.equals(row.seal_hash as Buffer)) return bad('事件内容或前一封存被改动');
      sealed = number;
    }
  }
}

/** The districts of a table by its key, without reading the whole table. */
async function districtsOf(pool: Readable, table: 'event' | 'seal'): Promise<string[]> {
  const { rows } = await pool.query<{ district: string }>(
    `with recursive d as (
       (select district from ${table} order by district limit 1)
       union all
       select (select district from ${table} where district > d.district order by district limit 1) from d where d.district is not null
     ) select district from d where district is not null`,
  );
  return rows.map((row) => row.district);
}

/** Re-checks every chain from its first to its last seal. */
export async function verifySeals(pool: Readable): Promise<Verified[]> {
  const districts = [...(await districtsOf(pool, 'event')), ...(await districtsOf(pool, 'seal'))];
  const results: Verified[] = [];
  for (const district of [...new Set(districts)].sort())
    results.push(await verifyDistrict(pool, district));
  return results;
}

/** Runs the sealer: soon after something was written here, and every second for what others wrote. */
export function runSealer(
  pool: pg.Pool,
  onError: (error: unknown) => void,
): { poke(): void; stop(): Promise<void> } {
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isPoked = false;
  const next = (wait: number): void => {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(() => {
      isPoked = false;
      running = sealAll(pool)
        .catch(onError)
        .then(() => next(isPoked ? 100 : 1_000));
    }, wait);
  };
  next(0);
  return {
    poke: () => {
      if (isPoked) return;
      isPoked = true;
      next(100);
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
