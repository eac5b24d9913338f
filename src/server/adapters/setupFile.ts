/** Setup file 建区文件: the text of a list given to a command, in UTF-8 or GB18030. */
import { readFile } from 'node:fs/promises';
import iconv from 'iconv-lite';
import { Refused } from '../../domain/refused.ts';

const largest = 50_000_000;

const sentences: Record<string, string> = {
  ENOENT: '找不到这个文件，请检查路径',
  EACCES: '没有权限读取，请检查文件权限',
  EPERM: '没有权限读取，请检查文件权限',
  EISDIR: '是文件夹，请指定一个文件',
};

/** Bytes as text: UTF-8 when every byte is, else GB18030. */
function decodeList(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return iconv.decode(Buffer.from(bytes), 'gb18030');
  }
}

/** Reads a list. Throws 400 with a sentence when there is none to read. */
export async function readList(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const why = sentences[(error as NodeJS.ErrnoException).code ?? ''];
    if (!why) throw error;
    throw new Refused(400, 'badFile', `${path}：${why}`);
  }
  if (bytes.length === 0) throw new Refused(400, 'emptyFile', `${path}：文件是空的，请换一个`);
  if (bytes.length > largest)
    throw new Refused(400, 'largeFile', `${path}：超过 50 MB，请只留下本区的行`);
  return decodeList(bytes);
}
