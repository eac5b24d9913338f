/** Works sum 工程量汇总: what was done in numbers, over the issues rectified in scope between two days. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { issue } from '../../domain/issue.ts';
import { allOf } from '../scope.ts';
import { inActorsScope, type QueryContext } from './context.ts';
import { addDays, localDay } from '../../domain/moment.ts';
import { between } from './filters.ts';
import { workKind } from '../../domain/work.ts';

/** Days summed when no first day is given. */
const usualDays = 366;

export async function worksSum(
  context: QueryContext,
  input: QueryInput<'worksSum'>,
): Promise<QueryOutput<'worksSum'>> {
  const { db, district, master, now } = context;
  const from = input.from ?? addDays(localDay(now), -usualDays);
  const { rows } = await sql<{ code: string; quantity: number; issues: number }>`
    select w->>'code' as code, sum((w->>'quantity')::float8) as quantity, count(distinct i.id) as issues
    from issue i, jsonb_array_elements(i.works) w
    where ${allOf([
      sql`i.district = ${district}`,
      inActorsScope(context, issue, 'i'),
      sql`i.rectified_at is not null and i.works <> '[]'::jsonb`,
      ...between(sql`i.rectified_at`, from, input.to),
      ...(input.unit ? [sql`i.unit_id = any(${master.below(input.unit)}::uuid[])`] : []),
    ])} group by 1 order by 1`.execute(db);
  return {
    rows: rows.map(({ code, quantity, issues }) => {
      const { name, unit } = workKind(code);
      return { code, name, unit, quantity: Math.round(quantity * 1000) / 1000, issueCount: issues };
    }),
  };
}
