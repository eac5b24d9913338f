/** Event list: the whole history of any record: the ledger's by scope, master data for administrators. */
import { administrators, inScope, scopeOf, type Role } from '../../domain/access.ts';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { baseDistrict, getNoun } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import { notFound, signedIn, type QueryContext } from './context.ts';
import { historyOf } from './history.ts';

export async function eventList(
  context: QueryContext,
  input: QueryInput<'eventList'>,
): Promise<QueryOutput<'eventList'>> {
  const { district, store } = context;
  const actor = signedIn(context);
  const noun = getNoun(input.noun);
  if (noun.seen.open) {
    if (!(administrators as readonly Role[]).includes(actor.role)) {
      throw new Refused(403, 'notYourRole', `${noun.label}的变更记录只供三员查看`);
    }
    // A person is of the installation; their history is told where they serve, or where nobody claims them.
    const posts = noun.name === 'person' ? await store.postsHeldBy(input.id) : [];
    if (posts.length > 0 && !posts.some((post) => post.district === district))
      throw notFound(noun.label);
    const events = await historyOf(context, [district, baseDistrict], noun.name, input.id);
    if (events.length === 0) throw notFound(noun.label);
    return { events };
  }
  const [record] = await store.find(noun.name, district, [input.id]);
  if (!record || !inScope(record, scopeOf(actor), noun.seen)) throw notFound(noun.label);
  return { events: await historyOf(context, [district], noun.name, input.id) };
}
