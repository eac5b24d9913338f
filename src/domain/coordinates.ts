/**
 * Coordinates 坐标系: the ledger keeps WGS84 (CGCS2000 is the same to within a meter). Maps of China come
 * in GCJ-02 (高德、腾讯) or BD-09 (百度), some hundred meters away; here they are turned back, and told
 * apart by what is known of the same places. Source: domain reference a.3 (coordinates).
 */
import gcoord from 'gcoord';
import { z } from 'zod';
import { metersBetween, middleOf, type Point, type Polygon } from './shape.ts';

export const CoordinateSystem = z.enum(['wgs84', 'gcj02', 'bd09']);
export type CoordinateSystem = z.infer<typeof CoordinateSystem>;

export const coordinateSystemLabels: Record<CoordinateSystem, string> = {
  wgs84: 'WGS84 / CGCS2000（GPS、天地图）',
  gcj02: 'GCJ-02（高德、腾讯）',
  bd09: 'BD-09（百度）',
};

const known = { gcj02: gcoord.GCJ02, bd09: gcoord.BD09 };
const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;

/** A point of any of the three systems in WGS84, to a centimeter. */
export function toWgs84(point: Point, system: CoordinateSystem): Point {
  if (system === 'wgs84') return point;
  const [lng, lat] = gcoord.transform([point[0], point[1]], known[system], gcoord.WGS84);
  return [round(lng as number), round(lat as number)];
}

export const polygonToWgs84 = (polygon: Polygon, system: CoordinateSystem): Polygon =>
  system === 'wgs84'
    ? polygon
    : polygon.map((rings) => rings.map((ring) => ring.map((point) => toWgs84(point, system))));

/** A boundary as given, and where the same area is known to lie. */
export interface KnownPlace {
  given: Polygon;
  known: Point;
}

const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** How far, in meters, given places lie from the known ones when read in each system. */
export function offsetsOf(places: readonly KnownPlace[]): Record<CoordinateSystem, number> {
  const offset = (system: CoordinateSystem): number =>
    medianOf(
      places.map(({ given, known: at }) => metersBetween(toWgs84(middleOf(given), system), at)),
    );
  return { wgs84: offset('wgs84'), gcj02: offset('gcj02'), bd09: offset('bd09') };
}

/**
 * The system that fits what is known far better than the one named (a third of the distance, and more
 * than a hundred meters apart); undefined when the named one is good enough.
 */
export function betterSystem(
  offsets: Record<CoordinateSystem, number>,
  named: CoordinateSystem,
): CoordinateSystem | undefined {
  const best = CoordinateSystem.options.reduce((a, b) => (offsets[a] <= offsets[b] ? a : b));
  return offsets[named] - offsets[best] > 100 && offsets[best] * 3 < offsets[named]
    ? best
    : undefined;
}
