/** Category view 类别的全部版本: both layers, what each changed, who confirmed it and how much was judged under it. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { category, isUnvouched, type Category } from '../../domain/category.ts';
import { categoryChanges } from '../../domain/categoryChange.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import type { CategoryVersion } from '../../domain/standardsApi.ts';
import type { OpenAction } from '../../domain/views.ts';
import { gradesOf } from './categoryList.ts';
import { askedOf, notFound, type QueryContext } from './context.ts';
import { personName } from './names.ts';
import { countedTo } from './page.ts';
import { placedVersions } from './versions.ts';

/** Issues of each version: those accepted while it was in force, at most 1,001 of them looked at. */
async function issueCounts(
  { db, district }: QueryContext,
  versions: readonly Category[],
): Promise<Map<string, number>> {
  const parts = versions.map(
    ({ id, code, validFrom, validTo }) => sql`
      select ${id}::uuid as id, count(*) filter (where c.category_id = ${id}) as count from
        (select i.category_id from issue i where i.district = ${district} and i.category_code = ${code}
           and i.accepted_at >= ${validFrom}::timestamptz
           and i.accepted_at < coalesce(${validTo}::timestamptz, 'infinity') limit ${countedTo + 1}) c`,
  );
  const { rows } = await sql<{ id: string; count: number }>`${sql.join(
    parts,
    sql` union all `,
  )}`.execute(db);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** What a district may do with a base version: have its own, which the page makes of it. */
function onBase(row: Category, versions: readonly Category[], context: QueryContext): OpenAction[] {
  const { actor, now, district } = askedFor(context);
  if (district === baseDistrict || row.validTo !== null) return [];
  const own = versions.find(
    (other) => other.district === district && (other.validTo === null || other.validTo > now),
  );
  const refusal = own
    ? { code: 'ownVersion', message: '本区已有这个类别的版本，请在那一版上修订或核定' }
    : null;
  const offered = ['add', ...(isUnvouched(row, now) ? ['adopt'] : [])] as const;
  return offered
    .map((action) => [action, category.actions[action as 'add' | 'adopt']] as const)
    .filter(([, { by }]) => by.includes(actor.role))
    .map(([action, { label }]) => ({
      noun: 'category',
      action,
      label: action === 'add' ? '修订为本区标准' : label,
      id: null,
      as: null,
      refusal,
    }));
}

const askedFor = (context: QueryContext) => ({ ...askedOf(context), district: context.district });

export async function categoryView(
  context: QueryContext,
  { code }: QueryInput<'categoryView'>,
): Promise<QueryOutput<'categoryView'>> {
  const asked = askedOf(context);
  const { master, now } = context;
  const rows = [...master.categories.values()].filter((row) => row.code === code);
  if (rows.length === 0) throw notFound('类别');
  const counts = await issueCounts(context, rows);
  const placed = placedVersions('category', rows, asked);
  const versions = placed.map((row, n): CategoryVersion => {
    const earlier = placed.slice(n + 1);
    const before = earlier.find(({ layer }) => layer === row.layer) ?? earlier[0];
    const issueCount = counts.get(row.id) ?? 0;
    return {
      ...row,
      actions: row.layer === 'own' ? row.actions : [...row.actions, ...onBase(row, rows, context)],
      isUnvouched: isUnvouched(row, now),
      vouchedByName: personName(master, row.vouchedBy),
      issueCount: Math.min(issueCount, countedTo),
      isMoreIssues: issueCount > countedTo,
      changes: before ? categoryChanges(before, row) : [],
    };
  });
  return { code, versions, grades: gradesOf(master) };
}
