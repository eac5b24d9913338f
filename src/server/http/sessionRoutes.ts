/** Signing in and out, choosing a post. What a person does with their own account: `accountRoutes.ts`. */
import { Hono } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import type { Session, SignInPage } from '../../domain/views.ts';
import type { Person } from '../../domain/person.ts';
import { Refused } from '../../domain/refused.ts';
import { isAdministrator } from '../../domain/access.ts';
import type { SessionRow } from '../accounts.ts';
import { demoAccounts } from '../demoSeed.ts';
import { deviceWords } from '../device.ts';
import { parseBody } from './actionRoutes.ts';
import { readJson } from './body.ts';
import { cookieName, getSession, sessionOf, type Ctx, type Doors, type Env } from './context.ts';

const SignInBody = z.strictObject({
  login: z.string().min(1).max(60),
  password: z.string().min(1).max(200),
  /** The one-time code of those who have a second factor. */
  code: z.string().min(6).max(40).optional(),
});
const PostBody = z.strictObject({ postId: z.uuid() });

/** All posts of a person, over every district. */
async function postsOf(doors: Doors, personId: string): Promise<Session['posts']> {
  const all = await Promise.all(
    (await doors.districts()).map(async ({ code, name }) => {
      const master = await doors.house.tools.master.of(code);
      const own = master.postsOf(personId).map((post) => ({ post, title: post.title }));
      const deputised = master
        .postsDeputised(personId, doors.house.tools.now())
        .map((post) => ({ post, title: `代班：${post.title}` }));
      return [...own, ...deputised].map(({ post, title }) => ({
        id: post.id,
        district: code,
        districtName: name,
        role: post.role,
        title,
        unitName: post.unitId ? (master.units.get(post.unitId)?.name ?? null) : null,
      }));
    }),
  );
  return all.flat();
}

/** May, must or does the person use a second factor: administrators, where a district demands it. */
async function totpOf(
  doors: Doors,
  { id, isDemo }: Person,
  posts: Session['posts'],
): Promise<Session['totp']> {
  if (await doors.accounts.totp.isOn(id)) return 'on';
  const districts = posts.filter(({ role }) => isAdministrator(role)).map((post) => post.district);
  if (isDemo || districts.length === 0) return 'none';
  const { master, now } = doors.house.tools;
  for (const district of districts)
    if ((await master.of(district)).settings(now()).administratorTotp === 'required')
      return 'required';
  return 'offered';
}

/** The session as the screens know it; a person with posts but none chosen gets the first. */
export async function view(doors: Doors, token: string, session: SessionRow): Promise<Session> {
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
    totp: await totpOf(doors, person, posts),
    csrf: session.csrf,
    district: chosen?.district ?? null,
    districtName: chosen?.districtName ?? null,
    post:
      post && chosen
        ? {
            id: post.id,
            role: post.role,
            line: post.line,
            title: chosen.title,
            unitId: post.unitId,
            unitName: chosen.unitName,
            areaCode: post.areaCode && master.currentArea(post.areaCode),
          }
        : null,
    posts,
  };
}

export const cookieOptions = (isSecure: boolean) =>
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
    const { login, password, code } = parseBody(SignInBody, await readJson(c));
    const address = c.get('address');
    doors.limits.signIn(address, login);
    doors.limits.signInOpen(address, login);
    const before = await sessionOf(c, doors);
    if (before) await doors.accounts.signOut(before.token);
    try {
      const device = deviceWords(c.req.header('user-agent'));
      const { token, session } = await doors.accounts.signIn(login, password, { device, code });
      doors.limits.signInReleased(login, address);
      setCookie(c, cookieName(doors.isSecure), token, cookieOptions(doors.isSecure));
      doors.log.info({ requestId: c.get('requestId'), personId: session.personId }, 'signed in');
      return c.json(await view(doors, token, session));
    } catch (error) {
      if (error instanceof Refused) {
        if (error.code === 'wrongPassword' || error.code === 'wrongCode')
          doors.limits.signInFailed(address, login);
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
