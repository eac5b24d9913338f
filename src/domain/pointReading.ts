/**
 * Point reading 坐标识别: what a pair of numbers from outside means. Systems send WGS84, GCJ-02 or BD-09 and
 * seldom say which; latitude and longitude get swapped. The district's boundary and the places already
 * known tell them apart; where they cannot, that is said. Source: issue 5-7; domain reference a.3.
 */
import { CoordinateSystem, coordinateSystemLabels, toWgs84 } from './coordinates.ts';
import { isOnLand, isSwapped, metersBetween, type Point } from './shape.ts';

/** A pair as it came, longitude first, and where its words say it is, in WGS84. */
export interface GivenPair {
  point: Point;
  known: Point | null;
}

/** What a pair can be held against. */
export interface PairFrame {
  /** Does a point in WGS84 lie in the district? Null: no boundary is drawn. */
  isInside: ((point: Point) => boolean) | null;
  /** The system that the sender is known to use. */
  named: CoordinateSystem | null;
}

export interface ReadPair {
  /** WGS84; null when it cannot be a place of the district. */
  point: Point | null;
  /** The system it was read in; null when only supposed. */
  system: CoordinateSystem | null;
  wasSwapped: boolean;
  /** What was found out, or what a person has to look at. */
  words: string;
}

/** Nearer than this to the place named, while another system is farther by as much, in meters. */
const apart = 150;

/** Systems read in: those in which the point lies in the district. */
const possible = (point: Point, { isInside }: PairFrame): CoordinateSystem[] =>
  CoordinateSystem.options.filter((system) => isInside?.(toWgs84(point, system)) ?? true);

/** The system in which pairs lie far nearer to the places they name; null when none stands out. */
function byKnown(
  pairs: readonly GivenPair[],
  systems: readonly CoordinateSystem[],
): CoordinateSystem | null {
  const placed = pairs.filter(({ known }) => known !== null);
  if (placed.length === 0) return null;
  const middle = (system: CoordinateSystem): number => {
    const meters = placed
      .map(({ point, known }) => metersBetween(toWgs84(point, system), known as Point))
      .sort((a, b) => a - b);
    return meters[Math.floor(meters.length / 2)] ?? Infinity;
  };
  const [best, next] = systems
    .map((system) => ({ system, meters: middle(system) }))
    .sort((a, b) => a.meters - b.meters);
  if (!best) return null;
  return !next || (next.meters - best.meters > apart && best.meters * 3 < next.meters)
    ? best.system
    : null;
}

const unswapped = (point: Point): Point => (isSwapped([point]) ? [point[1], point[0]] : point);

/** Reads one pair: swapped ones are turned, other systems converted; says what it rests on. */
export function readPair(given: GivenPair, frame: PairFrame): ReadPair {
  const wasSwapped = isSwapped([given.point]);
  const point = unswapped(given.point);
  const turned = wasSwapped ? '经度和纬度写反了，已对调；' : '';
  const none = (words: string): ReadPair => ({ point: null, system: null, wasSwapped, words });
  const [x, y] = point;
  if (!(Number.isFinite(x) && Number.isFinite(y)) || (x === 0 && y === 0)) return none('没有坐标');
  if (!isOnLand(point)) return none(`${turned}坐标不在中国境内，请按地址选择区域`);
  const systems = possible(point, frame);
  if (systems.length === 0) return none(`${turned}坐标不在本区内，请核对，或按地址选择区域`);
  const read = (system: CoordinateSystem, isCertain: boolean, why: string): ReadPair => ({
    point: toWgs84(point, system),
    system: isCertain ? system : null,
    wasSwapped,
    words: `${turned}${why}`,
  });
  const label = (system: CoordinateSystem): string => coordinateSystemLabels[system];
  if (frame.named && systems.includes(frame.named))
    return read(frame.named, true, `按来源约定的 ${label(frame.named)} 读取`);
  const [only] = systems;
  if (only && systems.length === 1) return read(only, true, `只有按 ${label(only)} 读取才在本区内`);
  const found = byKnown([{ ...given, point }], systems);
  if (found) return read(found, true, `按 ${label(found)} 读取与文字所说的地点最近`);
  return read(
    systems.includes('wgs84') ? 'wgs84' : (only ?? 'wgs84'),
    false,
    '分不清坐标系，暂按 WGS84 读取，可能偏差几百米',
  );
}

/**
 * The system a whole file or sender uses: the one in which by far the most pairs lie in the district, else
 * the one nearest to the places named. Null: it cannot be told, ask the sender.
 */
export function systemOf(
  pairs: readonly GivenPair[],
  { isInside }: Pick<PairFrame, 'isInside'>,
): CoordinateSystem | null {
  const turned = pairs.map((pair) => ({ ...pair, point: unswapped(pair.point) }));
  const counts = CoordinateSystem.options
    .map((system) => ({
      system,
      count: turned.filter(({ point }) => isInside?.(toWgs84(point, system)) ?? true).length,
    }))
    .sort((a, b) => b.count - a.count);
  const [best, next] = counts;
  if (!best || best.count === 0) return null;
  if (next && best.count - next.count >= Math.max(3, pairs.length / 20)) return best.system;
  const near = counts.filter(({ count }) => best.count - count < Math.max(3, pairs.length / 20));
  return byKnown(
    turned,
    near.map(({ system }) => system),
  );
}
