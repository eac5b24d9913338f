/**
 * Standard Webhooks: signing what goes out and checking what comes in, by the specification of that name:
 * HMAC-SHA256 over `id.timestamp.body`, base64, after `v1,`; several signatures while secrets rotate.
 * Source: issue 5-2, 5-10.
 */
import {
  createHmac,
  createSecretKey,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { epochMs, type Moment } from '../domain/moment.ts';

const prefix = 'whsec_';
const secretBytes = 32;

/** How far a message's moment may lie from now, either way, before it is taken for a replay. */
export const replayMinutes = 5;

/** A new secret as it is shown, once: `whsec_` and 32 bytes in base64. */
export const newWebhookSecret = (): string => prefix + randomBytes(secretBytes).toString('base64');

// Thousands of messages are signed with the same few.
const keys = new LRUCache<string, KeyObject>({ max: 200 });

function keyOf(secret: string): KeyObject {
  const known = keys.get(secret);
  if (known) return known;
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret;
  const key = createSecretKey(Buffer.from(text, 'base64'));
  keys.set(secret, key);
  return key;
}

function macOf(secret: string, id: string, timestamp: string, body: string | Buffer): Buffer {
  return createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest();
}

export interface WebhookHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/**
 * The three headers of a message. `id`: the same for every attempt, so that the receiver knows a repeat.
 * `at`: the moment of this attempt. `secrets`: all in force, the newest first.
 */
export function sign(
  secrets: readonly string[],
  message: { id: string; at: Moment; body: string | Buffer },
): WebhookHeaders {
  const timestamp = String(Math.floor(epochMs(message.at) / 1000));
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets
      .map(
        (secret) => `v1,${macOf(secret, message.id, timestamp, message.body).toString('base64')}`,
      )
      .join(' '),
  };
}

/** What is wrong with the headers of a message that came in; `null`: it is genuine and fresh. */
export type WebhookProblem = 'missing' | 'tooOld' | 'tooNew' | 'wrong';

/**
 * Checks a message that came in: the three headers, its moment within five minutes of `now`, and one
 * signature by one of the secrets. Who calls it keeps the ids of the last ten minutes, to refuse repeats.
 */
export function check(
  secrets: readonly string[],
  headers: { get(name: string): string | null | undefined },
  body: string | Buffer,
  now: Moment,
): WebhookProblem | null {
  const id = headers.get('webhook-id');
  const timestamp = headers.get('webhook-timestamp');
  const signatures = headers.get('webhook-signature');
  if (!id || id.length > 200 || !timestamp || !/^\d{1,12}$/.test(timestamp) || !signatures)
    return 'missing';
  const minutesLate = (epochMs(now) / 1000 - Number(timestamp)) / 60;
  if (minutesLate > replayMinutes) return 'tooOld';
  if (minutesLate < -replayMinutes) return 'tooNew';
  const given = signatures
    .slice(0, 2_000)
    .split(' ')
    .flatMap((part) => (part.startsWith('v1,') ? [Buffer.from(part.slice(3), 'base64')] : []));
  const isGenuine = secrets.some((secret) => {
    const right = macOf(secret, id, timestamp, body);
    return given.some((mac) => mac.length === right.length && timingSafeEqual(mac, right));
  });
  return isGenuine ? null : 'wrong';
}
