/** Queue: what is to happen, the earliest first; of two at one moment the one that was planned first. */
import type { Moment } from '../../domain/moment.ts';

interface Item<T> {
  at: Moment;
  order: number;
  value: T;
}

const isBefore = <T>(a: Item<T>, b: Item<T>): boolean =>
  a.at === b.at ? a.order < b.order : a.at < b.at;

export class Queue<T> {
  private readonly heap: Item<T>[] = [];
  private count = 0;

  push(at: Moment, value: T): void {
    const { heap } = this;
    heap.push({ at, order: this.count++, value });
    for (let n = heap.length - 1; n > 0;) {
      const above = (n - 1) >> 1;
      if (!this.swapIfBefore(n, above)) return;
      n = above;
    }
  }

  /** When the next thing happens; undefined when nothing does. */
  nextAt(): Moment | undefined {
    return this.heap[0]?.at;
  }

  pop(): T | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first?.value;
    heap[0] = last;
    for (let n = 0; ;) {
      const below = [2 * n + 1, 2 * n + 2].filter((child) => child < heap.length);
      const [left, right] = below;
      if (left === undefined) return first.value;
      const least =
        right !== undefined && isBefore(heap[right] as Item<T>, heap[left] as Item<T>)
          ? right
          : left;
      if (!this.swapIfBefore(least, n)) return first.value;
      n = least;
    }
  }

  private swapIfBefore(lower: number, upper: number): boolean {
    const { heap } = this;
    const [a, b] = [heap[lower], heap[upper]] as [Item<T>, Item<T>];
    if (!isBefore(a, b)) return false;
    heap[lower] = b;
    heap[upper] = a;
    return true;
  }
}
