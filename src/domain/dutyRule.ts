/**
 * DutyRule 责任分解表: one row of the duty matrix, category × condition × area × owner → who supervises, who
 * answers, who has the territory. The code is the row's number. Rows lie in two layers, base and district;
 * which row wins is in `dutySuggestion.ts`. Sources: seed 001-13 (主管责任和属地责任), domain reference a.3, b.1.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import type { Role } from './access.ts';
import { conditionOf } from './category.ts';
import type { Facts } from './facts.ts';
import { area, condition, grade, note, text, unit } from './fields.ts';
import { refusal, type Refusal } from './refused.ts';
import { UnitKind } from './unit.ts';
import {
  editVersion,
  from,
  keptFields,
  retireVersion,
  versionFields,
  versionProblem,
  versionStatuses,
} from './versioned.ts';

/** How the responsible unit is found: named, by the role word it answers for, by ownership, by place. */
export const ResponsibleBy = z.enum(['unit', 'role', 'owner', 'territory']);

export const responsibleByLabels: Record<z.infer<typeof ResponsibleBy>, string> = {
  unit: '指定单位',
  role: '按职责词找单位',
  owner: '权属单位',
  territory: '属地单位',
};

export const DutyRule = z.object({
  ...keptFields(['active', 'retired']),
  ...versionFields,
  /** A 小类, a 大类 ('E01'), all parts or events ('P', 'E'); null: every category. */
  categoryCode: z.string().nullable(),
  conditionNo: z.number().int().nullable(),
  areaCode: z.string().nullable(),
  areaGrade: z.string().nullable(),
  ownerUnitId: z.uuid().nullable(),
  ownerKind: UnitKind.nullable(),
  supervisingUnitId: z.uuid().nullable(),
  responsibleBy: ResponsibleBy,
  responsibleUnitId: z.uuid().nullable(),
  responsibleRole: z.string().nullable(),
  territoryUnitId: z.uuid().nullable(),
  basis: z.string().nullable(),
});
export type DutyRule = z.infer<typeof DutyRule>;

const act = actionOf<DutyRule>();
const keepers: readonly Role[] = ['systemAdmin', 'shiftLeader', 'supervisor'];

const fields = {
  categoryCode: z
    .string()
    .regex(/^[PEX](\d{2}|[0-9A-Z]{4,6})?$/, '请选择类别、大类，或留空表示全部类别')
    .meta({ title: '类别', kind: 'category' })
    .nullable()
    .optional(),
  conditionNo: condition('立案条件').nullable().optional(),
  areaCode: area('区域').nullable().optional(),
  areaGrade: grade('区域管理等级').nullable().optional(),
  ownerUnitId: unit('权属单位').nullable().optional(),
  ownerKind: UnitKind.meta({ title: '权属单位类型', kind: 'text' }).nullable().optional(),
  supervisingUnitId: unit('主管单位').nullable().optional(),
  responsibleBy: ResponsibleBy.meta({ title: '责任单位的确定', kind: 'text' }),
  responsibleUnitId: unit('责任单位').nullable().optional(),
  responsibleRole: text('职责词', 30).nullable().optional(),
  territoryUnitId: unit('属地单位').nullable().optional(),
  basis: note('依据').nullable().optional(),
};

/** The fields of a row that a form or a sheet fills, in their order; its number is apart. */
export const dutyFields = Object.keys(fields) as (keyof typeof fields)[];

type Scope = Pick<
  DutyRule,
  'categoryCode' | 'conditionNo' | 'areaCode' | 'areaGrade' | 'ownerUnitId' | 'ownerKind'
>;

/** A row for the whole district is a row without area. */
const areaOf = (code: string | null | undefined): string | null =>
  code && code.length > 6 ? code : null;

/** What a row is about, as one word: two rows of a layer with the same key contradict each other. */
export const dutyKey = (rule: { [F in keyof Scope]?: Scope[F] | undefined }): string =>
  [
    rule.categoryCode ?? '*',
    rule.conditionNo ?? '*',
    areaOf(rule.areaCode) ?? '*',
    rule.areaGrade ?? '*',
    rule.ownerUnitId ?? '*',
    rule.ownerKind ?? '*',
  ].join('|');

