/** Area list 区域列表: every area ever, with what lies in it; and the map of one area's children. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { Area } from '../../domain/area.ts';
import { packPolygon } from '../../domain/place.ts';
import { initialsOf } from '../pinyin.ts';
import { signedIn, type QueryContext } from './context.ts';
import { unitName } from './names.ts';

const byCode = (a: { code: string }, b: { code: string }): number => (a.code < b.code ? -1 : 1);

/** Adds a count to a code and to all codes it begins with. */
function addUpwards(counts: Map<string, number>, code: string, count: number): void {
  for (let length = code.length; length >= 6; length -= 3) {
    const above = code.slice(0, length);
    counts.set(above, (counts.get(above) ?? 0) + count);
  }
}

/** Open issues by area; those judged under an old code count for the area that stands for it now. */
async function openIssues({ pool, district, master }: QueryContext): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ code: string; count: string }>(
    `select area_code as code, count(*) as count from issue
     where district = $1 and current_due is not null group by area_code`,
    [district],
  );
  const counts = new Map<string, number>();
  for (const { code, count } of rows) addUpwards(counts, master.currentArea(code), Number(count));
  return counts;
}

export async function areaList(context: QueryContext): Promise<QueryOutput<'areaList'>> {
  signedIn(context);
  const { master } = context;
  const issues = await openIssues(context);
  const below = new Map<string, number>();
  for (const { code, status } of master.areas.values())
    if (status === 'active') addUpwards(below, code.slice(0, -3), 1);
  return {
    areas: [...master.areas.values()].sort(byCode).map((area) => ({
      id: area.id,
      version: area.version,
      status: area.status,
      code: area.code,
      name: area.name,
      level: area.level,
      grade: area.grade,
      initials: initialsOf(area.name),
      isDrawn: area.polygon !== null,
      unitName: unitName(master, area.unitId),
      areaCount: below.get(area.code) ?? 0,
      issueCount: issues.get(area.code) ?? 0,
      succeededBy: area.succeededBy,
    })),
  };
}

export async function areaMap(
  context: QueryContext,
  { code }: QueryInput<'areaMap'>,
): Promise<QueryOutput<'areaMap'>> {
  signedIn(context);
  const isShown = (area: Area): boolean =>
    area.status === 'active' &&
    (area.code === code || (area.code.length === code.length + 3 && area.code.startsWith(code)));
  return {
    areas: [...context.master.areas.values()]
      .filter(isShown)
      .sort(byCode)
      .flatMap(({ id, code: own, name, level, polygon }) =>
        polygon ? [{ id, code: own, name, level, polygon: packPolygon(polygon) }] : [],
      ),
  };
}
