/** Standards 标准: versions of limits, stages on the way, limits by grade, and 待核 until an officer confirms. */
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { categoryFields, type CategoryFields } from '../domain/category.ts';
import type { Issue } from '../domain/issueShape.ts';
import { addMinutes } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import { remaining } from '../domain/timeLimit.ts';
import { categoryList } from './queries/categoryList.ts';
import { categoryView } from './queries/categoryView.ts';
import { issueList } from './queries/issueList.ts';
import { issueView } from './queries/issueView.ts';
import { settingList } from './queries/settingList.ts';
import { sweepClocks } from './sweeps.ts';
import { asking } from './testing/asking.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { expectReplay } from './testing/replay.ts';
import { stagedCategory } from './testing/stagedCategory.ts';
import { react, sweepingOn } from './testing/sweeping.ts';
import { world, type World } from './testing/world.ts';

const hours = (value: number) => ({ value, unit: 'workHour' as const });

/** The fields of a category in force, to make a new version of. */
async function fieldsOf(w: World, code: string): Promise<CategoryFields> {
  const found = (await w.tools.master.of(w.district)).category(code, w.now());
  if (!found) throw new Error('no such category');
  return { ...categoryFields(found), code } as CategoryFields;
}

describe('versions of a limit', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  it('of the base begin with the first local day of 2024', async () => {
    const master = await w.tools.master.of(w.district);
    const of = (moment: string) => master.category('E0101', moment)?.validFrom;
    expect(of('2023-12-31T15:59:59.999Z')).toBeUndefined();
    expect(of('2023-12-31T16:00:00.000Z')).toBe('2023-12-31T16:00:00.000Z');
    const begins = await w.pool.query(
      `select distinct valid_from from setting where district = $1
       union select valid_from from calendar_year where district = $1
       union select valid_from from clause where district = $1`,
      [baseDistrict],
    );
    expect(begins.rows).toHaveLength(1);
  });

  it('hold for what is accepted while they are in force, each with its derivation', async () => {
    const fields = await fieldsOf(w, 'E0101');
    const conditions = fields.conditions.map((each) => ({ ...each, limit: hours(1) }));
    await w.run('systemAdmin', 'category', newId(), 'add', {
      ...fields,
      conditions,
      validFrom: addMinutes(w.now(), 1440),
    });
    const today = await w.issue({ status: 'dispatched' });
    expect(today.timeLimit).toEqual({ value: 2, unit: 'clockDay' });
    expect(today.clocks.rectify?.basis).toContain('基础标准');
    w.pass(1441);
    const tomorrow = await w.issue({ status: 'dispatched' });
    expect(tomorrow.timeLimit).toEqual(hours(1));
    expect(tomorrow.clocks.rectify?.basis).toContain('本区标准');
    expect(await w.read<Issue>('issue', today.id)).toEqual(today);
    const view = await categoryView(await asking(w, 'systemAdmin'), { code: 'E0101' });
    expect(view.versions.map(({ layer, state, issueCount }) => [layer, state, issueCount])).toEqual(
      [
        ['own', 'inForce', 1],
        ['base', 'overridden', 1],
      ],
    );
    expect(view.versions[0]?.changes).toContainEqual({
      title: '第 1 条时限',
      before: '2紧急工作日',
      after: '1工作时',
    });
    await expectReplay(w);
  });

  it('are refused to begin in the past, twice at once, or with limits that make no sense', async () => {
    const fields = await fieldsOf(w, 'E0102');
    const add = (more: object) =>
      w.run('systemAdmin', 'category', newId(), 'add', { ...fields, ...more });
    expect((await refusedBy(add({ validFrom: addMinutes(w.now(), -1) }))).code).toBe('tooEarly');
    const first = fields.conditions[0];
    const stages = [{ name: '停工', limit: hours(9) }];
    const wrong = add({ conditions: [{ ...first, limit: hours(9), stages }] });
    expect(JSON.stringify((await refusedBy(wrong)).details)).toContain('阶段时限须逐段加长');
    const mixed = add({
      conditions: [{ ...first, stages: [{ name: '停工', limit: hours(1) }] }],
    });
    expect(JSON.stringify((await refusedBy(mixed)).details)).toContain('请统一单位');
    const twice = add({ conditions: [first, first] });
    expect(JSON.stringify((await refusedBy(twice)).details)).toContain('序号不能重复');
    await add({});
    expect((await refusedBy(add({}))).code).toBe('versionExists');
  });

  it('are not retired while open issues would be left without a standard', async () => {
    const fields = await fieldsOf(w, 'E0101');
    const own = newId();
    await w.run('systemAdmin', 'category', own, 'add', {
      ...fields,
      code: 'E0189',
      name: '本区自定类别',
      isExtension: true,
      sourceFlag: 'DESIGN',
    });
    await w.issue({ accept: { categoryCode: 'E0189' } });
    const refused = await refusedBy(w.run('systemAdmin', 'category', own, 'retire', {}));
    expect([refused.code, refused.message]).toEqual([
      'inUse',
      '还有 1 件未结案件属于这个类别，请先办结，或改为修订新版本',
    ]);
    const list = await categoryList(await asking(w, 'systemAdmin'), { layer: 'own' });
    expect(list.items.map(({ code }) => code)).toContain('E0189');
    expect(list.majors.find(({ key }) => key === 'E01')?.freeCode).toBe('E0194');
  });
});

