import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ann,
  bob,
  district,
  noisyPicture,
  type PhotoServer,
  photoServer,
  sha256Of,
} from './photoFixture.ts';
import { removeDestroyedBytes, sweepPieces } from './photoRemoval.ts';
import { withBytes } from './photoRows.ts';
import { copyPath, originalPath, piecePath } from './photoStore.ts';

let server: PhotoServer;
let bytes: Buffer;
beforeEach(async () => {
  server = await photoServer();
  bytes = await noisyPicture()
    .withExif({ IFD2: { DateTimeOriginal: '2026:03:04 09:08:07' } })
    .jpeg()
    .toBuffer();
});
afterEach(() => server.close());

const filesOf = (): boolean[] => [
  existsSync(originalPath(server.directory, sha256Of(bytes))),
  existsSync(copyPath(server.directory, sha256Of(bytes), 'shown')),
  existsSync(copyPath(server.directory, sha256Of(bytes), 'thumbnail')),
];

describe('the sweep', () => {
  it('gives up what was announced more than a day ago, with its piece, and nothing else', async () => {
    const announcement = { id: newId(), sha256: sha256Of(bytes), size: bytes.length };
    await server.announce(ann, announcement);
    await server.put(ann, announcement.id, 0, bytes.subarray(0, 1000));
    const whole = await server.upload(bob, await noisyPicture().jpeg().toBuffer());
    await server.attach(whole.id);
    server.pass(1439);
    const young = newId();
    await server.announce(ann, { ...announcement, id: young });
    await server.put(ann, young, 0, bytes.subarray(0, 10));
    expect(await sweepPieces(server.deps)).toBe(0);
    expect((await server.state(ann, announcement.id)).body.offset).toBe(1000);

    server.pass(2);
    expect(await sweepPieces(server.deps)).toBe(1);
    expect(await sweepPieces(server.deps)).toBe(0);
    expect((await server.state(ann, announcement.id)).status).toBe(404);
    expect((await server.put(ann, announcement.id, 1000, bytes.subarray(1000))).status).toBe(404);
    expect(readdirSync(join(server.directory, 'pieces'))).toEqual([`${district}-${young}`]);
    expect((await server.show(bob, whole.id, 'shown')).status).toBe(200);

    // A phone that was without signal for days announces again and starts anew.
    expect((await server.announce(bob, announcement)).status).toBe(409);
    expect((await server.announce(ann, announcement)).body.offset).toBe(0);
    expect((await server.put(ann, announcement.id, 0, bytes)).body.isComplete).toBe(true);
  });

  it('removes a finished photo that nobody used within a day; its owner may send it again', async () => {
    const { id } = await server.upload(ann, bytes);
    server.pass(1441);
    expect(await sweepPieces(server.deps)).toBe(1);
    expect(filesOf()).toEqual([false, false, false]);
    expect((await server.show(ann, id, 'shown')).status).toBe(404);
    const again = await server.announce(ann, { id, sha256: sha256Of(bytes), size: bytes.length });
    expect(again.body).toMatchObject({ offset: 0, isComplete: false });
  });

  it('removes what a killed program left: loose pieces, and bytes that were moved but never named', async () => {
    await server.upload(ann, bytes);
    await server.pool.query(`update photo set status = 'announced', completed_at = null`);
    const loose = piecePath(server.directory, district, newId());
    writeFileSync(loose, 'x');
    writeFileSync(`${loose}.shown`, 'x');
    server.pass(1441);
    expect(await sweepPieces(server.deps)).toBe(1);
    expect(readdirSync(join(server.directory, 'pieces'))).toEqual([]);
    expect(filesOf()).toEqual([false, false, false]);
  });

  it('keeps bytes that a complete photo of somebody else has', async () => {
    await server.attach((await server.upload(bob, bytes)).id);
    await server.announce(ann, { id: newId(), sha256: sha256Of(bytes), size: bytes.length });
    server.pass(1441);
    expect(await sweepPieces(server.deps)).toBe(1);
    expect(filesOf()).toEqual([true, true, true]);
  });
});

describe('a destroyed photo', () => {
  it('loses its bytes, time and position; hash and row stay, and it is said to be destroyed', async () => {
    const { id } = await server.upload(ann, bytes);
    await removeDestroyedBytes(server.pool, server.directory, id);
    expect(filesOf()).toEqual([true, true, true]);
    expect((await server.row(id)).taken_at).not.toBeNull();

    await server.destroy(id);
    for (const form of ['shown', 'thumbnail', 'original']) {
      const gone = await server.show(ann, id, form);
      expect(gone.status).toBe(404);
      expect(await gone.json()).toMatchObject({ code: 'photoDestroyed', message: '照片已销毁' });
      expect((await server.show(bob, id, form)).status).toBe(404);
    }
    await removeDestroyedBytes(server.pool, server.directory, id);
    await removeDestroyedBytes(server.pool, server.directory, id);
    expect(filesOf()).toEqual([false, false, false]);
    expect(await server.row(id)).toMatchObject({
      status: 'destroyed',
      sha256: sha256Of(bytes),
      taken_at: null,
    });
    const again = { id, sha256: sha256Of(bytes), size: bytes.length };
    expect(await server.announce(ann, again)).toMatchObject({
      status: 404,
      body: { code: 'photoDestroyed' },
    });
  });

  it('leaves the bytes to another photo that has the same', async () => {
    const first = await server.upload(ann, bytes);
    const second = await server.upload(bob, bytes);
    await server.destroy(first.id);
    await removeDestroyedBytes(server.pool, server.directory, first.id);
    expect((await server.show(bob, second.id, 'original')).status).toBe(200);
    await server.destroy(second.id);
    await removeDestroyedBytes(server.pool, server.directory, second.id);
    expect(filesOf()).toEqual([false, false, false]);
  });

  it('never takes the bytes from somebody who uploads the same at that moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = await server.upload(ann, bytes);
      await server.destroy(first.id);
      const remove = () => removeDestroyedBytes(server.pool, server.directory, first.id);
      const [second, third] = await Promise.all([
        server.upload(bob, bytes),
        server.upload(ann, bytes),
        remove(),
        remove(),
      ]);
      for (const { id, body } of [second, third]) {
        expect(body.isComplete).toBe(true);
        const sent = await server.show(id === second.id ? bob : ann, id, 'original');
        expect(Buffer.from(await sent.arrayBuffer()).equals(bytes)).toBe(true);
        await server.destroy(id);
      }
      await remove();
      expect(filesOf()).toEqual([false, false, false]);
    }
  });

  it('is removed only after an upload of the same bytes, here of another process, has its row', async () => {
    const first = await server.upload(ann, bytes);
    const second = await server.upload(bob, bytes);
    await server.pool.query(`update photo set status = 'announced' where id = $1`, [second.id]);
    await server.destroy(first.id);
    const removal = await withBytes(server.pool, sha256Of(bytes), async (client) => {
      const begun = removeDestroyedBytes(server.pool, server.directory, first.id);
      await sleep(200);
      expect(filesOf()).toEqual([true, true, true]);
      await client.query(`update photo set status = 'complete' where id = $1`, [second.id]);
      return { begun };
    });
    await removal.begun;
    expect(filesOf()).toEqual([true, true, true]);
  });
});
