/** Links 目录对应: those that wait for review and those in force or to come, with what each would read otherwise. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { isLinkInForce, type CatalogLink } from '../../domain/catalogLink.ts';
import type { Effect } from '../../domain/indicatorApi.ts';
import type { Moment } from '../../domain/moment.ts';
import { openActions } from '../openActions.ts';
import type { MasterData } from '../masterData.ts';
import { askedOf, type QueryContext } from '../queries/context.ts';
import { personName } from '../queries/names.ts';
import { classLinks, indicatorsAt } from './catalog.ts';
import { effectsOf } from './effect.ts';
import { checkReads, classParts } from './readers.ts';

const usualLimit = 20;
const none: Effect = { reports: 0, issues: 0, isMore: false };

/** What a link is from, in words. */
const titles = (master: MasterData, at: Moment): ((link: CatalogLink) => string) => {
  const names = new Map(indicatorsAt(master, at).map(({ code, name }) => [code, name]));
  return ({ kind, fromCode }) => {
    if (kind === 'indicator') return `${fromCode} ${names.get(fromCode) ?? ''}`.trim();
    const parts = classParts(master, fromCode);
    return parts ? `${parts.senderName}：${parts.words}` : fromCode;
  };
};

/** A link that another one will take the place of is in use to its moment. */
const isShown = (link: CatalogLink, status: 'proposed' | 'active', at: Moment): boolean =>
  link.status === status || (status === 'active' && isLinkInForce(link, at));

const orderOf = ({ proposedAt, id }: CatalogLink): string => `${proposedAt} ${id}`;

export async function catalogLinks(
  context: QueryContext,
  input: QueryInput<'catalogLinks'>,
): Promise<QueryOutput<'catalogLinks'>> {
  checkReads(context);
  const { master, now } = context;
  const { status = 'proposed', kind, words = '', cursor = '', limit = usualLimit } = input;
  const asked = askedOf(context);
  const titleOf = titles(master, now);
  const nameOf = (code: string | null): string | null =>
    code === null ? null : (master.category(code, now)?.name ?? code);
  const standing = classLinks(master, now);
  const found = master.catalogLinks
    .filter((link) => isShown(link, status, now) && (!kind || link.kind === kind))
    .filter((link) =>
      [titleOf(link), nameOf(link.categoryCode) ?? ''].some((text) => text.includes(words)),
    )
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const rest = found.filter((link) => orderOf(link) > cursor);
  const items = rest.slice(0, limit);
  const effects = await effectsOf(context, items);
  const last = items.at(-1);
  const beforeOf = (link: CatalogLink): string | null => {
    const other = link.kind === 'class' ? standing.get(link.fromCode) : undefined;
    if (!other || other.id === link.id) return null;
    return nameOf(other.categoryCode) ?? '不属于网格小类';
  };
  return {
    items: items.map((link) => ({
      ...link,
      fromTitle: titleOf(link),
      categoryName: nameOf(link.categoryCode),
      before: beforeOf(link),
      proposerName: personName(master, link.proposedBy) ?? '系统',
      reviewerName: personName(master, link.reviewedBy),
      effect: effects.get(link.id) ?? none,
      actions: openActions('catalogLink', link, asked),
    })),
    next: rest.length > limit && last ? orderOf(last) : null,
    count: found.length,
    isMore: false,
  };
}
