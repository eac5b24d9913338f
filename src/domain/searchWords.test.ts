import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldWords, queryWords, searchWords } from './searchWords.ts';

/** Whether all words of a query stand among those of a text, as the index decides it. */
function isFound(text: string, typed: string): boolean {
  const words = searchWords(text).split(' ');
  const asked = queryWords(typed).query?.split(' & ') ?? [];
  return asked.every((word) => {
    const plain = /^'(.*)'(:\*)?$/.exec(word);
    return words.some((one) => (plain?.[2] ? one.startsWith(plain[1] ?? '') : one === plain?.[1]));
  });
}

const letters = fc.constantFrom(...'垃圾桶满溢路灯１2aB， ');
const texts = fc.array(letters, { maxLength: 24 }).map((all) => all.join(''));

describe('words of a search', () => {
  it('are sure of one word of the index and unsure of what pairs could mislead', () => {
    expect(queryWords('垃圾').unsure).toEqual([]);
    expect(queryWords('灯').unsure).toEqual([]);
    expect(queryWords('A12').unsure).toEqual([]);
    expect(queryWords('垃圾桶').unsure).toEqual(['垃圾桶']);
    expect(queryWords('12号楼').unsure).toEqual(['12号楼']);
    expect(queryWords('垃圾 路灯坏').unsure).toEqual(['路灯坏']);
    expect(isFound('垃圾满了，圾桶倒了', '垃圾桶')).toBe(true);
  });

  it('are never sure of what does not stand in the text', () => {
    fc.assert(
      fc.property(texts, texts, (text, typed) => {
        const { query, unsure } = queryWords(typed);
        if (query === null || !isFound(text, typed)) return;
        const folded = foldWords(text);
        for (const part of typed.split(/\s+/u).map(foldWords).filter(Boolean))
          if (!unsure.includes(part)) expect(folded).toContain(part);
      }),
      { numRuns: 2_000 },
    );
  });
});
