/**
 * Open311 requests: reports as GeoReport v2 shows them, in one statement. Strangers see that a problem is known,
 * what kind, about where and how it stands; never free words, persons, confidential matters. Whoever holds a
 * key sees the whole of what its own sender reported. Source: GeoReport v2; issue 5-3; domain i.
 */
import type pg from 'pg';
import { conditionOf, type Category } from '../../domain/category.ts';
import type { Issue } from '../../domain/issueShape.ts';
import type { Moment } from '../../domain/moment.ts';
import {
  coarse,
  endedIssues,
  endedReports,
  isClosed,
  privateKinds,
  publicChannels,
  statusNotes,
  w3cMoment,
} from '../../domain/open311.ts';
import type { Report } from '../../domain/reportShape.ts';
import { Memo } from '../inForce.ts';
import type { MasterData } from '../masterData.ts';
import { areaName } from './names.ts';

/** Whose own reports are shown whole: those of a sender in these areas (beginnings of codes). */
export interface Own {
  senderCode: string;
  areas: readonly string[];
}

export interface RequestFilter {
  /** Numbers of reports; they override everything else. */
  numbers?: readonly string[];
  codes?: readonly string[];
  status?: 'open' | 'closed';
  from: Moment;
  to: Moment;
  limit: number;
  offset: number;
}

type Row = Pick<Report, 'number' | 'status' | 'content' | 'address' | 'lng' | 'lat' | 'answer'> & {
  sender_code: string | null;
  area_code: string;
  site_id: string | null;
  category_code: string | null;
  submitted_at: Moment;
  answered_at: Moment | null;
  answer_due: Moment | null;
  issue_status: Issue['status'] | null;
  category_id: string | null;
  condition_no: number | null;
  unit_id: string | null;
  rectify_due: Moment | null;
  closed_at: Moment | null;
  issue_at: Moment | null;
};

export type ServiceRequest = Record<string, string | number | null>;

const columns = `r.number, r.status, r.content, r.address, r.lng, r.lat, r.answer, r.sender_code, r.area_code,
  r.site_id, coalesce(i.category_code, r.category_code) as category_code, r.submitted_at, r.answered_at,
  r.answer_due, i.status as issue_status, i.category_id, i.condition_no, i.unit_id, i.rectify_due, i.closed_at,
  greatest(i.accepted_at, i.dispatched_at, i.claimed_at, i.rectified_at, i.verified_at, i.closed_at) as issue_at`;

/**
 * The report's issue, or the one it was merged into. The limits keep it at one look into the index for each
 * report, however few the planner expects to be left: never is a whole ledger read for a page.
 */
const tables = `report r
  left join lateral (select id, merged_into from issue
    where district = r.district and id = r.issue_id limit 1) o on true
  left join lateral (select * from issue
    where district = r.district and id = coalesce(o.merged_into, o.id) limit 1) i on true`;

const listed = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

const isPublic = `not r.is_confidential and not r.is_historic and r.channel in (${listed(publicChannels)})
  and (r.kind is null or r.kind not in (${listed(privateKinds)}))`;

const isClosedRow = `(r.status in (${listed(endedReports)}) or coalesce(i.status, '') in (${listed(endedIssues)}))`;

/** Prepared once on each connection: there are as many as there are sets of filters. */
function statement(
  district: string,
  filter: RequestFilter,
  own: Own | null,
): { name: string; text: string; values: unknown[] } {
  const values: unknown[] = [district];
  const put = (value: unknown): string => `$${values.push(value)}`;
  const parts: string[] = [];
  const { numbers, codes, status } = filter;
  if (numbers) parts.push(`r.number = any(${put(numbers)}::text[])`);
  else {
    parts.push(`r.submitted_at >= ${put(filter.from)}::timestamptz`);
    parts.push(`r.submitted_at <= ${put(filter.to)}::timestamptz`);
    if (codes)
      parts.push(`coalesce(i.category_code, r.category_code) = any(${put(codes)}::text[])`);
    if (status) parts.push(status === 'closed' ? isClosedRow : `not ${isClosedRow}`);
  }
  if (own) {
    const areas = own.areas.map((code) => `${code}%`);
    parts.push(
      `((${isPublic}) or (r.sender_code = ${put(own.senderCode)} and r.area_code like any(${put(areas)}::text[])))`,
    );
  } else parts.push(isPublic);
  const name = `open311 ${numbers ? 'numbers' : [codes && 'codes', status].join(' ')} ${own ? 'own' : ''}`;
  const text = `select ${columns} from ${tables} where r.district = $1 and ${parts.join(' and ')}
    order by r.submitted_at desc, r.id desc limit ${put(filter.limit)} offset ${put(filter.offset)}`;
  return { name, text, values };
}

