/**
 * Client 请求: how the pages speak to the server; knows nothing of React. Every write carries a request
 * id, and the same id is sent again after a broken line, so that nothing is done twice.
 */
import { v7 } from 'uuid';
import { queries, type QueryInput, type QueryName, type QueryOutput } from '../domain/api.ts';
import {
  type ActionAnswer,
  type Problem,
  type Session,
  type SessionItem,
  type SignInPage,
} from '../domain/views.ts';
import { nouns, type NounName } from '../domain/nouns.ts';

/** The server said no, and why. */
export class ProblemError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.name = 'ProblemError';
    this.status = status;
    this.problem = problem;
  }
}

/** The line broke and stayed broken: the server may or may not have done it. Repeating is safe. */
export class UnknownOutcome extends Error {
  readonly requestId: string;

  constructor(requestId: string) {
    super('网络中断，尚不确定是否已办理。请检查网络后再点一次，同一操作不会重复办理。');
    this.name = 'UnknownOutcome';
    this.requestId = requestId;
  }
}

/** The server could not be reached (reading: nothing has happened). */
export class Unreachable extends Error {
  constructor() {
    super('连接不上服务器，请检查网络后重试。');
    this.name = 'Unreachable';
  }
}

/** A new record or request id (uuid v7: sorts by time). */
export const newId = (): string => v7();

const maxTries = 3;
const timeoutMs = 20_000;
let csrf = '';

/** The token every write must carry; comes with the session. */
export function setCsrf(token: string): void {
  csrf = token;
}

/** The token of {@link setCsrf}, for uploads. */
export const currentCsrf = (): string => csrf;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Milliseconds the server asks to wait; between 1 and 20 s, 2 s when it does not say. */
function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after') ?? '2');
  return Math.min(20, Math.max(1, Number.isFinite(seconds) ? seconds : 2)) * 1000;
}

async function problemOf(response: Response): Promise<ProblemError> {
  const body = (await response.json().catch(() => null)) as Partial<Problem> | null;
  const message =
    body?.message ??
    (response.status >= 500
      ? '服务器出错，请稍后重试；若反复出现，请联系系统管理员。'
      : '请求未被接受，请刷新页面后重试。');
  return new ProblemError(response.status, {
    code: body?.code ?? `http${response.status}`,
    message,
    requestId: body?.requestId ?? '',
    ...(body?.details ? { details: body.details } : {}),
  });
}

interface Sending {
  method: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  onUncertain?: () => void;
  /** What to throw when the line stays broken. */
  broken: () => Error;
}

/** One request with patience: a broken line and a busy server are tried again, a refusal is not. */
async function send<T>(
  path: string,
  { method, body, headers, onUncertain, broken }: Sending,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        credentials: 'same-origin',
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          accept: 'application/json',
          ...(method === 'GET' ? {} : { 'content-type': 'application/json', 'x-csrf': csrf }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      if (attempt >= maxTries) throw broken();
      onUncertain?.();
      await wait(600 * attempt);
      continue;
    }
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    const isBusy = response.status === 503 || response.status === 429;
    if (!isBusy || attempt >= maxTries) throw await problemOf(response);
    await wait(retryAfterMs(response));
  }
}

const read = <T>(path: string): Promise<T> =>
  send<T>(path, { method: 'GET', broken: () => new Unreachable() });

const write = <T>(path: string, body: unknown, method: 'POST' | 'DELETE' = 'POST'): Promise<T> =>
  send<T>(path, { method, body, broken: () => new Unreachable() });

/** One request outside the contract of queries and actions, safe to repeat. Throws ProblemError or Unreachable. */
export const sendWith = <T>(path: string, sending: Omit<Sending, 'broken'>): Promise<T> =>
  send<T>(path, { ...sending, broken: () => new Unreachable() });

/** The address of a query: `:id` filled from the input, the rest as search. */
function addressOf(name: QueryName, district: string, input: Record<string, unknown>) {
  const query: { path: string; method?: 'post' } = queries[name];
  const rest = { ...input };
  const path = query.path.replace(/:(\w+)/g, (_match, key: string) => {
    const value = rest[key];
    delete rest[key];
    return encodeURIComponent(String(value));
  });
  const address = `/api/${district}/${path}`;
  if (query.method === 'post') return { address, body: rest };
  const search = new URLSearchParams(
    Object.entries(rest).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [[key, String(value)]],
    ),
  ).toString();
  return { address: search ? `${address}?${search}` : address };
}

