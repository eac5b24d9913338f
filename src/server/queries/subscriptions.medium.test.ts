/** A trial of a subscription: what it tells, and who may not send outside. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { systemActor } from '../baseSeed.ts';
import { newWebhookSecret } from '../standardWebhook.ts';
import { asking } from '../testing/asking.ts';
import { httpReceiver, type HttpReceiver } from '../testing/noticeReceivers.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { world, type World } from '../testing/world.ts';
import type { QueryContext } from './context.ts';
import { trySubscription } from './subscriptions.ts';

let w: World;
let receiver: HttpReceiver;
beforeAll(async () => {
  w = await world();
  receiver = await httpReceiver(() => ({ json: { inner: '内网机密' } }));
  const address = { host: '127.0.0.1', purpose: '测试' };
  await w.run('systemAdmin', 'outsideAddress', newId(), 'add', address);
});
afterAll(async () => {
  await receiver.stop();
  await w.drop();
});

/** A subscription of a district, asked by its system administrator. */
async function subscribed(district: string): Promise<{ context: QueryContext; id: string }> {
  const actor = systemActor(district, 'systemAdmin');
  const id = newId();
  await w.run(actor, 'subscription', id, 'add', {
    name: '平台',
    url: receiver.url,
    kinds: ['issue'],
    secret: newWebhookSecret(),
  });
  const master = await w.tools.master.of(district);
  return { context: { ...(await asking(w, null)), master, actor, district }, id };
}

it('tells whether it arrived, and nothing of what the receiver answered', async () => {
  const { context, id } = await subscribed(w.district);
  const told = await trySubscription(context, { id });
  expect(told).toEqual({ isSent: true, httpStatus: 200, reason: null, ms: expect.any(Number) });
  expect(receiver.got).toHaveLength(1);
});

it('is refused to a demonstration beside a real district that came later', async () => {
  const { context, id } = await subscribed(w.district);
  await w.pool.query(`update area set is_demo = true where code = $1`, [w.district]);
  w.tools.master.forgetAll();
  const real = { code: '110198', name: '正式区' };
  await w.run(systemActor(real.code), 'area', newId(), 'add', real);
  const before = receiver.got.length;
  const master = await w.tools.master.of(w.district);
  const refused = await refusedBy(trySubscription({ ...context, master }, { id }));
  expect(refused.code).toBe('demoAccount');
  expect(receiver.got).toHaveLength(before);
});
