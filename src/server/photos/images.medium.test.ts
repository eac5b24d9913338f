import { existsSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import sharp, { type Exif } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ann, noisyPicture, type PhotoServer, photoServer, sha256Of } from './photoFixture.ts';
import { copyPath, originalPath } from './photoStore.ts';

let server: PhotoServer;
beforeAll(async () => {
  server = await photoServer();
});
afterAll(() => server.close());

/** What a phone writes: Beijing, 39°54′20″N 116°23′30″E, no zone unless given. */
const phoneExif = (zone?: string): Exif => ({
  IFD0: { Make: 'CanaryPhone' },
  IFD2: {
    DateTimeOriginal: '2026:03:04 09:08:07',
    ...(zone ? { OffsetTimeOriginal: zone } : {}),
  },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '39/1 54/1 20/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '116/1 23/1 30/1',
  },
});

const copyOf = async (id: string, form: string): Promise<Buffer> =>
  Buffer.from(await (await server.show(ann, id, form)).arrayBuffer());

const refusalOf = async (bytes: Buffer): Promise<string> => {
  const { status, body, id } = await server.upload(ann, bytes);
  expect(status).toBe(415);
  expect((await server.state(ann, id)).status).toBe(404);
  expect(existsSync(originalPath(server.directory, sha256Of(bytes)))).toBe(false);
  return body.code ?? '';
};

