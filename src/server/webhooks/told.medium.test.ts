/** What a subscription is told, asked of the events themselves: secret matters, and matters that leave its limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { webhookMessage } from '../../domain/webhookMessage.ts';
import { sealAll } from '../sealer.ts';
import { newWebhookSecret } from '../standardWebhook.ts';
import { world, type World } from '../testing/world.ts';
import { eventsAfter, eventToTell } from './events.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.drop());

type Told = Record<string, unknown> & { noun: string; id: string; action: string };

/** What a subscription with these limits is told of a record and what belongs to it. */
async function toldOf(ids: string[], more: Record<string, unknown> = {}): Promise<Told[]> {
  const id = newId();
  const all = { url: 'http://127.0.0.1/hook', kinds: ['issue', 'report', 'assist'] };
  const input = { name: '平台', secret: newWebhookSecret(), ...all, ...more };
  await w.run('systemAdmin', 'subscription', id, 'add', input);
  await sealAll(w.pool);
  const master = await w.tools.master.of(w.district);
  const subscription = master.subscriptions.find((one) => one.id === id);
  if (!subscription) throw new Error('no subscription');
  const { events } = await eventsAfter(w.pool, subscription, master, 0);
  for (const event of events)
    expect(await eventToTell(w.pool, subscription, master, event.id)).toEqual(event);
  return events
    .filter(({ recordId, state }) => ids.includes(recordId) || ids.includes(String(state.issueId)))
    .map((event) => webhookMessage(event).data as Told);
}

const placesOf = ({ areaCode, categoryCode, unitId, senderCode, outsideNumber }: Told) =>
  [areaCode, categoryCode, unitId, senderCode, outsideNumber].filter((value) => value !== null);

describe('secret matters', () => {
  it.each([
    ['a confidential report', { isConfidential: true }],
    ['a tip-off', { kind: 'tipOff' }],
  ])('of %s neither place nor kind is told, and of what rests on it', async (_, secret) => {
    const own = { senderCode: '12345', outsideNumber: newId(), ...secret };
    const issue = await w.issue({ status: 'claimed', report: own });
    await w.run('head', 'assist', newId(), 'ask', {
      issueId: issue.id,
      unitId: w.unitId('street'),
      task: '清运',
    });
    const told = await toldOf([issue.id]);
    expect(told.map(({ noun, action }) => `${noun}.${action}`)).toEqual(
      expect.arrayContaining(['report.attach', 'issue.accept', 'issue.dispatch', 'assist.ask']),
    );
    expect(told.flatMap(placesOf)).toEqual([]);
  });

  it('open matters are told with their place', async () => {
    const issue = await w.issue({ status: 'dispatched' });
    const last = (await toldOf([issue.id])).findLast(({ noun }) => noun === 'issue');
    expect(last).toMatchObject({ areaCode: '110199001001', unitId: w.unitId('clean') });
  });

  it('a sender is not told of its tip-offs in an issue', async () => {
    const own = { senderCode: '12345', outsideNumber: newId(), kind: 'tipOff' };
    const issue = await w.issue({ report: own });
    const told = await toldOf([issue.id], { senderCode: '12345', kinds: ['issue'] });
    expect(JSON.stringify(told)).not.toContain(own.outsideNumber);
  });
});

describe('matters that leave the limits', () => {
  it.each(['sendBack', 'transfer'])('a unit hears of %s, and of nothing later', async (way) => {
    const issue = await w.issue({ status: 'dispatched' });
    if (way === 'sendBack')
      await w.run('head', 'issue', issue.id, 'sendBack', { note: '不属于本单位职责' });
    const unitId = w.unitId('street');
    const to = { unitId, ...(way === 'transfer' ? { note: '改派' } : {}) };
    await w.run('desk', 'issue', issue.id, way === 'transfer' ? way : 'dispatch', to);
    await w.run('streetHead', 'issue', issue.id, 'claim');
    const told = await toldOf([issue.id], { unitId: w.unitId('clean'), kinds: ['issue'] });
    expect(told.map(({ action }) => action)).toEqual(['dispatch', way]);
    const other = await toldOf([issue.id], { unitId, kinds: ['issue'] });
    expect(other.map(({ action }) => action).at(-1)).toBe('claim');
  });
});
