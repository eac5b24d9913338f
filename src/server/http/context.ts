/** What every request carries: its id, the session, the actor in the district of the address. */
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { isAdministrator, type Actor } from '../../domain/access.ts';
import { Refused } from '../../domain/refused.ts';
import type { Accounts, SessionRow } from '../accounts.ts';
import type { Restoring } from '../backup/restoring.ts';
import type { House } from '../house.ts';
import type { Log } from '../log.ts';
import type { Limits } from './limits.ts';

export interface Variables {
  requestId: string;
  address: string;
  personId?: string;
}

export type Env = { Variables: Variables };
export type Ctx = Context<Env>;

export interface Doors {
  house: House;
  accounts: Accounts;
  limits: Limits;
  log: Log;
  /** Reached over TLS (a trusted proxy says so): cookies get the `__Host-` prefix and Secure. */
  isSecure: boolean;
  /** Forwarded headers are believed only from these addresses. */
  trustedProxies: readonly string[];
  districts(): Promise<{ code: string; name: string; isDemo: boolean }[]>;
  restoring: Restoring;
}

export const cookieName = (isSecure: boolean): string =>
  isSecure ? '__Host-civicloop' : 'civicloop';

/** The session of a request; undefined without one. */
export async function sessionOf(
  c: Ctx,
  doors: Doors,
): Promise<{ token: string; session: SessionRow } | undefined> {
  const token = getCookie(c, cookieName(doors.isSecure));
  if (!token || token.length > 100) return undefined;
  const session = await doors.accounts.find(token);
  if (session) c.set('personId', session.personId);
  return session && { token, session };
}

/** The session, and for writes the CSRF token. Throws 401 or 403. */
export async function getSession(
  c: Ctx,
  doors: Doors,
): Promise<{ token: string; session: SessionRow }> {
  const found = await sessionOf(c, doors);
  if (!found) throw new Refused(401, 'notSignedIn', '请先登录');
  const isWrite = c.req.method !== 'GET' && c.req.method !== 'HEAD';
  if (isWrite && c.req.header('x-csrf') !== found.session.csrf) {
    throw new Refused(403, 'badCsrf', '页面已过期，请刷新后重试');
  }
  doors.limits.person(found.session.personId);
  return found;
}

/** The actor in the district of the address. Throws 401, 403 (password to change) or 404. */
export async function getActor(c: Ctx, doors: Doors): Promise<Actor> {
  const { session } = await getSession(c, doors);
  const district = c.req.param('district') ?? '';
  const actor =
    session.district === district && session.postId
      ? (await doors.house.tools.master.of(district)).actor(
          session.personId,
          session.postId,
          doors.house.tools.now(),
        )
      : undefined;
  if (!actor) throw new Refused(404, 'notHere', '您当前的岗位不在这个区，请切换岗位');
  if (!(await doors.limits.passwordIsFinal(session.personId, session.createdAt))) {
    throw new Refused(403, 'mustChangePassword', '首次登录须修改密码');
  }
  await requireSecondFactor(doors, actor);
  return actor;
}

/** Administrators enrol a second factor first where the district demands it; demo accounts have none. */
async function requireSecondFactor(doors: Doors, actor: Actor): Promise<void> {
  if (!isAdministrator(actor.role)) return;
  const { master, now } = doors.house.tools;
  const known = await master.of(actor.district);
  if (known.settings(now()).administratorTotp !== 'required') return;
  if (known.persons.get(actor.personId)?.isDemo) return;
  if (!(await doors.accounts.totp.isOn(actor.personId)))
    throw new Refused(403, 'mustEnrolTotp', '管理员须先启用动态验证码');
}
