/** Report list 来件: what arrived, newest first. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { report } from '../../domain/report.ts';
import { ReportStatus, type Report } from '../../domain/reportShape.ts';
import { toRecord } from '../columns.ts';
import { anyOf, type Sql } from '../scope.ts';
import { callbackMarks } from './callbackState.ts';
import { askedOf, inActorsScope, signedIn, type QueryContext } from './context.ts';
import { between, byClock, byWords, chosen, commonFilters } from './filters.ts';
import { allColumns, readPage } from './page.ts';
import { reportItem } from './reportItem.ts';

type Input = QueryInput<'reportList'>;

/** The due moment of the clock that runs in each status. */
export const reportDue = sql`case r.status when 'submitted' then r.accept_due
  when 'confirming' then r.confirm_due when 'joined' then r.answer_due end`;

/** Beside the statuses: joined, the matter is done, and whoever complained waits for an answer. */
export const toAnswer = 'toAnswer';

const isToAnswer = sql`r.status = 'joined' and r.is_answer_open and r.answer_due is not null`;

function byStatus(text: string | undefined): Sql[] {
  const statuses = chosen(text, [...ReportStatus, toAnswer], '状态');
  if (!statuses) return [];
  const plain = sql`r.status = any(${statuses.filter((status) => status !== toAnswer)})`;
  return [statuses.includes(toAnswer) ? anyOf([plain, isToAnswer]) : plain];
}

/** The reports a filter means, inside the actor's scope. A report is never held. */
export function reportConditions(
  context: QueryContext,
  input: Omit<Input, 'cursor' | 'limit'>,
): Sql[] {
  const { master, district, now } = context;
  const { personId } = signedIn(context);
  const { clock, mine, words } = input;
  return [
    sql`r.district = ${district}`,
    inActorsScope(context, report, 'r'),
    ...byStatus(input.status),
    ...commonFilters('r', input, master),
    ...(clock === 'held' ? [sql`false`] : []),
    ...(clock && clock !== 'held'
      ? [sql`r.status in ('submitted', 'confirming', 'joined')`, byClock(reportDue, clock, now)]
      : []),
    ...between(sql`r.submitted_at`, input.from, input.to),
    ...(mine ? [sql`r.reporter_id = ${personId} or r.confirmer_id = ${personId}`] : []),
    ...(words ? [byWords('report', 'r', district, words)] : []),
  ];
}

export async function reportList(
  context: QueryContext,
  input: Input,
): Promise<QueryOutput<'reportList'>> {
  const asked = askedOf(context);
  const page = await readPage(context, {
    alias: 'r',
    select: allColumns('report', 'r'),
    from: sql`report r`,
    where: reportConditions(context, input),
    order: { name: 'reports', column: 'submitted_at', direction: 'desc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  const reports = page.items.map((row) => toRecord<Report>('report', row));
  const marks = await callbackMarks(
    context,
    reports.flatMap(({ id, issueId }) => (issueId ? id : [])),
  );
  return {
    ...page,
    items: reports.map((record) => ({
      ...reportItem(record, context.master, asked),
      callback: marks.get(record.id) ?? null,
    })),
  };
}
