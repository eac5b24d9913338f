/** Chance that can be repeated: the same seed, the same numbers. */

export interface Chance {
  /** From 0 to below 1. */
  next(): number;
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** A chance of its own, so that the order of others' draws does not matter. */
  fork(): Chance;
}

/** Mulberry32: small, and even enough to choose moments and victims. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error('nothing to pick from');
    return list[Math.floor(next() * list.length)] as T;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    pick,
    fork: () => chanceFrom(Math.floor(next() * 4_294_967_296)),
  };
}
