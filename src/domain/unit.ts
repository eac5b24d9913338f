/**
 * Unit 承办单位: anything that can be dispatched to: departments (委办局), subdistrict offices, communities,
 * firms. `parentId` makes the tree that scope and the verifier rule follow. Source: seed 001-5 (条块结合).
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { area, text, unit as unitField } from './fields.ts';
import type { UnitFact } from './facts.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, retire } from './versioned.ts';

export const UnitKind = z.enum(['department', 'subdistrict', 'community', 'firm', 'office']);

export const unitKindLabels: Record<z.infer<typeof UnitKind>, string> = {
  department: '委办局',
  subdistrict: '街道乡镇',
  community: '社区村',
  firm: '公共服务企业',
  office: '创城办',
};

export const Unit = z.object({
  ...keptFields(['active', 'retired']),
  code: z.string(),
  name: z.string(),
  kind: UnitKind,
  parentId: z.uuid().nullable(),
  areaCode: z.string().nullable(),
});
export type Unit = z.infer<typeof Unit>;

const act = actionOf<Unit>();
const fields = {
  name: text('单位名称', 60),
  kind: UnitKind.meta({ title: '单位类型', kind: 'text' }),
  parentId: unitField('上级单位').nullable().optional(),
  areaCode: area('所在区域').nullable().optional(),
};

/** A parent is a unit in use that does not lie below the unit itself. */
const parentProblem = (
  id: string,
  parentId: string | null | undefined,
  parent: UnitFact | null,
): Refusal | undefined => {
  if (!parentId) return undefined;
  if (!parent?.isActive) return refusal('noParent', '上级单位不存在或已停用，请重新选择');
  return parent.path.includes(id)
    ? refusal('itself', '上级单位不能是自身或自身的下级，请重新选择')
    : undefined;
};

export const unit = noun({
  name: 'unit',
  plural: 'units',
  label: '单位',
  shape: Unit,
  seen: { open: true },
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
      needs: ['parentUnit'],
      check: (record, { parentId }, { facts }) =>
        parentProblem(record.id, parentId, facts.parentUnit),
      changes: (_record, { parentId = null, areaCode = null, ...rest }) => ({
        ...rest,
        parentId,
        areaCode,
      }),
    }),
    edit: act({
      label: '修改单位',
      sentence: '修改单位',
      source: '单位更名有据可查（architecture 9）',
      by: ['systemAdmin'],
      from: ['active'],
      input: z.strictObject(fields).partial(),
      needs: ['parentUnit'],
      check: (record, { parentId }, { facts }) =>
        parentProblem(record.id, parentId, facts.parentUnit),
      changes: (_record, input) => input,
    }),
    retire: act(retire<Unit>(['systemAdmin'])),
  },
});
