/** Duty rules 责任分解表: the rows of both layers as a list, and a matter tried on them. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { conditionOf } from '../../domain/category.ts';
import type { DutyRule } from '../../domain/dutyRule.ts';
import { suggestUnit } from '../../domain/dutySuggestion.ts';
import type { DutyRuleItem } from '../../domain/dutyViews.ts';
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

/** The category column in words, and the 大类 the row is listed under. */
function categoryWords(rule: DutyRule, { master, now }: QueryContext): [string, string] {
  const { categoryCode } = rule;
  if (categoryCode === null) return ['全部类别', ''];
  if (categoryCode.length === 1) return [kindNames[categoryCode] ?? categoryCode, ''];
  if (categoryCode.length === 3) {
    const major = master.categoriesAt(now).find(({ code }) => code.startsWith(categoryCode));
    const name = major?.majorName ?? categoryCode;
    return [`${name}（大类）`, name];
  }
  const found = master.category(categoryCode, now);
  return [found?.name ?? categoryCode, found?.majorName ?? ''];
}

function responsibleWords(rule: DutyRule, master: MasterData): string {
  if (rule.responsibleBy === 'unit') return unitName(master, rule.responsibleUnitId) ?? '—';
  if (rule.responsibleBy === 'role') return `承担“${rule.responsibleRole ?? ''}”的单位`;
  return rule.responsibleBy === 'owner' ? '权属单位' : '属地单位';
}

/** What a row names that is no longer in use; null: all holds. */
function problemOf(rule: DutyRule, { master, now }: QueryContext): string | null {
  const book = master.dutyBook(now);
  const isGone = (id: string | null): boolean => id !== null && !book.units.has(id);
  const { categoryCode, areaCode, responsibleRole } = rule;
  const category = categoryCode ? master.category(categoryCode, now) : undefined;
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

function stateOf(rule: DutyRule, context: QueryContext, own: ReadonlySet<string>) {
  const { now, district } = context;
  if (rule.validTo !== null && rule.validTo <= now) return 'ended';
  if (rule.validFrom > now) return 'toCome';
  return rule.district !== district && own.has(rule.code) ? 'covered' : 'inForce';
}

function itemOf(
  rule: DutyRule,
  context: QueryContext,
  asked: Asked,
  own: ReadonlySet<string>,
): DutyRuleItem {
  const { master, district, now } = context;
  const [categoryName, majorName] = categoryWords(rule, context);
  const category = rule.categoryCode ? master.category(rule.categoryCode, now) : undefined;
  const condition =
    category && rule.conditionNo !== null ? conditionOf(category, rule.conditionNo) : undefined;
  const state = stateOf(rule, context, own);
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
    problem: state === 'ended' ? null : problemOf(rule, context),
    actions: isOwn ? openActions('dutyRule', rule, asked) : [],
  };
}

/** Does the row hold all that was typed, in Chinese or by initials? */
function isFound(item: DutyRuleItem, words: string): boolean {
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
  return words
    .split(/\s+/)
    .map(foldWords)
    .every((word) =>
      texts.some(
        (text) => text.includes(word) || (/^[a-z]+$/.test(word) && initialsOf(text).includes(word)),
      ),
    );
}

const isWanted = (item: DutyRuleItem, { category, unit, layer, state, words }: Input): boolean =>
  (!category || (item.categoryCode ?? '').startsWith(category)) &&
  (!unit ||
    [
      item.supervisingUnitId,
      item.responsibleUnitId,
      item.territoryUnitId,
      item.ownerUnitId,
    ].includes(unit)) &&
  (!layer || item.isOwn === (layer === 'own')) &&
  (state === 'toCome' || state === 'ended'
    ? item.state === state
    : item.state === 'inForce' || item.state === 'covered' || item.state === 'toCome') &&
  (state !== 'now' || item.state === 'inForce') &&
  (state !== 'problem' || item.problem !== null) &&
  (!words || isFound(item, words));

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
  const asked = askedOf(context);
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
  const found = master.dutyRules
    .map((rule) => itemOf(rule, context, asked, own))
    .filter((item) => isWanted(item, input))
    .map((item) => [keyOf(item), item] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const start = input.cursor ? Buffer.from(input.cursor, 'base64url').toString() : '';
  const rest = found.filter(([key]) => key > start);
  const shown = rest.slice(0, input.limit ?? usualLimit);
  const last = shown.at(-1);
  const highest = master.dutyRules.reduce((most, { code }) => Math.max(most, Number(code)), 0);
  return {
    items: shown.map(([, item]) => item),
    next: rest.length > shown.length && last ? cursorOf(last[0]) : null,
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
