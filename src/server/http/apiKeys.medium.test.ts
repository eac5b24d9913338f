/** Keys of outside systems: rights, area, limits, exchange, and what of them is kept and shown. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { QueryOutput } from '../../domain/api.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { cityApp, digestOf, numberIn, type CityApp } from '../testing/cityApp.ts';
import { served, type Served } from '../testing/served.ts';

let s: Served;
let app: CityApp;
beforeAll(async () => {
  s = await served();
  app = await cityApp(s);
});
afterAll(() => s.stop());

const fields = (key: string, more: Record<string, string> = {}) => ({
  api_key: key,
  service_code: 'E0101',
  address_string: '学府路 1 号',
  description: `垃圾成堆 ${newId()}`,
  ...more,
});

const statusOf = async (key: string): Promise<number> => (await app.post(fields(key))).status;

describe('a key', () => {
  it('is good until it is retired, and with its sender', async () => {
    const { id, key } = await app.addKey();
    expect(await statusOf(key)).toBe(200);
    await s.run('securityAdmin', 'apiKey', id, 'retire');
    expect(await statusOf(key)).toBe(403);
    const other = await app.addKey({ senderCode: '12345' });
    expect(await statusOf(other.key)).toBe(200);
    const { rows } = await s.pool.query<{ id: string }>(
      `select id from sender where code = '12345'`,
    );
    await s.run('systemAdmin', 'sender', rows[0]?.id ?? '', 'retire');
    expect(await statusOf(other.key)).toBe(403);
  });

  it('is exchanged with an overlap', async () => {
    const { id, key } = await app.addKey();
    const next = `next-${newId()}`;
    await s.run('securityAdmin', 'apiKey', id, 'rotate', {
      hash: digestOf(next),
      overlapHours: 24,
    });
    expect([await statusOf(key), await statusOf(next)]).toEqual([200, 200]);
    s.pass(24 * 60 - 1);
    expect(await statusOf(key)).toBe(200);
    s.pass(2);
    expect([await statusOf(key), await statusOf(next)]).toEqual([403, 200]);
    const same = { hash: digestOf(next), overlapHours: 0 };
    const { code } = await refusedBy(s.run('securityAdmin', 'apiKey', id, 'rotate', same));
    expect(code).toBe('sameKey');
  });

  it('does only what it was given', async () => {
    const reader = await app.addKey({ rights: ['open311.read'] });
    const poster = await app.addKey({ rights: ['open311.post'] });
    const none = await app.addKey({ rights: ['reports.read'] });
    const refused = await app.post(fields(reader.key));
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('权限')]);
    const number = numberIn(await app.post(fields(poster.key)));
    const seen = async (key: string): Promise<unknown> =>
      (await app.json(`/requests/${number}.json`, { 'x-api-key': key }))[0]?.address;
    expect(await seen(reader.key)).toBe('学府路 1 号');
    expect(await seen(poster.key)).toBe('测试区');
    expect(await seen(none.key)).toBe('测试区');
    expect((await app.get(`/requests/${number}.json?api_key=wrong`)).status).toBe(403);
  });

  it('reaches no further than its area', async () => {
    const street = await app.addKey({ areaCode: '110199001' });
    const whole = await app.addKey();
    const number = numberIn(await app.post(fields(street.key)));
    expect((await app.reportOf(number)).areaCode).toBe('110199001');
    const elsewhere = numberIn(await app.post(fields(whole.key)));
    const own = async (asked: string): Promise<unknown> =>
      (await app.json(`/requests/${asked}.json?api_key=${street.key}`))[0]?.address;
    expect(await own(number)).toBe('学府路 1 号');
    expect(await own(elsewhere)).toBe('测试区');
  });

  it('is refused outside its area, and every key outside the district, once those are drawn', async () => {
    const square = (west: number, east: number) => [
      [
        [
          [west, 40],
          [east, 40],
          [east, 40.1],
          [west, 40.1],
          [west, 40],
        ],
      ],
    ];
    const draw = async (code: string, west: number, east: number): Promise<void> => {
      const { rows } = await s.pool.query<{ id: string }>(
        `select id from area where district = $1 and code = $2`,
        [s.district, code],
      );
      await s.run('systemAdmin', 'area', rows[0]?.id ?? '', 'draw', {
        polygon: square(west, east),
      });
    };
    await draw('110199', 116, 116.2);
    await draw('110199001', 116, 116.1);
    await draw('110199002', 116.1, 116.2);
    const street = await app.addKey({ areaCode: '110199001' });
    const at = (long: string) => app.post(fields(street.key, { lat: '40.05', long }));
    expect((await at('116.05')).status).toBe(200);
    expect((await at('116.15')).status).toBe(403);
    const outside = await at('117');
    expect([outside.status, outside.text]).toEqual([400, expect.stringContaining('本区范围')]);
  });

  it('is counted by the minute', async () => {
    const { key } = await app.addKey({ perMinute: 3 });
    const replies = [];
    for (let n = 0; n < 5; n++) replies.push(await app.get(`/requests.json?api_key=${key}`));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
    expect(Number(replies[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(JSON.parse(replies[3]?.text ?? '')).toEqual([
      { code: 429, description: expect.any(String) },
    ]);
  });

  it('is given only by the security administrator, to a registered sender, for an area there is', async () => {
    const input = {
      senderCode: 'cityApp',
      name: '试',
      rights: ['open311.read'],
      perMinute: 60,
      hash: digestOf('x'),
    };
    const add = async (who: string, more: object = {}): Promise<string> =>
      (await refusedBy(s.run(who, 'apiKey', newId(), 'add', { ...input, ...more }))).code;
    expect(await add('desk')).toBe('notYourRole');
    expect(await add('systemAdmin')).toBe('notYourRole');
    expect(await add('securityAdmin', { senderCode: 'nobody' })).toBe('noSender');
    expect(await add('securityAdmin', { areaCode: '110199999' })).toBe('noArea');
    expect(await add('securityAdmin', { rights: [] })).toBe('badInput');
    expect(await add('securityAdmin', { hash: 'my key in the clear' })).toBe('badInput');
  });
});

describe('the page of keys', () => {
  it('shows administrators when each was last used, and nobody a hash', async () => {
    const { id, key } = await app.addKey();
    const before = await eventCount();
    expect(await statusOf(key)).toBe(200);
    const admin = await s.signIn('securityAdmin');
    const list = async (): Promise<QueryOutput<'apiKeyList'>> =>
      (await admin.get<QueryOutput<'apiKeyList'>>(`/api/${s.district}/apiKeys`)).body;
    await expect
      .poll(async () => (await list()).keys.find((row) => row.id === id)?.usedAt)
      .toBe(s.now());
    // One event: the report. Use is no event.
    expect(await eventCount()).toBe(before + 1);
    expect(JSON.stringify(await list())).not.toMatch(/[0-9a-f]{64}/);
    expect((await list()).senders.find(({ code }) => code === 'cityApp')?.keyCount).toBeGreaterThan(
      0,
    );
    const desk = await s.signIn('desk');
    expect((await desk.get(`/api/${s.district}/apiKeys`)).status).toBe(403);
  });
});

const eventCount = async (): Promise<number> => {
  const { rows } = await s.pool.query<{ count: number }>(
    `select count(*)::int as count from event where noun in ('report', 'apiKey')`,
  );
  return rows[0]?.count ?? 0;
};

describe('the same report sent again', () => {
  const twice = (one: Record<string, string>, header?: string) => {
    const headers: Record<string, string> = header ? { 'idempotency-key': header } : {};
    return app.post(one, { headers });
  };

  it('is one by its Idempotency-Key for ever, and refused with other content', async () => {
    const { key } = await app.addKey();
    const form = fields(key);
    const first = numberIn(await twice(form, 'a-1'));
    s.pass(60 * 24 * 30);
    expect(numberIn(await twice(form, 'a-1'))).toBe(first);
    expect((await twice({ ...form, description: '别的' }, 'a-1')).status).toBe(400);
    expect(numberIn(await twice(form, 'a-2'))).not.toBe(first);
    expect((await twice(form, 'x'.repeat(201))).status).toBe(400);
    // Another system's same word is another request.
    const other = await app.addKey();
    expect(numberIn(await twice({ ...form, api_key: other.key }, 'a-1'))).not.toBe(first);
  });

  it('is one by its content for ten minutes at least, even at once', async () => {
    const { key } = await app.addKey();
    const form = fields(key);
    const replies = await Promise.all(Array.from({ length: 8 }, () => twice(form)));
    const numbers = new Set(replies.map(numberIn));
    expect(numbers.size).toBe(1);
    s.pass(10);
    expect(numberIn(await twice(form))).toBe([...numbers][0]);
    s.pass(21);
    expect(numberIn(await twice(form))).not.toBe([...numbers][0]);
  });
});
