/**
 * Setup routes 建区: what the setup page asks, previews and applies. Open to the system administrator of a
 * district that is no demo; on an installation without such a district to whoever holds the setup token.
 */
import { Hono } from 'hono';
import { isUnvouched } from '../../domain/category.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import { RestoreOrder, RestoreSource } from '../../domain/restoreApi.ts';
import type { SetupDraft, SetupPageView } from '../../domain/setup.ts';
import {
  applySetup,
  isEmptyInstallation,
  isOwnRepeat,
  isSetupToken,
  parseDraft,
  previewSetup,
  programFounder,
  type Founder,
  type SetupDeps,
} from '../setup.ts';
import { parseBody } from './actionRoutes.ts';
import { readJson } from './body.ts';
import { getSession, sessionOf, type Ctx, type Doors, type Env } from './context.ts';
import { restoreState } from './restoringApp.ts';

/** The name under which wrong tokens are counted, as wrong passwords are; no login looks like it. */
const tokenLogin = '(setup)';

const depsOf = ({ house, accounts }: Doors): SetupDeps => ({
  tools: house.tools,
  pool: house.pool,
  setPassword: accounts.setPassword,
});

/** Throws 403 when the token is wrong, 429 when it was too often. */
function proveToken(c: Ctx, doors: Doors, token: string): void {
  const address = c.get('address');
  doors.limits.signInOpen(address, tokenLogin);
  if (!isSetupToken(doors.house.tools, token)) {
    doors.limits.signInFailed(address, tokenLogin);
    throw new Refused(
      403,
      'badToken',
      '建区口令不对，请核对启动程序时显示的口令，或在服务器上运行 npm run cli -- setup-token',
    );
  }
}

/** Checks the token. Throws 403 when it is wrong or there is a district already. */
async function checkToken(
  c: Ctx,
  doors: Doors,
  token: string,
  draft: SetupDraft | undefined,
): Promise<void> {
  proveToken(c, doors, token);
  if (await isEmptyInstallation(doors.house.pool)) return;
  if (draft && (await isOwnRepeat(depsOf(doors), draft))) return;
  throw new Refused(
    403,
    'tokenUsed',
    '建区口令已经用过，现在请由正式区的系统管理员登录后建立新的区',
  );
}

/** The system administrator signed in. Throws 401 or 403 with what to do. */
async function administratorOf(c: Ctx, doors: Doors): Promise<Founder> {
  const isEmpty = await isEmptyInstallation(doors.house.pool);
  if (isEmpty || !(await sessionOf(c, doors))) {
    throw isEmpty
      ? new Refused(
          403,
          'needsToken',
          '这里还没有正式的区。请填写建区口令：启动程序时显示，也可在服务器上运行 npm run cli -- setup-token',
        )
      : new Refused(401, 'notSignedIn', '请先以系统管理员登录，再建立新的区');
  }
  const { session } = await getSession(c, doors);
  const district = session.district ?? baseDistrict;
  const { tools } = doors.house;
  const master = await tools.master.of(district);
  const actor = master.actor(session.personId, session.postId ?? '', tools.now());
  if (actor?.role !== 'systemAdmin' || master.areas.get(district)?.isDemo !== false) {
    throw new Refused(
      403,
      'notYourRole',
      '只有正式区的系统管理员能建立新的区，请切换岗位或联系系统管理员',
    );
  }
  if (!(await doors.limits.passwordIsFinal(session.personId, session.createdAt)))
    throw new Refused(403, 'mustChangePassword', '首次登录须修改密码');
  return actor;
}

/** A restore is for whoever holds the token, on an installation without a district; the token. */
function requireToken(c: Ctx, doors: Doors): string {
  const token = (c.req.header('x-setup-token') ?? '').trim().slice(0, 100);
  proveToken(c, doors, token);
  return token;
}

interface Asking {
  founder: Founder;
  by: SetupPageView['by'];
}

async function askingOf(c: Ctx, doors: Doors, draft?: SetupDraft): Promise<Asking> {
  const token = c.req.header('x-setup-token');
  if (!token) return { founder: await administratorOf(c, doors), by: 'administrator' };
  await checkToken(c, doors, token.trim().slice(0, 100), draft);
  return { founder: programFounder, by: 'token' };
}

export function setupRoutes(doors: Doors): Hono<Env> {
  const routes = new Hono<Env>();
  const deps = depsOf(doors);

  // Before a long draft is read: a stranger sends few.
  routes.use(async (c, next) => {
    if (!(await sessionOf(c, doors))) doors.limits.stranger(c.get('address'));
    await next();
  });

  routes.get('/', async (c) => {
    const { by } = await askingOf(c, doors);
    const { tools } = doors.house;
    const now = tools.now();
    const master = await tools.master.of(baseDistrict);
    const categories = master.categoriesAt(now);
    const page: SetupPageView = {
      by,
      districts: (await doors.districts()).map(({ code, name }) => ({ code, name })),
      standards: {
        categories: categories.length,
        conditions: categories.reduce((sum, { conditions }) => sum + conditions.length, 0),
        unvouched: categories.filter((row) => isUnvouched(row, now)).length,
        settings: Object.keys(master.settings(now)).length,
        years: Object.keys(master.calendar(now).years).sort(),
      },
    };
    return c.json(page);
  });

  routes.post('/preview', async (c) => {
    const draft = parseDraft(await readJson(c));
    await askingOf(c, doors, draft);
    return c.json(await previewSetup(deps, draft));
  });

  routes.post('/apply', async (c) => {
    const draft = parseDraft(await readJson(c));
    const { founder, by } = await askingOf(c, doors, draft);
    if (by === 'administrator')
      doors.accounts.requireConfirmed((await getSession(c, doors)).session);
    const result = await applySetup(deps, draft, founder);
    doors.log.info(
      { requestId: c.get('requestId'), district: draft.code, personId: founder.personId },
      'district set up',
    );
    return c.json(result);
  });

  routes.get('/restore', (c) => {
    const token = c.req.header('x-setup-token')?.trim() ?? '';
    return restoreState(c, doors.restoring, isSetupToken(doors.house.tools, token));
  });

  routes.post('/restore/preview', async (c) => {
    requireToken(c, doors);
    const source = parseBody(RestoreSource, await readJson(c, 10_000));
    return c.json(await doors.restoring.preview(source, doors.house));
  });

  routes.post('/restore', async (c) => {
    const token = requireToken(c, doors);
    const order = parseBody(RestoreOrder, await readJson(c, 10_000));
    await doors.restoring.begin(order, token, doors.house);
    doors.log.info({ requestId: c.get('requestId'), backup: order.backup }, 'restore begun');
    return restoreState(c, doors.restoring);
  });

  return routes;
}
