/** The built web pages: hashed assets for a year, the entry page for every other address. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import type { Env } from './context.ts';

const kinds: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

interface Page {
  kind: string;
  plain: Buffer;
  packed: Map<string, Buffer>;
  isHashed: boolean;
}

const pack: Record<string, (bytes: Buffer) => Buffer> = {
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (bytes) => gzipSync(bytes),
};

function readAll(folder: string): Map<string, Page> {
  const pages = new Map<string, Page>();
  if (!existsSync(folder)) return pages;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    const kind = kinds[extname(name)];
    if (!kind) continue;
    pages.set(name, {
      kind,
      plain: readFileSync(path),
      packed: new Map(),
      isHashed: name.startsWith('/assets/'),
    });
  }
  return pages;
}

/** Packed once, when first asked for. */
function encoded(page: Page, accepted: string): { bytes: Buffer; encoding: string | null } {
  const encoding = ['br', 'gzip'].find((name) => accepted.includes(name));
  if (!encoding || page.plain.length < 1024 || page.kind === 'image/png')
    return { bytes: page.plain, encoding: null };
  let bytes = page.packed.get(encoding);
  if (!bytes) {
    bytes = pack[encoding]?.(page.plain) ?? page.plain;
    page.packed.set(encoding, bytes);
  }
  return { bytes, encoding };
}

export function pageRoutes(folder: string): Hono<Env> {
  const pages = readAll(folder);
  const routes = new Hono<Env>();
  routes.get('*', (c) => {
    const page =
      pages.get(c.req.path) ?? (extname(c.req.path) ? undefined : pages.get('/index.html'));
    if (!page) return c.text('没有这个页面', 404);
    const { bytes, encoding } = encoded(page, c.req.header('accept-encoding') ?? '');
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': page.kind,
      vary: 'accept-encoding',
      'cache-control': page.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      ...(encoding ? { 'content-encoding': encoding } : {}),
    });
  });
  return routes;
}
