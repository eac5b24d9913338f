/** Sheets of master data over HTTP: out, edited, in again, previewed, applied in one piece, undone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { SheetDone, SheetItem, SheetLoadRow } from '../../domain/sheetApi.ts';
import { sheets } from '../../domain/sheetList.ts';
import { served, type Answer, type Client, type Served } from '../testing/served.ts';
import { allEvents, expectReplay } from '../testing/replay.ts';
import { textsOf, workbookOf } from '../testing/workbook.ts';

let s: Served;
let admin: Client;
let security: Client;
beforeAll(async () => {
  s = await served();
  admin = await s.signIn('systemAdmin');
  security = await s.signIn('securityAdmin');
});
afterAll(() => s.stop());

const download = async (sheet: string, who = admin): Promise<string[][]> => {
  const answer = await who.raw(`/api/${s.district}/sheets/${sheet}.xlsx`);
  expect(answer.status).toBe(200);
  return textsOf(Buffer.from(await answer.arrayBuffer()));
};

const upload = async (
  sheet: string,
  bytes: Buffer,
  who = admin,
): Promise<Answer<{ load: SheetLoadRow; code: string; message: string }>> => {
  const answer = await who.raw(
    `/api/${s.district}/sheets/${sheet}?name=${encodeURIComponent('../表.xlsx')}`,
    {
      method: 'POST',
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'application/octet-stream' },
    },
  );
  return { status: answer.status, body: await answer.json(), headers: answer.headers } as never;
};

const items = async (id: string, kind: string, who = admin): Promise<SheetItem[]> =>
  (await who.get<{ items: SheetItem[] }>(`/api/${s.district}/sheets/loads/${id}?kind=${kind}`)).body
    .items;

const apply = (id: string, choice = {}, who = admin) =>
  who.post<SheetDone & { code: string; message: string }>(
    `/api/${s.district}/sheets/loads/${id}/apply`,
    choice,
  );
const undo = (id: string, who = admin) =>
  who.post<SheetDone & { code: string; message: string }>(
    `/api/${s.district}/sheets/loads/${id}/undo`,
    {},
  );

/** Uploads rows as a workbook; the first is the head. */
const preview = async (sheet: keyof typeof sheets, rows: string[][], who = admin) => {
  const answer = await upload(sheet, await workbookOf(sheets[sheet].title, rows), who);
  expect(answer.body).toMatchObject({ load: expect.anything() as object });
  return answer.body.load;
};

const rowsOf = async <T extends object>(sql: string): Promise<T[]> =>
  (await s.pool.query<T>(sql)).rows;

const wholeState = async (): Promise<unknown> =>
  rowsOf(`select (select json_agg(a order by code) from area a) as areas,
    (select json_agg(u order by code) from unit u) as units, (select count(*) from event) as events`);

