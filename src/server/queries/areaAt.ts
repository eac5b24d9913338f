/** Area at 由坐标查区域: for the desk a point's area, for phones the boundaries to find it without signal. */
import { createHash } from 'node:crypto';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { scopeOf } from '../../domain/access.ts';
import type { Area } from '../../domain/area.ts';
import { toWgs84 } from '../../domain/coordinates.ts';
import { areaAt as find, packPolygon } from '../../domain/place.ts';
import { boxOf, isSwapped, type Box, type Polygon } from '../../domain/shape.ts';
import { signedIn, type QueryContext } from './context.ts';
import { areaName } from './names.ts';

export async function areaAt(
  context: QueryContext,
  { lng, lat, system = 'wgs84' }: QueryInput<'areaAt'>,
): Promise<QueryOutput<'areaAt'>> {
  signedIn(context);
  const { master } = context;
  if (isSwapped([[lng, lat]]))
    return { lng, lat, code: null, words: '经度和纬度写反了，请对调后再试' };
  const [x, y] = toWgs84([lng, lat], system);
  const code = find(master.places(), x, y);
  const words = code
    ? areaName(master, code)
    : '这一点不在任何已画界的区域内，请核对坐标和坐标系，或按名称选择区域';
  return { lng: x, lat: y, code, words };
}

/** About a kilometer: whoever walks near the edge is sometimes across it. */
const nearDegrees = 0.01;

const touches = (a: Box, b: Box): boolean =>
  a[0] <= b[2] + nearDegrees &&
  b[0] <= a[2] + nearDegrees &&
  a[1] <= b[3] + nearDegrees &&
  b[1] <= a[3] + nearDegrees;

interface Drawn extends Area {
  polygon: Polygon;
}

/** The drawn areas of the actor's subdistricts and of those beside them; all of them without an area. */
function around(context: QueryContext): Drawn[] {
  const scope = scopeOf(signedIn(context));
  const { master, district } = context;
  const drawn = [...master.areas.values()].filter(
    (area): area is Drawn => area.status === 'active' && area.polygon !== null,
  );
  const codes = scope.kind === 'part' ? scope.areaCodes : [];
  const streets = [...new Set(codes.map((code) => master.currentArea(code).slice(0, 9)))];
  if (streets.length === 0 || streets.includes(district)) return drawn;
  const own = drawn
    .filter(({ code }) => streets.includes(code))
    .map(({ polygon }) => boxOf(polygon));
  const near = drawn
    .filter(({ level }) => level === 'subdistrict')
    .filter(({ polygon }) => own.some((box) => touches(box, boxOf(polygon))))
    .map(({ code }) => code);
  const kept = new Set([...streets, ...near]);
  return drawn.filter(({ code }) => kept.has(code.slice(0, 9)));
}

export async function areaShapes(
  context: QueryContext,
  { version: known }: QueryInput<'areaShapes'>,
): Promise<QueryOutput<'areaShapes'>> {
  const areas = around(context).sort((a, b) => (a.code < b.code ? -1 : 1));
  const hash = createHash('sha256');
  for (const { id, version } of areas) hash.update(`${id} ${version}\n`);
  const version = hash.digest('hex').slice(0, 32);
  return {
    version,
    areas:
      version === known
        ? null
        : areas.map(({ code, polygon }) => ({ code, polygon: packPolygon(polygon) })),
  };
}
