/** The signed intake: who signed, one report or five hundred, the same for ever, photos, and every bad message by its sentence. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Report } from '../../domain/reportShape.ts';
import { noisyPicture } from '../photos/photoFixture.ts';
import { newWebhookSecret } from '../standardWebhook.ts';
import { digestOf } from '../testing/cityApp.ts';
import { intakeSender, type IntakeSender } from '../testing/intakeSender.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { served, type Served } from '../testing/served.ts';

let s: Served;
let grid: IntakeSender;
beforeAll(async () => {
  s = await served();
  grid = await intakeSender(s);
});
afterAll(() => s.stop());

const item = (more: Record<string, unknown> = {}) => ({
  number: `WG-${newId()}`,
  content: '路边有暴露垃圾',
  areaCode: '110199001001',
  address: '学府路 1 号',
  categoryCode: 'E0101',
  ...more,
});

const reportsOf = async (number: string): Promise<Report[]> => {
  const { rows } = await s.pool.query<{ id: string }>(
    `select id from report where district = $1 and outside_number = $2`,
    [s.district, number],
  );
  return Promise.all(rows.map(({ id }) => s.read<Report>('report', id)));
};

const countReports = async (): Promise<number> =>
  (await s.pool.query<{ n: number }>(`select count(*)::int as n from report`)).rows[0]?.n ?? -1;

describe('a signed message', () => {
  it('of one report makes it a report of its sender', async () => {
    const one = item({
      lng: 116.3,
      lat: 40.05,
      urgency: 'danger',
      complainantName: '王小明',
      complainantPhone: '13800001111',
      happenedAt: '2026-03-04T09:00:00+08:00',
    });
    const { status, body } = await grid.reports(one);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 1, refused: 0 });
    const [report] = await reportsOf(one.number);
    expect(report).toMatchObject({
      senderCode: 'grid',
      channel: 'patrol',
      urgency: 'danger',
      content: one.content,
      claimedAt: '2026-03-04T01:00:00.000Z',
      lng: 116.3,
      lat: 40.05,
    });
    expect(body.results[0]).toMatchObject({
      index: 0,
      number: one.number,
      status: 'accepted',
      reportId: report?.id,
      reportNumber: report?.number,
    });
    const { rows } = await s.pool.query(`select input::text from event where record_id = $1`, [
      report?.id,
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/王小明|13800001111/);
  });

  it('of five hundred makes them all, each answered in its place', async () => {
    const list = Array.from({ length: 500 }, (_one, n) => item({ content: `第 ${n} 处垃圾` }));
    const started = performance.now();
    const { status, body } = await grid.reports({ reports: list });
    expect(status).toBe(200);
    expect(body.accepted).toBe(500);
    expect(body.results.map(({ number }) => number)).toEqual(list.map(({ number }) => number));
    expect(new Set(body.results.map(({ reportNumber }) => reportNumber)).size).toBe(500);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('turns coordinates of Chinese maps to ours', async () => {
    const one = item({ lng: 116.3, lat: 40.05, coordinates: 'gcj02' });
    await grid.reports(one);
    const [report] = await reportsOf(one.number);
    expect(Math.abs((report?.lng ?? 0) - 116.294)).toBeLessThan(0.002);
  });

  it('keeps what is right and answers for each that is wrong', async () => {
    const twin = item();
    const list = [
      item(),
      item({ categoryCode: 'E9999' }),
      item({ content: '' }),
      item({ unknown: 1 }),
      twin,
      { ...twin, content: '另一内容' },
      item({ lng: 116.3 }),
      item({ happenedAt: '2026-03-04 10:00' }),
      'text',
      item({ areaCode: '999999' }),
      item({ lng: 2, lat: 48, coordinates: 'wgs84' }),
    ];
    const { status, body } = await grid.reports({ reports: list });
    expect(status).toBe(200);
    expect(body.results.map((one) => one.status)).toEqual([
      'accepted',
      ...Array<string>(3).fill('refused'),
      'accepted',
      ...Array<string>(6).fill('refused'),
    ]);
    const words = body.results.map(({ message = '' }) => message);
    expect(words[1]).toContain('类别不存在');
    expect(words[2]).toBe('content：请填写问题描述');
    expect(words[3]).toContain('含有不能填写的项目');
    expect(words[5]).toContain('与第 5 件相同');
    expect(words[6]).toContain('经度和纬度须同时填写');
    expect(words[7]).toContain('时间须带时区');
    expect(words[9]).toContain('所属区域不存在');
    for (const message of words.filter(Boolean)) expect(message).toMatch(/[\u4e00-\u9fff]/);
    expect((await reportsOf(twin.number)).map(({ content }) => content)).toEqual([twin.content]);
  });

  it('of a class of the sender is what the reviewed map says', async () => {
    const [id, outsideClass] = [newId(), '市容环境/暴露垃圾'];
    const one = () => item({ categoryCode: undefined, outsideClass });
    const before = one();
    await grid.reports(before);
    await s.run('systemAdmin', 'catalogLink', id, 'propose', {
      kind: 'class',
      fromCode: 'grid 市容环境 / 暴露垃圾',
      categoryCode: 'P0137',
      basis: 'hand',
    });
    await s.run('supervisor', 'catalogLink', id, 'review');
    const after = one();
    await grid.reports(after);
    expect((await reportsOf(before.number))[0]).toMatchObject({
      outsideClass: '市容环境 / 暴露垃圾',
      categoryCode: null,
    });
    expect((await reportsOf(after.number))[0]?.categoryCode).toBe('P0137');
  });

  it('without items is a sign of life', async () => {
    const { status, body } = await grid.reports({ reports: [] });
    expect([status, body.accepted]).toEqual([200, 0]);
  });
});

describe('sent again', () => {
  it('under the same id it is answered the same', async () => {
    const id = newId();
    const one = item();
    const first = await grid.reports(one, { id });
    const again = await grid.reports(one, { id, minutes: 1 });
    expect(again.body).toEqual(first.body);
    const other = await grid.reports(item(), { id });
    expect([other.status, other.body.code]).toEqual([409, 'messageReused']);
    expect(await reportsOf(one.number)).toHaveLength(1);
  });

  it('under another id the number is known, and other words become an event', async () => {
    const one = item();
    await grid.reports(one);
    const again = await grid.reports(one);
    expect(again.body.results[0]).toMatchObject({ status: 'repeated' });
    for (const content of ['垃圾更多了', one.content, '垃圾更多了']) {
      const changed = await grid.reports({ ...one, content });
      expect(changed.body.results[0]).toMatchObject({ status: 'amended' });
      const [report] = await reportsOf(one.number);
      expect(report?.content).toBe(content);
    }
    const [report] = await reportsOf(one.number);
    const events = await s.tools.store.events(s.district, 'report', report?.id ?? '');
    expect(events.map(({ action }) => action)).toEqual(['submit', 'amend', 'amend', 'amend']);
  });

  it('many times at once it is one', async () => {
    const [one, id] = [item(), newId()];
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_one, n) => grid.reports(one, n % 2 ? { id } : {})),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await reportsOf(one.number)).toHaveLength(1);
    expect(replies.filter(({ body }) => body.accepted === 1).length).toBeGreaterThan(0);
  });

  it('a report that is over says that it can no longer be changed', async () => {
    const one = item();
    await grid.reports(one);
    const [report] = await reportsOf(one.number);
    await s.run('desk', 'report', report?.id ?? '', 'decline', { reason: '不属实' });
    const { body } = await grid.reports({ ...one, content: '还在' });
    expect(body.results[0]).toMatchObject({ status: 'refused' });
    expect(body.results[0]?.message).toContain('不能再更正');
  });
});

describe('a signature', () => {
  const refused = async (sent: Parameters<IntakeSender['reports']>[1]) => {
    const before = await countReports();
    const { status, body } = await grid.reports(item(), sent);
    expect(await countReports()).toBe(before);
    return [status, body.code, body.message];
  };

  it('that is wrong, old, early or missing is refused by its sentence', async () => {
    const words = expect.stringMatching(/[\u4e00-\u9fff]/) as string;
    expect(await refused({ secrets: [newWebhookSecret()] })).toEqual([401, 'badSignature', words]);
    expect(await refused({ instead: JSON.stringify(item()) })).toEqual([
      401,
      'badSignature',
      words,
    ]);
    expect((await refused({ minutes: -6 }))[2]).toContain('早于现在 5 分钟');
    expect((await refused({ minutes: 6 }))[2]).toContain('晚于现在 5 分钟');
    expect((await refused({ headers: { 'webhook-signature': '' } }))[2]).toContain('缺少签名');
    expect((await refused({ headers: { 'webhook-timestamp': 'now' } }))[2]).toContain('缺少签名');
    expect((await refused({ headers: { 'webhook-signature': 'v1,x v2,y' } }))[0]).toBe(401);
    expect((await grid.send('nobody/reports', item())).status).toBe(401);
    expect((await grid.send('grid/nothing', item())).status).toBe(404);
  });

  it('by a key without the right, or with a bearer key, is refused', async () => {
    const other = await intakeSender(s, 'stateOnly', { rights: ['intake.state'] });
    expect((await other.reports(item())).body.code).toBe('noRight');
    const input = {
      senderCode: 'grid',
      name: '混用',
      perMinute: 60,
      hash: digestOf(newId()),
      secret: newWebhookSecret(),
    };
    const add = async (more: object) =>
      (await refusedBy(s.run('securityAdmin', 'apiKey', newId(), 'add', { ...input, ...more })))
        .code;
    expect(await add({ rights: ['intake.post', 'reports.read'] })).toBe('mixedRights');
    expect(await add({ rights: ['reports.read'] })).toBe('needlessSecret');
    expect(await add({ rights: ['intake.post'], secret: undefined })).toBe('noSecret');
    expect(await add({ rights: ['intake.post'], secret: 'whsec_short' })).toBe('badInput');
  });

  it('goes on being good for a while after its key was exchanged, and ends with the key', async () => {
    const own = await intakeSender(s, 'rotating');
    const next = newWebhookSecret();
    await s.run('securityAdmin', 'apiKey', own.keyId, 'rotate', {
      hash: digestOf(next),
      secret: next,
      overlapHours: 2,
    });
    const status = async (secret: string) =>
      (await own.reports(item(), { secrets: [secret] })).status;
    expect([await status(own.secret), await status(next)]).toEqual([200, 200]);
    s.pass(121);
    expect([await status(own.secret), await status(next)]).toEqual([401, 200]);
    await s.run('securityAdmin', 'apiKey', own.keyId, 'retire');
    expect(await status(next)).toBe(401);
    const { rows } = await s.pool.query<{ n: number }>(
      `select count(*)::int as n from secret where record_id = $1 and wrapped_key is not null`,
      [own.keyId],
    );
    expect(rows[0]?.n).toBe(0);
  });

  it('is never told again, nor kept in the open', async () => {
    const admin = await s.signIn('securityAdmin');
    const listed = await admin.get(`/api/${s.district}/apiKeys`);
    expect(JSON.stringify(listed.body)).not.toMatch(/secretId|whsec_/i);
    const { rows } = await s.pool.query(`select input::text, changes::text from event`);
    expect(JSON.stringify(rows)).not.toContain(grid.secret.slice(6));
  });

  it('of a key of one area reaches only there', async () => {
    const own = await intakeSender(s, 'street', { areaCode: '110199001' });
    const { body } = await own.reports({
      reports: [item(), item({ areaCode: '110199002001' }), item({ areaCode: undefined })],
    });
    expect(body.results.map(({ status, code }) => code ?? status)).toEqual([
      'accepted',
      'notYourArea',
      'accepted',
    ]);
  });
});

/** A good message of so many bytes. */
const ofBytes = (length: number): Buffer => {
  const said = Buffer.from(JSON.stringify(item()));
  return Buffer.concat([said, Buffer.alloc(length - said.length, ' ')]);
};