describe('areas', () => {
  it('go out and come back unchanged', async () => {
    const rows = await download('area');
    expect(rows[0]).toEqual(['区域代码*', '名称*', '级别', '管理等级', '责任单位']);
    expect(rows).toHaveLength(6);
    const load = await preview('area', rows);
    expect(load.counts).toMatchObject({ added: 0, changed: 0, same: 5, gone: 0, refused: 0 });
    expect(load.refusal).toMatch(/没有差别/);
    expect(load.fileName).toBe('表.xlsx');
    expect((await apply(load.id)).body.code).toBe('nothing');
  });

  it('show what is new, changed and gone, apply in one piece, and go back', async () => {
    const before = await rowsOf(
      `select code, name, grade, status from area where district = '${s.district}' order by code`,
    );
    const rows = (await download('area')).filter(([code]) => code !== '110199002001');
    const changed = rows.find(([code]) => code === '110199001') as string[];
    changed[3] = 'A';
    changed[4] = '环卫中心';
    rows.push(['110199003001', '新社区', '', '', ''], ['110199003', '新街道', '', 'B', '']);
    const load = await preview('area', rows);
    expect(load.counts).toMatchObject({ added: 2, changed: 1, same: 3, gone: 1, refused: 0 });
    expect(await items(load.id, 'changed')).toMatchObject([
      {
        rows: [3],
        fields: [
          { title: '管理等级', before: '', after: 'A' },
          { title: '责任单位', before: '', after: 'clean 环卫中心' },
        ],
      },
    ]);
    expect(await items(load.id, 'gone')).toMatchObject([{ label: '110199002001 西二旗社区' }]);

    const done = await apply(load.id, { retire: 'all' });
    expect(done.body).toMatchObject({ eventCount: 4, load: { status: 'applied' } });
    const repeat = await apply(load.id, { retire: 'all' });
    expect([repeat.status, repeat.body.eventCount]).toEqual([200, 0]);
    const after = await rowsOf<{ code: string; status: string; grade: string }>(
      `select code, grade, status from area where district = '${s.district}' order by code`,
    );
    expect(after.find(({ code }) => code === '110199001')?.grade).toBe('A');
    expect(after.find(({ code }) => code === '110199002001')?.status).toBe('retired');
    expect(after.filter(({ code }) => code.startsWith('110199003'))).toHaveLength(2);

    expect((await undo(load.id)).body.load.status).toBe('undone');
    expect((await undo(load.id)).status).toBe(200);
    expect((await apply(load.id)).body.code).toBe('undone');
    expect(
      await rowsOf(
        `select code, name, grade, status from area where district = '${s.district}' and code not like '110199003%' order by code`,
      ),
    ).toEqual(before);
    expect(
      await rowsOf(`select status from area where code like '110199003%' group by status`),
    ).toEqual([{ status: 'retired' }]);
  });

  it('writes nothing when one row is refused, and says every reason', async () => {
    const before = await wholeState();
    const rows = [
      ...(await download('area')),
      ['110105001', '别的区', '', '', ''],
      ['110199004001', '没有上级', '', '', ''],
      ['110199001', '重复', '', '', ''],
      ['110199005', '', '', '', ''],
      ['110199006', '好的', '', '', ''],
    ];
    const load = await preview('area', rows);
    expect(load.counts.refused).toBe(4);
    const wrong = await items(load.id, 'refused');
    expect(wrong.map(({ rows: [row], column, message }) => [row, column, message])).toEqual([
      [7, '', '区域代码须以本区代码开头'],
      [8, '', '上级区域 110199004 不存在或已停用，请先新增上级区域'],
      [9, '', '与第 3 行重复，请只留一行'],
      [10, '名称', '请填写名称'],
    ]);
    expect((await apply(load.id)).body.code).toBe('hasRefused');
    expect(await wholeState()).toEqual(before);
  });

  it('refuses a preview that somebody has overtaken, and writes nothing', async () => {
    const rows = await download('area');
    (rows[2] as string[])[3] = 'C';
    rows.push(['110199007', '慢的', '', '', '']);
    const [slow, slower] = [await preview('area', rows), await preview('area', rows)];
    expect((await apply(slow.id)).status).toBe(200);
    const before = await wholeState();
    const stale = await apply(slower.id);
    expect([stale.status, stale.body.code]).toEqual([409, 'stale']);
    expect(stale.body.message).toContain('110199007 慢的');
    expect(await wholeState()).toEqual(before);
  });

  it('refuses to undo what was changed since, and writes nothing', async () => {
    const rows = await download('area');
    (rows.find(([code]) => code === '110199001001') as string[])[3] = 'D';
    const load = await preview('area', rows);
    await apply(load.id);
    const [area] = await rowsOf<{ id: string }>(`select id from area where code = '110199001001'`);
    await admin.act('areas', area?.id ?? '', 'edit', { grade: 'E' });
    const refused = await undo(load.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'changedSince']);
    expect(refused.body.message).toContain('110199001001 学府社区');
    expect((await rowsOf(`select grade from area where code = '110199001001'`))[0]).toEqual({
      grade: 'E',
    });
  });

  it('restores what comes back in a file, and is the same for two uploads at once', async () => {
    const rows = await download('area');
    const [area] = await rowsOf<{ id: string }>(`select id from area where code = '110199002001'`);
    expect((await admin.act('areas', area?.id ?? '', 'retire', {})).status).toBe(200);
    const load = await preview('area', rows);
    expect(await items(load.id, 'changed')).toMatchObject([
      { fields: [{ title: '状态', before: '停用', after: '在用' }] },
    ]);
    const [one, other] = await Promise.all([apply(load.id), apply(load.id)]);
    expect([one.status, other.status]).toEqual([200, 200]);
    expect(await rowsOf(`select status from area where code = '110199002001'`)).toEqual([
      { status: 'active' },
    ]);
  });
});

