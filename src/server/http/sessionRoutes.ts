/** Signing in and out, choosing a post, changing the password. */
import { Hono } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import type { Session, SignInPage } from '../../domain/views.ts';
import { Refused } from '../../domain/refused.ts';
import type { SessionRow } from '../accounts.ts';
import { demoAccounts } from '../demoSeed.ts';
import { parseBody } from './actionRoutes.ts';
import { readJson } from './body.ts';
import { cookieName, getSession, sessionOf, type Ctx, type Doors, type Env } from './context.ts';

const SignInBody = z.strictObject({
  login: z.string().min(1).max(60),
  password: z.string().min(1).max(200),
});
const PasswordBody = z.strictObject({
  old: z.string().min(1).max(200),
  new: z.string().min(1).max(200),
});
const PostBody = z.strictObject({ postId: z.uuid() });

/** All posts of a person, over every district. */
async function postsOf(doors: Doors, personId: string): Promise<Session['posts']> {
  const all = await Promise.all(
    (await doors.districts()).map(async ({ code, name }) => {
      const master = await doors.house.tools.master.of(code);
      return master.postsOf(personId).map((post) => ({
        id: post.id,
        district: code,
        districtName: name,
        role: post.role,
        title: post.title,
        unitName: post.unitId ? (master.units.get(post.unitId)?.name ?? null) : null,
      }));
    }),
  );
  return all.flat();
}

/** The session as the screens know it; a person with posts but none chosen gets the first. */
async function view(doors: Doors, token: string, session: SessionRow): Promise<Session> {
  const posts = await postsOf(doors, session.personId);
  const chosen = posts.find((post) => post.id === session.postId) ?? posts[0];
  if (chosen && (chosen.id !== session.postId || chosen.district !== session.district)) {
    await doors.accounts.usePost(token, chosen.district, chosen.id);
  }
  const master = await doors.house.tools.master.of(chosen?.district ?? '000000');
  const person = master.persons.get(session.personId);
  const post = chosen && master.posts.get(chosen.id);
  if (!person || person.status !== 'active')
    throw new Refused(401, 'notSignedIn', '账号已停用，请联系系统管理员');
  return {
    personId: person.id,
    name: person.name,
    login: person.login,
    mustChangePassword: await doors.accounts.mustChange(person.id),
    csrf: session.csrf,
    district: chosen?.district ?? null,
    districtName: chosen?.districtName ?? null,
    post:
      post && chosen
        ? {
            id: post.id,
            role: post.role,
            line: post.line,
            title: post.title,
            unitId: post.unitId,
            unitName: chosen.unitName,
            areaCode: post.areaCode,
          }
        : null,
    posts,
  };
}

const cookieOptions = (isSecure: boolean) =>
  ({ httpOnly: true, sameSite: 'Strict', path: '/', secure: isSecure, maxAge: 12 * 3600 }) as const;

/** A sign-in form posted from another site would sign somebody in as somebody else. */
function refuseForeign(c: Ctx): void {
  const site = c.req.header('sec-fetch-site');
  if (site && site !== 'same-origin' && site !== 'none') {
    throw new Refused(403, 'foreignSite', '不接受来自其他网站的登录请求');
  }
}

export function sessionRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get('/session', async (c) => {
    const found = await sessionOf(c, doors);
    if (!found) throw new Refused(401, 'notSignedIn', '请先登录');
    return c.json(await view(doors, found.token, found.session));
  });

  routes.post('/session', async (c) => {
    refuseForeign(c);
    const { login, password } = parseBody(SignInBody, await readJson(c));
    const address = c.get('address');
    doors.limits.signIn(address, login);
    doors.limits.signInOpen(address, login);
    const before = await sessionOf(c, doors);
    if (before) await doors.accounts.signOut(before.token);
    try {
      const { token, session } = await doors.accounts.signIn(login, password);
      doors.limits.signInReleased(login, address);
      setCookie(c, cookieName(doors.isSecure), token, cookieOptions(doors.isSecure));
      doors.log.info({ requestId: c.get('requestId'), personId: session.personId }, 'signed in');
      return c.json(await view(doors, token, session));
    } catch (error) {
      if (error instanceof Refused) {
        if (error.code === 'wrongPassword') doors.limits.signInFailed(address, login);
        doors.log.warn(
          { requestId: c.get('requestId'), address, code: error.code },
          'sign-in refused',
        );
      }
      throw error;
    }
  });

  routes.delete('/session', async (c) => {
    const { token, session } = await getSession(c, doors);
    await doors.accounts.signOut(token);
    deleteCookie(c, cookieName(doors.isSecure), { path: '/', secure: doors.isSecure });
    c.header('clear-site-data', '"cache", "storage"');
    doors.log.info({ requestId: c.get('requestId'), personId: session.personId }, 'signed out');
    return c.json({ ok: true });
  });

  routes.post('/session/post', async (c) => {
    const { token, session } = await getSession(c, doors);
    const { postId } = parseBody(PostBody, await readJson(c));
    const post = (await postsOf(doors, session.personId)).find(({ id }) => id === postId);
    if (!post) throw new Refused(404, 'notYourPost', '这不是您的岗位');
    await doors.accounts.usePost(token, post.district, post.id);
    return c.json(await view(doors, token, { ...session, district: post.district, postId }));
  });

  routes.post('/session/password', async (c) => {
    const { session } = await getSession(c, doors);
    const body = parseBody(PasswordBody, await readJson(c));
    await doors.accounts.changePassword(session.personId, body.old, body.new);
    const master = await doors.house.tools.master.of('000000');
    const { token, session: next } = await doors.accounts.signIn(
      master.persons.get(session.personId)?.login ?? '',
      body.new,
    );
    setCookie(c, cookieName(doors.isSecure), token, cookieOptions(doors.isSecure));
    return c.json(await view(doors, token, next));
  });

  routes.get('/sign-in', async (c) => {
    doors.limits.stranger(c.get('address'));
    const districts = await doors.districts();
    const page: SignInPage = {
      districts,
      demoAccounts: districts.some(({ isDemo }) => isDemo) ? demoAccounts() : [],
    };
    return c.json(page);
  });

  return routes;
}
