/** Subscriptions and the list of internal addresses over HTTP: who may, what is refused, what is never shown. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { newWebhookSecret } from '../standardWebhook.ts';
import { served, type Client, type Served } from '../testing/served.ts';
import { webhookReceiver, type Receiver } from '../testing/webhookReceiver.ts';

let s: Served;
let admin: Client;
let receiver: Receiver;
const secret = newWebhookSecret();

beforeAll(async () => {
  s = await served();
  admin = await s.signIn('systemAdmin');
  receiver = await webhookReceiver(() => [secret]);
});
afterAll(async () => {
  await receiver.stop();
  await s.stop();
});

const input = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: '区网格平台',
  url: receiver.url,
  kinds: ['issue', 'report.answer'],
  secret,
  ...more,
});

const fieldsOf = (answer: { body: Record<string, unknown> }): unknown[] =>
  (answer.body.details as { fields?: { field: string; message: string }[] }).fields ?? [];

describe('what is refused', () => {
  it.each([
    [{ url: 'ftp://a.cn/' }, 'url'],
    [{ url: 'https://user:word@a.cn/' }, 'url'],
    [{ url: 'javascript:alert(1)' }, 'url'],
    [{ url: `https://a.cn/${'a'.repeat(600)}` }, 'url'],
    [{ kinds: [] }, 'kinds'],
    [{ kinds: ['issue.fly'] }, 'kinds.0'],
    [{ kinds: ['person.signIn'] }, 'kinds.0'],
    [{ kinds: ['__proto__'] }, 'kinds.0'],
    [{ kinds: ['issue', 'issue'] }, 'kinds'],
    [{ secret: 'whsec_short' }, 'secret'],
    [{ secret: 'a'.repeat(60) }, 'secret'],
    [{ name: ' ' }, 'name'],
  ])('a subscription with %o', async (more, field) => {
    const answer = await admin.act('subscriptions', newId(), 'add', input(more));
    expect(answer.status).toBe(400);
    expect(fieldsOf(answer)).toContainEqual(expect.objectContaining({ field }));
    expect(JSON.stringify(fieldsOf(answer))).toMatch(/\p{Script=Han}/u);
  });

  it.each([
    [{ areaCode: '110199777' }, 'noArea'],
    [{ unitId: newId() }, 'noUnit'],
    [{ senderCode: 'nobody' }, 'noSender'],
  ])('a subscription limited to %o, which is not there', async (more, code) => {
    const answer = await admin.act('subscriptions', newId(), 'add', input(more));
    expect([answer.status, answer.body.code]).toEqual([409, code]);
  });

  it.each([
    'http://10.0.0.1',
    '10.0.0.1:80',
    '0.0.0.0/0',
    '10.0.0.0/7',
    '::/0',
    'two words',
    '*.gov.cn',
    '10.0.0.300',
    '',
  ])('the internal address “%s”', async (host) => {
    const answer = await admin.act('outside-addresses', newId(), 'add', { host, purpose: '测试' });
    expect(answer.status).toBe(400);
    expect(fieldsOf(answer)).toContainEqual(expect.objectContaining({ field: 'host' }));
  });

  it('anybody but the system administrator', async () => {
    for (const who of ['desk', 'securityAdmin', 'leader', 'officer']) {
      const client = await s.signIn(who);
      for (const [plural, body] of [
        ['subscriptions', input()],
        ['outside-addresses', { host: '10.1.1.1', purpose: '测试' }],
      ] as const)
        expect((await client.act(plural, newId(), 'add', body)).status, who).toBe(403);
      for (const path of [
        'subscriptions',
        'outside-addresses',
        `subscriptions/${newId()}/deliveries`,
      ])
        expect((await client.get(`/api/${s.district}/${path}`)).status, who).toBe(403);
      const trial = await client.post(`/api/${s.district}/subscriptions/try`, { id: newId() });
      expect(trial.status, who).toBe(403);
    }
    expect((await s.stranger.get(`/api/${s.district}/subscriptions`)).status).toBe(401);
  });
});

describe('a subscription', () => {
  it('is tried, delivers and is listed, and its secret is never shown again', async () => {
    const id = newId();
    const added = await admin.act('subscriptions', id, 'add', input());
    expect(added.status).toBe(200);

    const trial = () =>
      admin.post<{ isSent: boolean; reason: string | null; httpStatus: number | null }>(
        `/api/${s.district}/subscriptions/try`,
        { id },
      );
    expect((await trial()).body).toMatchObject({ isSent: false, httpStatus: null });
    expect((await trial()).body.reason).toContain('白名单');

    const address = newId();
    const allow = { host: '127.0.0.1', port: Number(new URL(receiver.url).port), purpose: '测试' };
    expect((await admin.act('outside-addresses', address, 'add', allow)).status).toBe(200);
    expect((await admin.act('outside-addresses', newId(), 'add', allow)).status).toBe(409);
    expect((await trial()).body).toMatchObject({ isSent: true, httpStatus: 200 });
    expect(receiver.got.map(({ type, problem }) => [type, problem])).toEqual([['ping', null]]);

    await s.issue();
    await receiver.until(2);
    const list = await admin.get<{ items: Record<string, unknown>[] }>(
      `/api/${s.district}/subscriptions`,
    );
    expect(list.body.items[0]).toMatchObject({ id, status: 'active', dead: 0, unitName: null });
    const history = await admin.get(`/api/${s.district}/events/subscription/${id}`);
    const said = JSON.stringify([added.body, list.body, history.body]);
    expect(said).not.toContain(secret.slice(6));
    for (let n = 0; n < 100; n++) {
      const deliveries = await admin.get<{ items: { status: string }[] }>(
        `/api/${s.district}/subscriptions/${id}/deliveries?status=sent`,
      );
      if (deliveries.body.items.length > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(n).toBeLessThan(99);
    }
    const metrics = await s.stranger.raw('/metrics');
    expect(await metrics.text()).toMatch(/civicloop_webhooks_dead 0/);

    await admin.act('outside-addresses', address, 'retire');
    expect((await trial()).body.reason).toContain('白名单');
    expect((await admin.act('subscriptions', id, 'retire')).status).toBe(200);
    expect((await trial()).status).toBe(409);
    const { rows } = await s.pool.query(
      `select 1 from secret where record_id = $1 and wrapped_key is not null`,
      [id],
    );
    expect(rows).toEqual([]);
  });
});
