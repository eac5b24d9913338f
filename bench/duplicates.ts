/**
 * tsx bench/duplicates.ts CASES.csv.gz: precision and recall of the duplicate detector on the columns of
 * Boston 311. A true pair is a case closed as a duplicate and the case that its closing words name; these
 * words are hidden from the detector. Held against random pairs near in place and time; the weights were
 * looked at on one half (even numbers named), the other half is told.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import {
  likenessOf,
  markCommonPoints,
  shownFrom,
  type LikenessRule,
  type Matter,
} from '../src/domain/likeness.ts';
import { momentAt } from '../src/domain/moment.ts';
import { metersBetween, type Point } from '../src/domain/shape.ts';
import { gramsOf } from '../src/domain/wordLikeness.ts';
import { chanceFrom } from './random.ts';
import { printThresholds } from './thresholds.ts';

type Row = Record<string, string>;

interface Case {
  id: string;
  matter: Matter & { point: Point };
  reason: string;
  hours: number;
  /** The case named as the one this is a duplicate of: never shown to the detector. */
  named: string | null;
  /** The closing words speak of a duplicate or of another case: no evidence of being another matter. */
  isMarked: boolean;
}

function caseOf(row: Row): Case {
  const id = row.case_enquiry_id ?? '';
  const closing = row.closure_reason ?? '';
  const ms = Date.parse(`${(row.open_dt ?? '').replace(' ', 'T')}Z`);
  const others = (closing.match(/101\d{9}/g) ?? []).filter((other) => other !== id);
  const isDuplicate = /dup/i.test(closing);
  return {
    id,
    reason: row.reason ?? '',
    hours: ms / 3_600_000,
    named: isDuplicate ? (others[0] ?? null) : null,
    isMarked: isDuplicate || others.length > 0,
    matter: {
      grams: gramsOf(''),
      categoryCode: row.type ?? '',
      at: momentAt(ms),
      point: [Number(row.longitude), Number(row.latitude)],
      isPointCommon: false,
      siteId: null,
      address: row.location ?? null,
      photos: [],
      isSecret: false,
    },
  };
}

const [file] = process.argv.slice(2);
if (!file) throw new Error('用法：tsx bench/duplicates.ts 案件.csv.gz');
const bytes = readFileSync(file);
const rows: Row[] = parse(file.endsWith('.gz') ? gunzipSync(bytes) : bytes, {
  columns: true,
  bom: true,
});
const cases = rows.map(caseOf);
const byId = new Map(cases.map((one) => [one.id, one]));
const reasonOf = new Map(cases.map(({ matter, reason }) => [matter.categoryCode, reason]));

/** Cases by squares of about 200 m. */
const squares = new Map<string, Case[]>();
const squareOf = ([lng, lat]: Point): [number, number] => [
  Math.floor(lng / 0.0024),
  Math.floor(lat / 0.0018),
];
for (const one of cases) {
  const key = squareOf(one.matter.point).join();
  const square = squares.get(key);
  if (square) square.push(one);
  else squares.set(key, [one]);
}

/** Other cases within so many meters and hours. */
function around(one: Case, meters: number, hours: number): Case[] {
  const [x, y] = squareOf(one.matter.point);
  return [-1, 0, 1]
    .flatMap((dx) => [-1, 0, 1].flatMap((dy) => squares.get(`${x + dx},${y + dy}`) ?? []))
    .filter((other) => other.id !== one.id && Math.abs(other.hours - one.hours) <= hours)
    .filter((other) => metersBetween(other.matter.point, one.matter.point) <= meters);
}

const ruleOf = (radius: number, hours: number): LikenessRule => ({
  radius,
  hours,
  isNeighbor: (a, b) => reasonOf.get(a) === reasonOf.get(b),
});

