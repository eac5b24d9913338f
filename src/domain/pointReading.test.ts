/** Pairs of three systems, turned and not, against a small district. */
import gcoord from 'gcoord';
import { describe, expect, it } from 'vitest';
import { readPair, systemOf, type PairFrame } from './pointReading.ts';
import { metersBetween, type Point } from './shape.ts';

const inBox = ([lng, lat]: Point): boolean => lng > 116.3 && lng < 116.4 && lat > 40 && lat < 40.08;
const frame: PairFrame = { isInside: inBox, named: null };
const middle: Point = [116.35, 40.04];
const edge: Point = [116.3035, 40.0045];
const in_ = (point: Point, system: 'GCJ02' | 'BD09'): Point => {
  const [lng, lat] = gcoord.transform([point[0], point[1]], gcoord.WGS84, gcoord[system]);
  return [lng as number, lat as number];
};

describe('a pair of numbers', () => {
  it('is read in the one system in which it lies in the district', () => {
    const far: Point = [116.3995, 40.0795];
    const read = readPair({ point: in_(far, 'BD09'), known: null }, frame);
    expect(read.system).toBe('bd09');
    expect(metersBetween(read.point as Point, far)).toBeLessThan(2);
  });

  it('is read in the system that brings it to the place named', () => {
    const read = readPair({ point: in_(middle, 'GCJ02'), known: middle }, frame);
    expect(read).toMatchObject({ system: 'gcj02', wasSwapped: false });
    expect(metersBetween(read.point as Point, middle)).toBeLessThan(2);
  });

  it('says when it cannot tell, and keeps what the sender has agreed', () => {
    const read = readPair({ point: middle, known: null }, frame);
    expect(read).toMatchObject({ system: null, point: middle });
    expect(read.words).toContain('分不清');
    const agreed = readPair(
      { point: in_(middle, 'BD09'), known: null },
      { ...frame, named: 'bd09' },
    );
    expect(agreed.system).toBe('bd09');
    expect(metersBetween(agreed.point as Point, middle)).toBeLessThan(2);
  });

  it('is turned when latitude came first', () => {
    const read = readPair({ point: [middle[1], middle[0]], known: middle }, frame);
    expect(read).toMatchObject({ wasSwapped: true, system: 'wgs84' });
    expect(read.words).toContain('写反');
  });

  it('is no place when it is empty, abroad or in another district', () => {
    for (const point of [
      [0, 0],
      [Number.NaN, 1],
      [-71.06, 42.36],
      [121.47, 31.23],
    ] as Point[])
      expect(readPair({ point, known: null }, frame).point).toBeNull();
  });
});

describe('the pairs of a sender', () => {
  const points = Array.from({ length: 40 }, (_none, n): Point => [
    116.3005 + (n % 8) * 0.0141,
    40.0005 + Math.floor(n / 8) * 0.0195,
  ]);

  it('are told apart by the boundary', () => {
    for (const system of ['GCJ02', 'BD09'] as const) {
      const pairs = points.map((point) => ({ point: in_(point, system), known: null }));
      expect(systemOf(pairs, frame)).toBe(system.toLowerCase());
    }
  });

  it('are told apart by the places named, else not at all', () => {
    const pairs = points.map((known) => ({ point: in_(known, 'GCJ02'), known }));
    expect(systemOf(pairs, { isInside: null })).toBe('gcj02');
    const bare = pairs.map(({ point }) => ({ point, known: null }));
    expect(systemOf(bare, { isInside: null })).toBeNull();
    expect(systemOf([], frame)).toBeNull();
    expect(
      readPair({ point: edge, known: null }, { isInside: null, named: null }).system,
    ).toBeNull();
  });
});
