/**
 * Copy chapter: writes a chapter of a simulated life as performing and sealing would have left it: events,
 * requests, rows, secrets, photos, seals, search words and numbers, by COPY in one transaction with the
 * mark of how far it goes. Killed, nothing of the chapter is there and it is lived again. Source: issue 4-10.
 */
import type pg from 'pg';
import { searchedFields, searchWords } from '../../domain/searchWords.ts';
import { columnsOf, toRow } from '../columns.ts';
import { copyIn, copyLine } from '../copy.ts';
import type { Chapter } from '../demo/life.ts';
import { linkHash } from '../sealer.ts';
import { attachmentRow, eventRow, type Batch } from '../statement.ts';

type Cell = string | number | boolean | Buffer | null;
type Row = Record<string, unknown>;

/** Column types by table: how a value is written for COPY. */
export type Types = Map<string, Map<string, string>>;

/** Reads the types of all columns of the tables a chapter writes. */
export async function columnTypes(client: pg.ClientBase): Promise<Types> {
  const { rows } = await client.query<{ table: string; column: string; type: string }>(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
       and a.attgenerated = ''`,
  );
  const types: Types = new Map();
  for (const { table, column, type } of rows) {
    const columns = types.get(table) ?? new Map<string, string>();
    types.set(table, columns.set(column, type));
  }
  return types;
}

function arrayText(list: readonly unknown[]): string {
  const items = list.map((item) => `"${String(item).replace(/[\\"]/g, '\\$&')}"`);
  return `{${items.join(',')}}`;
}

function cellOf(value: unknown, type: string): Cell {
  if (value === null || value === undefined) return null;
  if (type === 'jsonb') return JSON.stringify(value);
  if (type.endsWith('[]')) return arrayText(value as unknown[]);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length);
  return value as Cell;
}

const sliceSize = 500;

function* linesOf(
  rows: Iterable<Row>,
  columns: readonly string[],
  types: Map<string, string>,
): Generator<Buffer> {
  const kinds = columns.map((column) => types.get(column) ?? 'text');
  let lines: string[] = [];
  for (const row of rows) {
    lines.push(copyLine(columns.map((column, n) => cellOf(row[column], kinds[n] ?? 'text'))));
    if (lines.length < sliceSize) continue;
    yield Buffer.from(lines.join(''));
    lines = [];
  }
  if (lines.length > 0) yield Buffer.from(lines.join(''));
}

export interface CopyTarget {
  client: pg.ClientBase;
  types: Types;
  district: string;
}

async function copyRows(
  { client, types }: CopyTarget,
  table: string,
  rows: readonly Row[],
  columns?: readonly string[],
  from = table,
): Promise<void> {
  if (rows.length === 0) return;
  const known = types.get(from) ?? new Map<string, string>();
  const names = columns ?? [...known.keys()];
  const list = names.map((name) => `"${name}"`).join(', ');
  await copyIn(client, `copy ${table} (${list}) from stdin`, linesOf(rows, names, known));
}

/** New records are copied in, changed ones through a table of the transaction, at the version they were read. */
async function putRecords(
  target: CopyTarget,
  noun: string,
  items: Batch['records'],
): Promise<void> {
  const { client } = target;
  const { table, columns } = columnsOf(noun);
  const added = items.filter((item) => item.readVersion === null);
  const changed = items.filter((item) => item.readVersion !== null);
  await copyRows(
    target,
    table,
    added.map(({ record }) => toRow(noun, record)),
    columns,
  );
  if (changed.length === 0) return;
  const list = columns.map((column) => `"${column}"`).join(', ');
  await client.query(
    `create temp table changed_${table} (like ${table}, read_version integer) on commit drop`,
  );
  await copyRows(
    target,
    `changed_${table}`,
    changed.map(({ record, readVersion }) => ({
      ...toRow(noun, record),
      read_version: readVersion,
    })),
    [...columns, 'read_version'],
    table,
  );
  const { rowCount } = await client.query(
    `update ${table} t set (${list}) = (${columns.map((column) => `n."${column}"`).join(', ')})
     from changed_${table} n where t.district = n.district and t.id = n.id and t.version = n.read_version`,
  );
  if (rowCount !== changed.length)
    throw new Error(
      `${changed.length} ${table} were to change, ${rowCount} did: somebody else works in this district`,
    );
}

/** The last seal of a district of which nothing waits for its seal. */
async function lastSeal({
  client,
  district,
}: CopyTarget): Promise<{ number: number; hash: Buffer }> {
  const { rows: waiting } = await client.query(
    `select 1 from unsealed where district = $1 limit 1`,
    [district],
  );
  if (waiting.length > 0) throw new Error('events of the district wait for their seals');
  const { rows } = await client.query<{ number: string | number; hash: Buffer }>(
    `select number, hash from seal where district = $1 order by number desc limit 1`,
    [district],
  );
  return { number: Number(rows[0]?.number ?? 0), hash: rows[0]?.hash ?? Buffer.alloc(32) };
}

