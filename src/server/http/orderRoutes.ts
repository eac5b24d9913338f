/**
 * Orders over HTTP: a hotline's file comes in for a check, its map is changed, it is applied and undone slice
 * by slice, and its refused rows go out. What is shown is asked for by the queries of `domain/orderApi.ts`.
 */
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { maxOrderBytes, OrderMapChoice } from '../../domain/orderApi.ts';
import { mapProblem } from '../../domain/orderMap.ts';
import { Refused } from '../../domain/refused.ts';
import { applyOrders } from '../orders/apply.ts';
import { checkLoad, checkMayImport, senderOf, takeIn, type OrderHouse } from '../orders/check.ts';
import { getLoad, rowOf, type OrderLoad } from '../orders/loads.ts';
import { refusedFile } from '../orders/refusedRows.ts';
import { undoOrders } from '../orders/undo.ts';
import { isUuid } from '../plan.ts';
import { noteRefusedTaken } from '../sheets/refusedTaken.ts';
import { parseBody } from './actionRoutes.ts';
import { readJson } from './body.ts';
import { getActor, type Ctx, type Doors, type Env } from './context.ts';
import { readingTurns, received } from './readingTurns.ts';

const types = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
};

function idOf(c: Ctx): string {
  const id = c.req.param('id') ?? '';
  if (!isUuid(id)) throw new Refused(404, 'notFound', '没有这次导入，请刷新列表');
  return id;
}

export function orderRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const { house } = doors;
  const orderHouse: OrderHouse = { pool: house.pool, tools: house.tools };
  const folder = `${house.dataDir}/orders`;
  const takingTurns = readingTurns();
  const shown = async (load: OrderLoad, district: string) => ({
    load: rowOf(load, await house.tools.master.of(district)),
  });

  routes.post('/', async (c) => {
    const actor = await getActor(c, doors);
    checkMayImport(actor);
    const sender = c.req.query('sender') ?? '';
    senderOf(await house.tools.master.of(actor.district), sender);
    return received(c, folder, maxOrderBytes, (upload) =>
      takingTurns(async () =>
        c.json(await shown(await takeIn(orderHouse, actor, sender, upload), actor.district)),
      ),
    );
  });

  routes.post('/loads/:id/map', async (c) => {
    const actor = await getActor(c, doors);
    checkMayImport(actor);
    const choice = parseBody(OrderMapChoice, await readJson(c));
    const load = await getLoad(house.pool, actor.district, idOf(c));
    if (load.status !== 'checked')
      throw new Refused(409, 'begun', '已经开始导入，不能再改列对照，请刷新页面');
    const problem = mapProblem(choice.map, load.head);
    if (problem) throw new Refused(400, 'badMap', problem);
    const checked = await takingTurns(() => checkLoad(orderHouse, actor, { ...load, ...choice }));
    return c.json(await shown(checked, actor.district));
  });

  routes.post('/loads/:id/apply', async (c) => {
    const actor = await getActor(c, doors);
    return c.json(await shown(await applyOrders(orderHouse, actor, idOf(c)), actor.district));
  });

  routes.post('/loads/:id/undo', async (c) => {
    const actor = await getActor(c, doors);
    return c.json(await shown(await undoOrders(orderHouse, actor, idOf(c)), actor.district));
  });

  routes.get('/loads/:id/refused', async (c) => {
    const actor = await getActor(c, doors);
    checkMayImport(actor);
    const load = await getLoad(house.pool, actor.district, idOf(c));
    await noteRefusedTaken(house.pool, 'order_load', actor, load, house.tools.now());
    const name = `被拒的行.${load.form}`;
    const body = Readable.toWeb(refusedFile(orderHouse, actor.district, load));
    return c.body(body as ReadableStream, 200, {
      'content-type': types[load.form],
      'content-disposition': `attachment; filename="refused.${load.form}"; filename*=UTF-8''${encodeURIComponent(name)}`,
      'cache-control': 'private, no-store',
    });
  });

  return routes;
}
