/**
 * Large bodies 大报文: photos that strangers could send too. A few are held in memory at once, of each caller fewer,
 * and one that comes too slowly is given up, so that nobody shuts the door for the others. Source: trust V2.4.1.
 */
import { Refused } from '../../domain/refused.ts';
import type { Ctx } from './context.ts';

/** How long, in milliseconds, a body may take besides its bytes at the slowest pace. */
const patienceMs = 5_000;
/** 32 KB a second: slower, no usual photo would come within the 90 s of the door. */
const slowestBytesPerMs = 32;

export type SharedLanes = <T>(caller: string, run: () => Promise<T>) => Promise<T>;

/** At most `width` at once, `each` of them of one caller; beyond `waiting` of one caller it throws 503. */
export function sharedLanes(width: number, each: number, waiting: number): SharedLanes {
  let busy = 0;
  const held = new Map<string, number>();
  const queue: { caller: string; start: () => void }[] = [];
  const heldOf = (caller: string): number => held.get(caller) ?? 0;

  const begin = (caller: string): void => {
    busy += 1;
    held.set(caller, heldOf(caller) + 1);
  };
  const end = (caller: string): void => {
    busy -= 1;
    if (heldOf(caller) > 1) held.set(caller, heldOf(caller) - 1);
    else held.delete(caller);
    const next = queue.findIndex((one) => heldOf(one.caller) < each);
    const [started] = next < 0 ? [] : queue.splice(next, 1);
    if (!started) return;
    begin(started.caller);
    started.start();
  };

  return async (caller, run) => {
    if (busy < width && heldOf(caller) < each) begin(caller);
    else {
      if (queue.filter((one) => one.caller === caller).length >= waiting)
        throw new Refused(503, 'photosBusy', '正在接收的照片太多，请稍后重发');
      await new Promise<void>((start) => queue.push({ caller, start }));
    }
    try {
      return await run();
    } finally {
      end(caller);
    }
  };
}

/** The bytes of a body that comes steadily. Throws 413 when it is larger than allowed, 503 when it is too slow. */
export async function readSteadily(c: Ctx, limit: number, words: string): Promise<Buffer> {
  const tooLarge = (): Refused => new Refused(413, 'tooLarge', words);
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge();
  const reader = c.req.raw.body?.getReader();
  if (!reader) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  const begun = performance.now();
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  try {
    for (;;) {
      const left = begun + patienceMs + size / slowestBytesPerMs - performance.now();
      const { done, value } = await Promise.race([
        reader.read(),
        new Promise<never>((_resolve, reject) => {
          timer = setTimeout(() => {
            reject(new Refused(503, 'tooSlow', '内容发送太慢，没有收完，请检查网络后重发'));
          }, left);
        }),
      ]).finally(() => clearTimeout(timer));
      if (done) return Buffer.concat(chunks);
      size += value.byteLength;
      if (size > limit) throw tooLarge();
      chunks.push(value);
    }
  } catch (error) {
    // The other end may be gone already.
    void reader.cancel().catch(() => undefined);
    throw error;
  }
}
