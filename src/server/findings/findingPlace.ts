/**
 * Finding place: where a row of a table of findings is: a site by its name or number, an area, coordinates in
 * whatever system, or words that the gazetteer knows. Asks rather than guesses. Source: issue 5-4, 5-7.
 */
import { maskPersonal } from '../../domain/mask.ts';
import type { Site } from '../../domain/site.ts';
import type { RowRefusal } from '../adapters/reportMap.ts';
import { placeInWords, pointIn } from '../gazetteer.ts';
import type { MasterData } from '../masterData.ts';

/** What the columns of place say; '' for nothing. */
export interface SaidPlace {
  site: string;
  area: string;
  address: string;
  lng: string;
  lat: string;
}

export interface FoundPlace {
  siteId?: string;
  areaCode?: string;
  address?: string;
  place?: { lng: number; lat: number };
}

/** The input of an action, and what a person should know of how it was read. */
export type PlaceReading = { found: FoundPlace; note?: string } | { refused: RowRefusal };

/** Names of a district, made once for a file. */
export interface PlaceNames {
  master: MasterData;
  sites: ReadonlyMap<string, readonly Site[]>;
  /** Codes of areas by code and by name. */
  areas: ReadonlyMap<string, string>;
}

/** Sites in use by name and by number. */
export function sitesOf(master: MasterData): Map<string, Site[]> {
  const sites = new Map<string, Site[]>();
  for (const site of master.sites.values())
    if (site.status === 'active')
      for (const key of [site.name, site.id]) sites.set(key, [...(sites.get(key) ?? []), site]);
  return sites;
}

const refusedFor = (reason: string, detail: string): { refused: RowRefusal } => ({
  refused: { reason, detail: `“${maskPersonal(detail).slice(0, 40)}”` },
});

/** The site that is meant, null when nobody knows one of this name. */
function siteOf(
  { site, address }: SaidPlace,
  areaCode: string | undefined,
  { master, sites }: PlaceNames,
): { site: string | null; note?: string; areaCode?: string } | { refused: RowRefusal } {
  const named = sites.get(site) ?? [];
  const inside = named.filter(
    (each) => areaCode === undefined || master.currentArea(each.areaCode).startsWith(areaCode),
  );
  const [only, another] = inside;
  if (only && !another) return { site: only.id };
  if (only) return refusedFor('点位有几处同名，请在“所属区域”写明街道或社区', site);
  if (named.length > 0) return refusedFor('点位不在所写的区域里，请核对', site);
  const said = placeInWords(master, `${site} ${address}`, { areaCode: areaCode ?? null });
  const entry = said.isClear ? said.candidates[0]?.entry : undefined;
  if (entry?.kind === 'site' || entry?.kind === 'alley')
    return { site: entry.id, note: `点位“${site}”按名称认作“${entry.name}”` };
  if (said.candidates.length > 1 && said.question)
    return refusedFor(`点位说得不够清楚，${said.question}请写全称`, site);
  return {
    site: null,
    note: `没有登记点位“${site}”，按地点文字登记`,
    ...(entry?.areaCode ? { areaCode: entry.areaCode } : {}),
  };
}

const number = (text: string): number => Number(text.normalize('NFKC'));

/** Longitude and latitude, WGS84; nothing when neither is given. */
function pointOf(
  { lng, lat, site, address }: SaidPlace,
  master: MasterData,
): { place?: FoundPlace['place']; note?: string } | { refused: RowRefusal } {
  if (lng === '' && lat === '') return {};
  if (lng === '' || lat === '') return { refused: { reason: '经度和纬度须一起填写或一起留空' } };
  const [x, y] = [number(lng), number(lat)];
  if (!Number.isFinite(x) || !Number.isFinite(y))
    return refusedFor('经度、纬度须为数字，如 116.31、39.99', `${lng}，${lat}`);
  const { point, words, system, wasSwapped } = pointIn(master, [x, y], `${site} ${address}`);
  if (!point) return refusedFor(words, `${lng}，${lat}`);
  const place = { lng: Number(point[0].toFixed(6)), lat: Number(point[1].toFixed(6)) };
  return system === 'wgs84' && !wasSwapped ? { place } : { place, note: `坐标：${words}` };
}

/** Where a row is. */
export function readPlace(said: SaidPlace, names: PlaceNames): PlaceReading {
  const notes: string[] = [];
  const point = pointOf(said, names.master);
  if ('refused' in point) return point;
  if (point.note) notes.push(point.note);
  let areaCode = names.areas.get(said.area);
  let address = areaCode || said.area === '' ? said.address : `${said.area} ${said.address}`.trim();
  let siteId: string | undefined;
  if (said.site !== '') {
    const site = siteOf(said, areaCode, names);
    if ('refused' in site) return site;
    if (site.note) notes.push(site.note);
    if (site.site) siteId = site.site;
    else {
      address = address.includes(said.site) ? address : `${said.site} ${address}`.trim();
      areaCode ??= site.areaCode;
    }
  } else if (!areaCode && address !== '' && !point.place) {
    const found = placeInWords(names.master, address);
    const entry = found.isClear ? found.candidates[0]?.entry : undefined;
    if (entry?.areaCode) areaCode = entry.areaCode;
  }
  if (!siteId && !areaCode && !point.place && address === '')
    return { refused: { reason: '缺少地点，请填写点位、地点、所属区域或经纬度' } };
  return {
    found: {
      ...(siteId ? { siteId } : {}),
      ...(areaCode ? { areaCode } : {}),
      ...(address ? { address: address.slice(0, 200) } : {}),
      ...(point.place ? { place: point.place } : {}),
    },
    ...(notes.length > 0 ? { note: notes.join('；') } : {}),
  };
}