describe('units', () => {
  it('take a parent from the same file, whatever the order, and are undone children first', async () => {
    const rows = await download('unit');
    const add = (code: string, name: string, parent: string): string[] => {
      const row = Array.from({ length: rows[0]?.length ?? 0 }, () => '');
      [row[0], row[1], row[2], row[3]] = [code, name, '委办局', parent];
      return row;
    };
    const load = await preview('unit', [
      ...rows,
      add('002', '二科', '001'),
      add('001', '一局', ''),
    ]);
    expect(load.counts).toMatchObject({ added: 2, refused: 0 });
    expect((await apply(load.id)).status).toBe(200);
    const [child] = await rowsOf<{ parent: string }>(
      `select p.code as parent from unit u join unit p on p.district = u.district and p.id = u.parent_id where u.code = '002'`,
    );
    expect(child?.parent).toBe('001');
    expect((await undo(load.id)).body.load?.status).toBe('undone');
  });

  it('refuses a circle of parents', async () => {
    const rows = await download('unit');
    const row = (code: string, parent: string): string[] =>
      [code, code, '委办局', parent, '', '', '', ''].slice(0, rows[0]?.length);
    const load = await preview('unit', [...rows, row('x1', 'x2'), row('x2', 'x1')]);
    expect(load.counts.refused).toBe(2);
    const street = rows.find(([code]) => code === 'street') as string[];
    street[3] = 'community';
    const circle = await preview('unit', rows);
    expect((await items(circle.id, 'refused'))[0]?.message).toMatch(/自身或自身的下级/);
  });
});

describe('versions', () => {
  it('change a setting from a day on over the base, and go back', async () => {
    const rows = await download('setting');
    const claim = rows.find(([name]) => name === '领办时限（分钟）') as string[];
    expect(claim[2]).toBe('15');
    claim[2] = '３０';
    const load = await preview('setting', rows);
    expect(load).toMatchObject({ isVersioned: true, counts: { changed: 1, gone: 0, refused: 0 } });
    expect((await apply(load.id, { fromDay: '2026-03-03' })).body.code).toBe('tooEarly');
    expect((await apply(load.id, { fromDay: '2026-03-06' })).status).toBe(200);
    const minutes = async (at: string): Promise<number> =>
      (await s.tools.master.of(s.district)).settings(at).claimMinutes;
    expect([
      await minutes('2026-03-05T12:00:00.000Z'),
      await minutes('2026-03-06T12:00:00.000Z'),
    ]).toEqual([15, 30]);
    expect((await undo(load.id)).status).toBe(200);
    expect(await minutes('2026-03-06T12:00:00.000Z')).toBe(15);
  });

  it('change a limit of a category as a new version, twice, and go back to the one before', async () => {
    const limitOf = async (): Promise<string> => {
      const found = (await s.tools.master.of(s.district)).category('E0101', s.now());
      return `${found?.conditions[0]?.limit.value}${found?.conditions[0]?.limit.unit}`;
    };
    const change = async (limit: string): Promise<string> => {
      const rows = await download('category');
      const at = rows[0]?.indexOf('处置时限*') ?? 0;
      (rows.find(([code]) => code === 'E0101') as string[])[at] = limit;
      const load = await preview('category', rows);
      expect(load.counts).toMatchObject({ changed: 1, refused: 0 });
      expect((await apply(load.id)).body.message).toBeUndefined();
      return load.id;
    };
    const base = await limitOf();
    s.pass(1);
    const first = await change('3工作时');
    s.pass(1);
    const second = await change('５ 工作日');
    expect(await limitOf()).toBe('5workDay');
    s.pass(1);
    expect((await undo(second)).body.message).toBeUndefined();
    expect(await limitOf()).toBe('3workHour');
    expect((await undo(first)).body.code).toBe('changedSince');
    expect(base).not.toBe('3workHour');
  });

  it('bring a year of the calendar in, and refuse one that contradicts itself', async () => {
    const head = ['年份', '已公布', '种类', '日期', '名称', '时段'];
    const year = [
      head,
      ['2031', '是', '放假', '2031/1/1', '元旦', ''],
      ['2031', '', '工作时间', '1-1', '', '9:00-12:00、13:00-18:00'],
    ];
    const both = await preview('calendarYear', [
      ...year,
      ['2031', '', '调休上班', '2031-01-01', '元旦调休', ''],
    ]);
    expect((await items(both.id, 'refused'))[0]?.message).toMatch(/不能既放假又调休上班/);
    const load = await preview('calendarYear', year);
    expect(load.counts).toMatchObject({ added: 1, refused: 0 });
    expect((await apply(load.id)).status).toBe(200);
    const answer = await admin.raw(`/api/${s.district}/sheets/calendarYear.csv`);
    const text = Buffer.from(await answer.arrayBuffer()).toString();
    expect(text.startsWith('\ufeff年份*')).toBe(true);
    expect(text).toContain('2031,是,放假,2031-01-01,元旦,');
  });
});

