/** Orders of a hotline where work stopped half-way: nothing is lost, nothing is counted that is not there. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import { served, type Answer, type Client, type Served } from '../testing/served.ts';

let s: Served;
let desk: Client;
let owner: pg.Client;
beforeAll(async () => {
  s = await served();
  desk = await s.signIn('desk');
  owner = new pg.Client(s.config);
  await owner.connect();
  await owner.query(`create function stop() returns trigger language plpgsql as $$
    begin raise exception 'stopped' using errcode = '22000'; end $$`);
});
afterAll(async () => {
  await owner.end();
  await s.stop();
});

type Answered = Answer<{ load: OrderLoadRow; code: string; message: string }>;

const upload = async (...rows: string[]): Promise<OrderLoadRow> => {
  const head = '工单编号,来电时间,诉求内容,紧急程度,备注';
  const answer = await desk.raw(`/api/${s.district}/orders?sender=12345&name=工单.csv`, {
    method: 'POST',
    body: `\ufeff${[head, ...rows].join('\r\n')}\r\n`,
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { load: OrderLoadRow }).load;
};
const row = (number: string, urgency = '一般', content = '楼前路灯坏了三天'): string =>
  `${number},2026-03-03 09:15:20,${content},${urgency},`;
const post = (load: OrderLoadRow, action: string, body: object = {}): Promise<Answered> =>
  desk.post(`/api/${s.district}/orders/loads/${load.id}/${action}`, body);
const finish = async (load: OrderLoadRow, action: 'apply' | 'undo'): Promise<OrderLoadRow> => {
  for (;;) {
    const { status, body } = await post(load, action);
    if (status === 503) continue;
    expect(status, body.message).toBe(200);
    if (['applied', 'undone'].includes(body.load.status)) return body.load;
  }
};
const statesOf = async (prefix: string): Promise<string[]> => {
  const { rows } = await s.pool.query<{ state: string }>(
    `select outside_number || ' ' || status as state from report where outside_number like $1 order by 1`,
    [`${prefix}%`],
  );
  return rows.map(({ state }) => state);
};

/** Does something while the database fails where the trigger stands: what a kill there leaves behind. */
async function stoppedAt<T>(trigger: string, work: () => Promise<T>): Promise<T> {
  await owner.query(`create trigger stopped before ${trigger} execute function stop()`);
  try {
    return await work();
  } finally {
    await owner.query(`drop trigger stopped on ${/ on (\w+) /.exec(trigger)?.[1] ?? ''}`);
  }
}

describe('a check that stops half-way', () => {
  it('leaves map, counts and marks as they were', async () => {
    const load = await upload(...Array.from({ length: 300 }, (_, n) => row(`M-${n}`)));
    expect(load.counts).toMatchObject({ added: 300, refused: 0 });
    // Content from a column that is empty: every row would be refused.
    const map = { ...load.map, columns: { ...load.map.columns, content: ['备注'] } };
    const stopped = await stoppedAt(`update on order_chunk for each row when (new.n = 1)`, () =>
      post(load, 'map', { map, isHistoric: false }),
    );
    expect(stopped.status).toBe(500);
    expect((await finish(load, 'apply')).counts).toMatchObject({ added: 300, refused: 0 });
    expect(await statesOf('M-')).toHaveLength(300);
  });

  it('does not rewrite the marks of a load that was begun', async () => {
    const timeless = [row('N-1'), row('N-1', '一般', '另一件事')].map((each) =>
      each.replace('2026-03-03 09:15:20', ''),
    );
    const load = await upload(...timeless);
    expect(load.counts).toMatchObject({ added: 1, refused: 1 });
    // Without a time none goes in as history.
    const [done, mapped] = await Promise.all([
      finish(load, 'apply'),
      post(load, 'map', { map: load.map, isHistoric: true }),
    ]);
    if (mapped.status === 409) expect(done.counts).toMatchObject({ added: 1, refused: 1 });
    else expect(done.counts).toMatchObject({ added: 0, refused: 2 });
    const { rows } = await s.pool.query<{ marks: object }>(
      `select marks from order_chunk where load_id = $1`,
      [load.id],
    );
    expect(Object.keys(rows[0]?.marks ?? {})).toHaveLength(done.counts.refused);
  });
});

describe('orders taken back and brought again', () => {
  it('come in though the work stopped before they were written', async () => {
    const file = [row('P-1'), row('P-2')];
    const first = await upload(...file);
    await finish(first, 'apply');
    await finish(first, 'undo');
    expect(await statesOf('P-')).toEqual([]);
    const again = await upload(...file);
    const stopped = await stoppedAt(
      `insert on event for each row when (new.action = 'submit')`,
      () => post(again, 'apply'),
    );
    expect(stopped.status).toBe(500);
    expect((await finish(again, 'apply')).counts).toMatchObject({ added: 2, refused: 0 });
    expect(await statesOf('P-')).toEqual(['P-1 submitted', 'P-2 submitted']);
  });

  it('come in though the taking back stopped before it was noted', async () => {
    const first = await upload(row('Q-1'));
    await finish(first, 'apply');
    const stopped = await stoppedAt(`update on order_line for each row when (new.is_undone)`, () =>
      post(first, 'undo'),
    );
    expect(stopped.status).toBe(500);
    expect(await statesOf('Q-')).toEqual([]);
    expect((await finish(await upload(row('Q-1')), 'apply')).counts).toMatchObject({ added: 1 });
    expect(await statesOf('Q-')).toEqual(['Q-1 submitted']);
    expect((await finish(first, 'undo')).counts).toMatchObject({ withdrawn: 0 });
    expect(await statesOf('Q-')).toEqual(['Q-1 submitted']);
  });
});

describe('applying that stops half-way', () => {
  const mapOf = (load: OrderLoadRow, word: string) => ({
    map: { ...load.map, values: { kind: { [word]: 'suggestion' } } },
    isHistoric: false,
  });

  it('before its first piece: the map can be corrected and applied', async () => {
    const load = await upload(row('R-1'));
    expect((await post(load, 'map', mapOf(load, '甲'))).status).toBe(200);
    const stopped = await stoppedAt(
      `update on order_load for each row when (new.status in ('applying', 'applied'))`,
      () => post(load, 'apply'),
    );
    expect(stopped.status).toBe(500);
    expect((await post(load, 'map', mapOf(load, '乙'))).status).toBe(200);
    expect((await finish(load, 'apply')).counts).toMatchObject({ added: 1 });
  });

  it('in its first piece: it has begun, and can be undone', async () => {
    const load = await upload(row('S-1'));
    const stopped = await stoppedAt(`update on order_chunk for each row`, () =>
      post(load, 'apply'),
    );
    expect(stopped.status).toBe(500);
    expect(await statesOf('S-')).toEqual(['S-1 submitted']);
    expect((await post(load, 'map', mapOf(load, '丙'))).body.code).toBe('begun');
    expect((await finish(load, 'undo')).counts).toMatchObject({ withdrawn: 1 });
    expect(await statesOf('S-')).toEqual([]);
  });
});
