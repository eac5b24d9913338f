/**
 * Api keys at the door 接口密钥: who calls from outside, whether they may, and how often. Every door for programs
 * asks here. Sources: issue 5-2, 5-3, 5-14; trust V2.4.1, V13.2.2.
 */
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { lineOfRole, type Actor } from '../../domain/access.ts';
import { apiRightLabels, type ApiKey, type ApiRight } from '../../domain/apiKey.ts';
import { Refused } from '../../domain/refused.ts';
import type { MasterData } from '../masterData.ts';
import type { Ctx, Doors } from './context.ts';

/** How often, in milliseconds, the last use of a key is written down at most. */
const usePause = 60_000;

/** The key of a request's header (`Authorization: Bearer …` or `X-Api-Key`), undefined without one. */
export const keyInHeader = (c: Ctx): string | undefined =>
  /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? c.req.header('x-api-key');

const digestOfKey = (shown: string): string => createHash('sha256').update(shown).digest('hex');

/** An outside system as an actor: an event of its says which key acted. Only for actions its door chose. */
export const keyActor = (key: ApiKey, master: MasterData): Actor => ({
  personId: key.id,
  postId: key.id,
  name: master.senders.get(key.senderCode)?.name ?? key.senderCode,
  role: 'system',
  line: lineOfRole.system,
  district: key.district,
  unitId: null,
  unitIds: [],
  areaCodes: [],
  posts: [],
});

/** The beginnings of the area codes a key reaches. */
export const areasOfKey = (key: ApiKey, master: MasterData): string[] =>
  master.areaCodesOf(key.areaCode ?? key.district);

function checkRight({ rights }: ApiKey, right: ApiRight): void {
  if (rights.includes(right)) return;
  const words = `此接口密钥没有“${apiRightLabels[right]}”权限，请联系安全管理员`;
  throw new Refused(403, 'noRight', words);
}

export interface Keys {
  /** Counts a call by a key against its limit and notes that it was used. Throws 429 with `retryAfter`. */
  count(key: ApiKey): void;
  /** Throws 403 or 429 unless the key shown has the right in one of the districts: before a body is read for it. */
  expect(
    c: Ctx,
    asked: { districts: readonly string[]; shown: string; right: ApiRight },
  ): Promise<void>;
  /** The key that was shown, good now, of this district; counted against its limit. Throws 403 or 429. */
  find(c: Ctx, asked: { district: string; shown: string | undefined }): Promise<ApiKey>;
  /** The same, and it has this right. Throws 403 or 429 with `retryAfter`. */
  require(
    c: Ctx,
    asked: { district: string; shown: string | undefined; right: ApiRight },
  ): Promise<ApiKey>;
}

export function keysOn(doors: Pick<Doors, 'house' | 'limits' | 'log'>): Keys {
  const { pool, tools } = doors.house;
  const written = new LRUCache<string, true>({ max: 5_000, ttl: usePause });

  const noteUse = (key: ApiKey): void => {
    if (written.has(key.id)) return;
    written.set(key.id, true);
    pool
      .query({
        name: 'api key used',
        text: `insert into api_key_use (district, id, used_at) values ($1, $2, $3)
               on conflict (district, id) do update set used_at = excluded.used_at`,
        values: [key.district, key.id, tools.now()],
      })
      .catch((error: unknown) => {
        written.delete(key.id);
        doors.log.warn({ error: String(error) }, 'use of a key not written');
      });
  };

  const count = (key: ApiKey): void => {
    doors.limits.apiKey(key.id, key.perMinute);
    noteUse(key);
  };

  /** Whoever tries keys meets the limit of an address. */
  const refuseKey = (c: Ctx): never => {
    doors.limits.stranger(c.get('address'));
    throw new Refused(403, 'badKey', '接口密钥无效或已停用，请核对或重新申请');
  };

  const find: Keys['find'] = async (c, { district, shown }) => {
    if (!shown) throw new Refused(403, 'noKey', '缺少接口密钥（api_key），请向安全管理员申请');
    const master = await tools.master.of(district);
    const key = master.apiKey(digestOfKey(shown), tools.now());
    if (!key) return refuseKey(c);
    count(key);
    return key;
  };

  return {
    count,
    expect: async (c, { districts, shown, right }) => {
      const [digest, now] = [digestOfKey(shown), tools.now()];
      for (const district of districts) {
        const key = (await tools.master.of(district)).apiKey(digest, now);
        if (key) return checkRight(key, right);
      }
      refuseKey(c);
    },
    find,
    require: async (c, { right, ...asked }) => {
      const key = await find(c, asked);
      checkRight(key, right);
      return key;
    },
  };
}
