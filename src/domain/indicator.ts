/**
 * Indicator 测评指标: one line of a measuring system (测评体系) of civilized cities: 测评项目, 指标, 测评内容 or
 * 测评标准, in a tree by `parentCode`, of one edition, measured by one method or several.
 * Source: domain reference d.1, d.3; issue 5-5.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { isUnvouched, SourceFlag } from './category.ts';
import { note, text } from './fields.ts';
import { Moment, type Moment as At } from './moment.ts';
import { refusal } from './refused.ts';
import {
  editVersion,
  from,
  keptFields,
  retireVersion,
  superseded,
  versionFields,
  versionProblem,
  versionStatuses,
} from './versioned.ts';

/** How it is measured: three methods of today, and those of older editions (domain d.1). */
export const IndicatorMethod = z.enum([
  'onSite',
  'materials',
  'survey',
  'hearing',
  'online',
  'overall',
]);
export type IndicatorMethod = z.infer<typeof IndicatorMethod>;

export const indicatorMethodLabels: Record<IndicatorMethod, string> = {
  onSite: '实地考察',
  materials: '材料审核',
  survey: '问卷调查',
  hearing: '听取汇报',
  online: '网络调查',
  overall: '整体观察',
};

const fields = {
  name: text('名称', 200),
  edition: text('测评体系版本', 20),
  parentCode: text('上级编号', 40).nullable(),
  methods: z.array(IndicatorMethod).max(6),
  siteTypes: z.array(z.string().max(40)).max(60),
  /** 小类 that the source itself names; the map in force is of links (目录对应). */
  categoryCodes: z.array(z.string().regex(/^[PEX][0-9A-Z]{4,6}$/)).max(20),
  sourceFlag: SourceFlag,
};

export const Indicator = z.object({
  ...keptFields(['active', 'retired']),
  ...versionFields,
  ...fields,
  vouchedBy: z.uuid().nullable(),
  vouchedAt: Moment.nullable(),
});
export type Indicator = z.infer<typeof Indicator>;

type IndicatorFields = z.infer<z.ZodObject<typeof fields>>;

const act = actionOf<Indicator>();
const fieldNames = Object.keys(fields) as (keyof IndicatorFields)[];
const unvouched = { vouchedBy: null, vouchedAt: null };
const code = text('指标编号', 40);

/** 待核: of memory or our own design, not yet confirmed by an officer at the moment. */
export const isIndicatorUnvouched = (record: Indicator, at: At): boolean => isUnvouched(record, at);

const ownParent = (own: string, parentCode: string | null | undefined) =>
  own === parentCode ? refusal('ownParent', '指标不能是自己的上级，请改正上级编号') : undefined;

export const indicator = noun({
  name: 'indicator',
  plural: 'indicators',
  label: '测评指标',
  shape: Indicator,
  seen: { open: true },
  isVersioned: true,
  statuses: versionStatuses,
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增指标',
      sentence: '新增测评指标 {code}',
      source: '测评体系：测评项目、指标、内容、标准、方法（domain d.1）',
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({ code, ...fields, validFrom: from }),
      needs: ['versions'],
      check: (_record, input, given) =>
        ownParent(input.code, input.parentCode) ?? versionProblem(input, given),
      changes: (_record, { validFrom, ...rest }, { now }) => ({
        ...rest,
        ...unvouched,
        validFrom: validFrom ?? now,
        validTo: null,
      }),
    }),
    edit: act(
      editVersion<Indicator, Partial<Indicator>>('indicator', {
        input: z.object(fields).partial().shape,
        carry: fieldNames,
        check: (record, input) => ownParent(record.code, input.parentCode),
      }),
    ),
    retire: act(retireVersion<Indicator>()),
    vouch: act({
      label: '核定',
      sentence: '核定本条指标',
      source: '凭记忆或自拟的标准须经人员核定，核定前标“待核”（issue 4-1、5-5）',
      by: ['systemAdmin', 'supervisor'],
      from: ['active'],
      input: z.strictObject({ note: note('核定依据').optional() }),
      refuse: (record) => {
        if (record.sourceFlag === 'SOURCED') return refusal('sourced', '有公开标准为据，无需核定');
        return record.vouchedAt === null
          ? superseded(record)
          : refusal('vouched', '这一版已核定，无需再办');
      },
      changes: (_record, _input, { actor, now }) => ({ vouchedBy: actor.personId, vouchedAt: now }),
    }),
    adopt: act({
      label: '采用并核定',
      sentence: '采用基础指标 {code} 为本区指标并核定',
      source: '基础标准由各区核定后采用，基础标准本身不改（architecture 9；issue 4-1）',
      by: ['systemAdmin', 'supervisor'],
      from: 'new',
      to: 'active',
      input: z.strictObject({ code, note: note('核定依据').optional() }),
      needs: ['versions', 'indicator'],
      check: (_record, input, given) => {
        const { indicator: base } = given.facts;
        if (!base) return refusal('noIndicator', '指标不存在或已停用，请重新选择');
        return base.district === given.district
          ? refusal('ownVersion', '本区已有这条指标的版本，请在那一版上核定')
          : versionProblem({}, given);
      },
      changes: (_record, { code: chosen }, { actor, now, facts: { indicator: base } }) => ({
        ...(base && Object.fromEntries(fieldNames.map((field) => [field, base[field]]))),
        code: chosen,
        validFrom: now,
        validTo: null,
        vouchedBy: actor.personId,
        vouchedAt: now,
      }),
    }),
  },
});
