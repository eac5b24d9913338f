/**
 * Photo routes 照片接口, mounted under /api/:district/photos: announce, send, state; and the shown copy, the
 * thumbnail and the original, with headers under which no browser takes them for a page.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { Refused } from '../../domain/refused.ts';
import { placeholder, placeholderNote } from './images.ts';
import { photoKinds } from './photoKind.ts';
import { findPhoto, type PhotoRow } from './photoRows.ts';
import { diskRefusalOf, findOriginal, isThere, originalPath } from './photoStore.ts';
import {
  Announcement,
  destroyed,
  type PhotoDeps,
  type Range,
  type Uploader,
  uploadsOn,
} from './upload.ts';

type Form = 'shown' | 'thumbnail' | 'original';

export interface PhotoRouteDeps extends PhotoDeps {
  /** Who uploads, and into which district; refuses by itself (401, 404). */
  who(context: Context): Promise<Uploader>;
  /** The only gate for showing a photo; it may refuse by itself (401). */
  maySee(
    context: Context,
    photo: { district: string; id: string; personId: string },
    form: Form,
  ): Promise<boolean>;
}

/** The routes; a refusal is thrown, so the app they are mounted on turns it into an answer. */
export function photoRoutes(deps: PhotoRouteDeps): Hono {
  const app = new Hono();
  const uploads = uploadsOn(deps);

  app.post('/', bodyLimit({ maxSize: 4096, onError: refuseLongAnnouncement }), async (context) => {
    const who = await deps.who(context);
    return context.json(await onDisk(uploads.announce(who, await readAnnouncement(context))));
  });

  app.put('/:id', async (context) => {
    const who = await deps.who(context);
    const range = readRange(context);
    // Whoever is refused while still sending must not keep the connection.
    context.header('connection', 'close');
    const state = await onDisk(uploads.receive(who, readId(context), range));
    context.header('connection', undefined);
    return context.json(state);
  });

  app.get('/:id/state', async (context) => {
    const who = await deps.who(context);
    return context.json(await uploads.state(who, readId(context)));
  });

  for (const form of ['shown', 'thumbnail', 'original'] as const) {
    app.get(`/:id/${form}`, async (context) =>
      show(context, deps.directory, await visiblePhoto(deps, context, form), form),
    );
  }
  return app;
}

const refuseLongAnnouncement = (): never => {
  throw new Refused(413, 'tooLarge', '请求内容太长，请刷新页面后重试');
};

const onDisk = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    throw diskRefusalOf(error) ?? error;
  });

const notFound = (): Refused => new Refused(404, 'photoNotFound', '照片不存在或不在您的范围内');

function readId(context: Context): string {
  const id = z.uuid().safeParse(context.req.param('id'));
  if (!id.success) throw notFound();
  return id.data.toLowerCase();
}

async function readAnnouncement(context: Context): Promise<Announcement> {
  const body: unknown = await context.req.json().catch(() => undefined);
  const parsed = Announcement.safeParse(body);
  if (parsed.success) return { ...parsed.data, id: parsed.data.id.toLowerCase() };
  const fields = parsed.error.issues.map(({ path, message }) => ({
    field: path.join('.'),
    message,
  }));
  throw new Refused(400, 'badInput', '上传的声明有误，请刷新页面后重试', { fields });
}

function readRange(context: Context): Range {
  if (context.req.header('content-type') !== 'application/octet-stream') {
    throw new Refused(415, 'wrongType', '照片内容须以 application/octet-stream 发送');
  }
  const offsets = context.req.queries('offset') ?? [];
  const offset =
    offsets.length === 1 && /^\d{1,9}$/.test(offsets[0] ?? '') ? Number(offsets[0]) : -1;
  if (offset < 0) throw new Refused(400, 'badInput', '请用 offset 写明从第几字节开始');
  const length = context.req.header('content-length');
  return {
    offset,
    contentLength: length === undefined ? undefined : Number(length),
    body: context.req.raw.body,
  };
}

/** A photo this person may see; else it is not there, whatever the reason. */
async function visiblePhoto(deps: PhotoRouteDeps, context: Context, form: Form): Promise<PhotoRow> {
  const photo = await findPhoto(deps.pool, context.req.param('district') ?? '', readId(context));
  const isPhoto = photo && photo.completedAt !== null;
  const { district = '', id = '', personId = '' } = isPhoto ? photo : {};
  if (!isPhoto || !(await deps.maySee(context, { district, id, personId }, form))) throw notFound();
  if (photo.status === 'destroyed') throw destroyed();
  return photo;
}

const caching: Record<Form, string> = {
  original: 'private, no-store',
  shown: 'private, no-cache',
  thumbnail: 'private, no-cache',
};

/** Where the bytes lie: with the photos, or in the archive of closed years. */
async function pathOf(directory: string, sha256: string, form: Form): Promise<string> {
  const original = (await findOriginal(directory, sha256)) ?? originalPath(directory, sha256);
  return form === 'original' ? original : `${original}.${form}`;
}

async function show(
  context: Context,
  directory: string,
  photo: PhotoRow,
  form: Form,
): Promise<Response> {
  const kind = photoKinds[photo.kind ?? 'jpeg'];
  const tag = `"${photo.sha256}-${form}"`;
  context.header('cache-control', caching[form]);
  context.header('x-content-type-options', 'nosniff');
  context.header('content-security-policy', "default-src 'none'; sandbox");
  context.header('cross-origin-resource-policy', 'same-origin');
  const path = await pathOf(directory, photo.sha256, form);
  if (form === 'original') {
    context.header('content-disposition', `attachment; filename="${photo.id}.${kind.extension}"`);
    return sendFile(context, path, kind.contentType);
  }
  context.header('content-disposition', 'inline');
  if (photo.kind === 'heic' && !(await isThere(path))) {
    context.header('x-photo-note', encodeURIComponent(placeholderNote));
    context.header('content-type', 'image/png');
    return context.body(new Uint8Array(await placeholder()));
  }
  context.header('etag', tag);
  if (context.req.header('if-none-match') === tag) return context.body(null, 304);
  return sendFile(context, path, 'image/jpeg');
}

async function sendFile(context: Context, path: string, contentType: string): Promise<Response> {
  const { size } = await stat(path);
  context.header('content-type', contentType);
  context.header('content-length', String(size));
  return context.body(Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>);
}
