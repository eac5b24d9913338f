/** City app: an outside program on a served world, with a key of its own, that speaks Open311. */
import { createHash } from 'node:crypto';
import { v7 as newId } from 'uuid';
import type { Report } from '../../domain/reportShape.ts';
import type { Served } from './served.ts';

export interface Reply {
  status: number;
  text: string;
  headers: Headers;
}

export const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The texts of an element, wherever it stands, as they are written. */
export const textsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1] ?? '');

/** The number in the answer to a posted request. */
export const numberIn = ({ text }: Reply): string => {
  const [made] = JSON.parse(text) as { service_request_id?: string }[];
  return made?.service_request_id ?? `none: ${text}`;
};

export async function cityApp(s: Served) {
  const reply = async (response: Response): Promise<Reply> => ({
    status: response.status,
    text: await response.text(),
    headers: response.headers,
  });
  const raw = async (path: string, init: RequestInit = {}): Promise<Reply> =>
    reply(await s.stranger.raw(`/open311/v2${path}`, init));
  const get = (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
    raw(path, { headers });

  await s.run('systemAdmin', 'sender', newId(), 'add', {
    code: 'cityApp',
    name: '城市应用',
    channel: 'citizen',
  });

  /** A new key of the sender, as it is shown; `id` to act on it. */
  const addKey = async (
    input: Record<string, unknown> = {},
  ): Promise<{ id: string; key: string }> => {
    const [id, key] = [newId(), `key-${newId()}-${newId()}`];
    await s.run('securityAdmin', 'apiKey', id, 'add', {
      senderCode: 'cityApp',
      name: '城市应用',
      rights: ['open311.read', 'open311.post'],
      perMinute: 60_000,
      hash: digestOf(key),
      ...input,
    });
    return { id, key };
  };

  return {
    raw,
    get,
    addKey,
    json: async <T = Record<string, unknown>[]>(
      path: string,
      headers: Record<string, string> = {},
    ): Promise<T> => JSON.parse((await get(path, headers)).text) as T,
    post: (
      fields: Record<string, string> | string,
      { format = 'json', headers = {} }: { format?: string; headers?: Record<string, string> } = {},
    ): Promise<Reply> =>
      raw(`/requests.${format}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
          ...headers,
        },
        body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
      }),
    reportOf: async (number: string): Promise<Report> => {
      const { rows } = await s.pool.query<{ id: string }>(
        `select id from report where district = $1 and number = $2`,
        [s.district, number],
      );
      return s.read<Report>('report', rows[0]?.id ?? newId());
    },
  };
}

export type CityApp = Awaited<ReturnType<typeof cityApp>>;
