/** What a person does with their own account: password, open sessions, second factor. */
import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { z } from 'zod';
import { baseDistrict } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import type { SessionItem } from '../../domain/views.ts';
import { systemActor } from '../baseSeed.ts';
import { deviceWords } from '../device.ts';
import { perform } from '../perform.ts';
import { v7 as newId } from 'uuid';
import { parseBody } from './actionRoutes.ts';
import { readJson } from './body.ts';
import { cookieName, getSession, type Ctx, type Doors, type Env } from './context.ts';
import { cookieOptions, view } from './sessionRoutes.ts';

const password = z.string().min(1).max(200);
const code = z.string().min(6).max(40);
const PasswordBody = z.strictObject({ old: password, new: password });
const ConfirmBody = z.strictObject({ password, code: code.optional() });
const EndBody = z.union([
  z.strictObject({ id: z.uuid() }),
  z.strictObject({ others: z.literal(true) }),
]);
const CodeBody = z.strictObject({ code });

async function loginOf(doors: Doors, personId: string): Promise<string> {
  const { persons } = await doors.house.tools.master.of(baseDistrict);
  return persons.get(personId)?.login ?? '';
}

/** An event of the person's own, for what they did with their account. */
const record = (
  doors: Doors,
  personId: string,
  action: 'endSessions' | 'enrolTotp',
  input: Record<string, unknown> = {},
): Promise<unknown> =>
  perform(doors.house.tools, systemActor(baseDistrict), {
    noun: 'person',
    id: personId,
    action,
    input,
    requestId: newId(),
  });

/** The session, with the password given lately. Throws 403 `signInAgain` otherwise. */
async function getConfirmed(c: Ctx, doors: Doors) {
  const found = await getSession(c, doors);
  doors.accounts.requireConfirmed(found.session);
  return found;
}

/** Something that asks for the own password or code: wrong ones count as they do when signing in. */
async function proving(
  c: Ctx,
  doors: Doors,
  personId: string,
  work: () => Promise<void>,
): Promise<void> {
  const [address, login] = [c.get('address'), await loginOf(doors, personId)];
  doors.limits.signIn(address, login);
  doors.limits.signInOpen(address, login);
  try {
    await work();
  } catch (error) {
    if (error instanceof Refused && ['wrongPassword', 'wrongCode'].includes(error.code))
      doors.limits.signInFailed(address, login);
    throw error;
  }
}

export function accountRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const { accounts } = doors;

  routes.post('/session/password', async (c) => {
    const { session } = await getSession(c, doors);
    const body = parseBody(PasswordBody, await readJson(c));
    await proving(c, doors, session.personId, () =>
      accounts.changePassword(session.personId, body.old, body.new),
    );
    const device = deviceWords(c.req.header('user-agent'));
    const { token, session: next } = await accounts.begin(session.personId, device);
    setCookie(c, cookieName(doors.isSecure), token, cookieOptions(doors.isSecure));
    return c.json(await view(doors, token, next));
  });

  routes.post('/session/confirm', async (c) => {
    const { token, session } = await getSession(c, doors);
    const body = parseBody(ConfirmBody, await readJson(c));
    await proving(c, doors, session.personId, () =>
      accounts.confirm(token, session.personId, body.password, body.code),
    );
    return c.json({ ok: true });
  });

  routes.get('/session/list', async (c) => {
    const { session } = await getSession(c, doors);
    const items: SessionItem[] = (await accounts.sessionsOf(session.personId)).map((item) => ({
      ...item,
      isCurrent: item.id === session.id,
    }));
    return c.json({ items });
  });

  routes.post('/session/end', async (c) => {
    const { session } = await getConfirmed(c, doors);
    const body = parseBody(EndBody, await readJson(c));
    if ('id' in body) {
      if (!(await accounts.endOne(session.personId, body.id)))
        throw new Refused(404, 'noSession', '这次登录已经结束');
      await record(doors, session.personId, 'endSessions', { sessionId: body.id });
    } else {
      await accounts.endOthers(session.personId, session.id);
      await record(doors, session.personId, 'endSessions');
    }
    return c.json({ ok: true });
  });

  routes.post('/session/totp', async (c) => {
    const { token, session } = await getConfirmed(c, doors);
    const { totp } = await view(doors, token, session);
    if (totp === 'none')
      throw new Refused(403, 'notYourRole', '动态验证码只供系统、安全、审计管理员使用');
    const begun = await accounts.totp.begin(
      session.personId,
      await loginOf(doors, session.personId),
    );
    return c.json(begun);
  });

  routes.post('/session/totp/prove', async (c) => {
    const { session } = await getConfirmed(c, doors);
    const body = parseBody(CodeBody, await readJson(c));
    const recovery = await accounts.totp.prove(session.personId, body.code);
    await accounts.endOthers(session.personId, session.id);
    await record(doors, session.personId, 'enrolTotp');
    doors.log.info({ requestId: c.get('requestId'), personId: session.personId }, 'totp enrolled');
    return c.json({ recovery });
  });

  return routes;
}
