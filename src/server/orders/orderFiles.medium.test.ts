/** Files of orders that other programs bend: what they may hold, and what is never kept or shown of them. */
import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryOutput } from '../../domain/api.ts';
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import { findingFiles, findingTable } from '../testing/findingFiles.ts';
import { served, type Answer, type Client, type Served } from '../testing/served.ts';
import { bareWorkbook } from '../testing/zip.ts';
import { expireOrders } from './loads.ts';
import { orderMoment } from './orderTime.ts';

let s: Served;
let desk: Client;
beforeAll(async () => {
  s = await served();
  desk = await s.signIn('desk');
});
afterAll(() => s.stop());

type Answered = Answer<{ load: OrderLoadRow; code: string; message: string }>;

const upload = async (bytes: Buffer | string, who = desk): Promise<Answered> => {
  const answer = await who.raw(`/api/${s.district}/orders?sender=12345&name=a.csv`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(bytes)),
    headers: { 'content-type': 'application/octet-stream' },
  });
  return { status: answer.status, body: await answer.json(), headers: answer.headers } as Answered;
};
const countOf = async (name: 'order_chunk' | 'finding_load'): Promise<number> =>
  Number((await s.pool.query<{ n: string }>(`select count(*) as n from ${name}`)).rows[0]?.n);

/** What the page shows of a field of the first rows. */
const shownOf = async ({ id }: OrderLoadRow, title: string): Promise<(string | undefined)[]> => {
  const path = `/api/${s.district}/orders/loads/${id}`;
  const { preview } = (await desk.get<QueryOutput<'orderLoad'>>(path)).body;
  return preview.map(({ fields }) => fields.find((each) => each.title === title)?.value);
};

const words = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const headOf = (...names: string[]): string => `<row r="1">${names.map(words).join('')}</row>`;
/** A book whose cells point at one shared text. */
const pointing = (text: string, head: string, columns: number, rows: number): Buffer => {
  const cells = '<c t="s"><v>0</v></c>'.repeat(columns);
  const lines = Array.from({ length: rows }, (_, n) => `<row r="${n + 2}">${cells}</row>`);
  const strings = Buffer.from(`<sst><si><t>${text}</t></si></sst>`);
  return bareWorkbook(head + lines.join(''), {
    more: [{ name: 'xl/sharedStrings.xml', bytes: strings }],
  });
};

describe('a small book of endless texts', () => {
  const many = Array.from({ length: 88 }, (_, n) => `列${n}`);

  it('is refused with the place that is too long, as orders and as findings', async () => {
    const before = [await countOf('order_chunk'), await countOf('finding_load')];
    const book = pointing('长'.repeat(32_767), headOf('工单编号', '诉求内容', ...many), 90, 250);
    expect(book.length).toBeLessThan(100_000);
    const orders = await upload(book);
    expect([orders.status, orders.body.message]).toEqual([
      413,
      expect.stringContaining('第 2 行各列合计超过 100,000 个字'),
    ]);
    const cell = await upload(pointing('长'.repeat(32_768), headOf('工单编号', '诉求内容'), 2, 3));
    expect([cell.status, cell.body.message]).toEqual([
      413,
      expect.stringContaining('第 2 行第 1 列超过 32,767 个字'),
    ]);
    const findings = pointing('长'.repeat(30_000), headOf('地点', '检查项目', '说明'), 3, 500);
    const { status, body } = await findingFiles(s).upload(desk, findings);
    expect([status, body.message]).toEqual([413, expect.stringContaining('合计超过 4000 万字')]);
    expect([await countOf('order_chunk'), await countOf('finding_load')]).toEqual(before);
  });
});

it('a file that could not be taken in leaves none of its rows', async () => {
  const owner = new pg.Client(s.config);
  await owner.connect();
  await owner.query(`create function stop() returns trigger language plpgsql as $$
    begin raise exception 'stopped' using errcode = '22000'; end $$;
    create trigger stopped before insert on order_load execute function stop()`);
  const before = await countOf('order_chunk');
  try {
    expect((await upload('工单编号,诉求内容\nD-1,路灯坏了\n')).status).toBe(500);
  } finally {
    await owner.query(`drop trigger stopped on order_load`);
    await owner.end();
  }
  expect(await countOf('order_chunk')).toBe(before);
});

