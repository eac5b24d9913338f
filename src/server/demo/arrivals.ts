/**
 * Arrivals 来件: the reports of a day, all channels, by the hour, heavier on Mondays and when it rains. A
 * day's reports are the same each time they are made. What they say: `tales.ts`.
 */
import { createHash } from 'node:crypto';
import type { Actor } from '../../domain/access.ts';
import type { Category } from '../../domain/category.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Day, Moment } from '../../domain/moment.ts';
import type { Site } from '../../domain/site.ts';
import { lineOfRole } from '../../domain/access.ts';
import { chanceOf, idAt, pick, pickWeighted, type Chance } from './chance.ts';
import type { Deed } from './deed.ts';
import { isRainy, loadOf, momentsOf } from './hours.ts';
import { roadsOf } from './siteNames.ts';
import type { Words } from './structure.ts';
import {
  conditionOfReport,
  contentOf,
  fitsPlace,
  isAtBuilding,
  subjectOf,
  toldCategories,
  type ToldPlace,
} from './tales.ts';
import type { Town } from './town.ts';

const channels: readonly (readonly [Channel, number])[] = [
  ['hotline', 38],
  ['patrol', 33],
  ['citizen', 10],
  ['inspection', 8],
  ['self', 5],
  ['media', 3],
  ['leader', 3],
];

/** The corner that keeps coming back. */
const hotShare = 0.022;

export interface DayPlan {
  town: Town;
  words: Words;
  day: Day;
  /** Issues a day on average; some reports join others or are declined. */
  issuesADay: number;
  /** The share of reports at a known place; the rest have an address of their own. */
  siteShare: number;
}

interface Place extends ToldPlace {
  input: Record<string, unknown>;
  areaCode: string;
}

/** Of the reports that are not of the usual matters, most are of some other one that people have words for. */
const rareShare = 0.12;

function categoryOf({ town, words, day }: DayPlan, at: Moment, chance: Chance): Category {
  const { all, byName } = town.categories(at);
  const named = (names: readonly string[]): Category[] =>
    names.flatMap((name) => byName.get(name) ?? []);
  if (isRainy(day) && chance() < 0.35) return pick(named(words.rainCategories), chance);
  if (chance() < rareShare) return byName.get(pick(toldCategories(), chance)) ?? pick(all, chance);
  const name = pickWeighted(words.hotCategories, chance);
  return byName.get(name) ?? pick(all, chance);
}

const ofSite = ({ id, name, areaCode, siteType }: Site): Place => ({
  words: name,
  type: siteType,
  input: { siteId: id },
  areaCode,
});

/** So often a place is looked for that fits a matter. */
const lookups = 12;

function siteOf(sites: readonly Site[], name: string, chance: Chance): Site | undefined {
  for (let n = 0; n < lookups; n++) {
    // Some places are always worse than others: the square prefers the beginning of the list.
    const site = sites[Math.floor(chance() ** 1.5 * sites.length)];
    if (site && fitsPlace(name, site.siteType)) return site;
  }
  return undefined;
}

/** Of what nobody knows the owner, most lies somewhere in the street. */
const ownerlessShare = 0.3;

function placeOf({ town, words, siteShare }: DayPlan, name: string, chance: Chance): Place {
  const share = words.ownerlessCategories.includes(name) ? ownerlessShare : siteShare;
  const site = chance() < share ? siteOf(town.placedSites, name, chance) : undefined;
  if (site) return ofSite(site);
  const areaCode = pick(town.communities, chance);
  const street = town.master.areas.get(areaCode.slice(0, 9))?.name ?? '';
  const isBuilding = isAtBuilding(name, chance);
  const house = `${pick(roadsOf(words, areaCode), chance)}路 ${1 + Math.floor(chance() * 180)} 号`;
  const address = `${street}${house}${isBuilding ? `院 ${1 + Math.floor(chance() * 12)} 号楼` : ''}`;
  const around = town.siteIn(areaCode);
  const near = (value: number | null | undefined): number =>
    Math.round(((value ?? 0) + (chance() - 0.5) * 0.002) * 1e5) / 1e5;
  const place = around?.lng ? { place: { lng: near(around.lng), lat: near(around.lat) } } : {};
  return {
    words: address,
    type: isBuilding ? 'building' : 'street',
    input: { areaCode, address, ...place },
    areaCode,
  };
}

/** Each citizen has a code to follow the report by; nobody knows these. */
const followHashOf = (id: string): string =>
  createHash('sha256').update(`code of ${id}`).digest('hex');

/** A citizen has no account; each is somebody else. */
const citizen = (district: string, personId: string): Actor => ({
  personId,
  postId: personId,
  name: '市民',
  role: 'citizen',
  line: lineOfRole.citizen,
  district,
  unitId: null,
  unitIds: [],
  areaCodes: [],
  guidedUnitIds: [],
  posts: [],
});