/** Asks a query of `domain/api.ts`. Throws ProblemError or Unreachable. */
export async function ask<Q extends QueryName>(
  name: Q,
  district: string,
  input: QueryInput<Q>,
): Promise<QueryOutput<Q>> {
  const { address, body } = addressOf(name, district, input);
  return body === undefined ? read<QueryOutput<Q>>(address) : write<QueryOutput<Q>>(address, body);
}

export interface ActRequest {
  district: string;
  noun: string;
  id: string;
  action: string;
  input: Record<string, unknown>;
  /** The version looked at: a newer one answers 409 with both. */
  seen?: number;
  /** Given to repeat an earlier click; made here otherwise. */
  requestId?: string;
  /** Called when the line broke and the same request is being sent again (“不确定，正在核对”). */
  onUncertain?: () => void;
}

/** Performs an action. Throws ProblemError, or UnknownOutcome when the line stayed broken. */
export function act({
  district,
  noun,
  id,
  action,
  input,
  seen,
  requestId = newId(),
  onUncertain,
}: ActRequest): Promise<ActionAnswer> {
  const plural = nouns[noun as NounName].plural;
  return send<ActionAnswer>(`/api/${district}/${plural}/${id}/${action}`, {
    method: 'POST',
    body: { requestId, ...(seen === undefined ? {} : { seen }), input },
    ...(onUncertain ? { onUncertain } : {}),
    broken: () => new UnknownOutcome(requestId),
  });
}

const rememberedKey = 'civicloop.session';

/** Who was signed in on this device last, without the token: lets the field pages open without signal. */
function rememberedSession(): Session | null {
  try {
    const text = localStorage.getItem(rememberedKey);
    return text ? ({ ...JSON.parse(text), csrf: '' } as Session) : null;
  } catch {
    return null;
  }
}

function remember(session: Session | null): Session | null {
  setCsrf(session?.csrf ?? '');
  try {
    if (session) localStorage.setItem(rememberedKey, JSON.stringify({ ...session, csrf: '' }));
    else localStorage.removeItem(rememberedKey);
  } catch {
    // A browser without storage works too, only not without signal.
  }
  return session;
}

/** The session, or null when nobody is signed in. Without signal: the one remembered, if any. */
export async function loadSession(): Promise<Session | null> {
  try {
    return remember(await read<Session>('/api/session'));
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return remember(null);
    const remembered = error instanceof Unreachable ? rememberedSession() : null;
    if (remembered) return remembered;
    throw error;
  }
}

/**
 * Signs in. Throws ProblemError with the reason (wrong password, locked, too many tries; `needsCode`: the
 * one-time code is missing).
 */
export const signIn = async (
  login: string,
  password: string,
  code?: string,
): Promise<Session | null> =>
  remember(await write<Session>('/api/session', { login, password, ...(code ? { code } : {}) }));

/** Gives the password (and code) again before what is sensitive. Throws ProblemError. */
export const confirmPassword = (password: string, code?: string): Promise<unknown> =>
  write('/api/session/confirm', { password, ...(code ? { code } : {}) });

/** The own sessions that are open, the latest first. */
export const loadOwnSessions = (): Promise<{ items: SessionItem[] }> => read('/api/session/list');

/** Ends one of the own sessions, or all others. Throws `signInAgain` when the password is old. */
export const endOwnSessions = (which: { id: string } | { others: true }): Promise<unknown> =>
  write('/api/session/end', which);

/** Begins enrolling a second factor. Throws `signInAgain` when the password is old. */
export const beginTotp = (): Promise<{ secret: string; link: string }> =>
  write('/api/session/totp', {});

/** Ends enrolling with the first code; answers the recovery codes, shown once. */
export const proveTotp = (code: string): Promise<{ recovery: string[] }> =>
  write('/api/session/totp/prove', { code });

export async function signOut(): Promise<void> {
  await write('/api/session', undefined, 'DELETE');
  remember(null);
}

/** Goes on under another post of the same person. */
export const switchPost = async (postId: string): Promise<Session | null> =>
  remember(await write<Session>('/api/session/post', { postId }));

export const changePassword = async (old: string, fresh: string): Promise<Session | null> =>
  remember(await write<Session>('/api/session/password', { old, new: fresh }));

export const loadSignInPage = (): Promise<SignInPage> => read<SignInPage>('/api/sign-in');
