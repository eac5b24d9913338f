/** GeoReport v2 by its own examples: services, posting, filters, errors, and what strangers do not see. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { systemActor } from '../baseSeed.ts';
import { noisyPicture } from '../photos/photoFixture.ts';
import { cityApp, numberIn, textsOf, type CityApp } from '../testing/cityApp.ts';
import { served, type Served } from '../testing/served.ts';

let s: Served;
let app: CityApp;
let key: string;
let auth: Record<string, string>;
beforeAll(async () => {
  s = await served();
  app = await cityApp(s);
  ({ key } = await app.addKey());
  auth = { authorization: `Bearer ${key}` };
});
afterAll(() => s.stop());

/** The request of the specification's own example, at a place in China. */
const example = () => ({
  api_key: key,
  jurisdiction_id: '110199',
  service_code: 'E0101',
  lat: '39.9042123',
  long: '116.4074456',
  address_string: '1234 5th street',
  email: 'smit333@sfgov.edu',
  device_id: 'tt222111',
  account_id: '123456',
  first_name: 'john',
  last_name: 'smith',
  phone: '13800001111',
  description: 'A large sinkhole is destroying the street',
});

/** A request unlike any other, taken in. */
const posted = async (more: Record<string, string> = {}): Promise<string> =>
  numberIn(await app.post({ ...example(), description: `路面破损 ${newId()}`, ...more }));

const one = async (number: string, headers = {}): Promise<Record<string, unknown>> =>
  (await app.json(`/requests/${number}.json`, headers))[0] ?? {};

