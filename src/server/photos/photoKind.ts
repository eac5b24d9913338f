/**
 * Photo kind 照片格式: what a file is by its content, never by its name. A file that is also something
 * else (an archive, a page, a program's document) is no photo. Source: trust, 5.2.2 and 3.2.1.
 */

export type PhotoKind = 'jpeg' | 'png' | 'webp' | 'heic';

/** How each kind is sent, and the end of its name when it is saved. */
export const photoKinds: Record<PhotoKind, { contentType: string; extension: string }> = {
  jpeg: { contentType: 'image/jpeg', extension: 'jpg' },
  png: { contentType: 'image/png', extension: 'png' },
  webp: { contentType: 'image/webp', extension: 'webp' },
  heic: { contentType: 'image/heic', extension: 'heic' },
};

/** `broken`: it begins like a photo and does not end like one. `other`: anything else. */
export type KindFound = { kind: PhotoKind } | { problem: 'broken' | 'other' };

const pngStart = Buffer.from('89504e470d0a1a0a', 'hex');
const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx']);

/** The kind of a whole file. */
export function findKind(bytes: Buffer): KindFound {
  const kind = kindByStart(bytes);
  if (!kind || isAlsoSomethingElse(bytes)) return { problem: 'other' };
  return isWhole[kind](bytes) ? { kind } : { problem: 'broken' };
}

function kindByStart(bytes: Buffer): PhotoKind | undefined {
  if (bytes.length < 32) return undefined;
  if (bytes.readUIntBE(0, 3) === 0xffd8ff) return 'jpeg';
  if (bytes.subarray(0, 8).equals(pngStart)) return 'png';
  const text = bytes.toString('latin1', 0, 12);
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'webp';
  if (text.slice(4, 8) === 'ftyp' && brandsOf(bytes).some((brand) => heicBrands.has(brand))) {
    return 'heic';
  }
  return undefined;
}

/** The major brand and the compatible brands of an ISO media file. */
function brandsOf(bytes: Buffer): string[] {
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 256);
  const brands = [bytes.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4));
  return brands;
}

/** Phones append films and depth maps to a JPEG: what follows the picture is the decoder's matter. */
const isWhole: Record<PhotoKind, (bytes: Buffer) => boolean> = {
  jpeg: () => true,
  png: isWholePng,
  webp: (bytes) => {
    const end = bytes.readUInt32LE(4) + 8;
    return end === bytes.length || end + (end % 2) === bytes.length;
  },
  heic: isWholeHeic,
};

/** Chunks follow each other up to IEND, and nothing follows it. */
function isWholePng(bytes: Buffer): boolean {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const name = bytes.toString('latin1', at + 4, at + 8);
    at += bytes.readUInt32BE(at) + 12;
    if (name === 'IEND') return at === bytes.length;
  }
  return false;
}

/** The boxes fill the file exactly, and a `meta` box is among them. */
function isWholeHeic(bytes: Buffer): boolean {
  let at = 0;
  let hasMeta = false;
  while (at + 8 <= bytes.length) {
    hasMeta ||= bytes.toString('latin1', at + 4, at + 8) === 'meta';
    let size = bytes.readUInt32BE(at);
    if (size === 0) return hasMeta;
    if (size === 1) {
      if (at + 16 > bytes.length || bytes.readUInt32BE(at + 8) !== 0) return false;
      size = bytes.readUInt32BE(at + 12);
    }
    if (size < 8) return false;
    at += size;
  }
  return hasMeta && at === bytes.length;
}

const zipEnd = Buffer.from('504b050600000000', 'hex');
const foreignStart = /%PDF-|<!doctype|<html|<head|<body|<script|<iframe|<svg|<\?php/i;

/** A zip directory at the end (with the longest comment), or what a browser would take for a page. */
function isAlsoSomethingElse(bytes: Buffer): boolean {
  const tail = bytes.subarray(Math.max(0, bytes.length - 65_557));
  return tail.includes(zipEnd) || foreignStart.test(bytes.toString('latin1', 0, 1500));
}
