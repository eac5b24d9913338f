/** Files of boundaries over HTTP: looked at, and applied all or nothing; larger than any other body. */
import { Hono } from 'hono';
import { area } from '../../domain/area.ts';
import { AreaFileInput } from '../../domain/areaApi.ts';
import { Refused } from '../../domain/refused.ts';
import { loadAreaFile } from '../areaFile.ts';
import { parseBody } from './actionRoutes.ts';
import { readJson } from './body.ts';
import { getActor, type Doors, type Env } from './context.ts';

/** 20 MB of file and what is said about it. */
const maxBytes = 20 * 1024 * 1024 + 10_000;

export function areaRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/file', async (c) => {
    const actor = await getActor(c, doors);
    if (!area.actions.draw.by.includes(actor.role))
      throw new Refused(403, 'notYourRole', '您的岗位不能载入区域边界，请联系系统管理员');
    const input = parseBody(AreaFileInput, await readJson(c, maxBytes));
    return c.json(await loadAreaFile(doors.house.tools, actor, input));
  });
  return routes;
}
