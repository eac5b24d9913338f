/** Findings 测评发现: the list, one finding, those of a report or an issue; and the files they came in by. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { finding as findingNoun, FindingStatus, type Finding } from '../../domain/finding.ts';
import type { FindingItem } from '../../domain/findingApi.ts';
import { issue as issueNoun } from '../../domain/issue.ts';
import { issueNumberText, type Issue } from '../../domain/issueShape.ts';
import type { Report } from '../../domain/reportShape.ts';
import { toRecord } from '../columns.ts';
import { checkMayImport, loadFor } from '../findings/check.ts';
import { latestLoads, rowOf } from '../findings/loads.ts';
import { staysOf } from '../findings/undo.ts';
import type { MasterData } from '../masterData.ts';
import { openActions } from '../openActions.ts';
import type { Sql } from '../scope.ts';
import { askedOf, inActorsScope, notFound, signedIn, type QueryContext } from './context.ts';
import { between, chosen, commonFilters } from './filters.ts';
import { historyOf, photosOf } from './history.ts';
import { areaName, personName, unitName } from './names.ts';
import { allColumns, readPage } from './page.ts';

type Input = QueryInput<'findingList'>;

/** A finding beside its report and the issue of that, with the ids of its photos. */
const columns = sql`${allColumns('finding', 'f')}, r.number as report_number, r.status as report_status,
  i.id as issue_id, i.number as issue_number, i.channel as issue_channel, i.status as issue_status,
  array(select a.photo_id from attachment a
    join photo p on p.district = a.district and p.id = a.photo_id and p.status = 'complete'
    where a.district = f.district and a.noun = 'report'
    and a.record_id = f.report_id and a.action = 'submit' order by a.photo_id limit 20) as photo_ids`;
const tables = sql`finding f join report r on r.district = f.district and r.id = f.report_id
  left join issue i on i.district = r.district and i.id = r.issue_id`;

function itemOf(row: Record<string, unknown>, master: MasterData, now: string): FindingItem {
  const found = toRecord<Finding>('finding', row);
  const { categoryCode, assessorId, assessorName, siteId } = found;
  const hasIssue = row.issue_id !== null;
  return {
    id: found.id,
    version: found.version,
    status: found.status,
    item: found.item,
    words: found.words,
    measure: found.measure,
    measureUnit: found.measureUnit,
    areaCode: found.areaCode,
    address: found.address,
    foundAt: found.foundAt,
    recordedAt: found.recordedAt,
    photoCount: found.photoCount,
    reportId: found.reportId,
    loadId: found.loadId,
    categoryName: categoryCode && (master.category(categoryCode, now)?.name ?? categoryCode),
    siteName: siteId && (master.sites.get(siteId)?.name ?? null),
    areaName: areaName(master, found.areaCode),
    unitName: unitName(master, found.unitId),
    assessorName: assessorName ?? personName(master, assessorId) ?? '',
    reportNumber: row.report_number as string,
    reportStatus: row.report_status as Report['status'],
    issueId: row.issue_id as string | null,
    issueNumber: hasIssue
      ? issueNumberText({ number: row.issue_number, channel: row.issue_channel } as Issue)
      : null,
    issueStatus: row.issue_status as Issue['status'] | null,
    photoIds: row.photo_ids as string[],
  };
}

function conditions(context: QueryContext, input: Omit<Input, 'cursor' | 'limit'>): Sql[] {
  const { master, district } = context;
  const { personId } = signedIn(context);
  const { status, area, category, site, unit, load, mine, from, to } = input;
  const statuses = chosen(status, FindingStatus, '状态');
  return [
    sql`f.district = ${district}`,
    inActorsScope(context, findingNoun, 'f'),
    ...(statuses ? [sql`f.status = any(${statuses})`] : []),
    ...commonFilters('f', { area, category }, master),
    ...(site ? [sql`f.site_id = ${site}`] : []),
    ...(unit ? [sql`f.unit_id = ${unit}`] : []),
    ...(load ? [sql`f.load_id = ${load}`] : []),
    ...(mine ? [sql`(f.recorder_id = ${personId} or f.assessor_id = ${personId})`] : []),
    ...between(sql`f.recorded_at`, from, to),
  ];
}

/** Findings in scope, those recorded last first. */
export async function findingList(
  context: QueryContext,
  input: Input,
): Promise<QueryOutput<'findingList'>> {
  const page = await readPage(context, {
    alias: 'f',
    select: columns,
    from: tables,
    where: conditions(context, input),
    order: { name: 'findings', column: 'recorded_at', direction: 'desc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => itemOf(row, context.master, context.now)),
  };
}

/** The finding that is the origin of a report; whoever sees the report sees it. */
export async function findingOfReport(
  { db, district, master, now }: QueryContext,
  { originNoun, originId }: Pick<Report, 'originNoun' | 'originId'>,
): Promise<FindingItem | null> {
  if (originNoun !== 'finding' || originId === null) return null;
  const { rows } = await sql<Record<string, unknown>>`
    select ${columns} from ${tables} where f.district = ${district} and f.id = ${originId}`.execute(
    db,
  );
  return rows[0] ? itemOf(rows[0], master, now) : null;
}

/** The findings of the reports of an issue; whoever sees the issue sees them. */
export async function findingsOfIssue(
  { db, district, master, now }: QueryContext,
  issueId: string,
): Promise<FindingItem[]> {
  const { rows } = await sql<Record<string, unknown>>`
    select ${columns} from ${tables}
    where f.district = ${district} and r.issue_id = ${issueId} order by f.recorded_at, f.id limit 50`.execute(
    db,
  );
  return rows.map((row) => itemOf(row, master, now));
}

/** One finding: of the actor's scope, or of an issue that is. Throws 404 otherwise. */
export async function findingView(
  context: QueryContext,
  { id }: QueryInput<'findingView'>,
): Promise<QueryOutput<'findingView'>> {
  const { db, district, master, now } = context;
  const { rows } = await sql<Record<string, unknown>>`
    select ${columns} from ${tables}
    where f.district = ${district} and f.id = ${id} and (${inActorsScope(context, findingNoun, 'f')}
      or (i.id is not null and ${inActorsScope(context, issueNoun, 'i')}))`.execute(db);
  const [row] = rows;
  if (!row) throw notFound('测评发现');
  const found = toRecord<Finding>('finding', row);
  const [events, photos] = await Promise.all([
    historyOf(context, [district], 'finding', id),
    photosOf(
      context,
      sql`select 'report' as noun, ${found.reportId}::uuid as record_id, 'submit' as action`,
    ),
  ]);
  return {
    finding: found,
    item: itemOf(row, master, now),
    actions: openActions('finding', found, askedOf(context)),
    events,
    photos,
  };
}

/** The latest files: an assessor's own, all for the others. */
export async function findingLoads(context: QueryContext): Promise<QueryOutput<'findingLoads'>> {
  const actor = signedIn(context);
  checkMayImport(actor);
  const whose = actor.role === 'assessor' ? actor.personId : null;
  const loads = await latestLoads(context.pool, context.district, whose);
  return { items: loads.map((load) => rowOf(load, context.master)) };
}

/** One file: what its first rows will be, and after undoing what stays. */
export async function findingLoad(
  context: QueryContext,
  { id }: QueryInput<'findingLoad'>,
): Promise<QueryOutput<'findingLoad'>> {
  const { pool, district, master } = context;
  const load = await loadFor(pool, signedIn(context), id);
  return {
    load: rowOf(load, master),
    preview: load.status === 'checked' ? load.preview : [],
    stays: load.counts.stays > 0 ? await staysOf(pool, district, id) : [],
  };
}
