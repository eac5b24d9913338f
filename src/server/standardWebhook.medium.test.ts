import { describe, expect, it } from 'vitest';
import { check, newWebhookSecret, sign } from './standardWebhook.ts';

/** The example of the specification. */
const example = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: '2021-02-25T15:02:10.000Z',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const now = '2026-03-04T02:00:00.000Z';
const body = '{"a":1}';

const headersOf = (headers: object): Headers => new Headers(headers as Record<string, string>);

describe('Standard Webhooks', () => {
  it('signs as the example of the specification', () => {
    const { secret, signature, ...message } = example;
    expect(sign([secret], message)).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': signature,
    });
  });

  it('signs with every secret in force, and one of them is enough', () => {
    const [old, fresh] = [newWebhookSecret(), newWebhookSecret()];
    const headers = sign([fresh, old], { id: 'a', at: now, body });
    expect(headers['webhook-signature'].split(' ')).toHaveLength(2);
    for (const secrets of [[old], [fresh], [newWebhookSecret(), old]])
      expect(check(secrets, headersOf(headers), body, now)).toBeNull();
    expect(check([newWebhookSecret()], headersOf(headers), body, now)).toBe('wrong');
  });

  it('refuses what was changed on the way', () => {
    const secret = newWebhookSecret();
    const headers = sign([secret], { id: 'a', at: now, body });
    expect(check([secret], headersOf(headers), '{"a":2}', now)).toBe('wrong');
    for (const changed of [
      { 'webhook-id': 'b' },
      { 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) },
      { 'webhook-signature': 'v1,AAAA v2,BBBB ,' },
    ])
      expect(check([secret], headersOf({ ...headers, ...changed }), body, now)).toBe('wrong');
  });

  it('refuses what has no readable headers', () => {
    const secret = newWebhookSecret();
    const headers = sign([secret], { id: 'a', at: now, body });
    for (const changed of [
      { 'webhook-id': '' },
      { 'webhook-id': 'x'.repeat(201) },
      { 'webhook-timestamp': '' },
      { 'webhook-timestamp': '-5' },
      { 'webhook-timestamp': '1e9' },
      { 'webhook-signature': '' },
    ])
      expect(check([secret], headersOf({ ...headers, ...changed }), body, now)).toBe('missing');
  });

  it.each([
    ['2026-03-04T02:05:00.000Z', null],
    ['2026-03-04T02:05:01.000Z', 'tooOld'],
    ['2026-03-04T01:55:00.000Z', null],
    ['2026-03-04T01:54:59.000Z', 'tooNew'],
  ] as const)('takes a message for five minutes: at %s %s', (later, problem) => {
    const secret = newWebhookSecret();
    const headers = sign([secret], { id: 'a', at: now, body });
    expect(check([secret], headersOf(headers), body, later)).toBe(problem);
  });
});
