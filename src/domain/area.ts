/**
 * Area 区域: district → subdistrict → community → cell, by code: 6 + 3 + 3 + 3 digits, so that the code
 * of a place begins with the codes of all it lies in. A code keeps its meaning for ever: an area that is
 * re-coded, merged or split ends, and its successor says what it came from; what was judged under the old
 * code keeps it. Source: domain reference a.2 (DB11 单元网格).
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { childrenOf, endAs, follow, successor } from './areaChange.ts';
import { codesUnder } from './areaCode.ts';
import {
  fitProblem,
  newCodeProblem,
  notDistrict,
  parentProblem,
  unitProblem,
  useProblem,
} from './areaCheck.ts';
import type { Facts } from './facts.ts';
import {
  area as areaField,
  areas,
  day,
  moment,
  newAreaCode,
  polygon,
  text,
  unit as unitField,
} from './fields.ts';
import { Day } from './moment.ts';
import { refusal } from './refused.ts';
import { Polygon } from './shape.ts';
import { keptFields, restore } from './versioned.ts';

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

/** The level of a code, by its length. */
export const levelOf = (code: string): z.infer<typeof AreaLevel> =>
  levelOfLength[code.length] ?? 'cell';

export const Area = z.object({
  ...keptFields(['active', 'retired']),
  code: z.string(),
  name: z.string(),
  level: AreaLevel,
  grade: z.string().nullable(),
  isDemo: z.boolean(),
  /** WGS84; null: not drawn yet, chosen by name. */
  polygon: Polygon.nullable(),
  /** Who answers for it; null: whoever answers for the area above, at last the subdistrict's own unit. */
  unitId: z.uuid().nullable(),
  landUse: z.string().nullable(),
  beginDay: Day.nullable(),
  endDay: Day.nullable(),
  /** Codes of what came after it; empty while in use, or ended for good. */
  succeededBy: z.array(z.string()),
  /** Codes of what it came from. */
  predecessors: z.array(z.string()),
});
export type Area = z.infer<typeof Area>;

const act = actionOf<Area>();
const source = '区—街道—社区—单元网格四级，15 位代码；改码保留历史（domain a.2）';

const attributes = {
  grade: text('管理等级', 20).nullable().optional(),
  unitId: unitField('责任单位').nullable().optional(),
  landUse: text('用地分类', 40).nullable().optional(),
  beginDay: day('启用日期').nullable().optional(),
};
const fields = { name: text('名称', 60), ...attributes };

const Part = z.strictObject({
  code: newAreaCode('新代码'),
  name: text('名称', 60),
  grade: attributes.grade,
  unitId: attributes.unitId,
  polygon: polygon().nullable().optional(),
  takes: z.array(areaField('下级区域')).max(999).optional(),
});

/** Where the areas right below a merged one go; null when the other one has no free number left. */
const placesIn = (
  record: Area,
  intoCode: string,
  facts: Pick<Facts, 'areasUnder' | 'codesTaken'>,
): Map<string, string> | null =>
  codesUnder(intoCode, childrenOf(record.code, facts.areasUnder), new Set(facts.codesTaken));

