/**
 * After a closing 结案后回访: which call-backs a closing opens, which a reopening cancels, and when an answer opens the
 * issue again. The reactions perform what is found here, as the system. Source: issue 5-12.
 */
import type pg from 'pg';
import type { Act } from '../../domain/action.ts';
import type { Callback } from '../../domain/callbackShape.ts';
import { solvedLabels } from '../../domain/callbackShape.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { idFrom } from '../idFrom.ts';
import type { StoredEvent } from '../statement.ts';

const pageRows = 200;
const first = '00000000-0000-0000-0000-000000000000';

/** Was the issue opened again by a call-back before? */
async function wasReopened(pool: pg.Pool, { district, id }: Issue): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from callback where district = $1 and issue_id = $2 and reopens limit 1`,
    [district, id],
  );
  return rows.length > 0;
}

/** Reports of the hotline and of citizens that belong to the issue or to one merged into it, after an id. */
async function reportsAfter(pool: pg.Pool, { district, id }: Issue, after: string) {
  const { rows } = await pool.query<{ id: string }>(
    // The inner select stands by itself (offset 0), so that it is found by the issue, never by walking ids.
    `select id from (
       select id from report where district = $1 and status in ('joined', 'answered') and not is_historic
         and channel in ('hotline', 'citizen') and issue_id = any(array(
         select $2::uuid union all select id from issue where district = $1 and merged_into = $2))
       offset 0) of_issue
     where id > $3 order by id limit ${pageRows}`,
    [district, id, after],
  );
  return rows;
}

/** One call-back for each report and closing: the same ids however often it is asked for. */
export async function* callbacksToOpen(
  pool: pg.Pool,
  event: StoredEvent,
  issue: Issue | null,
): AsyncGenerator<Act> {
  if (issue?.status !== 'closed' || issue.closedAt !== event.at) return;
  const isRepeat = await wasReopened(pool, issue);
  const { id: issueId, closedAt } = issue;
  let after = first;
  for (;;) {
    const rows = await reportsAfter(pool, issue, after);
    for (const { id: reportId } of rows) {
      after = reportId;
      const id = idFrom(`callback ${event.id} ${reportId}`);
      const input = { reportId, issueId, closedAt, isRepeat };
      yield { noun: 'callback', id, action: 'open', input };
    }
    if (rows.length < pageRows) return;
  }
}

/** The call-backs that wait while their issue is open again. */
export async function callbacksToCancel(
  pool: pg.Pool,
  { district, recordId }: StoredEvent,
  issue: Issue | null,
): Promise<Act[]> {
  if (issue?.status === 'closed') return [];
  const { rows } = await pool.query<{ id: string }>(
    `select id from callback where district = $1 and issue_id = $2 and status = 'waiting' order by id`,
    [district, recordId],
  );
  return rows.map(({ id }) => ({ noun: 'callback', id, action: 'cancel', input: {} }));
}

/** Results of the city of a report that was taken back, when its load was undone. */
export async function cityCallbacksToCancel(
  pool: pg.Pool,
  { district, recordId }: StoredEvent,
): Promise<Act[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from callback where district = $1 and report_id = $2 and way = 'city' order by id`,
    [district, recordId],
  );
  return rows.map(({ id }) => ({ noun: 'callback', id, action: 'cancel', input: {} }));
}

/** The call-backs of a report whose complainant's data were destroyed. */
export async function callbacksToAnonymize(
  pool: pg.Pool,
  { district, recordId }: StoredEvent,
): Promise<Act[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from callback where district = $1 and report_id = $2 order by id`,
    [district, recordId],
  );
  return rows.map(({ id }) => ({ noun: 'callback', id, action: 'anonymize', input: {} }));
}

/** Opens the issue again when the answer says so and the closing still stands; nothing otherwise. */
export function reopening(callback: Callback, issue: Issue | null): Act | undefined {
  const { reopens, solved, why, isConfidential, issueId, closedAt } = callback;
  if (!reopens || !issueId || !solved) return undefined;
  if (issue?.status !== 'closed' || issue.closedAt !== closedAt) return undefined;
  const said = why && !isConfidential ? `：${why.slice(0, 800)}` : '';
  const note = `回访诉求人，${solvedLabels[solved]}${said}`;
  return { noun: 'issue', id: issueId, action: 'reopen', input: { note } };
}
