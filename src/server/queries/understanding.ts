/** Understanding 识别情况: versions of the classifier and what the desk took unchanged, for desk and administrator. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { ClassifierVersion } from '../../domain/classifierVersion.ts';
import { addMinutes, type Day } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { toRecord } from '../columns.ts';
import { openActions } from '../openActions.ts';
import { askedOf, signedIn, type QueryContext } from './context.ts';
import { allColumns } from './page.ts';

type Answer = QueryOutput<'understanding'>;

const readers: readonly string[] = ['systemAdmin', 'desk', 'shiftLeader'];
const mostVersions = 30;
/** Weeks looked back, and the most cases counted, the latest accepted. */
const weeksBack = 12;
const mostIssues = 5_000;

interface WeekRow {
  week: Day;
  categories: number;
  categories_kept: number;
  places: number;
  places_kept: number;
  units: number;
  units_kept: number;
}

async function weeksOf({ db, district, now }: QueryContext): Promise<Answer['weeks']> {
  const { rows } = await sql<WeekRow>`
    with latest as materialized (
      select i.id, i.accepted_at, i.area_code, i.unit_id, i.suggested_unit_id, i.is_overruled
      from issue i where i.district = ${district}
        and i.accepted_at >= ${addMinutes(now, -weeksBack * 7 * 1440)}::timestamptz
      order by i.accepted_at desc, i.id desc limit ${mostIssues}),
    told as (
      select l.*, e.input ->> 'categoryCode' as chosen, e.facts -> 'suggestion' ->> 'categoryCode' as category,
        e.facts -> 'suggestion' ->> 'areaCode' as place
      from latest l join event e on e.district = ${district} and e.noun = 'issue' and e.record_id = l.id
        and e.version = 1)
    select date_trunc('week', accepted_at at time zone 'Asia/Shanghai')::date::text as week,
      count(category)::integer as categories,
      count(*) filter (where category = chosen)::integer as categories_kept,
      count(place)::integer as places,
      count(*) filter (where starts_with(area_code, place))::integer as places_kept,
      count(*) filter (where suggested_unit_id is not null and unit_id is not null)::integer as units,
      count(*) filter (where suggested_unit_id is not null and unit_id is not null
        and not is_overruled)::integer as units_kept
    from told group by 1 order by 1 desc`.execute(db);
  return rows.map((row) => ({
    week: row.week,
    category: { suggested: row.categories, kept: row.categories_kept },
    place: { suggested: row.places, kept: row.places_kept },
    unit: { suggested: row.units, kept: row.units_kept },
  }));
}

export async function understanding(
  context: QueryContext,
  _input: QueryInput<'understanding'>,
): Promise<Answer> {
  const { db, district, master } = context;
  if (!readers.includes(signedIn(context).role))
    throw new Refused(403, 'notYourRole', '识别情况只供创城专席和系统管理员查看');
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns('classifierVersion', 'v')} from classifier_version v
    where v.district = ${district} order by v.asked_at desc, v.id desc limit ${mostVersions}`.execute(
    db,
  );
  const asked = askedOf(context);
  return {
    versions: rows.map((row) => {
      const version = toRecord<ClassifierVersion>('classifierVersion', row);
      return { ...version, actions: openActions('classifierVersion', version, asked) };
    }),
    names: Object.fromEntries(
      [...master.categories.values()].map(({ code, name }) => [code, name]),
    ),
    weeks: await weeksOf(context),
  };
}
