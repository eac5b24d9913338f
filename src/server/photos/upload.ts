/**
 * Upload 上传: announce, send ranges, go on from the offset. Nothing is visible until every byte is
 * there, the hash is right, the content is a photo and the files are on the disk; then the row says so.
 * Naming a hash grants nothing: whoever wants the photo must send its bytes. Source: trust, Durable, V5.
 */
import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { z } from 'zod';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { type Picture, placeholderNote, readPicture } from './images.ts';
import { lanes, transfers } from './lanes.ts';
import { findKind, type PhotoKind } from './photoKind.ts';
import { dhashOf } from './photoLook.ts';
import { findPhoto, giveUp, lockAnnounced, type PhotoRow, withBytes } from './photoRows.ts';
import {
  copyPath,
  isThere,
  keepPhoto,
  openPiece,
  piecePath,
  pieceSize,
  removePiece,
} from './photoStore.ts';

/** Bytes of the largest photo: 20 MB. */
export const largestPhoto = 20 * 1024 * 1024;
/** Photos of one person given with no action yet: at most this many, and this many bytes together. */
const mostUnused = 60;
const mostUnusedBytes = 300 * 1024 * 1024;

export interface PhotoDeps {
  pool: pg.Pool;
  /** The folder of all photos; it must exist. */
  directory: string;
  now(): Moment;
  /** A virus scanner, if there is one: looks at a complete file before it is kept. */
  isClean?(file: string): Promise<boolean>;
}

export interface Uploader {
  personId: string;
  district: string;
}

export const Announcement = z.strictObject({
  id: z.uuid('照片编号应为 UUID'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '摘要应为 64 位小写十六进制的 SHA-256'),
  size: z.int('大小应为整数').min(1, '照片是空的，请重新拍摄'),
});
export type Announcement = z.infer<typeof Announcement>;

/** `note`: what the uploader should know of a complete photo (it cannot be shown), or null. */
export interface PhotoState {
  id: string;
  offset: number;
  isComplete: boolean;
  note: string | null;
}

export interface Uploads {
  /** Announces an upload, or answers how far it is. */
  announce(who: Uploader, announcement: Announcement): Promise<PhotoState>;
  /** How far an upload of one's own is. */
  state(who: Uploader, id: string): Promise<PhotoState>;
  /** Takes bytes from `offset` on, as many as come; completes the photo with the last one. */
  receive(who: Uploader, id: string, range: Range): Promise<PhotoState>;
}

export interface Range {
  offset: number;
  /** As the header says; undefined when it does not. */
  contentLength: number | undefined;
  body: ReadableStream<Uint8Array> | null;
}

const tooLarge = (): Refused =>
  new Refused(413, 'tooLarge', '照片超过 20 MB，请缩小后再上传', { largest: largestPhoto });
const notFound = (): Refused =>
  new Refused(404, 'photoNotFound', '照片不存在或不是您上传的，请重新选择照片上传');
export const destroyed = (): Refused => new Refused(404, 'photoDestroyed', '照片已销毁');

const isGivenUp = (photo: PhotoRow): boolean =>
  photo.status === 'destroyed' && photo.completedAt === null;

/** The uploads of one server. */
export function uploadsOn(deps: PhotoDeps): Uploads {
  const { pool, directory } = deps;
  const inTurn = transfers();
  const inLane = lanes(2, 200);
  const pieceOf = ({ district, id }: { district: string; id: string }): string =>
    piecePath(directory, district, id);

  const stateOf = async (photo: PhotoRow): Promise<PhotoState> => {
    const isComplete = photo.status === 'complete';
    const offset = isComplete ? photo.size : await pieceSize(pieceOf(photo));
    const isShown =
      photo.kind !== 'heic' || (await isThere(copyPath(directory, photo.sha256, 'shown')));
    return { id: photo.id, offset, isComplete, note: isShown ? null : placeholderNote };
  };

  /** An upload of one's own; that of somebody else does not exist. */
  const ownPhoto = async (who: Uploader, id: string): Promise<PhotoRow> => {
    const photo = await findPhoto(pool, who.district, id);
    if (!photo || photo.personId !== who.personId || isGivenUp(photo)) throw notFound();
    if (photo.status === 'destroyed') throw destroyed();
    return photo;
  };

  const receive = async (who: Uploader, id: string, range: Range, signal: AbortSignal) => {
    const photo = await ownPhoto(who, id);
    if (photo.status === 'complete') return stateOf(photo);
    const piece = pieceOf(photo);
    const offset = await pieceSize(piece);
    if (range.offset !== offset) {
      throw new Refused(409, 'wrongOffset', `续传位置不对，请从第 ${offset} 字节继续上传`, {
        offset,
      });
    }
    const rest = photo.size - offset;
    if ((range.contentLength ?? 0) > rest) throw beyondAnnounced();
    await append(piece, rest, range.body, signal);
    if ((await pieceSize(piece)) === photo.size) await inLane(() => complete(deps, photo, piece));
    return stateOf((await findPhoto(pool, who.district, id)) ?? photo);
  };

  return {
    announce: async (who, announcement) => {
      if (announcement.size > largestPhoto) throw tooLarge();
      await insertAnnounced(deps, who, announcement);
      const photo = await findPhoto(pool, who.district, announcement.id);
      if (!photo) throw tooMany();
      if (photo.personId !== who.personId) throw idTaken();
      if (isGivenUp(photo)) throw tooMany();
      if (photo.sha256 !== announcement.sha256 || photo.size !== announcement.size) throw idTaken();
      if (photo.status === 'destroyed') throw destroyed();
      return stateOf(photo);
    },
    state: async (who, id) => stateOf(await ownPhoto(who, id)),
    receive: (who, id, range) =>
      inTurn(`${who.district}-${id}`, (signal) => receive(who, id, range, signal)),
  };
}

