/**
 * Place 定位到区域: which area a point lies in, the same rule on the server and on a phone without signal.
 * Source: domain reference a.2 (“point-in-polygon to fill street/community/cell from coordinates”).
 */
import inPolygon from '@turf/boolean-point-in-polygon';
import Flatbush from 'flatbush';
import { boxOf, type Point, type Polygon, type Ring } from './shape.ts';

/** An area with its boundary, as much as finding needs. */
export interface DrawnArea {
  code: string;
  polygon: Polygon;
}

/** Areas ready to be searched: made once, asked often. */
export interface PlaceIndex {
  /** The most detailed first. */
  areas: readonly DrawnArea[];
  boxes: Flatbush | null;
}

/** Makes the index of the areas in force; those without a boundary are left out. */
export function placeIndex(all: Iterable<{ code: string; polygon: Polygon | null }>): PlaceIndex {
  const areas = [...all]
    .flatMap(({ code, polygon }) => (polygon ? [{ code, polygon }] : []))
    .sort((a, b) => b.code.length - a.code.length || (a.code < b.code ? -1 : 1));
  if (areas.length === 0) return { areas, boxes: null };
  const boxes = new Flatbush(areas.length);
  for (const { polygon } of areas) boxes.add(...boxOf(polygon));
  boxes.finish();
  return { areas, boxes };
}

export const isInPolygon = (point: Point, polygon: Polygon): boolean =>
  inPolygon(point, { type: 'MultiPolygon', coordinates: polygon });

/** The code of the most detailed area around a point; null when none is drawn there. */
export function areaAt({ areas, boxes }: PlaceIndex, lng: number, lat: number): string | null {
  const near = boxes?.search(lng, lat, lng, lat).sort((a, b) => a - b) ?? [];
  for (const n of near) {
    const area = areas[n];
    if (area && isInPolygon([lng, lat], area.polygon)) return area.code;
  }
  return null;
}

/** Degrees are sent to phones in steps of about a meter, each point as its distance from the last. */
const step = 1e5;

/** Rings as whole numbers, a quarter of the size and good to a meter. */
export type PackedPolygon = number[][][];

function packRing(ring: Ring): number[] {
  const packed: number[] = [];
  let [lastX, lastY] = [0, 0];
  for (const [lng, lat] of ring) {
    const [x, y] = [Math.round(lng * step), Math.round(lat * step)];
    if (packed.length > 0 && x === lastX && y === lastY) continue;
    packed.push(x - lastX, y - lastY);
    [lastX, lastY] = [x, y];
  }
  return packed;
}

function unpackRing(packed: readonly number[]): Ring {
  const ring: Ring = [];
  let [x, y] = [0, 0];
  for (let n = 0; n + 1 < packed.length; n += 2) {
    x += packed[n] ?? 0;
    y += packed[n + 1] ?? 0;
    ring.push([x / step, y / step]);
  }
  return ring;
}

export const packPolygon = (polygon: Polygon): PackedPolygon =>
  polygon.map((rings) => rings.map(packRing));

export const unpackPolygon = (packed: PackedPolygon): Polygon =>
  packed.map((rings) => rings.map(unpackRing));
