/**
 * Open entries 未对应: classes of orders, indicators and 小类 that no link knows, those that occur most first, with
 * suggestions by what was decided before and by likeness of words. Source: issue 5-5.
 */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { alikeCategories, catalogIndex } from '../../domain/catalogLikeness.ts';
import { isLinkInForce } from '../../domain/catalogLink.ts';
import type { LinkSuggestion, OpenEntry } from '../../domain/indicatorApi.ts';
import { Refused } from '../../domain/refused.ts';
import { inForce } from '../inForce.ts';
import type { QueryContext } from '../queries/context.ts';
import { indicatorsAt } from './catalog.ts';
import { openIssueCounts, reportCounts } from './counts.ts';
import { checkReads, classParts } from './readers.ts';

const usualLimit = 20;
/** The latest orders of a class that are looked at for what they were accepted as. */
const latest = 200;

interface Entry extends Omit<OpenEntry, 'suggestions'> {
  /** What is compared with the words of 小类, the most telling first. */
  texts: string[];
  named: string[];
  senderCode?: string;
}

/**
 * What is linked or proposed, so that nothing is to be done there but to review. A link to a 小类 that is no
 * longer in force links nothing.
 */
const known = ({ master, now }: QueryContext, kind: 'class' | 'indicator'): Set<string> =>
  new Set(
    master.catalogLinks
      .filter((link) => link.kind === kind)
      .filter(
        ({ categoryCode }) =>
          categoryCode === null || master.category(categoryCode, now) !== undefined,
      )
      .filter(
        (link) =>
          link.status === 'proposed' ||
          (link.status === 'active' && link.validTo === null) ||
          isLinkInForce(link, now),
      )
      .map(({ fromCode }) => fromCode),
  );

async function classEntries(context: QueryContext): Promise<Entry[]> {
  const { master, now } = context;
  const listed = inForce(master.orderClasses, now);
  const counts = await reportCounts(context);
  const linked = known(context, 'class');
  const codes = [...new Set([...listed.keys(), ...counts.keys()])];
  return codes
    .filter((code) => !linked.has(code))
    .flatMap((code): Entry[] => {
      const parts = classParts(master, code);
      if (!parts) return [];
      const explain = listed.get(code)?.explain;
      return [
        {
          code,
          title: parts.words,
          sub: parts.senderName,
          count: counts.get(code) ?? 0,
          note: listed.has(code) ? (explain ?? null) : '分类表里没有，来自工单',
          texts: [...parts.words.split(' / ').reverse(), ...(explain ? [explain] : [])],
          named: [],
          senderCode: parts.senderCode,
        },
      ];
    });
}

function indicatorEntries(context: QueryContext): Entry[] {
  const all = indicatorsAt(context.master, context.now);
  const linked = known(context, 'indicator');
  const parents = new Set(all.map(({ parentCode }) => parentCode));
  return all
    .filter(({ code }) => !linked.has(code) && !parents.has(code))
    .map(({ code, name, edition, siteTypes, categoryCodes }) => ({
      code,
      title: name,
      sub: `${edition} ${code}`,
      count: siteTypes.length,
      note: siteTypes.length > 0 ? siteTypes.slice(0, 6).join('、') : null,
      texts: [name],
      named: categoryCodes,
    }));
}

async function categoryEntries(context: QueryContext): Promise<Entry[]> {
  const { master, now } = context;
  const counts = await openIssueCounts(context);
  const linkedFrom = (kind: 'class' | 'indicator') =>
    new Set(
      master.catalogLinks
        .filter((link) => link.kind === kind && isLinkInForce(link, now))
        .map(({ categoryCode }) => categoryCode),
    );
  const [byClass, byIndicator] = [linkedFrom('class'), linkedFrom('indicator')];
  return master.categoriesAt(now).flatMap(({ code, name, majorName }): Entry[] => {
    const lacks = [
      ...(byClass.has(code) ? [] : ['没有工单分类']),
      ...(byIndicator.has(code) ? [] : ['没有测评指标']),
    ];
    if (lacks.length === 0) return [];
    const count = counts.get(code) ?? 0;
    return [
      {
        code,
        title: name,
        sub: `${code} ${majorName}`,
        count,
        note: lacks.join('，'),
        texts: [],
        named: [],
      },
    ];
  });
}