describe('a time', () => {
  it.each([
    ['2026-03-03T01:15:20Z', '2026-03-03T01:15:20.000Z'],
    ['2026-03-03T01:15:20.123Z', '2026-03-03T01:15:20.000Z'],
    ['2026-03-02 17:15:20+00:00', '2026-03-02T17:15:20.000Z'],
    ['2026-03-03T09:15:20+08:00', '2026-03-03T01:15:20.000Z'],
    ['2026-03-03T09:15:20.5+0800', '2026-03-03T01:15:20.000Z'],
    ['2026-03-03T09:15:20', '2026-03-03T01:15:20.000Z'],
    ['2026/3/3 9时15分20秒', '2026-03-03T01:15:20.000Z'],
  ])('%s is %s', (text, moment) => {
    expect(orderMoment(text, undefined)).toEqual({ moment });
  });

  it.each(['2026-03-03T01:15:20-05:00', '2026-03-03Z'])('%s is not known', (text) => {
    expect(orderMoment(text, undefined)).toHaveProperty('problem');
  });

  it('with Z is the time of Greenwich in CSV, and what the cell shows in a book', async () => {
    const csv = await upload('工单编号,来电时间,诉求内容\nZ-1,2026-03-03T01:15:20Z,路灯坏了\n');
    expect(await shownOf(csv.body.load, '原始时间')).toEqual(['2026-03-03 09:15']);
    const cells = `${words('Z-2')}<c t="d"><v>2026-03-03T01:15:20Z</v></c>${words('路灯坏了')}`;
    const head = headOf('工单编号', '来电时间', '诉求内容');
    const book = await upload(bareWorkbook(`${head}<row r="2">${cells}</row>`));
    expect(await shownOf(book.body.load, '原始时间')).toEqual(['2026-03-03 01:15']);
  });
});

describe('a word of a translated column', () => {
  it('that stands for nothing says nothing, unless the map names it', async () => {
    const head = '工单编号,诉求内容,诉求类型,紧急程度,是否解决';
    const { body } = await upload(`${head}\nN-1,路灯坏了,-,无,-\nN-2,路灯坏了,投诉,一般,—\n`);
    expect(body.load.reasons).toEqual([]);
    expect(body.load.counts).toMatchObject({ added: 2, refused: 0 });
    expect(body.load.found).toEqual({ kind: { 投诉: 1 }, urgency: { 一般: 1 } });
    const map = { ...body.load.map, values: { kind: { '-': 'help' } } };
    const path = `/api/${s.district}/orders/loads/${body.load.id}/map`;
    const said = await desk.post<Answered['body']>(path, { map, isHistoric: false });
    expect(said.body.load.found).toMatchObject({ kind: { '-': 1, 投诉: 1 } });
    expect((await shownOf(said.body.load, '诉求类型'))[0]).toBe('求助');
  });

  it('that is personal is kept nowhere in the open', async () => {
    const rows = '编号,诉求内容,诉求类型,来电时间\nP-1,路灯坏了,13800010000,13800010000 上午\n';
    const { body } = await upload(rows.replace('编号,', '工单编号,'));
    expect(body.load.found).toEqual({ kind: { '138****00': 1 } });
    const map = { ...body.load.map, values: { kind: { '138****00': 'help' } } };
    const path = `/api/${s.district}/orders/loads/${body.load.id}/map`;
    expect((await desk.post(path, { map, isHistoric: false })).status).toBe(200);
    const { rows: kept } = await s.pool.query(
      `select l.found, l.profile, l.reasons, c.marks from order_load l join order_chunk c on c.load_id = l.id where l.id = $1`,
      [body.load.id],
    );
    expect(JSON.stringify(kept)).toContain('138****00 上午');
    expect(JSON.stringify(kept)).not.toContain('13800010000');
  });

  it('is forgotten when its file is applied, undone or expired', async () => {
    const foundOf = async ({ id }: OrderLoadRow): Promise<unknown> =>
      (await s.pool.query<{ found: unknown }>(`select found from order_load where id = $1`, [id]))
        .rows[0]?.found;
    const taken = async (number: string): Promise<OrderLoadRow> => {
      const { body } = await upload(`工单编号,诉求内容,诉求类型\n${number},路灯坏了,投诉\n`);
      expect(await foundOf(body.load)).toEqual({ kind: { 投诉: 1 } });
      return body.load;
    };
    const applied = await taken('F-1');
    for (let load = applied; load.status !== 'applied';) {
      const path = `/api/${s.district}/orders/loads/${load.id}/apply`;
      load = (await desk.post<Answered['body']>(path, {})).body.load ?? load;
    }
    expect(await foundOf(applied)).toEqual({});
    const waiting = await taken('F-2');
    await s.pool.query(
      `update order_load set created_at = created_at - interval '8 days' where id = $1`,
      [waiting.id],
    );
    await expireOrders(s.pool, s.tools.now());
    expect(await foundOf(waiting)).toEqual({});
  });
});

