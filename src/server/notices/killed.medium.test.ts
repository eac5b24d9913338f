/** Never twice, proven by killing the program that sends, in the middle of sending, again and again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { httpReceiver } from '../testing/noticeReceivers.ts';
import { world, type World } from '../testing/world.ts';

const rounds = 4;
const messagesARound = 30;

let w: World;
beforeAll(async () => {
  w = await world({ now: new Date(Date.now() - 60_000).toISOString() });
});
afterAll(() => w.drop());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function sender(): ChildProcess {
  const script = fileURLToPath(new URL('../testing/noticesApart.ts', import.meta.url));
  const given = JSON.stringify({ config: w.config });
  return spawn(process.execPath, ['--import', 'tsx', script, given], { stdio: 'inherit' });
}

const killed = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGKILL');
  });

it('sends each message once or says that it does not know', async () => {
  let open = 0;
  const gateway = await httpReceiver(async () => {
    open += 1;
    await pause(60);
    open -= 1;
    return { json: { Code: 'OK' } };
  });
  await w.run('systemAdmin', 'outsideAddress', newId(), 'add', {
    host: '127.0.0.1',
    purpose: '测试',
  });
  const channelId = newId();
  await w.run('systemAdmin', 'noticeChannel', channelId, 'add', {
    name: '短信',
    settings: {
      kind: 'sms',
      url: gateway.url,
      accessKeyId: 'id',
      signName: '测试区',
      templateCode: 'SMS_1',
      digestTemplateCode: 'SMS_2',
    },
    secret: 'key',
  });
  await w.run('head', 'noticeChoice', newId(), 'add', {
    phone: '13800138000',
    duties: [],
    hours: null,
  });
  let queued = 0;
  // One after the other, as they would come up: each its own message to the same person.
  const queue = async (): Promise<void> => {
    const at = new Date().toISOString();
    const content = { number: `N${queued}`, category: null, place: null, due: null };
    await w.pool.query(
      `insert into notice_message values ($1, $2, $3, $4, $5, 'dispatched', $6, false, 'waiting', 0, $7, $7, $7)`,
      [w.district, newId(), channelId, w.personId('head'), `matter ${queued}`, content, at],
    );
    queued += 1;
  };
  const count = async (status: string): Promise<number> =>
    (
      await w.pool.query<{ count: number }>(
        `select count(*) as count from notice_message where status = $1`,
        [status],
      )
    ).rows[0]?.count ?? 0;

  let kills = 0;
  for (let round = 0; round < rounds; round++) {
    const child = sender();
    const before = gateway.got.length;
    for (let n = 0; n < messagesARound; n++) {
      await queue();
      await pause(10);
    }
    for (let waited = 0; gateway.got.length < before + 1 && waited < 30_000; waited += 5)
      await pause(5);
    for (let n = 0; n < messagesARound; n++) {
      await queue();
      await pause(round * 3);
    }
    // Killed while something has arrived and is not answered yet.
    for (let waited = 0; open === 0 && waited < 10_000; waited += 2) await pause(2);
    expect([open > 0, child.exitCode]).toEqual([true, null]);
    await killed(child);
    kills += 1;
  }
  expect(kills).toBe(rounds);
  const last = sender();
  for (let waited = 0; waited < 40_000; waited += 100) {
    if ((await count('waiting')) + (await count('sending')) === 0) break;
    await pause(100);
  }
  await killed(last);
  await gateway.stop();

  const [sent, unsure] = [await count('sent'), await count('unsure')];
  expect(sent + unsure).toBe(queued);
  expect(unsure).toBeGreaterThanOrEqual(rounds);
  // Each arrival is of one message, by its number, or of several, by how many they were.
  const numbers: string[] = [];
  let arrived = 0;
  for (const { url } of gateway.got) {
    const blanks = JSON.parse(url.searchParams.get('TemplateParam') ?? '{}') as {
      number?: string;
      count?: string;
    };
    if (blanks.number !== undefined) numbers.push(blanks.number);
    arrived += Number(blanks.count ?? 1);
  }
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(arrived).toBeGreaterThanOrEqual(sent);
  expect(arrived).toBeLessThanOrEqual(queued);
}, 180_000);