/** What the latest orders of each class were accepted as, by class and 小类. */
async function decisionsOf(
  { db, district }: QueryContext,
  entries: readonly Entry[],
): Promise<Map<string, { categoryCode: string; count: number }[]>> {
  const classes = entries.filter(({ senderCode, count }) => senderCode !== undefined && count > 0);
  if (classes.length === 0) return new Map();
  const { rows } = await sql<{ code: string; category_code: string; count: number }>`
    select c.code, i.category_code, count(*)::integer as count
    from unnest(${classes.map(({ code }) => code)}::text[], ${classes.map(({ senderCode }) => senderCode)}::text[],
      ${classes.map(({ title }) => title)}::text[]) as c(code, sender_code, words)
    cross join lateral (select r.issue_id from report r where r.district = ${district}
      and r.sender_code = c.sender_code and r.outside_class = c.words and r.issue_id is not null
      order by r.submitted_at desc, r.id desc limit ${latest}) r
    join issue i on i.district = ${district} and i.id = r.issue_id
    group by c.code, i.category_code order by c.code, count(*) desc, i.category_code`.execute(db);
  const found = new Map<string, { categoryCode: string; count: number }[]>();
  for (const { code, category_code: categoryCode, count } of rows)
    found.set(code, [...(found.get(code) ?? []), { categoryCode, count }]);
  return found;
}

/** At most three for each entry: what was decided, what the source names, what sounds alike. */
async function withSuggestions(
  context: QueryContext,
  entries: readonly Entry[],
): Promise<OpenEntry[]> {
  const { master, now } = context;
  const categories = new Map(master.categoriesAt(now).map((each) => [each.code, each]));
  const index = catalogIndex([...categories.values()]);
  const decisions = await decisionsOf(context, entries);
  return entries.map(({ texts, named, senderCode: _sender, ...entry }) => {
    const decided = decisions.get(entry.code) ?? [];
    const total = decided.reduce((sum, { count }) => sum + count, 0);
    const all = [
      ...decided.map(({ categoryCode, count }) => ({
        categoryCode,
        basis: 'decisions' as const,
        reason: `最近同类工单立案 ${total} 件，其中 ${count} 件为此类`,
      })),
      ...named.map((categoryCode) => ({
        categoryCode,
        basis: 'standard' as const,
        reason: '指标出处所列',
      })),
      ...alikeCategories(index, texts).map(({ code, words }) => ({
        categoryCode: code,
        basis: 'likeness' as const,
        reason: `都有“${words.join('”“')}”`,
      })),
    ];
    const first = new Map(all.toReversed().map((one) => [one.categoryCode, one]));
    const suggestions = all
      .filter((one) => first.get(one.categoryCode) === one)
      .flatMap((one): LinkSuggestion[] => {
        const found = categories.get(one.categoryCode);
        return found ? [{ ...one, categoryName: found.name, majorName: found.majorName }] : [];
      });
    return { ...entry, suggestions: suggestions.slice(0, 3) };
  });
}

const isAfter = (entry: Entry, last: { count: number; code: string }): boolean =>
  entry.count < last.count || (entry.count === last.count && entry.code > last.code);

function readCursor(cursor: string | undefined): { count: number; code: string } | null {
  if (cursor === undefined) return null;
  const [count = '', ...code] = cursor.split(' ');
  if (!/^\d{1,9}$/.test(count))
    throw new Refused(400, 'badCursor', '翻页位置无效，请从第一页重新打开列表');
  return { count: Number(count), code: code.join(' ') };
}

export async function catalogOpen(
  context: QueryContext,
  input: QueryInput<'catalogOpen'>,
): Promise<QueryOutput<'catalogOpen'>> {
  checkReads(context);
  const { side = 'class', sender, words = '', limit = usualLimit } = input;
  const last = readCursor(input.cursor);
  const entries =
    side === 'class'
      ? await classEntries(context)
      : side === 'indicator'
        ? indicatorEntries(context)
        : await categoryEntries(context);
  const found = entries
    .filter((entry) => sender === undefined || entry.senderCode === sender)
    .filter(({ title, sub }) => title.includes(words) || sub.includes(words))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  const rest = last ? found.filter((entry) => isAfter(entry, last)) : found;
  const shown = rest.slice(0, limit);
  const end = shown.at(-1);
  return {
    items: await withSuggestions(context, shown),
    next: rest.length > limit && end ? `${end.count} ${end.code}` : null,
    count: found.length,
    isMore: false,
    senders: [...context.master.senders.values()]
      .filter(({ status }) => status === 'active')
      .map(({ code, name }) => ({ code, name })),
  };
}
