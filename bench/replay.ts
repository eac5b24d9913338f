/** Replay: every record folded from its events, compared with its row. */
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { nounNames } from '../src/domain/nouns.ts';
import { columnsOf, toRecord } from '../src/server/columns.ts';
import { fold } from '../src/server/fold.ts';
import { eventFromRow, type AnyRecord, type StoredEvent } from '../src/server/statement.ts';

const pageSize = 4_000;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Fields that a row has and no event named are null. */
const fieldsThatDiffer = (noun: string, folded: AnyRecord, row: AnyRecord | undefined): string[] =>
  row
    ? columnsOf(noun).fields.filter(
        (field) => !isDeepStrictEqual(folded[field] ?? null, row[field] ?? null),
      )
    : ['(no row)'];

async function rowsOf(
  client: pg.ClientBase,
  noun: string,
  district: string,
  ids: string[],
): Promise<Map<string, AnyRecord>> {
  const { table, columns } = columnsOf(noun);
  const list = columns.map((column) => `"${column}"`).join(', ');
  const { rows } = await client.query<Record<string, unknown>>(
    `select ${list} from ${table} where district = $1 and id = any($2)`,
    [district, ids],
  );
  return new Map(rows.map((row) => [String(row.id), toRecord<AnyRecord>(noun, row)]));
}

async function compare(
  client: pg.ClientBase,
  noun: string,
  district: string,
  groups: StoredEvent[][],
): Promise<string[]> {
  const rows = await rowsOf(
    client,
    noun,
    district,
    groups.map((events) => events[0]?.recordId ?? ''),
  );
  return groups.flatMap((events) => {
    const folded = fold(events);
    if (!folded) return [];
    const gap = events.findIndex((event, n) => event.version !== n + 1);
    const differ = fieldsThatDiffer(noun, folded, rows.get(folded.id));
    if (gap < 0 && differ.length === 0) return [];
    return [
      `${noun} ${folded.id}: ${gap < 0 ? differ.join(', ') : `no event for version ${gap + 1}`}`,
    ];
  });
}

/** Events in the order of their records, one list for each. */
function byRecord(events: readonly StoredEvent[]): StoredEvent[][] {
  const groups: StoredEvent[][] = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last?.[0]?.recordId === event.recordId) last.push(event);
    else groups.push([event]);
  }
  return groups;
}

async function replayNoun(
  client: pg.ClientBase,
  noun: string,
  district: string,
): Promise<{ records: number; wrong: string[] }> {
  const wrong: string[] = [];
  let records = 0;
  let open: StoredEvent[] = [];
  for (let after: [string, number] = [firstId, 0]; ;) {
    const { rows } = await client.query<Record<string, unknown>>(
      `select * from event where district = $1 and noun = $2 and (record_id, version) > ($3, $4)
       order by record_id, version limit ${pageSize}`,
      [district, noun, ...after],
    );
    const events = [...open, ...rows.map(eventFromRow)];
    const groups = byRecord(events);
    // The last record of a page may have more events on the next one.
    open = rows.length < pageSize ? [] : (groups.pop() ?? []);
    records += groups.length;
    wrong.push(...(await compare(client, noun, district, groups)));
    const last = events.at(-1);
    if (rows.length < pageSize || !last) return { records, wrong };
    after = [last.recordId, last.version];
  }
}

/**
 * Compares all records of the districts with their events, and counts rows that no event made. Call it
 * inside a repeatable-read transaction: it reads events and rows one after the other.
 */
export async function replayAll(
  client: pg.ClientBase,
  districts: readonly string[],
): Promise<{ records: number; wrong: string[] }> {
  const wrong: string[] = [];
  let records = 0;
  for (const district of districts) {
    for (const noun of nounNames) {
      const found = await replayNoun(client, noun, district);
      const { rows } = await client.query<{ count: number }>(
        `select count(*) as count from ${columnsOf(noun).table} where district = $1`,
        [district],
      );
      const count = rows[0]?.count ?? 0;
      if (count !== found.records)
        wrong.push(`${noun}: ${count} rows, events of ${found.records} records`);
      records += found.records;
      wrong.push(...found.wrong);
    }
  }
  return { records, wrong };
}
