/**
 * Duty suggestion 派单建议: which unit the duty matrix names for a matter, by which row and why. Order: the
 * most specific row of the district, then of the base; a part's owner; the units that answer for the
 * category's role words; the territory (属地兜底). “部件先属主后属地，事件先属地后属主”: domain reference a.3, b.2 无主.
 */
import { z } from 'zod';
import type { Area } from './area.ts';
import type { Category } from './category.ts';
import type { DutyRule } from './dutyRule.ts';
import type { Unit } from './unit.ts';

const Named = z.object({ id: z.string(), name: z.string() });
type Named = z.infer<typeof Named>;

/** What the suggestion rests on; `fallback`: without owner, the territory answers (属地兜底). */
const DutyBasis = z.enum(['rule', 'owner', 'role', 'territory', 'fallback', 'none']);

export const DutySuggestion = z.object({
  unit: Named.nullable(),
  supervising: Named.nullable(),
  territory: Named.nullable(),
  owner: Named.nullable(),
  /** Units worth asking to assist, without the suggested one. */
  helpers: z.array(Named),
  rule: z.object({ id: z.string(), code: z.string(), isOwn: z.boolean() }).nullable(),
  basis: DutyBasis,
  /** No owner known and no row: goes to the list for the joint meeting. */
  isOwnerless: z.boolean(),
  sentence: z.string(),
  /** Rows that also fit, and why they lost; at most five. */
  others: z.array(
    z.object({ id: z.string(), code: z.string(), isOwn: z.boolean(), why: z.string() }),
  ),
});
export type DutySuggestion = z.infer<typeof DutySuggestion>;

/** A matter as far as duty asks. `ownerUnitId`: the unit that owns the part or site, null when unknown. */
export interface Matter {
  category: Pick<Category, 'code' | 'kind' | 'majorCode' | 'defaultUnits'>;
  conditionNo: number | null;
  areaCode: string;
  ownerUnitId: string | null;
  /** The owner was named for this very matter; else it is who answers for the site. */
  isOwnerNamed: boolean;
}

type DutyUnit = Pick<
  Unit,
  'id' | 'code' | 'name' | 'kind' | 'areaCode' | 'status' | 'dutyRoles' | 'mergedInto'
>;
type DutyArea = Pick<Area, 'code' | 'grade' | 'unitId'>;

/** The matrix made ready for looking up; made anew when a row, unit or area changes. */
export interface DutyBook {
  district: string;
  /** Rows by what stands in their category column, the most specific first. */
  rules: ReadonlyMap<string, readonly DutyRule[]>;
  /** Units in use by id; a unit merged into another leads to that one. */
  units: ReadonlyMap<string, DutyUnit>;
  unitsOfRole: ReadonlyMap<string, readonly DutyUnit[]>;
  unitsOfArea: ReadonlyMap<string, readonly DutyUnit[]>;
  areas: ReadonlyMap<string, DutyArea>;
}

/** Role words of the categories that mean a place or an owner, not a kind of unit. */
const territoryWords = ['街乡镇', '属地'];
const ownerWords = ['产权单位', '责任单位', '施工责任单位', '运营企业'];

const isOwn = (rule: DutyRule, district: string): boolean => rule.district === district;

/**
 * How specific a row is, part by part, most weighty first: own layer, condition, category, area, owner.
 * A grade counts more than the whole district and less than a street.
 */
export const dutyRank = (rule: DutyRule, district: string): number[] => [
  isOwn(rule, district) ? 1 : 0,
  rule.conditionNo === null ? 0 : 1,
  Math.min(rule.categoryCode?.length ?? 0, 4),
  Math.max((rule.areaCode?.length ?? 6) - 6, 0) + (rule.areaGrade === null ? 0 : 1),
  rule.ownerUnitId ? 2 : rule.ownerKind ? 1 : 0,
];