/** The seals that continue a chain, made in slices so that the connection is served in between. */
async function linked(
  { events }: Batch,
  last: { number: number; hash: Buffer },
  at: string,
): Promise<Row[]> {
  let { number, hash } = last;
  const rows: Row[] = [];
  for (const event of events) {
    if (rows.length % sliceSize === 0) await new Promise((resolve) => setImmediate(resolve));
    number += 1;
    hash = linkHash(hash, number, event);
    rows.push({ district: event.district, number, event_id: event.id, hash, at });
  }
  return rows;
}

/**
 * Events and their seals; the hashes are made while the server takes in the events. Answers the number of
 * the last seal.
 */
async function putEvents(target: CopyTarget, batch: Batch, at: string): Promise<number> {
  const last = await lastSeal(target);
  const [seals] = await Promise.all([
    linked(batch, last, at),
    copyRows(target, 'event', batch.events.map(eventRow)),
  ]);
  await copyRows(target, 'seal', seals);
  return last.number + seals.length;
}

/** The search words of new records; nothing a life does changes them later. */
async function putWords(target: CopyTarget, { records }: Batch, sealed: number): Promise<void> {
  const { client, district } = target;
  const rows = records.flatMap(({ noun, record, readVersion }) => {
    const fields = searchedFields[noun as keyof typeof searchedFields] as
      | readonly string[]
      | undefined;
    if (!fields || readVersion !== null) return [];
    const text = fields.map((field) => (record[field] as string | null) ?? '').join(' | ');
    return [{ district, noun, record_id: record.id, words: searchWords(text) }];
  });
  await copyRows(target, 'search', rows);
  await client.query(
    `insert into derived (district, name, sealed_through) values ($1, 'search', $2)
     on conflict (district, name) do update set sealed_through = excluded.sealed_through`,
    [district, sealed],
  );
}

/** Numbers drawn by this chapter, as the highest of each series and day. */
export type Drawn = ReadonlyMap<string, { series: string; day: string; next: number }>;

async function putNumbers({ client, district }: CopyTarget, drawn: Drawn): Promise<void> {
  const rows = [...drawn.values()].map((row) => ({ district, ...row }));
  await client.query(
    `insert into number_block (district, series, day, next)
     select district, series, day, next from jsonb_populate_recordset(null::number_block, $1::jsonb)
     on conflict (district, series, day) do update set next = greatest(number_block.next, excluded.next)`,
    [JSON.stringify(rows)],
  );
}

async function putCompanions(
  target: CopyTarget,
  { batch, photos, notices }: Chapter,
): Promise<void> {
  const { district } = target;
  await copyRows(
    target,
    'request',
    batch.requests.map(({ id, digest, eventId }) => ({ district, id, digest, event_id: eventId })),
  );
  await copyRows(
    target,
    'secret',
    batch.secrets.map(({ secret, event }) => ({
      district,
      id: secret.id,
      noun: event.noun,
      record_id: event.recordId,
      field: secret.field,
      wrapped_key: secret.wrappedKey,
      ciphertext: secret.ciphertext,
      created_at: event.at,
    })),
  );
  await copyRows(
    target,
    'photo',
    photos.map(({ id, personId, at, drawing: { sha256, size, width, height } }) => ({
      district,
      id,
      person_id: personId,
      sha256,
      size,
      status: 'complete',
      kind: 'jpeg',
      width,
      height,
      created_at: at,
      completed_at: at,
    })),
  );
  await copyRows(target, 'attachment', batch.events.flatMap(attachmentRow));
  await copyRows(target, 'notice', notices as unknown as Row[]);
}

/** Writes a chapter in one transaction on a connection of its own. */
export async function copyChapter(
  target: CopyTarget,
  chapter: Chapter,
  drawn: Drawn,
  at: string,
): Promise<void> {
  const { client, district } = target;
  const { batch, through, issueCount } = chapter;
  await client.query('begin');
  try {
    await client.query(
      `select pg_advisory_xact_lock(hashtextextended('seal:' || $1, 0)), pg_advisory_xact_lock(hashtextextended('derive:' || $1, 0))`,
      [district],
    );
    const sealed = await putEvents(target, batch, at);
    // Reports, assists and approvals refer to issues.
    for (const noun of ['issue', 'report', 'assist', 'approval'])
      await putRecords(
        target,
        noun,
        batch.records.filter((item) => item.noun === noun),
      );
    await putCompanions(target, chapter);
    await putWords(target, batch, sealed);
    await putNumbers(target, drawn);
    await client.query(
      `update simulation set lived_through = $2, event_count = event_count + $3, issue_count = issue_count + $4
       where district = $1`,
      [district, through, batch.events.length, issueCount],
    );
    await client.query(`select pg_notify('sealed', $1)`, [`${district}:${sealed}`]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
