/** Report view 来件详情: a report with its history, its issue, and open issues near it that it may join. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { issue as issueNoun } from '../../domain/issue.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { report as reportNoun } from '../../domain/report.ts';
import { type Report } from '../../domain/reportShape.ts';
import { toRecord } from '../columns.ts';
import { openActions } from '../openActions.ts';
import { callbacksOfReport } from './callbacks.ts';
import { askedOf, inActorsScope, notFound, type QueryContext } from './context.ts';
import { likelyDuplicates } from './duplicates.ts';
import { findingOfReport } from './findings.ts';
import { historyOf, photosOf } from './history.ts';
import { issueItem } from './issueItem.ts';
import { allColumns } from './page.ts';
import { reportClocks, reportItem, shownReport } from './reportItem.ts';
import { suggestionFor } from '../understanding.ts';

type View = QueryOutput<'reportView'>;

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
  const [events, photos, issue, near, finding, callbacks] = await Promise.all([
    historyOf(context, [district], 'report', id),
    photosOf(context, sql`select 'report' as noun, ${id}::uuid as record_id, null as action`),
    issueOf(context, report.issueId),
    isWaiting ? likelyDuplicates(context, report) : [],
    findingOfReport(context, report),
    callbacksOfReport(context, id),
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
    suggestion: isWaiting ? suggestionFor(master, report, now) : null,
    finding,
    callbacks,
  };
}
