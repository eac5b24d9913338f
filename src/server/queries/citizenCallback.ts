/** Citizen call-back 凭码自评: what a complainant is asked to judge, found by number and code. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { callbackStateOf, latestCallback } from './callbackState.ts';
import { followedReport } from './citizen.ts';
import type { QueryContext } from './context.ts';

export async function callbackAsked(
  context: QueryContext,
  input: QueryInput<'callbackAsked'>,
): Promise<QueryOutput<'callbackAsked'>> {
  const { id, number, content, answer } = await followedReport(context, input);
  const latest = await latestCallback(context, id);
  const state = callbackStateOf(latest);
  return {
    number,
    state,
    content,
    answer,
    closedAt: latest?.closedAt ?? null,
    due: state === 'waiting' ? (latest?.due ?? null) : null,
  };
}
