import { describe, expect, it } from 'vitest';
import { receiptHash, receiptIn } from './receipt.ts';

const receipt = { number: '20261009000001', code: 'ABCDEFGHJK' };

describe('the receipt in a link', () => {
  it('is read as it was written, also by hand', () => {
    expect(receiptIn(`#${receiptHash(receipt)}`)).toEqual(receipt);
    expect(receiptIn('#number=20261009000001&code=abcde-fghjk')).toEqual(receipt);
  });

  it('stands behind # and nowhere else', () => {
    const link = new URL(`https://city.example.cn/c/110101/callback#${receiptHash(receipt)}`);
    expect(link.pathname + link.search).toBe('/c/110101/callback');
  });

  it.each(['', '#', '#number=2026&code=ABCDEFGHJK', '#number=20261009000001', '#x=%E0%A4%A'])(
    'is none in %j',
    (hash) => {
      expect(receiptIn(hash)).toBeNull();
    },
  );
});
