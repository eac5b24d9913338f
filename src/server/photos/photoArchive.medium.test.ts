import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archivePhotos } from './photoArchive.ts';
import { ann, noisyPicture, type PhotoServer, photoServer, sha256Of } from './photoFixture.ts';
import { removeDestroyedBytes } from './photoRemoval.ts';
import { copyPath, originalPath } from './photoStore.ts';

let server: PhotoServer;
let target: string;
beforeEach(async () => {
  server = await photoServer();
  target = mkdtempSync(join(tmpdir(), 'loop-archive-'));
});
afterEach(async () => {
  await server.close();
  rmSync(target, { recursive: true });
});

const archive = (year: number, onPhoto = (_done: number): void => undefined) =>
  archivePhotos(server.deps.pool, {
    directory: server.directory,
    target,
    year,
    now: '2027-02-01T00:00:00.000Z',
    onPhoto,
  });

/** Uploaded and attached photos, each a year after the one before, from 2025. */
async function photosOfYears(count: number): Promise<{ id: string; sha256: string }[]> {
  const made = [];
  for (let n = 0; n < count; n++) {
    const bytes = await noisyPicture(60, 40).jpeg().toBuffer();
    const { id } = await server.upload(ann, bytes);
    await server.attach(id);
    await server.deps.pool.query(`update photo set created_at = $2 where id = $1`, [
      id,
      `${2025 + n}-06-01T00:00:00Z`,
    ]);
    made.push({ id, sha256: sha256Of(bytes) });
  }
  return made;
}

describe('the archive', () => {
  it('takes the photos of closed years, which still open and can be destroyed', async () => {
    const [old, young] = await photosOfYears(2);
    expect(await archive(2026)).toMatchObject({ count: 1, damaged: [] });
    expect(existsSync(originalPath(server.directory, old?.sha256 ?? ''))).toBe(false);
    expect(existsSync(originalPath(target, old?.sha256 ?? ''))).toBe(true);
    expect(existsSync(copyPath(target, old?.sha256 ?? '', 'thumbnail'))).toBe(true);
    expect(existsSync(originalPath(server.directory, young?.sha256 ?? ''))).toBe(true);
    for (const { id } of [old, young].flatMap((photo) => photo ?? []))
      for (const form of ['original', 'shown', 'thumbnail'] as const)
        expect((await server.show(ann, id, form)).status).toBe(200);
    expect(await archive(2026)).toMatchObject({ count: 0 });

    await server.deps.pool.query(`update photo set status = 'destroyed' where id = $1`, [old?.id]);
    await removeDestroyedBytes(server.deps.pool, server.directory, old?.id ?? '');
    expect(existsSync(originalPath(target, old?.sha256 ?? ''))).toBe(false);
  });

  it('goes on where it was stopped', async () => {
    const photos = await photosOfYears(3);
    const stopped = archive(2027, (done) => {
      if (done === 1) throw new Error('killed');
    });
    await expect(stopped).rejects.toThrow('killed');
    for (const { id } of photos) expect((await server.show(ann, id, 'shown')).status).toBe(200);
  });

  it('is refused for a year that is not over, another disk than before, and leaves damaged ones', async () => {
    const [old] = await photosOfYears(1);
    await expect(archive(2028)).rejects.toThrow('已经过去的年份');
    writeFileSync(originalPath(server.directory, old?.sha256 ?? ''), 'other bytes');
    expect(await archive(2027)).toMatchObject({ count: 0, damaged: [old?.sha256] });
    expect(existsSync(originalPath(server.directory, old?.sha256 ?? ''))).toBe(true);
    const elsewhere = archivePhotos(server.deps.pool, {
      directory: server.directory,
      target: join(target, 'elsewhere'),
      year: 2027,
      now: '2027-02-01T00:00:00.000Z',
      onPhoto: () => undefined,
    });
    await expect(elsewhere).rejects.toThrow('不能再换到');
  });
});
