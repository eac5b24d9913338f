/** Issue view 案件详情: an issue with its history, photos, reports, assists, approvals and what is open now. */
import { sql } from 'kysely';
import type { Approval } from '../../domain/approval.ts';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { Assist } from '../../domain/assist.ts';
import { conditionOf, isUnvouched } from '../../domain/category.ts';
import { issue as issueNoun } from '../../domain/issue.ts';
import { issueNumberText, type Issue } from '../../domain/issueShape.ts';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { patronsOf } from '../../domain/patron.ts';
import type { Report } from '../../domain/reportShape.ts';
import { toRecord } from '../columns.ts';
import type { MasterData } from '../masterData.ts';
import { dutyWords, issueDuty } from '../duty.ts';
import { openActions } from '../openActions.ts';
import { callbacksOfIssue } from './callbacks.ts';
import { askedOf, inActorsScope, notFound, type QueryContext } from './context.ts';
import { findingsOfIssue } from './findings.ts';
import { forHandlingUnit } from './forHandlingUnit.ts';
import { historyOf, photosOf } from './history.ts';
import { issueActions, issueClocks, issueItem } from './issueItem.ts';
import { areaName, personName, unitName } from './names.ts';
import { allColumns } from './page.ts';
import { reportItem } from './reportItem.ts';
import { verifiersFor } from './verifiers.ts';

type View = QueryOutput<'issueView'>;

/** An issue inside the actor's scope. Throws 404 otherwise. */
async function findIssue(context: QueryContext, id: string): Promise<Issue> {
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns('issue', 'i')} from issue i
    where i.district = ${context.district} and i.id = ${id} and ${inActorsScope(context, issueNoun, 'i')}`.execute(
    context.db,
  );
  if (!rows[0]) throw notFound('案件');
  return toRecord<Issue>('issue', rows[0]);
}

/** Records of a noun that name the issue, at most 200. */
async function recordsOf<T>(
  { db, district }: QueryContext,
  noun: 'assist' | 'approval',
  issueId: string,
): Promise<T[]> {
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns(noun, 't')} from ${sql.table(noun)} t
    where t.district = ${district} and t.issue_id = ${issueId} order by t.asked_at, t.id limit 200`.execute(
    db,
  );
  return rows.map((row) => toRecord<T>(noun, row));
}

/** Reports of the issue and of the issues merged into it. */
async function reportsOf({ db, district }: QueryContext, issueId: string): Promise<Report[]> {
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns('report', 'r')} from report r
    where r.district = ${district} and r.issue_id in
      (select i.id from issue i where i.district = ${district} and (i.id = ${issueId} or i.merged_into = ${issueId}))
    order by r.submitted_at, r.id limit 200`.execute(db);
  return rows.map((row) => toRecord<Report>('report', row));
}

/** Photos of the issue and its assists, and what its reports showed when they arrived. */
const issuePhotos = (context: QueryContext, issueId: string): Promise<View['photos']> =>
  photosOf(
    context,
    sql`select 'issue' as noun, ${issueId}::uuid as record_id, null as action
      union all select 'report', r.id, 'submit' from report r
        where r.district = ${context.district} and r.issue_id = ${issueId}
      union all select 'assist', t.id, null from assist t
        where t.district = ${context.district} and t.issue_id = ${issueId}`,
  );

/** Issues tied to this one by merging or recurring, those in scope. */
async function relatedTo(context: QueryContext, issue: Issue): Promise<View['related']> {
  const { db, district, master, now } = context;
  const { id, closedAt, mergedInto, recurrenceOf, categoryCode } = issue;
  const others = [mergedInto, recurrenceOf].filter((other) => other !== null);
  const lastDay = addMinutes(closedAt ?? now, master.settings(now).recurrenceDays * 1440);
  const { rows } = await sql<{
    id: string;
    number: string;
    channel: Issue['channel'];
    merged_into: string | null;
  }>`
    select i.id, i.number, i.channel, i.merged_into from issue i
    where i.district = ${district} and ${inActorsScope(context, issueNoun, 'i')} and (
      i.id = any(${others}::uuid[]) or i.merged_into = ${id}
      or (i.category_code = ${categoryCode} and i.accepted_at >= ${closedAt}::timestamptz
        and i.accepted_at <= ${lastDay}::timestamptz and i.recurrence_of = ${id}))
    order by i.accepted_at, i.id limit 50`.execute(db);
  const why = (other: (typeof rows)[number]): string => {
    if (other.id === mergedInto) return '本案已并入';
    if (other.merged_into === id) return '并入本案';
    return other.id === recurrenceOf ? '本案由此反弹' : '结案后反弹';
  };
  return rows.map((other) => ({ id: other.id, number: issueNumberText(other), why: why(other) }));
}

function conditionView(issue: Issue, master: MasterData, now: Moment): View['condition'] {
  const category = master.categories.get(issue.categoryId);
  const condition = category && conditionOf(category, issue.conditionNo);
  if (!category || !condition) return null;
  const { openWhen, closeWhen } = condition;
  return {
    openWhen,
    closeWhen,
    collectRule: category.collectRule,
    isUnvouched: isUnvouched(category, now),
  };
}

export async function issueView(
  context: QueryContext,
  { id }: QueryInput<'issueView'>,
): Promise<View> {
  const { master, district, now } = context;
  const issue = await findIssue(context, id);
  const [events, photos, reports, findings, assists, approvals, related, callbacks] =
    await Promise.all([
      historyOf(context, [district], 'issue', id),
      issuePhotos(context, id),
      reportsOf(context, id),
      findingsOfIssue(context, id),
      recordsOf<Assist>(context, 'assist', id),
      recordsOf<Approval>(context, 'approval', id),
      relatedTo(context, issue),
      callbacksOfIssue(context, id),
    ]);
  const asked = askedOf(context);
  const actions = issueActions(issue, master, asked);
  const mayDispatch = actions.some(
    ({ action, refusal }) => action === 'dispatch' && refusal === null,
  );
  const mayChoose = actions.some(({ action }) => action === 'sendToVerify');
  return {
    issue,
    item: issueItem(issue, master, asked),
    condition: conditionView(issue, master, now),
    actions,
    clocks: issueClocks(issue, now, context.master),
    events,
    photos,
    reports: reports.map((report) => {
      const item = reportItem(report, master, asked);
      return asked.actor.line === 'handling' ? forHandlingUnit(item, report) : item;
    }),
    findings,
    assists: assists.map((assist) => ({
      ...assist,
      unitName: unitName(master, assist.unitId) ?? '',
      actions: openActions('assist', assist, asked),
    })),
    approvals: approvals.map((approval) => ({
      ...approval,
      askerName: personName(master, approval.askerId) ?? '系统',
      deciderName: personName(master, approval.deciderId),
      actions: openActions('approval', approval, asked),
    })),
    verifiers: mayChoose ? verifiersFor(issue, master) : [],
    related,
    callbacks,
    patrons: patronsOf(master.patrons, issue.areaCode, now, (code) => master.areaCodesOf(code)).map(
      ({ name, title, areaCode }) => ({ name, title, areaName: areaName(master, areaCode) }),
    ),
    suggestion: mayDispatch ? issueDuty(master, issue, now) : null,
    duty: dutyWords(master, issue),
  };
}