const words = new WeakMap<MasterData, Memo<Map<string, Category>>>();

/** The versions in force by code; of those that are over, the last. */
function categoryWords(master: MasterData, now: Moment): Map<string, Category> {
  const memo = words.get(master) ?? new Memo<Map<string, Category>>();
  words.set(master, memo);
  const all = [...master.categories.values()];
  return memo.at(
    all,
    now,
    () => new Map([...all, ...master.categoriesAt(now)].map((row) => [row.code, row])),
  );
}

/** What strangers are told instead of the reporter's words: those of the standard. */
function standardWords(
  row: Row,
  category: Category | undefined,
  master: MasterData,
): string | null {
  const pinned = row.category_id ? master.categories.get(row.category_id) : undefined;
  const condition = pinned && row.condition_no && conditionOf(pinned, row.condition_no);
  if (condition) return `${pinned.name}：${condition.openWhen}`;
  return category ? `${category.majorName}　${category.name}` : null;
}

/** A firm is named only to the sender itself; a public body to everybody. */
function agencyOf(row: Row, master: MasterData, isOwn: boolean): string | null {
  const unit = row.unit_id ? master.units.get(row.unit_id) : undefined;
  return unit && (isOwn || unit.kind !== 'firm') ? unit.name : null;
}

function requestOf(
  row: Row,
  isOwn: boolean,
  master: MasterData,
  categories: ReadonlyMap<string, Category>,
): ServiceRequest {
  const category = row.category_code ? categories.get(row.category_code) : undefined;
  const closed = isClosed(row.status, row.issue_status);
  const updated = [row.submitted_at, row.answered_at, row.issue_at].filter((at) => at !== null);
  const at = (closed && (row.closed_at ?? row.answered_at)) || updated.sort().at(-1);
  const due = row.rectify_due ?? row.answer_due;
  const degrees = (value: number | null): number | null =>
    value === null || isOwn ? value : coarse(value);
  return {
    service_request_id: row.number,
    status: closed ? 'closed' : 'open',
    status_notes: (isOwn && row.answer) || statusNotes(row.status, row.issue_status),
    service_name: category?.name ?? null,
    service_code: row.category_code,
    description: isOwn ? row.content : standardWords(row, category, master),
    agency_responsible: agencyOf(row, master, isOwn),
    service_notice: null,
    requested_datetime: w3cMoment(row.submitted_at),
    updated_datetime: w3cMoment(at ?? row.submitted_at),
    expected_datetime: due && w3cMoment(due),
    address: (isOwn && row.address) || areaName(master, row.area_code.slice(0, 12)),
    address_id: isOwn ? row.site_id : null,
    zipcode: null,
    lat: degrees(row.lat),
    long: degrees(row.lng),
    media_url: null,
  };
}

/** The requests that meet a filter, the newest first. */
export async function serviceRequests(
  pool: pg.Pool,
  master: MasterData,
  { filter, own, now }: { filter: RequestFilter; own: Own | null; now: Moment },
): Promise<ServiceRequest[]> {
  const { rows } = await pool.query<Row>(statement(master.district, filter, own));
  const categories = categoryWords(master, now);
  return rows.map((row) => {
    const isOwn =
      own !== null &&
      row.sender_code === own.senderCode &&
      own.areas.some((code) => row.area_code.startsWith(code));
    return requestOf(row, isOwn, master, categories);
  });
}
