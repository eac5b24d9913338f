/**
 * Open311: how many lists of fifty a city app gets a second, when many ask for the same and when everybody asks
 * for something else, beside a bare HTTP server that gives answers of the same length.
 */
import { createHash } from 'node:crypto';
import { systemActor } from '../src/server/baseSeed.ts';
import { demoDistrict } from '../src/server/demoSeed.ts';
import type { House } from '../src/server/house.ts';
import { idFrom } from '../src/server/idFrom.ts';
import { perform } from '../src/server/perform.ts';
import type { Job } from './load.ts';
import { bareServer, load, quantile } from './measure.ts';
import { freePort } from './program.ts';
import type { Figure } from './reportFigures.ts';

export const benchKey = 'bench key of a city app';
const clients = 16;

/** A sender and its key, on an open house. */
export async function addBenchKey({ tools }: House): Promise<void> {
  const order = (noun: string, input: Record<string, unknown>) => ({
    noun,
    id: idFrom(`bench ${noun}`),
    action: 'add',
    requestId: idFrom(`bench add ${noun}`),
    input,
  });
  const actor = systemActor(demoDistrict);
  const sender = { code: 'bench', name: '测量', channel: 'citizen' };
  await perform(tools, actor, order('sender', sender));
  const hash = createHash('sha256').update(benchKey).digest('hex');
  const rights = ['open311.read', 'open311.post'];
  const key = { senderCode: 'bench', name: '测量', rights, perMinute: 600_000, hash };
  await perform(tools, actor, order('apiKey', key));
}

/** Five lists that many look at: all, a page further on, one status, two services. */
const usual = ['', '&page=2', '&status=open', '&service_code=E0101', '&service_code=E0101,E0102'];

export async function measureOpen311(
  job: Job,
  seconds: number,
  say: (figure: Figure) => void,
): Promise<void> {
  const list = (more: string): string =>
    `/open311/v2/requests.json?jurisdiction_id=${demoDistrict}&page_size=50${more}`;
  const asked: Job = {
    ...job,
    kind: 'open311',
    clients,
    seconds: Math.min(5, seconds),
    paths: usual.map(list),
  };
  const same = await load(asked);
  // Another end for each, so that none is like one asked before.
  const each = await load({ ...asked, paths: [list('&end_date=')] });
  const port = await freePort();
  const end = await bareServer(same.bytes, port);
  const bare = await load({ ...asked, port });
  end();
  const against = { what: 'bare HTTP server', value: bare.done / bare.seconds };
  say({
    name: `Open311 list of 50, ${clients} clients`,
    value: same.done / same.seconds,
    unit: '/s',
    against,
    least: 1_000,
  });
  say({
    name: `Open311 list of 50, ${clients} clients, no two alike`,
    value: each.done / each.seconds,
    unit: '/s',
    against,
  });
  say({
    name: `Open311 list of 50, ${clients} clients, no two alike, p95`,
    value: quantile(each.milliseconds, 0.95),
    unit: 'ms',
    against: null,
  });
}
