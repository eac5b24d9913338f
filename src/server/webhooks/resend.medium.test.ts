/** Sending again what was given up keeps the order of a record: what happens meanwhile waits behind it. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { runDueJobs } from '../jobs.ts';
import { makeLog } from '../log.ts';
import { sealAll } from '../sealer.ts';
import { newWebhookSecret } from '../standardWebhook.ts';
import { webhookReceiver, type Receiver } from '../testing/webhookReceiver.ts';
import { world, type World } from '../testing/world.ts';
import { usualPace } from './pace.ts';
import { runWebhooks, type Webhooks } from './webhooks.ts';

const log = makeLog('silent');
const secret = newWebhookSecret();
const id = newId();

let w: World;
let webhooks: Webhooks;
let receiver: Receiver;
/** Versions that the other side does not take. */
const refused = new Set<number>();

beforeAll(async () => {
  w = await world();
  receiver = await webhookReceiver(
    () => [secret],
    ({ data }) => (refused.has(data.version) ? 400 : 200),
  );
  const address = { host: '127.0.0.1', purpose: '测试' };
  await w.run('systemAdmin', 'outsideAddress', newId(), 'add', address);
  const input = { name: '平台', url: receiver.url, kinds: ['issue'], secret };
  await w.run('systemAdmin', 'subscription', id, 'add', input);
  webhooks = runWebhooks({
    pool: w.pool,
    tools: w.tools,
    log,
    connection: w.config,
    districts: () => Promise.resolve([{ code: w.district }]),
    pace: { ...usualPace, againMs: 1_500, gatherMs: 5 },
  });
});
afterAll(async () => {
  await webhooks.stop();
  await receiver.stop();
  await w.drop();
});

async function seal(): Promise<void> {
  await sealAll(w.pool);
  webhooks.poke(w.district);
}

/** Waits until the rows of the subscription are so, each its status and attempts. */
async function rowsAre(...wanted: string[]): Promise<void> {
  const end = performance.now() + 20_000;
  for (;;) {
    const { rows } = await w.pool.query<{ is: string }>(
      `select status || ' ' || attempts as is from webhook_delivery where subscription_id = $1 order by number`,
      [id],
    );
    const found = rows.map(({ is }) => is).join();
    if (found === wanted.join()) return;
    if (performance.now() > end) throw new Error(found);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** An issue of which version 2 was given up and is asked for again. */
async function sentAgain(): Promise<string> {
  refused.add(2);
  const { id: issueId } = await w.issue({ status: 'dispatched' });
  await seal();
  await rowsAre('sent 1', 'waiting 1');
  w.pass(3 * 1440 + 1);
  await rowsAre('sent 1', 'dead 2');
  await w.run('systemAdmin', 'subscription', id, 'resend');
  await runDueJobs(w.pool, { pool: w.pool, tools: w.tools, photoDirectory: '/nowhere' }, log);
  return issueId;
}

function expectOrder(issueId: string): void {
  const ofIssue = receiver.once().filter(({ data }) => data.id === issueId);
  const versions = ofIssue.map(({ data }) => data.version);
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
}

afterEach(() => w.pool.query(`delete from webhook_delivery`));

it('lets what happens before it is tried wait behind it', async () => {
  const issueId = await sentAgain();
  refused.clear();
  await w.run('head', 'issue', issueId, 'claim');
  await seal();
  await rowsAre('sent 1', 'sent 1', 'sent 1');
  expectOrder(issueId);
});

it('lets what happens while it fails again wait behind it, and the next go at once', async () => {
  const issueId = await sentAgain();
  await rowsAre('sent 1', 'waiting 1');
  await w.run('head', 'issue', issueId, 'claim');
  await seal();
  await rowsAre('sent 1', 'waiting 1', 'waiting 0');
  refused.clear();
  w.pass(1);
  await rowsAre('sent 1', 'sent 2', 'sent 1');
  await w.run('head', 'issue', issueId, 'assign', { postId: w.postId('officer') });
  await seal();
  await rowsAre('sent 1', 'sent 2', 'sent 1', 'sent 1');
  expectOrder(issueId);
});
