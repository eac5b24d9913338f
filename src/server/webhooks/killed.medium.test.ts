/** At least once, proven by killing both sides: the program that delivers by SIGKILL, the receiver by closing it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { sealAll } from '../sealer.ts';
import { newWebhookSecret } from '../standardWebhook.ts';
import { webhookReceiver, type Received, type Receiver } from '../testing/webhookReceiver.ts';
import { world, type World } from '../testing/world.ts';

const rounds = 3;
const issuesARound = 12;

let w: World;
beforeAll(async () => {
  w = await world({ now: new Date(Date.now() - 60_000).toISOString() });
});
afterAll(() => w.drop());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function deliverer(): ChildProcess {
  const script = fileURLToPath(new URL('../testing/deliverApart.ts', import.meta.url));
  const given = JSON.stringify({ config: w.config, district: w.district });
  return spawn(process.execPath, ['--import', 'tsx', script, given], { stdio: 'inherit' });
}

const killed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGKILL');
  });

it('brings every event at least once and in order of its record, whoever is killed', async () => {
  const secret = newWebhookSecret();
  const arrived: Received[] = [];
  let receiver: Receiver | undefined;
  const receive = async (port: number): Promise<Receiver> =>
    webhookReceiver(
      () => [secret],
      async (message) => {
        await pause(15);
        arrived.push(message);
        return 200;
      },
      port,
    );
  receiver = await receive(0);
  const port = Number(new URL(receiver.url).port);
  await w.run('systemAdmin', 'outsideAddress', newId(), 'add', {
    host: '127.0.0.1',
    port,
    purpose: '测试',
  });
  const subscriptionId = newId();
  await w.run('systemAdmin', 'subscription', subscriptionId, 'add', {
    name: '平台',
    url: receiver.url,
    kinds: ['issue'],
    secret,
  });
  await sealAll(w.pool);

  let kills = 0;
  for (let round = 0; round < rounds; round++) {
    for (let n = 0; n < issuesARound; n++)
      await w.issue({ status: n % 3 ? 'accepted' : 'claimed' });
    await sealAll(w.pool);
    const before = arrived.length;
    const child = deliverer();
    // In the middle of delivering: some of this round has arrived.
    for (let waited = 0; arrived.length < before + 4 && waited < 30_000; waited += 10)
      await pause(10);
    if (round % 2 === 0) {
      await receiver?.stop();
      await pause(200);
      receiver = await receive(port);
      await pause(100);
    }
    expect(child.exitCode).toBeNull();
    await killed(child);
    kills += 1;
  }
  expect(kills).toBe(rounds);

  const last = deliverer();
  const { rows } = await w.pool.query<{ id: string; recordId: string; version: number }>(
    `select e.id, e.record_id as "recordId", e.version from event e where e.district = $1 and e.noun = 'issue'`,
    [w.district],
  );
  const missing = (): number => {
    const got = new Set(arrived.map(({ id }) => id));
    return rows.filter(({ id }) => !got.has(id)).length;
  };
  for (let waited = 0; missing() > 0 && waited < 40_000; waited += 50) await pause(50);
  await killed(last);
  await receiver?.stop();

  expect(missing()).toBe(0);
  expect(arrived.every(({ problem }) => problem === null)).toBe(true);
  // First arrivals of each record come in the order of its versions.
  const firsts = new Map<string, number[]>();
  const known = new Set<string>();
  for (const { id, data } of arrived) {
    if (known.has(id)) continue;
    known.add(id);
    firsts.set(data.id, [...(firsts.get(data.id) ?? []), data.version]);
  }
  for (const [id, versions] of firsts)
    expect(versions, id).toEqual([...versions].sort((a, b) => a - b));
  expect(known.size).toBe(rows.length);
}, 180_000);