/** The likenesses of a case with others, points that many share marked as the server does. */
function scores(one: Case, others: readonly Case[], rule: LikenessRule): number[] {
  const [own, ...rest] = markCommonPoints([one.matter, ...others.map(({ matter }) => matter)]);
  return rest.map((other) => (own ? (likenessOf(own, other, rule)?.score ?? 0) : 0));
}

/** A true pair in the crowd around the later one. */
function scoreAmong(one: Case, other: Case, rule: LikenessRule): number {
  const crowd = around(one, rule.radius, rule.hours).filter(({ id }) => id !== other.id);
  return scores(one, [other, ...crowd], rule)[0] ?? 0;
}

const pairs = cases.flatMap((one) => {
  const other = byId.get(one.named ?? '');
  return other ? [{ one, other, half: Number(other.id) % 2 === 0 ? 'looked at' : 'told' }] : [];
});

const chance = chanceFrom(5);
const perPair = 10;

/** Random pairs near in place and time, none of them known or suspected to be one matter. */
function strangers(one: Case, isSameType: boolean): [Case, Case][] {
  const near = around(one, 200, 336)
    .filter(({ isMarked }) => !isMarked)
    .filter(({ matter }) => !isSameType || matter.categoryCode === one.matter.categoryCode);
  if (near.length < 2) return [];
  return Array.from({ length: perPair }, (): [Case, Case] => [chance.pick(near), chance.pick(near)])
    .filter(([a, b]) => a.id < b.id)
    .filter(([a, b]) => Math.abs(a.hours - b.hours) <= 336);
}

const thresholds = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
console.log(`${cases.length} cases, ${pairs.length} name another one of them as the duplicate`);
for (const [radius, hours] of [
  [50, 24],
  [50, 336],
] as const) {
  const rule = ruleOf(radius, hours);
  for (const half of ['looked at', 'told']) {
    const some = pairs.filter((pair) => pair.half === half);
    const truths = some.map(({ one, other }) => scoreAmong(one, other, rule));
    for (const [label, isSameType] of [
      ['any type', false],
      ['same type', true],
    ] as const) {
      const lies = some
        .flatMap(({ one }) => strangers(one, isSameType))
        .map(([a, b]) => scoreAmong(a, b, rule));
      const name = `${radius} m, ${hours} h, ${half} half, against random pairs of ${label}`;
      printThresholds(name, truths, lies, thresholds);
    }
  }
}

/** What the desk would see: the named case among those proposed, and how much is proposed at all. */
for (const [radius, hours] of [
  [50, 24],
  [50, 336],
] as const) {
  const rule = ruleOf(radius, hours);
  const proposed = (one: Case): string[] => {
    const earlier = around(one, radius, hours).filter((other) => other.hours <= one.hours);
    const found = scores(one, earlier, rule);
    return earlier
      .map(({ id }, n) => ({ id, score: found[n] ?? 0 }))
      .filter(({ score }) => score >= shownFrom)
      .sort((a, b) => b.score - a.score)
      .map(({ id }) => id);
  };
  const told = pairs.filter(({ half, one, other }) => half === 'told' && other.hours <= one.hours);
  const ranks = told.map(({ one, other }) => proposed(one).indexOf(other.id));
  const share = (isHit: (rank: number) => boolean): string =>
    `${((100 * ranks.filter(isHit).length) / ranks.length).toFixed(1)}%`;
  const sample = Array.from({ length: 2000 }, () => chance.pick(cases)).map(
    (one) => proposed(one).length,
  );
  const some = sample.filter((count) => count > 0).length / sample.length;
  console.log(
    `\n${radius} m, ${hours} h, told half, ${told.length} duplicates: named case proposed ${share((rank) => rank >= 0)},`,
    `first ${share((rank) => rank === 0)}, among three ${share((rank) => rank >= 0 && rank < 3)};`,
    `of any ${sample.length} cases ${(100 * some).toFixed(1)}% get a proposal, ${(sample.reduce((a, b) => a + b, 0) / sample.length).toFixed(2)} each`,
  );
}
