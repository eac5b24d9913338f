/** What later files say otherwise of an order: each change once, back and forth, and taken back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import type { Report } from '../../domain/reportShape.ts';
import { served, type Client, type Served } from '../testing/served.ts';

let s: Served;
let desk: Client;
beforeAll(async () => {
  s = await served();
  desk = await s.signIn('desk');
});
afterAll(() => s.stop());

const upload = async (...rows: string[]): Promise<OrderLoadRow> => {
  const head = '工单编号,来电时间,诉求内容,紧急程度,联系电话';
  const answer = await desk.raw(`/api/${s.district}/orders?sender=12345&name=工单.csv`, {
    method: 'POST',
    body: `\ufeff${[head, ...rows].join('\r\n')}\r\n`,
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { load: OrderLoadRow }).load;
};
interface Said {
  urgency?: string;
  content?: string;
  phone?: string;
}
const row = (number: string, said: Said = {}): string =>
  `${number},2026-03-03 09:15:20,${said.content ?? '楼前路灯坏了三天'},${said.urgency ?? '一般'},${said.phone ?? '13800010000'}`;
const finish = async (load: OrderLoadRow, action: 'apply' | 'undo'): Promise<OrderLoadRow> => {
  for (;;) {
    const { status, body } = await desk.post<{ load: OrderLoadRow; message: string }>(
      `/api/${s.district}/orders/loads/${load.id}/${action}`,
      {},
    );
    if (status === 503) continue;
    expect(status, body.message).toBe(200);
    if (['applied', 'undone'].includes(body.load.status)) return body.load;
  }
};
const bring = async (...rows: string[]): Promise<OrderLoadRow> =>
  finish(await upload(...rows), 'apply');
const reportOf = async (number: string): Promise<Report> => {
  const { rows } = await s.pool.query<{ id: string }>(
    `select id from report where outside_number = $1`,
    [number],
  );
  return s.read<Report>('report', rows[0]?.id ?? '');
};

describe('a changed order', () => {
  it('becomes what each file says, though a value comes back', async () => {
    await bring(row('A-1'));
    for (const [urgency, wanted] of [
      ['特急', 'danger'],
      ['一般', 'ordinary'],
      ['特急', 'danger'],
    ] as const) {
      expect((await bring(row('A-1', { urgency }))).counts).toMatchObject({ changed: 1 });
      expect((await reportOf('A-1')).urgency).toBe(wanted);
    }
  });

  it('is changed back when its load is undone, personal data too', async () => {
    const first = row('B-1', { content: '路灯坏了，电话 13700010000' });
    await bring(first);
    const before = await reportOf('B-1');
    const said = { content: '路灯又坏了', urgency: '特急', phone: '13900020000' };
    const done = await finish(await bring(row('B-1', said)), 'undo');
    expect(done.counts).toMatchObject({ stays: 0 });
    const { content, urgency, acceptDue, answerDue } = before;
    expect(await reportOf('B-1')).toMatchObject({ content, urgency, acceptDue, answerDue });
    const { id } = before;
    const revealed = await desk.act<{ eventId: string }>('reports', id, 'reveal', {
      reason: '核实',
    });
    const { eventId } = revealed.body;
    const clear = await desk.post(`/api/${s.district}/revealed`, { eventId });
    expect(clear.body).toMatchObject({
      phone: '13800010000',
      content: '路灯坏了，电话 13700010000',
    });
    expect((await upload(first)).counts).toMatchObject({ known: 1, changed: 0 });
    expect((await bring(row('B-1', said))).counts).toMatchObject({ changed: 1 });
    expect((await reportOf('B-1')).urgency).toBe('danger');
  });

  it('stays, and is listed, where something else was said since', async () => {
    await bring(row('C-1'));
    const second = await bring(row('C-1', { urgency: '特急' }));
    const { id } = await reportOf('C-1');
    await desk.act('reports', id, 'amend', { urgency: 'utility' });
    const undone = await finish(second, 'undo');
    expect(undone.counts).toMatchObject({ stays: 1 });
    expect((await reportOf('C-1')).urgency).toBe('utility');
    const { body } = await desk.get<{ stays: object[] }>(
      `/api/${s.district}/orders/loads/${second.id}`,
    );
    expect(body.stays).toMatchObject([{ number: 'C-1', reportId: id }]);
  });
});
