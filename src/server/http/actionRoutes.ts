/** Actions over HTTP, derived from the nouns: one action, and many of one kind. */
import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { inScope, scopeOf, type Actor } from '../../domain/access.ts';
import type { ActionAnswer, Problem } from '../../domain/views.ts';
import type { Noun } from '../../domain/action.ts';
import { nouns } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import { openActions } from '../openActions.ts';
import { oneByOne, perform, type Done } from '../perform.ts';
import { isUuid } from '../plan.ts';
import { readJson } from './body.ts';
import { getActor, getSession, type Ctx, type Doors, type Env } from './context.ts';

const byPlural = new Map<string, Noun>(
  Object.values<Noun>(nouns).map((noun) => [noun.plural, noun]),
);

const OrderBody = z.strictObject({
  requestId: z.uuid(),
  seen: z.number().int().min(1).max(1_000_000_000).optional(),
  input: z.record(z.string(), z.unknown()),
});

const BulkBody = z.strictObject({
  items: z
    .array(OrderBody.extend({ id: z.uuid() }))
    .min(1)
    .max(200, '一次最多办理 200 件'),
});

/** Parses a body of our own shape. Throws 400 with the fields. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.slice(0, 20).map((problem) => ({
    field: problem.path.map(String).join('.').slice(0, 100),
    message: problem.message.slice(0, 200),
  }));
  throw new Refused(400, 'badInput', '填写的内容有误，请按提示修改', { fields });
}

/** Fields of a record that never leave the server. */
const hidden = new Set([
  'complainantName',
  'complainantPhone',
  'complainantEmail',
  'followHash',
  'hash',
  'previousHash',
]);

/** The record as the actor may see it after acting; only its identity when it left their scope. */
function visible(noun: Noun, record: Done['record'], actor: Actor): Record<string, unknown> {
  const { id, version, status } = record;
  if (!inScope(record, scopeOf(actor), noun.seen)) return { id, version, status };
  return Object.fromEntries(Object.entries(record).filter(([field]) => !hidden.has(field)));
}

async function answer(
  doors: Doors,
  noun: Noun,
  actor: Actor,
  { event, record }: Done,
): Promise<ActionAnswer> {
  const { tools } = doors.house;
  const now = tools.now();
  const settings = (await tools.master.of(actor.district)).settings(now);
  return {
    eventId: event.id,
    record: visible(noun, record, actor),
    actions: inScope(record, scopeOf(actor), noun.seen)
      ? openActions(noun.name, record, { now, actor, settings })
      : [],
  };
}

function nounOf(c: Ctx): Noun {
  const noun = byPlural.get(c.req.param('plural') ?? '');
  if (!noun) throw new Refused(404, 'noSuchAddress', '没有这个地址');
  return noun;
}

/** What is done to another's account and wants the password again (trust V7.5.1). */
const sensitive = new Set(['endSessions', 'resetTotp']);

/** What actions on a person mean for the credential, once; a reset gives the first password, shown once. */
async function touchCredential(
  doors: Doors,
  action: string,
  { event, record: { id: personId, login }, isRepeat }: Done,
): Promise<string | undefined> {
  if (isRepeat) return undefined;
  const { sessionId } = event.input;
  if (typeof sessionId === 'string') await doors.accounts.endOne(personId, sessionId);
  else if (action === 'endSessions') await doors.accounts.endAll(personId);
  if (action === 'resetTotp') await doors.accounts.totp.clear(personId);
  if (action === 'unlock') await doors.accounts.unlock(personId);
  if (action === 'unlock' || action === 'resetPassword') doors.limits.signInReleased(String(login));
  if (['retire', 'resetPassword', 'resetTotp'].includes(action))
    await doors.accounts.endAll(personId);
  if (action !== 'resetPassword') return undefined;
  const password = randomBytes(12).toString('base64url');
  await doors.accounts.setPassword(personId, password, true);
  return password;
}

export function actionRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post('/:plural/bulk/:action', async (c) => {
    const noun = nounOf(c);
    if (noun.name === 'person') throw new Refused(403, 'oneByOne', '账号只能逐个办理');
    const actor = await getActor(c, doors);
    const { items } = parseBody(BulkBody, await readJson(c));
    const action = c.req.param('action');
    const orders = items.map((item) => ({ ...item, noun: noun.name, action }));
    const outcomes = await oneByOne(doors.house.tools, actor, orders);
    const results = await Promise.all(
      outcomes.map(async (outcome) => {
        if ('done' in outcome) {
          return {
            requestId: outcome.requestId,
            answer: await answer(doors, noun, actor, outcome.done),
          };
        }
        const { code, message, details } = outcome.refused;
        const problem: Problem = { code, message, details, requestId: c.get('requestId') };
        return { requestId: outcome.requestId, problem };
      }),
    );
    return c.json({ results });
  });

  routes.post('/:plural/:id/:action', async (c) => {
    const noun = nounOf(c);
    const actor = await getActor(c, doors);
    const { id, action } = c.req.param();
    if (noun.name === 'person' && sensitive.has(action))
      doors.accounts.requireConfirmed((await getSession(c, doors)).session);
    if (!isUuid(id)) throw new Refused(404, 'notFound', `${noun.label}不存在或不在您的范围内`);
    const body = parseBody(OrderBody, await readJson(c));
    const done = await perform(doors.house.tools, actor, { ...body, noun: noun.name, id, action });
    const password =
      noun.name === 'person' ? await touchCredential(doors, action, done) : undefined;
    return c.json({ ...(await answer(doors, noun, actor, done)), password });
  });

  return routes;
}
