/**
 * Sheets over HTTP: a sheet goes out as XLSX or CSV, a file comes in for a preview, a preview is applied or
 * undone. What a load would change is asked for by the queries of `domain/sheetApi.ts`.
 */
import { mkdir, rm } from 'node:fs/promises';
import { Hono } from 'hono';
import { v7 as newId } from 'uuid';
import { Day, localDay, startOfDay } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { SheetApply } from '../../domain/sheetApi.ts';
import { getSheet } from '../../domain/sheetList.ts';
import { isUuid } from '../plan.ts';
import { applyLoad, type SheetHouse } from '../sheets/apply.ts';
import { diffOf, getLoad, rowOf } from '../sheets/loads.ts';
import { checkMayLoad, previewSheet, sheetLines } from '../sheets/preview.ts';
import { csvOf, toCsv, toXlsx } from '../sheets/sheetOut.ts';
import { undoLoad } from '../sheets/undo.ts';
import { parseBody } from './actionRoutes.ts';
import { readJson } from './body.ts';
import { getActor, type Ctx, type Doors, type Env } from './context.ts';
import { receiveFile } from './receiveFile.ts';

const maxBytes = 10 * 1024 * 1024;
/** Files read at the same time; each may need some hundred megabytes. */
const maxAtOnce = 2;

const types = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
};

function idOf(c: Ctx): string {
  const id = c.req.param('id') ?? '';
  if (!isUuid(id)) throw new Refused(404, 'notFound', '没有这次导入，请刷新列表');
  return id;
}

export function sheetRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const { house, accounts } = doors;
  const sheetHouse: SheetHouse = { pool: house.pool, tools: house.tools, accounts };
  const folder = `${house.dataDir}/sheets`;
  let reading = 0;

  routes.get('/:file{[a-zA-Z]+\\.(?:xlsx|csv)}', async (c) => {
    const actor = await getActor(c, doors);
    const [name, form] = c.req.param('file').split('.') as [string, keyof typeof types];
    const sheet = getSheet(name);
    const now = house.tools.now();
    const wanted = c.req.query('day') ?? localDay(now);
    const day = parseBody(Day, wanted);
    const at = day === localDay(now) ? now : startOfDay(day);
    const { lines, names } = await sheetLines(house, actor, sheet, at);
    const isTemplate = c.req.query('empty') === '1';
    const kept = isTemplate ? [] : lines;
    const bytes = form === 'csv' ? toCsv(sheet, kept) : await toXlsx(sheet, kept, names);
    const title = encodeURIComponent(`${sheet.title}${isTemplate ? '模板' : `-${day}`}.${form}`);
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': types[form],
      'content-disposition': `attachment; filename="${name}.${form}"; filename*=UTF-8''${title}`,
      'cache-control': 'private, no-store',
    });
  });

  routes.get('/loads/:id/refused.csv', async (c) => {
    const actor = await getActor(c, doors);
    const load = await getLoad(house.pool, actor.district, idOf(c));
    checkMayLoad(getSheet(load.sheet), actor);
    const diff = await diffOf(house.pool, actor.district, load.id);
    const lines = diff
      .filter(({ kind }) => kind === 'refused')
      .map(({ rows, column, message, label }) => [rows.join('、'), column, message ?? '', label]);
    const bytes = csvOf([['行', '列', '原因', '内容'], ...lines]);
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': types.csv,
      'content-disposition': `attachment; filename="refused.csv"; filename*=UTF-8''${encodeURIComponent('被拒的行.csv')}`,
      'cache-control': 'private, no-store',
    });
  });

  routes.post('/loads/:id/apply', async (c) => {
    const actor = await getActor(c, doors);
    const choice = parseBody(SheetApply, await readJson(c));
    const done = await applyLoad(sheetHouse, actor, idOf(c), choice);
    return c.json(done, 200, { 'cache-control': 'no-store' });
  });

  routes.post('/loads/:id/undo', async (c) => {
    const actor = await getActor(c, doors);
    return c.json(await undoLoad(sheetHouse, actor, idOf(c)));
  });

  routes.post('/:sheet', async (c) => {
    const actor = await getActor(c, doors);
    const sheet = getSheet(c.req.param('sheet'));
    checkMayLoad(sheet, actor);
    if (reading >= maxAtOnce)
      throw new Refused(429, 'busy', '正在读取别的表格，请稍候再上传', { retryAfter: 5 });
    reading += 1;
    const path = `${folder}/${newId()}`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const upload = await receiveFile(c, path, maxBytes);
      const load = await previewSheet(house, actor, sheet, upload);
      return c.json({ load: rowOf(load, await house.tools.master.of(actor.district)) });
    } finally {
      reading -= 1;
      await rm(path, { force: true });
    }
  });

  return routes;
}
