/**
 * Shape 边界: what a drawn area may look like, and the sums done with it. A polygon here is always the
 * coordinates of a GeoJSON MultiPolygon in WGS84: parts, each a list of rings, the first the outer one,
 * the others holes. Sources: domain reference a.2 (闭合多边形、拓扑正确), GeoJSON (RFC 7946, 3.1.6).
 */
import { z } from 'zod';

/** Longitude and latitude in degrees. */
export type Point = [lng: number, lat: number];
export type Ring = Point[];
export type Polygon = Ring[][];

/** West, south, east, north in degrees. */
export type Box = [west: number, south: number, east: number, north: number];

const maxPoints = 5000;
const maxRings = 500;
/** Square kilometers: a cell is about 0.01; the largest county of China is below 210,000. */
const [smallest, largest] = [0.0001, 210_000];

const kilometersPerDegree = 111.32;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

export const ringsOf = (polygon: Polygon): Ring[] => polygon.flat();
export const pointsOf = (polygon: Polygon): Point[] => polygon.flat(2) as Point[];

export function boxOf(polygon: Polygon): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [lng, lat] of pointsOf(polygon)) {
    box[0] = Math.min(box[0], lng);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lng);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}

/** Twice the signed area of a ring, in square degrees. */
function doubleArea(ring: Ring): number {
  let sum = 0;
  for (const [n, [x, y]] of ring.entries()) {
    const [nextX, nextY] = ring[(n + 1) % ring.length] as Point;
    sum += x * nextY - nextX * y;
  }
  return sum;
}

/** Square kilometers, holes taken out; good to a percent at the size of a city. */
export function squareKilometers(polygon: Polygon): number {
  const [, south, , north] = boxOf(polygon);
  const scale = kilometersPerDegree ** 2 * Math.cos(radians((south + north) / 2));
  const degrees = polygon.reduce((sum, [outer = [], ...holes]) => {
    const size = (ring: Ring): number => Math.abs(doubleArea(ring)) / 2;
    return sum + size(outer) - holes.reduce((all, hole) => all + size(hole), 0);
  }, 0);
  return degrees * scale;
}

/** The middle of the largest part, where its name is written. */
export function middleOf(polygon: Polygon): Point {
  const outers = polygon.flatMap(([outer]) => (outer ? [outer] : []));
  const ring = outers.reduce((a, b) =>
    Math.abs(doubleArea(a)) >= Math.abs(doubleArea(b)) ? a : b,
  );
  const size = doubleArea(ring);
  const [startX, startY] = ring[0] as Point;
  if (size === 0) return [startX, startY];
  // Sums are taken from the first point, or the digits of 116.4 drown those of a cell.
  let [x, y] = [0, 0];
  for (const [n, [ax, ay]] of ring.entries()) {
    const [bx, by] = ring[(n + 1) % ring.length] as Point;
    const cross = (ax - startX) * (by - startY) - (bx - startX) * (ay - startY);
    x += (ax + bx - 2 * startX) * cross;
    y += (ay + by - 2 * startY) * cross;
  }
  return [startX + x / (3 * size), startY + y / (3 * size)];
}

/** Meters between two points, good for the few kilometers a city has. */
export function metersBetween([lngA, latA]: Point, [lngB, latB]: Point): number {
  const x = (lngB - lngA) * Math.cos(radians((latA + latB) / 2));
  return Math.hypot(x, latB - latA) * kilometersPerDegree * 1000;
}

interface Segment {
  a: Point;
  b: Point;
  west: number;
  east: number;
  ring: Ring;
  /** The place of `a` in its ring. */
  at: number;
}

const side = (a: Point, b: Point, c: Point): number =>
  Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));

/** Do two segments cross in their inner parts? Those that only touch do not. */
const crosses = ({ a, b }: Segment, { a: c, b: d }: Segment): boolean =>
  Math.max(a[1], b[1]) >= Math.min(c[1], d[1]) &&
  Math.max(c[1], d[1]) >= Math.min(a[1], b[1]) &&
  side(a, b, c) * side(a, b, d) < 0 &&
  side(c, d, a) * side(c, d, b) < 0;

