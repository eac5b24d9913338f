/**
 * Place of a key 密钥的区域: where the key of an outside system may report, the same at every door for programs.
 * Sources: issue 5-2, 5-3; docs/connecting.md.
 */
import type { ApiKey } from '../../domain/apiKey.ts';
import { areaAt } from '../../domain/place.ts';
import { Refused } from '../../domain/refused.ts';
import type { MasterData } from '../masterData.ts';
import { areasOfKey } from './apiKeys.ts';

type Said = Record<string, unknown>;

const notYours = (): Refused =>
  new Refused(403, 'notYourArea', '这把密钥只能上报所属区域内的问题，请核对区域、点位和坐标');

/** Whether an area lies within that of the key. */
const isReached = (master: MasterData, key: ApiKey, code: string): boolean =>
  key.areaCode === null || areasOfKey(key, master).some((above) => code.startsWith(above));

/**
 * Throws 400 when the point said lies outside the district, 403 when point, area or site lies outside the key's
 * area. Nothing said is the key's own area (`inKeyArea`).
 */
export function checkPlace(master: MasterData, key: ApiKey, input: Said): void {
  const place = input.place as { lng: number; lat: number } | undefined;
  const found = place ? areaAt(master.places(), place.lng, place.lat) : null;
  if (place && found === null && master.areas.get(master.district)?.polygon != null)
    throw new Refused(400, 'outside', '坐标不在本区范围内，请核对坐标、坐标系和区划代码');
  const site = master.sites.get(String(input.siteId));
  const codes = [found, input.areaCode, site?.areaCode].filter((code) => typeof code === 'string');
  if (!codes.every((code) => isReached(master, key, code))) throw notYours();
  // A point in an area that is not drawn could be anywhere.
  if (place && codes.length === 0 && key.areaCode !== null) throw notYours();
}

/** Throws 403 when a report that is there already lies outside the key's area. */
export function checkReached(master: MasterData, key: ApiKey, areaCode: string): void {
  if (!isReached(master, key, areaCode)) throw notYours();
}

/** What was said, with the key's area where nothing else says one. */
export const inKeyArea = <I extends Said>({ areaCode }: ApiKey, input: I): I =>
  areaCode === null || input.place || input.areaCode || input.siteId
    ? input
    : { ...input, areaCode };