describe('standards from memory', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  it('show 待核 until an officer confirms the district’s own version', async () => {
    const [recalled] = (
      await categoryList(await asking(w, 'systemAdmin'), { pending: '1', layer: 'base' })
    ).items;
    const code = recalled?.code ?? '';
    const before = await w.issue({ status: 'dispatched', accept: { categoryCode: code } });
    expect(before.clocks.rectify?.basis).toContain('标准待核');
    expect((await refusedBy(w.run('desk', 'category', newId(), 'adopt', { code }))).status).toBe(
      403,
    );
    w.pass(1);
    const adopted = await w.run('supervisor', 'category', newId(), 'adopt', { code });
    expect(adopted.record).toMatchObject({ code, vouchedBy: w.personId('supervisor') });
    const again = await refusedBy(w.run('supervisor', 'category', newId(), 'adopt', { code }));
    expect(again.code).toBe('ownVersion');
    const after = await w.issue({ status: 'dispatched', accept: { categoryCode: code } });
    expect(after.clocks.rectify?.basis).not.toContain('待核');
    w.pass(1);
    await w.run('systemAdmin', 'category', adopted.record.id, 'edit', { name: '改名后' });
    const view = await categoryView(await asking(w, 'supervisor'), { code });
    expect(view.versions[0]).toMatchObject({ name: '改名后', isUnvouched: true, state: 'inForce' });
    await w.run('supervisor', 'category', view.versions[0]?.id ?? '', 'vouch', {});
    const done = await categoryView(await asking(w, 'supervisor'), { code });
    expect(done.versions[0]).toMatchObject({ isUnvouched: false, vouchedByName: 'supervisor某' });
    await expectReplay(w);
  });

  it('take the district for their source when a limit is changed, unless another is named', async () => {
    const codes = (await w.tools.master.of(w.district))
      .categoriesAt(w.now())
      .filter(({ sourceFlag }) => sourceFlag === 'RECALLED')
      .map(({ code }) => code);
    const code = codes.at(-1) ?? '';
    const newest = async () =>
      (await categoryView(await asking(w, 'supervisor'), { code })).versions[0];
    const edit = async (input: object) => {
      w.pass(1);
      await w.run('systemAdmin', 'category', (await newest())?.id ?? '', 'edit', { ...input });
      return newest();
    };
    w.pass(1);
    await w.run('supervisor', 'category', newId(), 'adopt', { code });
    expect(await newest()).toMatchObject({ sourceFlag: 'RECALLED', isUnvouched: false });
    expect(await edit({ keywords: ['新词'] })).toMatchObject({ sourceFlag: 'RECALLED' });
    const conditions = ((await newest())?.conditions ?? []).map((each) => ({
      ...each,
      limit: hours(3),
    }));
    const changed = await edit({ conditions, sourceFlag: 'RECALLED' });
    expect(changed).toMatchObject({ sourceFlag: 'DESIGN', isUnvouched: true });
    expect(changed?.changes.map(({ title }) => title)).toContain('来源');
    await w.run('supervisor', 'category', changed?.id ?? '', 'vouch', {});
    expect(await edit({ sourceFlag: 'SOURCED' })).toMatchObject({
      sourceFlag: 'SOURCED',
      isUnvouched: false,
    });
    expect(await edit({ conditions })).toMatchObject({ sourceFlag: 'SOURCED' });
    const [first, ...rest] = conditions;
    const shorter = [{ ...first, limit: hours(2) }, ...rest];
    expect(await edit({ conditions: shorter })).toMatchObject({ sourceFlag: 'DESIGN' });
    await expectReplay(w);
  });

  it('take the district for their source when made over the base with another limit', async () => {
    const fields = await fieldsOf(w, 'E0103');
    expect(fields.sourceFlag).toBe('SOURCED');
    const conditions = fields.conditions.map((each) => ({ ...each, limit: hours(1) }));
    const done = await w.run('systemAdmin', 'category', newId(), 'add', { ...fields, conditions });
    expect(done.record.sourceFlag).toBe('DESIGN');
    const same = await fieldsOf(w, 'E0104');
    const copy = await w.run('systemAdmin', 'category', newId(), 'add', { ...same });
    expect(copy.record.sourceFlag).toBe(same.sourceFlag);
    await expectReplay(w);
  });

  it('are found by words, code and initials', async () => {
    const find = async (words: string) =>
      (await categoryList(await asking(w, 'desk'), { words })).items.map(({ name }) => name);
    expect(await find('暴露生活')).toContain('暴露生活垃圾');
    expect(await find('blshlj')).toContain('暴露生活垃圾');
    expect(await find('e0101')).toEqual(['私搭乱建']);
    const first = await categoryList(await asking(w, 'desk'), { limit: 100 });
    const rest = await categoryList(await asking(w, 'desk'), {
      limit: 100,
      cursor: first.next ?? '',
    });
    expect([first.count, first.items.length, rest.items[0]?.code]).toEqual([
      253,
      100,
      rest.items.map(({ code }) => code).sort()[0],
    ]);
    expect(first.items.map(({ code }) => code)).not.toContain(rest.items[0]?.code);
  });

  it('stand beside settings in words', async () => {
    const { items } = await settingList(await asking(w, 'systemAdmin'), {});
    expect(items.find(({ code }) => code === 'claimMinutes')).toMatchObject({
      text: '15 分钟',
      layer: 'base',
    });
    expect(items.find(({ code }) => code === 'answerLimits')?.text).toContain('7自然日');
  });
});

