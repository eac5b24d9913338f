/**
 * Store 存取: the only SQL of `perform`: one statement to load a record (with the request already seen),
 * one to write events, rows and all that belongs to them. Rows are updated only at the version they were
 * read at, so a statement is all or nothing and nobody overwrites anybody.
 */
import type { Pool } from 'pg';
import type { PhotoFact } from '../domain/facts.ts';
import { addMinutes, type Moment } from '../domain/moment.ts';
import { baseDistrict, getNoun } from '../domain/nouns.ts';
import type { Role } from '../domain/access.ts';
import { columnsOf, toRecord, toRow } from './columns.ts';
import type { Secret } from './secrets.ts';

export type AnyRecord = Record<string, unknown> & {
  id: string;
  district: string;
  version: number;
  status: string;
};

export interface StoredEvent {
  district: string;
  id: string;
  at: Moment;
  noun: string;
  recordId: string;
  version: number;
  action: string;
  actor: { personId: string; postId: string; role: Role; unitId: string | null };
  input: Record<string, unknown>;
  secrets: Record<string, string> | null;
  changes: Record<string, unknown>;
  facts: Record<string, unknown>;
  cause: string | null;
  requestId: string;
}

export interface SeenRequest {
  digest: Buffer;
  eventId: string;
}

/** Everything one statement writes. `records`: final row, and the version read (null: it is new). */
export interface Batch {
  events: StoredEvent[];
  requests: { district: string; id: string; digest: Buffer; eventId: string }[];
  records: { noun: string; record: AnyRecord; readVersion: number | null }[];
  secrets: { secret: Secret; event: StoredEvent }[];
  jobs: { kind: string; event: StoredEvent }[];
  destroyedSecrets: { district: string; noun: string; recordId: string }[];
  destroyedPhotos: { district: string; recordId: string; photoId: string; reason: string }[];
}

const hex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;
const eventColumns =
  'district, id, at, noun, record_id, version, action, actor, input, secrets, changes, facts, cause, request_id';

const eventRow = (event: StoredEvent): Record<string, unknown> => ({
  district: event.district,
  id: event.id,
  at: event.at,
  noun: event.noun,
  record_id: event.recordId,
  version: event.version,
  action: event.action,
  actor: event.actor,
  input: event.input,
  secrets: event.secrets,
  changes: event.changes,
  facts: event.facts,
  cause: event.cause,
  request_id: event.requestId,
});

/** An event row as read with `select *`. */
export const eventFromRow = (row: Record<string, unknown>): StoredEvent => ({
  district: row.district as string,
  id: row.id as string,
  at: row.at as Moment,
  noun: row.noun as string,
  recordId: row.record_id as string,
  version: row.version as number,
  action: row.action as string,
  actor: row.actor as StoredEvent['actor'],
  input: row.input as Record<string, unknown>,
  secrets: row.secrets as Record<string, string> | null,
  changes: row.changes as Record<string, unknown>,
  facts: row.facts as Record<string, unknown>,
  cause: row.cause as string | null,
  requestId: row.request_id as string,
});

type Part = { sql: string; rows: unknown[] };

/** Common table expressions for the records of a batch, one pair for each noun. */
function recordParts(batch: Batch): { parts: Part[]; counts: string[]; expected: number } {
  const parts: Part[] = [];
  const counts: string[] = [];
  let expected = 0;
  for (const noun of [...new Set(batch.records.map((item) => item.noun))].sort()) {
    const { table, columns } = columnsOf(noun);
    const list = columns.map((column) => `"${column}"`).join(', ');
    const items = batch.records.filter((item) => item.noun === noun);
    const added = items.filter((item) => item.readVersion === null);
    const changed = items.filter((item) => item.readVersion !== null);
    if (added.length > 0) {
      parts.push({
        sql: `added_${table} as (insert into ${table} (${list})
          select ${list} from jsonb_populate_recordset(null::${table}, $?))`,
        rows: added.map((item) => toRow(noun, item.record)),
      });
    }
    if (changed.length > 0) {
      expected += changed.length;
      counts.push(`(select count(*) from changed_${table})`);
      parts.push({
        sql: `changed_${table} as (update ${table} t set (${list}) = (${columns.map((column) => `n."${column}"`).join(', ')})
          from jsonb_array_elements($?) e, jsonb_populate_record(null::${table}, e) n
          where t.district = n.district and t.id = n.id and t.version = (e->>'read_version')::integer returning 1)`,
        rows: changed
          .sort((a, b) => (a.record.id < b.record.id ? -1 : 1))
          .map((item) => ({ ...toRow(noun, item.record), read_version: item.readVersion })),
      });
    }
  }
  return { parts, counts, expected };
}

