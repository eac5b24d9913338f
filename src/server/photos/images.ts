/**
 * Images 照片的副本: what is read from a photo before its copies lose it (capture time, position), the
 * shown copy and the thumbnail, upright and without metadata, and the picture that stands in for a
 * photo this server cannot decode. The original itself is never changed.
 */
import exifr from 'exifr';
import sharp from 'sharp';
import { z } from 'zod';
import { Moment, momentAt } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { lanes } from './lanes.ts';
import type { PhotoKind } from './photoKind.ts';

/** Every picture is different: keeping decoded ones would only take memory. */
sharp.cache(false);

/** Longest side of the copies, pixels. */
const shownSide = 2000;
const thumbnailSide = 320;
/** Most pixels by kind: what phones make, and what can be decoded in little memory. */
const mostPixels: Record<PhotoKind, number> = {
  jpeg: 110_000_000,
  png: 40_000_000,
  webp: 40_000_000,
  heic: 65_000_000,
};
const decodeSeconds = 20;
/** A picture with more pixels may take hundreds of megabytes: such ones are decoded one by one. */
const manyPixels = 30_000_000;
const alone = lanes(1, 200);

export interface Captured {
  takenAt: Moment | null;
  /** WGS-84 degrees, as the camera wrote them. */
  lng: number | null;
  lat: number | null;
}

/** Both copies are JPEG. */
export interface Copies {
  shown: Buffer;
  thumbnail: Buffer;
}

export interface Picture extends Captured {
  /** Pixels, upright; null for a HEIC whose header cannot be read. */
  width: number | null;
  height: number | null;
  /** Null: a HEIC that cannot be decoded here; the placeholder is shown instead. */
  copies: Copies | null;
}

const broken = (): Refused =>
  new Refused(415, 'photoBroken', '照片已损坏或不完整，请重新拍摄或另选一张再上传');

/** Reads and copies a photo whose kind is known. Refuses (415) a broken or far too large picture. */
export async function readPicture(bytes: Buffer, kind: PhotoKind): Promise<Picture> {
  const metadata = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (kind !== 'heic' && metadata?.format !== kind) throw broken();
  const { width = null, height = null } = metadata?.autoOrient ?? {};
  const pixels = (width ?? 0) * (height ?? 0);
  if (pixels > mostPixels[kind]) {
    throw new Refused(415, 'tooManyPixels', '照片的像素太多，请用相机的普通模式拍摄后再上传');
  }
  const captured = await readCaptured(metadata?.exif);
  const make = () => makeCopies(bytes, mostPixels[kind]).catch(refuseSlow);
  const copies = await (pixels > manyPixels ? alone(make) : make());
  if (!copies && kind !== 'heic') throw broken();
  return { ...captured, width, height, copies };
}

/** A decoder that ran out of time says nothing about the picture; one that failed does. */
function refuseSlow(error: unknown): null {
  if (error instanceof Error && error.message.startsWith('timeout')) {
    throw new Refused(503, 'photosBusy', '服务器繁忙，照片已收到但还没有处理完，请稍后重试');
  }
  return null;
}

async function makeCopies(bytes: Buffer, limitInputPixels: number): Promise<Copies> {
  const shown = await sharp(bytes, { limitInputPixels, failOn: 'error', sequentialRead: true })
    .timeout({ seconds: decodeSeconds })
    .autoOrient()
    .resize(shownSide, shownSide, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: 'white' })
    .jpeg({ quality: 82 })
    .toBuffer();
  const thumbnail = await sharp(shown)
    .resize(thumbnailSide, thumbnailSide, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 75 })
    .toBuffer();
  return { shown, thumbnail };
}

const text = z.string().optional().catch(undefined);
const degrees = z.number().optional().catch(undefined);
const Exif = z.object({
  DateTimeOriginal: text,
  OffsetTimeOriginal: text,
  CreateDate: text,
  OffsetTimeDigitized: text,
  latitude: degrees,
  longitude: degrees,
});
/** Only these are read, and only from a block of a size that cameras write: others take for ever. */
const wanted = [
  'DateTimeOriginal',
  'OffsetTimeOriginal',
  'CreateDate',
  'OffsetTimeDigitized',
  'GPSLatitude',
  'GPSLatitudeRef',
  'GPSLongitude',
  'GPSLongitudeRef',
];
const largestBlock = 256 * 1024;
const nothing: Captured = { takenAt: null, lng: null, lat: null };

/** Capture time and position in an EXIF block; what is missing or makes no sense is null. */
async function readCaptured(block: Buffer | undefined): Promise<Captured> {
  const start = block ? tiffStart(block) : -1;
  if (!block || start < 0 || block.length > largestBlock) return nothing;
  const parsed: unknown = await exifr
    .parse(block.subarray(start), { pick: wanted, reviveValues: false })
    .catch(() => undefined);
  const found = Exif.safeParse(parsed);
  if (!found.success) return nothing;
  const exif = found.data;
  const takenAt =
    momentOf(exif.DateTimeOriginal, exif.OffsetTimeOriginal) ??
    momentOf(exif.CreateDate, exif.OffsetTimeDigitized);
  return { takenAt, ...positionOf(exif.longitude, exif.latitude) };
}

/** The TIFF block follows a mark whose length differs between kinds of photo. */
function tiffStart(block: Buffer): number {
  const marks = ['II*\0', 'MM\0*'].map((mark) => block.subarray(0, 16).indexOf(mark, 'latin1'));
  return Math.max(...marks);
}

/** A camera's '2026:05:01 12:00:00'; without a zone it is Beijing time. */
function momentOf(local: string | undefined, zone: string | undefined): Moment | null {
  const parts = local?.match(/^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/);
  if (!parts) return null;
  const [, year, month, day, time] = parts;
  const offset = zone?.match(/^[+-]\d\d:\d\d$/)?.[0] ?? '+08:00';
  const ms = Date.parse(`${year}-${month}-${day}T${time}${offset}`);
  return Number.isNaN(ms) ? null : (Moment.safeParse(momentAt(ms)).data ?? null);
}

function positionOf(
  lng: number | undefined,
  lat: number | undefined,
): Pick<Captured, 'lng' | 'lat'> {
  const isPlace =
    lng !== undefined &&
    lat !== undefined &&
    Math.abs(lng) <= 180 &&
    Math.abs(lat) <= 90 &&
    (lng !== 0 || lat !== 0);
  return isPlace ? { lng, lat } : { lng: null, lat: null };
}

/** Says, beside the placeholder, why it is there. */
export const placeholderNote = 'HEIC 原图，请下载查看';

/** Drawn without letters, because a server may have no fonts. */
const placeholderDrawing = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240">
  <rect width="320" height="240" fill="#f0f0f0"/>
  <g fill="none" stroke="#8c8c8c" stroke-width="6" stroke-linecap="round" stroke-linejoin="round">
    <rect x="90" y="40" width="140" height="100" rx="8"/>
    <circle cx="125" cy="72" r="10"/>
    <path d="M100 130 L145 95 L170 115 L190 90 L220 130"/>
    <path d="M160 160 V200 M142 184 L160 202 L178 184 M130 218 H190"/>
  </g></svg>`;
let placeholderMade: Promise<Buffer> | undefined;

/** The picture, a PNG, shown for a photo that has no copies. */
export function placeholder(): Promise<Buffer> {
  placeholderMade ??= sharp(Buffer.from(placeholderDrawing)).png().toBuffer();
  return placeholderMade;
}