/** The first two segments that cross, from west to east. */
function findCrossing(rings: readonly Ring[]): [Segment, Segment] | undefined {
  const segments: Segment[] = rings
    .flatMap((ring) =>
      ring.slice(1).map((b, at) => {
        const a = ring[at] as Point;
        return { a, b, west: Math.min(a[0], b[0]), east: Math.max(a[0], b[0]), ring, at };
      }),
    )
    .sort((one, other) => one.west - other.west);
  for (const [n, one] of segments.entries()) {
    for (let next = n + 1; next < segments.length; next++) {
      const other = segments[next] as Segment;
      if (other.west > one.east) break;
      if (crosses(one, other)) return one.at < other.at ? [one, other] : [other, one];
    }
  }
  return undefined;
}

/** Where two crossing segments meet. */
function meeting({ a, b }: Segment, { a: c, b: d }: Segment): Point {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]];
  const share = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / (rx * sy - ry * sx);
  return [a[0] + share * rx, a[1] + share * ry];
}

/** Where the boundary first crosses itself, from west to east; undefined when it does not. */
export function crossingOf(polygon: Polygon): Point | undefined {
  const found = findCrossing(ringsOf(polygon));
  return found && meeting(...found);
}

/** Loops as flat as this come from rounding, not from a person's hand: part of the whole, and at most a cell. */
const knotShare = 0.005;
const knotSquareKilometers = 0.01;
const mostKnots = 50;

const isKnot = (loop: Ring, whole: Ring): boolean => {
  const size = Math.abs(doubleArea(loop));
  return (
    size <= Math.abs(doubleArea(whole)) * knotShare &&
    (size / 2) * kilometersPerDegree ** 2 <= knotSquareKilometers
  );
};

/** A ring without its knots: each small loop is cut off where it crosses. Larger ones stay. */
function untieRing(ring: Ring): { ring: Ring; count: number } {
  let current = ring;
  for (let count = 0; count < mostKnots; count++) {
    const found = findCrossing([current]);
    if (!found) return { ring: current, count };
    const [one, other] = found;
    const loop = current.slice(one.at + 1, other.at + 1);
    const point = meeting(one, other);
    if (!isKnot([point, ...loop], current)) return { ring: current, count };
    current = [...current.slice(0, one.at + 1), point, ...current.slice(other.at + 1)];
  }
  return { ring: current, count: mostKnots };
}

/**
 * A boundary without the tiny loops that rounding and conversion leave in files; `count`: how many were cut
 * off. Crossings that matter stay, to be refused.
 */
export function untie(polygon: Polygon): { polygon: Polygon; count: number } {
  let sum = 0;
  const untied = polygon.map((rings) =>
    rings.map((ring) => {
      const { ring: made, count } = untieRing(ring);
      sum += count;
      return made;
    }),
  );
  return { polygon: untied, count: sum };
}

const isClosed = (ring: Ring): boolean => {
  const [first, last] = [ring[0], ring.at(-1)];
  return first !== undefined && last?.[0] === first[0] && last[1] === first[1];
};

const inRange = (value: number, low: number, high: number): boolean =>
  value >= low && value <= high;

/** Do coordinates stand as latitude, longitude? So it is when they fit China only the other way round. */
export const isSwapped = (points: readonly Point[]): boolean =>
  points.length > 0 && points.every(([x, y]) => inRange(x, 3, 54) && inRange(y, 73, 136));

