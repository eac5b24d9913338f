/** Units as tree, lines and groups; renaming, merging and retiring; deputies and patrons. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { inScope, scopeOf } from '../domain/access.ts';
import type { Assist } from '../domain/assist.ts';
import { issue as issueNoun } from '../domain/issue.ts';
import type { Issue } from '../domain/issueShape.ts';
import type { Post } from '../domain/post.ts';
import type { Roster } from '../domain/roster.ts';
import type { Unit } from '../domain/unit.ts';
import { runDueJobs } from './jobs.ts';
import { makeLog } from './log.ts';
import { perform, type Performing } from './perform.ts';
import { deputyList } from './queries/deputyList.ts';
import { issueList } from './queries/issueList.ts';
import { issueView } from './queries/issueView.ts';
import { postList } from './queries/postList.ts';
import { rosterMonth } from './queries/rosterMonth.ts';
import { unitUse } from './queries/unitList.ts';
import { asking } from './testing/asking.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { expectReplay } from './testing/replay.ts';
import { world, type World } from './testing/world.ts';
import { moveMatters } from './unitMerge.ts';

const runJobs = (w: World) =>
  runDueJobs(
    w.pool,
    { pool: w.pool, tools: w.tools, photoDirectory: '/nonexistent' },
    makeLog('silent'),
  );

describe('units', () => {
  let w: World;
  beforeAll(async () => {
    w = await world({
      units: {
        clean: { name: '环卫中心' },
        green: { name: '园林中心' },
        street: { name: '清河街道办事处', kind: 'subdistrict', area: '110199001' },
        sweepers: { name: '清河环卫所', kind: 'firm', parent: 'street' },
        team: { name: '环卫一队', kind: 'firm', parent: 'clean' },
      },
      posts: {
        desk: { role: 'desk' },
        otherDesk: { role: 'desk' },
        head: { role: 'unitHead', unit: 'clean' },
        officer: { role: 'officer', unit: 'clean' },
        greenHead: { role: 'unitHead', unit: 'green' },
        streetHead: { role: 'unitHead', unit: 'street' },
        sweeperHead: { role: 'unitHead', unit: 'sweepers' },
        grid: { role: 'gridWorker', area: '110199001' },
        leader: { role: 'leader' },
        systemAdmin: { role: 'systemAdmin' },
        securityAdmin: { role: 'securityAdmin' },
      },
    });
  });
  afterAll(() => w.drop());

  const edit = (unit: string, input: Record<string, unknown>) =>
    w.run('systemAdmin', 'unit', w.unitId(unit), 'edit', input);
  const add = async (input: Record<string, unknown>): Promise<string> => {
    const id = newId();
    await w.run('systemAdmin', 'unit', id, 'add', { code: id, ...input });
    return id;
  };

  it('keeps tree and line without cycles', async () => {
    await edit('sweepers', { guideUnitId: w.unitId('clean') });
    expect(await refusedBy(edit('clean', { guideUnitId: w.unitId('sweepers') }))).toMatchObject({
      code: 'itself',
    });
    expect(await refusedBy(edit('clean', { guideUnitId: w.unitId('clean') }))).toMatchObject({
      code: 'itself',
    });
    expect(await refusedBy(edit('clean', { guideUnitId: newId() }))).toMatchObject({
      code: 'noGuide',
    });
    expect(await refusedBy(edit('street', { parentId: w.unitId('sweepers') }))).toMatchObject({
      code: 'itself',
    });
  });

  it('shows the guiding head the issues of the line, and lets them do nothing there', async () => {
    const issue = await w.issue({ status: 'dispatched', unit: 'sweepers' });
    const head = await w.actor('head');
    expect(inScope(issue, scopeOf(head), issueNoun.seen)).toBe(true);
    expect(inScope(issue, scopeOf(await w.actor('officer')), issueNoun.seen)).toBe(false);
    expect(inScope(issue, scopeOf(await w.actor('greenHead')), issueNoun.seen)).toBe(false);
    const list = await issueList(await asking(w, 'head'), {});
    expect(list.items.map(({ id }) => id)).toContain(issue.id);
    const tries = [
      () => w.run('head', 'issue', issue.id, 'claim'),
      () => w.run('head', 'issue', issue.id, 'addNote', { note: '指导意见' }),
      () =>
        w.run('head', 'assist', newId(), 'ask', {
          issueId: issue.id,
          unitId: w.unitId('green'),
          task: '协助',
        }),
    ];
    for (const doing of tries)
      expect(await refusedBy(doing())).toMatchObject({ code: 'notYourUnit' });
    await w.run('sweeperHead', 'issue', issue.id, 'claim');
  });

  it('puts work groups, with lead and members, under headquarters only', async () => {
    const headquarters = await add({ name: '生态环境指挥部', kind: 'headquarters' });
    const group = { name: '扬尘治理组', kind: 'workGroup', leadUnitId: w.unitId('clean') };
    expect(await refusedBy(add(group))).toMatchObject({ code: 'noHeadquarters' });
    expect(await refusedBy(add({ ...group, parentId: w.unitId('street') }))).toMatchObject({
      code: 'noHeadquarters',
    });
    expect(await refusedBy(edit('green', { leadUnitId: w.unitId('clean') }))).toMatchObject({
      code: 'notGroup',
    });
    const members = { parentId: headquarters, memberUnitIds: [newId()] };
    expect(await refusedBy(add({ ...group, ...members }))).toMatchObject({ code: 'noMember' });
    const id = await add({
      ...group,
      parentId: headquarters,
      memberUnitIds: [w.unitId('green'), w.unitId('street')],
    });
    expect(await w.read<Unit>('unit', id)).toMatchObject({ leadUnitId: w.unitId('clean') });
    expect(
      await refusedBy(w.run('systemAdmin', 'unit', headquarters, 'edit', { kind: 'office' })),
    ).toMatchObject({ code: 'hasGroups' });
  });

  it('keeps a former name with its last day, and forgets it when it is taken up again', async () => {
    await edit('green', { name: '园林绿化中心' });
    expect((await w.read<Unit>('unit', w.unitId('green'))).aliases).toEqual([
      { name: '园林中心', until: '2026-03-04' },
    ]);
    await edit('green', { name: '园林中心' });
    expect((await w.read<Unit>('unit', w.unitId('green'))).aliases).toEqual([
      { name: '园林绿化中心', until: '2026-03-04' },
    ]);
  });

  it('retires nothing in use, and says how much is', async () => {
    await w.issue({ status: 'dispatched', unit: 'clean' });
    const refused = await refusedBy(w.run('systemAdmin', 'unit', w.unitId('clean'), 'retire'));
    expect(refused.code).toBe('inUse');
    expect(refused.message).toContain('1 件未结案件');
    expect(refused.message).toContain('2 个在岗岗位、1 个下级单位');
    const alone = await add({ name: '无人单位', kind: 'firm' });
    await w.run('systemAdmin', 'unit', alone, 'retire');
    expect((await w.read<Unit>('unit', alone)).status).toBe('retired');
  });

  it('merges a unit: posts, rosters, units below and open matters go along, closed ones stay', async () => {
    const closed = await w.issue({ status: 'closed' });
    const open = await w.issue({ status: 'claimed' });
    const helped = await w.issue({ status: 'dispatched', unit: 'street' });
    const assistId = newId();
    await w.run('desk', 'assist', assistId, 'ask', {
      issueId: helped.id,
      unitId: w.unitId('clean'),
      task: '协助清运',
    });
    const rosterId = newId();
    await w.run('head', 'roster', rosterId, 'add', {
      unitId: w.unitId('clean'),
      postId: w.postId('officer'),
      weekdays: [1],
      startsAt: '08:00',
      endsAt: '20:00',
    });
    const use = await unitUse(await asking(w, 'systemAdmin'), { id: w.unitId('clean') });
    expect(use.posts).toHaveLength(2);
    expect(use.children).toEqual(['环卫一队']);
    expect(use.linked).toEqual(['扬尘治理组', '清河环卫所']);

    const merge = (unitId: string) =>
      w.run('systemAdmin', 'unit', w.unitId('clean'), 'mergeInto', { unitId, note: '机构改革' });
    for (const into of ['clean', 'team'])
      expect(await refusedBy(merge(w.unitId(into)))).toMatchObject({ code: 'itself' });
    expect(await refusedBy(merge(newId()))).toMatchObject({ code: 'noUnit' });
    const before = await w.tools.master.of(w.district);
    await merge(w.unitId('green'));
    await runJobs(w);

    const green = w.unitId('green');
    expect(await w.read<Unit>('unit', w.unitId('clean'))).toMatchObject({
      status: 'retired',
      mergedInto: green,
    });
    expect((await w.read<Unit>('unit', green)).aliases.map(({ name }) => name)).toContain(
      '环卫中心',
    );
    expect((await w.read<Unit>('unit', w.unitId('team'))).parentId).toBe(green);
    expect((await w.read<Unit>('unit', w.unitId('sweepers'))).guideUnitId).toBe(green);
    expect((await w.read<Post>('post', w.postId('head'))).unitId).toBe(green);
    expect((await w.read<Roster>('roster', rosterId)).unitId).toBe(green);
    const moved = await w.read<Issue>('issue', open.id);
    expect(moved).toMatchObject({ unitId: green, partyUnitIds: [green], status: 'claimed' });
    expect(moved.rectifyDue).toBe(open.rectifyDue);
    expect((await w.read<Assist>('assist', assistId)).unitId).toBe(green);
    expect((await w.read<Issue>('issue', helped.id)).partyUnitIds).toContain(green);
    expect((await w.read<Issue>('issue', closed.id)).unitId).toBe(w.unitId('clean'));
    await w.run('greenHead', 'assist', assistId, 'claim');
    const master = await w.tools.master.of(w.district);
    expect(master.survivorOf(w.unitId('clean'))).toBe(green);
    expect(await moveMatters(w, w.district, w.unitId('clean'))).toBe(0);

    // Another process that does not know yet cannot dispatch to the merged unit.
    const late = await w.issue({ status: 'accepted' });
    const unaware: Performing = {
      ...w.tools,
      master: {
        of: () => Promise.resolve(before),
        forget: () => undefined,
        forgetAll: () => undefined,
      },
    };
    const dispatching = perform(unaware, await w.actor('desk'), {
      noun: 'issue',
      id: late.id,
      action: 'dispatch',
      input: { unitId: w.unitId('clean') },
      requestId: newId(),
    });
    expect((await refusedBy(dispatching)).code).toBe('contended');
    expect(await w.read<Issue>('issue', late.id)).toMatchObject({ status: 'accepted' });
    expect(await refusedBy(merge(w.unitId('street')))).toMatchObject({ code: 'wrongStatus' });
  });

  it('refuses a merge after which two units would guide each other', async () => {
    const upper = await add({ name: '甲局', kind: 'department' });
    const lower = await add({ name: '乙所', kind: 'firm', guideUnitId: upper });
    const other = await add({ name: '丙所', kind: 'firm', guideUnitId: lower });
    expect(
      await refusedBy(
        w.run('systemAdmin', 'unit', upper, 'mergeInto', { unitId: other, note: '改革' }),
      ),
    ).toMatchObject({ code: 'guideCycle' });
    await w.run('systemAdmin', 'unit', upper, 'mergeInto', { unitId: lower, note: '改革' });
    expect((await w.read<Unit>('unit', lower)).guideUnitId).toBeNull();
  });

  it('lets the security administrator change a post’s title and area, within its rules', async () => {
    const change = (post: string, input: Record<string, unknown>) =>
      w.run('securityAdmin', 'post', w.postId(post), 'edit', input);
    await change('grid', { title: '网格长', areaCode: '110199002' });
    expect(await w.read<Post>('post', w.postId('grid'))).toMatchObject({ areaCode: '110199002' });
    expect(await refusedBy(change('grid', { areaCode: null }))).toMatchObject({ code: 'noArea' });
    expect(await refusedBy(change('desk', { areaCode: '110199099' }))).toMatchObject({
      code: 'noArea',
    });
    await change('grid', { areaCode: '110199001' });
  });

  const stand = (who: string, post: string, deputy: string, fromDay: string, toDay: string) =>
    w.run(who, 'deputy', newId(), 'add', {
      postId: w.postId(post),
      deputyPostId: w.postId(deputy),
      fromDay,
      toDay,
    });

  it('lets a deputy act under the post while it lasts, and tells the deputy', async () => {
    expect(
      await refusedBy(stand('greenHead', 'streetHead', 'greenHead', '2026-03-04', '2026-03-05')),
    ).toMatchObject({ code: 'notYourUnit' });
    expect(
      await refusedBy(stand('systemAdmin', 'streetHead', 'grid', '2026-03-04', '2026-03-05')),
    ).toMatchObject({ code: 'otherLine' });
    expect(
      await refusedBy(stand('systemAdmin', 'desk', 'systemAdmin', '2026-03-04', '2026-03-05')),
    ).toMatchObject({ code: 'administrator' });
    expect(
      await refusedBy(stand('streetHead', 'streetHead', 'sweeperHead', '2026-03-05', '2026-03-04')),
    ).toMatchObject({ code: 'badDays' });
    await stand('streetHead', 'streetHead', 'sweeperHead', '2026-03-04', '2026-03-05');
    expect(
      await refusedBy(stand('streetHead', 'streetHead', 'greenHead', '2026-03-05', '2026-03-09')),
    ).toMatchObject({ code: 'twoDeputies' });

    const issue = await w.issue({ status: 'dispatched', unit: 'street' });
    await runJobs(w);
    const { rows } = await w.pool.query<{ person_id: string }>(
      `select person_id from notice where record_id = $1`,
      [issue.id],
    );
    expect(rows).toEqual([{ person_id: w.personId('sweeperHead') }]);
    const master = await w.tools.master.of(w.district);
    const actor = master.actor(w.personId('sweeperHead'), w.postId('streetHead'), w.now());
    if (!actor) throw new Error('the deputy may not act');
    const { event } = await w.run(actor, 'issue', issue.id, 'claim');
    expect(event.actor).toMatchObject({
      personId: w.personId('sweeperHead'),
      postId: w.postId('streetHead'),
    });
    const posts = await postList(await asking(w, 'securityAdmin'), { words: 'streethead' });
    expect(posts.items[0]).toMatchObject({ deputyName: 'sweeperHead某' });
    const list = await deputyList(await asking(w, 'greenHead'), {});
    expect(list.items).toEqual([]);
    expect((await deputyList(await asking(w, 'streetHead'), {})).items).toHaveLength(1);

    w.pass(2 * 1440);
    expect(
      master.actor(w.personId('sweeperHead'), w.postId('streetHead'), w.now()),
    ).toBeUndefined();
    expect(master.actor(w.personId('streetHead'), w.postId('streetHead'), w.now())).toBeDefined();
  });

  it('rosters single dates in place of the week', async () => {
    const line = (input: Record<string, unknown>) =>
      w.run('greenHead', 'roster', newId(), 'add', {
        unitId: w.unitId('green'),
        postId: w.postId('greenHead'),
        startsAt: '08:00',
        endsAt: '20:00',
        ...input,
      });
    expect(await refusedBy(line({}))).toMatchObject({ code: 'badDays' });
    expect(await refusedBy(line({ weekdays: [1], day: '2026-03-09' }))).toMatchObject({
      code: 'badDays',
    });
    expect(await refusedBy(line({ day: '2026-03-01' }))).toMatchObject({ code: 'badDays' });
    await line({ day: '2026-03-09' });
    const month = await rosterMonth(await asking(w, 'greenHead'), { month: '2026-03' });
    expect(month.mayAdd).toBe(true);
    const on = (day: string) => month.days.find((one) => one.day === day);
    expect(on('2026-03-09')).toMatchObject({ isDated: true, lines: [{ title: 'unitHead' }] });
    expect(on('2026-03-16')).toMatchObject({ isDated: false, lines: [{ title: 'officer' }] });
    expect(on('2026-03-17')?.lines).toEqual([]);
  });

  it('names the leaders of a place on its issues, the nearest first', async () => {
    const patron = (areaCode: string, name: string, more: Record<string, unknown> = {}) =>
      w.run('systemAdmin', 'patron', newId(), 'add', {
        areaCode,
        name,
        title: '副区长',
        fromDay: '2026-03-01',
        ...more,
      });
    await patron('110199001', '赵某', { personId: w.personId('leader') });
    await patron('110199001001', '钱某');
    await patron('110199001001', '孙某', { toDay: '2026-03-02' });
    expect(await refusedBy(patron('110199077', '李某'))).toMatchObject({ code: 'noArea' });
    expect(await refusedBy(patron('110199001', '李某', { toDay: '2026-02-01' }))).toMatchObject({
      code: 'badDays',
    });
    const issue = await w.issue({ status: 'accepted' });
    const view = await issueView(await asking(w, 'desk'), { id: issue.id });
    expect(view.patrons.map(({ name }) => name)).toEqual(['钱某', '赵某']);
  });

  it('replays', async () => {
    await expectReplay(w);
  });
});
