/**
 * Snapshot 快照: all rows as they stood at one moment, read in one transaction. Events never change once they
 * are sealed, so they are written once, in segments by seal number; every other table is written whole.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { Refused } from '../../domain/refused.ts';
import { copyOut } from '../copy.ts';
import {
  tableName,
  type District,
  type Manifest,
  type Segment,
  type TableFile,
} from './manifest.ts';
import { getFile, namesIn, putFile, sumOf, type Vault } from './vault.ts';

/** Not in a backup: sessions (everybody signs in again), what this installation did, what is told apart. */
const left = new Set(['session', 'backup_run', 'migration']);
/** Written in segments; what is not sealed yet goes with the tables. */
const sealedTables = ['event', 'seal', 'request'] as const;
type SealedTable = (typeof sealedTables)[number];
const segmentSize = 100_000;

export interface Reading {
  client: pg.ClientBase;
  vault: Vault;
  /** Rows written so far, of about so many. */
  onRows(done: number): void;
  /** Files of earlier backups, by name; what is not among them is read again. */
  known: ReadonlyMap<string, TableFile>;
}

async function columnsOf(client: pg.ClientBase, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0
       and not attisdropped and attgenerated = '' order by attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** The tables of the schema. */
export async function tablesOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace
       and relkind in ('r', 'p') and not relispartition order by relname`,
  );
  return rows.map(({ name }) => name).filter((name) => !left.has(name));
}

/** Rows are counted by their ends: COPY writes no other line feed. */
function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count += 1;
  return count;
}

const list = (columns: readonly string[], of = ''): string =>
  columns.map((column) => `${of}"${column}"`).join(', ');

async function write(
  reading: Reading,
  name: string,
  table: string,
  select: (columns: readonly string[]) => string,
): Promise<TableFile> {
  const { client, vault, onRows } = reading;
  const columns = await columnsOf(client, table);
  let rows = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of copyOut(
      client,
      `copy (${select(columns)}) to stdout with (header)`,
    )) {
      const more = countLines(chunk);
      rows += more;
      onRows(more);
      yield chunk;
    }
  };
  const file = await putFile(vault, name, counted());
  return { table, columns, rows: rows - 1, file };
}

const segmentFolder = (district: string): string => `events/${district}`;

/** `<from>-<to>-<begin of the last hash>`; another history never takes this one's file for its own. */
const segmentName = (from: number, to: number, hash: string): string =>
  `${from}-${to}-${hash.slice(0, 12)}`;

const selectOf: Record<SealedTable, string> = {
  event: 'join event t on t.district = s.district and t.id = s.event_id',
  seal: 'join seal t on t.district = s.district and t.number = s.number',
  request: `join event e on e.district = s.district and e.id = s.event_id
    join request t on t.district = e.district and t.id = e.request_id and t.event_id = e.id`,
};

const hashAt = async (client: pg.ClientBase, district: string, number: number): Promise<string> => {
  const { rows } = await client.query<{ hash: string }>(
    `select encode(hash, 'hex') as hash from seal where district = $1 and number = $2`,
    [district, number],
  );
  return rows[0]?.hash ?? '';
};

/** Segments that are already in the vault and belong to this history, from number 1 on without a gap. */
async function keptSegments(
  { client, vault, known }: Reading,
  district: string,
  sealed: number,
): Promise<Segment[]> {
  const names = await namesIn(vault, segmentFolder(district));
  const segments: Segment[] = [];
  for (let from = 1; ;) {
    const ends = names
      .map((name) => /^(\d+)-(\d+)-([0-9a-f]{12})\.event$/.exec(name))
      .filter((match) => match && Number(match[1]) === from && Number(match[2]) <= sealed)
      .map((match) => ({ to: Number(match?.[2]), hash: match?.[3] ?? '' }))
      .sort((a, b) => b.to - a.to);
    let found: Segment | undefined;
    for (const { to, hash } of ends) {
      if (!(await hashAt(client, district, to)).startsWith(hash)) continue;
      const parts = sealedTables.map(
        (table) => `${segmentFolder(district)}/${segmentName(from, to, hash)}.${table}`,
      );
      const files = parts.map((name) => known.get(name));
      if (files.every((file) => file !== undefined)) {
        found = { from, to, parts: files };
        break;
      }
    }
    if (!found) return segments;
    segments.push(found);
    from = found.to + 1;
  }
}

async function writeSegment(
  reading: Reading,
  district: string,
  from: number,
  to: number,
): Promise<Segment> {
  const hash = await hashAt(reading.client, district, to);
  const parts: TableFile[] = [];
  for (const table of sealedTables) {
    const name = `${segmentFolder(district)}/${segmentName(from, to, hash)}.${table}`;
    parts.push(
      await write(
        reading,
        name,
        table,
        (columns) =>
          `select ${list(columns, 't.')} from seal s ${selectOf[table]}
           where s.district = '${district}' and s.number between ${from} and ${to} order by s.number`,
      ),
    );
  }
  return { from, to, parts };
}

async function writeDistrict(
  reading: Reading,
  district: string,
  sealed: number,
): Promise<District> {
  const segments = await keptSegments(reading, district, sealed);
  for (let from = (segments.at(-1)?.to ?? 0) + 1; from <= sealed; from += segmentSize) {
    const to = Math.min(sealed, from + segmentSize - 1);
    segments.push(await writeSegment(reading, district, from, to));
  }
  return { district, sealed, hash: await hashAt(reading.client, district, sealed), segments };
}

/** Events, seals and requests of every district; what earlier backups hold is not read again. */
export async function writeSealed(reading: Reading): Promise<District[]> {
  const { rows } = await reading.client.query<{ district: string; sealed: string }>(
    `select district, max(number) as sealed from seal group by district order by district`,
  );
  const districts: District[] = [];
  for (const { district, sealed } of rows)
    districts.push(await writeDistrict(reading, district, Number(sealed)));
  return districts;
}

/** Every other table whole, and the events that are not sealed yet. */
export async function writeTables(reading: Reading, id: string): Promise<TableFile[]> {
  const files: TableFile[] = [];
  for (const table of await tablesOf(reading.client)) {
    if ((sealedTables as readonly string[]).includes(table)) continue;
    files.push(
      await write(
        reading,
        tableName(id, table),
        table,
        (columns) => `select ${list(columns)} from ${table}`,
      ),
    );
  }
  const waits = 'from unsealed u join event t on t.district = u.district and t.id = u.event_id';
  files.push(
    await write(
      reading,
      tableName(id, 'event'),
      'event',
      (columns) => `select ${list(columns, 't.')} ${waits} order by u.number`,
    ),
    await write(
      reading,
      tableName(id, 'request'),
      'request',
      (columns) =>
        `select ${list(columns, 'r.')} ${waits}
         join request r on r.district = t.district and r.id = t.request_id and r.event_id = t.id`,
    ),
  );
  return files;
}

/** How many rows each table has in these files. */
export function countRows(
  tables: readonly TableFile[],
  districts: readonly District[],
): Manifest['counts'] {
  const counts: Manifest['counts'] = {};
  const parts = districts.flatMap(({ segments }) => segments.flatMap((segment) => segment.parts));
  for (const { table, rows } of [...tables, ...parts]) counts[table] = (counts[table] ?? 0) + rows;
  return counts;
}

/** Columns and number of rows of a file, from its content. */
async function lookInto(vault: Vault, name: string): Promise<{ columns: string[]; rows: number }> {
  let rows = -1;
  let head = '';
  for await (const chunk of getFile(vault, name)) {
    if (rows < 0 && !head.includes('\n')) head += chunk.toString('latin1');
    rows += countLines(chunk);
  }
  return { columns: (head.split('\n')[0] ?? '').split('\t'), rows };
}

/**
 * Adds to `known` the segments that a backup which was killed had finished. One that does not open is
 * removed, and so written again.
 */
export async function findFinished(vault: Vault, known: Map<string, TableFile>): Promise<void> {
  for (const district of await namesIn(vault, 'events')) {
    for (const name of await namesIn(vault, segmentFolder(district))) {
      const path = `${segmentFolder(district)}/${name}`;
      if (known.has(path)) continue;
      try {
        const content = await lookInto(vault, path);
        const file = await sumOf(vault, path);
        known.set(path, { table: name.split('.')[1] ?? '', ...content, file });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        await rm(join(vault.root, path));
      }
    }
  }
}
