/** Slices 分段: long sums are done in slices of some milliseconds, and others get their turn in between. */
import { setImmediate as nextTurn } from 'node:timers/promises';

const sliceMs = 20;

/** To be awaited between the steps of a long sum: goes on at once until the slice is used up. */
export function inSlices(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < sliceMs) return;
    await nextTurn();
    since = performance.now();
  };
}

/** Maps a list in slices. */
export async function mapInSlices<T, R>(
  list: readonly T[],
  map: (item: T, n: number) => R,
): Promise<R[]> {
  const rest = inSlices();
  const mapped: R[] = [];
  for (const [n, item] of list.entries()) {
    await rest();
    mapped.push(map(item, n));
  }
  return mapped;
}
