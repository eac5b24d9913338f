/** Orders of a hotline over HTTP: guessed, checked, imported, repeated, changed, refused and mended, undone. */
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import type { OrderMap } from '../../domain/orderMap.ts';
import type { Report } from '../../domain/reportShape.ts';
import type { QueryOutput } from '../../domain/api.ts';
import { expireOrders } from './loads.ts';
import { served, type Answer, type Client, type Served } from '../testing/served.ts';
import { textsOf, workbookOf } from '../testing/workbook.ts';

let s: Served;
let desk: Client;
beforeAll(async () => {
  s = await served();
  desk = await s.signIn('desk');
});
afterAll(() => s.stop());

type Answered = Answer<{ load: OrderLoadRow; code: string; message: string }>;

const upload = async (bytes: Buffer | string, who = desk, sender = '12345'): Promise<Answered> => {
  const answer = await who.raw(`/api/${s.district}/orders?sender=${sender}&name=工单.csv`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(bytes)),
    headers: { 'content-type': 'application/octet-stream' },
  });
  return { status: answer.status, body: await answer.json(), headers: answer.headers } as Answered;
};
const post = (load: OrderLoadRow, action: string, body: object = {}, who = desk) =>
  who.post<{ load: OrderLoadRow; code: string; message: string }>(
    `/api/${s.district}/orders/loads/${load.id}/${action}`,
    body,
  );
const finish = async (load: OrderLoadRow, action: 'apply' | 'undo'): Promise<OrderLoadRow> => {
  for (;;) {
    const { status, body } = await post(load, action);
    // A database that is busy says so; the same slice is asked for again.
    if (status === 503) continue;
    expect(status, body.message).toBe(200);
    if (['applied', 'undone'].includes(body.load.status)) return body.load;
  }
};
const view = async (load: OrderLoadRow) =>
  (await desk.get<QueryOutput<'orderLoad'>>(`/api/${s.district}/orders/loads/${load.id}`)).body;
const reports = async (prefix: string): Promise<Report[]> => {
  const { rows } = await s.pool.query<{ id: string }>(
    `select id from report where outside_number like $1 order by outside_number`,
    [`${prefix}%`],
  );
  return Promise.all(rows.map(({ id }) => s.read<Report>('report', id)));
};

const head =
  '工单编号,来电时间,受理渠道,诉求类型,来电人姓名,联系电话,是否保密,所属街道,事发地址,一级分类,二级分类,工单标题,诉求内容,紧急程度,承办单位,办理时限';
const line = (
  number: string,
  changed: Partial<Record<'content' | 'urgency' | 'time', string>> = {},
) =>
  `${number},${changed.time ?? '2026-03-03 09:15:20'},电话,投诉,王小明,13800010000,是,清河街道,学府路 1 号,城市管理,环境卫生,路灯不亮,${changed.content ?? '楼前路灯坏了三天，晚上看不见路'},${changed.urgency ?? '一般'},市政中心,2026-03-10`;
const csv = (...lines: string[]): string => `\ufeff${[head, ...lines].join('\r\n')}\r\n`;

