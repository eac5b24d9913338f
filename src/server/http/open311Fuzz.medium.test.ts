/** Hostile requests over the doors of Open311: every one is answered, none with 500, and floods are told to wait. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cityApp, type CityApp } from '../testing/cityApp.ts';
import { served, type Served } from '../testing/served.ts';

const rounds = 4_000;

let s: Served;
let app: CityApp;
let key: string;
beforeAll(async () => {
  s = await served();
  app = await cityApp(s);
  ({ key } = await app.addKey({ perMinute: 600_000 }));
});
afterAll(() => s.stop());

const nasty = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '%00',
    '\ufffe',
    "'; drop table report; --",
    '<![CDATA[x]]>',
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>&b;',
    '__proto__',
    'NaN',
    '-1',
    '1e309',
    '9999-12-31T23:59:59Z',
    '0000-01-01',
    '2026-02-30T00:00:00+99:99',
    '../../etc/passwd',
    'http://169.254.169.254/latest',
    'javascript:alert(1)',
    ','.repeat(3_000),
    '1'.repeat(9_000),
    '长'.repeat(3_000),
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.integer().map(String),
  fc.double().map(String),
);

const parameter = fc.constantFrom(
  'jurisdiction_id',
  'api_key',
  'service_request_id',
  'service_code',
  'start_date',
  'end_date',
  'status',
  'page',
  'page_size',
  'lat',
  'long',
  'address_string',
  'address_id',
  'description',
  'first_name',
  'phone',
  'email',
  'media_url',
  'attribute[CONDITION]',
  'attribute[KIND][]',
  'attribute[',
  'constructor',
);
const fitting = new Map<string, string[]>(
  Object.entries({
    jurisdiction_id: ['110199'],
    service_code: ['E0101', 'E0101,E0102'],
    status: ['open', 'closed'],
    start_date: ['2026-03-01', '2026-03-01T00:00:00Z'],
    lat: ['39.9'],
    long: ['116.4'],
    page: ['1', '2'],
    page_size: ['50'],
    description: ['路面破损'],
    address_string: ['学府路'],
  }),
);
const pair = parameter.chain((name) =>
  fc.tuple(
    fc.constant(name),
    fitting.has(name) ? fc.oneof(fc.constantFrom(...(fitting.get(name) ?? [])), nasty) : nasty,
  ),
);
const pairs = fc.array(pair, { maxLength: 7 });

const segment = fc.oneof(
  fc.constantFrom('requests', 'services', 'discovery', 'tokens', 'E0101', '20260304000001'),
  nasty.map((text) => encodeURIComponent(text.toWellFormed()).slice(0, 300)),
);
const ending = fc.constantFrom('.json', '.xml', '', '.html', '.json.xml');

const addressed = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), ending, pairs)
  .map(([parts, end, query]) => {
    const search = query
      .map(
        ([name, value]) =>
          `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`,
      )
      .join('&');
    return `/${parts.join('/')}${end}?${search}`.slice(0, 12_000);
  });

const bodies = fc.oneof(
  pairs.map((list) => ({
    type: 'application/x-www-form-urlencoded',
    body: Buffer.from(new URLSearchParams(list.map(([a, b]) => [a, b.toWellFormed()])).toString()),
  })),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => ({
    type: 'application/x-www-form-urlencoded',
    body: Buffer.from(bytes),
  })),
  fc.tuple(pairs, fc.uint8Array({ maxLength: 200 })).map(([list, bytes]) => ({
    type: 'multipart/form-data; boundary=b',
    body: Buffer.concat([
      Buffer.from(
        list
          .map(
            ([name, value]) =>
              `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value.slice(0, 500)}\r\n`,
          )
          .join(''),
      ),
      Buffer.from('--b\r\ncontent-disposition: form-data; name="media"; filename="../x"\r\n\r\n'),
      Buffer.from(bytes),
      Buffer.from('\r\n--b--\r\n'),
    ]),
  })),
  fc.constantFrom(
    { type: 'text/xml', body: Buffer.from('<a>&b;</a>') },
    { type: 'application/x-www-form-urlencoded', body: Buffer.alloc(150_000, 'a') },
    { type: 'multipart/form-data', body: Buffer.from('no boundary') },
  ),
);

it(`answers ${rounds} hostile requests without an error of its own`, async () => {
  const headers = { authorization: `Bearer ${key}` };
  const [gets, posts] = [fc.sample(addressed, rounds / 2), fc.sample(bodies, rounds / 2)];
  const strange: string[] = [];
  const known = [200, 400, 403, 404, 413, 414, 429, 431];
  const look = (what: string, { status, text }: { status: number; text: string }): void => {
    if (!known.includes(status)) strange.push(`${status} ${what} ${text.slice(0, 300)}`);
  };
  for (const [n, path] of gets.entries()) look(path, await app.get(path, n % 2 ? headers : {}));
  for (const [n, { type, body }] of posts.entries()) {
    const reply = await app.raw(`/requests.${n % 2 ? 'json' : 'xml'}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: new Uint8Array(body),
    });
    look(`${type} ${body.toString().slice(0, 300)}`, reply);
  }
  expect(strange).toEqual([]);
}, 600_000);

it('tells a flood when to come again, by address and by key', async () => {
  /** Asks until it is told to wait, at most so often. */
  const flood = async (most: number, headers: Record<string, string>): Promise<number[]> => {
    const statuses = new Set<number>();
    for (let asked = 0; asked < most && !statuses.has(429); asked += 50) {
      const replies = await Promise.all(
        Array.from({ length: 50 }, () => app.get('/discovery.json', headers)),
      );
      for (const { status, headers: given } of replies) {
        statuses.add(status);
        if (status === 429) expect(Number(given.get('retry-after'))).toBeGreaterThan(0);
      }
    }
    return [...statuses].sort((a, b) => a - b);
  };
  expect(await flood(5_000, {})).toEqual([200, 429]);
  const slow = await app.addKey({ perMinute: 40 });
  const replies = await Promise.all(
    Array.from({ length: 60 }, () => app.get('/requests.json', { 'x-api-key': slow.key })),
  );
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 429]));
}, 120_000);
