/** Citizen 市民: what the reporting page needs, and how a report is followed by number and code. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type { Report } from '../../domain/reportShape.ts';
import { toRecord } from '../columns.ts';
import { callbackStateOf, latestCallback } from './callbackState.ts';
import type { QueryContext } from './context.ts';
import { allColumns } from './page.ts';

/** Steps of a report and its issue as a citizen is told them: no unit, no person, no remark. */
const stepWords: Record<string, string> = {
  'report.submit': '已收到您的上报',
  'report.confirm': '正在现场核实',
  'report.answerConfirm': '现场核实完成',
  'report.attach': '已受理立案',
  'report.join': '已并入同一问题的案件办理',
  'report.leave': '重新受理中',
  'report.decline': '不予立案，理由见答复',
  'report.withdraw': '已撤回',
  'report.selfHandle': '已现场处置',
  'report.answer': '已答复',
  'issue.dispatch': '已派给责任单位',
  'issue.claim': '责任单位已开始办理',
  'issue.rectify': '责任单位已完成整改',
  'issue.pass': '复查通过',
  'issue.fail': '复查未通过，正在返工',
  'issue.close': '案件已办结',
  'issue.reopen': '案件重新办理',
};

const noCode = Buffer.alloc(32);

/** Number and code as one secret: whether either was wrong is not told. The code's case does not matter. */
function isFollower(report: Report | undefined, code: string): boolean {
  const given = createHash('sha256').update(code.trim().toUpperCase()).digest();
  const kept = report?.followHash ? Buffer.from(report.followHash, 'hex') : noCode;
  return kept.length === given.length && timingSafeEqual(kept, given);
}

/** The report of a number and its code. Throws 404 when either is wrong. */
export async function followedReport(
  { db, district }: Pick<QueryContext, 'db' | 'district'>,
  { number, code }: QueryInput<'follow'>,
): Promise<Report> {
  const { rows } = await sql<Record<string, unknown>>`
    select ${allColumns('report', 'r')} from report r where r.district = ${district} and r.number = ${number}`.execute(
    db,
  );
  const report = rows[0] && toRecord<Report>('report', rows[0]);
  if (!isFollower(report, code) || !report) {
    throw new Refused(404, 'notFound', '编号或查询码不对，请核对后再查');
  }
  return report;
}

export async function follow(
  context: QueryContext,
  input: QueryInput<'follow'>,
): Promise<QueryOutput<'follow'>> {
  const { db, district } = context;
  const report = await followedReport(context, input);
  const { rows: events } = await sql<{ at: Moment; step: string }>`
    select e.at, e.noun || '.' || e.action as step from event e
    where e.district = ${district} and ((e.noun = 'report' and e.record_id = ${report.id})
      or (e.noun = 'issue' and e.record_id in (select unnest(array[i.id, i.merged_into]) from issue i
        where i.district = ${district} and i.id = ${report.issueId}::uuid)))
    order by e.at, e.noun desc, e.version limit 300`.execute(db);
  const { number, status, submittedAt, content, answer } = report;
  return {
    number,
    status,
    submittedAt,
    content,
    steps: events.flatMap(({ at, step }) => {
      const words = stepWords[step];
      return words ? [{ at, words }] : [];
    }),
    answer,
    callback: callbackStateOf(await latestCallback(context, report.id)),
  };
}

export async function citizenForm({
  master,
  district,
  now,
}: QueryContext): Promise<QueryOutput<'citizenForm'>> {
  return {
    districtName: master.areas.get(district)?.name ?? district,
    areas: [...master.areas.values()]
      .filter(({ status }) => status === 'active')
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map(({ code, name, level }) => ({ code, name, level })),
    categories: master
      .categoriesAt(now)
      .map(({ code, name, majorName }) => ({ code, name, majorName })),
  };
}
