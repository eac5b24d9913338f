/**
 * Likeness 疑似重复: how likely two matters are one, and why: the same place, category, words or
 * photo, within the category's radius and window. It only proposes; a person joins. A secret report is
 * never compared with what is not secret. Source: issue 5-8; domain reference b.1 (重复件 50 米 24 小时).
 */
import type { Category } from './category.ts';
import { minutesBetween, type Moment } from './moment.ts';
import type { Report } from './reportShape.ts';
import { foldWords } from './searchWords.ts';
import { metersBetween, type Point } from './shape.ts';
import { wordLikeness, type Grams } from './wordLikeness.ts';

/** What is compared of a report or of an issue. */
export interface Matter {
  grams: Grams;
  categoryCode: string | null;
  at: Moment;
  point: Point | null;
  /** True when the point is one that many unlike matters share, as a default does. */
  isPointCommon: boolean;
  siteId: string | null;
  address: string | null;
  /** Hashes of its photos (64 bits, hexadecimal). */
  photos: readonly string[];
  isSecret: boolean;
}

export interface LikenessRule {
  /** Meters and hours of the category. */
  radius: number;
  hours: number;
  /** Codes as near as a neighbor: the same 大类. */
  isNeighbor: (a: string, b: string) => boolean;
}

export interface Likeness {
  /** 0 … 1. */
  score: number;
  /** Null when a position is missing. */
  meters: number | null;
  /** Why, the strongest first. */
  reasons: string[];
}

/** From here on it is shown, and from here on it is called very likely. */
export const shownFrom = 0.5;
export const likelyFrom = 0.8;

/** A report whose complainant or content is kept from others: asked for, or a tip-off. */
export const isSecret = (report: Pick<Report, 'isConfidential' | 'kind'>): boolean =>
  report.isConfidential || report.kind === 'tipOff';

/** Where the standard gives no other numbers (domain b.1): 50 米、24 小时. */
export const usualDuplicate = { duplicateRadius: 50, duplicateWindow: 24 };

/** The same 大类 of parts or of incidents. */
export const isNeighborCategory = (
  a: Pick<Category, 'kind' | 'majorCode'>,
  b: Pick<Category, 'kind' | 'majorCode'>,
): boolean => a.kind === b.kind && a.majorCode === b.majorCode;

interface Evidence {
  weight: number;
  words?: string;
}

const bitsOf = (hex: string): bigint => BigInt(`0x${hex}`);

/** Bits in which two photo hashes differ, 0 … 64. */
export function photoDistance(a: string, b: string): number {
  let rest = bitsOf(a) ^ bitsOf(b);
  let count = 0;
  for (; rest > 0n; rest &= rest - 1n) count++;
  return count;
}

/** An even surface has no structure to compare. */
export const isPlainPhoto = (hash: string): boolean => {
  const bits = photoDistance(hash, '0');
  return bits < 6 || bits > 58;
};

const numbersOf = (address: string): string => (address.match(/\d+/g) ?? []).join();

/** The same address; undefined when it cannot be said, as with 附近. */
function isSameAddress(a: string | null, b: string | null): boolean | undefined {
  const [one, other] = [foldWords(a ?? ''), foldWords(b ?? '')];
  if (one.length < 3 || other.length < 3) return undefined;
  if (one === other) return true;
  if (one.includes(other) || other.includes(one))
    return numbersOf(one) === numbersOf(other) ? true : undefined;
  return undefined;
}

const isUnlikeAddress = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && isSameAddress(a, b) === undefined;

function placeEvidence(a: Matter, b: Matter, meters: number | null, radius: number): Evidence[] {
  const isCommon = a.isPointCommon || b.isPointCommon;
  const isSame = isSameAddress(a.address, b.address);
  const address: Evidence = { weight: 0.9, words: '同一地址' };
  if (a.siteId !== null && a.siteId === b.siteId) return [{ weight: 2.2, words: '同一点位' }];
  if (meters === null || isCommon)
    return isSame
      ? [{ ...address, weight: 2.2 }]
      : [{ weight: isUnlikeAddress(a.address, b.address) ? -1.5 : 0 }];
  const near = { weight: 2.2 - 1.3 * Math.min(1, meters / radius), words: `相距 ${meters} 米` };
  return isSame ? [near, address] : [near];
}

function categoryEvidence(a: Matter, b: Matter, { isNeighbor }: LikenessRule): Evidence {
  if (a.categoryCode === null || b.categoryCode === null) return { weight: 0 };
  if (a.categoryCode === b.categoryCode) return { weight: 1.2, words: '同一类别' };
  return isNeighbor(a.categoryCode, b.categoryCode)
    ? { weight: 0, words: '同一大类' }
    : { weight: -2 };
}

function wordEvidence(alike: number | null): Evidence {
  if (alike === null) return { weight: 0 };
  const weight = Math.max(-0.6, 4 * (alike - 0.2));
  const percent = Math.round(alike * 100);
  return alike >= 0.95
    ? { weight, words: '文字相同' }
    : { weight, ...(alike >= 0.3 ? { words: `文字相似 ${percent}%` } : {}) };
}

function photoEvidence(a: readonly string[], b: readonly string[]): Evidence {
  const plain = (hash: string): boolean => !isPlainPhoto(hash);
  const others = b.filter(plain);
  const nearest = Math.min(
    64,
    ...a.filter(plain).flatMap((one) => others.map((other) => photoDistance(one, other))),
  );
  if (nearest <= 4) return { weight: 5, words: '照片相同' };
  return nearest <= 10 ? { weight: 2, words: '照片相似' } : { weight: 0 };
}

/**
 * How likely a report is about the matter of another one; null when they must not or cannot be one: one of
 * them is secret, they lie farther apart than the category's radius, or longer than its window.
 */
export function likenessOf(a: Matter, b: Matter, rule: LikenessRule): Likeness | null {
  if (a.isSecret !== b.isSecret) return null;
  const hours = Math.abs(minutesBetween(a.at, b.at)) / 60;
  if (hours > rule.hours) return null;
  const meters = a.point && b.point ? Math.round(metersBetween(a.point, b.point)) : null;
  const isSameSite = a.siteId !== null && a.siteId === b.siteId;
  if (meters !== null && meters > rule.radius && !isSameSite) return null;
  const evidence: Evidence[] = [
    photoEvidence(a.photos, b.photos),
    ...placeEvidence(a, b, meters, rule.radius),
    wordEvidence(wordLikeness(a.grams, b.grams)),
    categoryEvidence(a, b, rule),
    { weight: 1.2 * (1 - Math.log1p(hours) / Math.log1p(rule.hours)) },
  ];
  const sum = evidence.reduce((all, { weight }) => all + weight, -3.2);
  return {
    score: 1 / (1 + Math.exp(-sum)),
    meters,
    reasons: evidence.flatMap(({ words }) => words ?? []),
  };
}

/** Matters at exactly one point from which on it is taken for a default and not for a place. */
const common = 8;

/** Marks the points that too many of these matters share. */
export function markCommonPoints<M extends Matter>(matters: readonly M[]): M[] {
  const counts = new Map<string, number>();
  for (const { point } of matters)
    if (point) counts.set(point.join(), (counts.get(point.join()) ?? 0) + 1);
  return matters.map((matter) => ({
    ...matter,
    isPointCommon: matter.point !== null && (counts.get(matter.point.join()) ?? 0) >= common,
  }));
}
