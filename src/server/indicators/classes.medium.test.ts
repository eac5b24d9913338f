/** A sender's classes over HTTP: loaded by sheet, mapped, reviewed, and read by the import of its orders. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { QueryOutput } from '../../domain/api.ts';
import type { OrderLoadRow } from '../../domain/orderApi.ts';
import type { Report } from '../../domain/reportShape.ts';
import type { SheetDone, SheetLoadRow } from '../../domain/sheetApi.ts';
import { served, type Client, type Served } from '../testing/served.ts';

const trial = '../shared/data/hotline_messages_cn/a1_taxonomy.csv';

let s: Served;
let admin: Client;
let supervisor: Client;
let desk: Client;
beforeAll(async () => {
  s = await served();
  admin = await s.signIn('systemAdmin');
  supervisor = await s.signIn('supervisor');
  desk = await s.signIn('desk');
});
afterAll(() => s.stop());

const send = async <T>(who: Client, path: string, text: string): Promise<T> => {
  const answer = await who.raw(`/api/${s.district}/${path}`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(text)),
    headers: { 'content-type': 'application/octet-stream' },
  });
  const body = (await answer.json()) as { load: T; message?: string };
  expect(answer.status, body.message).toBe(200);
  return body.load;
};

const classHead = '来源单位代码,一级分类,二级分类,三级分类,四级分类,五级分类,分类说明';
const loadClasses = (...lines: string[]): Promise<SheetLoadRow> =>
  send(
    admin,
    `sheets/orderClass?name=${encodeURIComponent('分类.csv')}`,
    `\ufeff${[classHead, ...lines].join('\r\n')}\r\n`,
  );
const apply = (load: SheetLoadRow) =>
  admin.post<SheetDone & { message: string }>(
    `/api/${s.district}/sheets/loads/${load.id}/apply`,
    {},
  );
const open = async (search: string) =>
  (await supervisor.get<QueryOutput<'catalogOpen'>>(`/api/${s.district}/catalog/open?${search}`))
    .body;

const order = (number: string, words: string) =>
  `${number},2026-03-03 09:15:20,城乡建设,市政管理,${words},${words}有问题，请派人处理`;
const loadOrders = async (...lines: string[]): Promise<OrderLoadRow> => {
  const head = '工单编号,来电时间,一级分类,二级分类,三级分类,诉求内容';
  const load = await send<OrderLoadRow>(
    desk,
    `orders?sender=12345&name=${encodeURIComponent('工单.csv')}`,
    `\ufeff${[head, ...lines].join('\r\n')}\r\n`,
  );
  const { status, body } = await desk.post<{ load: OrderLoadRow; message: string }>(
    `/api/${s.district}/orders/loads/${load.id}/apply`,
    {},
  );
  expect(status, body.message).toBe(200);
  return body.load;
};
const reportOf = async (number: string): Promise<Report> => {
  const { rows } = await s.pool.query<{ id: string }>(
    'select id from report where outside_number = $1',
    [number],
  );
  return s.read<Report>('report', rows[0]?.id ?? '');
};

describe('the indicators of a measuring system', () => {
  it('come by sheet: own editions beside the sample, a changed one over it', async () => {
    const head = '指标编号,名称,测评体系版本,上级编号,测评方法,点位类型,参考小类,出处';
    const load = await send<SheetLoadRow>(
      admin,
      `sheets/indicator?name=${encodeURIComponent('指标.csv')}`,
      `\ufeff${[
        head,
        'Q-1,公共环境整洁,2026区版,,,,,有出处',
        'Q-1-1,道路无垃圾,2026区版,Q-1,实地考察、问卷调查,主次干道,E0112,有出处',
        'Q-1-2,没有上级,2026区版,Q-9,实地考察,,,待核（本产品拟定）',
        'S-EN1,地面干净,实地考察样例,S-EN,实地考察,主次干道,E0112,有出处',
      ].join('\r\n')}\r\n`,
    );
    expect(load.counts).toMatchObject({ added: 3, changed: 1, refused: 0 });
    expect((await apply(load)).status).toBe(200);
    const matrix = async (search: string) =>
      (
        await supervisor.get<QueryOutput<'catalogMatrix'>>(
          `/api/${s.district}/catalog/matrix?${search}`,
        )
      ).body;
    const own = await matrix(`edition=${encodeURIComponent('2026区版')}`);
    expect(own.rows.map(({ code, depth, isLoose }) => [code, depth, isLoose])).toEqual([
      ['Q-1', 0, false],
      ['Q-1-1', 1, false],
      ['Q-1-2', 0, true],
    ]);
    const sample = await matrix('under=S-EN');
    expect(sample.rows[1]).toMatchObject({ name: '地面干净', layer: 'own', isUnvouched: false });
  });
});

describe('the classes of a sender', () => {
  it('come by sheet, once each, and say what is wrong', async () => {
    const load = await loadClasses(
      '12345,城乡建设,市政管理,夜景亮化,,,单灯不亮',
      '12345,城乡建设/市政管理,排水,,,,',
      '12345,城乡建设,市政管理,排水,,,',
      'nobody,城乡建设,,,,,',
      '12345,,市政管理,,,,',
    );
    expect(load.counts).toMatchObject({ refused: 3 });
    const good = await loadClasses(
      '12345,城乡建设,市政管理,夜景亮化,,,单灯不亮',
      '12345,城乡建设/市政管理,排水,,,,',
    );
    expect(good.counts).toMatchObject({ added: 2, refused: 0 });
    expect((await apply(good)).body.eventCount).toBe(2);
    const again = await loadClasses('12345,城乡建设,市政管理,排水,,,');
    expect(again.counts).toMatchObject({ added: 0, same: 1 });
    const { items } = await open('words=夜景亮化');
    expect(items[0]).toMatchObject({
      code: '12345 城乡建设 / 市政管理 / 夜景亮化',
      sub: '市 12345',
      note: '单灯不亮',
    });
  });

  it('decide the 小类 of an imported order once mapped and reviewed; later changes amend nothing', async () => {
    await loadOrders(order('C-1', '夜景亮化'));
    expect(await reportOf('C-1')).toMatchObject({
      outsideClass: '城乡建设 / 市政管理 / 夜景亮化',
      categoryCode: null,
    });
    const id = newId();
    const input = {
      kind: 'class',
      fromCode: '12345 城乡建设 / 市政管理 / 夜景亮化',
      categoryCode: 'P0137',
      basis: 'hand',
    };
    expect((await admin.act('catalogLinks', id, 'propose', input)).status).toBe(200);
    await loadOrders(order('C-2', '夜景亮化'));
    expect((await reportOf('C-2')).categoryCode).toBeNull();
    expect((await admin.act('catalogLinks', id, 'review')).status).toBe(409);
    expect((await supervisor.act('catalogLinks', id, 'review')).status).toBe(200);
    const load = await loadOrders(order('C-1', '夜景亮化'), order('C-3', '夜景亮化'));
    expect(load.counts).toMatchObject({ added: 1, changed: 0, known: 1 });
    expect((await reportOf('C-3')).categoryCode).toBe('P0137');
    expect((await reportOf('C-1')).categoryCode).toBeNull();
    const seen = await desk.get<QueryOutput<'reportView'>>(
      `/api/${s.district}/reports/${(await reportOf('C-1')).id}`,
    );
    expect(seen.body.suggestion?.category?.guesses[0]).toMatchObject({
      code: 'P0137',
      reasons: ['目录对应：城乡建设 / 市政管理 / 夜景亮化'],
    });
  });

  it('follow an order whose class is changed at the sender', async () => {
    await loadOrders(order('C-4', '甲类'));
    const before = await reportOf('C-4');
    const load = await loadOrders(order('C-4', '乙类').replace(/乙类有/, '甲类有'));
    expect([before.outsideClass, load.counts.changed]).toEqual(['城乡建设 / 市政管理 / 甲类', 1]);
    expect((await reportOf('C-4')).outsideClass).toBe('城乡建设 / 市政管理 / 乙类');
  });

  it.skipIf(!existsSync(trial))(
    'of a real city load whole, each with what it is like',
    async () => {
      const lines = readFileSync(trial, 'utf8')
        .replace(/^\ufeff/, '')
        .trim()
        .split(/\r?\n/)
        .slice(1);
      const load = await loadClasses(...lines.map((line) => `12345,${line},,,`));
      expect(load.counts).toMatchObject({ added: 517, refused: 0 });
      expect((await apply(load)).body.eventCount).toBe(517);
      const items: QueryOutput<'catalogOpen'>['items'] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: QueryOutput<'catalogOpen'> = await open(
          `limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        );
        items.push(...page.items);
        cursor = page.next;
      }
      expect(new Set(items.map(({ code }) => code)).size).toBe(items.length);
      const titles = new Set(items.map(({ title }) => title));
      expect(lines.filter((line) => !titles.has(line.split(',').join(' / ')))).toEqual([]);
      const likeOf = (leaf: string) =>
        items.find(({ title }) => title.endsWith(` / ${leaf}`))?.suggestions[0]?.categoryName;
      expect([likeOf('电力供应'), likeOf('园林绿化'), likeOf('语言文字规范')]).toEqual([
        '电力设施',
        '绿地',
        '广告语言文字不规范',
      ]);
    },
  );
});
