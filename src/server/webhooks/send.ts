/** Sending one message: signed with every secret in force, by the door to outside addresses. */
import { v7 as newId } from 'uuid';
import type pg from 'pg';
import type { Moment } from '../../domain/moment.ts';
import type { Subscription } from '../../domain/subscription.ts';
import { webhookMessage, type ToldEvent } from '../../domain/webhookMessage.ts';
import { caseMessage } from '../gridPlatform.ts';
import type { MasterDataCache } from '../masterData.ts';
import { callOutside, OutsideFailed } from '../outside.ts';
import type { Performing } from '../perform.ts';
import { sign } from '../standardWebhook.ts';
import type { Attempt } from './rows.ts';

const maxAnswerBytes = 1_000_000;

export interface Sending {
  pool: pg.Pool;
  tools: Pick<Performing, 'box' | 'now'> & { master: Pick<MasterDataCache, 'of'> };
  timeoutMs: number;
}

/** The secrets of a subscription that sign at a moment, the newest first. */
export async function secretsOf(
  { pool, tools }: Pick<Sending, 'pool' | 'tools'>,
  subscription: Subscription,
  now: Moment,
): Promise<string[]> {
  const { district, secretId, previousSecretId, previousEndsAt } = subscription;
  const isOverlap = previousEndsAt !== null && now < previousEndsAt;
  const ids = [secretId, ...(isOverlap && previousSecretId ? [previousSecretId] : [])];
  const { rows } = await pool.query<{ id: string; key: Buffer | null; text: Buffer | null }>({
    name: 'webhook-secrets',
    text: `select id, wrapped_key as key, ciphertext as text from secret where district = $1 and id = any($2)`,
    values: [district, ids],
  });
  return ids.flatMap((id) => {
    const found = rows.find((row) => row.id === id);
    return found?.key && found.text ? [tools.box.unlock(id, found.key, found.text)] : [];
  });
}

/** An attempt, and what the other side answered to a message it took. */
export interface Sent extends Attempt {
  answer?: Buffer;
}

interface Message {
  id: string;
  body: string;
}

export const messageOf = (event: ToldEvent): Message => ({
  id: event.id,
  body: JSON.stringify(webhookMessage(event)),
});

/** What a subscription is told of an event: a grid platform everything about its case. */
export const messageFor = async (
  { pool, tools }: Pick<Sending, 'pool' | 'tools'>,
  subscription: Subscription,
  event: ToldEvent,
): Promise<Message> =>
  subscription.push === null
    ? messageOf(event)
    : {
        id: event.id,
        body: await caseMessage(
          pool,
          await tools.master.of(subscription.district),
          subscription,
          event,
        ),
      };

/** What the test button sends: signed like everything else, of the type `ping`. */
export const pingMessage = (district: string, now: Moment): Message => ({
  id: newId(),
  body: JSON.stringify({ type: 'ping', timestamp: now, data: { district } }),
});

/** Sends a message; anything but an answer 2xx in time is a failed attempt, and nothing is thrown. */
export async function sendMessage(
  sending: Sending,
  { url, district }: Pick<Subscription, 'url' | 'district'>,
  secrets: readonly string[],
  { id, body }: Message,
  signal?: AbortSignal,
): Promise<Sent> {
  const { tools, timeoutMs } = sending;
  if (secrets.length === 0)
    return { isSent: false, httpStatus: null, reason: '没有签名密钥，请更换密钥' };
  try {
    const { allowedOutside } = await tools.master.of(district);
    const { status, body: answer } = await callOutside({
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...sign(secrets, { id, at: tools.now(), body }),
      },
      body,
      timeoutMs,
      maxBytes: maxAnswerBytes,
      allowed: allowedOutside,
      ...(signal ? { signal } : {}),
    });
    const isSent = status >= 200 && status < 300;
    const reason = isSent ? null : refusalWords(status);
    return { isSent, httpStatus: status, reason, ...(isSent ? { answer } : {}) };
  } catch (error) {
    if (!(error instanceof OutsideFailed)) throw error;
    return { isSent: false, httpStatus: null, reason: error.message };
  }
}

function refusalWords(status: number): string {
  if (status >= 300 && status < 400)
    return `对方要求转到别处（${status}），不会跟随，请改用最终地址`;
  if (status === 401 || status === 403) return `对方拒绝接收（${status}），请核对签名密钥`;
  if (status === 404 || status === 410) return `对方没有这个地址（${status}），请核对接收地址`;
  if (status === 429) return '对方说推送过快（429），稍后再试';
  return status >= 500 ? `对方出错（${status}）` : `对方不接受（${status}）`;
}
