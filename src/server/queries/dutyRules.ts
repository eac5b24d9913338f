/** Duty rules 责任分解表: the rows of both layers as a list, and a matter tried on them. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { conditionOf, type Category } from '../../domain/category.ts';
import type { DutyRule } from '../../domain/dutyRule.ts';
import { majorOf, suggestUnit } from '../../domain/dutySuggestion.ts';
import type { DutyRuleItem } from '../../domain/dutyApi.ts';
import type { Asked } from '../../domain/action.ts';
import { Refused } from '../../domain/refused.ts';
import { foldWords } from '../../domain/searchWords.ts';
import { unitKindLabels } from '../../domain/unit.ts';
import { initialsOf } from '../pinyin.ts';
import type { MasterData } from '../masterData.ts';
import { openActions } from '../openActions.ts';
import { askedOf, signedIn, type QueryContext } from './context.ts';
import { areaName, unitName } from './names.ts';
import { countedTo } from './page.ts';

type Input = QueryInput<'dutyRuleList'>;

const usualLimit = 100;

const kindNames: Record<string, string> = { P: '全部部件', E: '全部事件', X: '全部扩展' };

/** What every row of one answer is shown with, looked up once. */
interface Shown {
  context: QueryContext;
  asked: Asked;
  /** Numbers of the district's rows in force. */
  own: ReadonlySet<string>;
  categories: ReadonlyMap<string, Category>;
  /** Only words are wanted: no problem, no actions. */
  isBare: boolean;
}

/** The category column in words, and the 大类 the row is listed under. */
function categoryWords(rule: DutyRule, { categories }: Shown): [string, string] {
  const { categoryCode } = rule;
  if (categoryCode === null) return ['全部类别', ''];
  if (categoryCode.length === 1) return [kindNames[categoryCode] ?? categoryCode, ''];
  if (categoryCode.length === 3) {
    const major = [...categories.values()].find((one) => majorOf(one) === categoryCode);
    const name = major?.majorName ?? categoryCode;
    return [`${name}（大类）`, name];
  }
  const found = categories.get(categoryCode);
  return [found?.name ?? categoryCode, found?.majorName ?? ''];
}

function responsibleWords(rule: DutyRule, master: MasterData): string {
  if (rule.responsibleBy === 'unit') return unitName(master, rule.responsibleUnitId) ?? '—';
  if (rule.responsibleBy === 'role') return `承担“${rule.responsibleRole ?? ''}”的单位`;
  return rule.responsibleBy === 'owner' ? '权属单位' : '属地单位';
}

/** What a row names that is no longer in use; null: all holds. */
function problemOf(rule: DutyRule, { context, categories }: Shown): string | null {
  const { master, now } = context;
  const book = master.dutyBook(now);
  const isGone = (id: string | null): boolean => id !== null && !book.units.has(id);
  const { categoryCode, areaCode, responsibleRole } = rule;
  const category = categories.get(categoryCode ?? '');
  if (categoryCode && categoryCode.length > 3 && !category) return '类别已停用';
  if (category && rule.conditionNo !== null && !conditionOf(category, rule.conditionNo))
    return '类别的现行版本没有这条立案条件';
  if (areaCode && master.areas.get(areaCode)?.status !== 'active') return '区域已停用';
  if (isGone(rule.responsibleUnitId)) return '责任单位已停用';
  if (isGone(rule.supervisingUnitId)) return '主管单位已停用';
  if (isGone(rule.territoryUnitId)) return '属地单位已停用';
  if (isGone(rule.ownerUnitId)) return '权属单位已停用';
  return responsibleRole && !book.unitsOfRole.has(responsibleRole)
    ? `还没有单位承担“${responsibleRole}”`
    : null;
}

function stateOf(rule: DutyRule, { context, own }: Shown) {
  const { now, district } = context;
  if (rule.validTo !== null && rule.validTo <= now) return 'ended';
  if (rule.validFrom > now) return 'toCome';
  return rule.district !== district && own.has(rule.code) ? 'covered' : 'inForce';
}

function itemOf(rule: DutyRule, shown: Shown): DutyRuleItem {
  const { categories } = shown;
  const { master, district } = shown.context;
  const [categoryName, majorName] = categoryWords(rule, shown);
  const category = categories.get(rule.categoryCode ?? '');
  const condition =
    category && rule.conditionNo !== null ? conditionOf(category, rule.conditionNo) : undefined;
  const state = stateOf(rule, shown);
  const isOwn = rule.district === district;
  return {
    ...rule,
    isOwn,
    state,
    categoryName,
    majorName,
    conditionWords: condition?.openWhen ?? null,
    areaName: rule.areaCode ? areaName(master, rule.areaCode) : null,
    ownerName:
      unitName(master, rule.ownerUnitId) ??
      (rule.ownerKind ? unitKindLabels[rule.ownerKind] : null),
    supervisingName: unitName(master, rule.supervisingUnitId),
    responsibleName: responsibleWords(rule, master),
    territoryName: unitName(master, rule.territoryUnitId),
    problem: shown.isBare || state === 'ended' ? null : problemOf(rule, shown),
    actions: isOwn && !shown.isBare ? openActions('dutyRule', rule, shown.asked) : [],
  };
}

/** Words of rows by row, for they are the same until master data are read anew or the category changes. */
const knownWords = new WeakMap<DutyRule, { category: Category | undefined; texts: string[] }>();

