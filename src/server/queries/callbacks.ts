/** Call-backs 回访: the operators' list, one call-back, and those of a report or an issue. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { callback } from '../../domain/callback.ts';
import type { CallbackItem } from '../../domain/callbackApi.ts';
import { CallbackStatus } from '../../domain/callbackShape.ts';
import { ComplaintKind } from '../../domain/channel.ts';
import type { Sql } from '../scope.ts';
import { callbackFrom, callbackItem, callbackSelect } from './callbackItem.ts';
import { askedOf, inActorsScope, notFound, signedIn, type QueryContext } from './context.ts';
import { between, byOpenWords, byWords, chosen, commonFilters } from './filters.ts';
import { historyOf } from './history.ts';
import { readPage, type Order } from './page.ts';

type Input = QueryInput<'callbackList'>;

/** Channel, area, category, unit, kind and sender: shared with the rates. */
export function callbackAbout(
  context: QueryContext,
  input: Pick<Input, 'channel' | 'area' | 'category' | 'unit' | 'kind' | 'sender'>,
): Sql[] {
  const kinds = chosen(input.kind, ComplaintKind.options, '诉求类型');
  const { channel, area, category } = input;
  return [
    sql`c.district = ${context.district}`,
    inActorsScope(context, callback, 'c'),
    ...commonFilters('c', { channel, area, category }, context.master),
    ...(input.unit ? [sql`c.unit_id = ${input.unit}::uuid`] : []),
    ...(kinds ? [sql`c.kind = any(${kinds})`] : []),
    ...(input.sender ? [sql`c.sender_code = ${input.sender}`] : []),
  ];
}

const wordsIn = (context: QueryContext, words: string): Sql =>
  signedIn(context).line === 'handling'
    ? byOpenWords('r', context.district, words)
    : byWords('report', 'r', context.district, words);

export function callbackConditions(
  context: QueryContext,
  input: Omit<Input, 'cursor' | 'limit'>,
): Sql[] {
  const { now } = context;
  const { personId } = signedIn(context);
  const statuses = chosen(input.status, CallbackStatus, '状态');
  const isTaken = sql`c.claim_ends_at > ${now}::timestamptz`;
  return [
    ...callbackAbout(context, input),
    ...(statuses ? [sql`c.status = any(${statuses})`] : []),
    ...between(sql`c.opened_at`, input.from, input.to),
    ...(input.mine
      ? [sql`c.status = 'waiting' and c.operator_id = ${personId} and ${isTaken}`]
      : []),
    ...(input.callable
      ? [sql`c.status = 'waiting' and c.by_phone and (c.claim_ends_at is null or not ${isTaken})`]
      : []),
    ...(input.solved ? [sql`c.solved = ${input.solved}`] : []),
    ...(input.satisfaction ? [sql`c.satisfaction = ${input.satisfaction}`] : []),
    ...(input.sort === 'due' ? [sql`c.due is not null`] : []),
    ...(input.words ? [wordsIn(context, input.words)] : []),
  ];
}

const orders: Record<NonNullable<Input['sort']>, Order> = {
  newest: { name: 'callbacks', column: 'opened_at', direction: 'desc' },
  due: { name: 'callbacks due', column: 'due', direction: 'asc' },
};

export async function callbackList(
  context: QueryContext,
  input: Input,
): Promise<QueryOutput<'callbackList'>> {
  const asked = askedOf(context);
  const page = await readPage(context, {
    alias: 'c',
    select: callbackSelect,
    from: callbackFrom,
    where: callbackConditions(context, input),
    order: orders[input.sort ?? 'newest'],
    cursor: input.cursor,
    limit: input.limit,
  });
  return { ...page, items: page.items.map((row) => callbackItem(row, context.master, asked)) };
}

/** Call-backs in scope that meet a condition, the latest first, at most 200. */
async function found(context: QueryContext, where: Sql): Promise<CallbackItem[]> {
  const { rows } = await sql<Record<string, unknown>>`
    select ${callbackSelect} from ${callbackFrom}
    where c.district = ${context.district} and ${inActorsScope(context, callback, 'c')} and ${where}
    order by c.opened_at desc, c.id limit 200`.execute(context.db);
  const asked = askedOf(context);
  return rows.map((row) => callbackItem(row, context.master, asked));
}

export const callbacksOfReport = (context: QueryContext, reportId: string) =>
  found(context, sql`c.report_id = ${reportId}`);

export const callbacksOfIssue = (context: QueryContext, issueId: string) =>
  found(context, sql`c.issue_id = ${issueId}`);

export async function callbackView(
  context: QueryContext,
  { id }: QueryInput<'callbackView'>,
): Promise<QueryOutput<'callbackView'>> {
  const [item] = await found(context, sql`c.id = ${id}`);
  if (!item) throw notFound('回访');
  const events = await historyOf(context, [context.district], 'callback', id);
  return { item, events };
}
