/** Call-backs over HTTP: the complainant's door by code, the operators' list, and the three rates. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { v7 as newId } from 'uuid';
import type { CallbackItem, CallbackRateRow } from '../../domain/callbackApi.ts';
import type { Callback } from '../../domain/callbackShape.ts';
import type { Issue } from '../../domain/issueShape.ts';
import type { Report } from '../../domain/reportShape.ts';
import { served, type Client, type Served } from '../testing/served.ts';
import { react } from '../testing/sweeping.ts';

const code = 'ABCDEFGHJK';
const followHash = createHash('sha256').update(code).digest('hex');
const phone = { complainantName: '王小明', complainantPhone: '13812345678' };
const good = { isContacted: true, solved: 'yes', satisfaction: 'satisfied' };

let s: Served;
let desk: Client;
beforeAll(async () => {
  s = await served();
  desk = await s.signIn('desk');
});
afterAll(() => s.stop());

/** A closed issue of one report, with its call-back. */
async function closed(report: Record<string, unknown> = {}) {
  const issue = await s.issue({ status: 'closed', report: { ...phone, ...report } });
  // The server's own loop may have taken the job.
  const { id, reportId } = await vi.waitFor(async () => {
    await react(s);
    const { rows } = await s.pool.query<{ id: string; reportId: string }>(
      `select id, report_id as "reportId" from callback where issue_id = $1`,
      [issue.id],
    );
    if (!rows[0]) throw new Error('no call-back was opened');
    return rows[0];
  }, 20_000);
  return { issue, id, report: await s.read<Report>('report', reportId) };
}

describe('by code', () => {
  const stranger = () => s.stranger;
  const asked = (number: string, given = code) =>
    stranger().post(`/api/${s.district}/callbacks/asked`, { number, code: given });
  const send = (body: object) => stranger().post(`/api/${s.district}/citizen/callbacks`, body);

  it('a complainant answers once for each closing, and the same request twice is one answer', async () => {
    const { id, report } = await closed({ channel: 'citizen', followHash });
    const { number } = report;
    const follow = await stranger().post(`/api/${s.district}/follow`, { number, code });
    expect(follow.body).toMatchObject({ callback: 'waiting' });
    const { status, body } = await asked(number, 'abcdefghjk');
    expect([status, body.state]).toEqual([200, 'waiting']);
    expect(JSON.stringify(body)).not.toMatch(/王小明|138/);
    const order = { requestId: newId(), number, code, answer: { ...good, why: '谢谢' } };
    expect((await send(order)).status).toBe(200);
    expect((await send(order)).status).toBe(200);
    expect(await s.read<Callback>('callback', id)).toMatchObject({
      status: 'answered',
      way: 'code',
      answererId: null,
      satisfaction: 'satisfied',
    });
    const again = await send({ ...order, requestId: newId() });
    expect([again.status, again.body.message]).toEqual([409, '这次办结已经评价过，谢谢您']);
    expect((await asked(number)).body.state).toBe('answered');
  });

  it('“not solved” opens the issue again, and its next closing is judged anew', async () => {
    const { issue, report } = await closed({ channel: 'citizen', followHash });
    const { number } = report;
    const answer = { isContacted: false, solved: 'no', satisfaction: 'dissatisfied' };
    expect((await send({ requestId: newId(), number, code, answer })).status).toBe(200);
    await vi.waitFor(async () => {
      await react(s);
      expect((await s.read<Issue>('issue', issue.id)).status).toBe('accepted');
    }, 20_000);
  });

  it('a wrong code tells nothing, and trying is limited', async () => {
    const { report } = await closed({ channel: 'citizen', followHash });
    const { number } = report;
    const wrong = { requestId: newId(), number, code: 'KKKKKKKKKK', answer: good };
    const answers = [];
    for (let n = 0; n < 14; n++) answers.push(await send({ ...wrong, requestId: newId() }));
    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'notFound' } });
    expect(answers.at(-1)?.status).toBe(429);
    expect((await asked(number)).status).toBe(429);
  });

  it.each([
    [{}],
    [{ requestId: 'x', number: '1', code: 'y', answer: 1 }],
    [
      {
        requestId: newId(),
        number: '20260304000001',
        code: 'ABCDEFGH',
        answer: { solved: 'maybe' },
      },
    ],
  ])('refuses %j in Chinese', async (body) => {
    const { status, body: said } = await send(body);
    expect([400, 404, 429]).toContain(status);
    expect(String(said.message)).toMatch(/\p{Script=Han}/u);
  });
});

