/**
 * Reading turns: a file is received first, however slowly it comes, and then waits for no one: only so many are
 * read at once, and one more is asked to come again.
 */
import { mkdir, rm } from 'node:fs/promises';
import { v7 as newId } from 'uuid';
import { Refused } from '../../domain/refused.ts';
import { diskRefusalOf } from '../photos/photoStore.ts';
import type { Ctx } from './context.ts';
import { receiveFile } from './receiveFile.ts';

/** Files of one kind read at the same time. */
const maxAtOnce = 2;

/** Does the work while fewer than two others do theirs; else throws 429. Receive the file before. */
export function readingTurns(): <T>(read: () => Promise<T>) => Promise<T> {
  let reading = 0;
  return async (read) => {
    if (reading >= maxAtOnce)
      throw new Refused(429, 'busy', '正在读取别的文件，请稍候再试', { retryAfter: 5 });
    reading += 1;
    try {
      return await read();
    } finally {
      reading -= 1;
    }
  };
}

/** The body in a file of its own in `folder` for as long as the work takes. Throws 413, 415 and 507. */
export async function received<T>(
  c: Ctx,
  folder: string,
  maxBytes: number,
  work: (upload: Awaited<ReturnType<typeof receiveFile>>) => Promise<T>,
): Promise<T> {
  const path = `${folder}/${newId()}.piece`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await work(await receiveFile(c, path, maxBytes));
  } catch (error) {
    throw diskRefusalOf(error) ?? error;
  } finally {
    await rm(path, { force: true });
  }
}
