import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ann,
  bob,
  district,
  noisyPicture,
  type PhotoServer,
  photoServer,
  sha256Of,
} from './photoFixture.ts';
import { originalPath, piecePath } from './photoStore.ts';
import { largestPhoto } from './upload.ts';

let server: PhotoServer;
beforeAll(async () => {
  server = await photoServer();
});
afterAll(() => server.close());

const picture = (): Promise<Buffer> => noisyPicture().jpeg().toBuffer();
const pieces = (): string[] => {
  const folder = join(server.directory, 'pieces');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('an upload', () => {
  it('goes on from the offset over several ranges and a restart', async () => {
    const bytes = await picture();
    const id = newId();
    const announcement = { id, sha256: sha256Of(bytes), size: bytes.length };
    const first = await server.announce(ann, announcement);
    expect(first).toEqual({ status: 200, body: { id, offset: 0, isComplete: false, note: null } });
    expect((await server.put(ann, id, 0, bytes.subarray(0, 1000))).body.offset).toBe(1000);

    server.restart();
    expect((await server.announce(ann, announcement)).body.offset).toBe(1000);
    expect((await server.put(ann, id, 1000, bytes.subarray(1000, 50_000))).body.offset).toBe(
      50_000,
    );
    expect((await server.state(ann, id)).body).toMatchObject({ offset: 50_000, isComplete: false });
    expect((await server.show(ann, id, 'original')).status).toBe(404);

    const last = await server.put(ann, id, 50_000, bytes.subarray(50_000));
    expect(last.body).toEqual({ id, offset: bytes.length, isComplete: true, note: null });
    expect(readFileSync(originalPath(server.directory, sha256Of(bytes))).equals(bytes)).toBe(true);
    expect(pieces()).toEqual([]);

    // The answer was lost, so the phone asks and sends again.
    expect((await server.announce(ann, announcement)).body.isComplete).toBe(true);
    expect((await server.put(ann, id, 50_000, bytes.subarray(50_000))).body.isComplete).toBe(true);
  });

  it('tells the right offset when another one is sent', async () => {
    const bytes = await picture();
    const id = newId();
    await server.announce(ann, { id, sha256: sha256Of(bytes), size: bytes.length });
    await server.put(ann, id, 0, bytes.subarray(0, 700));
    const wrong = await server.put(ann, id, 0, bytes);
    expect(wrong).toMatchObject({
      status: 409,
      body: { code: 'wrongOffset', details: { offset: 700 } },
    });
    expect((await server.put(ann, id, 700, bytes.subarray(700))).body.isComplete).toBe(true);
  });

  it('starts anew when the hash is wrong', async () => {
    const bytes = await picture();
    const other = Buffer.from(bytes);
    other.writeUInt8(other.readUInt8(5000) ^ 1, 5000);
    const id = newId();
    await server.announce(ann, { id, sha256: sha256Of(bytes), size: bytes.length });
    expect(await server.put(ann, id, 0, other)).toMatchObject({
      status: 409,
      body: { code: 'hashMismatch', details: { offset: 0 } },
    });
    expect((await server.state(ann, id)).body).toMatchObject({ offset: 0, isComplete: false });
    expect(pieces()).toEqual([]);
    expect((await server.put(ann, id, 0, bytes)).body.isComplete).toBe(true);
  });

  it('is taken over by the phone that comes back while the old connection hangs', async () => {
    const bytes = await picture();
    const id = newId();
    await server.announce(ann, { id, sha256: sha256Of(bytes), size: bytes.length });
    const hanging = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(bytes.subarray(0, 2000))),
    });
    const old = server.putStream(ann, id, hanging);
    await expect.poll(async () => (await server.state(ann, id)).body.offset).toBe(2000);
    const back = await server.put(ann, id, 2000, bytes.subarray(2000));
    expect(back.body.isComplete).toBe(true);
    expect((await old).status).toBe(409);
  });
});

