/**
 * The rows of delivery: how far a subscription has come, and what waits, was given up or was sent last. What
 * went well at once leaves no row but the last two hundred of each subscription, so ten million events are
 * not ten million rows.
 */
import type pg from 'pg';
import type { Moment } from '../../domain/moment.ts';
import type { ToldEvent } from '../../domain/webhookMessage.ts';

/** Whose rows: a subscription of a district. */
export interface Owner {
  district: string;
  id: string;
}

/** What came of an attempt. */
export interface Attempt {
  isSent: boolean;
  httpStatus: number | null;
  /** Why it was not sent, in words. */
  reason: string | null;
}

export interface Waiting {
  id: string;
  number: number;
  kind: string;
  attempts: number;
  firstAt: Moment;
  nextAt: Moment;
}

/** A row to be kept of an event that was passed. */
export interface Kept extends Attempt {
  event: ToldEvent;
  status: 'waiting' | 'sent';
  attempts: number;
  firstAt: Moment;
  lastAt: Moment | null;
  nextAt: Moment;
}

/** How many sent ones of a subscription are remembered. */
export const keptSent = 200;

/** Where a subscription stands; it begins with its own making, once that is sealed. Undefined before that. */
export async function stateOf(
  pool: pg.Pool,
  { district, id }: Owner,
): Promise<{ through: number; failingSince: Moment | null } | undefined> {
  await pool.query(
    `insert into webhook_state (district, subscription_id, sealed_through, sent)
     select $1, $2, s.number, 0 from event e join seal s on s.district = e.district and s.event_id = e.id
     where e.district = $1 and e.noun = 'subscription' and e.record_id = $2 and e.version = 1
     on conflict do nothing`,
    [district, id],
  );
  const { rows } = await pool.query<{ through: number; failingSince: Moment | null }>(
    `select sealed_through as through, failing_since as "failingSince" from webhook_state
     where district = $1 and subscription_id = $2`,
    [district, id],
  );
  return rows[0];
}

/** How many events wait, by record; `recordIds`: of these alone. */
export async function waitingByRecord(
  pool: pg.Pool,
  { district, id }: Owner,
  recordIds: readonly string[] | null = null,
): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ recordId: string; count: number }>({
    name: recordIds ? 'webhook-waiting-of-records' : 'webhook-waiting-by-record',
    text: `select record_id as "recordId", count(*) as count from webhook_delivery
           where district = $1 and subscription_id = $2 and status = 'waiting'
             ${recordIds ? 'and record_id = any($3::uuid[])' : ''} group by record_id`,
    values: [district, id, ...(recordIds ? [recordIds] : [])],
  });
  return new Map(rows.map(({ recordId, count }) => [recordId, count]));
}

/**
 * Moves on from one number to another and keeps what is to be kept of the events between, at once. False
 * when somebody else has moved it meanwhile.
 */
export async function moveOn(
  pool: pg.Pool,
  { district, id }: Owner,
  step: { from: number; to: number; sent: number; at: Moment; kept: readonly Kept[] },
): Promise<boolean> {
  const rows = step.kept.map((row) => ({
    district,
    subscription_id: id,
    id: row.event.id,
    number: row.event.number,
    kind: `${row.event.noun}.${row.event.action}`,
    record_id: row.event.recordId,
    status: row.status,
    attempts: row.attempts,
    first_at: row.firstAt,
    last_at: row.lastAt,
    next_at: row.nextAt,
    http_status: row.httpStatus,
    reason: row.reason,
  }));
  const { rows: moved } = await pool.query<{ count: number }>({
    name: 'webhook-move-on',
    text: `with moved as (
             update webhook_state set sealed_through = $4, sent = sent + $5,
               succeeded_at = case when $5 > 0 then $6::timestamptz else succeeded_at end
             where district = $1 and subscription_id = $2 and sealed_through = $3 returning 1),
           kept as (
             insert into webhook_delivery select r.* from jsonb_populate_recordset(null::webhook_delivery, $7::jsonb) r
             where exists (select from moved) on conflict do nothing)
           select count(*) as count from moved`,
    values: [district, id, step.from, step.to, step.sent, step.at, JSON.stringify(rows)],
  });
  return moved[0]?.count === 1;
}