describe('the operators’ list', () => {
  const list = async (who: Client, search = ''): Promise<CallbackItem[]> =>
    (await who.get<{ items: CallbackItem[] }>(`/api/${s.district}/callbacks${search}`)).body.items;

  it('is asked by state, due first, and goes on by keyset', async () => {
    const made = [await closed(), await closed(), await closed()];
    const callable = await list(desk, '?callable=1&sort=due&limit=2');
    expect(callable).toHaveLength(2);
    const path = `/api/${s.district}/callbacks?callable=1&sort=due&limit=2`;
    const first = await desk.get<{ next: string }>(path);
    const second = await list(desk, `?callable=1&sort=due&limit=2&cursor=${first.body.next}`);
    const seen = [...callable, ...second].map(({ id }) => id);
    expect(new Set(seen).size).toBe(seen.length);
    expect((await desk.act('callbacks', made[0]?.id ?? '', 'claim')).status).toBe(200);
    expect((await list(desk, '?mine=1')).map(({ id }) => id)).toEqual([made[0]?.id]);
    const rest = (await list(desk, '?callable=1')).map(({ id }) => id);
    expect(rest).not.toContain(made[0]?.id);
    expect((await desk.get(`/api/${s.district}/callbacks?status=nonsense`)).status).toBe(400);
  });

  it('shows a unit its own results without who complained, and nobody else anything', async () => {
    const number = { senderCode: '12345', outsideNumber: 'R-88001' };
    const { id } = await closed({ ...number, address: '学府路 7 号 302 室' });
    const [head, street, grid] = [
      await s.signIn('head'),
      await s.signIn('streetHead'),
      await s.signIn('grid'),
    ];
    const own = (await list(head)).find((item) => item.id === id);
    expect(own).toMatchObject({ outsideNumber: null, senderName: null, address: null });
    expect(JSON.stringify(own)).not.toMatch(/302 室|R-88001|王小明/);
    for (const who of [street, grid]) {
      expect((await list(who)).map((item) => item.id)).not.toContain(id);
      expect((await who.get(`/api/${s.district}/callbacks/${id}`)).status).toBe(404);
    }
    const whole = (await list(desk)).find((item) => item.id === id);
    expect(whole).toMatchObject({ outsideNumber: 'R-88001', address: '学府路 7 号 302 室' });
    const view = await head.get<{ events: unknown[] }>(`/api/${s.district}/callbacks/${id}`);
    expect(view.body.events).toHaveLength(1);
  });

  it('tells the latest result in the list of reports', async () => {
    const { id, report } = await closed();
    await desk.act('callbacks', id, 'claim');
    await desk.act('callbacks', id, 'record', good);
    const inList = async (who: Client) => {
      const path = `/api/${s.district}/reports?words=${report.number}`;
      const { body } = await who.get<{ items: { callback: object | null }[] }>(path);
      return body.items.map(({ callback }) => callback);
    };
    expect(await inList(desk)).toMatchObject([{ status: 'answered', ...good, way: 'phone' }]);
    expect(await inList(await s.signIn('grid'))).toEqual([null]);
  });

  it('stands on the pages of the report and the issue', async () => {
    const { id, issue, report } = await closed();
    for (const path of [`reports/${report.id}`, `issues/${issue.id}`]) {
      const { body } = await desk.get<{ callbacks: CallbackItem[] }>(`/api/${s.district}/${path}`);
      expect(body).toHaveProperty('callbacks');
      expect(body.callbacks.map((item) => item.id)).toEqual([id]);
    }
  });
});

describe('the three rates', () => {
  interface Rates {
    total: CallbackRateRow;
    rows: CallbackRateRow[];
    invalid: { reason: string; count: number }[];
    waiting: number;
  }
  const rates = async (who: Client, search = ''): Promise<Rates> =>
    (await who.get<Rates>(`/api/${s.district}/callbacks/rates${search}`)).body;

  it('count each order once, valid ones alone, invalid ones apart', async () => {
    const day = s.now().slice(0, 10);
    const answers = [
      good,
      { ...good, satisfaction: 'basicallySatisfied' },
      { ...good, solved: 'partly', satisfaction: 'fair' },
      { isContacted: false, solved: 'partly', satisfaction: 'dissatisfied' },
    ];
    for (const answer of answers) {
      const { id } = await closed({ kind: 'help' });
      await desk.act('callbacks', id, 'claim');
      expect((await desk.act('callbacks', id, 'record', answer)).status).toBe(200);
    }
    const { id: refused } = await closed({ kind: 'help' });
    await desk.act('callbacks', refused, 'claim');
    await desk.act('callbacks', refused, 'invalidate', { invalidReason: 'refused' });
    await closed({ kind: 'help' });
    const { total, rows, invalid, waiting } = await rates(desk, `?from=${day}&kind=help`);
    expect(total).toMatchObject({ valid: 4, contacted: 3, solved: 2, invalid: 1 });
    expect(total).toMatchObject({
      responseRate: 0.75,
      resolutionRate: 0.5,
      satisfactionRate: 0.475,
    });
    expect(invalid).toEqual([{ reason: 'refused', count: 1 }]);
    expect(waiting).toBe(1);
    expect(rows.map(({ name }) => name)).toEqual(['环卫中心']);
    const byKind = await rates(desk, `?from=${day}&by=kind`);
    expect(byKind.rows.find(({ name }) => name === '求助')).toMatchObject({ valid: 4, solved: 2 });
    const street = await rates(await s.signIn('streetHead'), `?from=${day}`);
    expect(street.rows).toEqual([]);
    expect((await rates(await s.signIn('head'), `?from=${day}&kind=help`)).total.valid).toBe(4);
  });

  it('of an order asked again count the last answer', async () => {
    const day = s.now().slice(0, 10);
    const { id } = await closed({ kind: 'suggestion' });
    const shift = await s.signIn('shift');
    await desk.act('callbacks', id, 'claim');
    const unwell = { ...good, solved: 'partly', satisfaction: 'dissatisfied' };
    await desk.act('callbacks', id, 'record', unwell);
    await shift.act('callbacks', id, 'revisit', { opinion: '核对' });
    await desk.act('callbacks', id, 'claim');
    await desk.act('callbacks', id, 'record', good);
    const { total } = await rates(desk, `?from=${day}&kind=suggestion`);
    expect(total).toMatchObject({ valid: 1, solved: 1, satisfied: 1 });
  });
});
