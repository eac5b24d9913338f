/** Unit list 单位: every unit with its place in tree and line, and what depends on one before it goes. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { isAdministrator } from '../../domain/access.ts';
import { localDay } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { unitUseWords } from '../../domain/unit.ts';
import { openActions } from '../openActions.ts';
import { askedOf, notFound, signedIn, type QueryContext } from './context.ts';
import { unitFind } from './directory.ts';
import { areaName, personName, unitName } from './names.ts';

export function unitList(context: QueryContext): Promise<QueryOutput<'unitList'>> {
  const { master } = context;
  const asked = askedOf(context);
  const postCounts = new Map<string, number>();
  for (const { unitId, status } of master.posts.values())
    if (unitId && status === 'active') postCounts.set(unitId, (postCounts.get(unitId) ?? 0) + 1);
  const units = [...master.units.values()]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map((unit) => ({
      ...unit,
      find: unitFind(unit.name, unit.aliases),
      areaName: unit.areaCode ? areaName(master, unit.areaCode) : null,
      postCount: postCounts.get(unit.id) ?? 0,
      actions: openActions('unit', unit, asked),
    }));
  return Promise.resolve({ units });
}

export async function unitUse(
  context: QueryContext,
  { id }: QueryInput<'unitUse'>,
): Promise<QueryOutput<'unitUse'>> {
  const { master, store, district, now } = context;
  if (!isAdministrator(signedIn(context).role))
    throw new Refused(403, 'notYourRole', '单位使用情况只供三员查看');
  if (!master.units.has(id)) throw notFound('单位');
  const use = await store.unitUse(district, id, localDay(now));
  const names = (ids: readonly string[]): string[] =>
    ids.flatMap((one) => unitName(master, one) ?? []);
  return {
    words: unitUseWords(use),
    openIssueCount: use.openIssueCount,
    openAssistCount: use.openAssistCount,
    rosterCount: use.rosterIds.length,
    posts: use.postIds.flatMap((postId) => {
      const post = master.posts.get(postId);
      return post ? [`${personName(master, post.personId) ?? ''}　${post.title}`] : [];
    }),
    children: names(use.childIds),
    linked: names(use.linkedIds),
  };
}