describe('capture time and position', () => {
  it('are read from a JPEG and stripped from the copies; the original is unchanged', async () => {
    const bytes = await noisyPicture(2600, 1300)
      .withExif(phoneExif())
      .withMetadata({ orientation: 6 })
      .withExifMerge(phoneExif())
      .jpeg()
      .toBuffer();
    const { id, status } = await server.upload(ann, bytes);
    expect(status).toBe(200);
    expect(await server.row(id)).toMatchObject({
      kind: 'jpeg',
      width: 1300,
      height: 2600,
      taken_at: '2026-03-04T01:08:07.000Z',
      lat: expect.closeTo(39.905556, 5) as number,
      lng: expect.closeTo(116.391667, 5) as number,
    });
    expect((await copyOf(id, 'original')).equals(bytes)).toBe(true);
    expect(bytes.includes('CanaryPhone')).toBe(true);
    for (const [form, width, height] of [
      ['shown', 1000, 2000],
      ['thumbnail', 160, 320],
    ] as const) {
      const copy = await copyOf(id, form);
      expect(copy.includes('CanaryPhone')).toBe(false);
      const metadata = await sharp(copy).metadata();
      expect(metadata).toMatchObject({ format: 'jpeg', width, height });
      expect([metadata.exif, metadata.icc, metadata.xmp, metadata.iptc]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it.each(['jpeg', 'png', 'webp'] as const)('are read from a %s with a zone', async (kind) => {
    const bytes = await noisyPicture().withExif(phoneExif('+09:00')).toFormat(kind).toBuffer();
    const { id, status } = await server.upload(ann, bytes);
    expect(status).toBe(200);
    expect(await server.row(id)).toMatchObject({
      kind,
      width: 400,
      height: 300,
      taken_at: '2026-03-04T00:08:07.000Z',
    });
    expect((await sharp(await copyOf(id, 'shown')).metadata()).exif).toBeUndefined();
  });

  it('are null when the camera had no clock, no position, or wrote nonsense', async () => {
    const exif: Exif = {
      IFD2: { DateTimeOriginal: '0000:00:00 00:00:00' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '0/1 0/1 0/1',
        GPSLongitudeRef: 'E',
        GPSLongitude: '0/1 0/1 0/1',
      },
    };
    for (const bytes of [
      await noisyPicture().withExif(exif).jpeg().toBuffer(),
      await noisyPicture().jpeg().toBuffer(),
    ]) {
      const { id } = await server.upload(ann, bytes);
      expect(await server.row(id)).toMatchObject({ taken_at: null, lng: null, lat: null });
    }
  });

  it('are given up quickly when the EXIF block is made to take for ever', async () => {
    // A directory of thousands of tags, each with as many values as fit into the block.
    const tiff = Buffer.alloc(250_000, 1);
    tiff.write('II*\0', 0, 'latin1');
    tiff.writeUInt32LE(8, 4);
    tiff.writeUInt16LE(20_000, 8);
    for (let n = 0; n < 20_000; n += 1) {
      tiff.writeUInt16LE(0x9003 + (n % 2000), 10 + n * 12);
      tiff.writeUInt16LE(3, 12 + n * 12);
      tiff.writeUInt32LE(120_000, 14 + n * 12);
      tiff.writeUInt32LE(8, 18 + n * 12);
    }
    const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from('eXIf'), tiff, Buffer.alloc(4)]);
    chunk.writeUInt32BE(tiff.length);
    chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
    const png = await noisyPicture().png().toBuffer();
    const bytes = Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
    expect((await sharp(bytes).metadata()).exif?.length).toBeGreaterThanOrEqual(tiff.length);
    const before = process.cpuUsage();
    const { id, status } = await server.upload(ann, bytes);
    expect(status).toBe(200);
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
    expect(await server.row(id)).toMatchObject({ taken_at: null, lng: null, lat: null });
  });
});

describe('what is no photo is refused and nothing of it kept', () => {
  it.each([
    ['words under any name', Buffer.from('a photo, honestly, says its name photo.jpg')],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['HTML', Buffer.from('<!doctype html><title>x</title><script>alert(1)</script>')],
    ['a GIF', Buffer.from(`GIF89a${'\0'.repeat(60)}`, 'latin1')],
    ['a zip', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(60)])],
  ])('%s', async (_, bytes) => {
    expect(await refusalOf(bytes)).toBe('notAPhoto');
  });

  it('an AVIF, which only begins like a HEIC', async () => {
    expect(await refusalOf(await noisyPicture(64, 64).avif({ effort: 0 }).toBuffer())).toBe(
      'notAPhoto',
    );
  });

  it('a JPEG that is a zip as well', async () => {
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06');
    const zip = Buffer.concat([
      Buffer.from('PK\x03\x04'),
      Buffer.alloc(100),
      end,
      Buffer.from('comment'),
    ]);
    const bytes = Buffer.concat([await noisyPicture().jpeg().toBuffer(), zip]);
    expect(await refusalOf(bytes)).toBe('notAPhoto');
  });

  it('a JPEG whose comment is a page', async () => {
    const jpeg = await noisyPicture().jpeg().toBuffer();
    const page = Buffer.from('<HTML><script>alert(1)</script>');
    const head = Buffer.from([0xff, 0xfe, 0, page.length + 2]);
    const bytes = Buffer.concat([jpeg.subarray(0, 2), head, page, jpeg.subarray(2)]);
    expect((await sharp(bytes).metadata()).format).toBe('jpeg');
    expect(await refusalOf(bytes)).toBe('notAPhoto');
  });

  it.each(['jpeg', 'png', 'webp'] as const)('a truncated %s', async (kind) => {
    const whole = await noisyPicture().toFormat(kind).toBuffer();
    expect(await refusalOf(whole.subarray(0, Math.floor(whole.length * 0.6)))).toBe('photoBroken');
  });

  it('a picture with the start of a JPEG and nothing behind it', async () => {
    expect(
      await refusalOf(Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(500)])),
    ).toBe('photoBroken');
  });

  it('a small PNG that unpacks to 900 million pixels', async () => {
    const bytes = Buffer.from(await noisyPicture(8, 8).png().toBuffer());
    bytes.writeUInt32BE(30_000, 16);
    bytes.writeUInt32BE(30_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    expect(await refusalOf(bytes)).toBe('tooManyPixels');
  });

  it('a small JPEG that says it has 4,000 million pixels', async () => {
    const bytes = Buffer.from(await noisyPicture(8, 8).jpeg().toBuffer());
    const frame = bytes.indexOf(Buffer.from('ffc0', 'hex'));
    bytes.writeUInt16BE(65_000, frame + 5);
    bytes.writeUInt16BE(65_000, frame + 7);
    expect(await refusalOf(bytes)).toBe('tooManyPixels');
  });

  it('what a scanner objects to', async () => {
    const seen: string[] = [];
    server.restart({
      isClean: async (file) => {
        seen.push(sha256Of(readFileSync(file)));
        return false;
      },
    });
    const bytes = await noisyPicture().jpeg().toBuffer();
    expect(await refusalOf(bytes)).toBe('notClean');
    expect(seen).toEqual([sha256Of(bytes)]);
    server.restart();
    expect((await server.upload(ann, bytes)).body.isComplete).toBe(true);
  });
});

