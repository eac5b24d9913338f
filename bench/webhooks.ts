/**
 * Webhooks: how many messages a second reach eight subscribers of this machine, from sealed events to the note
 * that they arrived, beside a bare loop that posts the same body to the same server on as many connections.
 */
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemActor } from '../src/server/baseSeed.ts';
import { demoDistrict } from '../src/server/demoSeed.ts';
import type { House } from '../src/server/house.ts';
import { idFrom } from '../src/server/idFrom.ts';
import { makeLog } from '../src/server/log.ts';
import { perform, performMany } from '../src/server/perform.ts';
import { sealAll } from '../src/server/sealer.ts';
import { newWebhookSecret } from '../src/server/standardWebhook.ts';
import { usualPace } from '../src/server/webhooks/pace.ts';
import { runWebhooks } from '../src/server/webhooks/webhooks.ts';
import { issueIdOf } from './benchIds.ts';
import { measured } from './captured.ts';
import { bareServer } from './measure.ts';
import { freePort } from './program.ts';
import type { Figure } from './reportFigures.ts';

const subscribers = 8;

async function subscribe({ tools }: House, port: number): Promise<void> {
  const actor = systemActor(demoDistrict, 'systemAdmin');
  const add = (noun: string, name: string, input: Record<string, unknown>) =>
    perform(tools, actor, {
      noun,
      id: idFrom(`bench ${noun} ${name}`),
      action: 'add',
      requestId: idFrom(`bench add ${noun} ${name}`),
      input,
    });
  await add('outsideAddress', 'here', { host: '127.0.0.1', port, purpose: '测量' });
  for (let n = 1; n <= subscribers; n++) {
    await add('subscription', String(n), {
      name: `测量 ${n}`,
      url: `http://127.0.0.1:${port}/${n}`,
      kinds: ['issue'],
      secret: newWebhookSecret(),
    });
  }
}

/** Events of as many issues, sealed. `isUrgent`: the mark is set or taken away. */
async function happen({ tools, pool }: House, events: number, isUrgent: boolean): Promise<void> {
  const actor = systemActor(demoDistrict, 'desk');
  const orders = Array.from({ length: events }, (_each, index) => ({
    noun: measured.noun,
    id: issueIdOf(index + 1),
    action: measured.action,
    requestId: idFrom(`bench webhook ${index} ${isUrgent}`),
    input: measured.input(isUrgent),
  }));
  for (let from = 0; from < events; from += 200) {
    for (const outcome of await performMany(tools, actor, orders.slice(from, from + 200)))
      if ('refused' in outcome) throw new Error(`bench data: ${outcome.refused.message}`);
  }
  await sealAll(pool);
}

const sent = async ({ pool }: House): Promise<number> =>
  (
    await pool.query<{ sent: number }>(
      `select coalesce(sum(sent), 0)::integer as sent from webhook_state where district = $1`,
      [demoDistrict],
    )
  ).rows[0]?.sent ?? 0;

const millisecondsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1_000;

/** Posts a second of a loop that does nothing else. */
async function bareLoop(port: number, posts: number, body: string): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
  let left = posts;
  const post = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, method: 'POST', agent, headers };
      const sending = request(options, (response) => response.on('end', resolve).resume());
      sending.on('error', reject);
      sending.end(body);
    });
  const began = performance.now();
  const lane = async (): Promise<void> => {
    while (left-- > 0) await post();
  };
  await Promise.all(Array.from({ length: subscribers * usualPace.gate.atOnce }, lane));
  agent.destroy();
  return (posts / (performance.now() - began)) * 1000;
}

/** Delivers until so many more messages have arrived. Returns milliseconds, by the clock and of the processor. */
async function deliver(
  house: House,
  messages: number,
): Promise<{ milliseconds: number; processor: number }> {
  const { pool, tools, connection } = house;
  const wanted = (await sent(house)) + messages;
  const began = performance.now();
  const before = process.cpuUsage();
  const webhooks = runWebhooks({
    pool,
    tools,
    log: makeLog('warn'),
    connection,
    districts: () => Promise.resolve([{ code: demoDistrict }]),
  });
  while ((await sent(house)) < wanted) {
    if (performance.now() - began > 300_000) throw new Error('webhooks do not arrive');
    await sleep(20);
  }
  const milliseconds = performance.now() - began;
  const processor = millisecondsOf(process.cpuUsage(before));
  await webhooks.stop();
  return { milliseconds, processor };
}

/** On an open house with issues 1 … `events`; leaves the subscriptions retired. */
export async function measureWebhooks(
  house: House,
  events: number,
  say: (figure: Figure) => void,
): Promise<void> {
  const { tools } = house;
  const port = await freePort();
  const end = await bareServer(300, port);
  const wanted = events * subscribers;
  const body = JSON.stringify({ filler: 'x'.repeat(500) });
  await subscribe(house, port);
  // Both ways once to warm up.
  await happen(house, events, true);
  await deliver(house, wanted);
  await bareLoop(port, wanted, body);
  await happen(house, events, false);
  const beforeBare = process.cpuUsage();
  const bare = await bareLoop(port, wanted, body);
  const bareTime = millisecondsOf(process.cpuUsage(beforeBare));
  const { milliseconds, processor } = await deliver(house, wanted);
  end();
  for (const { id } of (await tools.master.of(demoDistrict)).subscriptions)
    await perform(tools, systemActor(demoDistrict, 'systemAdmin'), {
      noun: 'subscription',
      id,
      action: 'retire',
      requestId: idFrom(`bench retire ${id}`),
      input: {},
    });
  say({
    name: `webhooks to ${subscribers} subscribers`,
    value: (wanted / milliseconds) * 1000,
    unit: '/s',
    against: { what: 'bare HTTP POST loop', value: bare },
    least: 2_000,
  });
  say({
    name: 'processor time of the program, a webhook',
    value: processor / wanted,
    unit: 'ms',
    against: { what: 'bare HTTP POST loop', value: bareTime / wanted },
  });
}