describe('an announcement', () => {
  const sha256 = 'a'.repeat(64);

  it('of more than 20 MB is refused at once', async () => {
    const answer = await server.announce(ann, { id: newId(), sha256, size: largestPhoto + 1 });
    expect(answer).toMatchObject({ status: 413, body: { code: 'tooLarge' } });
  });

  it('is refused with fields when something is wrong or unknown', async () => {
    const answer = await server.announce(ann, { id: 'x', sha256: 'A', size: 0, name: '../a.php' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'badInput' } });
    expect(answer.body.details?.fields).toHaveLength(4);
  });

  it('keeps its id: other content or another person is refused', async () => {
    const id = newId();
    expect((await server.announce(ann, { id, sha256, size: 10 })).status).toBe(200);
    expect((await server.announce(ann, { id, sha256, size: 11 })).status).toBe(409);
    expect((await server.announce(bob, { id, sha256, size: 10 })).status).toBe(409);
    expect((await server.put(bob, id, 0, Buffer.alloc(10))).status).toBe(404);
    expect((await server.state(bob, id)).status).toBe(404);
  });

  it('of a hash somebody else has uploaded grants nothing before all bytes were sent', async () => {
    const bytes = await picture();
    const first = await server.upload(ann, bytes);
    expect(first.body.isComplete).toBe(true);
    const id = newId();
    const announced = await server.announce(bob, {
      id,
      sha256: sha256Of(bytes),
      size: bytes.length,
    });
    expect(announced.body).toMatchObject({ offset: 0, isComplete: false });
    for (const form of ['shown', 'thumbnail', 'original']) {
      expect((await server.show(bob, id, form)).status).toBe(404);
      expect((await server.show(bob, first.id, form)).status).toBe(404);
    }
    expect((await server.put(bob, id, bytes.length, Buffer.alloc(0))).status).toBe(409);
    expect((await server.put(bob, id, 0, bytes)).body.isComplete).toBe(true);
    expect((await server.show(bob, id, 'original')).status).toBe(200);
    expect((await server.show(bob, first.id, 'original')).status).toBe(404);
  });

  it('is refused to a person with 60 unfinished uploads, who may go on with those', async () => {
    const many = newId();
    const ids = Array.from({ length: 60 }, () => newId());
    for (const id of ids) await server.announce(many, { id, sha256, size: 10 });
    const refused = await server.announce(many, { id: newId(), sha256, size: 10 });
    expect(refused).toMatchObject({ status: 429, body: { code: 'tooManyUploads' } });
    expect((await server.announce(many, { id: ids[0], sha256, size: 10 })).status).toBe(200);
  });
});

describe('a body', () => {
  it('is refused beyond 300 MB or 60 photos nobody used, finished ones too', async () => {
    const [hoarder, heavy] = [newId(), newId()];
    const { pool } = server.deps;
    const finished = (person: string, size: number, count: number) =>
      pool.query(
        `insert into photo (district, id, person_id, sha256, size, status, kind, created_at, completed_at)
         select $1, gen_random_uuid(), $2, $3, $4, 'complete', 'jpeg', $5, $5 from generate_series(1, $6)`,
        [district, person, 'f'.repeat(64), size, server.deps.now(), count],
      );
    await finished(hoarder, 10, 60);
    await finished(heavy, 20_000_000, 15);
    const announce = (person: string, size: number) =>
      server.announce(person, { id: newId(), sha256: 'f'.repeat(64), size });
    expect((await announce(hoarder, 10)).status).toBe(429);
    expect((await announce(heavy, 20_000_000)).status).toBe(429);
    expect((await announce(heavy, 10_000_000)).status).toBe(200);
  });

  it('longer than announced is refused, whether or not it says so', async () => {
    const bytes = await picture();
    const id = newId();
    await server.announce(ann, { id, sha256: sha256Of(bytes), size: 1000 });
    expect(await server.put(ann, id, 0, bytes)).toMatchObject({
      status: 413,
      body: { code: 'beyondAnnounced' },
    });
    const silent = await server.putStream(ann, id, new Blob([new Uint8Array(bytes)]).stream());
    expect(silent.status).toBe(413);
    expect(silent.headers.get('connection')).toBe('close');
    const piece = piecePath(server.directory, district, id);
    expect(existsSync(piece) ? readFileSync(piece).length : 0).toBeLessThanOrEqual(1000);
  });

  it('needs one offset and the upload type', async () => {
    const id = newId();
    await server.announce(ann, { id, sha256: 'b'.repeat(64), size: 5 });
    const send = async (query: string, type: string): Promise<number> => {
      const response = await server.app().request(`/api/${district}/photos/${id}${query}`, {
        method: 'PUT',
        body: 'hello',
        headers: { 'x-person': ann, 'content-type': type },
      });
      return response.status;
    };
    const type = 'application/octet-stream';
    expect(await send('?offset=0', 'text/plain')).toBe(415);
    for (const query of ['', '?offset=-1', '?offset=0&offset=0', '?offset=1e3']) {
      expect(await send(query, type)).toBe(400);
    }
    expect((await server.put('', id, 0, Buffer.from('hello'))).status).toBe(401);
  });
});
