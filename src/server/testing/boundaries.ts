/** Boundaries that no area can have. */
import type { Polygon } from '../../domain/shape.ts';

/** A boundary that crosses itself. */
export const bow: Polygon = [
  [
    [
      [116.3, 40],
      [116.4, 40.1],
      [116.4, 40],
      [116.3, 40.1],
      [116.3, 40],
    ],
  ],
];

/** One in the open sea. */
export const sea: Polygon = [
  [
    [
      [124, 33],
      [124.1, 33],
      [124.1, 33.1],
      [124, 33],
    ],
  ],
];
