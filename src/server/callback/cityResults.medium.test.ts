/** The city's own call-back results in a hotline's file: taken in with the order or later, once, undone with it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Callback } from '../../domain/callbackShape.ts';
import { guessColumns } from '../../domain/orderMap.ts';
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import type { Report } from '../../domain/reportShape.ts';
import { systemActor } from '../baseSeed.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { served, type Client, type Served } from '../testing/served.ts';
import { react } from '../testing/sweeping.ts';

let s: Served;
let desk: Client;
beforeAll(async () => {
  s = await served();
  desk = await s.signIn('desk');
});
afterAll(() => s.stop());

const head = '工单编号,来电时间,诉求内容,是否响应,是否解决,是否满意';
const row = (number: string, result = ',,'): string =>
  `${number},2026-03-03 09:15:20,楼前路灯坏了三天,${result}`;

const load = (...rows: string[]): Promise<OrderLoadRow> => loadOf(head, ...rows);

async function loadOf(heading: string, ...rows: string[]): Promise<OrderLoadRow> {
  const answer = await desk.raw(`/api/${s.district}/orders?sender=12345&name=工单.csv`, {
    method: 'POST',
    body: `\ufeff${[heading, ...rows].join('\r\n')}\r\n`,
    headers: { 'content-type': 'application/octet-stream' },
  });
  return ((await answer.json()) as { load: OrderLoadRow }).load;
}

async function finish({ id }: OrderLoadRow, action: 'apply' | 'undo'): Promise<OrderLoadRow> {
  for (;;) {
    const path = `/api/${s.district}/orders/loads/${id}/${action}`;
    const { status, body } = await desk.post<{ load: OrderLoadRow }>(path, {});
    if (status === 503) continue;
    expect(status).toBe(200);
    if (['applied', 'undone'].includes(body.load.status)) return body.load;
  }
}

async function resultsOf(number: string): Promise<Callback[]> {
  const { rows } = await s.pool.query<{ id: string }>(
    `select c.id from callback c join report r on r.district = c.district and r.id = c.report_id
     where r.outside_number = $1 order by c.id`,
    [number],
  );
  return Promise.all(rows.map(({ id }) => s.read<Callback>('callback', id)));
}

describe('results of the city', () => {
  it('are known by their headings', () => {
    expect(guessColumns(head.split(','), [])).toMatchObject({
      isContacted: ['是否响应'],
      solved: ['是否解决'],
      satisfaction: ['是否满意'],
    });
  });

  it('come with an order or after it, and stand once however often they come', async () => {
    const first = await finish(await load(row('Z-1', '是,已解决,基本满意'), row('Z-2')), 'apply');
    expect(first.counts).toMatchObject({ added: 2, refused: 0 });
    expect(await resultsOf('Z-1')).toMatchObject([
      {
        status: 'answered',
        way: 'city',
        isContacted: true,
        solved: 'yes',
        satisfaction: 'basicallySatisfied',
        issueId: null,
        senderCode: '12345',
      },
    ]);
    expect(await resultsOf('Z-2')).toEqual([]);
    const again = [row('Z-1', '是,已解决,基本满意'), row('Z-2', '否,否,不满意')];
    await finish(await load(...again), 'apply');
    expect(await resultsOf('Z-1')).toHaveLength(1);
    expect(await resultsOf('Z-2')).toMatchObject([{ isContacted: false, solved: 'no' }]);
    const { body } = await desk.get<{ total: object }>(`/api/${s.district}/callbacks/rates`);
    expect(body.total).toMatchObject({ valid: 2, contacted: 1, solved: 1 });
  });

  it('are left out where one of the three is missing, and asked about where a word is unknown', async () => {
    const half = await finish(await load(row('Z-3', '是,已解决,')), 'apply');
    expect(half.counts).toMatchObject({ added: 1, refused: 0 });
    expect(await resultsOf('Z-3')).toEqual([]);
    const odd = await load(row('Z-4', '是,已解决,还行吧'));
    expect(odd.counts.refused).toBe(1);
    expect(odd.reasons[0]?.reason).toContain('回访：是否满意');
  });

  it('go when the load is undone', async () => {
    const done = await finish(await load(row('Z-5', '是,已解决,满意')), 'apply');
    const [result] = await resultsOf('Z-5');
    await finish(done, 'undo');
    await vi.waitFor(async () => {
      await react(s);
      expect((await s.read<Callback>('callback', result?.id ?? '')).status).toBe('canceled');
    }, 20_000);
  });

  it.each(['contested', 'invalid'])('go with it when they are %s, too', async (status) => {
    const number = `Z-6-${status}`;
    const done = await finish(await load(row(number, '是,否,不满意')), 'apply');
    const [result] = await resultsOf(number);
    const id = result?.id ?? '';
    await desk.act('callbacks', id, 'contest', { reason: '诉求不合理' });
    if (status === 'invalid')
      await (await s.signIn('shift')).act('callbacks', id, 'strike', { opinion: '政策不允许' });
    expect((await s.read<Callback>('callback', id)).status).toBe(status);
    await finish(done, 'undo');
    await vi.waitFor(async () => {
      await react(s);
      expect((await s.read<Callback>('callback', id)).status).toBe('canceled');
    }, 20_000);
  });
});

describe('results that come later', () => {
  const standing = async (number: string) =>
    (await resultsOf(number)).filter(({ status }) => status === 'answered');

  it('are something to import by themselves, and take the place of the earlier one', async () => {
    await finish(await load(row('Y-1'), row('Y-2')), 'apply');
    for (const [words, solved] of [
      ['是,已解决,满意', 'yes'],
      ['是,未解决,不满意', 'no'],
      ['是,已解决,满意', 'yes'],
    ]) {
      const next = await load(row('Y-1', words), row('Y-2'));
      expect(next).toMatchObject({ refusal: null, counts: { visited: 1, known: 1 } });
      expect((await finish(next, 'apply')).counts).toMatchObject({ visited: 1, known: 1 });
      expect(await standing('Y-1')).toMatchObject([{ solved }]);
      expect((await load(row('Y-1', words))).refusal).toContain('没有新的');
    }
    expect(await resultsOf('Y-1')).toHaveLength(3);
  });

  it('go when their load is undone, and the earlier one stands again', async () => {
    await finish(await load(row('X-1', '是,已解决,满意'), row('X-2')), 'apply');
    const results = [row('X-1', '是,否,不满意'), row('X-2', '是,已解决,满意')];
    const later = await finish(await load(...results), 'apply');
    await finish(later, 'undo');
    expect(await standing('X-1')).toMatchObject([{ solved: 'yes' }]);
    expect(await standing('X-2')).toEqual([]);
    expect((await finish(await load(...results), 'apply')).counts).toMatchObject({ visited: 2 });
    expect(await standing('X-1')).toMatchObject([{ solved: 'no' }]);
    expect(await standing('X-2')).toMatchObject([{ solved: 'yes' }]);
  });

  it('are not brought back once struck out, and are refused with the reason', async () => {
    await finish(await load(row('W-1', '是,否,不满意')), 'apply');
    const [result] = await resultsOf('W-1');
    await desk.act('callbacks', result?.id ?? '', 'contest', { reason: '诉求不合理' });
    const shift = await s.signIn('shift');
    await shift.act('callbacks', result?.id ?? '', 'strike', { opinion: '政策不允许' });
    expect((await load(row('W-1', '是,否,不满意'))).refusal).toContain('没有新的');
    const media = await loadOf(`${head},受理渠道`, `${row('W-2', '是,否,不满意')},媒体曝光`);
    const map = { ...media.map, columns: { ...media.map.columns, channel: ['受理渠道'] } };
    const path = `/api/${s.district}/orders/loads/${media.id}/map`;
    expect((await desk.post(path, { map, isHistoric: false })).status).toBe(200);
    const done = await finish(media, 'apply');
    expect(done.counts).toMatchObject({ added: 1, refused: 1 });
    expect(done.reasons[0]?.reason).toContain('回访结果没有记入');
  });
});

describe('nobody makes a result of the city up', () => {
  const good = { isContacted: true, solved: 'yes', satisfaction: 'satisfied' };
  const ofCity = { channel: 'hotline', senderCode: '12345' };
  const loaderId = () => s.personId('desk');

  it('by hand', async () => {
    const { id: reportId } = await s.report({ ...ofCity, outsideNumber: 'M-1' });
    for (const who of [desk, await s.signIn('shift')]) {
      const input = { reportId, loaderId: loaderId(), ...good };
      expect((await who.act('callbacks', newId(), 'recordOutside', input)).status).toBe(403);
    }
    expect(await resultsOf('M-1')).toEqual([]);
  });

  it('for a report that did not come from a hotline’s file', async () => {
    const patrol = await s.report({ channel: 'patrol' }, 'grid');
    const byTelephone = await s.report({ channel: 'hotline' });
    for (const { id: reportId } of [patrol, byTelephone]) {
      const input = { reportId, loaderId: loaderId(), ...good };
      const made = s.run(systemActor(s.district), 'callback', newId(), 'recordOutside', input);
      expect((await refusedBy(made)).code).toBe('notOfCity');
    }
  });

  it('and the complainant is asked by code as before', async () => {
    const code = 'ABCDEFGHJK';
    const followHash = createHash('sha256').update(code).digest('hex');
    const report = { ...ofCity, outsideNumber: 'M-2', complainantPhone: '13812345678', followHash };
    await s.issue({ status: 'closed', report });
    const [open] = await vi.waitFor(async () => {
      await react(s);
      const found = await resultsOf('M-2');
      expect(found).toHaveLength(1);
      return found;
    }, 20_000);
    const reportId = open?.reportId ?? '';
    s.pass(5);
    const input = { reportId, loaderId: loaderId(), ...good };
    await s.run(systemActor(s.district), 'callback', newId(), 'recordOutside', input);
    const { number } = await s.read<Report>('report', reportId);
    const asked = await s.stranger.post(`/api/${s.district}/callbacks/asked`, { number, code });
    expect(asked.body.state).toBe('waiting');
    const answer = { ...good, solved: 'partly' };
    const order = { requestId: newId(), number, code, answer };
    expect((await s.stranger.post(`/api/${s.district}/citizen/callbacks`, order)).status).toBe(200);
    expect(await s.read<Callback>('callback', open?.id ?? '')).toMatchObject({ way: 'code' });
  });
});
