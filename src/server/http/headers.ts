/** Security headers of every answer (trust V3). The pages load nothing from elsewhere. */
import type { MiddlewareHandler } from 'hono';
import type { Env } from './context.ts';

const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders: MiddlewareHandler<Env> = async (c, next) => {
  await next();
  const set = (name: string, value: string): void => {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  };
  set('content-security-policy', policy);
  set('strict-transport-security', 'max-age=31536000; includeSubDomains');
  set('x-content-type-options', 'nosniff');
  set('referrer-policy', 'no-referrer');
  set('x-frame-options', 'DENY');
  set('cross-origin-opener-policy', 'same-origin');
  set('cross-origin-resource-policy', 'same-origin');
  set('permissions-policy', 'camera=(self), geolocation=(self), microphone=(), payment=()');
  if (/^\/(?:api|open311)\//.test(c.req.path)) set('cache-control', 'no-store');
};