/** Most specific first; of equal ones the lower number, so that the order of rows never matters. */
const byRank =
  (district: string) =>
  (a: DutyRule, b: DutyRule): number => {
    const [first, second] = [dutyRank(a, district), dutyRank(b, district)];
    const at = first.findIndex((part, n) => part !== second[n]);
    if (at >= 0) return (second[at] ?? 0) - (first[at] ?? 0);
    return Number(a.code) - Number(b.code) || (a.id < b.id ? -1 : 1);
  };

const grouped = <T>(
  items: readonly T[],
  keysOf: (item: T) => readonly string[],
): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const item of items)
    for (const key of keysOf(item)) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  return groups;
};

/** Units in use by id, those merged into others by the unit that took them up. */
function unitsInUse(units: readonly DutyUnit[]): Map<string, DutyUnit> {
  const all = new Map(units.map((unit) => [unit.id, unit]));
  const found = new Map<string, DutyUnit>();
  for (const { id } of units) {
    let unit = all.get(id);
    for (let steps = 0; unit?.status === 'retired' && steps < 20; steps++)
      unit = all.get(unit.mergedInto ?? '');
    if (unit?.status === 'active') found.set(id, unit);
  }
  return found;
}

/** Makes the book of a district from the rows in force, its units and its areas. */
export function dutyBook(
  district: string,
  rules: readonly DutyRule[],
  units: readonly DutyUnit[],
  areas: readonly DutyArea[],
): DutyBook {
  const active = units
    .filter(({ status }) => status === 'active')
    .sort((a, b) => (a.code < b.code ? -1 : 1));
  return {
    district,
    rules: grouped([...rules].sort(byRank(district)), ({ categoryCode }) => [categoryCode ?? '']),
    units: unitsInUse(units),
    unitsOfRole: grouped(active, ({ dutyRoles }) => dutyRoles),
    unitsOfArea: grouped(active, ({ areaCode }) => (areaCode ? [areaCode] : [])),
    areas: new Map(areas.map((area) => [area.code, area])),
  };
}

/** The codes of a place from the cell up to the district. */
const upwards = (areaCode: string): string[] =>
  [15, 12, 9, 6].filter((length) => length <= areaCode.length).map((n) => areaCode.slice(0, n));

/** The grade of a place: its own, else that of the nearest area around it. */
const gradeOf = (areaCode: string, book: DutyBook): string | null =>
  upwards(areaCode)
    .map((code) => book.areas.get(code)?.grade)
    .find((grade) => grade) ?? null;

const named = (unit: DutyUnit | undefined): Named | null =>
  unit ? { id: unit.id, name: unit.name } : null;

/**
 * Who has the territory: the body named for the cell or an area around it, else the street, else the
 * community. `namedFor`: the code of the area it was named for, null when it was not named.
 */
export function territoryOf(
  areaCode: string,
  book: DutyBook,
): { unit: DutyUnit; namedFor: string | null } | undefined {
  const codes = upwards(areaCode);
  const answering = codes.flatMap((namedFor) => {
    const unit = book.units.get(book.areas.get(namedFor)?.unitId ?? '');
    return unit ? [{ unit, namedFor }] : [];
  });
  const standing = (kind: Unit['kind']): DutyUnit[] =>
    codes.flatMap((code) =>
      (book.unitsOfArea.get(code) ?? []).filter((unit) => unit.kind === kind),
    );
  const unit = standing('subdistrict')[0] ?? standing('community')[0];
  return answering[0] ?? (unit && { unit, namedFor: null });
}

/** The unit that answers for a role word nearest to the place; one of another area never. */
function unitOfRole(word: string, areaCode: string, book: DutyBook): DutyUnit | undefined {
  const fitting = (book.unitsOfRole.get(word) ?? []).filter(
    (unit) => unit.areaCode === null || areaCode.startsWith(unit.areaCode),
  );
  const length = (unit: DutyUnit): number => unit.areaCode?.length ?? 0;
  return fitting.reduce<DutyUnit | undefined>(
    (best, unit) => (best && length(best) >= length(unit) ? best : unit),
    undefined,
  );
}

