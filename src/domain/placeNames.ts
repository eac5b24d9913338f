/**
 * Place names 地名的说法: the ways people write the name of a place (安泰 for 安泰街道, 白湖亭内河 for 白湖亭河),
 * and what the words around a name say of it. Source: issue 5-7; domain reference a.2, e (街巷).
 */

/** What a name is written as; `stem`: the bare name, which counts only where nothing else can be meant. */
export type FormKind = 'name' | 'alias' | 'stem';

const officeEnd =
  /(?:街道办事处|地区办事处|街道办|办事处|社区居民委员会|社区居委会|居委会|村委会)$/;
const areaEnd = /(?:街道|地区|社区|新村|村|镇|乡|区)$/;
const siteEnd = /(?:住宅小区|小区|社区公园|公园|农贸市场|市场|广场|大厦|公寓|家园|胡同)$/;
const waterEnd = /[河溪江渠沟湖]$/;

/** Shorter bare names are everyday words too often. */
const shortestStem = 2;

const long = (name: string): boolean => [...name].length >= shortestStem;

/** 河 are written 内河, 支河, 一支河 too; the name itself is a part of 某某河道 and needs no alias. */
const waterAliases = (stem: string): string[] =>
  ['内河', '支河', '一支河', '二支河', '支流', '水系'].map((end) => stem + end);

/** Is it a body of water? Its bare name may stand some characters before 河 (潘墩村河道). */
export const isWater = (name: string): boolean => waterEnd.test(name);

/** The other ways to write a name, each with how sure it is. */
export function formsOf(name: string): [form: string, kind: FormKind][] {
  if (isWater(name)) {
    const stem = name.slice(0, -1);
    if (!long(stem)) return [];
    return [
      ...waterAliases(stem).map((form): [string, FormKind] => [form, 'alias']),
      [stem, 'stem'],
    ];
  }
  const plain = name.replace(officeEnd, '');
  const end = areaEnd.exec(plain)?.[0] ?? siteEnd.exec(plain)?.[0] ?? '';
  const stem = plain.slice(0, plain.length - end.length);
  const forms: [string, FormKind][] = [];
  if (plain !== name && long(plain)) forms.push([plain, 'alias']);
  if (end === '街道') forms.push([`${stem}街办`, 'alias']);
  if (end === '社区') forms.push([`${stem}居委会`, 'alias'], [`${stem}村`, 'stem']);
  if (stem !== plain && stem !== name && long(stem)) forms.push([stem, 'stem']);
  return forms;
}

/** After a bare name only these show that the place is meant and not something else that begins so. */
const endOfName =
  /^(?:$|[^\p{Script=Han}\p{Letter}]|的|附近|一带|这边|那边|周边|旁|边|内|里|有|是|在|和|与|到|以[东南西北]|[东南西北]侧|几号|门口|沿线|段)/u;
const waterNear = /^(?![湖江溪渠沟海池塘])\p{Script=Han}{0,4}?河/u;

/** May a bare name be taken for the place, by what follows it? */
export const isStemMeant = (isOfWater: boolean, after: string): boolean =>
  isOfWater ? waterNear.test(after) : endOfName.test(after);

/** The house, building and flat that follow a name: '18号3号楼'. Chinese numbers stay as written. */
export function houseAfter(after: string): string | null {
  const number = '(?:\\d{1,5}(?:[-—]\\d{1,4})?|[一二三四五六七八九十百甲乙丙丁]{1,5})';
  const found = new RegExp(
    `^(?:${number}(?:号院|号楼|号|弄|巷|区|期|栋|幢|座|单元|室)){1,4}(?:门口|门前)?`,
  ).exec(after)?.[0];
  return found ?? null;
}

const vagueAfter =
  /^(?:公园|桥)?(?:以[东南西北]|[东南西北]+(?:侧|面|边|段)|附近|一带|周边|周围|旁边?|边上|对面|对过|后面|前面|沿线|沿岸|路段|不远)/;
const vagueBefore = /(?:靠近|临近|邻近|紧挨|挨着|离|距离?)$/;

/** The word that makes a place a neighborhood and not a point: 附近, 以北, 对面. */
export const vagueness = (before: string, after: string): string | null =>
  vagueAfter.exec(after)?.[0] ?? vagueBefore.exec(before)?.[0] ?? null;

const notBefore = /(?:不是|并非|而非|不在|不属于?|不归|除了?)$/;
const likeBefore = /(?:不如|比起?|像|好比|类似|参照|学习|效仿|相比)$/;
const askedBefore =
  /(?:多次|已经?|曾)?(?:向|找|致电|联系|拨打|投诉到|反映到|反馈给|打给|要求|请求|感谢)$/;
const askedAfter =
  /^(?:办事处|居委会|物业|城管|执法)?(?:反映|投诉|求助|反馈|回复|答复|说|称|表示|推诿|不管|不作为)/;

/**
 * How much a mention counts for where the matter is: 0 when it is denied, little when the place is only
 * compared with, or is an office that somebody spoke to.
 */
export function weightAmong(before: string, after: string): number {
  if (notBefore.test(before)) return 0;
  if (likeBefore.test(before) || askedBefore.test(before) || askedAfter.test(after)) return 0.3;
  return 1;
}

/** Between two names and after the second: one crossing and not two places. */
export const isCrossing = (between: string, after: string): boolean =>
  /^(?:与|和|、|及|跟|同|-|—|\/)$/.test(between) &&
  /^(?:的)?(?:交叉|路口|交汇|交界|相交|口)/.test(after);
