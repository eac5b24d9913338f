/**
 * Grams 字与字对: the single characters and pairs of neighboring characters of a text, which the classifier
 * weighs. Marks and blanks part a text, digits count as one sign, and the first characters, where people
 * say what it is about, count twice.
 */

/** Characters at the beginning that count twice. */
const headLength = 20;

/** What stands behind this many characters of a text is not looked at. */
const longestText = 2_000;

/** Lower case, one width, `0` for every number, a blank for every run of marks. */
export const plainText = (text: string): string =>
  text
    .slice(0, longestText)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\d+/g, '0')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const blank = 32;

/**
 * Calls `see` for each gram of a plain text with its key, where it begins and what it counts. The key of
 * a character is its code, that of a pair is first × 65536 + second.
 */
export function eachGram(
  plain: string,
  see: (key: number, at: number, weight: number) => void,
): void {
  for (let at = 0; at < plain.length; at++) {
    const code = plain.charCodeAt(at);
    if (code === blank) continue;
    const weight = at < headLength ? 2 : 1;
    see(code, at, weight);
    const next = at + 1 < plain.length ? plain.charCodeAt(at + 1) : blank;
    if (next !== blank) see(code * 65_536 + next, at, weight);
  }
}

/** How often each gram of a plain text is there, the beginning counted twice. */
export function countGrams(plain: string): Map<number, number> {
  const counts = new Map<number, number>();
  eachGram(plain, (key, _at, weight) => counts.set(key, (counts.get(key) ?? 0) + weight));
  return counts;
}

/** A word that is there eight times says little more than once. */
export const dampened = (count: number): number => 1 + Math.log(count);