describe('a photo with more than the picture', () => {
  it('such as the film of a moving photo is kept whole', async () => {
    const film = Buffer.concat([
      Buffer.from('\0\0\0\x18ftypmp42', 'latin1'),
      Buffer.alloc(5000, 7),
    ]);
    const bytes = Buffer.concat([await noisyPicture().jpeg().toBuffer(), film]);
    const { id, body } = await server.upload(ann, bytes);
    expect(body.isComplete).toBe(true);
    expect((await copyOf(id, 'original')).equals(bytes)).toBe(true);
    expect((await copyOf(id, 'shown')).includes('ftyp')).toBe(false);
  });
});

describe('a HEIC', () => {
  const box = (name: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(content.length + 8);
    head.write(name, 4);
    return Buffer.concat([head, content]);
  };
  const heic = (fill: number): Buffer =>
    Buffer.concat([
      box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1')),
      box('meta', Buffer.alloc(40)),
      box('mdat', Buffer.alloc(900, fill)),
    ]);

  it('that cannot be decoded here is kept, and a placeholder says so', async () => {
    const bytes = heic(1);
    const { id, status, body } = await server.upload(ann, bytes);
    expect([status, body.isComplete, body.note]).toEqual([200, true, 'HEIC 原图，请下载查看']);
    expect(await server.row(id)).toMatchObject({ kind: 'heic', status: 'complete' });
    for (const form of ['shown', 'thumbnail']) {
      const response = await server.show(ann, id, form);
      expect(response.headers.get('content-type')).toBe('image/png');
      const note = response.headers.get('x-photo-note') ?? '';
      expect(decodeURIComponent(note)).toBe('HEIC 原图，请下载查看');
      const drawn = await sharp(Buffer.from(await response.arrayBuffer())).stats();
      expect(drawn.isOpaque && drawn.channels[0]!.stdev > 5).toBe(true);
    }
    const original = await server.show(ann, id, 'original');
    expect(original.headers.get('content-type')).toBe('image/heic');
    expect(original.headers.get('content-disposition')).toBe(`attachment; filename="${id}.heic"`);
    expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true);
  });

  it('that can be decoded gets its copies', async () => {
    // The same box format with a coding this decoder knows.
    const bytes = await noisyPicture(64, 48).avif({ effort: 0 }).toBuffer();
    bytes.write('heic', 8);
    bytes.write('heic', bytes.indexOf('avif', 12));
    const { id, body } = await server.upload(ann, bytes);
    expect(body).toMatchObject({ isComplete: true, note: null });
    expect(await server.row(id)).toMatchObject({ kind: 'heic', width: 64, height: 48 });
    expect(existsSync(copyPath(server.directory, sha256Of(bytes), 'shown'))).toBe(true);
    expect((await server.show(ann, id, 'shown')).headers.get('content-type')).toBe('image/jpeg');
  });

  it('that is truncated or goes on after its end is refused', async () => {
    expect(await refusalOf(heic(2).subarray(0, 500))).toBe('photoBroken');
    expect(await refusalOf(Buffer.concat([heic(3), Buffer.from('#!/bin/sh')]))).toBe('photoBroken');
  });
});