/** The units a row names, by the field that names them. */
const unitFields = [
  ['ownerUnitId', '权属单位'],
  ['supervisingUnitId', '主管单位'],
  ['responsibleUnitId', '责任单位'],
  ['territoryUnitId', '属地单位'],
] as const;

type Input = z.infer<z.ZodObject<typeof fields>>;

const unitProblem = (input: Input, units: Facts['dutyUnits']): Refusal | undefined => {
  const wrong = unitFields.find(([field]) => {
    const id = input[field];
    return id && !units.some((known) => known.id === id && known.isActive);
  });
  return wrong && refusal('noUnit', `${wrong[1]}不存在或已停用，请重新选择`);
};

const responsibleProblem = (input: Input): Refusal | undefined => {
  if (input.responsibleBy === 'unit' && !input.responsibleUnitId)
    return refusal('noResponsible', '请选择责任单位');
  if (input.responsibleBy === 'role' && !input.responsibleRole)
    return refusal('noResponsible', '请填写职责词，如：环卫');
  return input.ownerUnitId && input.ownerKind
    ? refusal('twoOwners', '权属单位和权属单位类型只填一项')
    : undefined;
};

export const dutyRule = noun({
  name: 'dutyRule',
  plural: 'dutyRules',
  label: '责任规则',
  shape: DutyRule,
  seen: { open: true },
  isVersioned: true,
  statuses: versionStatuses,
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增责任规则',
      sentence: '新增责任规则 {code} 号',
      source: '厘清主管责任和属地责任（seed 001-13）；按责任分解表选择单位（domain b.1 任务派遣）',
      by: [...keepers, 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        code: z
          .string()
          .regex(/^\d{1,6}$/, '规则号为 1 至 6 位数字')
          .meta({ title: '规则号', kind: 'text' }),
        ...fields,
        validFrom: from,
      }),
      needs: ['versions', 'category', 'area', 'dutyUnits', 'sameDutyRules'],
      check: (_record, input, given) => {
        const { facts } = given;
        const { categoryCode, conditionNo } = input;
        const isWhole = (categoryCode?.length ?? 0) > 3;
        if (isWhole && !facts.category)
          return refusal('noCategory', '类别不存在或已停用，请重新选择');
        if (conditionNo && !facts.category)
          return refusal('noCondition', '按立案条件分派须先选到小类');
        if (conditionNo && facts.category && !conditionOf(facts.category, conditionNo))
          return refusal('noCondition', '该类别没有这条立案条件，请重新选择');
        if (input.areaCode && !facts.area?.isActive)
          return refusal('noArea', '区域不存在或已停用，请重新选择');
        const twin = facts.sameDutyRules[0];
        if (twin !== undefined)
          return refusal('sameRule', `与 ${twin} 号规则重复，请修订那一条，或把范围写得更具体`);
        return (
          responsibleProblem(input) ??
          unitProblem(input, facts.dutyUnits) ??
          versionProblem(input, given)
        );
      },
      changes: (_record, input, { now }) => ({
        code: input.code,
        categoryCode: input.categoryCode ?? null,
        conditionNo: input.conditionNo ?? null,
        areaCode: areaOf(input.areaCode),
        areaGrade: input.areaGrade ?? null,
        ownerUnitId: input.ownerUnitId ?? null,
        ownerKind: input.ownerKind ?? null,
        supervisingUnitId: input.supervisingUnitId ?? null,
        responsibleBy: input.responsibleBy,
        responsibleUnitId:
          input.responsibleBy === 'unit' ? (input.responsibleUnitId ?? null) : null,
        responsibleRole: input.responsibleBy === 'role' ? (input.responsibleRole ?? null) : null,
        territoryUnitId: input.territoryUnitId ?? null,
        basis: input.basis ?? null,
        validFrom: input.validFrom ?? now,
        validTo: null,
      }),
    }),
    edit: act(
      editVersion<DutyRule, Partial<DutyRule>>('dutyRule', {
        input: z.object(fields).partial().shape,
        carry: dutyFields,
        by: keepers,
      }),
    ),
    retire: act(retireVersion<DutyRule>(keepers)),
  },
});
