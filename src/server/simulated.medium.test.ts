/** The one door to other moments: only a demo or empty district, always marked, sealed with the mark. */
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addMinutes } from '../domain/moment.ts';
import { systemActor } from './baseSeed.ts';
import { perform, type Order } from './perform.ts';
import { linkHash, sealAll, verifySeals } from './sealer.ts';
import { simulatedTools } from './simulated.ts';
import { sweepClocks } from './sweeps.ts';
import { makeLog } from './log.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { world, type World } from './testing/world.ts';

const empty = '110198';
const founding = (code: string): Order => ({
  noun: 'area',
  id: newId(),
  action: 'add',
  input: { code, name: '空白区' },
  requestId: newId(),
});

describe('simulated moments', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
    await w.pool.query(`update area set is_demo = false where district = $1`, [w.district]);
    await w.report();
  });
  afterAll(() => w.drop());

  it('are refused for a district with a real ledger', async () => {
    expect(await refusedBy(simulatedTools(w.pool, w.tools, w.district))).toMatchObject({
      status: 409,
      code: 'realDistrict',
    });
  });

  it('are taken for an empty district, marked with the server’s moment, and for no other district', async () => {
    const early = addMinutes(w.now(), -1440);
    const tools = { ...(await simulatedTools(w.pool, w.tools, empty)), now: () => early };
    const { event } = await perform(tools, systemActor(empty), founding(empty));
    expect(event).toMatchObject({ at: early, performedAt: w.now() });
    expect(await w.tools.store.event(empty, event.id)).toEqual(event);
    const elsewhere = perform(tools, systemActor(w.district), founding(`${w.district}007`));
    expect(await refusedBy(elsewhere)).toMatchObject({ status: 403, code: 'notSimulated' });
  });

  it('are taken for a demo district that has a ledger', async () => {
    await w.pool.query(`update area set is_demo = true where district = $1 and code = $1`, [
      w.district,
    ]);
    await simulatedTools(w.pool, w.tools, w.district);
  });

  it('leave other events as they were, and seal the mark with those that have it', async () => {
    const real = await w.report();
    const [event] = await w.tools.store.events(w.district, 'report', real.id);
    expect(event && Object.keys(event)).not.toContain('performedAt');
    await sealAll(w.pool);
    const verified = await verifySeals(w.pool);
    expect(verified.map(({ firstBad }) => firstBad)).toEqual(verified.map(() => null));
    const [marked] = (
      await w.pool.query<{ id: string }>(`select id from event where performed_at is not null`)
    ).rows;
    const stored = await w.tools.store.event(empty, marked?.id ?? '');
    if (!stored) throw new Error('no marked event');
    const { performedAt: _mark, ...bare } = stored;
    expect(linkHash(Buffer.alloc(32), 1, bare)).not.toEqual(linkHash(Buffer.alloc(32), 1, stored));
  });

  it('leave the clocks of a district alone while its life is being made', async () => {
    await w.report();
    w.pass(3 * 1440);
    const log = makeLog('silent');
    const sweep = () => sweepClocks({ pool: w.pool, tools: w.tools, log, resting: new Map() });
    await w.pool.query(`insert into simulation values ($1, $2, $2, $3, 1, 0, 0)`, [
      w.district,
      addMinutes(w.now(), -60),
      w.now(),
    ]);
    expect(await sweep()).toBe(0);
    await w.pool.query(`update simulation set lived_through = wanted_until`);
    expect(await sweep()).toBeGreaterThan(0);
  });
});