describe('what is asked without a key', () => {
  it('is discovered in both forms', async () => {
    const xml = await app.get('/discovery.xml');
    expect(xml.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(textsOf(xml.text, 'format')).toEqual(['text/xml', 'application/json']);
    expect(textsOf(xml.text, 'specification')).toEqual(['http://wiki.open311.org/GeoReport_v2']);
    const json = await app.get('/discovery.json');
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { endpoints } = JSON.parse(json.text) as { endpoints: { url: string }[] };
    expect(endpoints[0]?.url).toBe(`${s.origin}/open311/v2`);
  });

  it('lists every category as a service', async () => {
    const services = await app.json('/services.json?jurisdiction_id=110199');
    const { rows } = await s.pool.query<{ count: number }>(
      `select count(distinct code)::int as count from category`,
    );
    expect(services).toHaveLength(rows[0]?.count ?? 0);
    const found = services.find((service) => service.service_code === 'E0101');
    expect(found).toMatchObject({ metadata: true, type: 'realtime', group: expect.any(String) });
    expect(Object.keys(found ?? {}).sort()).toEqual([
      'description',
      'group',
      'keywords',
      'metadata',
      'service_code',
      'service_name',
      'type',
    ]);
    const xml = (await app.get('/services.xml')).text;
    expect(xml.startsWith('<?xml version="1.0" encoding="utf-8"?>\n<services><service>')).toBe(
      true,
    );
    expect(textsOf(xml, 'service_code')).toEqual(services.map((service) => service.service_code));
    expect(new Set(textsOf(xml, 'metadata'))).toEqual(new Set(['true']));
  });

  it('defines the attributes of a service', async () => {
    const { service_code, attributes } = await app.json<{
      service_code: string;
      attributes: { code: string; order: number; values: unknown[] }[];
    }>('/services/E0101.json');
    expect(service_code).toBe('E0101');
    expect(attributes.map(({ order }) => order)).toEqual(attributes.map((_one, n) => n + 1));
    expect(attributes.find(({ code }) => code === 'CONDITION')?.values.length).toBeGreaterThan(0);
    const xml = (await app.get('/services/E0101.xml')).text;
    expect(xml).toContain('<service_definition><service_code>E0101</service_code><attributes>');
    expect(textsOf(xml, 'datatype')).toContain('singlevaluelist');
  });
});

describe('a posted request', () => {
  it('becomes a report of the sender and is answered by its number', async () => {
    const reply = await app.post(example());
    expect(reply.status, reply.text).toBe(200);
    expect(JSON.parse(reply.text)).toEqual([
      {
        service_request_id: expect.stringMatching(/^\d{14}$/),
        service_notice: expect.stringContaining('+08:00'),
        account_id: '123456',
      },
    ]);
    const report = await app.reportOf(numberIn(reply));
    expect(report).toMatchObject({
      senderCode: 'cityApp',
      channel: 'citizen',
      categoryCode: 'E0101',
      status: 'submitted',
      content: example().description,
      lat: 39.9042123,
      lng: 116.4074456,
      address: example().address_string,
    });
    const token = await app.json(`/tokens/${report.id}.json`);
    expect(token).toEqual([{ service_request_id: report.number, token: report.id }]);
    const xml = await app.post({ ...example(), description: '井盖翘起' }, { format: 'xml' });
    expect(textsOf(xml.text, 'service_request_id')[0]).toMatch(/^\d{14}$/);
    expect(xml.text).toContain('<service_requests><request>');
  });

  it('shows the sender everything and strangers only what nobody minds', async () => {
    const number = await posted({ phone: '13912345678', description: '王大锤家门口 <b>&脏</b>' });
    const own = await one(number, auth);
    expect(own).toMatchObject({ lat: 39.9042123, long: 116.4074456, address: '1234 5th street' });
    expect(own.description).toBe('王大锤家门口 <b>&脏</b>');
    const shown = await one(number);
    expect(shown).toMatchObject({
      status: 'open',
      service_code: 'E0101',
      lat: 39.904,
      long: 116.407,
      address: '测试区',
      address_id: null,
      media_url: null,
    });
    const open = [
      await app.get(`/requests/${number}.json`),
      await app.get(`/requests/${number}.xml`),
      await app.get('/requests.json'),
      await app.get('/requests.xml'),
    ];
    for (const { text } of open) {
      expect(text).toContain(number);
      for (const secret of ['13912345678', '王大锤', 'smith', 'smit333', '5th street', '39.9042'])
        expect(text).not.toContain(secret);
    }
    const xml = (await app.get(`/requests/${number}.xml`, auth)).text;
    expect(xml).toContain('<description>王大锤家门口 &lt;b&gt;&amp;脏&lt;/b&gt;</description>');
    expect(xml).toContain('<media_url/>');
    // Not even the sender is told the person again: names and phones leave only by `reveal`.
    for (const secret of ['13912345678', 'smith', 'smit333']) expect(xml).not.toContain(secret);
  });

  it('keeps name, phone and e-mail under lock until somebody reveals them', async () => {
    const { id } = await app.reportOf(await posted());
    const desk = await s.signIn('desk');
    const view = await desk.get(`/api/${s.district}/reports/${id}`);
    expect(JSON.stringify(view.body)).not.toMatch(/smith|smit333|13800001111/);
    const { body } = await desk.act<{ eventId: string }>('reports', id, 'reveal', {
      reason: '回访',
    });
    const { body: revealed } = await desk.post(`/api/${s.district}/revealed`, {
      eventId: body.eventId,
    });
    expect(revealed).toMatchObject({
      name: 'john smith',
      phone: '13800001111',
      email: 'smit333@sfgov.edu',
    });
    const { rows } = await s.pool.query<{ events: string }>(
      `select string_agg(input::text || changes::text, ' ') as events from event where record_id = $1`,
      [id],
    );
    expect(rows[0]?.events).not.toMatch(/smith|smit333|13800001111/);
  });

  it('takes attributes by the definition', async () => {
    const report = await app.reportOf(
      await posted({
        'attribute[CONDITION]': '1',
        'attribute[KIND]': 'help',
        'attribute[DANGER]': 'yes',
      }),
    );
    expect(report).toMatchObject({ kind: 'help', urgency: 'danger', isConfidential: false });
    expect(report.content).toContain('现场情形：');
    for (const [name, value] of [
      ['attribute[CONDITION]', '99'],
      ['attribute[WHISPAWN]', '123456'],
    ] as const) {
      const reply = await app.post({ ...example(), [name]: value });
      expect(reply.status).toBe(400);
      expect(reply.text).toContain('attribute[');
    }
  });

  it('is hidden from strangers when confidential or a tip-off', async () => {
    for (const more of [
      { 'attribute[CONFIDENTIAL]': 'yes' },
      { 'attribute[KIND]': 'tipOff' },
    ] as Record<string, string>[]) {
      const number = await posted(more);
      expect((await app.get(`/requests/${number}.json`)).status).toBe(404);
      expect((await app.get(`/requests.json?service_request_id=${number}`)).text).toBe('[]');
      expect(await one(number, auth)).toMatchObject({ service_request_id: number });
    }
    const inner = await s.report({ channel: 'leader', content: '领导批示' });
    expect((await app.get(`/requests/${inner.number}.json`)).status).toBe(404);
    expect((await app.get(`/requests/${inner.number}.json`, auth)).status).toBe(404);
  });

  it('is followed from open to closed', async () => {
    const number = await posted();
    const { id } = await app.reportOf(number);
    const issueId = newId();
    await s.run('desk', 'issue', issueId, 'accept', {
      reportId: id,
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: '110199001001',
    });
    s.pass(10);
    await s.run('desk', 'issue', issueId, 'dispatch', { unitId: s.unitId('clean') });
    expect(await one(number)).toMatchObject({
      status: 'open',
      status_notes: '已派给责任单位',
      agency_responsible: '环卫中心',
      description: expect.stringContaining('：'),
      updated_datetime: '2026-03-04T10:10:00+08:00',
    });
    s.pass(5);
    await s.run('head', 'issue', issueId, 'claim');
    const photo = async (who: string) => ({ words: '已处理', photos: [await s.photo(who)] });
    await s.run('head', 'issue', issueId, 'rectify', await photo('head'));
    await s.run('desk', 'issue', issueId, 'sendToVerify');
    await s.run('grid', 'issue', issueId, 'pass', await photo('grid'));
    s.pass(30);
    await s.run('desk', 'issue', issueId, 'close');
    const closed = await one(number);
    expect(closed).toMatchObject({
      status: 'closed',
      status_notes: '案件已办结',
      requested_datetime: '2026-03-04T10:00:00+08:00',
      updated_datetime: '2026-03-04T10:45:00+08:00',
    });
    const list = await app.json(`/requests.json?status=closed`);
    expect(list.map((each) => each.service_request_id)).toEqual([number]);
  });
});

describe('photos', () => {
  const withPhotos = async (photos: Blob[], more: Record<string, string> = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...example(), ...more }))
      if (name !== 'api_key') form.append(name, value);
    for (const [n, photo] of photos.entries()) form.append('media', photo, `${n}.jpg`);
    return app.raw('/requests.json', { method: 'POST', headers: auth, body: form });
  };
  const picture = async (): Promise<Blob> =>
    new Blob([new Uint8Array(await noisyPicture(40, 30).jpeg().toBuffer())]);

  it('come with the form, and once when it is sent twice', async () => {
    const photos = [await picture(), await picture()];
    const first = await withPhotos(photos, { description: '带照片' });
    expect(first.status, first.text).toBe(200);
    const again = await withPhotos(photos, { description: '带照片' });
    expect(numberIn(again)).toBe(numberIn(first));
    const { id, photoCount } = await app.reportOf(numberIn(first));
    expect(photoCount).toBe(2);
    const { rows } = await s.pool.query(`select 1 from attachment where record_id = $1`, [id]);
    expect(rows).toHaveLength(2);
  });

  it('are refused with a sentence when they are none, too many, or without the key in a header', async () => {
    const text = await withPhotos([new Blob(['<script>'])], { description: '不是照片' });
    expect([text.status, text.text]).toEqual([400, expect.stringContaining('照片')]);
    const many = await withPhotos(await Promise.all(Array.from({ length: 6 }, picture)));
    expect([many.status, many.text]).toEqual([400, expect.stringContaining('最多 5 张')]);
    const form = new FormData();
    form.append('api_key', key);
    const bare = await app.raw('/requests.json', { method: 'POST', body: form });
    expect(bare.status).toBe(403);
    const torn = await app.raw('/requests.json', {
      method: 'POST',
      headers: { ...auth, 'content-type': 'multipart/form-data; boundary=x' },
      body: '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nhalf',
    });
    expect(torn.status).toBe(400);
  });

  it('are fetched only from hosts of the list', async () => {
    const bytes = await noisyPicture(40, 30).jpeg().toBuffer();
    const server = createServer((_request, response) => void response.end(bytes));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const media_url = `http://127.0.0.1:${port}/a.jpg`;
    const refused = await app.post({ ...example(), description: '照片在别处', media_url });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('白名单')]);
    await s.run('systemAdmin', 'outsideAddress', newId(), 'add', {
      host: '127.0.0.1',
      port,
      purpose: '城市应用的照片',
    });
    const number = await posted({ media_url });
    expect(await app.reportOf(number)).toMatchObject({ photoCount: 1 });
    server.close();
  });
});

