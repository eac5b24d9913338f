/**
 * Chance 随机: repeatable chance. The same words give the same sequence and the same ids, so that a life
 * that was interrupted goes on as it would have.
 */
import { createHash } from 'node:crypto';
import type { Moment } from '../../domain/moment.ts';

/** A repeatable sequence from 0 (inclusive) to 1, made from words. */
export type Chance = () => number;

export function chanceOf(words: string): Chance {
  let state = 2_166_136_261;
  for (let n = 0; n < words.length; n++)
    state = Math.imul(state ^ words.charCodeAt(n), 16_777_619) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of a list, each as likely. Throws for an empty list. */
export function pick<T>(list: readonly T[], chance: Chance): T {
  const found = list[Math.floor(chance() * list.length)];
  if (found === undefined) throw new Error('nothing to pick from');
  return found;
}

/** One of a list by weight. */
export function pickWeighted<T>(list: readonly (readonly [T, number])[], chance: Chance): T {
  let left = chance() * list.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of list) {
    left -= weight;
    if (left < 0) return item;
  }
  return pick(list, chance)[0];
}

/** Minutes around a median, never less than a third of it, now and then several times as long. */
export const minutesAround = (median: number, chance: Chance): number =>
  median * Math.exp(Math.max(-1.1, 0.7 * (chance() + chance() + chance() - 1.5) * 2));

/** A UUID made from a moment and words: the same twice, and later moments sort behind earlier ones. */
export function idAt(at: Moment, words: string): string {
  const bytes = createHash('sha256').update(words).digest().subarray(0, 16);
  bytes.writeUIntBE(Date.parse(at), 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const text = bytes.toString('hex');
  return [
    text.slice(0, 8),
    text.slice(8, 12),
    text.slice(12, 16),
    text.slice(16, 20),
    text.slice(20),
  ].join('-');
}
