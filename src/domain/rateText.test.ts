import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rateText } from './rateText.ts';

describe('a share in words', () => {
  it.each([
    [0.975, '97.50%'],
    [9_999 / 10_000, '99.99%'],
    [99_999 / 100_000, '99.99%'],
    [2 / 3, '66.66%'],
    [1, '100.00%'],
    [0, '0.00%'],
    [null, '—'],
    [undefined, '—'],
  ])('%s is %s', (share, words) => {
    expect(rateText(share)).toBe(words);
  });

  it('is exact wherever two digits suffice', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (part) => {
        expect(rateText(part / 10_000)).toBe(`${(part / 100).toFixed(2)}%`);
      }),
    );
  });
});
