/** History: the events of a record with their seal numbers, and the photos given with them. */
import { sql } from 'kysely';
import type { EventView, PhotoView } from '../../domain/views.ts';
import type { Sql } from '../scope.ts';
import { eventView } from '../sentence.ts';
import { eventFromRow } from '../statement.ts';
import type { QueryContext } from './context.ts';

/** More events than a record ever has in practice; bounds the answer. */
const mostEvents = 500;
const mostPhotos = 300;

/** The events of a record, the earliest first. `districts`: the district, and the base for base rows. */
export async function historyOf(
  { db, master }: QueryContext,
  districts: readonly string[],
  noun: string,
  id: string,
): Promise<EventView[]> {
  const { rows } = await sql<Record<string, unknown> & { seal_number: number | null }>`
    select e.*, s.number as seal_number from event e
    left join seal s on s.district = e.district and s.event_id = e.id
    where e.district = any(${districts}) and e.noun = ${noun} and e.record_id = ${id}
    order by e.version desc limit ${mostEvents}`.execute(db);
  return rows.reverse().map((row) => eventView(eventFromRow(row), row.seal_number, master));
}

/**
 * Photos given with records, the earliest first. `records`: a query with `noun`, `record_id` and the only
 * `action` that counts (null: every one), so that each record is looked up by itself.
 */
export async function photosOf({ db, district }: QueryContext, records: Sql): Promise<PhotoView[]> {
  const { rows } = await sql<PhotoView>`
    select p.id, a.action, a.event_id as "eventId", a.at, p.kind, p.sha256,
      p.status = 'destroyed' as "isDestroyed", p.taken_at as "takenAt", p.lng, p.lat
    from (${records}) o
    join attachment a on a.district = ${district} and a.noun = o.noun and a.record_id = o.record_id
      and (o.action is null or a.action = o.action)
    join photo p on p.district = a.district and p.id = a.photo_id
    order by a.at, a.photo_id limit ${mostPhotos}`.execute(db);
  return rows;
}
