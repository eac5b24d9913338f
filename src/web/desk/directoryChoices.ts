/** Choices 名录选项: what the selects of forms offer, made from the directory. */
import type { Directory } from '../../domain/views.ts';
import { unitKindLabels } from '../../domain/unit.ts';
import { roleLabels, type Line } from '../../domain/access.ts';

export interface Choice {
  value: string;
  label: string;
  /** Further words by which it is found. */
  find?: string;
}

export interface ChoiceGroup {
  label: string;
  options: Choice[];
}

/** Is an option found by what was typed: its label, code, former names, initials or keywords? */
export const filterChoice = (typed: string, option: Choice | ChoiceGroup | undefined): boolean => {
  if (!option || 'options' in option) return false;
  return `${option.label} ${option.find ?? ''}`.toLowerCase().includes(typed.trim().toLowerCase());
};

function grouped<T>(
  items: readonly T[],
  groupOf: (item: T) => string,
  choiceOf: (item: T) => Choice,
): ChoiceGroup[] {
  const groups = new Map<string, Choice[]>();
  for (const item of items) {
    const label = groupOf(item);
    groups.set(label, [...(groups.get(label) ?? []), choiceOf(item)]);
  }
  return [...groups].map(([label, options]) => ({ label, options }));
}

const unitKind = (kind: string): string =>
  (unitKindLabels as Record<string, string>)[kind] ?? '其他';

export const unitChoices = ({ units }: Directory): ChoiceGroup[] =>
  grouped(
    units.filter(({ status }) => status === 'active'),
    ({ kind }) => unitKind(kind),
    ({ id, name, code, find }) => ({ value: id, label: name, find: `${code} ${find}` }),
  );

/** '朝阳路街道 · 一社区': the name with that of the subdistrict it lies in. */
export function areaName({ areas }: Directory, code: string): string {
  const own = areas.find((area) => area.code === code);
  const parent = code.length > 9 ? areas.find((area) => area.code === code.slice(0, 9)) : undefined;
  return [parent?.name, own?.name ?? code].filter(Boolean).join(' · ');
}

/** Active areas in the order of their codes; `levels` keeps only some. */
export const areaChoices = (directory: Directory, levels?: readonly string[]): Choice[] =>
  directory.areas
    .filter(({ status, level }) => status === 'active' && (!levels || levels.includes(level)))
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map(({ code, initials }) => ({
      value: code,
      label: areaName(directory, code),
      find: `${code} ${initials}`,
    }));

export const categoryChoices = ({ categories }: Directory): ChoiceGroup[] =>
  grouped(
    categories,
    ({ majorName }) => majorName,
    ({ code, name, keywords }) => ({
      value: code,
      label: name,
      find: `${code} ${keywords.join(' ')}`,
    }),
  );

/** What a duty rule may be about: all parts or events, a 大类, a 小类. */
export function dutyCategoryChoices(directory: Directory): ChoiceGroup[] {
  const majors = new Map(
    directory.categories
      .filter(({ code }) => /^[PEX]\d{2}/.test(code))
      .map(({ code, majorName }) => [code.slice(0, 3), majorName]),
  );
  return [
    {
      label: '全部和大类',
      options: [
        { value: 'P', label: '全部部件' },
        { value: 'E', label: '全部事件' },
        ...[...majors]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([value, name]) => ({
            value,
            label: `${name}（${value.startsWith('P') ? '部件' : '事件'}大类）`,
          })),
      ],
    },
    ...categoryChoices(directory),
  ];
}

const every = (label: string): Choice => ({ value: '', label });

/** The filing conditions of a category; a 大类 has none, so only all of them can be meant. */
export const conditionChoices = ({ categories }: Directory, categoryCode: unknown): Choice[] => [
  every('全部立案条件'),
  ...(categories.find(({ code }) => code === categoryCode)?.conditions ?? []).map(
    ({ no, openWhen }) => ({ value: String(no), label: `第 ${no} 条：${openWhen}` }),
  ),
];

/** The management grades that areas have, and `kept`, one that no area has any more. */
export const gradeChoices = ({ grades }: Directory, kept: unknown): Choice[] => [
  every('全部等级'),
  ...[...new Set([...grades, ...(typeof kept === 'string' && kept ? [kept] : [])])].map(
    (value) => ({ value, label: value }),
  ),
];

export const siteChoices = ({ sites }: Directory, areaCode?: string): Choice[] =>
  sites
    .filter((site) => !areaCode || site.areaCode.startsWith(areaCode.slice(0, 9)))
    .map(({ id, name, siteType }) => ({ value: id, label: name, find: siteType }));

/** Posts on duty of a line, by unit or area; `unitIds` keeps those of some units. */
export const postChoices = (
  { posts }: Directory,
  line: Line | undefined,
  unitIds?: ReadonlySet<string>,
): ChoiceGroup[] =>
  grouped(
    posts.filter(
      (post) =>
        post.status === 'active' &&
        (!line || post.line === line) &&
        (!unitIds || unitIds.has(post.unitId ?? '')),
    ),
    ({ unitName, areaName: place, role }) => unitName ?? place ?? roleLabels[role],
    ({ id, personName, title, role }) => ({
      value: id,
      label: `${personName}　${title || roleLabels[role]}`,
    }),
  );

/** A unit and all below it. */
export function unitIdsUnder({ units }: Directory, unitId: string): Set<string> {
  const found = new Set([unitId]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const { id, parentId } of units) if (parentId && found.has(parentId)) found.add(id);
  }
  return found;
}