/** What is known of a matter's place and owner, looked up once. */
interface Known {
  matter: Matter;
  book: DutyBook;
  grade: string | null;
  owner: DutyUnit | undefined;
  territory: DutyUnit | undefined;
}

const fits = (rule: DutyRule, { matter, book, grade, owner }: Known): boolean =>
  (rule.conditionNo === null || rule.conditionNo === matter.conditionNo) &&
  (rule.areaCode === null || matter.areaCode.startsWith(rule.areaCode)) &&
  (rule.areaGrade === null || rule.areaGrade === grade) &&
  (rule.ownerUnitId === null ||
    (owner !== undefined && book.units.get(rule.ownerUnitId)?.id === owner.id)) &&
  (rule.ownerKind === null || rule.ownerKind === owner?.kind);

/** The 大类 of a category as a row names it: 'P01', whatever list the 小类 comes from. */
export const majorOf = ({ code, majorCode }: Pick<Category, 'code' | 'majorCode'>): string =>
  `${code.slice(0, 1)}${majorCode}`;

/** The rows that fit a matter, the most specific first. */
function fittingRules(known: Known): DutyRule[] {
  const { category } = known.matter;
  const { rules, district } = known.book;
  return [category.code, majorOf(category), category.code.slice(0, 1), '']
    .flatMap((key) => rules.get(key) ?? [])
    .filter((rule) => fits(rule, known))
    .sort(byRank(district));
}

/** The unit a row means for this matter, undefined when there is none in use. */
function unitOfRule(
  rule: DutyRule,
  { matter, book, owner, territory }: Known,
): DutyUnit | undefined {
  const place = book.units.get(rule.territoryUnitId ?? '') ?? territory;
  switch (rule.responsibleBy) {
    case 'unit':
      return book.units.get(rule.responsibleUnitId ?? '');
    case 'role':
      return unitOfRole(rule.responsibleRole ?? '', matter.areaCode, book);
    case 'owner':
      return owner ?? place;
    case 'territory':
      return place ?? owner;
  }
}

/** Why a row that names no unit in use was passed over. */
const passedOver: Record<DutyRule['responsibleBy'], string> = {
  unit: '责任单位已停用',
  role: '没有在用单位承担这个职责词',
  owner: '权属不明，也没有属地单位',
  territory: '没有属地单位，权属也不明',
};

interface Found {
  unit: DutyUnit | undefined;
  basis: z.infer<typeof DutyBasis>;
  isOwnerless: boolean;
  sentence: string;
}

/**
 * Without a row. A part: the owner named for it, the units of the category's role words (who keeps such
 * parts owns them, as a rule), whoever answers for the site, the territory. An event: role words, the
 * territory, the owner last.
 */
function withoutRule(known: Known): Found {
  const { matter, book, owner, territory } = known;
  const isPart = matter.category.kind === 'part';
  const byOwner = (unit: DutyUnit): Found => ({
    unit,
    basis: 'owner',
    isOwnerless: false,
    sentence: `${isPart ? '部件先属主后属地' : '按权属'}：${unit.name}是权属单位`,
  });
  if (isPart && owner && matter.isOwnerNamed) return byOwner(owner);
  let isOwnerMissing = false;
  for (const word of matter.category.defaultUnits) {
    if (ownerWords.includes(word) || (isPart && territoryWords.includes(word))) {
      if (owner) return byOwner(owner);
      isOwnerMissing ||= ownerWords.includes(word);
    }
    if (territoryWords.includes(word)) {
      if (territory) return byTerritory(territory, isPart, isOwnerMissing);
    } else {
      const unit = unitOfRole(word, matter.areaCode, book);
      if (unit) return byRole(unit, word);
    }
  }
  if (isPart && owner) return byOwner(owner);
  if (territory) return byTerritory(territory, isPart, isPart || isOwnerMissing);
  if (owner) return byOwner(owner);
  return {
    unit: undefined,
    basis: 'none',
    isOwnerless: true,
    sentence: '没有可建议的单位，请在责任分解表中补一条规则',
  };
}

