/** For the tests of photos: a database, a folder, the routes behind a stand-in for sign-in, and pictures. */
import { createHash, randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import type pg from 'pg';
import sharp, { type Sharp } from 'sharp';
import { v7 as newId } from 'uuid';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { testDirectory } from '../postgres/testDirectory.ts';
import { testDatabase } from '../testing/world.ts';
import { photoAttachment } from './photoRows.ts';
import { photoRoutes } from './photoRoutes.ts';
import type { PhotoDeps, PhotoState } from './upload.ts';

export const district = '110199';
export const ann = newId();
export const bob = newId();

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A picture nobody can compress much, so that it has more than one piece. */
export const noisyPicture = (width = 400, height = 300): Sharp =>
  sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } });

export interface Answer {
  status: number;
  body: PhotoState & { code?: string; message?: string; details?: Record<string, unknown> };
}

/** The server of one test; `restart()` forgets everything that is only in memory. */
export async function photoServer() {
  const database = await testDatabase();
  const directory = testDirectory();
  let now: Moment = '2026-03-04T02:00:00.000Z';
  const deps: PhotoDeps = { pool: database.pool, directory: directory.path, now: () => now };

  /** People are named by a header here; an unattached photo is its uploader's, others everybody's. */
  const appOn = (changed: Partial<PhotoDeps> = {}): Hono => {
    const app = new Hono();
    const personOf = (header: string | undefined): string => {
      if (!header) throw new Refused(401, 'signIn', '请先登录');
      return header;
    };
    const routes = photoRoutes({
      ...deps,
      ...changed,
      who: async (context) => ({ personId: personOf(context.req.header('x-person')), district }),
      maySee: async (context, photo) =>
        personOf(context.req.header('x-person')) === photo.personId ||
        (await photoAttachment(deps.pool, photo.district, photo.id)) !== null,
    });
    app.route('/api/:district/photos', routes);
    app.onError((error, context) => {
      if (!(error instanceof Refused)) {
        return context.json({ code: 'bug', message: error.message }, 500);
      }
      const { status, code, message, details } = error;
      return context.json({ code, message, details }, status);
    });
    return app;
  };
  let app = appOn();

  const call = async (person: string, method: string, path: string, init: RequestInit = {}) =>
    app.request(`/api/${district}/photos${path}`, {
      ...init,
      method,
      headers: { 'x-person': person, ...init.headers },
    });
  const asAnswer = async (response: Response): Promise<Answer> => ({
    status: response.status,
    body: (await response.json()) as Answer['body'],
  });

  const announce = async (person: string, input: Record<string, unknown>): Promise<Answer> =>
    asAnswer(await call(person, 'POST', '', { body: JSON.stringify(input) }));
  const put = async (person: string, id: string, offset: number, bytes: Buffer): Promise<Answer> =>
    asAnswer(
      await call(person, 'PUT', `/${id}?offset=${offset}`, {
        body: new Uint8Array(bytes),
        headers: {
          'content-type': 'application/octet-stream',
          'content-length': `${bytes.length}`,
        },
      }),
    );

  /** Sends a body whose length is not told. */
  const putStream = (person: string, id: string, body: ReadableStream<Uint8Array>) => {
    const init: RequestInit & { duplex: 'half' } = {
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/octet-stream' },
    };
    return call(person, 'PUT', `/${id}?offset=0`, init);
  };

  return {
    deps,
    directory: directory.path,
    pool: database.pool,
    announce,
    put,
    putStream,
    /** Announces and sends all bytes at once; answers what the last byte was answered. */
    upload: async (
      person: string,
      bytes: Buffer,
      id = newId(),
    ): Promise<Answer & { id: string }> => {
      const announced = await announce(person, { id, sha256: sha256Of(bytes), size: bytes.length });
      if (announced.status !== 200) return { ...announced, id };
      return { ...(await put(person, id, 0, bytes)), id };
    },
    state: async (person: string, id: string): Promise<Answer> =>
      asAnswer(await call(person, 'GET', `/${id}/state`)),
    show: (person: string, id: string, form: string, headers: Record<string, string> = {}) =>
      call(person, 'GET', `/${id}/${form}`, { headers }),
    app: (): Hono => app,
    restart: (changed: Partial<PhotoDeps> = {}): void => {
      app = appOn(changed);
    },
    pass: (minutes: number): void => {
      now = addMinutes(now, minutes);
    },
    row: async (id: string): Promise<Record<string, unknown>> => {
      const { rows } = await database.pool.query<Record<string, unknown>>(
        'select * from photo where id = $1',
        [id],
      );
      return rows[0] ?? {};
    },
    attach: (id: string): Promise<pg.QueryResult> =>
      database.pool.query(
        `insert into attachment values ($1, $2, $3, 'issue', $4, 'rectify', $5)`,
        [district, id, newId(), newId(), now],
      ),
    /** What the action that destroys a photo leaves in its row. */
    destroy: (id: string): Promise<pg.QueryResult> =>
      database.pool.query(
        `update photo set status = 'destroyed', destroyed_at = $2, destroyed_reason = '拍到无关人员' where id = $1`,
        [id, now],
      ),
    close: async (): Promise<void> => {
      await database.drop();
      directory.remove();
    },
  };
}

export type PhotoServer = Awaited<ReturnType<typeof photoServer>>;
