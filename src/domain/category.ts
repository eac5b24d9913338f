/**
 * Category 类别: 大类 and 小类 of the digital city management standard with our 创城 extensions. A 小类
 * carries its filing conditions (立案条件), each with limit, closing condition and severity.
 * Sources: domain reference a.3, a.4; data `seeds/categories.json`.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { Condition } from './condition.ts';
import { categoryCode, text, words } from './fields.ts';
import {
  editVersion,
  from,
  keptFields,
  retireVersion,
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
  conditions: z.array(Condition).min(1).max(30),
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

export const Category = z.object({
  ...keptFields(['active', 'retired']),
  ...versionFields,
  ...fields,
  collectRule: z.string().nullable(),
});
export type Category = z.infer<typeof Category>;

const act = actionOf<Category>();

export const category = noun({
  name: 'category',
  plural: 'categories',
  label: '类别',
  shape: Category,
  seen: { open: true },
  isVersioned: true,
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
      needs: ['versions'],
      check: (_record, input, given) => versionProblem(input, given),
      changes: (_record, { validFrom, ...rest }, { now }) => ({
        ...rest,
        validFrom: validFrom ?? now,
        validTo: null,
      }),
    }),
    edit: act(
      editVersion<Category, Partial<Category>>('category', {
        input: z.object(fields).partial().shape,
        carry: Object.keys(fields) as (keyof typeof fields)[],
      }),
    ),
    retire: act(retireVersion<Category>()),
  },
});

/** A filing condition of a category by its number, undefined when there is none. */
export const conditionOf = (record: Category, no: number): Condition | undefined =>
  record.conditions.find((condition) => condition.no === no);