const byRole = (unit: DutyUnit, word: string): Found => ({
  unit,
  basis: 'role',
  isOwnerless: false,
  sentence: `类别默认由“${word}”承担：${unit.name}`,
});

const byTerritory = (unit: DutyUnit, isPart: boolean, isOwnerless: boolean): Found => ({
  unit,
  basis: isOwnerless ? 'fallback' : 'territory',
  isOwnerless,
  sentence: isOwnerless
    ? `权属不明，属地兜底：由${unit.name}先行处置，列入联席会议清单`
    : `${isPart ? '部件先属主后属地' : '事件先属地后属主'}：${unit.name}为属地`,
});

/** '责任分解表 12 号，本区'. */
export const dutyRuleName = (rule: { code: string; isOwn: boolean }): string =>
  `责任分解表 ${rule.code} 号，${rule.isOwn ? '本区' : '基础'}`;

function byRule(rule: DutyRule, unit: DutyUnit, { book, owner }: Known): Found {
  const isOwnerless = rule.responsibleBy === 'owner' && !owner;
  const how = {
    unit: '',
    role: `，由“${rule.responsibleRole}”承担`,
    owner: owner ? '，由权属单位承担' : '，权属不明，属地兜底，列入联席会议清单',
    territory: '，由属地单位承担',
  }[rule.responsibleBy];
  const name = dutyRuleName({ code: rule.code, isOwn: isOwn(rule, book.district) });
  return { unit, basis: 'rule', isOwnerless, sentence: `${name}${how}` };
}

/** Units worth asking to assist: the territory and whoever answers for the category's other role words. */
function helpersOf({ matter, book, territory }: Known, chosen: DutyUnit | undefined): Named[] {
  const units = [
    territory,
    ...matter.category.defaultUnits.map((word) => unitOfRole(word, matter.areaCode, book)),
  ];
  const found = new Map(units.flatMap((unit) => (unit ? [[unit.id, unit] as const] : [])));
  found.delete(chosen?.id ?? '');
  return [...found.values()].slice(0, 4).map(({ id, name }) => ({ id, name }));
}

/** The suggestion for a matter, with the row it came from and why the other rows lost. Never a retired unit. */
export function suggestUnit(matter: Matter, book: DutyBook): DutySuggestion {
  const known: Known = {
    matter,
    book,
    grade: gradeOf(matter.areaCode, book),
    owner: book.units.get(matter.ownerUnitId ?? ''),
    territory: territoryOf(matter.areaCode, book)?.unit,
  };
  const rows = fittingRules(known);
  const rule = rows.find((row) => unitOfRule(row, known) !== undefined);
  const unit = rule && unitOfRule(rule, known);
  const found = rule && unit ? byRule(rule, unit, known) : withoutRule(known);
  const ofRule = (id: string | null | undefined): DutyUnit | undefined => book.units.get(id ?? '');
  const idOf = ({ id, code, district }: DutyRule) => ({
    id,
    code,
    isOwn: district === book.district,
  });
  return {
    unit: named(found.unit),
    supervising: named(ofRule(rule?.supervisingUnitId)),
    territory: named(ofRule(rule?.territoryUnitId) ?? known.territory),
    owner: named(known.owner),
    helpers: helpersOf(known, found.unit),
    rule: rule ? idOf(rule) : null,
    basis: found.basis,
    isOwnerless: found.isOwnerless,
    sentence: found.sentence,
    others: rows
      .filter((row) => row !== rule)
      .slice(0, 5)
      .map((row) => ({
        ...idOf(row),
        why:
          unitOfRule(row, known) === undefined
            ? passedOver[row.responsibleBy]
            : `没有 ${rule?.code ?? ''} 号具体`,
      })),
  };
}
