/**
 * Arrivals 来件: the reports of a day, all channels, by the hour, heavier on Mondays and when it rains. A
 * day's reports are the same each time they are made. Words are invented from templates and categories.
 */
import type { Actor } from '../../domain/access.ts';
import type { Category } from '../../domain/category.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Day, Moment } from '../../domain/moment.ts';
import type { Site } from '../../domain/site.ts';
import { lineOfRole } from '../../domain/access.ts';
import { chanceOf, idAt, pick, pickWeighted, type Chance } from './chance.ts';
import type { Deed } from './deed.ts';
import { isRainy, loadOf, momentsOf } from './hours.ts';
import type { Words } from './structure.ts';
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

interface Place {
  words: string;
  input: Record<string, unknown>;
  areaCode: string;
}

function categoryOf({ town, words, day }: DayPlan, at: Moment, chance: Chance): Category {
  const { all, byName } = town.categories(at);
  const named = (names: readonly string[]): Category[] =>
    names.flatMap((name) => byName.get(name) ?? []);
  if (isRainy(day) && chance() < 0.35) return pick(named(words.rainCategories), chance);
  if (chance() < 0.15) return pick(all, chance);
  const name = pickWeighted(words.hotCategories, chance);
  return byName.get(name) ?? pick(all, chance);
}

const ofSite = ({ id, name, areaCode }: Site): Place => ({
  words: name,
  input: { siteId: id },
  areaCode,
});

function placeOf({ town, words, siteShare }: DayPlan, chance: Chance): Place {
  const sites = town.sites.filter(({ areaCode }) => areaCode.length >= 12);
  // Some places are always worse than others: the square prefers the beginning of the list.
  const site = sites[Math.floor(chance() ** 1.5 * sites.length)];
  if (site && chance() < siteShare) return ofSite(site);
  const areaCode = pick(town.communities, chance);
  const street = town.master.areas.get(areaCode.slice(0, 9))?.name ?? '';
  const around = town.sites.find((other) => other.areaCode === areaCode);
  const address = `${street}${pick(words.roadWords, chance)}路 ${1 + Math.floor(chance() * 180)} 号${chance() < 0.4 ? `院 ${1 + Math.floor(chance() * 12)} 号楼` : ''}`;
  const near = (value: number | null | undefined): number =>
    Math.round(((value ?? 0) + (chance() - 0.5) * 0.006) * 1e5) / 1e5;
  const place = around?.lng ? { place: { lng: near(around.lng), lat: near(around.lat) } } : {};
  return { words: address, input: { areaCode, address, ...place }, areaCode };
}

function contentOf(
  category: Category,
  place: Place,
  channel: Channel,
  { words }: DayPlan,
  chance: Chance,
): string {
  const where = `${place.words}${pick(words.sides, chance)}`;
  const condition = pick(category.conditions, chance).openWhen;
  const effect = pick(category.kind === 'part' ? words.partEffects : words.incidentEffects, chance);
  const since = pick(words.since, chance);
  if (channel === 'hotline' || channel === 'citizen')
    return chance() < 0.5
      ? `${where}有${pick([category.name, ...category.keywords.slice(0, 3)], chance)}的问题，${since}，${effect}，希望尽快处理`
      : `反映${where}“${category.name}”：${condition}，${since}`;
  if (channel === 'media')
    return `${pick(words.mediaWords, chance)}：${where}${category.name}，${effect}`;
  if (channel === 'leader')
    return `${pick(words.leaderWords, chance)}${where}${category.name}，${effect}`;
  return `${where}${category.name}：${condition}`;
}

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

function arrival(plan: DayPlan, at: Moment, n: number): Deed {
  const { town, day, words } = plan;
  const { district } = town.master;
  const chance = chanceOf(`report ${district} ${day} ${n}`);
  const id = idAt(at, `report ${district} ${day} ${n}`);
  const isHot = chance() < hotShare;
  const hotSite = town.sites.find(({ siteType }) => siteType === 'MARKET');
  const place = isHot && hotSite ? ofSite(hotSite) : placeOf(plan, chance);
  const { byName } = town.categories(at);
  const hotName = words.hotCategories[0]?.[0] ?? '';
  const category = (isHot ? byName.get(hotName) : undefined) ?? categoryOf(plan, at, chance);
  const channel = pickWeighted(channels, chance);
  const actor = reporterOf(channel, place, id, town, chance);
  const danger = category.conditions.some(({ severity }) => severity === 'A') && chance() < 0.25;
  const photoShare = { patrol: 1, inspection: 1, citizen: 0.6, self: 0.7 }[channel as string] ?? 0;
  return {
    at,
    actor,
    noun: 'report',
    id,
    action: 'submit',
    input: {
      channel,
      content: contentOf(category, place, channel, plan, chance),
      categoryCode: category.code,
      ...place.input,
      ...(danger ? { urgency: 'danger' } : chance() < 0.04 ? { urgency: 'complex' } : {}),
      ...(channel === 'hotline' ? hotlineInput(day, n, words, chance) : {}),
      ...(channel === 'citizen' ? { kind: 'complaint' } : {}),
    },
    ...(chance() < photoShare
      ? { photos: { count: chance() < 0.3 ? 2 : 1, scene: 'before' } }
      : {}),
  };
}

/** Every so many reports are of a problem somebody else has just reported. */
const twinShare = 0.06;

/** The reports of a local day, in order. */
export function arrivalsOf(plan: DayPlan): Deed[] {
  const chance = chanceOf(`day ${plan.town.master.district} ${plan.day}`);
  const count = Math.round(plan.issuesADay * 1.11 * loadOf(plan.day));
  const moments = momentsOf(plan.day, count, chance);
  const deeds = moments.map((at, n) => arrival(plan, at, n));
  return deeds.map((deed, n) => {
    const earlier = deeds[n - 1 - Math.floor(chance() * 12)];
    return chance() < twinShare && earlier && isAnybodys(deed) ? twinOf(deed, earlier) : deed;
  });
}

const isAnybodys = ({ input }: Deed): boolean =>
  input.channel === 'hotline' || input.channel === 'citizen';

/** The same matter told again by somebody else. */
function twinOf(deed: Deed, { input }: Deed): Deed {
  const { siteId, areaCode, address, place, categoryCode, content } = input;
  const same = Object.fromEntries(
    Object.entries({ siteId, areaCode, address, place, categoryCode }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const { siteId: _s, areaCode: _a, address: _d, place: _p, ...own } = deed.input;
  return { ...deed, input: { ...own, ...same, content: `又有人反映：${String(content)}` } };
}
