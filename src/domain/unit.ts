/**
 * Unit 承办单位: anything that can be dispatched to: departments (委办局), subdistrict offices, communities,
 * firms. `parentId` makes the tree (块) that acting and the verifier rule follow; `guideUnitId` is the line
 * (条): a department guides, and sees, its line in every subdistrict. Headquarters hold work groups with a
 * lead and members. Sources: seed 001-5 (条块结合), seed 003-1, 003-5, 003-8 (指挥部、工作组、牵头单位).
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { area, id, note, tags, text, unit as unitField, units as unitsField } from './fields.ts';
import type { LinkedUnit, UnitUse } from './facts.ts';
import { Day, localDay, type Moment } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, restore, retire } from './versioned.ts';

export const UnitKind = z.enum([
  'department',
  'subdistrict',
  'community',
  'firm',
  'office',
  'headquarters',
  'workGroup',
]);

export const unitKindLabels: Record<z.infer<typeof UnitKind>, string> = {
  department: '委办局',
  subdistrict: '街道乡镇',
  community: '社区村',
  firm: '公共服务企业',
  office: '创城办',
  headquarters: '指挥部',
  workGroup: '工作组',
};

/** A name the unit, or one merged into it, had until a day. */
const Alias = z.object({ name: z.string(), until: Day });

export const Unit = z.object({
  ...keptFields(['active', 'retired']),
  code: z.string(),
  name: z.string(),
  kind: UnitKind,
  parentId: z.uuid().nullable(),
  areaCode: z.string().nullable(),
  guideUnitId: z.uuid().nullable(),
  leadUnitId: z.uuid().nullable(),
  memberUnitIds: z.array(z.uuid()),
  aliases: z.array(Alias),
  mergedInto: z.uuid().nullable(),
  /** Role words of categories (供水、环卫 …) that the unit answers for; the desk's suggestion reads them. */
  dutyRoles: z.array(z.string()),
});
export type Unit = z.infer<typeof Unit>;

const act = actionOf<Unit>();
const fields = {
  name: text('单位名称', 60),
  kind: UnitKind.meta({ title: '单位类型', kind: 'text' }),
  parentId: unitField('上级单位').nullable().optional(),
  areaCode: area('所在区域').nullable().optional(),
  guideUnitId: unitField('业务指导单位').nullable().optional(),
  leadUnitId: unitField('牵头单位').nullable().optional(),
  memberUnitIds: unitsField('成员单位').optional(),
  dutyRoles: tags('职责词').optional(),
};

type Links = Partial<
  Pick<Unit, 'kind' | 'parentId' | 'guideUnitId' | 'leadUnitId' | 'memberUnitIds'>
>;

/** A unit that an input names: in use, and neither the unit itself nor behind it on the same way. */
function linkProblem(
  self: string,
  linkedId: string | null | undefined,
  linked: readonly LinkedUnit[],
  [code, title, way]: readonly [string, string, 'path' | 'guidePath'],
): Refusal | undefined {
  if (!linkedId) return undefined;
  const found = linked.find((other) => other.id === linkedId);
  if (!found?.isActive) return refusal(code, `${title}不存在或已停用，请重新选择`);
  return found[way].includes(self)
    ? refusal(
        'itself',
        `${title}不能是自身${way === 'path' ? '或自身的下级' : '，也不能互相指导'}，请重新选择`,
      )
    : undefined;
}

/** Only a work group has a lead and members, and it stands under a headquarters. */
function groupProblem(unit: Links, linked: readonly LinkedUnit[]): Refusal | undefined {
  if (unit.kind !== 'workGroup') {
    return unit.leadUnitId || (unit.memberUnitIds?.length ?? 0) > 0
      ? refusal('notGroup', '只有工作组有牵头单位和成员单位，请把单位类型改为工作组')
      : undefined;
  }
  return linked.find(({ id: other }) => other === unit.parentId)?.kind === 'headquarters'
    ? undefined
    : refusal('noHeadquarters', '工作组须设在指挥部下，请把上级单位选为指挥部');
}

