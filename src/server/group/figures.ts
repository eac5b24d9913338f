/**
 * Group figures 创城大管家的数字: counted in one statement, for any period and any units at once. What each number
 * means is in `domain/groupFigures.ts`; pages and posts ask here and nowhere else.
 */
import { sql } from 'kysely';
import { noFigures, type GroupFigures } from '../../domain/groupFigures.ts';
import type { Moment } from '../../domain/moment.ts';
import type { Database } from '../database.ts';
import type { MasterData } from '../masterData.ts';

/** All units together, in the answer of {@link groupFigures}. */
export const everyUnit = 'all';

export interface Counting {
  district: string;
  /** Units whose matters count, each under the units it is counted for. */
  groups: readonly { unitId: string; countsFor: string }[];
  from: Moment;
  until: Moment;
  /** The moment at which what is open is looked at: now, or the end of a period just over. */
  asOf: Moment;
}

/** Each of these units counted for itself and for every one of them above it, and all together once. */
export function groupsOf(master: MasterData, unitIds: readonly string[]): Counting['groups'] {
  const shown = new Set(unitIds);
  return unitIds.flatMap((unitId) => [
    { unitId, countsFor: everyUnit },
    ...master
      .pathOf(unitId)
      .filter((above) => shown.has(above))
      .map((above) => ({ unitId, countsFor: above })),
  ]);
}

/** The figures by unit; those of units without any are missing. */
export async function groupFigures(
  db: Database,
  { district, groups, from, until, asOf }: Counting,
): Promise<Map<string, GroupFigures>> {
  const units = [...new Set(groups.map(({ unitId }) => unitId))];
  const moment = (value: Moment) => sql`${value}::timestamptz`;
  const [begin, end, at] = [moment(from), moment(until), moment(asOf)];
  const { rows } = await sql<GroupFigures & { unit: string }>`
    with matter as (
      select i.unit_id, i.dispatched_at, i.claimed_at, i.claim_due, i.rectified_at, i.rectify_due,
        i.dispatched_at >= ${begin} and i.dispatched_at < ${end} as is_new,
        i.claimed_at <= ${at} as is_claimed,
        i.claimed_at <= ${at} and i.claimed_at <= i.claim_due as in_time,
        i.rectify_due >= ${begin} and i.rectify_due < least(${end}, ${at}) and not i.is_exempt as is_due,
        i.dispatched_at <= ${at} and (i.status in ('dispatched', 'claimed') or i.rectified_at > ${at}) as is_open,
        i.is_held
      from issue i
      where i.district = ${district} and i.unit_id = any(${units}::uuid[])
        and i.status <> 'void' and i.merged_into is null
        and (i.dispatched_at >= ${begin} and i.dispatched_at < ${end}
          or i.rectified_at >= ${begin} and i.rectified_at < ${end} or i.rectified_at > ${at}
          or i.rectify_due >= ${begin} and i.rectify_due < ${end}
          or i.status in ('dispatched', 'claimed'))),
    reopening as (
      select (select (d.changes ->> 'unitId')::uuid from event d
        where d.district = e.district and d.noun = 'issue' and d.record_id = e.record_id
          and d.version < e.version and d.changes ->> 'unitId' is not null
        order by d.version desc limit 1) as unit_id
      from event e
      where e.district = ${district} and e.noun = 'issue' and e.action = 'reopen'
        and e.at >= ${begin} and e.at < ${end}),
    part as (
      select unit_id, is_new, is_new and is_claimed as claimed,
        is_new and (is_claimed or claim_due < ${at}) as claim_decided, is_new and in_time as claimed_in_time,
        case when is_new and is_claimed
          then extract(epoch from claimed_at - dispatched_at)::double precision / 60 end as minutes,
        rectified_at >= ${begin} and rectified_at < ${end} as rectified,
        is_due, is_due and rectified_at <= rectify_due as rectified_in_time, false as reopened, is_open,
        is_open and is_claimed is not true and claim_due < ${at} as unclaimed_late,
        is_open and rectify_due < ${at} and not is_held as overdue
      from matter
      union all
      select unit_id, false, false, false, false, null, false, false, false, true, false, false, false
      from reopening)
    select g.counts_for as unit, count(*) filter (where is_new) as dispatched,
      count(*) filter (where claimed) as claimed, count(*) filter (where claim_decided) as "claimDecided",
      count(*) filter (where claimed_in_time) as "claimedInTime",
      percentile_cont(0.5) within group (order by minutes) as "claimMinutes",
      count(*) filter (where rectified) as rectified, count(*) filter (where is_due) as due,
      count(*) filter (where rectified_in_time) as "rectifiedInTime",
      count(*) filter (where reopened) as reopened, count(*) filter (where is_open) as open,
      count(*) filter (where unclaimed_late) as "unclaimedLate", count(*) filter (where overdue) as overdue
    from part join unnest(${groups.map(({ unitId }) => unitId)}::uuid[],
      ${groups.map(({ countsFor }) => countsFor)}::text[]) as g(unit_id, counts_for) using (unit_id)
    group by g.counts_for`.execute(db);
  return new Map(rows.map(({ unit, ...figures }) => [unit, { ...noFigures, ...figures }]));
}
