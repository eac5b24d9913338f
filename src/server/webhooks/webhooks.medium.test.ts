/** Webhooks out: what is told to whom, in which order, and what happens when the other side fails. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { runDueJobs } from '../jobs.ts';
import { makeLog } from '../log.ts';
import { sealAll } from '../sealer.ts';
import { newWebhookSecret } from '../standardWebhook.ts';
import { webhookReceiver, type Receiver } from '../testing/webhookReceiver.ts';
import { world, type World } from '../testing/world.ts';
import { webhookFigures } from './figures.ts';
import { usualPace, type Pace } from './pace.ts';
import { runWebhooks, type Webhooks } from './webhooks.ts';

const log = makeLog('silent');
const quick: Pace = {
  ...usualPace,
  timeoutMs: 400,
  gate: { atOnce: 8, patience: 5, restMs: 50, maxRestMs: 200 },
  againMs: 30,
  gatherMs: 5,
};

let w: World;
let webhooks: Webhooks | undefined;
const receivers: Receiver[] = [];

beforeAll(async () => {
  w = await world();
  await w.run('systemAdmin', 'outsideAddress', newId(), 'add', {
    host: '127.0.0.0/8',
    purpose: '测试',
  });
});
afterAll(() => w.drop());
afterEach(async () => {
  await webhooks?.stop();
  webhooks = undefined;
  for (const receiver of receivers.splice(0)) await receiver.stop();
  const { subscriptions } = await w.tools.master.of(w.district);
  for (const { id, status } of subscriptions)
    if (status !== 'retired') await w.run('systemAdmin', 'subscription', id, 'retire');
});

function begin(): void {
  webhooks = runWebhooks({
    pool: w.pool,
    tools: w.tools,
    log,
    connection: w.config,
    districts: () => Promise.resolve([{ code: w.district }]),
    pace: quick,
  });
}

async function seal(): Promise<void> {
  await sealAll(w.pool);
  webhooks?.poke(w.district);
}

interface Subscribed {
  id: string;
  secret: string;
  receiver: Receiver;
}

async function subscribe(
  more: Record<string, unknown> = {},
  answer?: Parameters<typeof webhookReceiver>[1],
): Promise<Subscribed> {
  const secret = newWebhookSecret();
  const receiver = await webhookReceiver(() => [secret], answer);
  receivers.push(receiver);
  const id = newId();
  await w.run('systemAdmin', 'subscription', id, 'add', {
    name: '平台',
    url: receiver.url,
    kinds: ['issue'],
    secret,
    ...more,
  });
  await seal();
  return { id, secret, receiver };
}

const rowsOf = async (id: string): Promise<{ status: string; reason: string | null }[]> =>
  (
    await w.pool.query<{ status: string; reason: string | null }>(
      `select status, reason from webhook_delivery where subscription_id = $1 order by number`,
      [id],
    )
  ).rows;

const waitFor = async (isSo: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Every record's events in the order they happened, none missing. */
function expectOrder(receiver: Receiver): void {
  const versions = new Map<string, number>();
  for (const { data, problem } of receiver.once()) {
    expect(problem).toBeNull();
    expect(data.version, data.id).toBe((versions.get(data.id) ?? 0) + 1);
    versions.set(data.id, data.version);
  }
}

