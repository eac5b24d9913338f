import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
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
import { photoAttachment } from './photoRows.ts';
import { largestPhoto } from './upload.ts';

let server: PhotoServer;
let bytes: Buffer;
let id: string;
beforeAll(async () => {
  server = await photoServer();
  bytes = await noisyPicture().png().toBuffer();
  ({ id } = await server.upload(ann, bytes));
});
afterAll(() => server.close());

describe('a photo', () => {
  it.each([
    ['shown', 'image/jpeg', 'inline', 'private, no-cache'],
    ['thumbnail', 'image/jpeg', 'inline', 'private, no-cache'],
    ['original', 'image/png', 'attachment', 'private, no-store'],
  ])('is sent as %s so that no browser takes it for a page', async (form, type, how, cache) => {
    const { status, headers } = await server.show(ann, id, form);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('content-disposition')).toBe(
      how === 'inline' ? 'inline' : `attachment; filename="${id}.png"`,
    );
    expect(headers.get('cache-control')).toBe(cache);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  });

  it('is not sent again to somebody who has it, if he may still see it', async () => {
    const tag = (await server.show(ann, id, 'thumbnail')).headers.get('etag') ?? '';
    expect((await server.show(ann, id, 'thumbnail', { 'if-none-match': tag })).status).toBe(304);
    expect((await server.show(bob, id, 'thumbnail', { 'if-none-match': tag })).status).toBe(404);
  });

  it('opens only for who may see it; a stranger is told the same as of one that is not there', async () => {
    const there = await server.show(bob, id, 'shown');
    const missing = await server.show(bob, newId(), 'shown');
    expect([there.status, await there.text()]).toEqual([missing.status, await missing.text()]);
    expect((await server.show('', id, 'shown')).status).toBe(401);
    expect((await server.show(ann, 'x', 'shown')).status).toBe(404);
    expect((await server.show(ann, id, 'pieces')).status).toBe(404);
    const elsewhere = `/api/110198/photos/${id}/shown`;
    const headers = { 'x-person': ann };
    expect((await server.app().request(elsewhere, { headers })).status).toBe(404);
  });

  it('belongs to its uploader until it is attached', async () => {
    const own = await server.upload(ann, await noisyPicture().webp().toBuffer());
    expect(await photoAttachment(server.pool, district, own.id)).toBeNull();
    expect((await server.show(bob, own.id, 'shown')).status).toBe(404);
    await server.attach(own.id);
    expect(await photoAttachment(server.pool, district, own.id)).toMatchObject({ noun: 'issue' });
    expect((await server.show(bob, own.id, 'shown')).status).toBe(200);
  });
});

describe('a connection that breaks', () => {
  it('loses nothing that arrived', async () => {
    const picture = await noisyPicture().jpeg().toBuffer();
    const broken = newId();
    await server.announce(ann, { id: broken, sha256: sha256Of(picture), size: picture.length });
    const http = serve({ fetch: server.app().fetch, port: 0 });
    await new Promise((listening) => http.once('listening', listening));
    const { port } = http.address() as AddressInfo;
    const outgoing = request({
      port,
      path: `/api/${district}/photos/${broken}?offset=0`,
      method: 'PUT',
      headers: { 'x-person': ann, 'content-type': 'application/octet-stream' },
    });
    outgoing.on('error', () => undefined);
    outgoing.write(picture.subarray(0, 30_000));
    const arrived = async (): Promise<number> => (await server.state(ann, broken)).body.offset;
    await expect.poll(arrived).toBe(30_000);
    outgoing.destroy();
    const rest = await server.put(ann, broken, 30_000, picture.subarray(30_000));
    await new Promise((closed) => http.close(closed));
    expect(rest.body.isComplete).toBe(true);
  });
});

describe('200 MB over a real connection', () => {
  const total = 200 * 1024 * 1024;
  const chunk = Buffer.alloc(256 * 1024, 1);

  /** Sends all of it as long as the server listens; answers status, if any, and how much was sent. */
  const sendAll = (port: number, path: string, headers: Record<string, string>) =>
    new Promise<{ status: number; sent: number; growth: number }>((resolve) => {
      const before = process.memoryUsage.rss();
      let [status, sent, most] = [0, 0, before];
      const outgoing = request({
        port,
        path,
        method: 'PUT',
        headers: { 'x-person': ann, 'content-type': 'application/octet-stream', ...headers },
      });
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
      outgoing.on('response', (response) => {
        status = response.statusCode ?? 0;
        response.resume();
      });
      outgoing.on('error', () => outgoing.destroy());
      outgoing.on('close', () => {
        clearInterval(watch);
        resolve({ status, sent, growth: most - before });
      });
      const more = (): void => {
        while (!outgoing.destroyed && sent < total) {
          sent += chunk.length;
          if (!outgoing.write(chunk)) return void outgoing.once('drain', more);
        }
        outgoing.end();
      };
      more();
    });

  it.each([
    ['that says so', { 'content-length': String(total) }, 1000],
    ['that does not say so', {}, 1000],
    ['after the largest announcement', {}, largestPhoto],
  ] as const)('%s is refused without memory growing', async (_, headers, size) => {
    const big = newId();
    const announced = await server.announce(ann, { id: big, sha256: sha256Of(chunk), size });
    expect(announced.status).toBe(200);
    const http = serve({ fetch: server.app().fetch, port: 0 });
    await new Promise((listening) => http.once('listening', listening));
    const { port } = http.address() as AddressInfo;
    const path = `/api/${district}/photos/${big}?offset=0`;
    const { status, sent, growth } = await sendAll(port, path, headers);
    await new Promise((closed) => http.close(closed));
    // Where the length was not told, the line may be cut before the sender looks for the answer.
    expect('content-length' in headers ? [413] : [413, 0]).toContain(status);
    expect(sent).toBeLessThan(total);
    expect(growth).toBeLessThan(40 * 1024 * 1024);
    expect((await server.state(ann, big)).body.offset).toBeLessThanOrEqual(size);
  });
});
