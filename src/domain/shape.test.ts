/** Shapes: what may be a boundary, and the sums done with it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betterSystem, CoordinateSystem, offsetsOf, toWgs84 } from './coordinates.ts';
import {
  crossingOf,
  isOnLand,
  metersBetween,
  middleOf,
  polygonProblem,
  squareKilometers,
  untie,
  type Point,
  type Polygon,
  type Ring,
} from './shape.ts';

const square = (lng: number, lat: number, side: number): Polygon => [
  [
    [
      [lng, lat],
      [lng + side, lat],
      [lng + side, lat + side],
      [lng, lat + side],
      [lng, lat],
    ],
  ],
];

/** A ring around a point with random distances in every direction: never crosses itself. */
const stars = fc
  .record({
    lng: fc.double({ min: 100, max: 118, noNaN: true }),
    lat: fc.double({ min: 28, max: 38, noNaN: true }),
    rays: fc.array(fc.double({ min: 0.005, max: 0.02, noNaN: true }), {
      minLength: 4,
      maxLength: 40,
    }),
  })
  .map(({ lng, lat, rays }): Polygon => {
    const ring = rays.map((ray, n): Point => {
      const angle = (2 * Math.PI * n) / rays.length;
      return [lng + ray * Math.cos(angle), lat + ray * Math.sin(angle)];
    });
    return [[[...ring, ring[0] as Point]]];
  });

describe('a boundary', () => {
  it('may be any ring that does not cross itself', () => {
    fc.assert(fc.property(stars, (star) => polygonProblem(star) === undefined));
  });

  it('may have a hole and several parts', () => {
    const [[outer = []] = []] = square(116.3, 40, 0.1);
    const [[hole = []] = []] = square(116.33, 40.03, 0.02);
    expect(polygonProblem([[outer, hole], ...square(116.5, 40, 0.1)])).toBeUndefined();
    expect(squareKilometers([[outer, hole]])).toBeCloseTo(
      squareKilometers([[outer]]) - squareKilometers([[hole]]),
      2,
    );
  });

  it('is refused when two of its sides cross, wherever that is', () => {
    const corners = fc.uniqueArray(fc.integer({ min: 0, max: 71 }), {
      minLength: 4,
      maxLength: 30,
    });
    fc.assert(
      fc.property(corners, fc.nat(), (degrees, at) => {
        const ring = degrees
          .sort((a, b) => a - b)
          .map((n): Point => [
            116 + 0.05 * Math.cos((n * Math.PI) / 36),
            40 + 0.05 * Math.sin((n * Math.PI) / 36),
          ]);
        expect(crossingOf([[[...ring, ring[0] as Point]]])).toBeUndefined();
        // Two neighbors of a convex ring change places: the sides beside them become crossing diagonals.
        const n = at % ring.length;
        const next = (n + 1) % ring.length;
        [ring[n], ring[next]] = [ring[next] as Point, ring[n] as Point];
        expect(crossingOf([[[...ring, ring[0] as Point]]])).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, Polygon, string]>([
    ['swapped', square(40, 116, 0.1), '写反'],
    ['nowhere', square(0, 0, 0.1), '不在中国'],
    ['on a plane', square(500_000, 4_400_000, 100), '不在中国'],
    ['in the East China Sea', square(125, 30, 0.1), '海上'],
    ['open', [[square(116.3, 40, 0.1)[0]?.[0]?.slice(0, -1) ?? []]], '没有闭合'],
    [
      'a line',
      [
        [
          [
            [116, 40],
            [117, 40],
            [116, 40],
          ],
        ],
      ],
      '没有闭合',
    ],
    ['of no size', square(116.3, 40, 0.00001), '100 平方米'],
    ['larger than a county', square(100, 30, 9), '超过任何一个区县'],
    ['of too many points', [[Array.from({ length: 5001 }, (): Point => [116, 40])]], '5000'],
  ])('is refused when it is %s', (_what, polygon, words) => {
    expect(polygonProblem(polygon)).toContain(words);
  });

  it('is measured and found in the middle', () => {
    expect(squareKilometers(square(116.3, 40, 0.01))).toBeCloseTo(0.949, 2);
    expect(middleOf(square(116.3, 40, 0.01)).map((n) => n.toFixed(6))).toEqual([
      '116.305000',
      '40.005000',
    ]);
    expect(metersBetween([116.3, 40], [116.31, 40])).toBeCloseTo(852.8, 0);
  });

  it('loses the knots of rounding, not a bow', () => {
    const knotted: Ring = [
      [116.3, 40],
      [116.4, 40],
      [116.4, 40.1],
      [116.35, 40.1],
      [116.351, 40.1],
      [116.3505, 40.0999],
      [116.3505, 40.1002],
      [116.3, 40.1],
      [116.3, 40],
    ];
    const { polygon, count } = untie([[knotted]]);
    expect(count).toBeGreaterThan(0);
    expect(polygonProblem(polygon)).toBeUndefined();
    const bow: Ring = [
      [116.3, 40],
      [116.4, 40.1],
      [116.4, 40],
      [116.3, 40.1],
      [116.3, 40],
    ];
    expect(untie([[bow]])).toEqual({ polygon: [[bow]], count: 0 });
  });
});

it.each<[string, Point]>([
  ['北京', [116.4, 39.9]],
  ['三亚', [109.5, 18.25]],
  ['嵊泗', [122.45, 30.73]],
  ['大连', [121.6, 38.9]],
  ['长海', [122.6, 39.27]],
  ['台北', [121.5, 25.05]],
  ['漠河', [122.5, 53]],
  ['抚远', [134.3, 48.4]],
  ['喀什', [75.99, 39.47]],
  ['塔什库尔干', [75.2, 37.8]],
  ['瑞丽', [97.85, 24.01]],
  ['错那', [91.96, 28]],
  ['防城港', [108.35, 21.7]],
  ['永兴岛', [112.34, 16.83]],
  ['香港', [114.17, 22.3]],
  ['平潭', [119.8, 25.5]],
  ['东山', [117.4, 23.6]],
  ['荣成', [122.5, 37.2]],
  ['启东', [121.9, 31.9]],
])('%s lies on land', (_name, point) => {
  expect(isOnLand(point)).toBe(true);
});

describe('coordinate systems', () => {
  const points = fc.record({
    lng: fc.double({ min: 80, max: 125, noNaN: true }),
    lat: fc.double({ min: 22, max: 45, noNaN: true }),
  });

  it('differ by hundreds of meters, and are told apart by known places', () => {
    fc.assert(
      fc.property(points, fc.constantFrom(...CoordinateSystem.options), ({ lng, lat }, system) => {
        const given = square(lng, lat, 0.01);
        const known = toWgs84(middleOf(given), system);
        const offsets = offsetsOf([{ given, known }]);
        for (const named of CoordinateSystem.options) {
          if (named === system) expect(betterSystem(offsets, named)).toBeUndefined();
          else if (offsets[named] > 100) expect(betterSystem(offsets, named)).toBe(system);
        }
      }),
    );
  });
});
