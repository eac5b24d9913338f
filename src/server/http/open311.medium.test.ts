import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Report } from '../../domain/reportShape.ts';
import { served, type Served } from '../testing/served.ts';

let s: Served;
const appKey = 'city-app-key-000000000000000000000000000000';
const streetKey = 'street-app-key-0000000000000000000000000000';

const digest = (key: string): string => createHash('sha256').update(key).digest('hex');

/** The texts of an element, wherever it stands. */
const textsOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1] ?? '');

const v2 = '/open311/v2';

interface Reply {
  status: number;
  text: string;
  headers: Headers;
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await s.stranger.raw(v2 + path, { headers });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function getJson<T = Record<string, unknown>[]>(
  path: string,
  headers: Record<string, string> = {},
): Promise<T> {
  return JSON.parse((await get(path, headers)).text) as T;
}

async function post(
  fields: Record<string, string>,
  { format = 'json', headers = {} }: { format?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const response = await s.stranger.raw(`${v2}/requests.${format}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      ...headers,
    },
    body: new URLSearchParams(fields).toString(),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** The request of the specification's own example, at a place in China. */
const example = {
  api_key: appKey,
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
};

async function reportOf(number: string): Promise<Report> {
  const { rows } = await s.pool.query<{ id: string }>(
    `select id from report where district = $1 and number = $2`,
    [s.district, number],
  );
  return s.read<Report>('report', rows[0]?.id ?? '');
}

const numberIn = (reply: Reply): string =>
  (JSON.parse(reply.text) as { service_request_id: string }[])[0]?.service_request_id ?? '';

const addKey = (key: string, input: Record<string, unknown> = {}, id = newId()) =>
  s.run('securityAdmin', 'apiKey', id, 'add', {
    senderCode: 'cityApp',
    name: '城市应用',
    rights: ['open311.read', 'open311.post'],
    perMinute: 60_000,
    hash: digest(key),
    ...input,
  });

beforeAll(async () => {
  s = await served();
  await s.run('systemAdmin', 'sender', newId(), 'add', {
    code: 'cityApp',
    name: '城市应用',
    channel: 'citizen',
  });
  await addKey(appKey);
  await addKey(streetKey, { areaCode: '110199001' });
});
afterAll(() => s.stop());

describe('what is asked without a key', () => {
  it('is discovered in both forms', async () => {
    const xml = await get('/discovery.xml');
    expect(xml.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(textsOf(xml.text, 'format')).toEqual(['text/xml', 'application/json']);
    expect(textsOf(xml.text, 'specification')).toEqual(['http://wiki.open311.org/GeoReport_v2']);
    const json = await get('/discovery.json');
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { endpoints } = JSON.parse(json.text) as { endpoints: { url: string }[] };
    expect(endpoints[0]?.url).toBe(`${s.origin}/open311/v2`);
  });

  it('lists every category as a service', async () => {
    const services = await getJson('/services.json?jurisdiction_id=110199');
    const { rows } = await s.pool.query<{ count: number }>(
      `select count(distinct code)::int as count from category`,
    );
    expect(services).toHaveLength(rows[0]?.count ?? 0);
    const found = services.find((service) => service.service_code === 'E0101');
    expect(found).toMatchObject({ metadata: true, type: 'realtime', group: expect.any(String) });
    expect(Object.keys(found ?? {}).sort()).toEqual(
      [
        'description',
        'group',
        'keywords',
        'metadata',
        'service_code',
        'service_name',
        'type',
      ].sort(),
    );
    const xml = (await get('/services.xml')).text;
    expect(xml.startsWith('<?xml version="1.0" encoding="utf-8"?>\n<services><service>')).toBe(
      true,
    );
    expect(textsOf(xml, 'service_code')).toEqual(services.map((service) => service.service_code));
    expect(new Set(textsOf(xml, 'metadata'))).toEqual(new Set(['true']));
  });

  it('defines the attributes of a service', async () => {
    const { service_code, attributes } = await getJson<{
      service_code: string;
      attributes: { code: string; order: number; values: unknown[] }[];
    }>('/services/E0101.json');
    expect(service_code).toBe('E0101');
    expect(attributes.map(({ order }) => order)).toEqual(attributes.map((_one, n) => n + 1));
    expect(attributes.find(({ code }) => code === 'CONDITION')?.values.length).toBeGreaterThan(0);
    const xml = (await get('/services/E0101.xml')).text;
    expect(xml).toContain('<service_definition><service_code>E0101</service_code><attributes>');
    expect(textsOf(xml, 'datatype')).toContain('singlevaluelist');
  });
});

describe('a posted request', () => {
  it('becomes a report of the sender, its person under lock, and is answered by its number', async () => {
    const reply = await post(example);
    expect(reply.status, reply.text).toBe(200);
    expect(JSON.parse(reply.text)).toEqual([
      {
        service_request_id: expect.stringMatching(/^\d{14}$/),
        service_notice: expect.stringContaining('+08:00'),
        account_id: '123456',
      },
    ]);
    const report = await reportOf(numberIn(reply));
    expect(report).toMatchObject({
      senderCode: 'cityApp',
      channel: 'citizen',
      categoryCode: 'E0101',
      status: 'submitted',
      content: example.description,
      lat: 39.9042123,
      lng: 116.4074456,
      address: example.address_string,
    });
    for (const id of [report.complainantName, report.complainantPhone, report.complainantEmail])
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });
});