describe('filters', () => {
  let numbers: string[];
  beforeAll(async () => {
    s.pass(60 * 24 * 200);
    numbers = [];
    for (const service_code of ['E0101', 'E0102', 'E0101', 'E0103']) {
      numbers.push(await posted({ service_code }));
      s.pass(60 * 24);
    }
    await sleep(1_100);
  });
  const listed = async (query: string): Promise<unknown[]> =>
    (await app.json(`/requests.json?${query}`)).map((each) => each.service_request_id);
  const day = (n: number): string =>
    new Date(Date.parse('2026-09-20T02:00:00Z') + n * 86_400_000).toISOString();

  it('lists the newest first, of the last 90 days', async () => {
    expect(await listed('')).toEqual([...numbers].reverse());
  });

  it('by numbers, which override all else', async () => {
    const [first, second] = numbers;
    expect(await listed(`service_request_id=${first},${second}&status=closed`)).toEqual([
      second,
      first,
    ]);
    expect(await listed(`service_request_id=${first}&service_request_id=${second}`)).toHaveLength(
      2,
    );
  });

  it('by services, status and times with any zone', async () => {
    expect(await listed('service_code=E0102,E0103')).toEqual([numbers[3], numbers[1]]);
    expect(await listed('status=closed')).toEqual([]);
    expect(await listed('status=open,closed')).toHaveLength(4);
    const times = (await app.json('/requests.json')).map((each) => String(each.requested_datetime));
    const middle = times[2] ?? '';
    expect(await listed(`start_date=${encodeURIComponent(middle)}`)).toHaveLength(3);
    expect(await listed(`start_date=${middle}`), 'a plus as a blank').toHaveLength(3);
    const zulu = new Date(middle).toISOString();
    expect(await listed(`end_date=${zulu}`)).toEqual([numbers[1], numbers[0]]);
    expect(await listed(`start_date=${zulu}&end_date=${zulu}`)).toEqual([numbers[1]]);
    expect(await listed(`start_date=${zulu.slice(0, 10)}&end_date=${zulu.slice(0, 10)}`)).toEqual([
      numbers[1],
    ]);
  });

  it('page by page', async () => {
    expect(await listed('page_size=3')).toEqual([...numbers].reverse().slice(0, 3));
    expect(await listed('page_size=3&page=2')).toEqual([numbers[0]]);
    expect(await listed('page_size=3&page=3')).toEqual([]);
  });

  it('treats what is empty as not given', async () => {
    expect(await listed('status=&service_code=&start_date=&page=')).toHaveLength(4);
  });

  it.each([
    ['status=done', 'status'],
    ['start_date=yesterday', 'start_date'],
    ['start_date=2026-03-04T10:00:00', 'start_date'],
    ['end_date=2026-02-30', 'end_date'],
    ['start_date=2026-01-01&end_date=2026-06-01', '90'],
    [`start_date=${day(2)}&end_date=${day(1)}`, 'end_date'],
    ['page=0', 'page'],
    ['page_size=1001', 'page_size'],
    ['page=20000&page_size=1000', 'start_date'],
    ['page=1&page=2', 'page'],
    ['jurisdiction_id=110199%00', '字符'],
  ])('refuses %s with a sentence', async (query, word) => {
    const reply = await app.get(`/requests.json?${query}`);
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.text)).toEqual([
      { code: 400, description: expect.stringContaining(word) },
    ]);
  });
});