describe('stages of a limit', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
    await stagedCategory(w);
  });
  afterAll(() => w.drop());

  const reach = async (id: string) =>
    w.run('head', 'issue', id, 'reachMilestone', {
      words: '已停工',
      photos: [await w.photo('head')],
    });
  const due = async (id: string) =>
    (await issueList(await asking(w, 'desk'), {})).items.find((item) => item.id === id)?.due;

  it('are due one after the other, reached with proof, and told when missed', async () => {
    const { id, milestones, rectifyDue } = await w.issue({ status: 'claimed' });
    expect(milestones.map(({ name }) => name)).toEqual(['停工', '处罚']);
    expect(await due(id)).toBe(milestones[0]?.due);
    const view = await issueView(await asking(w, 'head'), { id });
    expect(view.clocks.map(({ clock, isRunning }) => [clock, isRunning])).toEqual([
      ['desk', false],
      ['claim', false],
      ['stage1', true],
      ['stage2', false],
      ['rectify', false],
    ]);
    const noProof = w.run('head', 'issue', id, 'reachMilestone', { words: '已停工', photos: [] });
    expect((await refusedBy(noProof)).code).toBe('noPhoto');

    w.pass(121);
    await sweepClocks(sweepingOn(w));
    await react(w);
    const { rows } = await w.pool.query<{ words: string }>(
      `select words from notice order by at desc`,
    );
    expect(rows.map(({ words }) => words).join()).toContain('阶段“停工”超时');
    await reach(id);
    expect(await due(id)).toBe(milestones[1]?.due);
    expect(await w.read<Issue>('issue', id)).toMatchObject({
      escalationLevel: 0,
      escalateAt: milestones[1]?.due,
    });
    expect(
      (await refusedBy(w.run('head', 'issue', id, 'sendBack', { note: '非本单位' }))).code,
    ).toBe('stageReached');
    await reach(id);
    expect(await due(id)).toBe(rectifyDue);
    expect((await refusedBy(reach(id))).code).toBe('noStage');
    await expectReplay(w);
  });

  it('stand still with the clock, go on with the rest, and end with the rectification', async () => {
    const { id } = await w.issue({ status: 'claimed' });
    const day = '2026-03-20';
    const ask = await w.run('head', 'approval', newId(), 'ask', {
      issueId: id,
      kind: 'hold',
      reason: '等汛期过后施工',
      hold: { until: day, kind: 'short' },
    });
    w.pass(30);
    await w.run('shift', 'approval', ask.record.id, 'grant', {});
    const held = await w.read<Issue>('issue', id);
    const left = held.milestones.map(({ minutesLeft }) => minutesLeft ?? 0);
    expect((await refusedBy(reach(id))).code).toBe('held');
    w.pass(2880);
    await w.run('head', 'issue', id, 'resume', {});
    const { milestones, rectifyDue } = await w.read<Issue>('issue', id);
    expect(milestones.map(({ minutesLeft }) => minutesLeft)).toEqual([null, null]);
    const calendar = (await w.tools.master.of(w.district)).calendar(w.now());
    const again = milestones.map((each) => remaining(w.now(), each.due, 'workHour', calendar));
    expect(again).toEqual(left);
    expect((milestones[1]?.due ?? '') < (rectifyDue ?? '')).toBe(true);
    await w.run('head', 'issue', id, 'rectify', {
      words: '已拆除',
      photos: [await w.photo('head')],
    });
    const done = await w.read<Issue>('issue', id);
    expect(done.milestones.map(({ reachedAt }) => reachedAt)).toEqual([w.now(), w.now()]);
    expect(done.milestoneDue).toBeNull();
    await expectReplay(w);
  });

  it('give way to the limit of the grade of the area, or of the area above', async () => {
    await w.run('systemAdmin', 'area', (await areaOf('110199002')).id, 'edit', { grade: 'A' });
    const { timeLimit, milestones, clocks, grade } = await w.issue({
      status: 'dispatched',
      accept: { areaCode: '110199002001' },
    });
    expect([timeLimit, milestones, grade]).toEqual([hours(1), [], 'A']);
    expect(clocks.rectify?.basis).toContain('A级区域的时限');
  });

  const areaOf = async (code: string) => {
    const found = (await w.tools.master.of(w.district)).areas.get(code);
    if (!found) throw new Error('no such area');
    return found;
  };
});
