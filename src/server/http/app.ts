/**
 * App: every address of the program. Ids, limits and headers first; then sessions, actions, queries,
 * photos, the live stream; the pages last. Errors become one form of answer here and nowhere else.
 */
import { Hono } from 'hono';
import { v7 as newId } from 'uuid';
import type { Problem } from '../../domain/views.ts';
import { inScope, opensOriginals, scopeOf } from '../../domain/access.ts';
import { getNoun } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import { refusalOf } from '../database.ts';
import { openApi } from '../openapi.ts';
import { photoAttachment } from '../photos/photoRows.ts';
import { photoRoutes } from '../photos/photoRoutes.ts';
import { accountRoutes } from './accountRoutes.ts';
import { actionRoutes } from './actionRoutes.ts';
import { keyInHeader, keysOn, type Keys } from './apiKeys.ts';
import { areaRoutes } from './areaRoutes.ts';
import { citizenRoutes, uploadTokens } from './citizenRoutes.ts';
import { dataRoutes, districtOf, openDataRoutes } from './dataRoutes.ts';
import { downloadRoutes } from './downloadRoutes.ts';
import { findingRoutes } from './findingRoutes.ts';
import { getActor, sessionOf, type Ctx, type Doors, type Env } from './context.ts';
import { securityHeaders } from './headers.ts';
import type { Metrics } from './metrics.ts';
import { intakeRoutes } from './intake.ts';
import { open311Routes } from './open311.ts';
import { orderRoutes } from './orderRoutes.ts';
import { pageRoutes } from './pages.ts';
import { queryRoutes } from './queryRoutes.ts';
import { sessionRoutes } from './sessionRoutes.ts';
import { setupRoutes } from './setupRoutes.ts';
import { sheetRoutes } from './sheetRoutes.ts';
import type { Stream } from './stream.ts';

const maxWaiting = 400;

/** The client's address; a forwarded one is believed only from a trusted proxy. */
function addressOf(c: Ctx, trusted: readonly string[]): string {
  const incoming = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)
    ?.incoming;
  const direct = incoming?.socket?.remoteAddress ?? 'unknown';
  if (!trusted.includes(direct)) return direct;
  return c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim().slice(0, 60) ?? direct;
}

function problemAnswer(c: Ctx, error: unknown, doors: Doors): Response {
  const requestId = c.get('requestId');
  const refused = error instanceof Refused ? error : refusalOf(error);
  if (!refused) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    doors.log.error({ requestId, name, message, stack }, 'bug');
    return c.json(
      {
        code: 'bug',
        message: '系统出现问题，请稍后重试；如仍不行，请把编号告诉系统管理员',
        requestId,
      },
      500,
    );
  }
  const problem: Problem = {
    code: refused.code,
    message: refused.message,
    requestId,
    details: refused.details,
  };
  if (refused.status === 429 || refused.status === 503 || refused.status === 507) {
    c.header(
      'retry-after',
      String(refused.details?.retryAfter ?? (refused.status === 507 ? 30 : 2)),
    );
  }
  if (refused.status === 401 || refused.status === 403 || refused.status === 429) {
    doors.log.warn({ requestId, code: refused.code, personId: c.get('personId') }, 'refused');
  }
  return c.json(problem, refused.status);
}

function photos(doors: Doors) {
  const { pool, dataDir, tools } = doors.house;
  const tokens = uploadTokens(doors);
  return photoRoutes({
    pool,
    directory: `${dataDir}/photos`,
    now: tools.now,
    who: async (context) => {
      const c = context as unknown as Ctx;
      const district = c.req.param('district') ?? '';
      const token = c.req.header('x-upload-token');
      if (token) {
        doors.limits.stranger(c.get('address'));
        return { personId: tokens.read(token, district), district };
      }
      const { personId } = await getActor(c, doors);
      return { personId, district };
    },
    maySee: async (context, photo, form) => {
      const actor = await getActor(context as unknown as Ctx, doors);
      const isOwn = photo.personId === actor.personId;
      if (form === 'original' && !isOwn && !opensOriginals(actor.role)) return false;
      const attached = await photoAttachment(pool, photo.district, photo.id);
      if (!attached) return isOwn;
      return seesRecord(doors, actor, attached);
    },
  });
}

/** A photo opens for whoever sees its record; a report's photo also for whoever sees its issue or its finding. */
async function seesRecord(
  doors: Doors,
  actor: Awaited<ReturnType<typeof getActor>>,
  { noun, recordId }: { noun: string; recordId: string },
): Promise<boolean> {
  const [record] = await doors.house.tools.store.find(noun, actor.district, [recordId]);
  if (!record) return false;
  if (inScope(record, scopeOf(actor), getNoun(noun).seen)) return true;
  const { issueId, originNoun, originId } = record;
  if (originNoun === 'finding' && typeof originId === 'string') {
    const [finding] = await doors.house.tools.store.find('finding', actor.district, [originId]);
    if (finding && inScope(finding, scopeOf(actor), getNoun('finding').seen)) return true;
  }
  return (
    typeof issueId === 'string' && seesRecord(doors, actor, { noun: 'issue', recordId: issueId })
  );
}