describe('a bad message', () => {
  const before = { count: 0 };
  const whole = async (body: unknown, sent = {}): Promise<[number, string | undefined]> => {
    before.count = await countReports();
    const reply = await grid.reports(body, sent);
    expect(await countReports()).toBe(before.count);
    expect(reply.body.message).toMatch(/[\u4e00-\u9fff]/);
    return [reply.status, reply.body.code];
  };

  it('is refused whole, and nothing of it is kept', async () => {
    const many = Array.from({ length: 501 }, () => item());
    expect(await whole({ reports: many })).toEqual([400, 'tooMany']);
    expect(await whole(ofBytes(1_000_001))).toEqual([413, 'tooLarge']);
    expect(await whole('{"reports": [')).toEqual([400, 'badJson']);
    expect(await whole('[]')).toEqual([400, 'badBody']);
    expect(await whole('null')).toEqual([400, 'badBody']);
    expect(await whole({ reports: {} })).toEqual([400, 'badBody']);
    expect(await whole({ reports: [], more: 1 })).toEqual([400, 'badBody']);
    expect(await whole(item(), { type: 'text/plain' })).toEqual([415, 'notJson']);
    expect(await whole(Buffer.from([0x7b, 0xff, 0x7d]))).toEqual([400, 'badEncoding']);
    expect(await whole({ reports: [item({ content: 'a\u0000b' })] })).toEqual([400, 'badText']);
    expect(await whole('{"reports":'.repeat(30) + '1' + '}'.repeat(30))).toEqual([400, 'tooDeep']);
  });

  it('of exactly 1 MB is taken', async () => {
    const { status } = await grid.reports(ofBytes(1_000_000));
    expect(status).toBe(200);
  });

  it('in a flood is told when to come again', async () => {
    const slow = await intakeSender(s, 'slow', { perMinute: 5 });
    const replies = await Promise.all(Array.from({ length: 12 }, () => slow.reports(item())));
    const waits = replies.filter(({ status }) => status === 429);
    expect(waits.length).toBe(7);
    expect(Number(waits[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('photos', () => {
  const picture = async (): Promise<Buffer> => noisyPicture(40, 30).jpeg().toBuffer();
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  it('are sent beforehand and named', async () => {
    const [bytes, id] = [await picture(), newId()];
    const sent = await grid.photos(bytes, { id });
    expect(sent.status).toBe(200);
    expect((await grid.photos(bytes, { id })).body.photo).toBe(sent.body.photo);
    const one = item({ photos: [sent.body.photo] });
    expect((await grid.reports(one)).body.accepted).toBe(1);
    expect((await reportsOf(one.number))[0]?.photoCount).toBe(1);
    expect((await grid.reports(one)).body.repeated).toBe(1);
    const { body } = await grid.reports(item({ photos: [sent.body.photo] }));
    expect(body.results[0]?.message).toContain('照片');
    expect((await grid.photos(Buffer.from('no photo'))).body.code).toBe('notAPhoto');
  });

  it('are fetched from listed addresses only', async () => {
    const bytes = await picture();
    let asked = 0;
    const server = createServer((request, response) => {
      asked += 1;
      if (request.url === '/photo.jpg') response.end(bytes);
      else response.writeHead(404).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const at = (path: string) => `http://127.0.0.1:${port}${path}`;
    const refused = await grid.reports(item({ photoUrls: [at('/photo.jpg')] }));
    expect(refused.body.results[0]?.message).toContain('白名单');
    expect(asked).toBe(0);
    await s.run('systemAdmin', 'outsideAddress', newId(), 'add', {
      host: '127.0.0.1',
      port,
      purpose: '网格平台的照片',
    });
    const one = item({ photoUrls: [at('/photo.jpg')] });
    expect((await grid.reports(one)).body.accepted).toBe(1);
    expect((await reportsOf(one.number))[0]?.photoCount).toBe(1);
    await grid.reports(one);
    expect(asked).toBe(1);
    const gone = item({ photoUrls: [at('/photo.jpg'), at('/gone.jpg')] });
    const { body } = await grid.reports({ reports: [gone, item()] });
    expect(body.results.map(({ status }) => status)).toEqual(['refused', 'accepted']);
    expect(body.results[0]?.message).toContain('404');
    expect(await reportsOf(gone.number)).toEqual([]);
    const many = Array.from({ length: 11 }, () =>
      item({ photoUrls: [1, 2, 3, 4, 5].map((n) => at(`/${n}.jpg`)) }),
    );
    expect((await grid.reports({ reports: many })).body.code).toBe('tooManyPhotos');
  });
});
