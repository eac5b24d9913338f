/**
 * Condition 立案条件: one filing condition of a 小类, when a matter is opened, when it may be closed and how
 * long handling may take; the limit is data of the city, never code. It may have stages on the way (停工 →
 * 处罚 → 拆除) and differ by the grade of the area. Source: domain reference a.3, a.4.
 */
import { z } from 'zod';
import { text } from './fields.ts';
import { clockKind, TimeLimit } from './timeLimit.ts';

/** A 紧急, B 重大, C 一般 (the labels S[YCI]; which condition has which is a design choice of the data). */
export const Severity = z.enum(['A', 'B', 'C']);

export const severityLabels: Record<z.infer<typeof Severity>, string> = {
  A: 'A 紧急',
  B: 'B 重大',
  C: 'C 一般',
};

/** One of several limits on the way 阶段时限, each counted from dispatch; the last is the limit itself. */
const Stage = z.strictObject({ name: text('阶段', 40), limit: TimeLimit });
export type Stage = z.infer<typeof Stage>;

const stages = z.array(Stage).max(6, '阶段最多 6 个').optional();

/** Another limit in areas of a grade (A 核心区 …). */
const GradeLimit = z.strictObject({ grade: text('区域等级', 20), limit: TimeLimit, stages });

const standardMinutes = { workHour: 60, workDay: 480, clockHour: 60, clockDay: 1440, day: 1440 };
const minutesOf = ({ value, unit }: TimeLimit): number => value * standardMinutes[unit];

/** What is wrong with stages and their last limit, as a sentence; undefined when nothing is. */
export function stagesProblem(limit: TimeLimit, ways: readonly Stage[] = []): string | undefined {
  const names = ways.map(({ name }) => name);
  if (new Set(names).size < names.length) return '同一条件的阶段名称不能重复，请改正';
  const limits = [...ways.map((stage) => stage.limit), limit];
  if (limits.some(({ unit }) => clockKind(unit) !== clockKind(limit.unit)))
    return '各阶段与总时限须同为工作时间或同为昼夜计时，请统一单位';
  return limits.every((each, n) => n === 0 || minutesOf(each) > minutesOf(limits[n - 1] ?? each))
    ? undefined
    : '阶段时限须逐段加长，最后一段短于总时限（都从派单起算）';
}

export const Condition = z
  .strictObject({
    no: z.number().int().min(1).max(99),
    openWhen: text('立案条件', 300),
    closeWhen: text('结案条件', 300),
    limit: TimeLimit,
    severity: Severity,
    stages,
    limitsByGrade: z.array(GradeLimit).max(10, '区域等级最多 10 个').optional(),
  })
  .superRefine((condition, context) => {
    const byGrade = condition.limitsByGrade ?? [];
    const grades = byGrade.map(({ grade }) => grade);
    const problem =
      new Set(grades).size < grades.length
        ? '同一区域等级只能有一个时限，请改正'
        : [condition, ...byGrade]
            .map((each) => stagesProblem(each.limit, each.stages))
            .find((each) => each !== undefined);
    if (problem) context.addIssue({ code: 'custom', message: problem });
  });
export type Condition = z.infer<typeof Condition>;

/** 'A级区域', '一级区域': areas of a grade in words. */
export const gradeWords = (grade: string): string =>
  grade.endsWith('级') ? `${grade}区域` : `${grade}级区域`;

/** The limit of a condition in an area of a grade; `grade` is null where the common limit holds. */
export function limitFor(
  condition: Condition,
  grade: string | null,
): { limit: TimeLimit; stages: Stage[]; grade: string | null } {
  const own = condition.limitsByGrade?.find((each) => each.grade === grade);
  return own
    ? { limit: own.limit, stages: own.stages ?? [], grade }
    : { limit: condition.limit, stages: condition.stages ?? [], grade: null };
}
