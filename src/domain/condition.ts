/**
 * Condition 立案条件: one filing condition of a 小类, when a matter is opened, when it may be closed and how
 * long handling may take; the limit is data of the city, never code. Source: domain reference a.3, a.4.
 */
import { z } from 'zod';
import { text } from './fields.ts';
import { TimeLimit } from './timeLimit.ts';

/** A 紧急, B 重大, C 一般 (the labels S[YCI]; which condition has which is a design choice of the data). */
const Severity = z.enum(['A', 'B', 'C']);

/** One of several limits on the way 阶段时限 (停工 → 处罚 → 拆除), each counted from dispatch. */
const Milestone = z.strictObject({ name: text('阶段', 40), limit: TimeLimit });

export const Condition = z.strictObject({
  no: z.number().int().min(1).max(99),
  openWhen: text('立案条件', 300),
  closeWhen: text('结案条件', 300),
  limit: TimeLimit,
  severity: Severity,
  stages: z.array(Milestone).min(1).max(6).optional(),
});
export type Condition = z.infer<typeof Condition>;
