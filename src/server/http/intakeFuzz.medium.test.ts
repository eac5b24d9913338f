/** Hostile messages over the signed intake: every one is answered, none with 500, and nothing comes in that should not. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newWebhookSecret } from '../standardWebhook.ts';
import { gridPlatform, type GridPlatform } from '../testing/gridPlatform.ts';
import { intakeSender, type IntakeSender, type Sent } from '../testing/intakeSender.ts';
import { served, type Served } from '../testing/served.ts';

const rounds = 4_000;

let s: Served;
let grid: IntakeSender;
let platform: GridPlatform;
let caseNumber: string;
beforeAll(async () => {
  s = await served();
  grid = await intakeSender(s, 'grid', { perMinute: 600_000 });
  platform = await gridPlatform(s, 'grid');
  const issue = await s.issue({ status: 'dispatched' });
  caseNumber = issue.number;
  await s.run('desk', 'platformCase', '0193b7a0-0000-7000-8000-000000000001', 'push', {
    issueId: issue.id,
    subscriptionId: platform.subscriptionId,
  });
});
afterAll(async () => {
  await platform.kill();
  await s.stop();
});

const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\u202e',
    "'; drop table report; --",
    '=cmd|calc',
    '../../etc/passwd',
    'http://169.254.169.254/latest',
    'http://[::1]:1/x',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '2026-02-30T00:00:00+08:00',
    '长'.repeat(5_000),
    '1'.repeat(300),
    null,
    true,
    [],
    {},
    -1,
    0,
    1e308,
    116.4,
    [null],
    [['x']],
    { $gt: '' },
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

const fitting: Record<string, unknown[]> = {
  number: ['WG-1', 'WG-2', 'WG-3'],
  content: ['路面破损', '电话 13800001111'],
  categoryCode: ['E0101', 'P0101'],
  areaCode: ['110199', '110199001001'],
  lng: [116.4],
  lat: [39.9],
  coordinates: ['gcj02'],
  urgency: ['danger'],
  kind: ['help'],
  happenedAt: ['2026-03-04T09:00:00+08:00'],
  state: ['已接收', '处置中', '已处置', '退回', '说明'],
  words: ['好了'],
  at: ['2026-03-04T09:00:00+08:00'],
};

const fields = [
  ...Object.keys(fitting),
  'caseNumber',
  'siteId',
  'address',
  'isConfidential',
  'complainantName',
  'complainantPhone',
  'photos',
  'photoUrls',
  'senderCode',
  'channel',
  'isHistoric',
  'constructor',
  '__proto__',
];

const field = fc.constantFrom(...fields).chain((name) =>
  fc.tuple(
    fc.constant(name),
    Object.hasOwn(fitting, name)
      ? fc.oneof(fc.constantFrom(...(fitting[name] ?? [])), nasty)
      : name === 'caseNumber'
        ? fc.oneof(
            fc.constant(0).map(() => caseNumber),
            nasty,
          )
        : nasty,
  ),
);

const item = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(field, { maxLength: 8 }).map((list) => Object.fromEntries(list)),
  },
  { weight: 1, arbitrary: nasty },
);

const body: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: fc.array(item, { maxLength: 6 }) },
  { weight: 2, arbitrary: item },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** As it goes over the line: whole, cut short, or not JSON at all. */
const text = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(body, fc.constantFrom('reports', 'states', ''))
      .map(([value, name]) => Buffer.from(JSON.stringify(name ? { [name]: value } : value))),
  },
  {
    weight: 1,
    arbitrary: body.map((value) => Buffer.from(JSON.stringify(value).slice(0, -1))),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      Buffer.from('{"reports":[{"number":"a","number":"b"}]}'),
      Buffer.from('{"__proto__":{"reports":[]}}'),
      Buffer.from(`{"reports":${'['.repeat(2_000)}${']'.repeat(2_000)}}`),
      Buffer.from('\ufeff{"reports":[]}'),
      Buffer.alloc(1_000_001, 'a'),
    ),
  },
);

const headers: fc.Arbitrary<Record<string, string>> = fc.constantFrom<Record<string, string>>(
  ...Array<Record<string, string>>(8).fill({}),
  { 'webhook-signature': 'v1,' },
  { 'webhook-signature': 'v1,AAAA '.repeat(300) },
  { 'webhook-timestamp': '999999999999' },
  { 'webhook-timestamp': '-1' },
  { 'webhook-id': 'x'.repeat(201) },
  { 'webhook-id': 'one and the same' },
  { 'content-type': 'text/xml' },
  { 'content-type': 'multipart/form-data; boundary=b' },
);

const path = fc.constantFrom(
  ...Array<string>(4).fill('grid/reports'),
  ...Array<string>(4).fill('grid/states'),
  'grid/photos',
  'nobody/reports',
  'grid/reports?district=000000',
  'grid/reports?district=%00',
  '%00/reports',
  '..%2f..%2freports',
  'grid/nothing',
);

it(`answers ${rounds} hostile messages without an error of its own`, async () => {
  const strange: string[] = [];
  const known = [200, 400, 401, 404, 409, 413, 415, 429];
  const all = fc.sample(fc.tuple(path, text, headers), rounds);
  for (const [n, [where, bytes, more]] of all.entries()) {
    const sent: Sent = { headers: more, ...(n % 20 ? {} : { secrets: [newWebhookSecret()] }) };
    const { status, body: answer } = await grid.send<unknown>(where, bytes, sent);
    const said = JSON.stringify(answer);
    const isWorded = status === 200 || /[\u4e00-\u9fff]/.test(said);
    if (!known.includes(status) || !isWorded)
      strange.push(`${status} ${where} ${bytes.toString().slice(0, 300)} → ${said.slice(0, 300)}`);
  }
  expect(strange).toEqual([]);
  const { rows } = await s.pool.query<{ n: number }>(
    `select count(*)::int as n from report where sender_code = 'grid' and
       (channel <> 'patrol' or is_historic or outside_number is null)`,
  );
  expect(rows[0]?.n).toBe(0);
}, 900_000);
