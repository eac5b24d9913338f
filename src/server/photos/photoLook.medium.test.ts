/** The look of a photo: the same after scaling and compressing, another for another view; older ones follow. */
import { v7 as newId } from 'uuid';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isPlainPhoto, photoDistance } from '../../domain/likeness.ts';
import { ann, type PhotoServer, photoServer } from './photoFixture.ts';
import { dhashOf, sweepLooks } from './photoLook.ts';

let server: PhotoServer;
beforeAll(async () => {
  server = await photoServer();
});
afterAll(() => server.close());

/** A picture of circles, different for each seed. */
const view = (seed: number): Sharp => {
  const circles = Array.from({ length: 12 }, (_none, n) => {
    const at = (k: number): number => ((seed * 7919 + n * k * 104_729) % 997) / 997;
    const gray = Math.round(at(5) * 255);
    return `<circle cx="${at(2) * 800}" cy="${at(3) * 600}" r="${40 + at(7) * 160}" fill="rgb(${gray},${gray},${gray})"/>`;
  });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600">
    <rect width="800" height="600" fill="#888"/>${circles.join('')}</svg>`;
  return sharp(Buffer.from(drawing));
};

it('stays the same view when scaled, compressed and lightened', async () => {
  const own = await dhashOf(await view(1).png().toBuffer());
  const sent = await view(1)
    .resize(320)
    .modulate({ brightness: 1.15 })
    .jpeg({ quality: 40 })
    .toBuffer();
  expect(own).toMatch(/^[0-9a-f]{16}$/);
  expect(isPlainPhoto(own)).toBe(false);
  expect(photoDistance(own, await dhashOf(sent))).toBeLessThanOrEqual(4);
  expect(photoDistance(own, await dhashOf(await view(2).png().toBuffer()))).toBeGreaterThan(10);
  expect(await dhashOf(Buffer.from('no picture'))).toBe('');
  const plain = sharp({ create: { width: 80, height: 60, channels: 3, background: '#777' } });
  expect(isPlainPhoto(await dhashOf(await plain.png().toBuffer()))).toBe(true);
});

it('is kept with the photo, and made up for by the sweep', async () => {
  const id = newId();
  await server.upload(ann, await view(3).jpeg().toBuffer(), id);
  const kept = async (): Promise<string | null> => {
    const { rows } = await server.pool.query<{ dhash: string | null }>(
      'select dhash from photo where id = $1',
      [id],
    );
    return rows[0]?.dhash ?? null;
  };
  const made = await kept();
  expect(made).toMatch(/^[0-9a-f]{16}$/);
  await server.pool.query('update photo set dhash = null where id = $1', [id]);
  expect(await sweepLooks(server.pool, server.directory)).toBe(1);
  expect(await kept()).toBe(made);
  expect(await sweepLooks(server.pool, server.directory)).toBe(0);
});
