/** Shapes of areas as the map draws them. */
import type { AreaShape } from '../../domain/areaApi.ts';
import { unpackPolygon } from '../../domain/place.ts';
import type { Polygon } from '../../domain/shape.ts';
import type { MapShape } from '../ui/ShapeMap.tsx';

export const mapShape = (
  key: string,
  label: string,
  polygon: Polygon,
  isFrame = false,
): MapShape => ({
  key,
  label,
  rings: polygon.flat(),
  isFrame,
});

/** The children of an area inside its outline; the outline alone is a shape of its own. */
export const mapShapes = (areas: readonly AreaShape[], code: string): MapShape[] =>
  areas.map((area) =>
    mapShape(
      area.id,
      area.name,
      unpackPolygon(area.polygon),
      area.code === code && areas.length > 1,
    ),
  );