export interface AppOptions {
  doors: Doors;
  stream: Stream;
  metrics: Metrics;
  webFolder: string;
  /** False while the program is starting or stopping. */
  isReady(): boolean;
}

export function makeApp({ doors, stream, metrics, webFolder, isReady }: AppOptions): Hono<Env> {
  const app = new Hono<Env>();
  const document = JSON.stringify(openApi());

  // The outermost, so that whatever is answered further in is measured and logged.
  app.use(async (c, next) => {
    const started = performance.now();
    c.set('requestId', newId());
    c.set('address', addressOf(c, doors.trustedProxies));
    c.header('x-request-id', c.get('requestId'));
    await next();
    const ms = Math.round((performance.now() - started) * 10) / 10;
    const route = c.req.routePath;
    metrics.observe(c.req.method, route, c.res.status, ms / 1000);
    doors.log.info(
      {
        requestId: c.get('requestId'),
        personId: c.get('personId'),
        method: c.req.method,
        path: c.req.path.slice(0, 200),
        status: c.res.status,
        ms,
      },
      'answered',
    );
  });
  app.use(securityHeaders);
  app.use(async (c, next) => {
    if (!['GET', 'HEAD', 'POST', 'PUT', 'DELETE'].includes(c.req.method)) return c.text('', 405);
    const asks = c.req.path.startsWith('/api/') || c.req.path.startsWith('/open311/');
    if (asks && doors.house.pool.waitingCount > maxWaiting) {
      throw new Refused(503, 'busy', '系统繁忙，请稍后用同一请求重试');
    }
    await next();
  });
  app.onError((error, c) => problemAnswer(c, error, doors));

  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    if (!isReady()) return c.text('starting', 503);
    await doors.house.pool.query('select 1');
    return c.text('ready');
  });
  app.get('/metrics', async (c) => {
    await requireInside(c, doors);
    return c.text(await metrics.text(), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    });
  });
  const keys = keysOn(doors);
  app.get('/api/openapi.json', async (c) => {
    await requireKnown(c, doors, keys);
    return c.body(document, 200, { 'content-type': 'application/json' });
  });

  app.route('/api', sessionRoutes(doors));
  app.route('/api', accountRoutes(doors));
  app.route('/api/v1/intake', intakeRoutes(doors));
  app.route('/api/v1', dataRoutes(doors));
  app.route('/api/setup', setupRoutes(doors));
  app.route('/api/:district/citizen', citizenRoutes(doors));
  app.route('/api/:district/photos', photos(doors) as unknown as Hono<Env>);
  app.route('/api/:district/stream', stream.routes);
  app.route('/api/:district/areas', areaRoutes(doors));
  app.route('/api/:district/sheets', sheetRoutes(doors));
  app.route('/api/:district/downloads', downloadRoutes(doors));
  app.route('/api/:district/orders', orderRoutes(doors));
  app.route('/api/:district/findingLoads', findingRoutes(doors));
  app.route('/api/:district', queryRoutes(doors));
  app.route('/api/:district', actionRoutes(doors));
  app.all('/api/*', () => {
    throw new Refused(404, 'noSuchAddress', '没有这个地址');
  });
  app.route('/open-data', openDataRoutes(doors));
  app.route('/open311/v2', open311Routes(doors));
  app.route('/', pageRoutes(webFolder));
  return app;
}

const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** From the machine itself, not through a proxy. */
const isInside = (c: Ctx): boolean =>
  loopback.has(c.get('address')) && c.req.header('x-forwarded-for') === undefined;

/** The document is for the machine itself, for whoever is signed in, and for programs with a good key. */
async function requireKnown(c: Ctx, doors: Doors, keys: Keys): Promise<void> {
  if (isInside(c) || (await sessionOf(c, doors))) return;
  const shown = keyInHeader(c);
  if (!shown) {
    const words = '接口文档只对登录人员、持接口密钥的系统和本机开放，请先登录或在请求头中带上密钥';
    throw new Refused(401, 'notSignedIn', words);
  }
  await keys.find(c, { district: await districtOf(doors, c.req.query('district')), shown });
}

/** Metrics are for the machine itself and for signed-in administrators. */
async function requireInside(c: Ctx, doors: Doors): Promise<void> {
  if (isInside(c)) return;
  const found = await sessionOf(c, doors);
  const posts = found && (await doors.house.tools.master.of(found.session.district ?? '000000'));
  const role = posts && found && posts.posts.get(found.session.postId ?? '')?.role;
  if (role !== 'systemAdmin' && role !== 'auditAdmin') {
    throw new Refused(403, 'notYourRole', '运行指标只对本机和管理员开放');
  }
}
