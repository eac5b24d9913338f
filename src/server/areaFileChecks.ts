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
import { boxOf, middleOf, pointsOf, type Point, type Polygon } from '../domain/shape.ts';
import type { MasterData } from './masterData.ts';

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

/** Reads the same boundaries in each system and counts the known sites that then lie in their own area. */
function bySites(given: readonly CodedPolygon[], master: MasterData, named: CoordinateSystem) {
  const sites = [...master.sites.values()].flatMap(({ status, lng, lat, areaCode }) =>
    status === 'active' && lng !== null && lat !== null
      ? [{ code: master.currentArea(areaCode), point: [lng, lat] as Point }]
      : [],
  );
  const pairs = given.flatMap(({ code, polygon }) =>
    code.length > 6
      ? sites.filter((site) => site.code.startsWith(code)).map(({ point }) => ({ point, polygon }))
      : [],
  );
  const some = pairs.slice(0, looked);
  const hits = (system: CoordinateSystem): number =>
    some.filter(({ point, polygon }) => isInPolygon(point, polygonToWgs84(polygon, system))).length;
  const counts = CoordinateSystem.options.map((system) => ({ system, count: hits(system) }));
  const best = counts.reduce((a, b) => (a.count >= b.count ? a : b));
  const own = counts.find(({ system }) => system === named)?.count ?? 0;
  const isBetter = best.count - own >= Math.max(3, some.length / 10);
  return { total: some.length, own, best: isBetter ? best : null };
}

/** Which system a file is really in, by the boundaries already drawn, else by the sites with a position. */
export function systemCheck(
  given: readonly CodedPolygon[],
  master: MasterData,
  named: CoordinateSystem,
): SystemCheck {
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
  const { total, own, best } = bySites(given, master, named);
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
    const corners = inner(polygon);
    const above = parentCode(code);
    const parent = above === null ? undefined : this.byCode.get(above);
    const outside = parent ? corners.filter((point) => !isInPolygon(point, parent)).length : 0;
    if (above !== null && outside > 0) {
      const share = Math.max(1, Math.round((outside / corners.length) * 100));
      found.push(`${share}% 的边界点在上级“${nameOf(above)}”之外`);
    }
    for (const other of this.beside(code, polygon)) {
      if (corners.some((point) => isInPolygon(point, other.polygon)))
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
