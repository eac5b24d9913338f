/** Receiving a file: the body into a file of its own, bounded, with its digest and the name it was given. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { Refused } from '../../domain/refused.ts';
import type { Ctx } from './context.ts';

interface Received {
  path: string;
  fileName: string;
  sha256: string;
  size: number;
}

/** The name a person gave the file, for lists only; never a path. */
export function fileNameOf(c: Ctx): string {
  const name = (c.req.query('name') ?? '').split(/[\\/]/).at(-1) ?? '';
  return name.replace(/\p{C}/gu, '').trim().slice(0, 100) || '未命名';
}

/** Takes the body into the file `path`. Throws 413 when it is larger than `maxBytes`. */
export async function receiveFile(c: Ctx, path: string, maxBytes: number): Promise<Received> {
  const tooLarge = (): Refused => {
    const words = `文件超过 ${maxBytes / 1024 / 1024} MB，请删去图片和多余的工作表，或分成几个文件`;
    return new Refused(413, 'tooLarge', words);
  };
  if (c.req.header('content-type') !== 'application/octet-stream')
    throw new Refused(415, 'wrongType', '文件内容须以 application/octet-stream 发送');
  if (Number(c.req.header('content-length') ?? 0) > maxBytes) throw tooLarge();
  const body = c.req.raw.body;
  if (!body) throw new Refused(400, 'emptyFile', '文件是空的，请检查后重新上传');
  const digest = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      size += piece.length;
      digest.update(piece);
      if (size > maxBytes) done(tooLarge());
      else done(null, piece);
    },
  });
  await pipeline(
    Readable.fromWeb(body as ReadableStream),
    measure,
    createWriteStream(path, { mode: 0o600 }),
  );
  return { path, size, sha256: digest.digest('hex'), fileName: fileNameOf(c) };
}
