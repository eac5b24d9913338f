/**
 * Gazetteer 地名表 of a district, made of its master data when first asked for and as long-lived as they:
 * whatever changes them drops both. Retired names still lead to what stands for them now.
 */
import {
  gazetteer,
  placeOf,
  type Gazetteer,
  type PlaceAnswer,
  type PlaceEntry,
  type PlaceHint,
} from '../domain/gazetteer.ts';
import { areaAt, isInPolygon } from '../domain/place.ts';
import { readPair, type PairFrame, type ReadPair } from '../domain/pointReading.ts';
import { middleOf, type Point } from '../domain/shape.ts';
import type { CoordinateSystem } from '../domain/coordinates.ts';
import type { Unit } from '../domain/unit.ts';
import type { MasterData } from './masterData.ts';

const made = new WeakMap<MasterData, Gazetteer>();
const isAlley = (siteType: string): boolean => /ALLEY|街巷|胡同|背街/i.test(siteType);
const pointOf = ({ lng, lat }: { lng: number | null; lat: number | null }): Point | null =>
  lng === null || lat === null ? null : [lng, lat];

/** Areas in use, each with the names of those it came from. */
function areaEntries(master: MasterData): PlaceEntry[] {
  const areas = [...master.areas.values()];
  const former = new Map<string, string[]>();
  for (const { status, code, name } of areas) {
    const now = status === 'active' ? code : master.currentArea(code);
    if (now !== code) former.set(now, [...(former.get(now) ?? []), name]);
  }
  return areas
    .filter(({ status }) => status === 'active')
    .map(({ code, name, polygon }) => ({
      kind: 'area',
      id: code,
      name,
      aliases: (former.get(code) ?? []).filter((other) => other !== name),
      areaCode: code,
      point: polygon ? middleOf(polygon) : null,
    }));
}

function siteEntries(master: MasterData): PlaceEntry[] {
  return [...master.sites.values()]
    .filter(({ status }) => status === 'active')
    .map((site) => ({
      kind: isAlley(site.siteType) ? 'alley' : 'site',
      id: site.id,
      name: site.name,
      aliases: [],
      areaCode: master.currentArea(site.areaCode),
      point: pointOf(site),
    }));
}

/** Units that stand for a place; their former names, and those of units merged into them, are known too. */
function unitEntries(master: MasterData): PlaceEntry[] {
  return [...master.units.values()]
    .filter(({ status, areaCode }: Unit) => status === 'active' && areaCode !== null)
    .map(({ id, name, aliases, areaCode }) => ({
      kind: 'unit',
      id,
      name,
      aliases: aliases.map((alias) => alias.name),
      areaCode: areaCode && master.currentArea(areaCode),
      point: null,
    }));
}

/** The table of a district; some milliseconds for ten thousand names, once for each state of master data. */
export function gazetteerOf(master: MasterData): Gazetteer {
  const known = made.get(master);
  if (known) return known;
  const areas = areaEntries(master);
  const areaNames = new Set(areas.map(({ name }) => name));
  const units = unitEntries(master).filter(({ name }) => !areaNames.has(name));
  const table = gazetteer([...areas, ...siteEntries(master), ...units]);
  made.set(master, table);
  return table;
}

/** The place that words are about, by the district's own names. */
export const placeInWords = (
  master: MasterData,
  words: string,
  hint: PlaceHint = {},
): PlaceAnswer => placeOf(gazetteerOf(master), words, hint);

/** Can points be held against the district's boundary, and whose convention is known? */
export function pairFrame(master: MasterData, named: CoordinateSystem | null = null): PairFrame {
  const whole = master.areas.get(master.district)?.polygon;
  if (whole) return { isInside: (point) => isInPolygon(point, whole), named };
  const places = master.places();
  if (places.areas.length === 0) return { isInside: null, named };
  return { isInside: ([lng, lat]) => areaAt(places, lng, lat) !== null, named };
}

/** What a pair from outside means in this district; `words`: the address or text it came with. */
export function pointIn(
  master: MasterData,
  point: Point,
  words: string,
  named: CoordinateSystem | null = null,
): ReadPair & { areaCode: string | null } {
  const said = placeInWords(master, words);
  const known = said.isClear ? (said.candidates[0]?.entry.point ?? null) : null;
  const read = readPair({ point, known }, pairFrame(master, named));
  const areaCode = read.point && areaAt(master.places(), read.point[0], read.point[1]);
  return { ...read, areaCode };
}