function reporterOf(channel: Channel, place: Place, id: string, town: Town, chance: Chance): Actor {
  if (channel === 'patrol') return pick(town.gridsOf(place.areaCode), chance);
  if (channel === 'inspection') return town.one('assessor', chance);
  if (channel === 'citizen') return citizen(town.master.district, id);
  const head = channel === 'self' ? town.headOf(town.officeOf(place.areaCode) ?? '') : undefined;
  return head ?? town.one('desk', chance);
}

function hotlineInput(day: Day, n: number, words: Words, chance: Chance): Record<string, unknown> {
  const title = pick(['女士', '先生'], chance);
  return {
    kind: pickWeighted(
      [
        ['complaint', 6],
        ['help', 3],
        ['tipOff', 1],
        ['suggestion', 1],
      ] as const,
      chance,
    ),
    senderCode: '12345',
    outsideNumber: `RX${day.replaceAll('-', '')}${String(n).padStart(5, '0')}`,
    complainantName: `${pick([...words.surnames], chance)}${title}`,
    complainantPhone: `1390000${String(Math.floor(chance() * 10_000)).padStart(4, '0')}`,
    ...(chance() < 0.03 ? { isConfidential: true } : {}),
  };
}

interface Arrival {
  deed: Deed;
  category: Category;
  place: Place;
}

function arrival(plan: DayPlan, at: Moment, n: number): Arrival {
  const { town, day, words } = plan;
  const { district } = town.master;
  const chance = chanceOf(`report ${district} ${day} ${n}`);
  const id = idAt(at, `report ${district} ${day} ${n}`);
  const isHot = chance() < hotShare;
  const hotSite = town.hotSite;
  const { byName } = town.categories(at);
  const hotName = words.hotCategories[0]?.[0] ?? '';
  const category = (isHot ? byName.get(hotName) : undefined) ?? categoryOf(plan, at, chance);
  const place = isHot && hotSite ? ofSite(hotSite) : placeOf(plan, category.name, chance);
  const channel = pickWeighted(channels, chance);
  const actor = reporterOf(channel, place, id, town, chance);
  const isDanger = category.conditions.some(({ severity }) => severity === 'A') && chance() < 0.25;
  const photoShare = { patrol: 1, inspection: 1, citizen: 0.6, self: 0.7 }[channel as string] ?? 0;
  const condition = conditionOfReport(category.conditions, id, isDanger);
  const deed: Deed = {
    at,
    actor,
    noun: 'report',
    id,
    action: 'submit',
    input: {
      channel,
      content: contentOf(category, condition, place, channel, chance),
      categoryCode: category.code,
      ...place.input,
      ...(isDanger ? { urgency: 'danger' } : chance() < 0.04 ? { urgency: 'complex' } : {}),
      ...(channel === 'hotline' ? hotlineInput(day, n, words, chance) : {}),
      ...(channel === 'citizen' ? { kind: 'complaint', followHash: followHashOf(id) } : {}),
    },
    ...(chance() < photoShare
      ? {
          photos: {
            count: chance() < 0.3 ? 2 : 1,
            scene: 'before',
            subject: subjectOf(category.code),
          },
        }
      : {}),
  };
  return { deed, category, place };
}

/** Every so many reports are of a problem somebody else has just reported. */
const twinShare = 0.06;

/** The reports of a local day, in order. */
export function arrivalsOf(plan: DayPlan): Deed[] {
  const chance = chanceOf(`day ${plan.town.master.district} ${plan.day}`);
  const count = Math.round(plan.issuesADay * 1.11 * loadOf(plan.day));
  const moments = momentsOf(plan.day, count, chance);
  const arrivals = moments.map((at, n) => arrival(plan, at, n));
  return arrivals.map(({ deed }, n) => {
    const earlier = arrivals[n - 1 - Math.floor(chance() * 12)];
    return chance() < twinShare && earlier && isAnybodys(deed)
      ? twinOf(deed, earlier, chance)
      : deed;
  });
}

const isAnybodys = ({ input }: Deed): boolean =>
  input.channel === 'hotline' || input.channel === 'citizen';

/** The same matter told again by somebody else, in their own words. */
function twinOf(deed: Deed, { deed: earlier, category, place }: Arrival, chance: Chance): Deed {
  const { urgency } = earlier.input;
  const condition = conditionOfReport(category.conditions, earlier.id, urgency === 'danger');
  const channel = deed.input.channel as Channel;
  const { siteId: _s, areaCode: _a, address: _d, place: _p, urgency: _u, ...own } = deed.input;
  return {
    ...deed,
    input: {
      ...own,
      ...place.input,
      ...(urgency ? { urgency } : {}),
      categoryCode: category.code,
      content: contentOf(category, condition, place, channel, chance),
    },
    ...(deed.photos ? { photos: { ...deed.photos, subject: subjectOf(category.code) } } : {}),
  };
}
