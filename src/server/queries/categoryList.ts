/** Category list 类别: the categories of a day by words, code or initials, from master data in memory. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { isUnvouched, type Category } from '../../domain/category.ts';
import { freeExtensionCode, limitWords } from '../../domain/categoryChange.ts';
import { localDay, startOfDay, type Moment } from '../../domain/moment.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import type { CategoryItem } from '../../domain/standardsApi.ts';
import type { MasterData } from '../masterData.ts';
import { initialsOf } from '../pinyin.ts';
import { signedIn, type QueryContext } from './context.ts';

const usualLimit = 50;

/** '部件 01' as one key: 'P01'. */
const majorKey = ({ kind, majorCode }: Pick<Category, 'kind' | 'majorCode'>): string =>
  `${kind === 'part' ? 'P' : 'E'}${majorCode}`;

const isMeant = (row: Category, initials: string, words: string): boolean => {
  const text = words.toLowerCase();
  return (
    row.name.includes(words) ||
    row.code.toLowerCase().startsWith(text) ||
    initials.includes(text) ||
    row.keywords.some((keyword) => keyword.includes(words))
  );
};

/** When the next version of a code begins, of either layer. */
const nextFrom = (master: MasterData, code: string, at: Moment): Moment | null =>
  [...master.categories.values()]
    .filter((row) => row.code === code && row.validFrom > at)
    .map(({ validFrom }) => validFrom)
    .reduce<Moment | null>((a, b) => (a === null || b < a ? b : a), null);

function itemOf(row: Category, master: MasterData, at: Moment): CategoryItem {
  const { id, code, name, kind, majorCode, majorName, isExtension, validFrom, conditions } = row;
  const limits = [...new Set(conditions.map(limitWords))];
  return {
    id,
    code,
    name,
    initials: initialsOf(name),
    kind,
    majorCode,
    majorName,
    layer: row.district === baseDistrict ? 'base' : 'own',
    isExtension,
    isUnvouched: isUnvouched(row, at),
    limits: limits.join(' / '),
    conditionCount: conditions.length,
    validFrom,
    nextFrom: nextFrom(master, code, at),
  };
}

function majorsOf(
  rows: readonly Category[],
  master: MasterData,
): QueryOutput<'categoryList'>['majors'] {
  const taken = new Set([...master.categories.values()].map(({ code }) => code));
  return [...new Map(rows.map((row) => [majorKey(row), row])).entries()]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([key, { kind, majorCode, majorName }]) => ({
      key,
      kind,
      code: majorCode,
      name: majorName,
      freeCode: freeExtensionCode(kind, majorCode, taken),
    }));
}

/** The management grades that areas of the district have. */
export const gradesOf = (master: MasterData): string[] =>
  [...new Set([...master.areas.values()].flatMap(({ grade }) => grade ?? []))].sort();

export async function categoryList(
  context: QueryContext,
  input: QueryInput<'categoryList'>,
): Promise<QueryOutput<'categoryList'>> {
  signedIn(context);
  const { master, now } = context;
  const { words, kind, major, layer, pending, at: day, cursor = '', limit = usualLimit } = input;
  const at = day === undefined || day === localDay(now) ? now : startOfDay(day);
  const all = master.categoriesAt(at);
  const found = all.filter(
    (row) =>
      (!kind || row.kind === kind) &&
      (!major || majorKey(row) === major) &&
      (!layer || (row.district === baseDistrict ? 'base' : 'own') === layer) &&
      (!pending || isUnvouched(row, at)) &&
      (!words || isMeant(row, initialsOf(row.name), words)),
  );
  const rest = found.filter(({ code }) => code > cursor);
  const items = rest.slice(0, limit);
  return {
    items: items.map((row) => itemOf(row, master, at)),
    next: rest.length > limit ? (items.at(-1)?.code ?? null) : null,
    count: found.length,
    isMore: false,
    unvouchedCount: all.filter((row) => isUnvouched(row, at)).length,
    majors: majorsOf(all, master),
    grades: gradesOf(master),
  };
}
