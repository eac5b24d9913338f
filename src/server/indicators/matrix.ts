/** Matrix 指标与小类: one part of one edition's tree, the 小类 linked to it, and how much is open there. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { CatalogLink } from '../../domain/catalogLink.ts';
import { isLinkInForce } from '../../domain/catalogLink.ts';
import { isIndicatorUnvouched, type Indicator } from '../../domain/indicator.ts';
import type { CellState } from '../../domain/indicatorApi.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import { inForce } from '../inForce.ts';
import type { QueryContext } from '../queries/context.ts';
import { classLinks, indicatorsAt } from './catalog.ts';
import { openIssueCounts } from './counts.ts';
import { checkReads } from './readers.ts';

interface Placed {
  indicator: Indicator;
  depth: number;
  isLoose: boolean;
}

/** 2 before 10, as people number. */
const byCode = (a: Indicator, b: Indicator): number =>
  a.code.localeCompare(b.code, 'zh', { numeric: true });

/** The tree from the top; what names an upper one that is not there, or itself in a ring, stands at the top. */
export function treeOf(all: readonly Indicator[]): Placed[] {
  const codes = new Set(all.map(({ code }) => code));
  const below = new Map<string | null, Indicator[]>();
  for (const one of [...all].sort(byCode)) {
    const parent = one.parentCode !== null && codes.has(one.parentCode) ? one.parentCode : null;
    below.set(parent, [...(below.get(parent) ?? []), one]);
  }
  const placed: Placed[] = [];
  const seen = new Set<string>();
  const place = (indicator: Indicator, depth: number, isLoose: boolean): void => {
    if (seen.has(indicator.code)) return;
    seen.add(indicator.code);
    placed.push({ indicator, depth, isLoose });
    for (const child of below.get(indicator.code) ?? []) place(child, depth + 1, false);
  };
  for (const one of below.get(null) ?? []) place(one, 0, one.parentCode !== null);
  for (const one of all) place(one, 0, true);
  return placed;
}

/** A longer tree is shown by its first part, unless a part is asked for. */
const longTree = 40;

/** The rows from one on, with all below it. */
function partOf(rows: readonly Placed[], under: string | undefined): Placed[] {
  const start = rows.findIndex(({ indicator }) => indicator.code === under);
  const first = rows[start];
  if (!first) return [...rows];
  const end = rows.findIndex(({ depth }, n) => n > start && depth <= first.depth);
  return rows.slice(start, end === -1 ? undefined : end);
}

const stateOf = (link: CatalogLink, now: string): CellState | null => {
  if (link.status === 'proposed') return 'proposed';
  if (isLinkInForce(link, now)) return 'active';
  return link.status === 'active' && (link.validFrom ?? '') > now ? 'coming' : null;
};

const rank: Record<CellState, number> = { active: 0, coming: 1, proposed: 2, named: 3 };

type Cell = QueryOutput<'catalogMatrix'>['cells'][number];

/** The cells of some indicators: of several links the one furthest on, then what the source names. */
function cellsOf(links: readonly CatalogLink[], rows: readonly Placed[], now: string): Cell[] {
  const found = new Map<string, Cell>();
  const put = (cell: Cell): void => {
    const key = `${cell.indicator} ${cell.category}`;
    const other = found.get(key);
    if (!other || rank[cell.state] < rank[other.state]) found.set(key, cell);
  };
  const codes = new Set(rows.map(({ indicator }) => indicator.code));
  for (const link of links) {
    const state = codes.has(link.fromCode) ? stateOf(link, now) : null;
    if (state && link.categoryCode !== null)
      put({ indicator: link.fromCode, category: link.categoryCode, state, linkId: link.id });
  }
  for (const { indicator } of rows)
    for (const category of indicator.categoryCodes)
      put({ indicator: indicator.code, category, state: 'named', linkId: null });
  return [...found.values()];
}

export async function catalogMatrix(
  context: QueryContext,
  { edition: wanted, under }: QueryInput<'catalogMatrix'>,
): Promise<QueryOutput<'catalogMatrix'>> {
  checkReads(context);
  const { master, now } = context;
  const all = indicatorsAt(master, now);
  const editions = [...new Set(all.map(({ edition }) => edition))].sort().reverse();
  const edition = editions.find((each) => each === wanted) ?? editions[0] ?? '';
  const tree = treeOf(all.filter((each) => each.edition === edition));
  const parents = new Set(tree.map(({ indicator }) => indicator.parentCode));
  const branches = tree.filter(({ indicator }) => parents.has(indicator.code));
  const first = tree.length > longTree ? branches[1]?.indicator.code : undefined;
  const rows = partOf(tree, under ?? first);
  const links = master.catalogLinks.filter(({ kind }) => kind === 'indicator');
  const cells = cellsOf(links, rows, now);
  const byClass = classLinks(master, now);
  const classes = new Map<string, number>();
  for (const { categoryCode } of byClass.values())
    if (categoryCode !== null) classes.set(categoryCode, (classes.get(categoryCode) ?? 0) + 1);
  const open = await openIssueCounts(context);
  const sumOf = (code: string, counts: ReadonlyMap<string, number>): number =>
    cells
      .filter((cell) => cell.indicator === code && cell.state === 'active')
      .reduce((sum, { category }) => sum + (counts.get(category) ?? 0), 0);
  const inForceLinks = new Set(
    links.filter((link) => isLinkInForce(link, now)).map(({ fromCode }) => fromCode),
  );
  const listed = inForce(master.orderClasses, now);
  return {
    editions,
    edition,
    parts: branches.map(({ indicator: { code, name }, depth }) => ({
      code,
      name: `${'　'.repeat(depth)}${name}`,
    })),
    under: rows.length < tree.length ? (rows[0]?.indicator.code ?? null) : null,
    rows: rows.map(({ indicator, depth, isLoose }) => ({
      id: indicator.id,
      code: indicator.code,
      name: indicator.name,
      depth,
      methods: indicator.methods,
      siteTypes: indicator.siteTypes,
      layer: indicator.district === baseDistrict ? ('base' as const) : ('own' as const),
      isUnvouched: isIndicatorUnvouched(indicator, now),
      isLoose,
      openIssues: sumOf(indicator.code, open),
      classes: sumOf(indicator.code, classes),
    })),
    columns: [...new Set(cells.map(({ category }) => category))].sort().map((code) => {
      const found = master.category(code, now);
      return {
        code,
        name: found?.name ?? `${code}（已停用）`,
        majorName: found?.majorName ?? '',
        openIssues: open.get(code) ?? 0,
        classes: classes.get(code) ?? 0,
      };
    }),
    cells,
    counts: {
      indicators: tree.length,
      unvouched: tree.filter(({ indicator }) => isIndicatorUnvouched(indicator, now)).length,
      linked: tree.filter(({ indicator }) => inForceLinks.has(indicator.code)).length,
      classes: listed.size,
      classesLinked: [...listed.keys()].filter((code) => byClass.has(code)).length,
      proposed: master.catalogLinks.filter(({ status }) => status === 'proposed').length,
    },
  };
}