describe('a number in a cell for days', () => {
  it('that is no day is given as it stands, and the file is read', async () => {
    const styles = Buffer.from('<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>');
    const number = (value: string): string => `<c s="0"><v>${value}</v></c>`;
    const line = (n: number, value: string): string =>
      `<row r="${n}">${number(value)}${words('路灯坏了')}</row>`;
    const values = ['20260303001234', '2958465', '2958466', '1E+300', '46084'];
    const lines = values.map((value, n) => line(n + 2, value)).join('');
    const book = bareWorkbook(headOf('工单编号', '诉求内容') + lines, {
      more: [{ name: 'xl/styles.xml', bytes: styles }],
    });
    const { status, body } = await upload(book);
    expect(status, body.message).toBe(200);
    expect(body.load.counts).toMatchObject({ added: 4, refused: 1 });
    expect(body.load.reasons[0]).toMatchObject({ rows: [5] });
    const shown = await shownOf(body.load, '工单号');
    expect(shown).toEqual(['20260303001234', '9999-12-31', '2958466', undefined, '2026-03-03']);
  });
});

it('an empty file is refused without the place it lies at', async () => {
  for (const bytes of ['\ufeff', '\ufeff\n\n\n', '\n\n']) {
    const { status, body } = await upload(bytes);
    expect([status, body.message]).toEqual([400, '文件是空的，请检查后重新上传']);
  }
});

describe('the refused rows of a file', () => {
  it('go to whoever uploaded it, and each time is kept', async () => {
    const leader = await s.signIn('shift');
    const { body } = await upload('工单编号,诉求内容,联系电话\n,路灯坏了,13800010000\n');
    const path = `/api/${s.district}/orders/loads/${body.load.id}/refused`;
    const others = await leader.raw(path);
    expect(others.status).toBe(403);
    expect(await others.text()).toContain('只有上传文件的人可以下载');
    const takenOf = async (table: string, id: string): Promise<unknown> =>
      (
        await s.pool.query<{ taken: unknown }>(
          `select refused_taken as taken from ${table} where id = $1`,
          [id],
        )
      ).rows[0]?.taken;
    expect(await takenOf('order_load', body.load.id)).toEqual([]);
    expect(await (await desk.raw(path)).text()).toContain('13800010000');
    await (await desk.raw(path)).text();
    const mine = { personId: s.personId('desk'), at: s.tools.now() };
    expect(await takenOf('order_load', body.load.id)).toEqual([mine, mine]);

    const table = await findingTable([
      ['地点', '检查项目'],
      ['', '地面干净'],
      ['东门', ''],
    ]);
    const { load } = (await findingFiles(s).upload(desk, table)).body;
    const findings = `/api/${s.district}/findingLoads/${load.id}/refused`;
    expect((await leader.raw(findings)).status).toBe(403);
    expect((await desk.raw(findings)).status).toBe(200);
    expect(await takenOf('finding_load', load.id)).toEqual([mine]);
  });
});

it('files that come slowly keep nobody else from having one read', async () => {
  const slow = Array.from({ length: 3 }, () => {
    const coming = request(`${s.origin}/api/${s.district}/orders?sender=12345&name=a.csv`, {
      method: 'POST',
      headers: {
        cookie: desk.cookie,
        'x-csrf': desk.csrf,
        'content-type': 'application/octet-stream',
      },
    });
    coming.on('error', () => undefined);
    coming.write('工单编号,诉求内容\n');
    return coming;
  });
  try {
    await setTimeout(500);
    const { status, body } = await upload('工单编号,诉求内容\nS-1,路灯坏了\n');
    expect(status, body.message).toBe(200);
  } finally {
    for (const coming of slow) coming.destroy();
  }
});
