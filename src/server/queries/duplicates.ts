/**
 * Duplicates 疑似重复: open issues that a report may belong to, the likeliest first, with reasons. Candidates
 * are found by place, by site and by area, each by its own index and at most so many; what is compared is in
 * `domain/likeness.ts`. Nothing is joined here.
 */
import { sql } from 'kysely';
import type { QueryOutput } from '../../domain/api.ts';
import { issue as issueNoun } from '../../domain/issue.ts';
import { openStatuses, type Issue } from '../../domain/issueShape.ts';
import {
  isNeighborCategory,
  isSecret,
  likenessOf,
  markCommonPoints,
  shownFrom,
  usualDuplicate,
  type LikenessRule,
  type Matter,
} from '../../domain/likeness.ts';
import { addMinutes, minutesBetween, type Moment } from '../../domain/moment.ts';
import type { Report } from '../../domain/reportShape.ts';
import { gramsOf } from '../../domain/wordLikeness.ts';
import { toRecord } from '../columns.ts';
import { asUnderstood } from '../understanding.ts';
import { allOf, type Sql } from '../scope.ts';
import { askedOf, inActorsScope, type QueryContext } from './context.ts';
import { issueItem } from './issueItem.ts';
import { allColumns } from './page.ts';

type Near = QueryOutput<'reportView'>['near'];

/** Most candidates compared by place or site and by area, and most shown. */
const mostByPlace = 150;
const mostByArea = 60;
const mostShown = 10;

const pointOf = ({ lng, lat }: { lng: number | null; lat: number | null }): Matter['point'] =>
  lng === null || lat === null ? null : [lng, lat];

/** A box around a place that holds every place within `meters`. */
function inBox([lng, lat]: NonNullable<Matter['point']>, meters: number): Sql {
  const high = meters / 111_000;
  const wide = high / Math.cos((lat * Math.PI) / 180);
  return sql`i.lat between ${lat - high} and ${lat + high} and i.lng between ${lng - wide} and ${lng + wide}`;
}

const spanWords = (from: Moment, to: Moment): string => {
  const minutes = Math.max(0, Math.floor(minutesBetween(from, to)));
  if (minutes < 1) return '刚刚立案';
  if (minutes < 60) return `${minutes} 分钟前立案`;
  return minutes < 48 * 60
    ? `${Math.floor(minutes / 60)} 小时前立案`
    : `${Math.floor(minutes / 1440)} 天前立案`;
};

/** Categories as near as the same 大类 now; null: the report has none, any will do. */
function categoriesNear({ master, now }: QueryContext, code: string | null): string[] | null {
  const own = code ? master.category(code, now) : undefined;
  return own
    ? master
        .categoriesAt(now)
        .filter((other) => isNeighborCategory(own, other))
        .map((other) => other.code)
    : null;
}

/** The area, those it lies in below the district and those in it; a matter may be filed under any. */
function areasAround({ master, district }: QueryContext, areaCode: string): string[] {
  if (areaCode === district) return [areaCode];
  const above = [...master.areas.keys()].filter(
    (code) => code !== district && (areaCode.startsWith(code) || code.startsWith(areaCode)),
  );
  return [...new Set([areaCode, ...above])];
}

/** Nearness for an order: the square of the distance in degrees, those of longitude as short as they are here. */
const nearness = ([lng, lat]: NonNullable<Matter['point']>): Sql =>
  sql`power(i.lat - ${lat}, 2) + power((i.lng - ${lng}) * ${Math.cos((lat * Math.PI) / 180)}, 2)`;

/** Literal, so that the index of open places is known to hold them. */
const isOpen = sql.raw(`i.status in (${openStatuses.map((status) => `'${status}'`).join(', ')})`);

