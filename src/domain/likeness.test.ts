/** What makes two matters one, what never does, and words and photos compared. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPlainPhoto,
  likelyFrom,
  likenessOf,
  markCommonPoints,
  photoDistance,
  shownFrom,
  type LikenessRule,
  type Matter,
} from './likeness.ts';
import { gramsOf, wordLikeness } from './wordLikeness.ts';

const rule: LikenessRule = { radius: 50, hours: 24, isNeighbor: (a, b) => a[0] === b[0] };
const matter = (more: Partial<Matter> = {}, words = '路边堆放垃圾没有清理'): Matter => ({
  grams: gramsOf(words),
  categoryCode: 'E0101',
  at: '2026-03-04T02:00:00.000Z',
  point: [116.35, 40],
  isPointCommon: false,
  siteId: null,
  address: null,
  photos: [],
  isSecret: false,
  ...more,
});
const score = (a: Partial<Matter>, b: Partial<Matter> = {}, words?: string): number =>
  likenessOf(matter(a), matter(b, words), rule)?.score ?? 0;

describe('likeness of two matters', () => {
  it('is high for the same thing at the same place, with its reasons', () => {
    const found = likenessOf(
      matter(),
      matter({ point: [116.3501, 40] }, '垃圾堆放在路边没人清理'),
      rule,
    );
    expect(found?.score).toBeGreaterThan(likelyFrom);
    expect(found).toMatchObject({ meters: 9, reasons: ['相距 9 米', '文字相似 42%', '同一类别'] });
  });

  it('is shown for other words at one place, not for another category', () => {
    expect(score({}, {}, '楼下味道实在太大了请来人看看')).toBeGreaterThan(shownFrom);
    expect(score({}, { categoryCode: 'P0101' }, '井盖破损有人摔倒在地上')).toBeLessThan(shownFrom);
  });

  it('is none beyond radius or window, or across secrecy', () => {
    expect(likenessOf(matter(), matter({ point: [116.351, 40] }), rule)).toBeNull();
    expect(likenessOf(matter(), matter({ at: '2026-03-05T02:01:00.000Z' }), rule)).toBeNull();
    expect(likenessOf(matter({ isSecret: true }), matter(), rule)).toBeNull();
    expect(likenessOf(matter(), matter({ isSecret: true }), rule)).toBeNull();
    expect(likenessOf(matter({ isSecret: true }), matter({ isSecret: true }), rule)).not.toBeNull();
  });

  it('takes address, site and photo for evidence', () => {
    const none = { point: null, categoryCode: null };
    const words = '完全是另外一种说法也没有别的';
    const alone = score(none, none, words);
    expect(alone).toBeLessThan(shownFrom);
    for (const more of [
      { address: '学府路 18 号' },
      { siteId: 's1' },
      { photos: ['f0f0aa5512345678'] },
    ])
      expect(score({ ...none, ...more }, { ...none, ...more }, words)).toBeGreaterThan(alone);
    expect(
      score({ ...none, address: '学府路18号' }, { ...none, address: '学府路8号' }, words),
    ).toBeLessThan(alone);
  });

  it('does not trust a point that many share', () => {
    const points = Array.from({ length: 9 }, () => matter());
    const [first] = markCommonPoints(points);
    expect(first?.isPointCommon).toBe(true);
    expect(markCommonPoints([matter(), matter()])[0]?.isPointCommon).toBe(false);
    const other = '楼下味道实在太大了请来人看看';
    expect(score({ isPointCommon: true }, {}, other)).toBeLessThan(score({}, {}, other));
  });

  it('is the same both ways', () => {
    const some = fc.record({
      point: fc.constantFrom(
        null,
        [116.35, 40] as [number, number],
        [116.3502, 40] as [number, number],
      ),
      siteId: fc.constantFrom(null, 's1', 's2'),
      address: fc.constantFrom(null, '学府路 18 号', '学府路18号附近', '双清路'),
      categoryCode: fc.constantFrom(null, 'E0101', 'E0102', 'P0101'),
      photos: fc.constantFrom([], ['f0f0aa5512345678'], ['f0f0aa5512345679']),
    });
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [one, other] = [
          likenessOf(matter(a), matter(b), rule),
          likenessOf(matter(b), matter(a), rule),
        ];
        expect(other?.score).toBeCloseTo(one?.score ?? 0, 9);
      }),
    );
  });
});

describe('words and photos', () => {
  it('are alike without politeness, and silent when short', () => {
    const [a, b] = [
      '尊敬的领导您好，请有关部门处理。谢谢',
      '尊敬的领导您好，望相关部门尽快处理。谢谢',
    ];
    expect(wordLikeness(gramsOf(a), gramsOf(b))).toBeNull();
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const likeness = wordLikeness(gramsOf(one), gramsOf(other));
        return likeness === null || (likeness >= 0 && likeness < 1 + 1e-9);
      }),
    );
  });

  it('are counted in bits', () => {
    expect(photoDistance('0000000000000000', 'ffffffffffffffff')).toBe(64);
    expect(photoDistance('f0f0aa5512345678', 'f0f0aa5512345679')).toBe(1);
    expect(isPlainPhoto('0000000000000001')).toBe(true);
    expect(isPlainPhoto('f0f0aa5512345678')).toBe(false);
  });
});