describe('a file of orders', () => {
  it('is understood by its headings, shown masked, imported, and known when it comes again', async () => {
    const { status, body } = await upload(csv(line('A-001'), line('A-002', { urgency: '特急' })));
    expect(status, body.message).toBe(200);
    expect(body.load.map.columns).toEqual({
      outsideNumber: ['工单编号'],
      claimedAt: ['来电时间'],
      channel: ['受理渠道'],
      kind: ['诉求类型'],
      complainantName: ['来电人姓名'],
      complainantPhone: ['联系电话'],
      isConfidential: ['是否保密'],
      area: ['所属街道'],
      address: ['事发地址'],
      topic: ['一级分类', '二级分类'],
      title: ['工单标题'],
      content: ['诉求内容'],
      urgency: ['紧急程度'],
      unit: ['承办单位'],
      limit: ['办理时限'],
    });
    expect(body.load.counts).toMatchObject({ added: 2, known: 0, changed: 0, refused: 0 });
    const { preview } = await view(body.load);
    expect(JSON.stringify(preview)).not.toMatch(/13800010000|王小明/);
    expect(preview[0]?.fields).toContainEqual({ title: '联系电话', value: '138****00' });
    expect(await reports('A-')).toEqual([]);
    const { rows: kept } = await s.pool.query(`select * from order_chunk`);
    expect(JSON.stringify(kept)).not.toContain(Buffer.from('13800010000').toString('hex'));
    const done = await finish(body.load, 'apply');
    expect(done.counts).toMatchObject({ added: 2, refused: 0 });
    const [first, second] = await reports('A-');
    expect(first).toMatchObject({
      status: 'submitted',
      channel: 'hotline',
      kind: 'complaint',
      isConfidential: true,
      areaCode: '110199001',
      address: '学府路 1 号',
      claimedAt: '2026-03-03T01:15:20.000Z',
      urgency: 'ordinary',
    });
    expect(first?.content).toBe(
      '路灯不亮\n楼前路灯坏了三天，晚上看不见路\n主题分类：城市管理 / 环境卫生\n派单单位：市政中心\n时限：2026-03-10',
    );
    expect(first?.complainantPhone).toMatch(/^[0-9a-f-]{36}$/);
    // Each has the limits of its own urgency: 1 h and 2 h against 2 h and 7 days.
    expect(second?.acceptDue).toBe('2026-03-04T03:00:00.000Z');
    expect(second?.answerDue).toBe('2026-03-04T04:00:00.000Z');
    expect(first?.acceptDue).toBe('2026-03-04T04:00:00.000Z');
    expect((first?.answerDue ?? '') > '2026-03-10').toBe(true);
    const again = await upload(csv(line('A-001'), line('A-002', { urgency: '特急' })));
    expect(again.body.load.counts).toMatchObject({ added: 0, known: 2, changed: 0 });
    expect(again.body.load.refusal).toContain('没有新的');
    expect(again.body.load.notes.join()).toContain('上次的列对照');
    const { rows: versions } = await s.pool.query(
      `select action from event where noun = 'sender' and action = 'setOrderMap'`,
    );
    expect(versions).toHaveLength(1);
  });

  it('makes a changed order an event of its report, until it is answered', async () => {
    await finish((await upload(csv(line('B-1'), line('B-2'), line('B-3')))).body.load, 'apply');
    const [, , third] = await reports('B-');
    await desk.act('reports', third?.id ?? '', 'decline', { reason: '不属于本区' });
    const changed = { content: '路灯又坏了，电话 13900020000', urgency: '特急' };
    const next = await upload(csv(line('B-1', changed), line('B-2'), line('B-3', changed)));
    expect(next.body.load.counts).toMatchObject({ added: 0, changed: 2, known: 1 });
    const done = await finish(next.body.load, 'apply');
    expect(done.counts).toMatchObject({ changed: 1, known: 1, refused: 1 });
    expect(done.reasons[0]?.reason).toContain('不能再更正');
    const [first] = await reports('B-');
    expect(first?.content).toContain('139****00');
    expect(first?.urgency).toBe('danger');
    expect(first?.acceptDue).toBe('2026-03-04T03:00:00.000Z');
    const events = await s.pool.query<{ action: string; changes: object }>(
      `select action, changes from event where record_id = $1 order by version`,
      [first?.id],
    );
    expect(events.rows.map(({ action }) => action)).toEqual(['submit', 'amend']);
    expect(JSON.stringify(events.rows)).not.toContain('13900020000');
    const revealed = await desk.act<{ eventId: string }>('reports', first?.id ?? '', 'reveal', {
      reason: '回电核实',
    });
    const said = await desk.post<QueryOutput<'revealed'>>(`/api/${s.district}/revealed`, {
      eventId: revealed.body.eventId,
    });
    expect(said.body.content).toContain('13900020000');
    expect(said.body.phone).toBe('13800010000');
  });

  it('keeps each order its own clock on one issue', async () => {
    const open = (text: string): string => text.replace(',是,', ',否,');
    const file = csv(open(line('C-1')), open(line('C-2', { urgency: '特急' })));
    await finish((await upload(file)).body.load, 'apply');
    const [first, second] = await reports('C-');
    const issue = await s.issue({ status: 'accepted' });
    for (const one of [first, second]) {
      const { status, body } = await desk.act('reports', one?.id ?? '', 'join', {
        issueId: issue.id,
      });
      expect(status, JSON.stringify(body)).toBe(200);
    }
    const joined = await reports('C-');
    expect(joined.map(({ issueId }) => issueId)).toEqual([issue.id, issue.id]);
    expect(joined.map(({ answerDue }) => answerDue)).toEqual([first?.answerDue, second?.answerDue]);
    expect(joined[0]?.answerDue).not.toBe(joined[1]?.answerDue);
    // Secrecy asked for later does not slip into an issue that is not secret.
    const secret = await finish((await upload(csv(line('C-1')))).body.load, 'apply');
    expect(secret.reasons[0]?.reason).toContain('请先撤出案件再更正');
  });

  it('lists what is refused, and takes it mended', async () => {
    const file = csv(
      line('D-1'),
      line('2.02603E+19'),
      line('D-2', { content: '' }).replace('路灯不亮', ''),
      line('D-3', { time: '2026-02-30 08:00' }),
      line('D-4').replace('投诉', '表扬'),
      line('D-1', { content: '另一件事' }),
      line('D-1'),
    );
    const { load } = (await upload(file)).body;
    expect(load.counts).toMatchObject({ added: 1, known: 1, refused: 5 });
    expect(load.reasons.map(({ reason }) => reason).sort()).toEqual([
      '同一工单号在文件里出现多次，内容不同，请只保留一行',
      '工单号已被表格软件改成近似数，后几位丢失，请从热线系统重新导出，并把这一列设为文本',
      '来电时间的写法不认识或时间不存在',
      '缺少内容',
      '诉求类型的这个词还没有对照，请在列对照里选择',
    ]);
    expect(load.found.kind).toEqual({ 投诉: 5, 表扬: 1 });
    const map: OrderMap = { ...load.map, values: { kind: { 表扬: 'suggestion' } } };
    const mapped = await post(load, 'map', { map, isHistoric: false });
    expect(mapped.body.load.counts).toMatchObject({ added: 2, refused: 4 });
    expect((await finish(mapped.body.load, 'apply')).counts).toMatchObject({
      added: 2,
      refused: 4,
    });
    const answer = await desk.raw(`/api/${s.district}/orders/loads/${load.id}/refused`);
    const text = (await answer.text()).replace('2.02603E+19', '20260304000012345678');
    expect(text.split('\r\n')[0]).toBe(`${head},行号,原因`);
    const mended = await upload(text);
    expect(mended.body.load.counts).toMatchObject({ added: 1 });
    expect(
      (await post(mended.body.load, 'map', { map: { columns: {}, values: {} }, isHistoric: false }))
        .body.message,
    ).toContain('工单号');
  });

  it('reads a workbook with a title over the list, dates as numbers, and the city’s own headings', async () => {
    const rows = [
      ['某区 12345 工单明细表'],
      ['序号', '工单号', '受理时间', '反映内容', '联系方式'],
      [1, 'E-1', 46085.5, '井盖缺失，请尽快处理', '13700030000'],
      [2, 'E-2', new Date(Date.UTC(2026, 2, 4, 8, 30)), '垃圾没人清', null],
      [3, 'E-3', '2026年3月4日 8时05分', '占道经营', null],
      [4, Number('2026030400001234567'), '2026/3/4 8:05', '噪声扰民', null],
    ];
    const bytes = await workbookOf('明细', rows, (page) => page.mergeCells('A1:E1'));
    const { load } = (await upload(bytes)).body;
    expect(load).toMatchObject({ form: 'xlsx', rows: 4, counts: { added: 3, refused: 1 } });
    await finish(load, 'apply');
    expect((await reports('E-')).map(({ claimedAt }) => claimedAt)).toEqual([
      '2026-03-04T04:00:00.000Z',
      '2026-03-04T00:30:00.000Z',
      '2026-03-04T00:05:00.000Z',
    ]);
    const refused = await desk.raw(`/api/${s.district}/orders/loads/${load.id}/refused`);
    const lines = await textsOf(Buffer.from(await refused.arrayBuffer()));
    expect(lines[0]).toEqual([...(rows[1] ?? []), '行号', '原因']);
    expect(lines[1]?.at(-1)).toContain('近似数');
  });

  it('is taken back by withdrawing what nobody took up; what moved on stays and is listed', async () => {
    const file = csv(line('F-1'), line('F-2'), line('F-3'));
    const { load } = (await upload(file)).body;
    await finish(load, 'apply');
    const [first, , third] = await reports('F-');
    await desk.act('reports', third?.id ?? '', 'decline', { reason: '不属于本区' });
    const undone = await finish(load, 'undo');
    expect(undone).toMatchObject({ status: 'undone', counts: { withdrawn: 2, stays: 1 } });
    expect((await view(undone)).stays).toEqual([
      { reportId: third?.id, number: 'F-3', why: '不予立案，不能撤回' },
    ]);
    expect(await s.read('report', first?.id ?? '')).toMatchObject({
      status: 'withdrawn',
      outsideNumber: null,
    });
    const again = (await upload(file)).body.load;
    expect(again.counts).toMatchObject({ added: 2, known: 1 });
    expect((await finish(again, 'apply')).counts).toMatchObject({ added: 2 });
    expect((await reports('F-')).map(({ status }) => status)).toEqual([
      'submitted',
      'submitted',
      'declined',
    ]);
    expect((await post(load, 'apply')).body.code).toBe('undone');
  });

  it('counts each order once when it is killed half-way and begun again', async () => {
    const file = csv(...Array.from({ length: 600 }, (_, n) => line(`G-${n}`)));
    const { load } = (await upload(file)).body;
    expect(load).toMatchObject({ rows: 600, chunks: 3 });
    await post(load, 'apply');
    // As after a kill between the events and the note of the piece.
    await s.pool.query(`update order_load set done_chunks = 0, status = 'applying' where id = $1`, [
      load.id,
    ]);
    const done = await finish(load, 'apply');
    expect(done.doneChunks).toBe(3);
    expect(await reports('G-')).toHaveLength(600);
    const { rows } = await s.pool.query(
      `select count(*)::int as events from event e join report r on r.id = e.record_id where r.outside_number like 'G-%'`,
    );
    expect(rows[0]).toEqual({ events: 600 });
  }, 60_000);

  it('is refused in words as a whole where it cannot be read', async () => {
    const words = async (bytes: Buffer | string): Promise<string> =>
      (await upload(bytes)).body.message;
    expect(await words('')).toContain('空');
    expect(await words(`${head}\r\n`)).toContain('没有工单');
    expect(
      await words(iconv.encode(`${head}\n${line('H-1')}`, 'utf16le', { addBOM: true })),
    ).toContain('编码');
    expect(await words('<html><table></table></html>')).toContain('网页格式');
    expect(await words(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toContain('.xls');
    const twice = await upload('工单号,内容,内容\nH-2,甲,乙\n');
    expect(twice.body.load.refusal).toContain('请选择“内容”');
    const gb = await upload(iconv.encode(`${head}\n${line('H-3')}\n`, 'gb18030'));
    expect(gb.body.load).toMatchObject({ counts: { added: 1 } });
    expect(gb.body.load.notes.join()).toContain('GB18030');
    expect((await upload(csv(line('H-4')), desk, 'nobody')).body.message).toContain('未登记');
    const { rows } = await s.pool.query(
      `select count(*)::int as left from order_chunk c where not exists (select from order_load l where l.id = c.load_id)`,
    );
    expect(rows[0]).toEqual({ left: 0 });
  });

  it('makes no doubles of two loads at once, nor of what came in by another door', async () => {
    await s.report({ senderCode: '12345', outsideNumber: 'J-0', content: '别处来的' });
    const file = csv(...Array.from({ length: 60 }, (_, n) => line(`J-${n}`)));
    const loads = [(await upload(file)).body.load, (await upload(file)).body.load];
    expect(loads[0]?.counts).toMatchObject({ added: 59, refused: 1 });
    expect(loads[0]?.reasons[0]?.reason).toContain('其他途径');
    const done = await Promise.all(loads.map((load) => finish(load, 'apply')));
    expect(done.map(({ counts }) => counts.added + counts.known)).toEqual([59, 59]);
    expect(done.map(({ counts }) => counts.added).sort((a, b) => a - b)).toEqual([0, 59]);
    expect(await reports('J-')).toHaveLength(60);
  });

  it('amends back what it only amended when it is undone, and says what it leaves', async () => {
    const first = (await upload(csv(line('K-1')))).body.load;
    await finish(first, 'apply');
    const changed = { content: '路灯修好又坏' };
    const second = (await upload(csv(line('K-1', changed), line('K-2')))).body.load;
    await finish(second, 'apply');
    const undone = await finish(second, 'undo');
    expect(undone.counts).toMatchObject({ withdrawn: 1, stays: 0 });
    expect((await reports('K-'))[0]?.content).toContain('楼前路灯坏了三天');
    const third = (await upload(csv(line('K-1', changed)))).body.load;
    await finish(third, 'apply');
    const both = await finish(first, 'undo');
    expect((await view(both)).stays[0]?.why).toContain('之后的导入又更正过');
    expect((await reports('K-')).map(({ status }) => status)).toEqual(['submitted']);
  });

  it('drops the rows of a file after a week', async () => {
    const { load } = (await upload(csv(line('L-1')))).body;
    await s.pool.query(
      `update order_load set created_at = created_at - interval '8 days' where id = $1`,
      [load.id],
    );
    await expireOrders(s.pool, s.now());
    const { rows } = await s.pool.query(`select 1 from order_chunk where load_id = $1`, [load.id]);
    expect(rows).toEqual([]);
    expect((await post(load, 'apply')).body).toMatchObject({ code: 'expired' });
    expect((await view(load)).load).toMatchObject({ status: 'expired', rows: 1 });
  });

  it('is for the desk alone', async () => {
    const officer = await s.signIn('officer');
    expect((await upload(csv(line('I-1')), officer)).status).toBe(403);
    const { load } = (await upload(csv(line('I-1')))).body;
    expect((await post(load, 'apply', {}, officer)).status).toBe(403);
    expect((await officer.get(`/api/${s.district}/orders/loads/${load.id}`)).status).toBe(403);
    const shift = await s.signIn('shift');
    expect((await post(load, 'apply', {}, shift)).body.message).toContain('只有上传的人');
    expect((await officer.raw(`/api/${s.district}/orders/loads/${load.id}/refused`)).status).toBe(
      403,
    );
  });
});
