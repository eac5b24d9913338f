/** The area of a point, the codes that belong together, and invented grids, against their plain meaning. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codesOf, codesUnder, currentCodes, withDetail, type AreaPast } from './areaCode.ts';
import { gridPolygons } from './gridPolygons.ts';
import { areaAt, isInPolygon, packPolygon, placeIndex, unpackPolygon } from './place.ts';
import { polygonProblem, squareKilometers } from './shape.ts';

const district = '110199';
const three = (n: number): string => String(n + 1).padStart(3, '0');
const streets = Array.from({ length: 16 }, (_none, n) => district + three(n));
const communities = streets.flatMap((street) =>
  [0, 1, 2, 3, 4, 5, 6].map((n) => street + three(n)),
);
const codes = [district, ...streets, ...communities];
const frame = [116.3, 40, 116.6, 40.2] as const;
const grid = gridPolygons(codes, [...frame]);
const areas = [...grid].map(([code, { polygon }]) => ({ code, polygon }));
const index = placeIndex(areas);
const inside = fc.double({ min: 0.02, max: 0.98, noNaN: true });

describe('an invented grid', () => {
  it('is made of good boundaries that fill the area above', () => {
    for (const { polygon } of areas) expect(polygonProblem(polygon)).toBeUndefined();
    const size = (list: readonly string[]): number =>
      list.reduce((sum, code) => sum + squareKilometers(grid.get(code)?.polygon ?? []), 0);
    expect(size(streets) / size([district])).toBeCloseTo(1, 2);
    expect(size(communities) / size(streets)).toBeCloseTo(1, 2);
  });

  it('finds every point of a community in it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...communities), inside, inside, (code, u, v) => {
        const [lng, lat] = grid.get(code)?.at(u, v) ?? [0, 0];
        return areaAt(index, lng, lat) === code;
      }),
      { numRuns: 500 },
    );
  });
});

describe('the area of a point', () => {
  it('is the most detailed of all that hold it, null outside', () => {
    const lngs = fc.double({ min: 116.25, max: 116.65, noNaN: true });
    const lats = fc.double({ min: 39.95, max: 40.25, noNaN: true });
    fc.assert(
      fc.property(lngs, lats, (lng, lat) => {
        const holding = areas
          .filter(({ polygon }) => isInPolygon([lng, lat], polygon))
          .map(({ code }) => code.length);
        const found = areaAt(index, lng, lat);
        return (found?.length ?? 0) === Math.max(0, ...holding);
      }),
      { numRuns: 500 },
    );
    expect(areaAt(placeIndex([]), 116, 40)).toBeNull();
    expect(areaAt(placeIndex([{ code: district, polygon: null }]), 116, 40)).toBeNull();
  });

  it('is the same on a phone, which has the boundaries to a meter', () => {
    const packed = placeIndex(
      areas.map(({ code, polygon }) => ({ code, polygon: unpackPolygon(packPolygon(polygon)) })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...communities), inside, inside, (code, u, v) => {
        const [lng, lat] = grid.get(code)?.at(u, v) ?? [0, 0];
        return areaAt(packed, lng, lat) === code;
      }),
    );
  });

  it('makes a choice more precise and never changes it', () => {
    expect(withDetail('110199', '110199001001')).toBe('110199001001');
    expect(withDetail('110199002', '110199001001')).toBe('110199002');
    expect(withDetail('110199001001', null)).toBe('110199001001');
    expect(withDetail('110199001001', undefined)).toBe('110199001001');
  });
});

describe('codes that belong together', () => {
  const past = (code: string, succeededBy: string[], predecessors: string[] = []): AreaPast => ({
    code,
    status: succeededBy.length > 0 ? 'retired' : 'active',
    succeededBy,
    predecessors,
  });
  const mapOf = (...list: AreaPast[]) => new Map(list.map((area) => [area.code, area]));

  it('follow an area through re-coding, merging and splitting', () => {
    const known = mapOf(
      past('110199001', ['110199010']),
      past('110199010', ['110199011', '110199012'], ['110199001']),
      past('110199011', [], ['110199010']),
      past('110199012', [], ['110199010', '110199003']),
      past('110199003', ['110199012']),
    );
    expect(currentCodes('110199001', known)).toEqual(['110199011', '110199012']);
    expect(codesOf('110199011', known)).toEqual(['110199001', '110199010', '110199011']);
    expect(codesOf('110199003', known)).toContain('110199012');
    expect(codesOf('110199', known)).toEqual(['110199']);
    expect(codesOf('110199404', known)).toEqual(['110199404']);
  });

  it('come to an end even in a circle, and hold no code that begins with another', () => {
    const some = fc.constantFrom(...streets.slice(0, 4), ...communities.slice(0, 4));
    const records = fc.array(
      fc.record({
        code: some,
        status: fc.constantFrom('active', 'retired'),
        succeededBy: fc.array(some, { maxLength: 2 }),
        predecessors: fc.array(some, { maxLength: 2 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(records, some, (list, code) => {
        const found = codesOf(code, mapOf(...list));
        expect(found.some((one) => code.startsWith(one))).toBe(true);
        expect(found.filter((one) => found.some((o) => o !== one && one.startsWith(o)))).toEqual(
          [],
        );
        expect(currentCodes(code, mapOf(...list)).length).toBeGreaterThan(0);
      }),
    );
  });

  it('give the areas of a merged one free numbers, from 601', () => {
    const taken = new Set(['110199002', '110199002001', '110199002601']);
    expect([...(codesUnder('110199002', ['110199001002', '110199001001'], taken) ?? [])]).toEqual([
      ['110199001001', '110199002602'],
      ['110199001002', '110199002002'],
    ]);
    const full = new Set(
      Array.from({ length: 1000 }, (_none, n) => `110199002${String(n).padStart(3, '0')}`),
    );
    expect(codesUnder('110199002', ['110199001001'], full)).toBeNull();
  });
});
