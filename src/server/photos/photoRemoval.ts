/**
 * Photo removal: what may go. Uploads nobody finished within a day, and the bytes of photos that were
 * destroyed by an action; hash, row and event of those stay. Everything here is safe to repeat.
 */
import type pg from 'pg';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { giveUp, isNamed, type PhotoRow, withBytes } from './photoRows.ts';
import { pieceName, piecePath, pieceNames, removePhoto, removePiece } from './photoStore.ts';
import type { PhotoDeps } from './upload.ts';

const day = 1440;
/** At most this many in one sweep; the next one goes on. */
const most = 1000;

/**
 * Gives up uploads announced more than a day ago, destroys complete photos that nobody used within a day
 * and removes every piece no announced upload owns. Answers how many photos went.
 */
export async function sweepPieces(
  deps: Pick<PhotoDeps, 'pool' | 'directory' | 'now'>,
): Promise<number> {
  const { pool, directory } = deps;
  const now = deps.now();
  const { rows } = await pool.query<Pick<PhotoRow, 'district' | 'id' | 'sha256'>>(
    `select district, id, sha256 from photo where status = 'announced' and created_at < $1
     order by created_at limit $2`,
    [addMinutes(now, -day), most],
  );
  for (const photo of rows) {
    await giveUp(pool, photo, now, '上传没有在一天内完成');
    await removeUnnamed(pool, directory, photo.sha256);
  }
  const unused = await destroyUnused(pool, now);
  for (const sha256 of unused) await removeUnnamed(pool, directory, sha256);
  await removeUnowned(pool, directory);
  return rows.length + unused.length;
}

/** Complete photos given with no action within a day end like uploads given up; answers their hashes. */
async function destroyUnused(pool: pg.Pool, now: Moment): Promise<string[]> {
  const { rows } = await pool.query<{ sha256: string }>(
    `update photo set status = 'destroyed', completed_at = null, taken_at = null, lng = null, lat = null,
       destroyed_at = $1, destroyed_reason = '上传后一天内没有使用'
     where (district, id) in (
       select p.district, p.id from photo p where p.status = 'complete' and p.completed_at < $2
         and not exists (select from attachment a where a.district = p.district and a.photo_id = p.id)
       limit $3)
     returning sha256`,
    [now, addMinutes(now, -day), most],
  );
  return rows.map(({ sha256 }) => sha256);
}

/** The pieces are listed before the rows, so the piece of a new upload is never taken for one. */
async function removeUnowned(pool: pg.Pool, directory: string): Promise<void> {
  const names = await pieceNames(directory);
  const { rows } = await pool.query<{ district: string; id: string }>(
    `select district, id from photo where status = 'announced'`,
  );
  const owned = new Set(rows.map(({ district, id }) => pieceName(district, id)));
  for (const name of new Set(names.map((entry) => entry.replace(/\..*$/, '')))) {
    const [district = '', ...id] = name.split('-');
    if (!owned.has(name)) await removePiece(piecePath(directory, district, id.join('-')));
  }
}

/**
 * Destroys the bytes of a photo whose row says `destroyed`, unless another photo has the same bytes;
 * forgets where and when it was taken in any case. Does nothing to a photo that is not destroyed.
 */
export async function removeDestroyedBytes(
  pool: pg.Pool,
  directory: string,
  photoId: string,
): Promise<void> {
  const { rows } = await pool.query<{ sha256: string }>(
    `update photo set taken_at = null, lng = null, lat = null
     where id = $1 and status = 'destroyed' returning sha256`,
    [photoId],
  );
  for (const { sha256 } of rows) await removeUnnamed(pool, directory, sha256);
}

/** Removes the bytes with this SHA-256 if no complete photo needs them. */
const removeUnnamed = (pool: pg.Pool, directory: string, sha256: string): Promise<void> =>
  withBytes(pool, sha256, async (client) => {
    if (!(await isNamed(client, sha256))) await removePhoto(directory, sha256);
  });
