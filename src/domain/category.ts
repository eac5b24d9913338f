/**
 * Category 类别: 大类 and 小类 of the digital city management standard with our 创城 extensions. A 小类
 * carries its filing conditions (立案条件), each with limit, closing condition and severity.
 * Sources: domain reference a.3, a.4; data `seeds/categories.json`.
 */
import { z } from 'zod';
import { actionOf, noun, type Given } from './action.ts';
import { conditionChanges } from './categoryChange.ts';
import { Condition } from './condition.ts';
import { categoryCode, moment, note, text, words } from './fields.ts';
import { Moment } from './moment.ts';
import { refusal } from './refused.ts';
import {
  editVersion,
  from,
  keptFields,
  superseded,
  versionFields,
  versionProblem,
  versionStatuses,
} from './versioned.ts';

/** Where a datum comes from; RECALLED and DESIGN are shown as 待核 until an officer confirms them. */
export const SourceFlag = z.enum(['SOURCED', 'RECALLED', 'DESIGN']);

const fields = {
  name: text('名称', 60),
  kind: z.enum(['part', 'incident']).meta({ title: '类型', kind: 'text' }),
  majorCode: z.string().regex(/^\d{2}$/),
  majorName: text('大类', 40),
  minorCode: z.string().max(3).nullable(),
  legacyCode: z.string().max(20).nullable(),
  isExtension: z.boolean(),
  dispatchRule: text('派遣原则', 40),
  defaultUnits: z.array(z.string().max(30)).max(20),
  alleyTags: z.array(z.string().max(10)).max(30),
  civilityFields: z.array(z.string().max(10)).max(30),
  conditions: z
    .array(Condition)
    .min(1, '至少要有一条立案条件')
    .max(30)
    .refine(
      (list) => new Set(list.map(({ no }) => no)).size === list.length,
      '立案条件的序号不能重复，请改正',
    ),
  keywords: z.array(z.string().max(30)).max(60),
  collectRule: words('采集要求').nullable(),
  /** Metres and hours within which a second report of this category may be the same matter. */
  duplicateRadius: z.number().int().min(1).max(2000),
  duplicateWindow: z
    .number()
    .int()
    .min(1)
    .max(24 * 90),
  sourceFlag: SourceFlag,
};

/** Who confirmed a version that no standard gives (待核), and when. */
const vouching = { vouchedBy: z.uuid().nullable(), vouchedAt: Moment.nullable() };

export const Category = z.object({
  ...keptFields(['active', 'retired']),
  ...versionFields,
  ...fields,
  ...vouching,
  collectRule: z.string().nullable(),
});
export type Category = z.infer<typeof Category>;

const act = actionOf<Category>();

/** 待核: a version from memory or of our own design that no officer has confirmed by the moment. */
export const isUnvouched = (
  { sourceFlag, vouchedAt }: Pick<Category, 'sourceFlag' | 'vouchedAt'>,
  at: Moment,
): boolean => sourceFlag !== 'SOURCED' && (vouchedAt === null || vouchedAt > at);

const unvouched = { vouchedBy: null, vouchedAt: null };
const vouchedBy = ({
  actor,
  now,
}: Pick<Given, 'actor' | 'now'>): Pick<Category, 'vouchedBy' | 'vouchedAt'> => ({
  vouchedBy: actor.personId,
  vouchedAt: now,
});

/**
 * The source of a version whose conditions or limits differ from those it was made of: whoever changes them
 * and names no other source makes them the district's own, 待核 until confirmed (issue 4-1).
 */
const sourceAfter = (
  before: Pick<Category, 'conditions' | 'sourceFlag'>,
  after: Pick<Category, 'conditions' | 'sourceFlag'>,
): z.infer<typeof SourceFlag> =>
  after.sourceFlag === before.sourceFlag &&
  conditionChanges(before.conditions, after.conditions).length > 0
    ? 'DESIGN'
    : after.sourceFlag;

const Fields = z.object(fields);

/** What of a category a form may change, and what a district's own copy carries. */
export type CategoryFields = z.infer<typeof Fields>;

/** The fields of a whole category that a new version may be made of. */
export const categoryFields = (record: Category): CategoryFields =>
  Object.fromEntries(
    (Object.keys(fields) as (keyof CategoryFields)[]).map((field) => [field, record[field]]),
  ) as CategoryFields;