describe('telling', () => {
  it('tells each event of the kinds asked for, signed, with the status it led to', async () => {
    const { receiver } = await subscribe({ kinds: ['issue.accept', 'issue.close'] });
    begin();
    const issue = await w.issue({ status: 'closed' });
    await seal();
    await receiver.until(2);
    expect(receiver.got.map(({ type, data }) => [type, data.status])).toEqual([
      ['issue.accept', 'accepted'],
      ['issue.close', 'closed'],
    ]);
    expect(receiver.got.map(({ data }) => data.number)).toEqual([issue.number, issue.number]);
    expectNothingPersonal(receiver, issue as unknown as Record<string, unknown>);
  });

  it('begins with its own making and tells nothing older', async () => {
    await w.issue();
    const { receiver } = await subscribe();
    begin();
    const issue = await w.issue();
    await seal();
    await receiver.until(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(new Set(receiver.got.map(({ data }) => data.id))).toEqual(new Set([issue.id]));
  });

  it('tells of a confidential report that it happened, and no more', async () => {
    const { receiver } = await subscribe({ kinds: ['report'] });
    begin();
    const report = await w.report({ isConfidential: true });
    await seal();
    await receiver.until(1);
    const [message] = receiver.got;
    expect(message?.data).toMatchObject({
      id: report.id,
      status: 'submitted',
      areaCode: null,
      categoryCode: null,
      outsideNumber: null,
    });
    expectNothingPersonal(receiver, report as unknown as Record<string, unknown>);
  });

  it('keeps to the area and the unit of the subscription', async () => {
    const here = await subscribe({ areaCode: '110199001' });
    const there = await subscribe({ areaCode: '110199002' });
    const unit = await subscribe({ unitId: w.unitId('clean') });
    begin();
    const issue = await w.issue({ status: 'dispatched' });
    await seal();
    await here.receiver.until(2);
    await unit.receiver.until(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(there.receiver.got).toEqual([]);
    expect(unit.receiver.got.map(({ type }) => type)).toEqual(['issue.dispatch']);
    expect(here.receiver.got.every(({ data }) => data.id === issue.id)).toBe(true);
  });

  it('tells a sender of its own reports and the issues they became, with its own numbers', async () => {
    const sender = { code: 'platform', name: '网格平台', channel: 'hotline' };
    await w.run('systemAdmin', 'sender', newId(), 'add', sender);
    const { receiver } = await subscribe({
      kinds: ['report', 'issue'],
      senderCode: 'platform',
      areaCode: '110199001',
    });
    begin();
    await w.issue();
    const own = { senderCode: 'platform', outsideNumber: 'WG-001' };
    const issue = await w.issue({ report: own });
    await w.report({ senderCode: 'platform', outsideNumber: 'WG-002', areaCode: '110199002001' });
    await seal();
    await receiver.until(3);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.got.map(({ type }) => type).sort()).toEqual([
      'issue.accept',
      'report.attach',
      'report.submit',
    ]);
    const accepted = receiver.got.find(({ type }) => type === 'issue.accept');
    expect(accepted?.data).toMatchObject({ id: issue.id, reports: [{ outsideNumber: 'WG-001' }] });
    const submitted = receiver.got.find(({ type }) => type === 'report.submit');
    expect(submitted?.data.outsideNumber).toBe('WG-001');
  });

  it('signs with both secrets while one replaces the other', async () => {
    const { id, receiver, secret } = await subscribe();
    begin();
    await w.run('systemAdmin', 'subscription', id, 'rotate', {
      secret: newWebhookSecret(),
      overlapHours: 1,
    });
    await w.issue();
    await seal();
    await receiver.until(1);
    expect(receiver.got.every(({ problem }) => problem === null)).toBe(true);
    const { rows } = await w.pool.query(
      `select input::text as input from event where record_id = $1`,
      [id],
    );
    expect(JSON.stringify(rows)).not.toContain(secret.slice(6));
  });

  it('holds nothing of what was paused, and sends it after resuming', async () => {
    const { id, receiver } = await subscribe();
    begin();
    await w.run('systemAdmin', 'subscription', id, 'pause', { reason: '维护' });
    await seal();
    await w.issue();
    await seal();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(receiver.got).toEqual([]);
    await w.run('systemAdmin', 'subscription', id, 'resume');
    await seal();
    await receiver.until(1);
  });
});

/** No words, names, address or numbers of persons leave. */
function expectNothingPersonal(receiver: Receiver, record: Record<string, unknown>): void {
  const said = receiver.got.map(({ body }) => body).join('\n');
  for (const field of ['description', 'content', 'address', 'reporterId', 'complainantName'])
    if (typeof record[field] === 'string') expect(said, field).not.toContain(record[field]);
}

describe('when the other side fails', () => {
  it('holds a failing record and lets the others go on, then tells in order', async () => {
    let bad = '';
    let isBroken = true;
    const { id, receiver } = await subscribe({}, ({ data }) =>
      isBroken && data.id === bad ? 500 : 200,
    );
    begin();
    bad = (await w.issue({ status: 'claimed' })).id;
    const good = await w.issue({ status: 'closed' });
    await seal();
    const ofGood = await w.tools.store.events(w.district, 'issue', good.id);
    await receiver.until(ofGood.length);
    await waitFor(async () => (await rowsOf(id)).some(({ status }) => status === 'waiting'));
    expect(receiver.got.filter(({ data }) => data.id === bad)).toEqual([]);
    isBroken = false;
    w.pass(1);
    const ofBad = await w.tools.store.events(w.district, 'issue', bad);
    await receiver.until(ofGood.length + ofBad.length);
    expectOrder(receiver);
    await waitFor(async () => (await rowsOf(id)).every(({ status }) => status === 'sent'));
  });

  it('lets a silent subscriber delay nobody', async () => {
    await subscribe({}, () => 0);
    const fine = await subscribe();
    begin();
    const started = performance.now();
    for (let n = 0; n < 5; n++) await w.issue();
    await seal();
    await fine.receiver.until(5);
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('rests when nothing gets through, makes few rows, and goes on by itself', async () => {
    let isDown = true;
    const { id, receiver } = await subscribe({}, () => (isDown ? 503 : 200));
    begin();
    for (let n = 0; n < 30; n++) await w.issue();
    await seal();
    await waitFor(async () => (await rowsOf(id)).length > 0);
    expect((await webhookFigures(w.pool)).lagEvents).toBeGreaterThan(0);
    expect((await rowsOf(id)).length).toBeLessThan(25);
    isDown = false;
    await receiver.until(30);
    expectOrder(receiver);
  });

  it('gives an event up after three days, and sends it again when asked', async () => {
    let bad = '';
    let isBroken = true;
    const { id, receiver } = await subscribe({ kinds: ['issue.accept'] }, ({ data }) =>
      isBroken && data.id === bad ? 400 : 200,
    );
    begin();
    bad = (await w.issue()).id;
    await seal();
    await waitFor(async () => (await rowsOf(id)).length === 1);
    w.pass(3 * 1440 + 1);
    await waitFor(async () => (await rowsOf(id)).some(({ status }) => status === 'dead'));
    expect((await rowsOf(id))[0]?.reason).toContain('400');
    expect((await webhookFigures(w.pool)).dead).toBe(1);
    isBroken = false;
    await w.run('systemAdmin', 'subscription', id, 'resend');
    await runDueJobs(w.pool, { pool: w.pool, tools: w.tools, photoDirectory: '/nowhere' }, log);
    await receiver.until(1);
    await waitFor(async () => (await rowsOf(id)).every(({ status }) => status === 'sent'));
  });

  it('pauses a subscription of which nothing got through for three days, and tells the administrator', async () => {
    const { id } = await subscribe({}, () => 500);
    begin();
    for (let n = 0; n < 8; n++) await w.issue();
    await seal();
    await waitFor(async () => (await rowsOf(id)).length >= 5);
    w.pass(3 * 1440 + 1);
    await w.issue();
    await seal();
    await waitFor(async () => {
      const { subscriptions } = await w.tools.master.of(w.district);
      return subscriptions.find((one) => one.id === id)?.status === 'paused';
    });
    await runDueJobs(w.pool, { pool: w.pool, tools: w.tools, photoDirectory: '/nowhere' }, log);
    const { rows } = await w.pool.query(`select 1 from notice where record_id = $1`, [id]);
    expect(rows).toHaveLength(1);
  });

  it('says so when the address is not on the list', async () => {
    const { id } = await subscribe({ url: 'http://10.255.255.1/hook' });
    begin();
    await w.issue();
    await seal();
    await waitFor(async () => (await rowsOf(id)).length > 0);
    expect((await rowsOf(id))[0]?.reason).toContain('白名单');
  });
});

describe('at least once', () => {
  it('goes on where it stood when delivering and receiving are broken off again and again', async () => {
    const { receiver: first } = await subscribe({}, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return 200;
    });
    for (let n = 0; n < 6; n++) {
      begin();
      await w.issue({ status: 'claimed' });
      await seal();
      await new Promise((resolve) => setTimeout(resolve, 20 + n * 10));
      await webhooks?.stop();
    }
    begin();
    const { rows } = await w.pool.query<{ id: string }>(
      `select e.id from event e join seal s on s.district = e.district and s.event_id = e.id
       where e.district = $1 and e.noun = 'issue' and s.number > (select min(number) from seal x
         join event y on y.district = x.district and y.id = x.event_id where y.record_id = $2)`,
      [w.district, (await w.tools.master.of(w.district)).subscriptions.at(-1)?.id],
    );
    await first.until(rows.length);
    expect(new Set(first.got.map(({ id }) => id))).toEqual(new Set(rows.map(({ id }) => id)));
    expectOrder(first);
  });

  it('delivers by one program only', async () => {
    const { receiver } = await subscribe();
    begin();
    const other = runWebhooks({
      pool: w.pool,
      tools: w.tools,
      log,
      connection: w.config,
      districts: () => Promise.resolve([{ code: w.district }]),
      pace: quick,
    });
    for (let n = 0; n < 5; n++) await w.issue();
    await seal();
    other.poke(w.district);
    await receiver.until(5);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(receiver.got).toHaveLength(5);
    await other.stop();
  });
});
