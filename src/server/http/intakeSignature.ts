/**
 * Signature of the intake 签名: who signed a message, whether it is fresh, whether its sender may send it. Sources:
 * Standard Webhooks; issue 5-2, 5-15.
 */
import { LRUCache } from 'lru-cache';
import type { ApiKey, ApiRight } from '../../domain/apiKey.ts';
import { apiRightLabels } from '../../domain/apiKey.ts';
import type { Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type { MasterData } from '../masterData.ts';
import { check, replayMinutes, type WebhookProblem } from '../standardWebhook.ts';
import { keysOn } from './apiKeys.ts';
import type { Ctx, Doors } from './context.ts';

const problemWords: Record<WebhookProblem, string> = {
  missing:
    '缺少签名，或签名的请求头不合规格，请按 Standard Webhooks 填写 webhook-id、webhook-timestamp、webhook-signature',
  tooOld: `签名的时间早于现在 ${replayMinutes} 分钟以上，请校准时钟，重发时须以当时的时间重新签名`,
  tooNew: `签名的时间晚于现在 ${replayMinutes} 分钟以上，请校准时钟后重新签名`,
  wrong: '签名不对，请核对地址中的来源单位代码和签名密钥，并确认签名的是发出的原文',
};

export interface Signed {
  key: ApiKey;
  /** The message's own id: the same at every attempt. */
  messageId: string;
}

export interface Signatures {
  /** Whether the body is worth reading: the headers fit, and the sender has a key that signs. Throws 401 or 429. */
  expect(c: Ctx, master: MasterData, senderCode: string): void;
  /** The key that signed the message, with the right (null: any that signs), counted against its limit. Throws 401, 403 or 429. */
  require(
    c: Ctx,
    message: { master: MasterData; senderCode: string; body: Buffer; right: ApiRight | null },
  ): Promise<Signed>;
}

export function signaturesOn(doors: Pick<Doors, 'house' | 'limits' | 'log'>): Signatures {
  const { pool, tools } = doors.house;
  const keys = keysOn(doors);
  // A secret never changes; that of a retired key is not asked for any more.
  const known = new LRUCache<string, string>({ max: 500 });

  const secretsOf = async (key: ApiKey, now: Moment): Promise<string[]> => {
    const { secretId, previousSecretId, previousEndsAt } = key;
    const isOverlap = previousEndsAt !== null && now < previousEndsAt;
    const ids = [secretId, isOverlap ? previousSecretId : null].filter((id) => id !== null);
    const missing = ids.filter((id) => !known.has(id));
    if (missing.length > 0) {
      const { rows } = await pool.query<{ id: string; key: Buffer | null; text: Buffer | null }>({
        name: 'intake-secrets',
        text: `select id, wrapped_key as key, ciphertext as text from secret where district = $1 and id = any($2)`,
        values: [key.district, missing],
      });
      for (const { id, key: wrapped, text } of rows)
        if (wrapped && text) known.set(id, tools.box.unlock(id, wrapped, text));
    }
    return ids.flatMap((id) => known.get(id) ?? []);
  };

  /** The keys of a sender that sign; none when it is not in use. */
  const signing = ({ senders, apiKeys }: MasterData, senderCode: string): ApiKey[] =>
    senders.get(senderCode)?.status === 'active'
      ? apiKeys.filter(
          (key) =>
            key.senderCode === senderCode && key.status === 'active' && key.secretId !== null,
        )
      : [];

  /** Whoever tries signatures meets the limit of an address. */
  const refuse = (c: Ctx, problem: WebhookProblem): never => {
    doors.limits.stranger(c.get('address'));
    throw new Refused(401, 'badSignature', problemWords[problem]);
  };

  const headersOf = (c: Ctx) => ({ get: (name: string) => c.req.header(name) });

  return {
    expect: (c, master, senderCode) => {
      const problem = check([], headersOf(c), '', tools.now());
      if (problem !== null && problem !== 'wrong') refuse(c, problem);
      if (signing(master, senderCode).length === 0) refuse(c, 'wrong');
    },
    require: async (c, { master, senderCode, body, right }) => {
      const now = tools.now();
      const headers = headersOf(c);
      let problem: WebhookProblem | null = check([], headers, body, now);
      let found: ApiKey | undefined;
      if (problem === 'wrong')
        for (const key of signing(master, senderCode)) {
          problem = check(await secretsOf(key, now), headers, body, now);
          if (problem !== null) continue;
          found = key;
          break;
        }
      if (!found) return refuse(c, problem ?? 'wrong');
      keys.count(found);
      if (right !== null && !found.rights.includes(right)) {
        const words = `此签名密钥没有“${apiRightLabels[right]}”权限，请联系安全管理员`;
        throw new Refused(403, 'noRight', words);
      }
      return { key: found, messageId: c.req.header('webhook-id') ?? '' };
    },
  };
}
