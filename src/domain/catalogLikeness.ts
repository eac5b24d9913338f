/**
 * Catalog likeness 目录相似: which 小类 the words of another catalog's entry are like. Pairs of characters are
 * compared, rare ones count more, the name of a 小类 more than its keywords, these more than its conditions; the
 * last level of a class more than those above it. Source: issue 5-5.
 */
import type { Category } from './category.ts';
import { gramsOf } from './wordLikeness.ts';

export type Worded = Pick<Category, 'code' | 'name' | 'majorName' | 'keywords' | 'conditions'>;

export interface CatalogIndex {
  entries: { code: string; grams: ReadonlyMap<string, number>; length: number }[];
  /** How telling a pair is, by in how few 小类 it stands. */
  rarity: ReadonlyMap<string, number>;
}

export interface Alike {
  code: string;
  /** 0 nothing in common … 1 the same. */
  score: number;
  /** The words both have, the longest first. */
  words: string[];
}

/** Below this nothing is suggested. */
export const alikeFrom = 0.12;

/** Words of offices that say nothing of the matter. */
const empty =
  /其[他它]|违法|非法|违规|农村|管理|问题|服务|工作|建设|情况|相关|公共|设施|城市|社会|市场|信息|行业|规划|监管|企业|产业|交通运输|工程|环境保护|环保|标准|制度|活动|单位|人员|机构|运输|医疗|产权|出入|文体|休息|设备|流动|经营|破坏|商业|宣传/g;

/** Words for the same thing, as hotlines say it and as the standard says it. */
const same: [RegExp, string][] = [
  [/噪音/g, '噪声'],
  [/违章建筑|违建/g, '私搭乱建'],
  [/采暖|供暖|暖气/g, '供热'],
  [/自来水/g, '供水'],
  [/园林绿化/g, '绿化绿地'],
];
const plain = (text: string): string =>
  same.reduce((said, [word, ours]) => said.replace(word, ours), text).replace(empty, ' ');

interface Part {
  text: string;
  weight: number;
}

function weighted(parts: readonly Part[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { text, weight } of parts)
    for (const gram of gramsOf(plain(text)).keys())
      found.set(gram, Math.max(found.get(gram) ?? 0, weight));
  return found;
}

const keywordWeight = 0.8;

const partsOf = ({ name, majorName, keywords, conditions }: Worded): Part[] => [
  { text: name, weight: 1 },
  ...keywords.map((text) => ({ text, weight: keywordWeight })),
  { text: majorName, weight: 0.3 },
  ...conditions.map(({ openWhen }) => ({ text: openWhen, weight: 0.25 })),
];

const lengthOf = (grams: ReadonlyMap<string, number>, rarity: CatalogIndex['rarity']): number =>
  Math.sqrt([...grams].reduce((sum, [gram, n]) => sum + (n * (rarity.get(gram) ?? 1)) ** 2, 0));

/** Made once for the categories of a moment. */
export function catalogIndex(categories: readonly Worded[]): CatalogIndex {
  const grams = categories.map((category) => [category.code, weighted(partsOf(category))] as const);
  const spread = new Map<string, number>();
  for (const [, own] of grams)
    for (const gram of own.keys()) spread.set(gram, (spread.get(gram) ?? 0) + 1);
  const rarity = new Map(
    [...spread].map(([gram, n]) => [gram, Math.log(1 + categories.length / n)] as const),
  );
  return {
    rarity,
    entries: grams.map(([code, own]) => ({ code, grams: own, length: lengthOf(own, rarity) })),
  };
}

/** Pairs that follow one another in the text as one word again: 环境 境卫 卫生 → 环境卫生. */
function joined(text: string, shared: ReadonlySet<string>): string[] {
  const found: string[] = [];
  let word = '';
  for (let n = 0; n + 2 <= text.length; n++) {
    const gram = text.slice(n, n + 2);
    if (shared.has(gram)) word = word === '' ? gram : word + gram.slice(-1);
    else {
      if (word) found.push(word);
      word = '';
    }
  }
  return word ? [...found, word] : found;
}

/** A head of so few pairs must be met in good part: 出租车管理 is no 车位. */
const shortHead = 5;
const headShare = 0.3;

/**
 * The 小类 that some texts are most like, at most three. The first text that says anything is the head: a short
 * one must be met by name or keywords; those after it count less and less.
 */
export function alikeCategories(index: CatalogIndex, texts: readonly string[]): Alike[] {
  const telling = texts.filter((text) => weighted([{ text, weight: 1 }]).size > 0);
  const own = weighted(telling.map((text, n) => ({ text, weight: 0.4 ** n })));
  const head = [...weighted([{ text: telling[0] ?? '', weight: 1 }]).keys()];
  const { rarity } = index;
  const length = lengthOf(own, rarity);
  if (length === 0) return [];
  return index.entries
    .filter(({ grams }) => {
      const met = head.filter((gram) => (grams.get(gram) ?? 0) >= keywordWeight);
      return head.length > shortHead || met.length >= headShare * head.length;
    })
    .map(({ code, grams, length: other }): Alike => {
      const shared = [...own.keys()].filter((gram) => grams.has(gram));
      const sum = shared.reduce(
        (total, gram) =>
          total + (own.get(gram) ?? 0) * (grams.get(gram) ?? 0) * (rarity.get(gram) ?? 1) ** 2,
        0,
      );
      const words = texts.flatMap((text) => joined(plain(text), new Set(shared)));
      return {
        code,
        score: other === 0 ? 0 : sum / (length * other),
        words: [...new Set(words)].sort((a, b) => b.length - a.length).slice(0, 3),
      };
    })
    .filter(({ score }) => score >= alikeFrom)
    .sort((a, b) => b.score - a.score || (a.code < b.code ? -1 : 1))
    .slice(0, 3);
}