const tooMany = (): Refused =>
  new Refused(
    429,
    'tooManyUploads',
    `未使用的照片超过 ${mostUnused} 张或 300 MB，请先提交已上传的照片再添加`,
  );
const idTaken = (): Refused =>
  new Refused(409, 'photoIdTaken', '这个照片编号已用于另一张照片，请换一个编号重新上传');
const beyondAnnounced = (): Refused =>
  new Refused(413, 'beyondAnnounced', '发来的内容超过声明的大小，请重新选择照片上传');

/** Adds the row, or announces one's own given-up upload again; nothing when there are too many. */
async function insertAnnounced(
  { pool, now }: PhotoDeps,
  who: Uploader,
  { id, sha256, size }: Announcement,
): Promise<void> {
  await pool.query(
    `insert into photo (district, id, person_id, sha256, size, status, created_at)
     select $1, $2, $3::uuid, $4, $5::integer, 'announced', $6
     where (select count(*) < $7 and coalesce(sum(p.size), 0) + $5::integer <= $8 from photo p
       where p.person_id = $3::uuid and p.status in ('announced', 'complete') and p.created_at > $9
         and not exists (select from attachment a where a.district = p.district and a.photo_id = p.id))
     on conflict (district, id) do update set sha256 = excluded.sha256, size = excluded.size,
       status = 'announced', created_at = excluded.created_at, destroyed_at = null, destroyed_reason = null
     where photo.status = 'destroyed' and photo.completed_at is null
       and photo.person_id = excluded.person_id`,
    [
      who.district,
      id,
      who.personId,
      sha256,
      size,
      now(),
      mostUnused,
      mostUnusedBytes,
      // Older ones are swept.
      addMinutes(now(), -2 * 1440),
    ],
  );
}

/** Appends what comes, never more than `rest` bytes; what came stays when the connection breaks. */
async function append(
  piece: string,
  rest: number,
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): Promise<void> {
  if (!body) return;
  const reader = body.getReader();
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop);
  const handle = await openPiece(piece);
  try {
    let left = rest;
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new Refused(400, 'interrupted', '上传中断，请从断点继续');
      });
      if (signal.aborted) throw new Refused(409, 'superseded', '这张照片正在另一个连接上传');
      if (done) return;
      left -= value.byteLength;
      if (left < 0) throw beyondAnnounced();
      await handle.appendFile(value);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    await handle.close();
  }
}

/** All bytes are there: checked, kept on the disk for good, and only then named by the row. */
async function complete(deps: PhotoDeps, photo: PhotoRow, piece: string): Promise<void> {
  const bytes = await readFile(piece);
  const hash = Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
  if (hash !== photo.sha256) {
    await removePiece(piece);
    throw new Refused(409, 'hashMismatch', '收到的内容与声明的摘要不一致，请从头重新上传', {
      offset: 0,
    });
  }
  const { kind, picture } = await inspect(deps, bytes, piece).catch(async (error: unknown) => {
    if (error instanceof Refused && error.status === 415) {
      await removePiece(piece);
      await giveUp(deps.pool, photo, deps.now(), error.message);
    }
    throw error;
  });
  const dhash = await dhashOf(picture.copies?.thumbnail);
  await withBytes(deps.pool, photo.sha256, async (client) => {
    const locked = await lockAnnounced(client, photo.district, photo.id);
    if (locked?.sha256 !== photo.sha256) throw notFound();
    await keepPhoto(deps.directory, piece, photo.sha256, picture.copies);
    await nameBytes(client, photo, { kind, picture, dhash, at: deps.now() });
  });
}

async function inspect(
  deps: PhotoDeps,
  bytes: Buffer,
  piece: string,
): Promise<{ kind: PhotoKind; picture: Picture }> {
  const found = findKind(bytes);
  if ('problem' in found) {
    throw found.problem === 'broken'
      ? new Refused(415, 'photoBroken', '照片不完整或夹带了其他内容，请另选一张再上传')
      : new Refused(415, 'notAPhoto', '这不是照片；请上传 JPEG、PNG、WebP 或 HEIC 格式的照片');
  }
  if (deps.isClean && !(await deps.isClean(piece))) {
    throw new Refused(415, 'notClean', '照片没有通过安全检查，请另选一张再上传');
  }
  return { kind: found.kind, picture: await readPicture(bytes, found.kind) };
}

/** The row says complete: the last step, after everything lies on the disk. */
async function nameBytes(
  client: pg.ClientBase,
  photo: PhotoRow,
  { kind, picture, dhash, at }: { kind: PhotoKind; picture: Picture; dhash: string; at: Moment },
): Promise<void> {
  await client.query(
    `update photo set status = 'complete', kind = $3, width = $4, height = $5, taken_at = $6,
       lng = $7, lat = $8, completed_at = $9, dhash = $10
     where district = $1 and id = $2`,
    [
      photo.district,
      photo.id,
      kind,
      picture.width,
      picture.height,
      picture.takenAt,
      picture.lng,
      picture.lat,
      at,
      dhash,
    ],
  );
}
