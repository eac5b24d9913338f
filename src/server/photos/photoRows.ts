/** Photo rows: what the database knows of photos, and the lock that keeps bytes and rows together. */
import type pg from 'pg';
import type { Moment } from '../../domain/moment.ts';
import type { PhotoKind } from './photoKind.ts';

export interface PhotoRow {
  district: string;
  id: string;
  personId: string;
  sha256: string;
  size: number;
  /**
   * `announced`: not complete, visible to nobody. `destroyed` with no `completedAt`: an upload that was
   * given up; its id may be announced again by the same person.
   */
  status: 'announced' | 'complete' | 'destroyed';
  kind: PhotoKind | null;
  createdAt: Moment;
  completedAt: Moment | null;
}

const columns = `district, id, person_id as "personId", sha256, size, status, kind,
  created_at as "createdAt", completed_at as "completedAt"`;

/** The row of a photo, whatever its state. */
export async function findPhoto(
  on: pg.Pool | pg.ClientBase,
  district: string,
  id: string,
): Promise<PhotoRow | undefined> {
  const { rows } = await on.query<PhotoRow>(
    `select ${columns} from photo where district = $1 and id = $2`,
    [district, id],
  );
  return rows[0];
}

/** Locks an upload that is still to be completed, until the end of the transaction. */
export async function lockAnnounced(
  client: pg.ClientBase,
  district: string,
  id: string,
): Promise<PhotoRow | undefined> {
  const { rows } = await client.query<PhotoRow>(
    `select ${columns} from photo where district = $1 and id = $2 and status = 'announced' for update`,
    [district, id],
  );
  return rows[0];
}

/** The record a photo was given with; null while it belongs to its uploader alone. */
export async function photoAttachment(
  pool: pg.Pool,
  district: string,
  photoId: string,
): Promise<{ noun: string; recordId: string } | null> {
  const { rows } = await pool.query<{ noun: string; recordId: string }>(
    `select noun, record_id as "recordId" from attachment where district = $1 and photo_id = $2`,
    [district, photoId],
  );
  return rows[0] ?? null;
}

/** Ends an unfinished upload; its row stays as a mark, for the program may not delete rows of photos. */
export async function giveUp(
  pool: pg.Pool,
  photo: Pick<PhotoRow, 'district' | 'id'>,
  at: Moment,
  reason: string,
): Promise<void> {
  await pool.query(
    `update photo set status = 'destroyed', destroyed_at = $3, destroyed_reason = $4
     where district = $1 and id = $2 and status = 'announced'`,
    [photo.district, photo.id, at, reason],
  );
}

/** Whether a complete photo, of anybody, needs the bytes with this SHA-256. */
export async function isNamed(client: pg.ClientBase, sha256: string): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from photo where sha256 = $1 and status = 'complete' limit 1`,
    [sha256],
  );
  return rows.length > 0;
}

/**
 * A transaction that alone may move or remove the bytes with this SHA-256, in every process: so nobody
 * removes bytes that somebody else is just about to name.
 */
export async function withBytes<T>(
  pool: pg.Pool,
  sha256: string,
  run: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [sha256]);
    const result = await run(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((problem: Error) => (failure = problem));
    throw error;
  } finally {
    client.release(failure);
  }
}
