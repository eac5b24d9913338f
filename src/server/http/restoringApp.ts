/** What the program answers while it is away from its house: how far the restore is, and the pages. */
import { Hono } from 'hono';
import { v7 as newId } from 'uuid';
import type { Problem } from '../../domain/views.ts';
import type { Restoring } from '../backup/restoring.ts';
import type { Ctx, Env } from './context.ts';
import { securityHeaders } from './headers.ts';
import { pageRoutes } from './pages.ts';

/** The state of a restore; its words for whoever shows the token. */
export const restoreState = (c: Ctx, restoring: Restoring, mayRead = false): Response =>
  c.json(
    restoring.state(mayRead || restoring.isToken(c.req.header('x-setup-token')?.trim() ?? '')),
  );

export function restoringApp(restoring: Restoring, webFolder: string): Hono<Env> {
  const app = new Hono<Env>();
  app.use(securityHeaders);
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', (c) => c.text('restoring', 503));
  app.get('/api/setup/restore', (c) => restoreState(c, restoring));
  app.all('/api/*', (c) => {
    const problem: Problem = {
      code: 'restoring',
      message: '正在从备份恢复，完成后即可登录，请稍候',
      requestId: newId(),
    };
    return c.json(problem, 503, { 'retry-after': '5' });
  });
  app.route('/', pageRoutes(webFolder));
  return app;
}
