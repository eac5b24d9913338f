/**
 * Effect 影响: which open reports and issues a link would read otherwise than they stand. They are told, never
 * changed. Source: issue 5-5.
 */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { CatalogLink } from '../../domain/catalogLink.ts';
import { issue } from '../../domain/issue.ts';
import { report } from '../../domain/report.ts';
import type { Effect } from '../../domain/indicatorApi.ts';
import type { MasterData } from '../masterData.ts';
import { inActorsScope, notFound, signedIn, type QueryContext } from '../queries/context.ts';
import { countedTo } from '../queries/page.ts';
import type { Sql } from '../scope.ts';
import { checkReads, classParts } from './readers.ts';

const listed = 50;
const nothing = sql`select null where false`;

/** Reports that wait and would get another 小类. An indicator is not read from reports. */
function openReports(
  link: CatalogLink,
  master: MasterData,
  select: Sql,
  more: Sql,
  most: number,
): Sql {
  const parts = link.kind === 'class' && classParts(master, link.fromCode);
  if (!parts) return nothing;
  return sql`select ${select} from report r where r.district = ${master.district}
    and r.sender_code = ${parts.senderCode} and r.outside_class = ${parts.words}
    and r.status in ('submitted', 'confirming') and r.category_code is distinct from ${link.categoryCode}::text
    and ${more} limit ${most}`;
}

/** Open issues of such reports with another 小类; of an indicator those of its 小类, which it begins to count. */
function openIssues(
  link: CatalogLink,
  master: MasterData,
  select: Sql,
  more: Sql,
  most: number,
): Sql {
  if (link.kind === 'indicator')
    return sql`select ${select} from issue i where i.district = ${master.district}
      and i.category_code = ${link.categoryCode} and i.current_due is not null and ${more} limit ${most}`;
  const parts = classParts(master, link.fromCode);
  if (!parts) return nothing;
  return sql`select ${select} from issue i where i.district = ${master.district} and i.id in (
      select r.issue_id from report r where r.district = ${master.district}
        and r.sender_code = ${parts.senderCode} and r.outside_class = ${parts.words} and r.status = 'joined')
    and i.current_due is not null and i.category_code is distinct from ${link.categoryCode}::text
    and ${more} limit ${most}`;
}

/** The counts of some links, by their ids; each to 1,000. */
export async function effectsOf(
  { db, master }: Pick<QueryContext, 'db' | 'master'>,
  links: readonly CatalogLink[],
): Promise<Map<string, Effect>> {
  if (links.length === 0) return new Map();
  const most = countedTo + 1;
  const parts = links.map(
    (link) => sql`select ${link.id}::text as id,
      (select count(*) from (${openReports(link, master, sql`1`, sql`true`, most)}) a)::integer as reports,
      (select count(*) from (${openIssues(link, master, sql`1`, sql`true`, most)}) b)::integer as issues`,
  );
  const { rows } = await sql<{ id: string; reports: number; issues: number }>`${sql.join(
    parts,
    sql` union all `,
  )}`.execute(db);
  return new Map(
    rows.map(({ id, reports, issues }) => [
      id,
      {
        reports: Math.min(reports, countedTo),
        issues: Math.min(issues, countedTo),
        isMore: reports > countedTo || issues > countedTo,
      },
    ]),
  );
}

interface MatterRow {
  id: string;
  number: string;
  words: string;
  category_code: string | null;
}

/** What a link would read otherwise: counts for every reader, the matters for whoever may see them. */
export async function catalogEffect(
  context: QueryContext,
  { id }: QueryInput<'catalogEffect'>,
): Promise<QueryOutput<'catalogEffect'>> {
  checkReads(context);
  const { db, master, now } = context;
  const link = master.catalogLinks.find((one) => one.id === id);
  if (!link) throw notFound('目录对应');
  const effect = (await effectsOf(context, [link])).get(id) ?? {
    reports: 0,
    issues: 0,
    isMore: false,
  };
  const mayList = signedIn(context).role !== 'systemAdmin';
  const [reports, issues] = await Promise.all([
    sql<MatterRow>`${openReports(
      link,
      master,
      sql`r.id, r.number, left(r.content, 60) as words, r.category_code`,
      inActorsScope(context, report, 'r'),
      listed,
    )}`.execute(db),
    sql<MatterRow>`${openIssues(
      link,
      master,
      sql`i.id, i.number, left(i.description, 60) as words, i.category_code`,
      inActorsScope(context, issue, 'i'),
      listed,
    )}`.execute(db),
  ]);
  const matter = ({ id: matterId, number, words, category_code: code }: MatterRow) => ({
    id: matterId,
    number,
    words,
    categoryName: code === null ? null : (master.category(code, now)?.name ?? code),
  });
  return {
    effect,
    reports: reports.rows.map(matter),
    issues: issues.rows.map(matter),
    mayList,
    validFrom: link.validFrom,
  };
}
