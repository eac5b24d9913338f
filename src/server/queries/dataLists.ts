/** Data lists 数据接口: reports and cases for keys of others, the oldest first, page by page. Source: issue 5-14. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { DataFilter, DataIssue, DataReport } from '../../domain/dataApi.ts';
import {
  currentDue,
  isOverdue,
  issueNumberText,
  IssueStatus,
  type Issue,
} from '../../domain/issueShape.ts';
import { Moment } from '../../domain/moment.ts';
import { coarse } from '../../domain/open311.ts';
import { Refused } from '../../domain/refused.ts';
import { ReportStatus, type Report } from '../../domain/reportShape.ts';
import { toRecord } from '../columns.ts';
import type { Database } from '../database.ts';
import type { MasterData } from '../masterData.ts';
import { allOf, anyOf, inArea, type Sql } from '../scope.ts';
import { chosen, commonFilters } from './filters.ts';
import { areaName, unitName } from './names.ts';
import { allColumns } from './page.ts';

export interface DataAsked {
  db: Database;
  master: MasterData;
  /** The beginnings of the area codes that may be read. */
  areas: readonly string[];
  now: Moment;
  filter: DataFilter;
}

const usualLimit = 100;
const Cursor = z.tuple([Moment, z.uuid()]);

function cursorOf(text: string): [string, string] {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw new Refused(400, 'badCursor', '翻页位置无效，请从第一页重新读取');
  }
}

/** What is confidential, or a tip-off, and all that rests on it. */
const isSecret = (alias: string): Sql =>
  sql`(${sql.ref(`${alias}.is_confidential`)} or ${sql.ref(`${alias}.kind`)} is not distinct from 'tipOff')`;

interface Source {
  noun: 'report' | 'issue';
  alias: string;
  began: string;
  statuses: readonly string[];
  isOpen: Sql;
}

const reports: Source = {
  noun: 'report',
  alias: 'r',
  began: 'submitted_at',
  statuses: ReportStatus,
  isOpen: sql`not ${isSecret('r')}`,
};

const issues: Source = {
  noun: 'issue',
  alias: 'i',
  began: 'accepted_at',
  statuses: IssueStatus,
  isOpen: sql`not exists (select 1 from report s
    where s.district = i.district and s.issue_id = i.id and ${isSecret('s')})`,
};

async function pageOf<T>(
  { db, master, areas, filter }: DataAsked,
  { noun, alias, began, statuses, isOpen }: Source,
): Promise<{ records: (T & { id: string })[]; next: string | null }> {
  const { since, until, cursor, limit = usualLimit } = filter;
  const column = (name: string): Sql => sql.ref(`${alias}.${name}`);
  const status = chosen(filter.status, statuses, '状态');
  const from = cursor === undefined ? null : cursorOf(cursor);
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns(noun, alias)} from ${sql.table(noun)} ${sql.raw(alias)}
    where ${allOf([
      sql`${column('district')} = ${master.district}`,
      anyOf(areas.map((code) => inArea(column('area_code'), code))),
      ...commonFilters(alias, { area: filter.area, category: filter.category }, master),
      ...(status ? [sql`${column('status')} = any(${status})`] : []),
      ...(since ? [sql`${column(began)} >= ${since}::timestamptz`] : []),
      ...(until ? [sql`${column(began)} < ${until}::timestamptz`] : []),
      ...(from
        ? [sql`(${column(began)}, ${column('id')}) > (${from[0]}::timestamptz, ${from[1]}::uuid)`]
        : []),
      isOpen,
    ])}
    order by ${column(began)}, ${column('id')} limit ${limit + 1}`.execute(db);
  const last = rows.slice(0, limit).at(-1);
  const next =
    rows.length > limit && last
      ? Buffer.from(JSON.stringify([last[began], last.id])).toString('base64url')
      : null;
  return { records: rows.slice(0, limit).map((row) => toRecord(noun, row)), next };
}

const placeOf = (
  { areaCode, lng, lat }: Pick<Report, 'areaCode' | 'lng' | 'lat'>,
  master: MasterData,
): Pick<DataReport, 'areaCode' | 'areaName' | 'lng' | 'lat'> => ({
  areaCode: areaCode.slice(0, 12),
  areaName: areaName(master, areaCode.slice(0, 12)),
  lng: lng === null ? null : coarse(lng),
  lat: lat === null ? null : coarse(lat),
});

/** Reports that are not confidential, the oldest first. */
export async function dataReports(
  asked: DataAsked,
): Promise<{ items: DataReport[]; next: string | null }> {
  const { db, master, now } = asked;
  const { records, next } = await pageOf<Report>(asked, reports);
  const ids = records.flatMap(({ issueId }) => issueId ?? []);
  const { rows } = await sql<Pick<Issue, 'id' | 'number' | 'channel'>>`
    select id, number, channel from issue where district = ${master.district} and id = any(${ids}::uuid[])`.execute(
    db,
  );
  const numbers = new Map(rows.map((row) => [row.id, issueNumberText(row)]));
  const items = records.map((report) => ({
    number: report.number,
    status: report.status,
    channel: report.channel,
    urgency: report.urgency,
    categoryCode: report.categoryCode,
    categoryName: report.categoryCode
      ? (master.category(report.categoryCode, now)?.name ?? null)
      : null,
    ...placeOf(report, master),
    submittedAt: report.submittedAt,
    answeredAt: report.answeredAt,
    issueNumber: numbers.get(report.issueId ?? '') ?? null,
  }));
  return { items, next };
}

/** A firm is not named to others. */
const publicUnit = (master: MasterData, id: string | null): string | null =>
  id !== null && master.units.get(id)?.kind === 'firm' ? null : unitName(master, id);

/** Cases that rest on nothing confidential, the oldest first. */
export async function dataIssues(
  asked: DataAsked,
): Promise<{ items: DataIssue[]; next: string | null }> {
  const { master, now } = asked;
  const { records, next } = await pageOf<Issue>(asked, issues);
  const items = records.map((issue) => ({
    number: issueNumberText(issue),
    status: issue.status,
    channel: issue.channel,
    urgency: issue.urgency,
    categoryCode: issue.categoryCode,
    categoryName: master.categories.get(issue.categoryId)?.name ?? issue.categoryCode,
    ...placeOf(issue, master),
    unitName: publicUnit(master, issue.unitId),
    attempt: issue.attempt,
    isHeld: issue.isHeld,
    isOverdue: isOverdue(issue, now),
    due: currentDue(issue),
    acceptedAt: issue.acceptedAt,
    dispatchedAt: issue.dispatchedAt,
    claimedAt: issue.claimedAt,
    rectifiedAt: issue.rectifiedAt,
    closedAt: issue.closedAt,
  }));
  return { items, next };
}