/** What a row is found by, folded for comparing. */
function wordsOf(rule: DutyRule, shown: Shown): string[] {
  const category = shown.categories.get(rule.categoryCode ?? '');
  const known = knownWords.get(rule);
  if (known && known.category === category) return known.texts;
  const item = itemOf(rule, { ...shown, isBare: true });
  const texts = [
    `${item.code}号`,
    item.categoryCode,
    item.categoryName,
    item.majorName,
    item.conditionWords,
    item.areaName,
    item.areaGrade,
    item.ownerName,
    item.supervisingName,
    item.responsibleName,
    item.territoryName,
    item.basis,
  ].flatMap((text) => (text ? [foldWords(text)] : []));
  knownWords.set(rule, { category, texts });
  return texts;
}

/** Does the row hold all that was typed, in Chinese or by initials? */
const isFound = (texts: readonly string[], words: string): boolean =>
  words
    .split(/\s+/)
    .map(foldWords)
    .every((word) =>
      texts.some(
        (text) => text.includes(word) || (/^[a-z]+$/.test(word) && initialsOf(text).includes(word)),
      ),
    );

/** The filters that a look at the row itself decides. */
function isWanted(rule: DutyRule, { category, unit, layer, state }: Input, shown: Shown): boolean {
  const { categoryCode, supervisingUnitId, responsibleUnitId, territoryUnitId, ownerUnitId } = rule;
  const known = shown.categories.get(categoryCode ?? '');
  const units = [supervisingUnitId, responsibleUnitId, territoryUnitId, ownerUnitId];
  const now = stateOf(rule, shown);
  return (
    (!category ||
      (categoryCode ?? '').startsWith(category) ||
      (known !== undefined && majorOf(known) === category)) &&
    (!unit || units.includes(unit)) &&
    (!layer || (rule.district === shown.context.district) === (layer === 'own')) &&
    (state === 'now'
      ? now === 'inForce'
      : state === 'toCome' || state === 'ended'
        ? now === state
        : now !== 'ended')
  );
}

/** The filters that need the row in words. */
const isAsked = (rule: DutyRule, { state, words }: Input, shown: Shown): boolean =>
  (state !== 'problem' || problemOf(rule, shown) !== null) &&
  (!words || isFound(wordsOf(rule, shown), words));

/** Rows stand by category, then number, then version; the key is also the place a page begins after. */
const keyOf = ({ categoryCode, code, validFrom, id }: DutyRule): string =>
  [categoryCode ?? '', code.padStart(6, '0'), validFrom, id].join('|');

const cursorOf = (key: string): string => Buffer.from(key).toString('base64url');

/** Role words of the categories in force, and who answers for each. */
function rolesOf({ master, now }: QueryContext): QueryOutput<'dutyRuleList'>['roles'] {
  const book = master.dutyBook(now);
  const words = new Set(master.categoriesAt(now).flatMap(({ defaultUnits }) => defaultUnits));
  return [...words].sort().map((word) => ({
    word,
    unitNames: (book.unitsOfRole.get(word) ?? []).map(({ name }) => name),
  }));
}

/** A page of the matrix; out of the district's memory, so that every filter is a look at a few thousand rows. */
export async function dutyRuleList(
  context: QueryContext,
  input: Input,
): Promise<QueryOutput<'dutyRuleList'>> {
  signedIn(context);
  const { master, district, now } = context;
  const own = new Set(
    master.dutyRules
      .filter(
        (rule) =>
          rule.district === district &&
          rule.validFrom <= now &&
          (rule.validTo === null || rule.validTo > now),
      )
      .map(({ code }) => code),
  );
  const categories = new Map(master.categoriesAt(now).map((one) => [one.code, one]));
  const shown: Shown = { context, asked: askedOf(context), own, categories, isBare: false };
  const found = master.dutyRules
    .filter((rule) => isWanted(rule, input, shown) && isAsked(rule, input, shown))
    .map((rule) => [keyOf(rule), rule] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const start = input.cursor ? Buffer.from(input.cursor, 'base64url').toString() : '';
  const rest = found.filter(([key]) => key > start);
  const onPage = rest.slice(0, input.limit ?? usualLimit);
  const last = onPage.at(-1);
  const highest = master.dutyRules.reduce((most, { code }) => Math.max(most, Number(code)), 0);
  return {
    items: onPage.map(([, rule]) => itemOf(rule, shown)),
    next: rest.length > onPage.length && last ? cursorOf(last[0]) : null,
    count: Math.min(found.length, countedTo),
    isMore: found.length > countedTo,
    nextCode: String(highest + 1),
    roles: rolesOf(context),
  };
}

/** What the matrix gives for a matter that does not exist. Throws 409 for an unknown category or area. */
export async function dutyTry(
  context: QueryContext,
  { category: code, condition, area, owner }: QueryInput<'dutyTry'>,
): Promise<QueryOutput<'dutyTry'>> {
  signedIn(context);
  const { master, now } = context;
  const category = master.category(code, now);
  if (!category) throw new Refused(409, 'noCategory', '类别不存在或已停用，请重新选择');
  if (!master.areas.has(area)) throw new Refused(409, 'noArea', '区域不存在，请重新选择');
  return suggestUnit(
    {
      category,
      conditionNo: condition ?? null,
      areaCode: area,
      ownerUnitId: owner ?? null,
      isOwnerNamed: owner !== undefined,
    },
    master.dutyBook(now),
  );
}