describe('errors', () => {
  it.each([
    ['/services/NONE.json', 404],
    ['/services.json?jurisdiction_id=999999', 404],
    ['/requests/00000000000000.json', 404],
    ['/tokens/123456.json', 404],
    [`/tokens/${newId()}.json`, 404],
    ['/services.html', 404],
    ['/services', 404],
    ['/nothing.json', 404],
    ['/nothing/at/all.json', 404],
  ])('%s is %i in the form of the specification', async (path, status) => {
    const reply = await app.get(path);
    expect(reply.status).toBe(status);
    if (path.includes('.json'))
      expect(JSON.parse(reply.text)).toEqual([{ code: status, description: expect.any(String) }]);
    else expect(textsOf(reply.text, 'code')).toEqual([String(status)]);
  });

  it('says what is missing or wrong, every field', async () => {
    const { lat: _lat, long: _long, address_string: _where, ...nowhere } = example();
    const without = (name: string) =>
      Object.fromEntries(Object.entries(example()).filter(([each]) => each !== name));
    const replies: [Record<string, string> | string, number, string][] = [
      [without('api_key'), 403, '密钥'],
      [{ ...example(), api_key: 'xyz' }, 403, '密钥'],
      [without('service_code'), 400, 'service_code'],
      [{ ...example(), service_code: '001' }, 404, 'service_code'],
      [{ ...example(), jurisdiction_id: 'city.gov' }, 404, 'jurisdiction_id'],
      [nowhere, 400, '位置'],
      [without('lat'), 400, 'lat'],
      [{ ...example(), lat: '200' }, 400, '纬度'],
      [{ ...example(), lat: '1e5' }, 400, 'lat'],
      [{ ...example(), lat: '37.76', long: '-122.42' }, 400, '经度'],
      [{ ...example(), address_id: '545483' }, 400, 'address_id'],
      [{ ...example(), address_id: newId() }, 400, '点位'],
      [{ ...example(), description: '长'.repeat(4001) }, 400, '4000'],
      [{ ...example(), phone: '1'.repeat(30) }, 400, '20'],
      [{ ...example(), description: 'a\u0000b' }, 400, '字符'],
      [`api_key=${key}&service_code=E0101&service_code=E0102`, 400, '一次'],
    ];
    for (const [fields, status, word] of replies) {
      const reply = await app.post(fields);
      expect([reply.status, reply.text]).toEqual([status, expect.stringContaining(word)]);
    }
    const xml = await app.post(without('api_key'), { format: 'xml' });
    expect(xml.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(xml.text).toMatch(
      /^<\?xml [^>]+\?>\n<errors><error><code>403<\/code><description>[^<]+<\/description><\/error><\/errors>\n$/,
    );
  });

  it('takes no XML and no JSON in, so no entity is ever opened', async () => {
    const bomb = `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`;
    for (const type of ['text/xml', 'application/xml', 'application/json', 'text/plain']) {
      const reply = await app.raw('/requests.xml', {
        method: 'POST',
        headers: { ...auth, 'content-type': type },
        body: bomb,
      });
      expect(reply.status).toBe(400);
    }
    const number = await posted({ description: bomb });
    const xml = (await app.get(`/requests/${number}.xml`, auth)).text;
    expect(xml).not.toContain('<!DOCTYPE');
    expect(xml).not.toContain('root:');
  });

  it('asks which district when there are several', async () => {
    await s.run({ ...systemActor('110198', 'systemAdmin') }, 'area', newId(), 'add', {
      code: '110198',
      name: '邻区',
    });
    await sleep(1_100);
    expect((await app.get('/services.json')).status).toBe(400);
    expect((await app.get('/services.json?jurisdiction_id=110198')).status).toBe(200);
    expect((await app.get('/services.json?jurisdiction_id=110199')).status).toBe(200);
    // A key of one district opens nothing next door.
    const { status } = await app.get('/requests.json?jurisdiction_id=110198', auth);
    expect(status).toBe(403);
  });
});
