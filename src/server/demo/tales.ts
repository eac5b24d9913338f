/**
 * Tales 来件用语: what reports of the demo district say, in the words of an office: where a matter may lie, what
 * is seen there and how each channel tells it. Which filing condition a report means is the same wherever it
 * is asked. Data: `seeds/demoTales.json`, our own words.
 */
import { readFileSync } from 'node:fs';
import type { Category } from '../../domain/category.ts';
import type { Channel } from '../../domain/channel.ts';
import type { Condition } from '../../domain/condition.ts';
import { chanceOf, pick, type Chance } from './chance.ts';

interface TalesSeed {
  /** Site types by the words that tales use for them. */
  places: Record<string, string[]>;
  /** Where exactly, by site type; `building` and `street` for addresses. */
  sides: Record<string, string[]>;
  /** What is seen, by category and number of the condition; it follows the place. */
  tales: Record<
    string,
    {
      at?: string[];
      /** Instead of the usual sides of a place. */
      sides?: string[];
      /** How long it has been so is told as of parts: it does not come and go. */
      since?: 'part';
      says: Record<string, string[]>;
    }
  >;
  /** Where parts stand. */
  parts: Record<string, string[]>;
  /** What parts are called by people. */
  aliases: Record<string, string>;
  /** What is wrong with a part, by condition; it follows the name of the part. */
  signs: Record<string, string[]>;
  openers: Record<Channel, string[]>;
  since: Record<Category['kind'], string[]>;
  pleas: string[];
  /** What a photo of a category shows. */
  subjects: Record<string, string[]>;
}

interface Tales extends TalesSeed {
  typesOf: Map<string, ReadonlySet<string>>;
  subjectOf: Map<string, string>;
}

let kept: Tales | undefined;

function tales(): Tales {
  if (kept) return kept;
  const seed = JSON.parse(readFileSync('seeds/demoTales.json', 'utf8')) as TalesSeed;
  const placed = [
    ...Object.entries(seed.parts),
    ...Object.entries(seed.tales).flatMap(([name, { at }]) => (at ? [[name, at] as const] : [])),
  ];
  kept = {
    ...seed,
    typesOf: new Map(
      placed.map(([name, at]) => [name, new Set(at.flatMap((group) => seed.places[group] ?? []))]),
    ),
    subjectOf: new Map(
      Object.entries(seed.subjects).flatMap(([subject, codes]) =>
        codes.map((code) => [code, subject] as const),
      ),
    ),
  };
  return kept;
}

/** The categories that people have words for. */
export const toldCategories = (): string[] => [
  ...Object.keys(tales().tales),
  ...Object.keys(tales().parts),
];

/** May a matter of the category lie at a site of the type? */
export const fitsPlace = (categoryName: string, siteType: string): boolean =>
  tales().typesOf.get(categoryName)?.has(siteType) ?? true;

/** Is it a matter of homes, so that its address is a building? */
export function isAtBuilding(categoryName: string, chance: Chance): boolean {
  const types = tales().typesOf.get(categoryName);
  if (!types) return chance() < 0.4;
  if (!types.has('ESTATE')) return false;
  return types.size < 4 || chance() < 0.5;
}

/** What a photo of a category shows. */
export const subjectOf = (categoryCode: string | null): string =>
  tales().subjectOf.get(categoryCode ?? '') ??
  (categoryCode?.startsWith('P') ? 'facility' : 'waste');

/** The filing condition that a report means: the gravest of one in danger. */
export function conditionOfReport(
  conditions: readonly Condition[],
  reportId: string,
  isDanger: boolean,
): Condition {
  const grave = isDanger ? conditions.find(({ severity }) => severity === 'A') : undefined;
  return grave ?? pick(conditions, chanceOf(`condition ${reportId}`));
}

/** A place as a report tells it. `type`: of the site, or `building` or `street`. */
export interface ToldPlace {
  words: string;
  type: string;
}

const called = (name: string): string => tales().aliases[name] ?? name.replace(/（.*?）/gu, '');

/** A number stands apart from the words before it: '朝霞小区 3 号楼前'. */
const joined = (place: string, side: string): string =>
  /^\d/.test(side) ? `${place} ${side}` : `${place}${side}`;

/** Where and what: '朝霞小区东门外路灯不亮，晚上黑漆漆的'. */
function seen(
  category: Category,
  condition: Condition,
  { words, type }: ToldPlace,
  chance: Chance,
): string {
  const { sides, tales: all, signs } = tales();
  const tale = all[category.name];
  const own = type === 'SITE' ? undefined : tale?.sides;
  const around = own ?? sides[type] ?? ['附近'];
  // An address of one building has no further buildings of its own.
  const fitting = type === 'building' ? around.filter((side) => !side.includes('号楼')) : around;
  const where = joined(words, pick(fitting.length > 0 ? fitting : ['楼旁'], chance));
  const says = tale?.says[String(condition.no)];
  if (says) return `${where}${pick(says, chance)}`;
  const sign = signs[condition.openWhen];
  if (category.kind === 'part' && sign)
    return `${where}${called(category.name)}${pick(sign, chance)}`;
  return `${where}存在${called(category.name)}问题：${condition.openWhen}`;
}

/** What a report says. */
export function contentOf(
  category: Category,
  condition: Condition,
  place: ToldPlace,
  channel: Channel,
  chance: Chance,
): string {
  const { openers, since, pleas, tales: all } = tales();
  const tale = all[category.name];
  const isCaller = channel === 'hotline' || channel === 'citizen';
  const tells = [
    `${pick(openers[channel], chance)}${seen(category, condition, place, chance)}`,
    ...(isCaller && chance() < 0.55 ? [pick(since[tale?.since ?? category.kind], chance)] : []),
    ...(isCaller && chance() < 0.5 ? [pick(pleas, chance)] : []),
    ...(channel === 'leader' && chance() < 0.5 ? ['请抓紧整改并举一反三'] : []),
  ];
  return `${tells.join('，')}。`;
}