/** Why the units named do not fit together; `input` is what changes, `unit` how it stands afterwards. */
function linksProblem(
  self: string,
  input: Links,
  unit: Links,
  linked: readonly LinkedUnit[],
): Refusal | undefined {
  return (
    linkProblem(self, input.parentId, linked, ['noParent', '上级单位', 'path']) ??
    linkProblem(self, input.guideUnitId, linked, ['noGuide', '业务指导单位', 'guidePath']) ??
    ([input.leadUnitId, ...(input.memberUnitIds ?? [])].some(
      (other) =>
        other && (other === self || !linked.some((known) => known.id === other && known.isActive)),
    )
      ? refusal('noMember', '牵头单位和成员单位须是其他在用单位，请重新选择')
      : groupProblem(unit, linked))
  );
}

const counted = (count: number, words: string): string[] =>
  count > 0 ? [`${count} ${words}`] : [];

/** What still depends on a unit, in words; empty when nothing does. */
export const unitUseWords = (use: UnitUse): string =>
  [
    ...counted(use.openIssueCount, '件未结案件'),
    ...counted(use.openAssistCount, '项未完成的协办'),
    ...counted(use.postIds.length, '个在岗岗位'),
    ...counted(use.childIds.length, '个下级单位'),
    ...counted(use.linkedIds.length, '个受其指导、由其牵头或参加的单位'),
  ].join('、');

/** Former names with the one that ends now; a name taken up again is no longer a former one. */
const withAlias = (unit: Unit, former: string, current: string, now: Moment): Unit['aliases'] => [
  ...unit.aliases.filter(({ name }) => name !== former && name !== current),
  { name: former, until: localDay(now) },
];

/** One unit in place of another in everything that links to it; a link to itself falls away. */
function relinked(unit: Unit, fromId: string, toId: string): Partial<Unit> {
  const moved = toId === unit.id ? null : toId;
  const change = (link: string | null): string | null => (link === fromId ? moved : link);
  const members = unit.memberUnitIds.map(change).filter((other) => other !== null);
  return {
    parentId: change(unit.parentId),
    guideUnitId: change(unit.guideUnitId),
    leadUnitId: change(unit.leadUnitId),
    memberUnitIds: [...new Set(members)],
  };
}