/** What rides along with the events: requests, secrets, photos, jobs and what is destroyed. */
function companionParts(batch: Batch): Part[] {
  const attachments = batch.events.flatMap((event) =>
    ((event.input.photos as string[] | undefined) ?? []).map((photoId) => ({
      district: event.district,
      photo_id: photoId,
      event_id: event.id,
      noun: event.noun,
      record_id: event.recordId,
      action: event.action,
      at: event.at,
    })),
  );
  const parts: (Part & { isNeeded: boolean })[] = [
    {
      isNeeded: batch.requests.length > 0,
      sql: `requests as (insert into request select * from jsonb_populate_recordset(null::request, $?))`,
      rows: batch.requests.map(({ district, id, digest, eventId }) => ({
        district,
        id,
        digest: hex(digest),
        event_id: eventId,
      })),
    },
    {
      isNeeded: batch.secrets.length > 0,
      sql: `secrets as (insert into secret select * from jsonb_populate_recordset(null::secret, $?))`,
      rows: batch.secrets.map(({ secret, event }) => ({
        district: event.district,
        id: secret.id,
        noun: event.noun,
        record_id: event.recordId,
        field: secret.field,
        wrapped_key: hex(secret.wrappedKey),
        ciphertext: hex(secret.ciphertext),
        created_at: event.at,
      })),
    },
    {
      isNeeded: attachments.length > 0,
      sql: `attachments as (insert into attachment select * from jsonb_populate_recordset(null::attachment, $?))`,
      rows: attachments,
    },
    {
      isNeeded: batch.jobs.length > 0,
      sql: `jobs as (insert into job (district, kind, event_id, run_at)
        select district, kind, event_id, run_at from jsonb_populate_recordset(null::job, $?))`,
      rows: batch.jobs.map(({ kind, event }) => ({
        district: event.district,
        kind,
        event_id: event.id,
        run_at: event.at,
      })),
    },
    {
      isNeeded: batch.destroyedSecrets.length > 0,
      sql: `destroyed_secrets as (update secret s set wrapped_key = null, ciphertext = null
        from jsonb_to_recordset($?) as d(district text, noun text, record_id uuid)
        where s.district = d.district and s.noun = d.noun and s.record_id = d.record_id)`,
      rows: batch.destroyedSecrets.map(({ district, noun, recordId }) => ({
        district,
        noun,
        record_id: recordId,
      })),
    },
  ];
  return parts.filter((part) => part.isNeeded);
}

const destroyedPhotosPart = (batch: Batch): Part => ({
  sql: `destroyed_photos as (update photo p set status = 'destroyed', destroyed_at = now(), destroyed_reason = d.reason
    from jsonb_to_recordset($?) as d(district text, record_id uuid, photo_id uuid, reason text), attachment a
    where p.district = d.district and p.id = d.photo_id and p.status = 'complete'
      and a.district = d.district and a.photo_id = d.photo_id and a.record_id = d.record_id returning 1)`,
  rows: batch.destroyedPhotos.map(({ district, recordId, photoId, reason }) => ({
    district,
    record_id: recordId,
    photo_id: photoId,
    reason,
  })),
});

/** The one statement of a batch, and its parameters. Its text depends only on what kinds of part it has. */
export function writeStatement(batch: Batch): { text: string; values: unknown[] } {
  const { parts, counts, expected } = recordParts(batch);
  const all: Part[] = [
    {
      sql: `events as (insert into event (${eventColumns})
        select ${eventColumns} from jsonb_populate_recordset(null::event, $?))`,
      rows: batch.events.map(eventRow),
    },
    {
      sql: `waiting as (insert into unsealed (district, event_id)
        select district, event_id from jsonb_to_recordset($?) as w(district text, event_id uuid))`,
      rows: batch.events.map(({ district, id }) => ({ district, event_id: id })),
    },
    ...parts,
    ...companionParts(batch),
    ...(batch.destroyedPhotos.length > 0 ? [destroyedPhotosPart(batch)] : []),
  ];
  if (batch.destroyedPhotos.length > 0) counts.push('(select count(*) from destroyed_photos)');
  const text = `with ${all.map((part, n) => part.sql.replace('$?', `$${n + 1}::jsonb`)).join(',\n')}
    select expect_rows(${counts.join(' + ') || '0'}, $${all.length + 1}::bigint)`;
  const values = [
    ...all.map((part) => JSON.stringify(part.rows)),
    expected + batch.destroyedPhotos.length,
  ];
  return { text, values };
}

export interface Recurrence {
  district: string;
  categoryCode: string;
  siteId: string | null;
  lng: number | null;
  lat: number | null;
  address: string | null;
  meters: number;
  days: number;
  now: Moment;
}

export interface Store {
  load(
    noun: string,
    id: string,
    district: string,
    requestId: string,
  ): Promise<{ record: AnyRecord | null; seen: SeenRequest | null }>;
  find(noun: string, district: string, ids: readonly string[]): Promise<AnyRecord[]>;
  requests(district: string, ids: readonly string[]): Promise<Map<string, SeenRequest>>;
  write(batch: Batch): Promise<void>;
  events(
    district: string,
    noun: string,
    id: string,
    throughVersion?: number,
  ): Promise<StoredEvent[]>;
  event(district: string, id: string): Promise<StoredEvent | null>;
  finishedPhotos(district: string, ids: readonly string[], personId: string): Promise<PhotoFact[]>;
  /** Is the photo attached to the record and not destroyed? */
  isShown(district: string, recordId: string, photoId: string): Promise<boolean>;
  rolesOf(personId: string): Promise<Role[]>;
  findRecurrence(what: Recurrence): Promise<string | null>;
}