/** Since when nothing gets through, and why; null: it does. */
export async function markFailing(
  pool: pg.Pool,
  { district, id }: Owner,
  since: Moment | null,
  problem: string | null,
): Promise<void> {
  await pool.query({
    name: 'webhook-failing',
    text: `update webhook_state set failing_since = $3, problem = $4 where district = $1 and subscription_id = $2`,
    values: [district, id, since, problem],
  });
}

/** Of the events sent, only the last are remembered. */
export async function forgetSent(pool: pg.Pool, { district, id }: Owner): Promise<void> {
  await pool.query({
    name: 'webhook-forget-sent',
    text: `delete from webhook_delivery where district = $1 and subscription_id = $2 and status = 'sent'
             and number < (select number from webhook_delivery where district = $1 and subscription_id = $2
               and status = 'sent' order by number desc offset ${keptSent} limit 1)`,
    values: [district, id],
  });
}

/** The records of which something is due, the longest due first. */
export async function dueRecords(
  pool: pg.Pool,
  { district, id }: Owner,
  now: Moment,
): Promise<string[]> {
  const { rows } = await pool.query<{ recordId: string }>({
    name: 'webhook-due',
    text: `select record_id as "recordId" from webhook_delivery
           where district = $1 and subscription_id = $2 and status = 'waiting' and next_at <= $3
           order by next_at limit 100`,
    values: [district, id, now],
  });
  return [...new Set(rows.map(({ recordId }) => recordId))];
}

/** How much of what waits of a record is read at once. */
export const readAtOnce = 100;

/** What waits of a record, in seal order. */
export async function waitingOf(
  pool: pg.Pool,
  { district, id }: Owner,
  recordId: string,
): Promise<Waiting[]> {
  const { rows } = await pool.query<Waiting>({
    name: 'webhook-waiting-of',
    text: `select id, number, kind, attempts, first_at as "firstAt", next_at as "nextAt" from webhook_delivery
           where district = $1 and subscription_id = $2 and record_id = $3 and status = 'waiting'
           order by number limit ${readAtOnce}`,
    values: [district, id, recordId],
  });
  return rows;
}

/** Notes what came of another attempt on an event that waited. */
export async function noteAttempt(
  pool: pg.Pool,
  { district, id }: Owner,
  eventId: string,
  after: Attempt & { status: 'waiting' | 'sent' | 'dead'; at: Moment; nextAt: Moment },
): Promise<void> {
  await pool.query({
    name: 'webhook-attempt',
    text: `with counted as (update webhook_state set sent = sent + 1, succeeded_at = $5
             where district = $1 and subscription_id = $2 and $4 = 'sent')
           update webhook_delivery set status = $4, attempts = attempts + 1, last_at = $5, next_at = $6,
             http_status = $7, reason = $8
           where district = $1 and subscription_id = $2 and id = $3`,
    values: [
      district,
      id,
      eventId,
      after.status,
      after.at,
      after.nextAt,
      after.httpStatus,
      after.reason,
    ],
  });
}

/** Whatever waits of a record waits until then. */
export async function holdRecord(
  pool: pg.Pool,
  { district, id }: Owner,
  recordId: string,
  until: Moment,
): Promise<void> {
  await pool.query({
    name: 'webhook-hold',
    text: `update webhook_delivery set next_at = $4
           where district = $1 and subscription_id = $2 and record_id = $3 and status = 'waiting' and next_at < $4`,
    values: [district, id, recordId, until],
  });
}

/** The other side is back: whatever waits is due now. */
export async function hasten(pool: pg.Pool, { district, id }: Owner, now: Moment): Promise<void> {
  await pool.query({
    name: 'webhook-hasten',
    text: `update webhook_delivery set next_at = $3
           where district = $1 and subscription_id = $2 and status = 'waiting' and next_at > $3`,
    values: [district, id, now],
  });
}

/** Takes what was given up among what waits again: one event, or all. Safe to repeat. */
export async function takeUpDeliveries(
  pool: pg.Pool,
  { district, id }: Owner,
  now: Moment,
  eventId: string | null,
): Promise<void> {
  await pool.query(
    `update webhook_delivery set status = 'waiting', attempts = 0, first_at = $3, next_at = $3
     where district = $1 and subscription_id = $2 and status = 'dead' and ($4::uuid is null or id = $4)`,
    [district, id, now, eventId],
  );
}