describe('people and posts', () => {
  const people = (login: string): string[][] => [
    ['登录名', '姓名', '角色', '岗位名称', '单位', '区域'],
    [`${login}.one`, '赵一', '责任单位经办人', '经办人', 'clean', ''],
    [`${login}.one`, '', '网格员', '兼职网格员', '', '110199001'],
    [`${login}.two`, '钱二', '', '', '', ''],
  ];

  it('are registered by one administrator and appointed by another, with first passwords once', async () => {
    const rows = people('p1');
    const early = await preview('people', rows, security);
    expect(early.counts).toMatchObject({ other: 2, refused: 2 });
    const registered = await preview('people', rows);
    expect(registered.counts).toMatchObject({ added: 2, other: 2, refused: 0 });
    expect((await items(registered.id, 'other'))[0]?.message).toMatch(/安全管理员/);
    expect((await apply(registered.id)).body.passwords).toEqual([]);

    const appointed = await preview('people', rows, security);
    expect(appointed.counts).toMatchObject({ added: 2, same: 2, refused: 0 });
    const done = await apply(appointed.id, {}, security);
    expect(done.body.passwords).toMatchObject([{ login: 'p1.one', name: '赵一' }]);
    const password = done.body.passwords[0]?.password ?? '';
    const signed = await s.stranger.post('/api/session', { login: 'p1.one', password });
    expect([signed.status, signed.body.mustChangePassword]).toEqual([200, true]);
    expect((await apply(appointed.id, {}, security)).body.passwords).toEqual([]);
    const kept = await rowsOf<{ found: boolean }>(
      `select coalesce(l.diff::text, '') || coalesce(l.applied::text, '') like '%${password}%' as found from sheet_load l
       union all select e.input::text || e.changes::text like '%${password}%' from event e`,
    );
    expect(kept.some(({ found }) => found)).toBe(false);

    const again = await download('people', security);
    expect(again.filter(([login]) => login?.startsWith('p1.'))).toHaveLength(3);
    expect((await preview('people', again, security)).counts).toMatchObject({
      added: 0,
      changed: 0,
      refused: 0,
      gone: 0,
    });
    expect((await undo(appointed.id, security)).status).toBe(200);
  });

  it('are nobody’s to bring in but the administrators’', async () => {
    const desk = await s.signIn('desk');
    const refused = await upload('people', await workbookOf('人员岗位', people('p2')), desk);
    expect([refused.status, refused.body.code]).toEqual([403, 'notYourRole']);
    expect((await desk.raw(`/api/${s.district}/sheets/people.xlsx`)).status).toBe(403);
    expect(
      (await desk.get<{ items: SheetLoadRow[] }>(`/api/${s.district}/sheets/loads`)).body.items,
    ).toEqual([]);
    const [load] = await rowsOf<{ id: string }>(
      `select id from sheet_load where sheet = 'people' limit 1`,
    );
    expect((await desk.get(`/api/${s.district}/sheets/loads/${load?.id ?? ''}`)).status).toBe(404);
    expect((await apply(load?.id ?? '', {}, desk)).status).toBe(403);
    expect((await apply(newId())).status).toBe(404);
  });
});

