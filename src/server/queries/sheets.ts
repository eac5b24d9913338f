/** Sheets 主数据表格: the files that were brought in, and what one of them would change, page by page. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { getSheet, mayLoad } from '../../domain/sheetList.ts';
import { getLoad, itemsOf, latestLoads, reasonsOf, rowOf } from '../sheets/loads.ts';
import { notFound, signedIn, type QueryContext } from './context.ts';

/** The latest loads of the sheets this role may bring in. */
export async function sheetLoads(
  context: QueryContext,
  { sheet }: QueryInput<'sheetLoads'>,
): Promise<QueryOutput<'sheetLoads'>> {
  const { role } = signedIn(context);
  const loads = await latestLoads(context.pool, context.district, sheet);
  return {
    items: loads
      .filter((load) => mayLoad(getSheet(load.sheet), role))
      .map((load) => rowOf(load, context.master)),
  };
}

export async function sheetLoad(
  context: QueryContext,
  { id, kind, page = 1 }: QueryInput<'sheetLoad'>,
): Promise<QueryOutput<'sheetLoad'>> {
  const { role } = signedIn(context);
  const { pool, district, master } = context;
  const load = await getLoad(pool, district, id);
  if (!mayLoad(getSheet(load.sheet), role)) throw notFound('导入');
  return {
    load: rowOf(load, master),
    items: kind ? await itemsOf(pool, district, id, kind, page) : [],
    reasons: kind === 'refused' ? await reasonsOf(pool, district, id) : [],
  };
}
