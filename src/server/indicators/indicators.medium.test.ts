/** Catalogs: indicators and classes by sheet, links proposed by one and reviewed by another, what reads them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { QueryInput, QueryName, QueryOutput } from '../../domain/api.ts';
import { addMinutes } from '../../domain/moment.ts';
import { report as reportNoun } from '../../domain/report.ts';
import { handlers } from '../queries/handlers.ts';
import { asking } from '../testing/asking.ts';
import { expectReplay } from '../testing/replay.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { world, type World } from '../testing/world.ts';
import { suggestionFor } from '../understanding.ts';

const words = '城乡建设 / 城市建设和市政管理 / 环境卫生';
const classOf = (text: string): string => `12345 ${text}`;

let w: World;
beforeAll(async () => {
  w = await world({
    posts: {
      desk: { role: 'desk' },
      supervisor: { role: 'supervisor' },
      other: { role: 'supervisor' },
      systemAdmin: { role: 'systemAdmin' },
      officer: { role: 'officer', unit: 'clean' },
      grid: { role: 'gridWorker', area: '110199001' },
      head: { role: 'unitHead', unit: 'clean' },
    },
  });
});
afterAll(() => w.drop());

async function ask<Q extends QueryName>(
  who: string,
  name: Q,
  input: QueryInput<Q>,
): Promise<QueryOutput<Q>> {
  const context = await asking(w, who);
  const handler = handlers[name] as (
    c: typeof context,
    i: QueryInput<Q>,
  ) => Promise<QueryOutput<Q>>;
  return handler(context, input);
}

const propose = (fromCode: string, categoryCode: string | null, who = 'supervisor', more = {}) => {
  const id = newId();
  const input = { kind: 'class', fromCode, categoryCode, basis: 'hand', ...more };
  return { id, done: w.run(who, 'catalogLink', id, 'propose', input) };
};
const link = async (fromCode: string, categoryCode: string | null, more = {}): Promise<string> => {
  const { id, done } = propose(fromCode, categoryCode, 'supervisor', more);
  await done;
  await w.run('other', 'catalogLink', id, 'review', {});
  return id;
};
const order = (more: Record<string, unknown> = {}) =>
  w.report({ senderCode: '12345', outsideNumber: newId(), outsideClass: words, ...more });
const read = async (text: string) => {
  const master = await w.tools.master.of(w.district);
  const told = { ...(await order({ outsideClass: text })) };
  return suggestionFor(master, told, w.now()).category?.guesses[0];
};

describe('links', () => {
  it('are in force only when another person has reviewed them', async () => {
    const { id, done } = propose(classOf(words), 'E0112');
    await done;
    expect((await read(words))?.code).not.toBe('E0112');
    const own = await refusedBy(w.run('supervisor', 'catalogLink', id, 'review', {}));
    expect([own.code, own.message]).toEqual(['ownProposal', '自己提出的对应须由另一人复核']);
    await w.run('other', 'catalogLink', id, 'review', { note: '核对无误' });
    expect(await read(words)).toMatchObject({
      code: 'E0112',
      confidence: 1,
      reasons: [`目录对应：${words}`],
    });
  });

  it('keep one 小类 for a class, the older one to its moment', async () => {
    const text = '环境保护 / 环境污染 / 水污染';
    const first = await link(classOf(text), 'E0101');
    const { id, done } = propose(classOf(text), 'E0112');
    await done;
    const later = addMinutes(w.now(), 60);
    await w.run('other', 'catalogLink', id, 'review', { validFrom: later });
    expect((await read(text))?.code).toBe('E0101');
    const inUse = (await ask('other', 'catalogLinks', { status: 'active', words: '水污染' })).items;
    expect(inUse.map(({ categoryCode }) => categoryCode)).toEqual(['E0101', 'E0112']);
    w.pass(61);
    expect((await read(text))?.code).toBe('E0112');
    const { rows } = await w.pool.query<{ status: string; valid_to: string }>(
      'select status, valid_to from catalog_link where id = $1',
      [first],
    );
    expect(rows).toEqual([{ status: 'retired', valid_to: later }]);
    await w.run('supervisor', 'catalogLink', id, 'retire', { note: '不再使用' });
    expect((await read(text))?.code).not.toBe('E0112');
  });

  it('are refused when there is nothing to link, or it is done', async () => {
    const code = async (done: Promise<unknown>) => (await refusedBy(done)).code;
    expect(await code(propose(classOf('甲'), 'E9999').done)).toBe('noCategory');
    const indicator = { kind: 'indicator' };
    expect(await code(propose('没有', 'E0101', 'supervisor', indicator).done)).toBe('noIndicator');
    expect(await code(propose('S-EN1', null, 'supervisor', indicator).done)).toBe('noCategory');
    const { id, done } = propose(classOf('甲'), 'E0101');
    await done;
    expect(await code(propose(classOf('甲'), 'E0101', 'other').done)).toBe('proposed');
    await w.run('supervisor', 'catalogLink', id, 'decline', { note: '看错了' });
    await link(classOf('甲'), 'E0101');
    expect(await code(propose(classOf('甲'), 'E0101').done)).toBe('linked');
    const early = addMinutes(w.now(), -1);
    const again = propose(classOf('甲'), null);
    await again.done;
    expect(
      await code(w.run('other', 'catalogLink', again.id, 'review', { validFrom: early })),
    ).toBe('tooEarly');
  });

  it('are made by officers of standards only, and read by nobody on the street', async () => {
    for (const who of ['desk', 'officer', 'grid', 'head'])
      expect((await refusedBy(propose(classOf('乙'), 'E0101', who).done)).status).toBe(403);
    for (const who of ['officer', 'grid', 'head'])
      for (const name of ['catalogMatrix', 'catalogOpen', 'catalogLinks'] as const)
        expect((await refusedBy(ask(who, name, {}))).status).toBe(403);
    const id = newId();
    expect((await refusedBy(ask('grid', 'catalogEffect', { id }))).status).toBe(403);
    expect((await refusedBy(ask('desk', 'catalogEffect', { id }))).status).toBe(404);
  });
});

describe('effect', () => {
  it('counts and lists what is open and would be read otherwise, and changes nothing', async () => {
    const text = '交通运输 / 静态交通 / 停车';
    await order({ outsideClass: text });
    await order({ outsideClass: text, categoryCode: 'E0409' });
    const issue = await w.issue({
      report: { senderCode: '12345', outsideNumber: newId(), outsideClass: text },
      accept: { categoryCode: 'E0101' },
    });
    const closed = await w.issue({
      status: 'closed',
      report: { senderCode: '12345', outsideNumber: newId(), outsideClass: text },
    });
    const { id, done } = propose(classOf(text), 'E0409');
    await done;
    const before = await w.pool.query('select category_code, version from report order by id');
    const seen = await ask('other', 'catalogEffect', { id });
    expect(seen.effect).toEqual({ reports: 1, issues: 1, isMore: false });
    expect(seen.issues.map(({ number }) => number)).toEqual([issue.number]);
    expect(seen.issues.map(({ number }) => number)).not.toContain(closed.number);
    const admin = await ask('systemAdmin', 'catalogEffect', { id });
    expect([admin.effect.reports, admin.reports, admin.issues]).toEqual([1, [], []]);
    await w.run('other', 'catalogLink', id, 'review', {});
    const after = await w.pool.query('select category_code, version from report order by id');
    expect(after.rows).toEqual(before.rows);
    const [item] = (await ask('other', 'catalogLinks', { status: 'active', words: '停车' })).items;
    expect(item).toMatchObject({
      fromTitle: `市 12345：${text}`,
      proposerName: 'supervisor某',
      reviewerName: 'other某',
    });
  });
});

describe('what has no link', () => {
  it('comes by how often, with what was decided before and what sounds alike', async () => {
    const often = '城乡建设 / 市政 / 路灯照明';
    for (let n = 0; n < 3; n++)
      await w.issue({
        report: { senderCode: '12345', outsideNumber: newId(), outsideClass: often },
        accept: { categoryCode: 'P0137' },
      });
    await order({ outsideClass: '冷门 / 占道经营' });
    const { items, next } = await ask('supervisor', 'catalogOpen', { limit: 1 });
    expect(items[0]).toMatchObject({ code: classOf(often), count: 3 });
    expect(items[0]?.suggestions[0]).toMatchObject({
      categoryCode: 'P0137',
      basis: 'decisions',
      reason: '最近同类工单立案 3 件，其中 3 件为此类',
    });
    const more = await ask('supervisor', 'catalogOpen', { limit: 1, cursor: next ?? '' });
    expect(more.items[0]?.code).not.toBe(classOf(often));
    const rare = await ask('supervisor', 'catalogOpen', { words: '冷门' });
    expect(rare.items[0]?.suggestions.map(({ categoryName }) => categoryName)).toContain(
      '占道经营',
    );
    const bad = await refusedBy(ask('supervisor', 'catalogOpen', { cursor: 'x' }));
    expect(bad.code).toBe('badCursor');
  });

  it('of indicators offers what the source names; of 小类 says what is missing', async () => {
    const { items } = await ask('supervisor', 'catalogOpen', {
      side: 'indicator',
      words: '小广告',
    });
    expect(items[0]?.suggestions[0]).toMatchObject({ basis: 'standard' });
    const found = await ask('supervisor', 'catalogOpen', { side: 'category', words: 'P0101' });
    expect(found.items[0]?.note).toBe('没有工单分类，没有测评指标');
  });
});

describe('indicators', () => {
  it('stand as a tree of an edition, 待核 until adopted', async () => {
    const matrix = await ask('desk', 'catalogMatrix', { under: 'S-EN' });
    expect(matrix.editions).toEqual(['实地考察样例', '2021版', '2011版']);
    expect(matrix.rows[0]).toMatchObject({ code: 'S-EN', name: '公共环境', isUnvouched: true });
    const [, first] = matrix.rows;
    expect(first).toMatchObject({ code: 'S-EN1', depth: 2, layer: 'base', methods: ['onSite'] });
    expect(matrix.cells).toContainEqual({
      indicator: 'S-EN1',
      category: 'E0112',
      state: 'named',
      linkId: null,
    });
    await w.run('supervisor', 'indicator', newId(), 'adopt', { code: 'S-EN1' });
    const id = await link('S-EN1', 'E0112', { kind: 'indicator', basis: 'standard' });
    const after = await ask('desk', 'catalogMatrix', { under: 'S-EN' });
    expect(after.rows[1]).toMatchObject({ layer: 'own', isUnvouched: false });
    expect(after.cells.find(({ indicator }) => indicator === 'S-EN1')).toMatchObject({
      state: 'active',
      linkId: id,
    });
    const again = await refusedBy(
      w.run('supervisor', 'indicator', newId(), 'adopt', { code: 'S-EN1' }),
    );
    expect(again.code).toBe('ownVersion');
  });

  it('are replayed', async () => {
    await expectReplay(w);
    expect(reportNoun.defaults).toMatchObject({ outsideClass: null });
  });
});
