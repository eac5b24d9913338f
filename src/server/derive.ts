/**
 * Derive: keeps the derived tables in seal order; nobody else writes them and `perform` never reads them.
 * `rebuild` makes them from scratch, and a test compares the two.
 */
import type pg from 'pg';
import { searchedFields, searchWords } from '../domain/searchWords.ts';
import { snake } from './columns.ts';

const batchSize = 2_000;
const searchTable = 'search';

type Searched = keyof typeof searchedFields;
const searched = Object.keys(searchedFields) as Searched[];
const anyField = [...new Set(Object.values(searchedFields).flat())];

type TextRow = Record<string, string | null> & { id: string };

/** Writes the search words of records; those that did not change are left alone. */
async function putWords(
  client: pg.ClientBase,
  district: string,
  noun: Searched,
  rows: readonly TextRow[],
): Promise<void> {
  const fields = searchedFields[noun];
  const words = rows.map((row) =>
    searchWords(fields.map((field) => row[snake(field)] ?? '').join(' | ')),
  );
  await client.query({
    name: 'put-search',
    text: `insert into search (district, noun, record_id, words)
           select $1, $2, w.id, w.words::tsvector from unnest($3::uuid[], $4::text[]) as w(id, words)
           on conflict (district, noun, record_id) do update set words = excluded.words
           where search.words <> excluded.words`,
    values: [district, noun, rows.map(({ id }) => id), words],
  });
}

const textColumns = (noun: Searched): string =>
  searchedFields[noun].map((field) => `t.${snake(field)}`).join(', ');

async function markThrough(
  client: pg.ClientBase,
  district: string,
  through: number,
): Promise<void> {
  await client.query({
    name: 'derived-through',
    text: `insert into derived (district, name, sealed_through) values ($1, $2, $3)
           on conflict (district, name) do update set sealed_through = excluded.sealed_through`,
    values: [district, searchTable, through],
  });
}

/** A transaction that alone derives in a district. `wait`: for whoever does it now; else do nothing. */
async function alone<T>(
  pool: pg.Pool,
  district: string,
  wait: boolean,
  run: (client: pg.PoolClient) => Promise<T>,
): Promise<T | undefined> {
  const client = await pool.connect();
  let isBroken = false;
  try {
    await client.query('begin');
    const key = `hashtextextended('derive:' || $1, 0)`;
    const { rows } = await client.query<{ mine: boolean }>(
      wait
        ? `select true as mine from pg_advisory_xact_lock(${key})`
        : `select pg_try_advisory_xact_lock(${key}) as mine`,
      [district],
    );
    const result = rows[0]?.mine ? await run(client) : undefined;
    await client.query('commit');
    return result;
  } catch (error) {
    isBroken = true;
    throw error;
  } finally {
    client.release(isBroken);
  }
}

interface Sealed {
  number: number;
  noun: string;
  recordId: string;
  isText: boolean;
}

async function deriveBatch(client: pg.ClientBase, district: string): Promise<number> {
  const { rows } = await client.query<Sealed>({
    name: 'derive-sealed',
    text: `select s.number, e.noun, e.record_id as "recordId", jsonb_exists_any(e.changes, $3) as "isText"
           from (select number, event_id from seal where district = $1
             and number > coalesce((select sealed_through from derived where district = $1 and name = $2), 0)
             order by number limit ${batchSize}) s
           join event e on e.district = $1 and e.id = s.event_id order by s.number`,
    values: [district, searchTable, anyField],
  });
  const last = rows.at(-1);
  if (!last) return 0;
  for (const noun of searched) {
    const ids = [
      ...new Set(
        rows.filter((row) => row.noun === noun && row.isText).map(({ recordId }) => recordId),
      ),
    ];
    if (ids.length === 0) continue;
    const { rows: texts } = await client.query<TextRow>({
      name: `derive-${noun}`,
      text: `select t.id, ${textColumns(noun)} from ${noun} t where t.district = $1 and t.id = any($2)`,
      values: [district, ids],
    });
    await putWords(client, district, noun, texts);
  }
  await markThrough(client, district, last.number);
  return rows.length;
}

/**
 * Takes up to 2,000 newly sealed events into the derived tables of a district. Returns how many events
 * it took (0: nothing waits, or somebody else does it).
 */
export const deriveDistrict = async (pool: pg.Pool, district: string): Promise<number> =>
  (await alone(pool, district, false, (client) => deriveBatch(client, district))) ?? 0;

async function clearSearch(client: pg.ClientBase, district: string): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(
      `delete from search where ctid = any(array(select ctid from search where district = $1 limit ${batchSize}))`,
      [district],
    );
    if (!rowCount) return;
  }
}

/** Makes a district's derived tables again from the ledger; nobody derives there meanwhile. */
export async function rebuild(pool: pg.Pool, district: string): Promise<void> {
  await alone(pool, district, true, async (client) => {
    const { rows: last } = await client.query<{ number: number | null }>(
      `select max(number) as number from seal where district = $1`,
      [district],
    );
    await clearSearch(client, district);
    for (const noun of searched) {
      let after = '00000000-0000-0000-0000-000000000000';
      for (;;) {
        const { rows } = await client.query<TextRow>(
          `select t.id, ${textColumns(noun)} from ${noun} t
           where t.district = $1 and t.id > $2 order by t.id limit ${batchSize}`,
          [district, after],
        );
        if (rows.length === 0) break;
        await putWords(client, district, noun, rows);
        after = rows.at(-1)?.id ?? after;
      }
    }
    await markThrough(client, district, last[0]?.number ?? 0);
  });
}
