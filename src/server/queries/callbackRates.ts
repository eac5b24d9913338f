/**
 * Callback rates 三率: counted per report, of each the last valid call-back that ended in the period; invalid ones apart,
 * by reason. Formulas: `domain/callbackRates.ts` (domain reference c.2).
 */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { RateBy } from '../../domain/callbackApi.ts';
import { ratesOf, type CallbackCounts } from '../../domain/callbackRates.ts';
import type { InvalidReason } from '../../domain/callbackShape.ts';
import { complaintLabels } from '../../domain/channel.ts';
import { addDays, localDay } from '../../domain/moment.ts';
import type { MasterData } from '../masterData.ts';
import { allOf, type Sql } from '../scope.ts';
import { callbackAbout } from './callbacks.ts';
import type { QueryContext } from './context.ts';
import { between } from './filters.ts';
import { areaName, unitName } from './names.ts';

/** More rows than a district has units or categories. */
const mostRows = 1_000;
/** Without a period: the last 30 days. */
const usualDays = 30;

const keys: Record<RateBy, Sql> = {
  unit: sql`unit_id::text`,
  area: sql`left(area_code, 9)`,
  category: sql`category_code`,
  sender: sql`sender_code`,
  kind: sql`kind`,
};

function nameOf(by: RateBy, key: string, master: MasterData, now: string): string {
  if (key === '')
    return { unit: '未派单', area: '全区', category: '未定', sender: '无', kind: '未填' }[by];
  if (by === 'unit') return unitName(master, key) ?? key;
  if (by === 'area') return areaName(master, key);
  if (by === 'category') return master.category(key, now)?.name ?? key;
  if (by === 'sender') return master.senders.get(key)?.name ?? key;
  return (complaintLabels as Record<string, string>)[key] ?? key;
}

interface Group extends CallbackCounts {
  key: string;
  invalid: number;
}

const noRates = { responseRate: null, resolutionRate: null, satisfactionRate: null };
const withRates = (counts: CallbackCounts & { invalid: number }) => ({
  ...counts,
  ...(ratesOf(counts) ?? noRates),
});

const sumOf = (groups: readonly Group[]): Omit<Group, 'key'> => {
  const sum = (field: keyof Omit<Group, 'key'>): number =>
    groups.reduce((total, group) => total + group[field], 0);
  return {
    valid: sum('valid'),
    contacted: sum('contacted'),
    solved: sum('solved'),
    satisfied: sum('satisfied'),
    basicallySatisfied: sum('basicallySatisfied'),
    invalid: sum('invalid'),
  };
};

export async function callbackRates(
  context: QueryContext,
  input: QueryInput<'callbackRates'>,
): Promise<QueryOutput<'callbackRates'>> {
  const { db, master, now } = context;
  const by = input.by ?? 'unit';
  const from = input.from ?? addDays(input.to ?? localDay(now), 1 - usualDays);
  const about = callbackAbout(context, input);
  const ended = sql`select c.id, c.status, c.report_id, c.ended_at, c.unit_id, c.area_code, c.category_code,
      c.sender_code, c.kind, c.is_contacted, c.solved, c.satisfaction, c.invalid_reason from callback c
    where ${allOf([
      ...about,
      sql`c.status in ('answered', 'contested', 'invalid')`,
      ...between(sql`c.ended_at`, from, input.to),
    ])}`;
  const [groups, reasons, waiting] = await Promise.all([
    sql<Group>`
      with ended as materialized (${ended}), counted as (
        (select distinct on (report_id) * from ended where status <> 'invalid'
          order by report_id, ended_at desc, id desc)
        union all (select * from ended where status = 'invalid'))
      select coalesce(${keys[by]}, '') as key,
        count(*) filter (where status <> 'invalid')::integer as valid,
        count(*) filter (where status <> 'invalid' and is_contacted)::integer as contacted,
        count(*) filter (where status <> 'invalid' and solved = 'yes')::integer as solved,
        count(*) filter (where status <> 'invalid' and satisfaction = 'satisfied')::integer as satisfied,
        count(*) filter (where status <> 'invalid' and satisfaction = 'basicallySatisfied')::integer
          as "basicallySatisfied",
        count(*) filter (where status = 'invalid')::integer as invalid
      from counted group by 1 order by 2 desc, 1 limit ${mostRows}`.execute(db),
    sql<{ reason: InvalidReason; count: number }>`
      select invalid_reason as reason, count(*)::integer as count from (${ended}) e
      where status = 'invalid' group by 1 order by 2 desc, 1`.execute(db),
    sql<{ count: number }>`
      select count(*)::integer as count from callback c where ${allOf([
        ...about,
        sql`c.status = 'waiting'`,
        ...between(sql`c.opened_at`, from, input.to),
      ])}`.execute(db),
  ]);
  return {
    total: withRates(sumOf(groups.rows)),
    rows: groups.rows.map((group) => ({
      ...withRates(group),
      key: group.key,
      name: nameOf(by, group.key, master, now),
    })),
    invalid: reasons.rows,
    waiting: waiting.rows[0]?.count ?? 0,
  };
}
