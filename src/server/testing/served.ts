/** Served: a world with the whole server on it, and a client that signs in as its people. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as newId } from 'uuid';
import { restoringOn } from '../backup/restoring.ts';
import { APPLICATION_ROLE } from '../postgres/embedded.ts';
import { makeLog } from '../log.ts';
import { openDoor } from '../http/door.ts';
import { serve, type ServeOptions } from '../serve.ts';
import { world, type WorldOptions } from './world.ts';

export const testPassword = 'correct horse battery';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
  headers: Headers;
}

export interface Client {
  cookie: string;
  csrf: string;
  get<T = Record<string, unknown>>(path: string): Promise<Answer<T>>;
  post<T = Record<string, unknown>>(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>;
  act<T = Record<string, unknown>>(
    plural: string,
    id: string,
    action: string,
    input?: Record<string, unknown>,
    extra?: { requestId?: string; seen?: number },
  ): Promise<Answer<T>>;
  raw(path: string, init?: RequestInit): Promise<Response>;
}

export type Served = Awaited<ReturnType<typeof served>>;

export async function served(
  options: WorldOptions = {},
  doors: Partial<Pick<ServeOptions, 'isSecure' | 'trustedProxies'>> = {},
) {
  const w = await world(options);
  const dataDir = mkdtempSync(join(tmpdir(), 'loop-served-'));
  const { pool, db, tools, signals, config } = w;
  const door = await openDoor('127.0.0.1', 0);
  const serving = await serve({
    house: {
      pool,
      db,
      tools,
      signals,
      dataDir,
      connection: { ...config, options: `-c role=${APPLICATION_ROLE} -c TimeZone=UTC` },
      isEmbedded: true,
      close: async () => undefined,
    },
    log: makeLog('silent'),
    door,
    restoring: restoringOn({
      env: {},
      log: makeLog('silent'),
      away: () => Promise.reject(new Error('this program restores nothing')),
    }),
    webFolder: 'dist/web',
    isSecure: false,
    trustedProxies: [],
    ...doors,
  });
  serving.ready();
  const origin = `http://127.0.0.1:${door.port}`;

  const clientWith = (cookie: string, csrf: string): Client => {
    const raw = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(origin + path, {
        ...init,
        headers: { cookie, 'x-csrf': csrf, ...(init.headers as Record<string, string>) },
      });
    const read = async <T>(response: Response): Promise<Answer<T>> => {
      const text = await response.text();
      let body: unknown = text;
      if (response.headers.get('content-type')?.includes('json')) body = JSON.parse(text);
      return { status: response.status, body: body as T, headers: response.headers };
    };
    const post = async <T>(
      path: string,
      body: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer<T>> =>
      read<T>(
        await raw(path, {
          method: 'POST',
          body: typeof body === 'string' ? body : JSON.stringify(body),
          headers: { 'content-type': 'application/json', ...headers },
        }),
      );
    return {
      cookie,
      csrf,
      raw,
      post,
      get: async <T>(path: string) => read<T>(await raw(path)),
      act: <T>(
        plural: string,
        id: string,
        action: string,
        input: Record<string, unknown> = {},
        extra: { requestId?: string; seen?: number } = {},
      ) =>
        post<T>(`/api/${w.district}/${plural}/${id}/${action}`, {
          requestId: newId(),
          ...extra,
          input,
        }),
    };
  };

  const stranger = clientWith('', '');

  /** Signs a person of the world in; the first time, with a password of their own. */
  const signIn = async (nickname: string): Promise<Client> => {
    await serving.accounts.setPassword(w.personId(nickname), testPassword, false);
    const answer = await stranger.post<{ csrf: string }>('/api/session', {
      login: nickname.toLowerCase(),
      password: testPassword,
    });
    if (answer.status !== 200)
      throw new Error(`sign-in of ${nickname}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    return clientWith(cookie, answer.body.csrf);
  };

  return {
    ...w,
    origin,
    serving,
    dataDir,
    stranger,
    signIn,
    clientWith,
    stop: async () => {
      await serving.stop();
      await w.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