/** The wider land of China: about thirty kilometers beyond coast and border, islands with people in it. */
const land: Ring = [
  [73, 38],
  [74, 36.4],
  [78, 31],
  [81.5, 29.5],
  [86, 27.2],
  [92, 26.6],
  [97, 27],
  [97.2, 23.8],
  [99, 21.3],
  [101.5, 20.8],
  [104, 22],
  [106, 21.4],
  [107.8, 21],
  [108.3, 18.3],
  [109.5, 17.8],
  [110.8, 18.2],
  [111.6, 19.8],
  [112.5, 21],
  [114.5, 21.8],
  [117, 22.8],
  [118.9, 23.2],
  [119.9, 21.7],
  [121.8, 21.6],
  [122.5, 24.5],
  [122.2, 25.7],
  [121.6, 27],
  [123.1, 29.2],
  [123.2, 31.2],
  [122.2, 32.2],
  [121.2, 34],
  [120.2, 35.2],
  [121.4, 36.3],
  [123, 36.8],
  [123, 37.8],
  [121.7, 38.3],
  [123.6, 38.8],
  [124.7, 39.7],
  [126.6, 41.1],
  [128.3, 41.3],
  [131, 42.1],
  [131.5, 44.5],
  [133.5, 45],
  [135.4, 48.6],
  [131.2, 48.2],
  [128, 50],
  [126, 53.2],
  [121, 54],
  [119.3, 52.8],
  [117.3, 50.1],
  [115.2, 48.3],
  [119.3, 46.7],
  [113.4, 45.2],
  [111.3, 44.1],
  [110, 43],
  [105, 42],
  [100, 43.1],
  [96.5, 43.2],
  [95.3, 44.6],
  [91.2, 45.6],
  [91.2, 47.6],
  [87.5, 49.6],
  [85.4, 48.8],
  [82.7, 47.5],
  [81.9, 45.7],
  [79.7, 45.3],
  [79.8, 42.6],
  [76, 41],
  [73, 40.2],
  [73, 38],
];

/** 西沙、南沙: islands with a district of their own, far from the coast. */
const islands: readonly Box[] = [
  [111, 15.5, 113.2, 17.5],
  [111.4, 3.5, 117.9, 12.2],
];

/** Is a point inside a ring? Even-odd rule; on the edge either answer may come. */
export function isInRing([x, y]: Point, ring: Ring): boolean {
  let isInside = false;
  for (const [n, [ax, ay]] of ring.entries()) {
    const [bx, by] = ring[(n + 1) % ring.length] as Point;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
  }
  return isInside;
}

/** Can somebody live there? Coarse: it tells a boundary in the open sea from one on land. */
export const isOnLand = (point: Point): boolean =>
  isInRing(point, land) ||
  islands.some(
    ([west, south, east, north]) =>
      inRange(point[0], west, east) && inRange(point[1], south, north),
  );

/**
 * Why a polygon cannot be a boundary, as a sentence that says what to do; undefined when it can. Swapped
 * pairs, places outside China or in the sea, open or crossing rings, and sizes that no area has.
 */
export function polygonProblem(polygon: Polygon): string | undefined {
  const points = pointsOf(polygon);
  const rings = ringsOf(polygon);
  if (polygon.length === 0 || polygon.some((rings) => rings.length === 0) || points.length === 0)
    return '边界是空的，请画出至少有三个不同的点的一圈';
  if (points.length > maxPoints || rings.length > maxRings)
    return `边界有 ${points.length} 个点、${rings.length} 个环，超过 ${maxPoints} 个点、${maxRings} 个环，请先简化`;
  if (isSwapped(points)) return '经度和纬度写反了，请改为“经度, 纬度”的顺序';
  if (points.some(([lng, lat]) => !inRange(lng, 73, 136) || !inRange(lat, 3, 54)))
    return '坐标不在中国范围内，请核对坐标系（须为经纬度，不是平面坐标）';
  if (!isOnLand(middleOf(polygon))) return '边界落在海上或境外，请核对坐标';
  const open = rings.find((ring) => ring.length < 4 || !isClosed(ring));
  if (open) return '边界没有闭合，首尾须为同一点，且至少有三个不同的点';
  const crossing = crossingOf(polygon);
  if (crossing)
    return `边界自相交，在东经 ${crossing[0].toFixed(5)}、北纬 ${crossing[1].toFixed(5)} 附近，请改正后再提交`;
  const size = squareKilometers(polygon);
  if (size < smallest) return '边界围成的面积不到 100 平方米，请核对';
  return size > largest ? '边界围成的面积超过任何一个区县，请核对' : undefined;
}

/** A boundary as an action takes it, with every problem of {@link polygonProblem} refused. */
export const Polygon = z
  .array(
    z
      .array(
        z
          .array(z.tuple([z.number(), z.number()]))
          .min(1)
          .max(maxPoints),
      )
      .min(1)
      .max(maxRings),
  )
  .min(1, '边界须至少有一块')
  .max(maxRings);
