/** Areas through real actions: drawing, retiring, re-coding, merging, splitting, and who then sees what. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Area } from '../domain/area.ts';
import { gridPolygons } from '../domain/gridPolygons.ts';
import { Refused } from '../domain/refused.ts';
import type { Polygon } from '../domain/shape.ts';
import { handlers } from './queries/handlers.ts';
import { asking } from './testing/asking.ts';
import { expectReplay } from './testing/replay.ts';
import { bow, sea } from './testing/boundaries.ts';
import { world, type World } from './testing/world.ts';

const street = '110199001';
const community = '110199001001';
const grid = gridPolygons(
  ['110199', street, community, '110199002', '110199002001'],
  [116.3, 40, 116.5, 40.2],
);
const drawn = (code: string): Polygon => grid.get(code)?.polygon ?? [];

let w: World;
beforeEach(async () => {
  w = await world();
});
afterEach(() => w.drop());

const areas = async (): Promise<Map<string, Area>> =>
  (await w.tools.master.of(w.district)).areas as Map<string, Area>;

async function act(code: string, action: string, input: object = {}): Promise<Area> {
  const id = (await areas()).get(code)?.id ?? newId();
  const { record } = await w.run('systemAdmin', 'area', id, action, { ...input });
  return record as unknown as Area;
}

const add = (code: string, name: string, input: object = {}): Promise<Area> =>
  act(code, 'add', { code, name, ...input });

async function refused(doing: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await doing;
  } catch (error) {
    if (error instanceof Refused) {
      const fields = error.details?.fields as { message: string }[] | undefined;
      return { code: error.code, message: fields?.[0]?.message ?? error.message };
    }
    throw error;
  }
  throw new Error('was not refused');
}

const listed = async (who: string, area?: string): Promise<string[]> =>
  (await handlers.reportList(await asking(w, who), area ? { area } : {})).items.map(({ id }) => id);

const inUse = async (): Promise<string[]> =>
  [...(await areas()).values()]
    .filter(({ status }) => status === 'active')
    .map(({ code }) => code)
    .sort();

describe('adding and drawing', () => {
  it('asks for the area above, of this district', async () => {
    expect(await refused(add('110199009001', '无主社区'))).toMatchObject({ code: 'noParent' });
    expect(await refused(add('110198001', '外区街道'))).toMatchObject({ code: 'wrongDistrict' });
    expect((await add('110199001001001', '一号网格', { landUse: '居住' })).level).toBe('cell');
  });

  it('refuses a boundary that crosses itself, lies in the sea, is swapped or outside its street', async () => {
    const swapped = bow.map((rings) =>
      rings.map((ring) => ring.map(([lng, lat]): [number, number] => [lat, lng])),
    );
    const message = async (polygon: Polygon) =>
      (await refused(act(street, 'draw', { polygon }))).message;
    expect(await message(bow)).toContain('自相交');
    expect(await message(sea)).toContain('海上');
    expect(await message(swapped)).toContain('写反');
    await act('110199', 'draw', { polygon: drawn('110199') });
    const far = gridPolygons(['110199'], [117.3, 40, 117.5, 40.2]).get('110199')?.polygon;
    expect(await refused(act(street, 'draw', { polygon: far }))).toMatchObject({ code: 'outside' });
    expect((await act(street, 'draw', { polygon: drawn(street) })).polygon).toEqual(drawn(street));
    await expectReplay(w);
  });
});

describe('the point of a report', () => {
  beforeEach(async () => {
    for (const code of grid.keys()) await act(code, 'draw', { polygon: drawn(code) });
  });
  const place = (code: string) => {
    const [lng = 0, lat = 0] = grid.get(code)?.at(0.5, 0.5) ?? [];
    return { lng, lat };
  };

  it('fills the area when none, the district or one around it is chosen, and stays behind a choice', async () => {
    const at = place('110199002001');
    const area = async (areaCode?: string) => (await w.report({ areaCode, place: at })).areaCode;
    expect(await area(undefined)).toBe('110199002001');
    expect(await area('110199')).toBe('110199002001');
    expect(await area('110199002')).toBe('110199002001');
    expect(await area(community)).toBe(community);
    await expectReplay(w);
  });

  it('is the district where nothing is drawn', async () => {
    expect((await w.report({ areaCode: undefined, place: { lng: 117, lat: 41 } })).areaCode).toBe(
      '110199',
    );
  });

  it('goes into the issue', async () => {
    const issue = await w.issue({
      report: { areaCode: undefined, place: place(community) },
      accept: { areaCode: '110199' },
    });
    expect(issue.areaCode).toBe(community);
    await expectReplay(w);
  });
});

describe('retiring', () => {
  it('says what is in use and what to do', async () => {
    await w.issue();
    const { code, message } = await refused(act(street, 'retire'));
    expect(code).toBe('inUse');
    expect(message).toContain('1 个下级区域、1 个岗位、2 个单位、1 件未结案件');
    expect(await refused(act(community, 'retire'))).toMatchObject({ code: 'inUse' });
    expect((await act('110199002001', 'retire')).status).toBe('retired');
  });
});

describe('re-coding', () => {
  it('moves everything below, keeps the past, and shows it to the same people', async () => {
    await add('110199001001001', '一号网格');
    const before = await w.report({}, 'grid');
    expect((await act(street, 'recode', { code: '110199010' })).status).toBe('retired');
    expect(await inUse()).toEqual(
      [
        '110199',
        '110199002',
        '110199002001',
        '110199010',
        '110199010001',
        '110199010001001',
      ].sort(),
    );
    expect((await areas()).get('110199010001001')).toMatchObject({
      name: '一号网格',
      predecessors: ['110199001001001'],
    });
    expect((await areas()).get(street)).toMatchObject({ succeededBy: ['110199010'] });
    const after = await w.report({ channel: 'patrol', areaCode: '110199010001' }, 'otherGrid');
    expect((await w.read<{ areaCode: string }>('report', before.id)).areaCode).toBe(community);
    // The post still stands in the old area, sees both; the filter by the new code finds the old ones.
    expect((await listed('grid')).sort()).toEqual([before.id, after.id].sort());
    expect((await listed('desk', '110199010')).sort()).toEqual([before.id, after.id].sort());
    expect(await listed('desk', '110199010001')).toContain(before.id);
    await expectReplay(w);
  });

  it('counts as in use what is bound to the old code', async () => {
    await w.issue({ status: 'accepted' });
    await act(community, 'recode', { code: '110199001005' });
    expect((await refused(act('110199001005', 'retire'))).message).toContain('1 件未结案件');
    const { id } = (await areas()).get('110199001005') as Area;
    const view = await handlers.areaView(await asking(w, 'desk'), { id });
    expect(view.issueCount).toBe(1);
  });

  it('keeps the leader answerable for the area', async () => {
    const patron = { areaCode: street, name: '赵某', title: '副区长', fromDay: '2026-03-01' };
    await w.run('systemAdmin', 'patron', newId(), 'add', patron);
    const old = await w.issue({ status: 'accepted' });
    await act(street, 'recode', { code: '110199010' });
    const next = await w.issue({ status: 'accepted' });
    expect([old.areaCode, next.areaCode]).toEqual([community, '110199010001']);
    for (const { id } of [old, next]) {
      const view = await handlers.issueView(await asking(w, 'desk'), { id });
      expect(view.patrons.map(({ name }) => name)).toEqual(['赵某']);
    }
    const listedFor = async (area: string) =>
      (await handlers.patronList(await asking(w, 'desk'), { area })).items.length;
    expect([await listedFor('110199010'), await listedFor('110199002')]).toEqual([1, 0]);
  });

  it('takes new matters in under the new code, even when the old one was chosen', async () => {
    const report = await w.report();
    await act(street, 'recode', { code: '110199010' });
    const id = newId();
    const { record } = await w.run('desk', 'issue', id, 'accept', {
      reportId: report.id,
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: report.areaCode,
    });
    expect([report.areaCode, record.areaCode]).toEqual([community, '110199010001']);
    expect((await w.report({ areaCode: community })).areaCode).toBe('110199010001');
    await act('110199002001', 'retire');
    expect(await refused(w.report({ areaCode: '110199002001' }))).toMatchObject({ code: 'noArea' });
    await expectReplay(w);
  });

  it('refuses codes used before, of another length, without an area above, and the district', async () => {
    await act('110199002001', 'retire');
    expect(await refused(act(street, 'recode', { code: '110199002' }))).toMatchObject({
      code: 'codeTaken',
    });
    expect(await refused(act(community, 'recode', { code: '110199002001' }))).toMatchObject({
      code: 'codeTaken',
    });
    expect(await refused(act(community, 'recode', { code: '110199005001' }))).toMatchObject({
      code: 'noParent',
    });
    expect(await refused(act(community, 'recode', { code: '110199005' }))).toMatchObject({
      code: 'wrongLevel',
    });
    expect(await refused(act('110199', 'recode', { code: '110198' }))).toMatchObject({
      code: 'district',
    });
  });
});

describe('merging', () => {
  it('takes the communities along, numbered from 601 where a number is used', async () => {
    await act(street, 'draw', { polygon: drawn(street) });
    await act('110199002', 'draw', { polygon: drawn('110199002') });
    const report = await w.report({}, 'grid');
    await act(street, 'merge', { intoCode: '110199002' });
    expect(await inUse()).toEqual(['110199', '110199002', '110199002001', '110199002601']);
    expect((await areas()).get('110199002')).toMatchObject({ predecessors: [street] });
    expect((await areas()).get('110199002')?.polygon).toHaveLength(2);
    expect(await listed('otherGrid')).toEqual([report.id]);
    await expectReplay(w);
  });

  it('never ends in a circle', async () => {
    await act(street, 'merge', { intoCode: '110199002' });
    expect(await refused(act('110199002', 'merge', { intoCode: street }))).toMatchObject({
      code: 'noArea',
    });
    expect(await refused(act('110199002', 'merge', { intoCode: '110199002' }))).toMatchObject({
      code: 'itself',
    });
    expect(await refused(act('110199002', 'merge', { intoCode: '110199002001' }))).toMatchObject({
      code: 'wrongLevel',
    });
  });

  it('lets one of two opposite mergers win', async () => {
    const both = await Promise.allSettled([
      act(street, 'merge', { intoCode: '110199002' }),
      act('110199002', 'merge', { intoCode: street }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expectReplay(w);
  });
});

describe('splitting', () => {
  it('gives every area below to one part, and both parts see the past', async () => {
    await add('110199001002', '清河社区');
    const report = await w.report({}, 'grid');
    const parts = [
      { code: '110199011', name: '清河东街道', takes: [community] },
      { code: '110199012', name: '清河西街道' },
    ];
    expect(await refused(act(street, 'split', { parts }))).toMatchObject({ code: 'notTaken' });
    const whole = parts.map((part, n) => (n === 1 ? { ...part, takes: ['110199001002'] } : part));
    await act(street, 'split', { parts: whole });
    expect(await inUse()).toEqual([
      '110199',
      '110199002',
      '110199002001',
      '110199011',
      '110199011001',
      '110199012',
      '110199012002',
    ]);
    expect(await listed('desk', '110199012')).toEqual([report.id]);
    expect(await listed('grid')).toEqual([report.id]);
    await expectReplay(w);
  });

  it('refuses a code twice or used before', async () => {
    const parts = (...list: string[]) => ({
      parts: list.map((code) => ({ code, name: '新社区' })),
    });
    const split = (...list: string[]) => refused(act(community, 'split', parts(...list)));
    expect(await split('110199001005', '110199001005')).toMatchObject({ code: 'codeTwice' });
    expect(await split('110199001005', community)).toMatchObject({ code: 'codeTaken' });
    expect(await split('110199001005', '110199002005')).toMatchObject({ code: 'wrongParent' });
  });
});

describe('looking at areas', () => {
  beforeEach(async () => {
    for (const code of grid.keys()) await act(code, 'draw', { polygon: drawn(code) });
  });

  it('lists them with initials, counts below and open issues, also those of a predecessor', async () => {
    await w.issue();
    await act(street, 'recode', { code: '110199010' });
    const { areas: list } = await handlers.areaList(await asking(w, 'desk'), {});
    const found = (code: string) => list.find((item) => item.code === code);
    expect(found('110199010')).toMatchObject({ initials: 'qhjd', areaCount: 1, issueCount: 1 });
    expect(found('110199')).toMatchObject({ areaCount: 4, issueCount: 1, isDrawn: true });
    expect(found(street)).toMatchObject({ status: 'retired', issueCount: 0 });
  });

  it('draws an area with those right below it', async () => {
    const { areas: shapes } = await handlers.areaMap(await asking(w, 'desk'), { code: '110199' });
    expect(shapes.map(({ code }) => code)).toEqual(['110199', street, '110199002']);
  });

  it('names who answers: the area’s own unit, that of one above, else the street’s', async () => {
    const { id } = (await areas()).get(community) as Area;
    const responsible = async () =>
      (await handlers.areaView(await asking(w, 'desk'), { id })).responsible;
    expect(await responsible()).toEqual({
      unitName: '清河街道办事处',
      words: '未指定，属地兜底',
    });
    await act(street, 'edit', { unitId: w.unitId('clean') });
    expect(await responsible()).toMatchObject({ unitName: '环卫中心' });
    await act(community, 'edit', { unitId: w.unitId('community') });
    expect(await responsible()).toMatchObject({ unitName: '学府社区' });
    const merger = { unitId: w.unitId('street'), note: '机构调整' };
    await w.run('systemAdmin', 'unit', w.unitId('community'), 'mergeInto', merger);
    expect(await responsible()).toEqual({
      unitName: '清河街道办事处',
      words: '本区域指定的责任单位',
    });
    expect(await refused(act(community, 'edit', { unitId: newId() }))).toMatchObject({
      code: 'noUnit',
    });
  });

  it('finds the area of a point in any system, and says when there is none', async () => {
    const [lng = 0, lat = 0] = grid.get(community)?.at(0.5, 0.5) ?? [];
    const at = async (input: { lng: number; lat: number; system?: 'gcj02' }) =>
      handlers.areaAt(await asking(w, 'desk'), input);
    expect(await at({ lng, lat })).toMatchObject({ code: community, words: '清河街道学府社区' });
    expect((await at({ lng: lat, lat: lng })).words).toContain('写反');
    expect(await at({ lng: 117.5, lat: 41 })).toMatchObject({ code: null });
    const edge = grid.get(community)?.at(0.0005, 0.5) ?? [0, 0];
    expect((await at({ lng: edge[0], lat: edge[1] })).code).toBe(community);
    expect((await at({ lng: edge[0], lat: edge[1], system: 'gcj02' })).code).not.toBe(community);
  });

  it('gives a phone the boundaries around its person, once', async () => {
    const shapes = async (who: string, version?: string) =>
      handlers.areaShapes(await asking(w, who), version ? { version } : {});
    const first = await shapes('grid');
    expect(first.areas?.map(({ code }) => code)).toEqual([
      street,
      community,
      '110199002',
      '110199002001',
    ]);
    expect((await shapes('grid', first.version)).areas).toBeNull();
    await act(community, 'edit', { name: '学府南社区' });
    expect((await shapes('grid', first.version)).areas).toHaveLength(4);
    expect((await shapes('desk')).areas).toHaveLength(5);
  });

  it('shows nothing to a stranger', async () => {
    for (const ask of [handlers.areaList, handlers.areaShapes])
      await expect(ask(await asking(w, null), {})).rejects.toMatchObject({ code: 'signInFirst' });
  });
});