export const area = noun({
  name: 'area',
  plural: 'areas',
  label: '区域',
  shape: Area,
  seen: { open: true },
  defaults: {
    polygon: null,
    unitId: null,
    landUse: null,
    beginDay: null,
    endDay: null,
    succeededBy: [],
    predecessors: [],
  },
  statuses: { active: '在用', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增区域',
      sentence: '新增区域 {name}',
      source,
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        code: newAreaCode(),
        ...fields,
        polygon: polygon().nullable().optional(),
        isDemo: z.boolean().optional(),
      }),
      needs: ['parentArea', 'unit', 'parentFit'],
      check: (_record, { code, unitId, isDemo }, given) => {
        if (!code.startsWith(given.district))
          return refusal('wrongDistrict', '区域代码须以本区代码开头');
        if (isDemo && given.actor.role !== 'system')
          return refusal('demoOnlyBySystem', '演示区只能由程序建立');
        return parentProblem(code, given) ?? unitProblem(unitId, given) ?? fitProblem(given);
      },
      changes: (_record, input) => ({
        code: input.code,
        name: input.name,
        level: levelOf(input.code),
        grade: input.grade ?? null,
        isDemo: input.isDemo ?? false,
        polygon: input.polygon ?? null,
        unitId: input.unitId ?? null,
        landUse: input.landUse ?? null,
        beginDay: input.beginDay ?? null,
        endDay: null,
        succeededBy: [],
        predecessors: [],
      }),
    }),
    edit: act({
      label: '修改区域',
      sentence: '修改区域',
      source: '名称、等级、责任单位可改，历史留痕（domain a.2）',
      by: ['systemAdmin'],
      from: ['active'],
      input: z.strictObject(fields).partial(),
      needs: ['unit'],
      check: (_record, { unitId }, given) => unitProblem(unitId, given),
      changes: (_record, input) => input,
    }),
    draw: act({
      label: '画界',
      sentence: '画界',
      source: '闭合多边形、拓扑正确（domain a.2）',
      by: ['systemAdmin'],
      from: ['active'],
      input: z.strictObject({ polygon: polygon().nullable() }),
      needs: ['parentFit'],
      check: (_record, _input, given) => fitProblem(given),
      changes: (_record, input) => input,
    }),
    retire: act({
      label: '停用',
      sentence: '停用',
      source: '主数据停用不删除（architecture 6）',
      by: ['systemAdmin'],
      from: ['active'],
      to: 'retired',
      input: z.strictObject({ endDay: day('停用日期').optional() }),
      needs: ['areasUnder', 'areaUse'],
      check: (_record, _input, given) => useProblem(given),
      changes: (_record, input) => input,
    }),
    restore: act({
      ...restore<Area>(['systemAdmin']),
      needs: ['parentArea'],
      refuse: ({ succeededBy }) =>
        succeededBy.length === 0
          ? undefined
          : refusal('succeeded', `已由 ${succeededBy.join('、')} 接替，不能恢复`),
      check: ({ code }, _input, given) => parentProblem(code, given),
      changes: () => ({ endDay: null }),
    }),
    recode: act({
      label: '改码',
      sentence: '改码为 {code}，下级随改',
      source,
      by: ['systemAdmin'],
      from: ['active'],
      to: 'retired',
      input: z.strictObject({ code: newAreaCode('新代码') }),
      needs: ['areasUnder', 'parentArea', 'codesTaken'],
      refuse: notDistrict,
      check: (record, { code }, given) => newCodeProblem(record, code, given),
      changes: (_record, { code }, given) => endAs([code], given),
      also: (record, { code }, given) => [
        successor(record, { code }, given),
        ...follow(given.facts.areasUnder, new Map([[record.code, code]])),
      ],
    }),
    merge: act({
      label: '合并',
      sentence: '并入 {intoCode}，下级随改',
      source: '合并的社区从 601 起编号（domain a.2，CJT349）',
      by: ['systemAdmin'],
      from: ['active'],
      to: 'retired',
      input: z.strictObject({ intoCode: areaField('并入哪个区域') }),
      needs: ['areasUnder', 'intoArea', 'codesTaken'],
      refuse: notDistrict,
      check: (record, { intoCode }, { facts }) => {
        if (facts.intoArea?.id === record.id) return refusal('itself', '不能并入自身，请另选');
        if (!facts.intoArea?.isActive)
          return refusal('noArea', '并入的区域不存在或已停用，请重新选择');
        if (intoCode.length !== record.code.length)
          return refusal('wrongLevel', '只能并入同级的区域，请重新选择');
        return placesIn(record, intoCode, facts)
          ? undefined
          : refusal('codesUsedUp', '对方区域下已没有空余的编号，请先给下级区域改码');
      },
      changes: (_record, { intoCode }, given) => endAs([intoCode], given),
      also: (record, { intoCode }, { facts }) => [
        {
          noun: 'area',
          id: facts.intoArea?.id ?? '',
          action: 'absorb',
          input: { code: record.code, polygon: record.polygon },
        },
        ...follow(facts.areasUnder, placesIn(record, intoCode, facts) ?? new Map()),
      ],
    }),
    split: act({
      label: '拆分',
      sentence: '拆分为 {parts}',
      source,
      by: ['systemAdmin'],
      from: ['active'],
      to: 'retired',
      input: z.strictObject({ parts: areas(Part) }),
      needs: ['areasUnder', 'parentArea', 'codesTaken'],
      refuse: notDistrict,
      check: (record, { parts }, given) => {
        const codes = parts.map(({ code }) => code);
        if (new Set(codes).size < codes.length)
          return refusal('codeTwice', '拆分后的代码有重复，请改正');
        if (codes.some((code) => code.slice(0, -3) !== record.code.slice(0, -3)))
          return refusal('wrongParent', '拆分后的代码须与原区域属于同一上级、长度相同');
        const children = childrenOf(record.code, given.facts.areasUnder).sort();
        const taken = parts.flatMap(({ takes = [] }) => takes).sort();
        if (children.join() !== taken.join())
          return refusal('notTaken', '请把每个下级区域分给拆分后的某一个区域，不重不漏');
        return newCodeProblem(record, codes[0] ?? '', given);
      },
      changes: (_record, { parts }, given) =>
        endAs(
          parts.map(({ code }) => code),
          given,
        ),
      also: (record, { parts }, given) => [
        ...parts.map(({ takes: _takes, polygon: drawn = null, ...part }, n) =>
          successor(record, { ...withoutBlank(part), code: part.code, polygon: drawn }, given, n),
        ),
        ...parts.flatMap(({ code, takes = [] }) =>
          follow(
            given.facts.areasUnder,
            new Map(takes.map((child) => [child, code + child.slice(-3)])),
          ),
        ),
      ],
    }),
    /** In the history of a district that came back from a backup: what was done since that moment is lost. */
    recordRestore: act({
      label: '登记恢复',
      sentence: '从备份 {backup} 恢复（{way}）；备份时间 {madeAt}，此后的办理不在其中',
      source: '恢复之后核对封存、条数和摘要，并留痕（issue 4-14）',
      by: ['system'],
      from: ['active', 'retired'],
      input: z.strictObject({
        backup: text('备份', 80),
        madeAt: moment('备份时间'),
        way: text('方式', 20),
      }),
      changes: () => ({}),
    }),

    /** Inner half of re-coding, merging and splitting: the new record of an old area. */
    succeed: act({
      label: '承接',
      sentence: '承接原区域 {predecessors}',
      source,
      by: ['systemAdmin'],
      isInner: true,
      from: 'new',
      to: 'active',
      input: z.strictObject({
        code: newAreaCode(),
        name: text('名称', 60),
        grade: z.string().nullable(),
        isDemo: z.boolean(),
        polygon: Polygon.nullable(),
        unitId: z.uuid().nullable(),
        landUse: z.string().nullable(),
        beginDay: Day,
        predecessors: z.array(z.string()),
      }),
      changes: (_record, input) => ({
        ...input,
        level: levelOf(input.code),
        endDay: null,
        succeededBy: [],
      }),
    }),
    /** Inner half: an area below one that moves gets its new code. */
    follow: act({
      label: '随改',
      sentence: '随上级改码为 {code}',
      source,
      by: ['systemAdmin'],
      isInner: true,
      from: ['active'],
      to: 'retired',
      input: z.strictObject({ code: newAreaCode('新代码') }),
      changes: (_record, { code }, given) => endAs([code], given),
      also: (record, { code }, given) => [successor(record, { code }, given)],
    }),
    /** The surviving half of merging. */
    absorb: act({
      label: '并入',
      sentence: '并入原区域 {code}',
      source,
      by: ['systemAdmin'],
      isInner: true,
      from: ['active'],
      input: z.strictObject({ code: newAreaCode(), polygon: Polygon.nullable() }),
      changes: (record, { code, polygon: other }) => ({
        predecessors: [...record.predecessors, code],
        polygon: record.polygon && other ? [...record.polygon, ...other] : record.polygon,
      }),
    }),
  },
});

/** What a part of a split leaves unsaid stays as it was. */
function withoutBlank<T extends object>(part: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(part).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
