/** Shape map 示意图: outlines drawn to scale without a map service, each with its name, to be looked at or chosen. */
import { useMemo } from 'react';

export interface MapShape {
  key: string;
  label: string;
  /** Rings of longitude and latitude; holes are left open. */
  rings: readonly (readonly (readonly [number, number])[])[];
  /** An outline around the others, without a name. */
  isFrame?: boolean;
}

interface ShapeMapProps {
  /** Says what is drawn, to a screen reader. */
  label: string;
  shapes: readonly MapShape[];
  chosen?: string;
  onChoose?: (key: string) => void;
  /** Points to mark. */
  points?: readonly (readonly [number, number])[];
}

const width = 640;
const mostHeight = 480;
const margin = 8;

interface Drawn {
  shape: MapShape;
  path: string;
  x: number;
  y: number;
  room: number;
}

/** Degrees to pixels: a degree of longitude is shorter away from the equator. */
function draw(shapes: readonly MapShape[]) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { rings } of shapes) {
    for (const [lng, lat] of rings.flat()) {
      [west, east] = [Math.min(west, lng), Math.max(east, lng)];
      [south, north] = [Math.min(south, lat), Math.max(north, lat)];
    }
  }
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.min(
    (width - 2 * margin) / Math.max((east - west) * squeeze, 1e-9),
    (mostHeight - 2 * margin) / Math.max(north - south, 1e-9),
  );
  const at = ([lng, lat]: readonly [number, number]): [number, number] => [
    width / 2 + (lng - (west + east) / 2) * squeeze * scale,
    margin + (north - lat) * scale,
  ];
  const drawn = shapes.map((shape): Drawn => {
    const rings = shape.rings.map((ring) => ring.map(at));
    const corners = rings.flat();
    const xs = corners.map(([x]) => x);
    const ys = corners.map(([, y]) => y);
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    return {
      shape,
      path: rings.map((ring) => `M${ring.map((p) => p.map(px).join(' ')).join('L')}Z`).join(''),
      x: (left + right) / 2,
      y: (Math.min(...ys) + Math.max(...ys)) / 2,
      room: right - left,
    };
  });
  return { drawn, at, height: Math.ceil((north - south) * scale + 2 * margin) };
}

const px = (value: number): string => value.toFixed(1);
const letter = 12;

export function ShapeMap({ label, shapes, chosen, onChoose, points = [] }: ShapeMapProps) {
  const { drawn, at, height } = useMemo(() => draw(shapes), [shapes]);
  if (shapes.length === 0) return null;
  const sorted = [...drawn].sort(
    (a, b) => Number(b.shape.isFrame ?? false) - Number(a.shape.isFrame ?? false),
  );
  return (
    <svg
      className="shape-map"
      viewBox={`0 0 ${width} ${height}`}
      role={onChoose ? 'group' : 'img'}
      aria-label={label}
    >
      {sorted.map(({ shape, path }) => {
        const mayChoose = onChoose !== undefined && !shape.isFrame;
        return (
          <path
            key={shape.key}
            className={`shape ${shape.isFrame ? 'shape-frame' : ''} ${shape.key === chosen ? 'shape-chosen' : ''}`}
            d={path}
            fillRule="evenodd"
            {...(mayChoose
              ? {
                  role: 'button',
                  tabIndex: 0,
                  'aria-label': shape.label,
                  'aria-pressed': shape.key === chosen,
                  onClick: () => onChoose(shape.key),
                  onKeyDown: ({ key }: { key: string }) => key === 'Enter' && onChoose(shape.key),
                }
              : {})}
          >
            <title>{shape.label}</title>
          </path>
        );
      })}
      {sorted
        .filter(({ shape, room }) => !shape.isFrame && room > shape.label.length * letter * 0.8)
        .map(({ shape, x, y }) => (
          <text key={shape.key} className="shape-label" x={x} y={y} fontSize={letter} aria-hidden>
            {shape.label}
          </text>
        ))}
      {points.map((point) => {
        const [x, y] = at(point);
        return <circle key={point.join()} className="shape-point" cx={x} cy={y} r="4" />;
      })}
    </svg>
  );
}
