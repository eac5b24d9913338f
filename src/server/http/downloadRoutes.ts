/** Downloads over HTTP 导出文件: the file of a download, each time recorded, and the definitions beside a CSV file. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { v7 as newId } from 'uuid';
import { columnsOfDownload, type Download } from '../../domain/download.ts';
import { fileTitle } from '../../domain/downloadWords.ts';
import { Refused } from '../../domain/refused.ts';
import { definitionsCsv } from '../download/files.ts';
import { downloadPath } from '../download/make.ts';
import { markOf } from '../download/mark.ts';
import { perform } from '../perform.ts';
import { isUuid } from '../plan.ts';
import { getActor, type Ctx, type Doors, type Env } from './context.ts';

const types = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
};

const gone = (): Refused => new Refused(404, 'noFile', '文件已不在服务器上，请回到列表重新导出');

function headersOf(title: string, form: 'xlsx' | 'csv'): Record<string, string> {
  return {
    'content-type': types[form],
    'content-disposition': `attachment; filename="download.${form}"; filename*=UTF-8''${encodeURIComponent(title)}`,
    'cache-control': 'private, no-store',
  };
}

export function downloadRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const { tools, dataDir } = doors.house;

  /** Records that the file is taken and answers the record. Throws 403, 404 or 409. */
  const take = async (c: Ctx): Promise<Download> => {
    const actor = await getActor(c, doors);
    const id = c.req.param('id') ?? '';
    if (!isUuid(id)) throw new Refused(404, 'notFound', '没有这次导出，请刷新页面');
    const order = { noun: 'download', id, action: 'take', input: {}, requestId: newId() };
    return (await perform(tools, actor, order)).record as unknown as Download;
  };

  const markedAt = async (record: Download) =>
    markOf(record, await tools.master.of(record.district), record.madeAt ?? record.askedAt);

  routes.get('/:id/file', async (c) => {
    const record = await take(c);
    const path = downloadPath(`${dataDir}/downloads`, record);
    const found = await stat(path).catch(() => null);
    if (!found) throw gone();
    const title = fileTitle(await markedAt(record));
    const body = Readable.toWeb(createReadStream(path)) as ReadableStream;
    return c.body(body, 200, {
      ...headersOf(`${title}.${record.form}`, record.form),
      'content-length': String(found.size),
    });
  });

  routes.get('/:id/definitions.csv', async (c) => {
    const record = await take(c);
    const mark = await markedAt(record);
    const bytes = definitionsCsv(
      { ...mark, rowCount: record.rowCount ?? 0 },
      columnsOfDownload(record),
    );
    return c.body(new Uint8Array(bytes), 200, headersOf(`${fileTitle(mark)}-字段说明.csv`, 'csv'));
  });

  return routes;
}
