/** Records that hang on an issue (assists, approvals) as pages, each with the issue's number and words. */
import { sql } from 'kysely';
import type { Noun } from '../../domain/action.ts';
import { issueNumberText, type Issue } from '../../domain/issueShape.ts';
import { toRecord } from '../columns.ts';
import type { Sql } from '../scope.ts';
import { inActorsScope, type QueryContext } from './context.ts';
import { chosen } from './filters.ts';
import { allColumns, readPage, type Page } from './page.ts';

interface Paging {
  status?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}

export interface OnIssue<T> {
  record: T;
  issueNumber: string;
  issueWords: string;
}

type HangsOnIssue = Noun & { name: 'assist' | 'approval' };

/** Assists or approvals in scope, of the statuses chosen. */
export function onIssueConditions(
  context: QueryContext,
  noun: Noun,
  status: string | undefined,
): Sql[] {
  const statuses = chosen(status, Object.keys(noun.statuses), '状态');
  return [
    sql`t.district = ${context.district}`,
    inActorsScope(context, noun, 't'),
    ...(statuses ? [sql`t.status = any(${statuses})`] : []),
  ];
}

/** A page of assists or approvals in scope, those asked last first. */
export async function pageOnIssues<T>(
  context: QueryContext,
  noun: HangsOnIssue,
  { status, cursor, limit }: Paging,
): Promise<Page<OnIssue<T>>> {
  const { name } = noun;
  const page = await readPage(context, {
    alias: 't',
    select: sql`${allColumns(name, 't')}, i.number as issue_number, i.channel as issue_channel, i.description as issue_words`,
    from: sql`${sql.table(name)} t join issue i on i.district = t.district and i.id = t.issue_id`,
    where: onIssueConditions(context, noun, status),
    order: { name: noun.plural, column: 'asked_at', direction: 'desc' },
    cursor,
    limit,
  });
  const items = page.items.map((row) => ({
    record: toRecord<T>(name, row),
    issueNumber: issueNumberText({ number: row.issue_number, channel: row.issue_channel } as Issue),
    issueWords: row.issue_words as string,
  }));
  return { ...page, items };
}
