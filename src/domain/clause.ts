/**
 * Clause 标准条款: one comparable requirement of one source standard for one kind of site; several
 * standards side by side are the raw material of 就高不就低. Source: domain reference d.3, architecture
 * “Unified standard”. Two layers like all standards: base (000000) and the district's own.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { SourceFlag } from './category.ts';
import { text } from './fields.ts';
import {
  editVersion,
  from,
  keptFields,
  retireVersion,
  versionFields,
  versionProblem,
  versionStatuses,
} from './versioned.ts';

export const Measure = z.enum([
  'min_count',
  'max_count',
  'max_duration',
  'min_ratio',
  'max_ratio',
  'required',
  'forbidden',
  'frequency',
  'text',
]);

const fields = {
  scheme: text('标准', 40),
  siteTypes: z.array(z.string().max(40)).min(1).max(60),
  item: text('检查项', 80),
  measure: Measure,
  value: z.union([z.number(), z.boolean()]).nullable(),
  unit: z.string().max(40).nullable(),
  wording: text('条文', 400),
  sourceFlag: SourceFlag,
};

export const Clause = z.object({
  ...keptFields(['active', 'retired']),
  ...versionFields,
  ...fields,
});
export type Clause = z.infer<typeof Clause>;

const act = actionOf<Clause>();

export const clause = noun({
  name: 'clause',
  plural: 'clauses',
  label: '标准条款',
  shape: Clause,
  seen: { open: true },
  isVersioned: true,
  statuses: versionStatuses,
  finals: ['retired'],
  actions: {
    add: act({
      label: '新增条款',
      sentence: '新增条款 {code}',
      source: '就高不就低；同类型点位检查标准统一（seed 000-15）',
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({ code: text('条款编号', 40), ...fields, validFrom: from }),
      needs: ['versions'],
      check: (_record, input, given) => versionProblem(input, given),
      changes: (_record, { validFrom, ...rest }, { now }) => ({
        ...rest,
        validFrom: validFrom ?? now,
        validTo: null,
      }),
    }),
    edit: act(
      editVersion<Clause, Partial<Clause>>('clause', {
        input: z.object(fields).partial().shape,
        carry: Object.keys(fields) as (keyof typeof fields)[],
      }),
    ),
    retire: act(retireVersion<Clause>()),
  },
});
