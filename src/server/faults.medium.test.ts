/**
 * A fault at any statement of an action leaves all or nothing: the statement is not sent, or it is done and
 * the answer is lost, or the backend dies under it.
 */
import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { connect } from './database.ts';
import { toolsOn } from './house.ts';
import { perform, type Done, type Order, type Performing } from './perform.ts';
import { testKey } from './testing/cluster.ts';
import { poolWith } from './testing/poolWith.ts';
import { expectReplay } from './testing/replay.ts';
import { world, type World } from './testing/world.ts';

type Fault = (send: () => Promise<unknown>, pool: pg.Pool) => Promise<unknown>;

const lost = () => new Error('Connection terminated unexpectedly');

const faults: Record<string, Fault> = {
  'the statement is never sent': () => Promise.reject(lost()),
  'the answer is lost': async (send) => {
    await send();
    throw lost();
  },
  'the backend dies under it': async (send, pool) => {
    const sending = send();
    sending.catch(() => undefined);
    await pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'civicloop' and pid <> pg_backend_pid()`,
    );
    return sending;
  },
};

describe('a fault at the n-th statement', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  /** Event, request, waiting for the seal, secrets and row of one order: all of them or none. */
  async function traces(order: Order): Promise<{ isDone: boolean; secrets: number }> {
    const { rows } = await w.pool.query<Record<string, number>>(
      `with e as (select * from event where request_id = $1)
       select (select count(*) from request where id = $1) as requests,
         (select count(*) from e) as events,
         (select count(*) from unsealed u join e on e.id = u.event_id) as waiting,
         (select count(*) from e, jsonb_each_text(e.secrets)) as named,
         (select count(*) from e, jsonb_each_text(e.secrets) n join secret s on s.id = n.value::uuid) as secrets,
         (select count(*) from e where noun = $2 and version >
           coalesce((select version from ${order.noun} where id = $3), 0)) as behind`,
      [order.requestId, order.noun, order.id],
    );
    const { requests, events = 0, waiting, named, secrets = 0, behind } = rows[0] ?? {};
    expect([waiting, secrets, behind]).toEqual([events, named, 0]);
    expect(events > 0).toBe(requests === 1);
    return { isDone: requests === 1, secrets };
  }

  const orders: Record<string, () => Promise<{ who: string; order: Order; secrets: number }>> = {
    'taking in a report': async () => ({
      who: 'desk',
      secrets: 2,
      order: {
        noun: 'report',
        id: newId(),
        action: 'submit',
        input: {
          channel: 'hotline',
          content: '请回电 13812345678',
          complainantName: '王小明',
          photos: [await w.photo('desk')],
        },
        requestId: newId(),
      },
    }),
    'accepting an issue': async () => ({
      who: 'desk',
      secrets: 0,
      order: {
        noun: 'issue',
        id: newId(),
        action: 'accept',
        input: {
          reportId: (await w.report()).id,
          categoryCode: 'E0101',
          conditionNo: 1,
          areaCode: '110199001001',
        },
        requestId: newId(),
      },
    }),
    'dispatching with help': async () => ({
      who: 'desk',
      secrets: 1,
      order: {
        noun: 'issue',
        id: (await w.issue()).id,
        action: 'dispatch',
        input: {
          unitId: w.unitId('clean'),
          assistUnitIds: [w.unitId('street')],
          note: '联系 13812345678',
        },
        requestId: newId(),
      },
    }),
  };

  for (const [fault, strike] of Object.entries(faults)) {
    for (const [about, make] of Object.entries(orders)) {
      it(`leaves all or nothing: ${about}, ${fault}`, async () => {
        const { who, order, secrets } = await make();
        const actor = await w.actor(who);
        const struck = connect(w.config, { role: null, max: 3 });
        let done: Done | undefined;
        for (let n = 1; !done; n++) {
          expect(n).toBeLessThan(12);
          let sent = 0;
          const pool = poolWith(struck.pool, (send) =>
            ++sent === n ? strike(send, w.pool) : send(),
          );
          const tools: Performing = {
            ...toolsOn(pool, testKey, w.now, new EventEmitter()),
            master: w.tools.master,
          };
          done = await perform(tools, actor, order).catch(() => undefined);
          const { isDone } = await traces(order);
          if (done) expect(isDone).toBe(true);
        }
        expect((await traces(order)).secrets).toBe(secrets);
        expect(await perform(w.tools, actor, order)).toEqual({ ...done, isRepeat: true });
        await struck.close();
      });
    }
  }

  it('leaves a history that replays', async () => {
    await expectReplay(w);
  });
});