export const category = noun({
  name: 'category',
  plural: 'categories',
  label: '类别',
  shape: Category,
  seen: { open: true },
  isVersioned: true,
  defaults: unvouched,
  statuses: versionStatuses,
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增类别',
      sentence: '新增类别 {code} {name}',
      source: '统一立案、处置和结案标准（domain a.3）',
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({ code: categoryCode('类别代码'), ...fields, validFrom: from }),
      needs: ['versions', 'category'],
      check: (_record, input, given) =>
        (input.kind === 'part') === input.code.startsWith('E')
          ? refusal('wrongCode', '部件的代码以 P 开头，事件的代码以 E 开头，请改正')
          : versionProblem(input, given),
      changes: (_record, { validFrom, ...rest }, { now, facts: { versions, category: base } }) => {
        const begin = validFrom ?? now;
        // The version that follows an edit has its source from there; any other stands over the base.
        const isNext = versions.some(({ validTo }) => validTo === begin);
        return {
          ...rest,
          ...(base && !isNext ? { sourceFlag: sourceAfter(base, rest) } : {}),
          ...unvouched,
          validFrom: begin,
          validTo: null,
        };
      },
    }),
    edit: act(
      editVersion<Category, Partial<Category>>('category', {
        input: z.object(fields).partial().shape,
        carry: Object.keys(fields) as (keyof typeof fields)[],
        derive: (record, input) => ({ sourceFlag: sourceAfter(record, { ...record, ...input }) }),
      }),
    ),
    retire: act({
      label: '停用',
      sentence: '停用：{note}',
      source: '主数据停用不删除（architecture 6、9）；在用的不能停用（issue 4-16）',
      by: ['systemAdmin'],
      from: ['active'],
      to: 'retired',
      input: z.strictObject({
        validTo: moment('停用时间').optional(),
        note: note('停用原因').optional(),
      }),
      needs: ['openIssueCount'],
      refuse: superseded,
      check: (_record, { validTo }, { now, facts: { openIssueCount } }) => {
        if (validTo !== undefined && validTo < now)
          return refusal('tooEarly', '停用时间不能早于现在，请改正');
        return openIssueCount > 0
          ? refusal(
              'inUse',
              `还有 ${openIssueCount} 件未结案件属于这个类别，请先办结，或改为修订新版本`,
            )
          : undefined;
      },
      changes: (_record, { validTo }, { now }) => ({ validTo: validTo ?? now }),
    }),
    vouch: act({
      label: '核定',
      sentence: '核定本版标准',
      source: '凭记忆或自拟的标准须经人员核定，核定前标“待核”（issue 4-1）',
      by: ['systemAdmin', 'supervisor'],
      from: ['active'],
      input: z.strictObject({ note: note('核定依据').optional() }),
      refuse: (record) => {
        if (record.sourceFlag === 'SOURCED') return refusal('sourced', '有公开标准为据，无需核定');
        return record.vouchedAt === null
          ? superseded(record)
          : refusal('vouched', '这一版已核定，无需再办');
      },
      changes: (_record, _input, given) => vouchedBy(given),
    }),
    adopt: act({
      label: '采用并核定',
      sentence: '采用基础标准 {code} 为本区标准并核定',
      source: '基础标准由各区核定后采用，基础标准本身不改（architecture 9；issue 4-1）',
      by: ['systemAdmin', 'supervisor'],
      from: 'new',
      to: 'active',
      input: z.strictObject({ code: categoryCode('类别代码'), note: note('核定依据').optional() }),
      needs: ['versions', 'category'],
      check: (_record, input, given) => {
        const { category: base } = given.facts;
        if (!base) return refusal('noCategory', '类别不存在或已停用，请重新选择');
        return base.district === given.district
          ? refusal('ownVersion', '本区已有这个类别的版本，请在那一版上核定')
          : versionProblem({}, given);
      },
      changes: (_record, { code }, given) => ({
        ...(given.facts.category ? categoryFields(given.facts.category) : {}),
        code,
        validFrom: given.now,
        validTo: null,
        ...vouchedBy(given),
      }),
    }),
  },
});

/** A filing condition of a category by its number, undefined when there is none. */
export const conditionOf = (record: Category, no: number): Condition | undefined =>
  record.conditions.find((condition) => condition.no === no);
