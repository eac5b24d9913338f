/**
 * Grid polygons 示意边界: invented boundaries for a district that has none, so that a demo district has a
 * map and its reports find their community. The children of an area tile it; neighbors share their edges.
 */
import type { Box, Point, Polygon, Ring } from './shape.ts';

/** A piece of the square from 0 to 1. */
interface Piece {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** An invented area: its boundary, and any point of it (u and v from 0 to 1, both excluded). */
export interface GridArea {
  polygon: Polygon;
  at(u: number, v: number): Point;
}

/** Straight lines of the square become the bent ones of a map; never folds, for the waves are flat. */
function bend([west, south, east, north]: Box, x: number, y: number): Point {
  const wave = (a: number, b: number): number =>
    0.016 * Math.sin(5.1 * a + 7.3 * b + 0.4) + 0.008 * Math.sin(13.7 * b - 4.2 * a);
  const [u, v] = [x + wave(x, y), y + wave(y + 0.37, x)];
  const round = (degrees: number): number => Math.round(degrees * 1e6) / 1e6;
  return [round(west + u * (east - west)), round(south + v * (north - south))];
}

const stepsAcross = 48;

/** From one end of an edge to the other, by the same points whichever neighbor asks. */
function along(from: number, to: number): number[] {
  const inner: number[] = [];
  for (let n = Math.floor(Math.min(from, to) * stepsAcross) - 1; n <= stepsAcross + 1; n++) {
    const value = n / stepsAcross;
    if (value > Math.min(from, to) + 1e-9 && value < Math.max(from, to) - 1e-9) inner.push(value);
  }
  return [from, ...(from < to ? inner : inner.reverse())];
}

function ringOf({ x, y, width, height }: Piece, frame: Box): Ring {
  const [right, top] = [x + width, y + height];
  const ring: Ring = [
    ...along(x, right).map((u) => bend(frame, u, y)),
    ...along(y, top).map((v) => bend(frame, right, v)),
    ...along(right, x).map((u) => bend(frame, u, top)),
    ...along(top, y).map((v) => bend(frame, x, v)),
  ];
  return [...ring, ring[0] as Point];
}

/** Cuts a piece into rows of almost equal pieces, as square as they can be. */
function cut({ x, y, width, height }: Piece, count: number): Piece[] {
  const rows = Math.max(1, Math.round(Math.sqrt((count * height) / width)));
  const pieces: Piece[] = [];
  for (let row = 0; row < rows; row++) {
    const inRow = Math.floor((count * (row + 1)) / rows) - Math.floor((count * row) / rows);
    for (let n = 0; n < inRow; n++) {
      pieces.push({
        x: x + (width * n) / inRow,
        y: y + (height * row) / rows,
        width: width / inRow,
        height: height / rows,
      });
    }
  }
  return pieces;
}

/**
 * Boundaries for a district and everything below it, by code. `codes`: the district's own and those of
 * its areas, in any order; each area whose parent is among them gets its part of the parent. `frame`: where
 * the district lies.
 */
export function gridPolygons(codes: readonly string[], frame: Box): Map<string, GridArea> {
  const made = new Map<string, GridArea>();
  const sorted = [...new Set(codes)].sort();
  const draw = (code: string, piece: Piece): void => {
    made.set(code, {
      polygon: [[ringOf(piece, frame)]],
      at: (u, v) => bend(frame, piece.x + u * piece.width, piece.y + v * piece.height),
    });
    const children = sorted.filter(
      (other) => other.length === code.length + 3 && other.startsWith(code),
    );
    const pieces = children.length > 0 ? cut(piece, children.length) : [];
    for (const [n, child] of children.entries()) draw(child, pieces[n] as Piece);
  };
  for (const code of sorted.filter((one) => one.length === 6))
    draw(code, { x: 0, y: 0, width: 1, height: 1 });
  return made;
}
