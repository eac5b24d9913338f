/** Orders 工单导入: the files that were brought in, and what one of them is or became; for the desk alone. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { checkMayImport, previewOf } from '../orders/check.ts';
import { getLoad, latestLoads, readChunk, rowOf } from '../orders/loads.ts';
import { staysOf } from '../orders/undo.ts';
import { signedIn, type QueryContext } from './context.ts';

/** The latest files, newest first. */
export async function orderLoads(context: QueryContext): Promise<QueryOutput<'orderLoads'>> {
  checkMayImport(signedIn(context));
  const loads = await latestLoads(context.pool, context.district);
  return { items: loads.map((load) => rowOf(load, context.master)) };
}

export async function orderLoad(
  context: QueryContext,
  { id }: QueryInput<'orderLoad'>,
): Promise<QueryOutput<'orderLoad'>> {
  checkMayImport(signedIn(context));
  const { pool, box, district, master, now } = context;
  const load = await getLoad(pool, district, id);
  const isOpen = load.status === 'checked';
  const chunk = isOpen ? await readChunk(pool, box, district, id, 0) : undefined;
  return {
    load: rowOf(load, master),
    preview: isOpen ? previewOf(load, chunk, master, now) : [],
    stays: load.counts.stays > 0 ? await staysOf(pool, district, id) : [],
  };
}
