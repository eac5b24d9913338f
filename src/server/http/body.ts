/** Reading a JSON body safely: content type, size, depth, and strings the database cannot hold. */
import { Refused } from '../../domain/refused.ts';
import type { Ctx } from './context.ts';

const maxBytes = 1_000_000;
const maxDepth = 20;

/** The bytes of a body, refused as soon as they are more than allowed. */
export async function readBytes(
  c: Ctx,
  limit: number,
  words = '提交的内容过大，请减少后重试',
): Promise<Buffer> {
  const tooLarge = (): Refused => new Refused(413, 'tooLarge', words);
  const length = c.req.header('content-length');
  if (Number(length ?? 0) > limit) throw tooLarge();
  // A body of announced length cannot be longer, and is taken whole without the cost of a stream.
  if (length !== undefined) return Buffer.from(await c.req.arrayBuffer());
  const reader = c.req.raw.body?.getReader();
  if (!reader) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks);
}

/** The text of a body, refused as soon as it is larger than allowed. */
export const readText = async (c: Ctx, limit: number): Promise<string> =>
  decode(await readBytes(c, limit));

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refused(400, 'badEncoding', '内容须为 UTF-8 编码');
  }
}

/** Refuses NUL, half surrogates, prototype keys and deep nesting anywhere in a value. */
export function checkValue(value: unknown, depth = 0): void {
  if (depth > maxDepth) throw new Refused(400, 'tooDeep', '内容嵌套过深');
  if (typeof value === 'string') {
    if (value.includes('\u0000') || !value.isWellFormed()) {
      throw new Refused(400, 'badText', '含有无法保存的字符，请删除后重试');
    }
  } else if (Array.isArray(value)) {
    for (const item of value) checkValue(item, depth + 1);
  } else if (value && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') throw new Refused(400, 'badKey', '含有不允许的字段');
      checkValue(key, depth);
      checkValue(item, depth + 1);
    }
  }
}

/** Throws 415 unless the body says that it is JSON. */
export function checkJsonType(c: Ctx): void {
  const kind = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (kind !== 'application/json') {
    throw new Refused(415, 'notJson', '只接受 JSON 内容（content-type: application/json）');
  }
}

/** Bytes as JSON. Throws 400. */
export function parseJson(bytes: Buffer): unknown {
  const text = decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused(400, 'badJson', '内容不是有效的 JSON');
  }
  checkValue(value, 0);
  return value;
}

/** The JSON body of a write. Throws 400, 413 or 415. */
export async function readJson(c: Ctx, limit = maxBytes): Promise<unknown> {
  checkJsonType(c);
  return parseJson(await readBytes(c, limit));
}

/** Query parameters, each at most once. */
export function readQuery(c: Ctx): Record<string, string> {
  const input: Record<string, string> = {};
  for (const [key, values] of Object.entries(c.req.queries())) {
    if (values.length !== 1) throw new Refused(400, 'repeated', '同一参数只能出现一次');
    const value = values[0] ?? '';
    checkValue(value, 0);
    if (value !== '') input[key] = value;
  }
  return input;
}