export const unit = noun({
  name: 'unit',
  plural: 'units',
  label: '单位',
  shape: Unit,
  seen: { open: true },
  defaults: {
    guideUnitId: null,
    leadUnitId: null,
    memberUnitIds: [],
    aliases: [],
    mergedInto: null,
    dutyRoles: [],
  },
  statuses: { active: '在用', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增单位',
      sentence: '新增单位 {name}',
      source: '责任明确、条块结合的指挥体系（seed 001-5）',
      by: ['systemAdmin'],
      from: 'new',
      to: 'active',
      input: z.strictObject({ code: text('单位代码', 40), ...fields }),
      needs: ['linkedUnits'],
      check: (record, input, { facts }) => linksProblem(record.id, input, input, facts.linkedUnits),
      changes: (
        _record,
        {
          parentId = null,
          areaCode = null,
          guideUnitId = null,
          leadUnitId = null,
          memberUnitIds = [],
          dutyRoles = [],
          ...rest
        },
      ) => ({
        ...rest,
        parentId,
        areaCode,
        guideUnitId,
        leadUnitId,
        memberUnitIds,
        dutyRoles,
        aliases: [],
        mergedInto: null,
      }),
    }),
    edit: act({
      label: '修改单位',
      sentence: '修改单位',
      source: '单位更名有据可查（architecture 9）',
      by: ['systemAdmin'],
      from: ['active'],
      input: z.strictObject(fields).partial(),
      needs: ['linkedUnits', 'unitUse'],
      check: (record, input, { facts }) =>
        input.kind !== undefined &&
        input.kind !== record.kind &&
        record.kind === 'headquarters' &&
        facts.unitUse.childIds.length > 0
          ? refusal('hasGroups', '指挥部下还有工作组，请先停用或改属，再改单位类型')
          : linksProblem(record.id, input, { ...record, ...input }, facts.linkedUnits),
      changes: (record, input, { now }) => ({
        ...input,
        ...(input.name !== undefined && input.name !== record.name
          ? { aliases: withAlias(record, record.name, input.name, now) }
          : {}),
      }),
    }),
    mergeInto: act({
      label: '并入其他单位',
      sentence: '并入{unitId}：{note}',
      source: '单位合并有据可查，在办案件随之转入（architecture 9）',
      by: ['systemAdmin'],
      from: ['active'],
      to: 'retired',
      input: z.strictObject({ unitId: unitField('并入的单位'), note: note('依据') }),
      needs: ['linkedUnits', 'unitUse'],
      check: (record, { unitId }, { facts }) => {
        const into = facts.linkedUnits.find((other) => other.id === unitId);
        if (unitId === record.id || into?.path.includes(record.id))
          return refusal('itself', '不能并入自身或自身的下级，请先把下级改属其他单位');
        if (!into?.isActive) return refusal('noUnit', '单位不存在或已停用，请重新选择');
        return into.guidePath.some(
          (other) => other !== unitId && facts.unitUse.linkedIds.includes(other),
        )
          ? refusal('guideCycle', '合并后两个单位会互相指导，请先修改业务指导单位')
          : undefined;
      },
      changes: (_record, { unitId }) => ({ mergedInto: unitId }),
      also: ({ id: fromId, name }, { unitId }, { facts: { unitUse } }) => [
        { noun: 'unit', id: unitId, action: 'absorb', input: { name } },
        ...[...new Set([...unitUse.childIds, ...unitUse.linkedIds])].map((other) => ({
          noun: 'unit',
          id: other,
          action: 'relink',
          input: { fromId, unitId },
        })),
        ...unitUse.postIds.map((postId) => ({
          noun: 'post',
          id: postId,
          action: 'moveUnit',
          input: { unitId },
        })),
        ...unitUse.rosterIds.map((rosterId) => ({
          noun: 'roster',
          id: rosterId,
          action: 'moveUnit',
          input: { unitId },
        })),
      ],
    }),
    absorb: act({
      label: '接收合并',
      sentence: '{name}并入本单位',
      source: '按原名称仍可查到（architecture 9）',
      by: ['systemAdmin'],
      isInner: true,
      from: ['active'],
      input: z.strictObject({ name: text('原单位名称', 60) }),
      changes: (record, { name }, { now }) => ({
        aliases: withAlias(record, name, record.name, now),
      }),
    }),
    relink: act({
      label: '改属',
      sentence: '随单位合并改属{unitId}',
      source: '下级、受指导单位和工作组随单位合并（architecture 9）',
      by: ['systemAdmin'],
      isInner: true,
      from: ['active'],
      input: z.strictObject({ fromId: id('原单位', 'unit'), unitId: unitField('并入的单位') }),
      changes: (record, { fromId, unitId }) => relinked(record, fromId, unitId),
    }),
    retire: act({
      ...retire<Unit>(['systemAdmin']),
      needs: ['unitUse'],
      check: (_record, _input, { facts }) => {
        const words = unitUseWords(facts.unitUse);
        return words
          ? refusal(
              'inUse',
              `单位在用，不能停用：还有${words}。请先办结、转办、调整，或把它并入其他单位`,
            )
          : undefined;
      },
      changes: () => ({}),
    }),
    restore: act({
      ...restore<Unit>(['systemAdmin']),
      refuse: ({ mergedInto }) =>
        mergedInto === null ? undefined : refusal('merged', '单位已并入其他单位，不能恢复，请新增'),
      needs: ['linkedUnits'],
      check: ({ parentId }, _input, { facts }) =>
        parentId &&
        !facts.linkedUnits.some(({ id: other, isActive }) => other === parentId && isActive)
          ? refusal('noParent', '上级单位已停用，请先恢复上级单位')
          : undefined,
      changes: () => ({}),
    }),
  },
});
