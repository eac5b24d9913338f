/** Lanes: how many of a costly thing run at once, and how many wait. */
import { Refused } from '../../domain/refused.ts';

export type Lanes = <T>(run: () => Promise<T>) => Promise<T>;

/** At most `width` at once and `waiting` in the queue; one more is refused (503) and may come again. */
export function lanes(width: number, waiting: number): Lanes {
  let busy = 0;
  const queue: (() => void)[] = [];
  return async (run) => {
    if (busy < width) {
      busy += 1;
    } else {
      if (queue.length >= waiting) {
        throw new Refused(
          503,
          'photosBusy',
          '正在处理的照片太多，已收到的部分不会丢失，请稍后重试',
        );
      }
      await new Promise<void>((start) => queue.push(start));
    }
    try {
      return await run();
    } finally {
      const next = queue.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}

export type Transfers = <T>(key: string, run: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/**
 * One transfer at a time for each key: when a phone comes back while the server still waits on the
 * broken connection, the new transfer aborts the old one and runs after its end.
 */
export function transfers(): Transfers {
  const running = new Map<string, { stop: AbortController; ended: Promise<unknown> }>();
  return async (key, run) => {
    for (let before = running.get(key); before; before = running.get(key)) {
      before.stop.abort();
      await before.ended;
    }
    const stop = new AbortController();
    const result = run(stop.signal);
    const ended = result.catch(() => undefined).finally(() => running.delete(key));
    running.set(key, { stop, ended });
    return result;
  };
}
