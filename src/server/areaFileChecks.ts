/**
 * Checks of a file of boundaries 边界核对: which coordinate system it is really in, and what looks odd about
 * a boundary beside its neighbors. Odd is not wrong: these are warnings, for a person to look at.
 */
import Flatbush from 'flatbush';
import { parentCode } from '../domain/areaCode.ts';
import {
  betterSystem,
  CoordinateSystem,
  coordinateSystemLabels,
  offsetsOf,
  polygonToWgs84,
} from '../domain/coordinates.ts';
import { isInPolygon } from '../domain/place.ts';
import { boxOf, middleOf, pointsOf, type Box, type Point, type Polygon } from '../domain/shape.ts';
import type { MasterData } from './masterData.ts';
import { mapInSlices } from './slices.ts';

export interface CodedPolygon {
  code: string;
  polygon: Polygon;
}

export interface SystemCheck {
  better: CoordinateSystem | null;
  /** What was found out, in words. */
  words: string;
  isProblem: boolean;
}

const looked = 300;

/** The known sites with a position by the area they lie in and by every area above below the district. */
function sitesByArea(master: MasterData): Map<string, Point[]> {
  const found = new Map<string, Point[]>();
  for (const { status, lng, lat, areaCode } of master.sites.values()) {
    if (status !== 'active' || lng === null || lat === null) continue;
    const code = master.currentArea(areaCode);
    for (let length = 9; length <= code.length; length += 3) {
      const points = found.get(code.slice(0, length)) ?? [];
      points.push([lng, lat]);
      found.set(code.slice(0, length), points);
    }
  }
  return found;
}

/** Reads the same boundaries in each system and counts the known sites that then lie in their own area. */
async function bySites(
  given: readonly CodedPolygon[],
  master: MasterData,
  named: CoordinateSystem,
) {
  const sites = sitesByArea(master);
  const some = given
    .flatMap(({ code, polygon }) => (sites.get(code) ?? []).map((point) => ({ point, polygon })))
    .slice(0, looked);
  const hits = async (system: CoordinateSystem): Promise<number> => {
    const read = new Map<Polygon, Polygon>();
    const isHit = await mapInSlices(some, ({ point, polygon }) => {
      const known = read.get(polygon) ?? polygonToWgs84(polygon, system);
      read.set(polygon, known);
      return isInPolygon(point, known);
    });
    return isHit.filter(Boolean).length;
  };
  const counts: { system: CoordinateSystem; count: number }[] = [];
  for (const system of CoordinateSystem.options) counts.push({ system, count: await hits(system) });
  const best = counts.reduce((a, b) => (a.count >= b.count ? a : b));
  const own = counts.find(({ system }) => system === named)?.count ?? 0;
  const isBetter = best.count - own >= Math.max(3, some.length / 10);
  return { total: some.length, own, best: isBetter ? best : null };
}

/** Which system a file is really in, by the boundaries already drawn, else by the sites with a position. */
export async function systemCheck(
  given: readonly CodedPolygon[],
  master: MasterData,
  named: CoordinateSystem,
): Promise<SystemCheck> {
  const drawn = given.flatMap(({ code, polygon }) => {
    const known = master.areas.get(code)?.polygon;
    return known ? [{ given: polygon, known: middleOf(known) }] : [];
  });
  const advice = (better: CoordinateSystem, evidence: string): SystemCheck => ({
    better,
    words: `坐标看来是 ${coordinateSystemLabels[better]}，不是所选的 ${coordinateSystemLabels[named]}：${evidence}。请改选坐标系后重新预览；确信无误的，勾选“坐标系无误”`,
    isProblem: true,
  });
  if (drawn.length > 0) {
    const offsets = offsetsOf(drawn.slice(0, looked));
    const better = betterSystem(offsets, named);
    const meters = (system: CoordinateSystem): number => Math.round(offsets[system]);
    return better
      ? advice(better, `与已画的边界相差约 ${meters(named)} 米，换算后相差约 ${meters(better)} 米`)
      : {
          better: null,
          words: `与已画的 ${drawn.length} 个边界对照，中心相差约 ${meters(named)} 米`,
          isProblem: false,
        };
  }
  const { total, own, best } = await bySites(given, master, named);
  if (best)
    return advice(
      best.system,
      `${total} 个点位中落在各自区域内的有 ${own} 个，换算后有 ${best.count} 个`,
    );
  const words =
    total > 0
      ? `${total} 个点位中落在各自区域内的有 ${own} 个`
      : '没有已画的边界或有坐标的点位可以对照，无法核对坐标系，请自行确认';
  return { better: null, words, isProblem: false };
}

/** Corners a little nearer to the middle, so that a shared edge is no overlap. */
function inner(polygon: Polygon): Point[] {
  const [x, y] = middleOf(polygon);
  return pointsOf(polygon).map(([lng, lat]) => [lng + (x - lng) * 0.03, lat + (y - lat) * 0.03]);
}

const mostCorners = 400;

/** As many corners as are looked at, evenly along the boundary. */
function some(corners: readonly Point[]): readonly Point[] {
  const step = Math.ceil(corners.length / mostCorners);
  return step <= 1 ? corners : corners.filter((_point, n) => n % step === 0);
}

const isInBox = ([x, y]: Point, [west, south, east, north]: Box): boolean =>
  west <= x && x <= east && south <= y && y <= north;

/** Boundaries as they would stand, ready to be compared with their neighbors. */
export class Neighbors {
  private readonly all: CodedPolygon[];
  private readonly byCode: Map<string, Polygon>;
  private readonly boxes: Flatbush | null;

  constructor(all: CodedPolygon[]) {
    this.all = all;
    this.byCode = new Map(all.map(({ code, polygon }) => [code, polygon]));
    this.boxes = all.length > 0 ? new Flatbush(all.length) : null;
    for (const { polygon } of all) this.boxes?.add(...boxOf(polygon));
    this.boxes?.finish();
  }

  /** What is odd about a boundary: corners outside the area above, overlaps with siblings, holes. */
  warnings({ code, polygon }: CodedPolygon, nameOf: (code: string) => string): string[] {
    const found: string[] = [];
    const all = inner(polygon);
    const corners = some(all);
    const above = parentCode(code);
    const parent = above === null ? undefined : this.byCode.get(above);
    const outside = parent ? corners.filter((point) => !isInPolygon(point, parent)).length : 0;
    if (above !== null && outside > 0) {
      const share = Math.max(1, Math.round((outside / corners.length) * 100));
      found.push(`${share}% 的边界点在上级“${nameOf(above)}”之外`);
    }
    for (const other of this.beside(code, polygon)) {
      const box = boxOf(other.polygon);
      const near = some(all.filter((point) => isInBox(point, box)));
      if (near.some((point) => isInPolygon(point, other.polygon)))
        found.push(`与“${nameOf(other.code)}”重叠`);
    }
    const holes = polygon.reduce((sum, rings) => sum + rings.length - 1, 0);
    if (holes > 0) found.push(`有 ${holes} 个孔洞`);
    return found;
  }

  private beside(code: string, polygon: Polygon): CodedPolygon[] {
    const near = this.boxes?.search(...boxOf(polygon)) ?? [];
    return near.flatMap((n) => {
      const other = this.all[n];
      return other && other.code !== code && parentCode(other.code) === parentCode(code)
        ? [other]
        : [];
    });
  }
}
