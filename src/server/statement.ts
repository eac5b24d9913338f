/**
 * The one statement of `perform`: events, waiting seals, records and all that rides along with them, as
 * common table expressions over JSON parameters. Its text depends only on what kinds of part a batch has,
 * so that each is prepared once. Rows are updated only at the version they were read at.
 */
import type { Role } from '../domain/access.ts';
import type { Moment } from '../domain/moment.ts';
import { getNoun, getRow } from '../domain/nouns.ts';
import { columnsOf, toRow } from './columns.ts';
import type { Secret } from './secrets.ts';
import type { Lean, Use } from './standing.ts';

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
  /** The server's own moment, when the event was performed at another (`simulated.ts`); else absent. */
  performedAt?: Moment;
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
  /** Records that stay in use until this is written (`standing.ts`). */
  leans: Lean[];
  /** What was found to use the records that this takes out of use. */
  uses: Use[];
}

const hex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;
const eventColumns =
  'district, id, at, noun, record_id, version, action, actor, input, secrets, changes, facts, cause, request_id, performed_at';

/** An event as a row of its table. */
export const eventRow = (event: StoredEvent): Record<string, unknown> => ({
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
  performed_at: event.performedAt ?? null,
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
  ...(row.performed_at ? { performedAt: row.performed_at as Moment } : {}),
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

/** The records leaned on, one part for each noun: the rows that are still in use are held and counted. */
function leanParts({ leans }: Batch): { parts: Part[]; counts: string[]; expected: number } {
  const each = new Map(leans.map((lean) => [`${lean.noun}:${lean.id}`, lean]));
  const nouns = [...new Set([...each.values()].map(({ noun }) => noun))].sort();
  return {
    parts: nouns.map((noun) => {
      const { table } = columnsOf(noun);
      return {
        // One look into the key for each, however large the planner thinks the list is.
        sql: `held_${table} as (select 1 from jsonb_to_recordset($?) as l(district text, id uuid)
          cross join lateral (select 1 from ${table} t
            where t.district = l.district and t.id = l.id and t.status = 'active' limit 1 for key share) held)`,
        rows: [...each.values()]
          .filter((lean) => lean.noun === noun)
          .map(({ district, id }) => ({ district, id })),
      };
    }),
    counts: nouns.map((noun) => `(select count(*) from held_${columnsOf(noun).table})`),
    expected: each.size,
  };
}

/** The photos given with an event, as rows; those it hands on belong to the event that follows. */
export const attachmentRow = (event: StoredEvent): Record<string, unknown>[] =>
  (getRow(getNoun(event.noun), event.action).handsPhotosOn
    ? []
    : ((event.input.photos as string[] | undefined) ?? [])
  ).map((photoId) => ({
    district: event.district,
    photo_id: photoId,
    event_id: event.id,
    noun: event.noun,
    record_id: event.recordId,
    action: event.action,
    at: event.at,
  }));

/** What rides along with the events: requests, secrets, photos, jobs and what is destroyed. */
function companionParts(batch: Batch): Part[] {
  const attachments = batch.events.flatMap(attachmentRow);
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
  const leans = leanParts(batch);
  counts.push(...leans.counts);
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
    ...leans.parts,
    ...companionParts(batch),
    ...(batch.destroyedPhotos.length > 0 ? [destroyedPhotosPart(batch)] : []),
  ];
  if (batch.destroyedPhotos.length > 0) counts.push('(select count(*) from destroyed_photos)');
  const text = `with ${all.map((part, n) => part.sql.replace('$?', `$${n + 1}::jsonb`)).join(',\n')}
    select expect_rows(${counts.join(' + ') || '0'}, $${all.length + 1}::bigint)`;
  const values = [
    ...all.map((part) => JSON.stringify(part.rows)),
    expected + leans.expected + batch.destroyedPhotos.length,
  ];
  return { text, values };
}

const kinds = [
  'events',
  'requests',
  'records',
  'secrets',
  'jobs',
  'destroyedSecrets',
  'destroyedPhotos',
  'leans',
  'uses',
] as const satisfies (keyof Batch)[];

/** Several batches as one; they must not touch the same record (see {@link touches}). */
export const mergeBatches = (batches: readonly Batch[]): Batch =>
  Object.fromEntries(
    kinds.map((kind) => [kind, batches.flatMap((batch) => batch[kind] as unknown[])]),
  ) as unknown as Batch;

/** The most events of one statement, so that none takes longer than a statement may. */
export const largestPiece = 500;

/** A batch in pieces that one transaction writes one after the other. */
export function piecesOf(batch: Batch): Batch[] {
  const longest = Math.max(...kinds.map((kind) => batch[kind].length));
  return Array.from({ length: Math.ceil(longest / largestPiece) }, (_piece, n) => {
    const slice = (kind: (typeof kinds)[number]): unknown[] =>
      batch[kind].slice(n * largestPiece, (n + 1) * largestPiece);
    return Object.fromEntries(kinds.map((kind) => [kind, slice(kind)])) as unknown as Batch;
  });
}

/** The records and requests of a batch by name: two batches that share one are written apart. */
export const touches = (batch: Batch): string[] => [
  ...batch.records.map(({ noun, record }) => `${noun}:${record.id}`),
  ...batch.requests.map(({ id }) => id),
];