describe('many wrong rows', () => {
  it('come as one list grouped by reason', async () => {
    const rows = [
      ['区域代码', '名称', '管理等级', '责任单位'],
      ...Array.from({ length: 1000 }, (_, n) => [
        `110199001001${String(n).padStart(3, '0')}`,
        `街道${n}`,
        '',
        `没有的单位${n}`,
      ]),
    ];
    const answer = await upload('area', await workbookOf('区域', rows));
    const { load } = answer.body;
    const { body } = await admin.get<{
      reasons: { message: string; count: number; rows: number[] }[];
      items: SheetItem[];
    }>(`/api/${s.district}/sheets/loads/${load.id}?kind=refused`);
    expect(load.counts.refused).toBe(1000);
    expect(body.items).toHaveLength(100);
    expect(body.reasons).toMatchObject([
      { message: '责任单位：没有“…”这个单位，请填代码或从下拉中选择', count: 1000 },
    ]);
    expect(body.reasons[0]?.rows.slice(0, 3)).toEqual([2, 3, 4]);
  });
});

it('leaves a ledger that replays', async () => {
  const events = await allEvents(s);
  expect(events.length).toBeGreaterThan(60);
  await expectReplay(s);
});

describe('deputies and patrons', () => {
  const year = new Date().getUTCFullYear() + 1;
  const [head, officer] = ['head/unitHead', 'officer/officer'];

  it('go out, come in, change and go back; days that overlap in one file are refused', async () => {
    const rows = await download('deputy');
    expect(rows[0]).toEqual([
      '编号',
      '被代的岗位*',
      '代班人（岗位）*',
      '第一天*',
      '最后一天*',
      '说明',
    ]);
    const line = ['', head, officer, `${year}-02-01`, `${year}-02-10`, '休假'];
    const twice = ['', head, officer, `${year}-02-05`, `${year}-02-12`, ''];
    const bad = await preview('deputy', [...rows, line, twice]);
    expect(bad.counts).toMatchObject({ added: 1, refused: 1 });
    expect((await items(bad.id, 'refused'))[0]?.message).toContain('已有人代此岗位');
    const load = await preview('deputy', [...rows, line]);
    expect((await apply(load.id)).body.load.status).toBe('applied');

    const out = await download('deputy');
    const [id, ...rest] = out[1] ?? [];
    expect(rest).toEqual(line.slice(1));
    const longer = await preview('deputy', [
      out[0] as string[],
      [id ?? '', ...rest.with(3, `${year}-02-20`)],
    ]);
    expect(longer.counts).toMatchObject({ changed: 1, refused: 0 });
    const fixed = await preview('deputy', [
      out[0] as string[],
      [id ?? '', ...rest.with(2, `${year}-02-02`)],
    ]);
    expect((await items(fixed.id, 'refused'))[0]?.message).toContain('“第一天”不能在表格里更改');
    await apply(longer.id);
    const days = () =>
      rowsOf<{ to_day: string; status: string }>(`select to_day::text, status from deputy`);
    expect(await days()).toEqual([{ to_day: `${year}-02-20`, status: 'active' }]);
    expect((await undo(longer.id)).body.load.status).toBe('undone');
    expect((await days())[0]?.to_day).toBe(`${year}-02-10`);

    const ended = await preview('deputy', [out[0] as string[]]);
    await apply(ended.id, { retire: 'all' });
    const anew = await preview('deputy', [out[0] as string[], line]);
    expect(anew.counts).toMatchObject({ added: 1, refused: 0 });
  });

  it('keep patrons the same way, with an end that can be taken away again', async () => {
    const rows = await download('patron');
    const line = ['', '110199001 清河街道', '周某', '副区长', '', `${year}-01-01`, ''];
    const unknown = ['', '110199777', '吴某', '副区长', '', `${year}-01-01`, ''];
    expect((await preview('patron', [...rows, line, unknown])).counts).toMatchObject({
      added: 1,
      refused: 1,
    });
    const load = await preview('patron', [...rows, line]);
    await apply(load.id);
    const out = await download('patron');
    const own = out.find(([, , name]) => name === '周某') ?? [];
    const ending = await preview(
      'patron',
      out.map((row) => (row === own ? row.with(6, `${year}-06-30`).with(3, '区委常委') : row)),
    );
    expect(ending.counts).toMatchObject({ changed: 1, refused: 0 });
    await apply(ending.id);
    expect((await undo(ending.id)).status).toBe(200);
    expect(await rowsOf(`select title, to_day from patron where name = '周某'`)).toEqual([
      { title: '副区长', to_day: null },
    ]);
    await expectReplay(s);
  });
});
