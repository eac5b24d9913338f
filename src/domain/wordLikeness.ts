/**
 * Word likeness 文字相似: how alike two texts are, without a dictionary: pairs of Han characters and whole
 * numbers and Latin words, counted, compared by the angle between them. Politeness and forms of address
 * are taken out first, or every complaint is like every other. Source: issue 5-8.
 */

const stock =
  /尊敬的?各?位?(?:领导|书记|[市区县局厅]长)?|[您你]们?好|(?:特此)?(?:投诉|反映|举报|求助)|[请望]?(?:有关|相关)?(?:部门|领导|单位)[^，。！？\n]{0,6}(?:处理|解决|关注|答复)|[请望]处理|谢谢|感谢|此致|敬礼/g;
const pieces = /\p{Script=Han}+|[a-z]+|\d+/gu;

/** The grams of a text with how often each occurs; made once for each text. */
export type Grams = ReadonlyMap<string, number>;

/** Fewer grams than these say little. */
export const fewGrams = 4;

export function gramsOf(text: string): Grams {
  const counts = new Map<string, number>();
  const add = (gram: string): unknown => counts.set(gram, (counts.get(gram) ?? 0) + 1);
  const plain = text.normalize('NFKC').toLowerCase().replace(/\s+/g, '\n').replace(stock, '\n');
  for (const piece of plain.replace(/\n/g, ' ').match(pieces) ?? []) {
    if (/^[a-z0-9]/.test(piece)) add(piece);
    else for (let n = 0; n + 2 <= piece.length; n++) add(piece.slice(n, n + 2));
  }
  return counts;
}

const weight = (count: number): number => 1 + Math.log(count);

const lengthOf = (grams: Grams): number => {
  let sum = 0;
  for (const count of grams.values()) sum += weight(count) ** 2;
  return Math.sqrt(sum);
};

/** 0: nothing in common, 1: the same words; null when one of them has too few to say. */
export function wordLikeness(a: Grams, b: Grams): number | null {
  if (a.size < fewGrams || b.size < fewGrams) return null;
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let sum = 0;
  for (const [gram, count] of small) {
    const other = large.get(gram);
    if (other !== undefined) sum += weight(count) * weight(other);
  }
  return sum / (lengthOf(a) * lengthOf(b));
}
