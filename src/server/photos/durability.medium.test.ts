/** The order of writes, and what is left when the n-th of them fails. Source: trust, Durable. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { ann, noisyPicture, type PhotoServer, photoServer, sha256Of } from './photoFixture.ts';
import { copyPath, originalPath } from './photoStore.ts';

let server: PhotoServer;
let handles: FileHandle;
beforeAll(async () => {
  server = await photoServer();
  const handle = await open(server.directory, 'r');
  handles = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => server.close());

const inode = (path: string): string => `synced ${statSync(path).ino}`;
const naming = (query: unknown): boolean =>
  typeof query === 'string' && query.includes(`set status = 'complete'`);

it('syncs the files, then the directories, and only then names them', async () => {
  const bytes = await noisyPicture().jpeg().toBuffer();
  const original = originalPath(server.directory, sha256Of(bytes));
  const shown = copyPath(server.directory, sha256Of(bytes), 'shown');
  const order: string[] = [];
  const sync = handles.sync;
  vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
    await sync.call(this);
    order.push(`synced ${(await this.stat()).ino}`);
    if ((await this.stat()).isDirectory()) order.push(existsSync(original) ? 'moved' : 'not moved');
  });
  const query = pg.Client.prototype.query;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: pg.Client,
    ...given: unknown[]
  ) {
    if (naming(given[0])) {
      order.push(readFileSync(original).equals(bytes) ? 'named a whole file' : 'named too early');
    }
    return Reflect.apply(query, this, given) as never;
  });
  const { body } = await server.upload(ann, bytes);
  expect(body.isComplete).toBe(true);
  expect(order).toEqual([
    inode(shown),
    inode(copyPath(server.directory, sha256Of(bytes), 'thumbnail')),
    inode(original),
    inode(dirname(original)),
    'moved',
    inode(server.directory),
    'moved',
    'named a whole file',
  ]);
});

it('leaves nothing half done whichever write meets a full disk, and goes on when there is room', async () => {
  let failures = 0;
  for (let n = 1; ; n += 1) {
    const bytes = await noisyPicture(100, 80).jpeg().toBuffer();
    const id = newId();
    let writes = 0;
    for (const name of ['appendFile', 'writeFile', 'sync'] as const) {
      const write = handles[name] as (...given: unknown[]) => Promise<void>;
      vi.spyOn(handles, name).mockImplementation(async function (
        this: FileHandle,
        ...given: unknown[]
      ) {
        writes += 1;
        if (writes === n) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        return write.apply(this, given);
      });
    }
    const { status, body } = await server.upload(ann, bytes, id);
    vi.restoreAllMocks();
    if (status === 200) break;
    failures += 1;
    expect([status, body.code]).toEqual([507, 'diskFull']);
    expect((await server.row(id)).status).toBe('announced');
    expect((await server.show(ann, id, 'original')).status).toBe(404);
    expect(
      readdirSync(join(server.directory, 'pieces')).filter((name) => name.includes('.')),
    ).toEqual([]);
    const { offset } = (await server.state(ann, id)).body;
    expect((await server.put(ann, id, offset, bytes.subarray(offset))).body.isComplete).toBe(true);
    expect(readFileSync(originalPath(server.directory, sha256Of(bytes))).equals(bytes)).toBe(true);
  }
  // One piece, two copies written and synced, the original and two directories synced.
  expect(failures).toBe(8);
});

it('is not complete when the row cannot be written, and is when it is sent again', async () => {
  const bytes = await noisyPicture().jpeg().toBuffer();
  const id = newId();
  const query = pg.Client.prototype.query;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (
    this: pg.Client,
    ...given: unknown[]
  ) {
    if (naming(given[0])) return Promise.reject(new Error('connection lost')) as never;
    return Reflect.apply(query, this, given) as never;
  });
  expect((await server.upload(ann, bytes, id)).status).toBe(500);
  vi.restoreAllMocks();
  expect((await server.state(ann, id)).body).toMatchObject({ offset: 0, isComplete: false });
  expect((await server.show(ann, id, 'original')).status).toBe(404);
  expect((await server.put(ann, id, 0, bytes)).body.isComplete).toBe(true);
});
