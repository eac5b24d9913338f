/** Report view 来件详情: a report with its history, its issue, and open issues near it that it may join. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { issue as issueNoun } from '../../domain/issue.ts';
import { openStatuses, type Issue } from '../../domain/issueShape.ts';
import { addMinutes, minutesBetween, type Moment } from '../../domain/moment.ts';
import { report as reportNoun } from '../../domain/report.ts';
import { type Report } from '../../domain/reportShape.ts';
import { toRecord } from '../columns.ts';
import { openActions } from '../openActions.ts';
import { allOf, anyOf, type Sql } from '../scope.ts';
import { askedOf, inActorsScope, notFound, type QueryContext } from './context.ts';
import { historyOf, photosWhere } from './history.ts';
import { issueItem } from './issueItem.ts';
import { allColumns } from './page.ts';
import { reportClocks, reportItem, shownReport } from './reportItem.ts';

type View = QueryOutput<'reportView'>;

/** Metres and hours when the report has no category: the standard's own (domain b.1: 50 米、24 小时). */
const usual = { duplicateRadius: 50, duplicateWindow: 24 };
const mostNear = 10;

/** Metres between two places on the ground (haversine). */
export function metersBetween(
  a: { lng: number; lat: number },
  b: { lng: number; lat: number },
): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const half = (from: number, to: number): number => Math.sin(radians(to - from) / 2) ** 2;
  const share =
    half(a.lat, b.lat) + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * half(a.lng, b.lng);
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(share));
}

type Placed = { lng: number; lat: number };
const placeOf = ({ lng, lat }: { lng: number | null; lat: number | null }): Placed | null =>
  lng === null || lat === null ? null : { lng, lat };

/** A box around a place that holds every place within `meters`. */
function inBox({ lng, lat }: Placed, meters: number): Sql {
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

/** Open issues that may be the same matter: near in place and time, at the same site or address. */
async function nearTo(context: QueryContext, report: Report): Promise<View['near']> {
  const { db, district, master, now } = context;
  const category = report.categoryCode ? master.category(report.categoryCode, now) : undefined;
  const { duplicateRadius, duplicateWindow } = category ?? usual;
  const place = placeOf(report);
  const same = anyOf([
    ...(place ? [inBox(place, duplicateRadius)] : []),
    ...(report.siteId ? [sql`i.site_id = ${report.siteId}`] : []),
    ...(report.address ? [sql`i.address = ${report.address}`] : []),
  ]);
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns('issue', 'i')} from issue i where ${allOf([
      sql`i.district = ${district}`,
      inActorsScope(context, issueNoun, 'i'),
      sql`i.status = any(${openStatuses as readonly string[]})`,
      sql`i.accepted_at >= ${addMinutes(report.submittedAt, -duplicateWindow * 60)}::timestamptz`,
      sql`i.accepted_at <= ${addMinutes(report.submittedAt, duplicateWindow * 60)}::timestamptz`,
      ...(report.categoryCode ? [sql`i.category_code = ${report.categoryCode}`] : []),
      ...(report.issueId ? [sql`i.id <> ${report.issueId}`] : []),
      same,
    ])} order by i.accepted_at desc, i.id limit 100`.execute(db);
  const asked = askedOf(context);
  return rows
    .map((row) => toRecord<Issue>('issue', row))
    .flatMap((issue) => {
      const other = placeOf(issue);
      const meters = place && other ? Math.round(metersBetween(place, other)) : null;
      const isNear = meters !== null && meters <= duplicateRadius;
      const isSameSite = report.siteId !== null && issue.siteId === report.siteId;
      const isSameAddress = report.address !== null && issue.address === report.address;
      const where = isNear
        ? `相距 ${meters} 米`
        : isSameSite
          ? '同一点位'
          : isSameAddress
            ? '同一地址'
            : null;
      if (!where) return [];
      return [
        {
          item: issueItem(issue, master, asked),
          meters,
          why: `${where}，${spanWords(issue.acceptedAt, now)}`,
        },
      ];
    })
    .sort((a, b) => (a.meters ?? Infinity) - (b.meters ?? Infinity))
    .slice(0, mostNear);
}

/** A report inside the actor's scope. Throws 404 otherwise. */
async function findReport(context: QueryContext, id: string): Promise<Report> {
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns('report', 'r')} from report r
    where r.district = ${context.district} and r.id = ${id} and ${inActorsScope(context, reportNoun, 'r')}`.execute(
    context.db,
  );
  if (!rows[0]) throw notFound('来件');
  return toRecord<Report>('report', rows[0]);
}

/** The issue a report belongs to, if this actor may see it. */
async function issueOf(context: QueryContext, issueId: string | null): Promise<View['issue']> {
  if (!issueId) return null;
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns('issue', 'i')} from issue i
    where i.district = ${context.district} and i.id = ${issueId} and ${inActorsScope(context, issueNoun, 'i')}`.execute(
    context.db,
  );
  return rows[0]
    ? issueItem(toRecord<Issue>('issue', rows[0]), context.master, askedOf(context))
    : null;
}

export async function reportView(
  context: QueryContext,
  { id }: QueryInput<'reportView'>,
): Promise<View> {
  const { master, district, now } = context;
  const report = await findReport(context, id);
  const isWaiting = report.status === 'submitted' || report.status === 'confirming';
  const [events, photos, issue, near] = await Promise.all([
    historyOf(context, [district], 'report', id),
    photosWhere(
      context,
      sql`a.district = ${district} and a.noun = 'report' and a.record_id = ${id}`,
    ),
    issueOf(context, report.issueId),
    isWaiting ? nearTo(context, report) : [],
  ]);
  const asked = askedOf(context);
  return {
    report: shownReport(report),
    item: reportItem(report, master, asked),
    actions: openActions('report', report, asked),
    clocks: reportClocks(report, now),
    events,
    photos,
    issue,
    near,
  };
}
