/** Intake sender: an outside system on a served world, with a signing key of its own, that sends signed messages. */
import { v7 as newId } from 'uuid';
import { momentAt } from '../../domain/moment.ts';
import type { IntakeAnswer } from '../../domain/intake.ts';
import { newWebhookSecret, sign } from '../standardWebhook.ts';
import { digestOf } from './cityApp.ts';
import type { Served } from './served.ts';

export interface IntakeReply<T = IntakeAnswer & { code?: string; message?: string }> {
  status: number;
  body: T;
  headers: Headers;
}

export interface Sent {
  /** The message's id; a new one when left out. */
  id?: string;
  /** Minutes from now at which it says it was signed. */
  minutes?: number;
  secrets?: string[];
  /** Instead of JSON. */
  type?: string;
  /** What is sent when it is not what was signed. */
  instead?: string | Buffer;
  headers?: Record<string, string>;
}

export async function intakeSender(s: Served, code = 'grid', input: Record<string, unknown> = {}) {
  const { senders } = await s.tools.master.of(s.district);
  const senderId = senders.get(code)?.id ?? newId();
  if (!senders.has(code))
    await s.run('systemAdmin', 'sender', senderId, 'add', {
      code,
      name: '区网格平台',
      channel: 'patrol',
    });
  const secret = newWebhookSecret();
  const keyId = newId();
  await s.run('securityAdmin', 'apiKey', keyId, 'add', {
    senderCode: code,
    name: '网格平台对接',
    rights: ['intake.post', 'intake.state'],
    perMinute: 60_000,
    hash: digestOf(secret),
    secret,
    ...input,
  });

  const send = async <T = IntakeReply['body']>(
    path: string,
    body: unknown,
    sent: Sent = {},
  ): Promise<IntakeReply<T>> => {
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const at = momentAt(Date.parse(s.now()) + (sent.minutes ?? 0) * 60_000);
    const signed = sign(sent.secrets ?? [secret], { id: sent.id ?? newId(), at, body: bytes });
    const response = await fetch(`${s.origin}/api/v1/intake/${path}`, {
      method: 'POST',
      headers: { 'content-type': sent.type ?? 'application/json', ...signed, ...sent.headers },
      body: new Uint8Array(Buffer.from(sent.instead ?? bytes)),
    });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text) as T, headers: response.headers };
  };

  return {
    code,
    senderId,
    keyId,
    secret,
    send,
    reports: (body: unknown, sent?: Sent) => send(`${code}/reports`, body, sent),
    states: (body: unknown, sent?: Sent) => send(`${code}/states`, body, sent),
    photos: (bytes: Buffer, sent?: Sent) =>
      send<{ photo: string; code?: string; message?: string }>(`${code}/photos`, bytes, {
        type: 'image/jpeg',
        ...sent,
      }),
  };
}

export type IntakeSender = Awaited<ReturnType<typeof intakeSender>>;
