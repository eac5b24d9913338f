/** Duty overrules 改派统计: dispatches that went elsewhere than the matrix suggested, as candidates for a better row. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { conditionOf } from '../../domain/category.ts';
import { issue } from '../../domain/issue.ts';
import { issueNumberText, type Issue } from '../../domain/issueShape.ts';
import { addDays, localDay, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { allOf, type Sql } from '../scope.ts';
import { inActorsScope, signedIn, type QueryContext } from './context.ts';
import { between, commonFilters } from './filters.ts';
import { areaName, unitName } from './names.ts';

/** At most so many cases are looked at, the latest accepted; at most so many groups are shown. */
const mostIssues = 5_000;
const mostGroups = 200;
const examplesShown = 3;
/** Without a period: the last 90 days. */
const usualDays = 90;

interface Group {
  category_code: string;
  category_id: string;
  condition_no: number;
  area_code: string;
  duty_rule_id: string | null;
  suggested_unit_id: string | null;
  unit_id: string;
  count: number;
  last_at: Moment;
  examples: Pick<Issue, 'id' | 'number' | 'channel'>[];
}

/** The ledger's readers in their scope; the keeper of master data counts without seeing a case. */
function scopeFor(context: QueryContext): { where: Sql; seesIssues: boolean } {
  const { role, line } = signedIn(context);
  if (role === 'systemAdmin') return { where: sql`true`, seesIssues: false };
  if (line !== 'office')
    throw new Refused(403, 'notYourRole', '改派统计只供专席、督查和管理员查看');
  return { where: inActorsScope(context, issue, 'i'), seesIssues: true };
}

export async function dutyOverrules(
  context: QueryContext,
  input: QueryInput<'dutyOverrules'>,
): Promise<QueryOutput<'dutyOverrules'>> {
  const { db, district, master, now } = context;
  const { where, seesIssues } = scopeFor(context);
  const from = input.from ?? addDays(input.to ?? localDay(now), 1 - usualDays);
  const about = [
    sql`i.district = ${district}`,
    where,
    ...commonFilters('i', input, master),
    ...between(sql`i.accepted_at`, from, input.to),
    ...(input.unit
      ? [sql`(i.unit_id = ${input.unit}::uuid or i.suggested_unit_id = ${input.unit}::uuid)`]
      : []),
  ];
  const { rows } = await sql<Group>`
    with latest as materialized (
      select i.id, i.number, i.channel, i.category_code, i.category_id, i.condition_no, i.area_code,
        i.duty_rule_id, i.suggested_unit_id, i.unit_id, i.accepted_at, i.dispatched_at
      from issue i where ${allOf([
        ...about,
        sql`i.is_overruled and i.unit_id is not null`,
      ])} order by i.accepted_at desc, i.id desc limit ${mostIssues + 1})
    select category_code, (array_agg(category_id order by dispatched_at desc))[1] as category_id,
      condition_no, left(area_code, 9) as area_code, duty_rule_id, suggested_unit_id, unit_id,
      count(*) as count, max(dispatched_at) as last_at,
      to_json((array_agg(json_build_object('id', id, 'number', number, 'channel', channel)
        order by dispatched_at desc))[1:${sql.lit(examplesShown)}]) as examples
    from latest group by category_code, condition_no, left(area_code, 9), duty_rule_id, suggested_unit_id, unit_id
    order by count(*) desc, max(dispatched_at) desc, category_code, unit_id`.execute(db);
  const { rows: all } = await sql<{ count: number }>`
    select count(*) as count from (select 1 from issue i
      where ${allOf([...about, sql`i.suggested_unit_id is not null`])} limit ${mostIssues * 4 + 1}) c`.execute(
    db,
  );
  const overruled = rows.reduce((sum, { count }) => sum + count, 0);
  return {
    groups: rows.slice(0, mostGroups).map((row) => {
      const category = master.categories.get(row.category_id);
      const rule = master.dutyRules.find(({ id }) => id === row.duty_rule_id);
      return {
        categoryCode: row.category_code,
        categoryName: category?.name ?? row.category_code,
        conditionNo: row.condition_no,
        openWhen: category ? (conditionOf(category, row.condition_no)?.openWhen ?? null) : null,
        areaCode: row.area_code,
        areaName: areaName(master, row.area_code),
        ruleId: row.duty_rule_id,
        ruleCode: rule?.code ?? null,
        isOwn: rule?.district === district,
        suggestedUnitId: row.suggested_unit_id,
        suggestedName: unitName(master, row.suggested_unit_id),
        unitId: row.unit_id,
        unitName: unitName(master, row.unit_id) ?? '',
        count: row.count,
        lastAt: row.last_at,
        examples: seesIssues
          ? row.examples.map((one) => ({ id: one.id, number: issueNumberText(one) }))
          : [],
      };
    }),
    overruled: Math.min(overruled, mostIssues),
    dispatched: Math.min(all[0]?.count ?? 0, mostIssues * 4),
    isMore: overruled > mostIssues || (all[0]?.count ?? 0) > mostIssues * 4,
  };
}