/** Prepared statements are named by their text, so that each connection plans them once. */
const names = new Map<string, string>();
function named(text: string): { name: string; text: string } {
  let name = names.get(text);
  if (!name) {
    name = `s${names.size}`;
    names.set(text, name);
  }
  return { name, text };
}

const selectList = (noun: string): string =>
  columnsOf(noun)
    .columns.map((column) => `t."${column}"`)
    .join(', ');

/** One statement: the record and, if the request was seen before, its digest and event. */
export const loadStatement = (noun: string): string =>
  `select r.digest as seen_digest, r.event_id as seen_event, ${selectList(noun)}
   from (select 1) one
   left join ${columnsOf(noun).table} t on t.district = $1 and t.id = $2
   left join request r on r.district = $1 and r.id = $3`;

export function storeOn(pool: Pool): Store {
  const query = async (text: string, values: unknown[]): Promise<Record<string, unknown>[]> =>
    (await pool.query<Record<string, unknown>>({ ...named(text), values })).rows;

  return {
    load: async (noun, id, district, requestId) => {
      const [row] = await query(loadStatement(noun), [district, id, requestId]);
      return {
        record: row?.id ? toRecord<AnyRecord>(noun, row) : null,
        seen: row?.seen_event
          ? { digest: row.seen_digest as Buffer, eventId: row.seen_event as string }
          : null,
      };
    },

    find: async (noun, district, ids) => {
      const rows = await query(
        `select ${selectList(noun)} from ${columnsOf(noun).table} t where t.district = $1 and t.id = any($2)`,
        [getNoun(noun).isInstallationWide ? baseDistrict : district, ids],
      );
      return rows.map((row) => toRecord<AnyRecord>(noun, row));
    },

    requests: async (district, ids) => {
      const rows = await query(
        `select id, digest, event_id from request where district = $1 and id = any($2)`,
        [district, ids],
      );
      return new Map(
        rows.map((row) => [
          row.id as string,
          { digest: row.digest as Buffer, eventId: row.event_id as string },
        ]),
      );
    },

    write: async (batch) => {
      const { text, values } = writeStatement(batch);
      await query(text, values);
    },

    events: async (district, noun, id, throughVersion = 2_147_483_647) => {
      const rows = await query(
        `select * from event where district = $1 and noun = $2 and record_id = $3 and version <= $4 order by version`,
        [district, noun, id, throughVersion],
      );
      return rows.map(eventFromRow);
    },

    event: async (district, id) => {
      const [row] = await query(`select * from event where district = $1 and id = $2`, [
        district,
        id,
      ]);
      return row ? eventFromRow(row) : null;
    },

    finishedPhotos: async (district, ids, personId) => {
      const rows = await query(
        `select p.id, p.sha256 from photo p where p.district = $1 and p.id = any($2) and p.person_id = $3
           and p.status = 'complete'
           and not exists (select 1 from attachment a where a.district = p.district and a.photo_id = p.id)`,
        [district, ids, personId],
      );
      return rows as unknown as PhotoFact[];
    },

    isShown: async (district, recordId, photoId) => {
      const rows = await query(
        `select 1 from attachment a join photo p on p.district = a.district and p.id = a.photo_id
         where a.district = $1 and a.record_id = $2 and a.photo_id = $3 and p.status = 'complete'`,
        [district, recordId, photoId],
      );
      return rows.length > 0;
    },

    rolesOf: async (personId) => {
      const rows = await query(
        `select distinct role from post where person_id = $1 and status = 'active'`,
        [personId],
      );
      return rows.map((row) => row.role as Role);
    },

    findRecurrence: async (what) => {
      const degrees = what.meters / 111_000;
      const [row] = await query(
        `select id from issue
         where district = $1 and category_code = $2 and status = 'closed' and closed_at >= $3
           and (($4::uuid is not null and site_id = $4)
             or ($5::float8 is not null and abs(lat - $6) < $8 and abs(lng - $5) < $8 * 1.3)
             or ($4::uuid is null and $5::float8 is null and $7::text is not null and address = $7))
         order by closed_at desc limit 1`,
        [
          what.district,
          what.categoryCode,
          addMinutes(what.now, -what.days * 1440),
          what.siteId,
          what.lng,
          what.lat,
          what.address,
          degrees,
        ],
      );
      return (row?.id as string | undefined) ?? null;
    },
  };
}

/** The record as its events say: the fold of all changes (architecture: replay equals the row). */
export function fold(events: readonly StoredEvent[]): AnyRecord | null {
  const last = events.at(-1);
  if (!last) return null;
  const { recordId: id, district, version } = last;
  const changes = Object.assign({}, ...events.map((event) => event.changes)) as Record<
    string,
    unknown
  >;
  return { ...changes, id, district, version } as AnyRecord;
}