async function candidates(
  context: QueryContext,
  report: Report,
  rule: LikenessRule,
): Promise<Issue[]> {
  const { db, district } = context;
  const point = pointOf(report);
  const categories = categoriesNear(context, report.categoryCode);
  const fits = allOf([
    sql`i.district = ${district}`,
    isOpen,
    inActorsScope(context, issueNoun, 'i'),
    sql`i.accepted_at between ${addMinutes(report.submittedAt, -rule.hours * 60)}::timestamptz
      and ${addMinutes(report.submittedAt, rule.hours * 60)}::timestamptz`,
    ...(categories ? [sql`i.category_code = any(${categories})`] : []),
    ...(report.issueId ? [sql`i.id <> ${report.issueId}`] : []),
  ]);
  const byPlace = point
    ? sql`(select i.id from issue i where ${fits} and i.lat is not null and ${inBox(point, rule.radius)}
        order by ${nearness(point)}, i.accepted_at desc, i.id limit ${mostByPlace}) union `
    : sql``;
  const bySite = report.siteId
    ? sql`(select i.id from issue i where ${fits} and i.site_id = ${report.siteId}
        order by i.accepted_at desc limit ${mostByPlace}) union `
    : sql``;
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns('issue', 'i')} from (${byPlace}${bySite}
      (select i.id from issue i where ${fits} and i.area_code = any(${areasAround(context, report.areaCode)})
        order by i.accepted_at desc, i.id limit ${mostByArea})) found
      join issue i on i.district = ${district} and i.id = found.id`.execute(db);
  return rows.map((row) => toRecord<Issue>('issue', row));
}

interface Sources {
  isSecret: boolean;
  photos: string[];
}

/** What the reports of issues bring along: secrecy, and the looks of their photos. */
async function sourcesOf(
  { db, district }: QueryContext,
  reportId: string,
  issueIds: readonly string[],
): Promise<Map<string, Sources>> {
  const { rows } = await sql<Sources & { id: string }>`
    select found.key as id, bool_or(found.is_secret) as "isSecret",
      coalesce(array_agg(p.dhash) filter (where p.dhash <> ''), '{}') as photos
    from (
      select r.id as key, r.id, r.is_confidential or r.kind is not distinct from 'tipOff' as is_secret
        from report r where r.district = ${district} and r.id = ${reportId}
      union all
      select r.issue_id, r.id, r.is_confidential or r.kind is not distinct from 'tipOff'
        from report r where r.district = ${district} and r.issue_id = any(${issueIds})) found
      left join attachment a on a.district = ${district} and a.noun = 'report' and a.record_id = found.id
      left join photo p on p.district = ${district} and p.id = a.photo_id and p.status = 'complete'
    group by found.key`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Open issues that may be the matter of a report, read as the intake card reads it; at most ten. */
export async function likelyDuplicates(context: QueryContext, told: Report): Promise<Near> {
  const { master, now } = context;
  const report = asUnderstood(master, told, now);
  const category = report.categoryCode ? master.category(report.categoryCode, now) : undefined;
  const { duplicateRadius, duplicateWindow } = category ?? usualDuplicate;
  const near = new Set(categoriesNear(context, report.categoryCode));
  const rule: LikenessRule = {
    radius: duplicateRadius,
    hours: duplicateWindow,
    isNeighbor: (_own, other) => near.has(other),
  };
  const issues = await candidates(context, report, rule);
  if (issues.length === 0) return [];
  const sources = await sourcesOf(
    context,
    report.id,
    issues.map(({ id }) => id),
  );
  const [own, ...others] = markCommonPoints([
    matterOf(report, report.content, report.submittedAt, {
      isSecret: isSecret(report),
      photos: sources.get(report.id)?.photos ?? [],
    }),
    ...issues.map((issue) =>
      matterOf(issue, issue.description, issue.acceptedAt, sources.get(issue.id)),
    ),
  ]);
  const asked = askedOf(context);
  return issues
    .flatMap((issue, n) => {
      const other = others[n];
      const found = own && other && likenessOf(own, other, rule);
      return found && found.score >= shownFrom ? [{ issue, ...found }] : [];
    })
    .sort((a, b) => b.score - a.score || (a.issue.id < b.issue.id ? 1 : -1))
    .slice(0, mostShown)
    .map(({ issue, score, meters, reasons }) => ({
      item: issueItem(issue, master, asked),
      meters,
      score: Math.round(score * 100) / 100,
      why: [...reasons, spanWords(issue.acceptedAt, now)].join('，'),
    }));
}

type Placed = Pick<Report, 'lng' | 'lat' | 'siteId' | 'address' | 'categoryCode'>;

const matterOf = (
  placed: Placed,
  words: string,
  at: Moment,
  sources: Sources = { isSecret: false, photos: [] },
): Matter => ({
  grams: gramsOf(words),
  categoryCode: placed.categoryCode,
  at,
  point: pointOf(placed),
  isPointCommon: false,
  siteId: placed.siteId,
  address: placed.address,
  ...sources,
});
