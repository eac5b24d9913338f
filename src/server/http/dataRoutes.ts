/** Data for others over HTTP: `/api/v1` for programs with a key, `/open-data` for everybody. Source: issue 5-14. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { DataFilter } from '../../domain/dataApi.ts';
import { Refused } from '../../domain/refused.ts';
import { openDataIndex } from '../openData.ts';
import { dataIssues, dataReports } from '../queries/dataLists.ts';
import { parseBody } from './actionRoutes.ts';
import { areasOfKey, keyInHeader, keysOn } from './apiKeys.ts';
import { readQuery } from './body.ts';
import type { Ctx, Doors, Env } from './context.ts';

/** The district asked for; where there is only one it may be left out. */
export async function districtOf(doors: Doors, given: string | undefined): Promise<string> {
  const known = (await doors.districts()).map(({ code }) => code);
  const code = given ?? (known.length === 1 ? known[0] : undefined);
  if (code === undefined)
    throw new Refused(400, 'noDistrict', '缺少 district（区划代码），此处有多个区');
  if (!known.includes(code))
    throw new Refused(404, 'noSuchDistrict', 'district 没有对应的区，请核对区划代码');
  return code;
}

/** The moment as the database compares it, whatever its zone. */
const utc = (moment: string | undefined): string | undefined =>
  moment && new Date(moment).toISOString();

export function dataRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const { db, tools } = doors.house;
  const keys = keysOn(doors);
  for (const [name, read] of Object.entries({ reports: dataReports, issues: dataIssues }))
    routes.get(`/${name}`, async (c) => {
      const { since, until, ...rest } = parseBody(DataFilter, readQuery(c));
      const district = await districtOf(doors, rest.district);
      const asked = { district, shown: keyInHeader(c), right: 'reports.read' as const };
      const key = await keys.require(c, asked);
      const master = await tools.master.of(district);
      const filter = { ...rest, since: utc(since), until: utc(until) };
      const areas = areasOfKey(key, master);
      const page = await read({ db, master, areas, now: tools.now(), filter });
      return c.json(page, 200, { 'cache-control': 'private, no-store' });
    });
  routes.all('*', () => {
    throw new Refused(404, 'noSuchAddress', '没有这个地址');
  });
  return routes;
}

const open = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'public, max-age=3600',
};

const none = (): Refused =>
  new Refused(404, 'noFile', '没有这个文件；有哪些文件请看 /open-data/index.json');

export function openDataRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const directory = `${doors.house.dataDir}/open-data`;
  const asked = async (c: Ctx): Promise<string> => {
    doors.limits.stranger(c.get('address'));
    return districtOf(doors, c.req.query('district'));
  };
  routes.get('/index.json', async (c) => {
    const index = await openDataIndex(directory, await asked(c));
    if (!index) throw none();
    return c.json(index, 200, open);
  });
  routes.get('/:name', async (c) => {
    const name = c.req.param('name');
    if (!/^closed-issues(?:-\d{4}-\d{2})?\.csv$/.test(name)) throw none();
    const path = `${directory}/${await asked(c)}/${name}`;
    const found = await stat(path).catch(() => null);
    if (!found) throw none();
    return c.body(Readable.toWeb(createReadStream(path)) as ReadableStream, 200, {
      ...open,
      'content-type': 'text/csv; charset=utf-8',
      'content-length': String(found.size),
      'content-disposition': `attachment; filename="${name}"`,
    });
  });
  return routes;
}
