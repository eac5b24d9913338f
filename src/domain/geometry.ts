/**
 * Geometry 几何图形: a GeoJSON geometry as a boundary of ours: a multi-polygon with closed rings, without
 * heights and repeated points. Format: RFC 7946, 3.1.
 */
import { z } from 'zod';
import type { Polygon, Ring } from './shape.ts';

const Position = z.array(z.number()).min(2);
const Geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(Position)) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(z.array(Position))) }),
]);

function ringOf(positions: readonly number[][]): Ring {
  const ring: Ring = [];
  for (const [lng = 0, lat = 0] of positions) {
    const last = ring.at(-1);
    if (last?.[0] !== lng || last[1] !== lat) ring.push([lng, lat]);
  }
  const [first, last] = [ring[0], ring.at(-1)];
  if (first && last && (first[0] !== last[0] || first[1] !== last[1])) ring.push([...first]);
  return ring;
}

/** The boundary a geometry draws; `problem`: why it draws none, in words. */
export function polygonOf(geometry: unknown): { polygon: Polygon; problem?: string } {
  const parsed = Geometry.safeParse(geometry);
  if (!parsed.success) {
    const type = (geometry as { type?: unknown } | null | undefined)?.type;
    const words = typeof type === 'string' ? `是 ${type.slice(0, 20)}` : '缺少';
    return {
      polygon: [],
      problem: `几何图形${words}，须为 Polygon 或 MultiPolygon，坐标须为数字`,
    };
  }
  const { type, coordinates } = parsed.data;
  const parts = type === 'Polygon' ? [coordinates] : coordinates;
  return { polygon: parts.map((rings) => rings.map(ringOf)) };
}
