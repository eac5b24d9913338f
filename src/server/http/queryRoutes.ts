/** Queries over HTTP, derived from `domain/api.ts`. Public ones need no session, all others take the actor. */
import { Hono } from 'hono';
import { queries, type Query, type QueryName } from '../../domain/api.ts';
import { Refused } from '../../domain/refused.ts';
import type { QueryContext } from '../queries/context.ts';
import { handlers } from '../queries/handlers.ts';
import { parseBody } from './actionRoutes.ts';
import { readJson, readQuery } from './body.ts';
import { getActor, type Ctx, type Doors, type Env } from './context.ts';

/** Input names that stand in the path. */
const pathNames = (path: string): string[] =>
  [...path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);

async function inputOf(c: Ctx, query: Query): Promise<unknown> {
  const raw = query.method === 'post' ? await readJson(c) : readQuery(c);
  const named = Object.fromEntries(
    pathNames(query.path).map((name) => [name, c.req.param(name) ?? '']),
  );
  return parseBody(
    query.input,
    typeof raw === 'object' && raw !== null ? { ...raw, ...named } : raw,
  );
}

type AnyHandler = (context: QueryContext, input: unknown) => Promise<unknown>;

export function queryRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  for (const [name, query] of Object.entries<Query>(queries)) {
    const handle = handlers[name as QueryName] as AnyHandler;
    routes.on(query.method === 'post' ? 'POST' : 'GET', `/${query.path}`, async (c) => {
      const district = c.req.param('district') ?? '';
      if (query.isPublic) await checkStranger(c, doors, district);
      const actor = query.isPublic ? null : await getActor(c, doors);
      const input = await inputOf(c, query);
      if (name === 'follow' || name === 'callbackAsked')
        doors.limits.follow(c.get('address'), (input as { number: string }).number);
      const { db, pool, tools } = doors.house;
      const master = await tools.master.of(district);
      const output = await handle(
        { db, pool, master, box: tools.box, store: tools.store, actor, district, now: tools.now() },
        input,
      );
      return c.json(output as object);
    });
  }
  return routes;
}

async function checkStranger(c: Ctx, doors: Doors, district: string): Promise<void> {
  doors.limits.stranger(c.get('address'));
  if (!(await doors.districts()).some(({ code }) => code === district)) {
    throw new Refused(404, 'noSuchDistrict', '没有这个区');
  }
}
