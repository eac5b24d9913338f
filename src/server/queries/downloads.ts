/** Downloads 导出记录: what somebody took out or asked for, and what waits for whoever may consent. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import {
  columnsOfDownload,
  download,
  findDownloadList,
  type Download,
} from '../../domain/download.ts';
import { toRecord } from '../columns.ts';
import { countRows } from '../download/lists.ts';
import { filterWordsOf, postWords } from '../download/mark.ts';
import { openActions } from '../openActions.ts';
import { askedOf, inActorsScope, signedIn, type QueryContext } from './context.ts';
import { chosen } from './filters.ts';
import { personName } from './names.ts';
import { allColumns, readPage } from './page.ts';

/** Own ones; `waiting`: everybody's that wait, for those who may consent, nothing for others. */
export async function downloadList(
  context: QueryContext,
  input: QueryInput<'downloadList'>,
): Promise<QueryOutput<'downloadList'>> {
  const { master, district, now } = context;
  const asked = askedOf(context);
  const { personId, role } = signedIn(context);
  const statuses = chosen(input.status, Object.keys(download.statuses), '状态');
  const mayGrant = (download.actions.grant.by as readonly string[]).includes(role);
  const page = await readPage(context, {
    alias: 'd',
    select: sql`${allColumns('download', 'd')}, r.row_count as made`,
    from: sql`download d left join download_run r on r.district = d.district and r.id = d.id`,
    where: [
      sql`d.district = ${district}`,
      inActorsScope(context, download, 'd'),
      ...(statuses ? [sql`d.status = any(${statuses})`] : []),
      ...(input.waiting
        ? [sql`d.status = 'asked'`, ...(mayGrant ? [] : [sql`false`])]
        : [sql`d.asker_id = ${personId}`]),
    ],
    order: { name: 'downloads', column: 'asked_at', direction: 'desc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const record = toRecord<Download>('download', row);
      return {
        ...record,
        label: findDownloadList(record.list)?.label ?? record.list,
        columnTitles: columnsOfDownload(record).map(({ title }) => title),
        filterWords: filterWordsOf(record, master, now),
        askerName: personName(master, record.askerId) ?? '',
        askerPost: postWords(master, record.askerPostId),
        deciderName: personName(master, record.deciderId),
        made: record.status === 'granted' ? ((row.made as number | null) ?? 0) : null,
        actions: openActions('download', record, asked),
      };
    }),
  };
}

/** How many rows a file of the list would have. */
export async function downloadSize(
  context: QueryContext,
  { list, filters = {} }: QueryInput<'downloadSize'>,
): Promise<QueryOutput<'downloadSize'>> {
  const { words = null, ...rest } = filters as Record<string, string>;
  return { rowCount: await countRows(context, { list, filters: rest, words }) };
}
