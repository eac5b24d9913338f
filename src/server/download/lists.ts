/**
 * Lists to take out: the rows of a list page by page, by the very query of its page, so that a file holds what
 * the list shows to whoever asked and nothing else. Words of confidential matters stay in the house.
 */
import { z } from 'zod';
import { queries } from '../../domain/api.ts';
import {
  columnsOfDownload,
  findDownloadList,
  mostRows,
  type Download,
  type DownloadListName,
} from '../../domain/download.ts';
import { secretWords, type Cell, type DownloadList } from '../../domain/downloadColumn.ts';
import { Refused } from '../../domain/refused.ts';
import { approvalList } from '../queries/approvalList.ts';
import { assistList } from '../queries/assistList.ts';
import { callbackList } from '../queries/callbacks.ts';
import { categoryList } from '../queries/categoryList.ts';
import type { QueryContext } from '../queries/context.ts';
import { deputyList } from '../queries/deputyList.ts';
import { ownerlessList } from '../queries/dutyOwnerless.ts';
import { findingList } from '../queries/findings.ts';
import { issueList } from '../queries/issueList.ts';
import { patronList } from '../queries/patronList.ts';
import { personList } from '../queries/personList.ts';
import { postList } from '../queries/postList.ts';
import { reportList } from '../queries/reportList.ts';

interface ListPage {
  items: object[];
  next: string | null;
  count: number;
  isMore: boolean;
}

type ListQuery = (context: QueryContext, input: Record<string, unknown>) => Promise<ListPage>;

const listQueries = {
  issueList,
  reportList,
  approvalList,
  assistList,
  callbackList,
  findingList,
  ownerlessList,
  personList,
  postList,
  deputyList,
  patronList,
  categoryList,
} as unknown as Record<DownloadListName, ListQuery>;

/** Rows read at once: large enough to be quick, small enough to leave others their turn. */
const pageRows = 500;

export type Chosen = Pick<Download, 'list' | 'filters' | 'words'>;

function listOf(name: string): { definition: DownloadList; query: ListQuery } {
  const definition = findDownloadList(name);
  if (!definition) throw new Refused(404, 'noSuchList', '没有这个列表，请刷新页面');
  return { definition, query: listQueries[name as DownloadListName] };
}

/** The filters as the list's page sends them, checked by the same schema. Throws 400. */
function inputOf({ list, filters, words }: Chosen): Record<string, unknown> {
  const schema: z.ZodObject = queries[list as DownloadListName].input;
  const { cursor: _cursor, limit: _limit, ...shape } = schema.shape;
  const asked = { ...filters, ...(words === null ? {} : { words }) };
  const parsed = z.strictObject(shape).safeParse(asked);
  if (!parsed.success)
    throw new Refused(400, 'badFilter', '筛选条件不对，请回到列表重新筛选后再导出');
  return parsed.data;
}

/** How many rows the list has for this actor, counted to one more than fit a file. */
export async function countRows(context: QueryContext, chosen: Chosen): Promise<number> {
  const { query } = listOf(chosen.list);
  const page = await query({ ...context, countTo: mostRows }, { ...inputOf(chosen), limit: 1 });
  return page.count + (page.isMore ? 1 : 0);
}

/** Of these records the ones that rest on a confidential report or a tip-off. */
async function secretIds(
  { pool, district }: QueryContext,
  noun: 'report' | 'issue',
  ids: readonly string[],
): Promise<Set<string>> {
  const key = noun === 'report' ? 'id' : 'issue_id';
  const { rows } = await pool.query<{ id: string }>({
    name: `download secret ${noun}`,
    text: `select ${key} as id from report where district = $1 and ${key} = any($2::uuid[])
             and (is_confidential or kind is not distinct from 'tipOff')`,
    values: [district, ids],
  });
  return new Set(rows.map(({ id }) => id));
}

/** The rows of a list in the columns chosen, a page at a time. `limit`: the most rows there may be. */
export async function* pagesOf(
  context: QueryContext,
  download: Chosen & Pick<Download, 'columns'>,
): AsyncGenerator<Cell[][]> {
  const { definition, query } = listOf(download.list);
  const columns = columnsOfDownload(download);
  const input = inputOf(download);
  let cursor: string | undefined;
  do {
    const page: ListPage = await query(
      { ...context, countTo: 0 },
      { ...input, limit: pageRows, ...(cursor ? { cursor } : {}) },
    );
    const { secrecy } = definition;
    const idOf = (item: object): string =>
      String((item as Record<string, unknown>)[secrecy?.field ?? 'id']);
    const secret = secrecy
      ? await secretIds(context, secrecy.noun, page.items.map(idOf))
      : new Set<string>();
    yield page.items.map((item) =>
      columns.map((column) => {
        const cell = column.cell(item as never);
        return column.isOpenOnly && cell !== null && secret.has(idOf(item)) ? secretWords : cell;
      }),
    );
    cursor = page.next ?? undefined;
  } while (cursor);
}
