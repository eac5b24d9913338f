/** Issue list 台账: the ledger filtered, newest first or the most pressing first. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { issue } from '../../domain/issue.ts';
import { IssueStatus, type Issue } from '../../domain/issueShape.ts';
import { toRecord } from '../columns.ts';
import type { Sql } from '../scope.ts';
import { askedOf, inActorsScope, signedIn, type QueryContext } from './context.ts';
import { between, byClock, byWords, chosen, commonFilters } from './filters.ts';
import { issueItem } from './issueItem.ts';
import { allColumns, readPage, type Order } from './page.ts';

type Input = QueryInput<'issueList'>;

const newest: Order = { name: 'newest', column: 'accepted_at', direction: 'desc' };
const mostPressing: Order = { name: 'due', column: 'current_due', direction: 'asc' };

/** How far back 与我有关 goes: the latest of each kind, twice what is counted. */
const mostMine = 2_000;

/** Issues this person verifies, reported or, on the handling line, is the officer of; each by its own index. */
function isMine(context: QueryContext): Sql {
  const { personId, line, unitIds } = signedIn(context);
  const { district } = context;
  const asOfficer = sql`union all (select o.id from issue o
    where o.district = ${district} and o.officer_id = ${personId} and o.party_unit_ids && ${unitIds}::uuid[]
    order by o.accepted_at desc limit ${mostMine})`;
  return sql`i.id in (
    (select v.id from issue v where v.district = ${district} and v.verifier_id = ${personId}
      order by v.accepted_at desc limit ${mostMine})
    union all (select r.issue_id from report r where r.district = ${district} and r.reporter_id = ${personId}
      and r.issue_id is not null order by r.submitted_at desc limit ${mostMine})
    ${line === 'handling' ? asOfficer : sql``})`;
}

/** The issues a filter means, inside the actor's scope. */
export function issueConditions(
  context: QueryContext,
  input: Omit<Input, 'cursor' | 'limit' | 'sort'>,
): Sql[] {
  const { master, district, now } = context;
  const { clock, unit, mine, words } = input;
  const statuses = chosen(input.status, IssueStatus, '状态');
  return [
    sql`i.district = ${district}`,
    inActorsScope(context, issue, 'i'),
    ...(statuses ? [sql`i.status = any(${statuses})`] : []),
    ...commonFilters('i', input, master),
    ...(clock === 'held' ? [sql`i.is_held`] : []),
    ...(clock && clock !== 'held'
      ? [sql`not i.is_held`, byClock(sql`i.current_due`, clock, now)]
      : []),
    ...(unit ? [sql`i.unit_id = any(${master.below(unit)}::uuid[])`] : []),
    ...between(sql`i.accepted_at`, input.from, input.to),
    ...(mine ? [isMine(context)] : []),
    ...(words ? [byWords('issue', 'i', district, words)] : []),
  ];
}

/** Only ended issues are asked for: no clock runs there, so they come newest first. */
const isEnded = (status: string | undefined): boolean =>
  Boolean(status) &&
  (status ?? '').split(',').every((each) => (issue.finals as readonly string[]).includes(each));

export async function issueList(
  context: QueryContext,
  input: Input,
): Promise<QueryOutput<'issueList'>> {
  const order = input.sort === 'due' && !isEnded(input.status) ? mostPressing : newest;
  const asked = askedOf(context);
  const page = await readPage(context, {
    alias: 'i',
    select: allColumns('issue', 'i'),
    from: sql`issue i`,
    where: [
      ...issueConditions(context, input),
      ...(order === mostPressing ? [sql`i.current_due is not null`] : []),
    ],
    order,
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => issueItem(toRecord<Issue>('issue', row), context.master, asked)),
  };
}
