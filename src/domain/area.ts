/**
 * Area 区域: district → subdistrict → community → cell, by code: 6 + 3 + 3 + 3 digits, so that the code
 * of a place begins with the codes of all it lies in. Source: domain reference a.2 (DB11 单元网格).
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { area as areaField, text } from './fields.ts';
import { keptFields, retire } from './versioned.ts';

export const AreaLevel = z.enum(['district', 'subdistrict', 'community', 'cell']);

export const areaLevelLabels: Record<z.infer<typeof AreaLevel>, string> = {
  district: '区',
  subdistrict: '街道乡镇',
  community: '社区村',
  cell: '单元网格',
};

const levelOfLength: Record<number, z.infer<typeof AreaLevel>> = {
  6: 'district',
  9: 'subdistrict',
  12: 'community',
  15: 'cell',
};

export const Area = z.object({
  ...keptFields(['active', 'retired']),
  code: z.string(),
  name: z.string(),
  level: AreaLevel,
  grade: z.string().nullable(),
  isDemo: z.boolean(),
});
export type Area = z.infer<typeof Area>;

const act = actionOf<Area>();
const fields = { name: text('名称', 60), grade: text('管理等级', 20).nullable().optional() };

export const area = noun({
  name: 'area',
  plural: 'areas',
  label: '区域',
  shape: Area,
  seen: { open: true },
  statuses: { active: '在用', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增区域',
      sentence: '新增区域 {name}',
      source: '区—街道—社区—单元网格四级（domain a.2）',
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        code: areaField('区域代码'),
        ...fields,
        isDemo: z.boolean().optional(),
      }),
      check: (_record, { code, isDemo }, { actor, district }) => {
        if (!code.startsWith(district))
          return { code: 'wrongDistrict', message: '区域代码须以本区代码开头' };
        return isDemo && actor.role !== 'system'
          ? { code: 'demoOnlyBySystem', message: '演示区只能由程序建立' }
          : undefined;
      },
      changes: (_record, { code, name, grade = null, isDemo = false }) => ({
        code,
        name,
        grade,
        isDemo,
        level: levelOfLength[code.length] ?? 'cell',
      }),
    }),
    edit: act({
      label: '修改区域',
      sentence: '修改区域',
      source: '名称和等级可改，历史留痕（domain a.2）',
      by: ['systemAdmin'],
      from: ['active'],
      input: z.strictObject(fields).partial(),
      changes: (_record, input) => input,
    }),
    retire: act(retire<Area>(['systemAdmin'])),
  },
});
