import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Issue } from '../../domain/issueShape.ts';
import { idFrom } from '../idFrom.ts';
import { asking } from '../testing/asking.ts';
import { systemActor } from '../baseSeed.ts';
import { world, type World } from '../testing/world.ts';
import { approvalList } from './approvalList.ts';
import { assistList } from './assistList.ts';
import { callbackList } from './callbacks.ts';
import { directory } from './directory.ts';
import { eventList } from './eventList.ts';
import { handlers } from './handlers.ts';
import { issueList } from './issueList.ts';
import { noticeList, readNotices } from './noticeList.ts';
import { personList } from './personList.ts';
import { reportList } from './reportList.ts';
import { work } from './work.ts';
import { worksSum } from './worksSum.ts';

describe('other queries', () => {
  let w: World;
  let claimed: Issue;
  beforeAll(async () => {
    w = await world();
    const complainant = { complainantName: '诸葛无名', complainantPhone: '13800001111' };
    claimed = await w.issue({ status: 'claimed', report: complainant });
    await w.run('head', 'assist', newId(), 'ask', {
      issueId: claimed.id,
      unitId: w.unitId('street'),
      task: '清运',
    });
    await w.run('head', 'approval', newId(), 'ask', {
      issueId: claimed.id,
      kind: 'extension',
      reason: '量大',
    });
  });
  afterAll(() => w.drop());

  it('lists assists to the units concerned', async () => {
    const ask = async (who: string, status?: string) =>
      assistList(await asking(w, who), { status });
    const { items } = await ask('streetHead', 'asked');
    expect(items[0]).toMatchObject({
      unitName: '清河街道办事处',
      issueNumber: `R${claimed.number}`,
    });
    expect(items[0]?.actions[0]).toMatchObject({ action: 'claim', refusal: null });
    expect((await ask('head')).count).toBe(1);
    expect((await ask('communityHead')).count).toBe(0);
    expect((await ask('streetHead', 'done')).count).toBe(0);
    await expect(ask('streetHead', 'nothing')).rejects.toMatchObject({ status: 400 });
  });

  it('lists approvals with what may be decided', async () => {
    const ask = async (who: string) => approvalList(await asking(w, who), { status: 'asked' });
    const forShift = await ask('shift');
    expect(forShift.items[0]).toMatchObject({ askerName: 'head某', kind: 'extension' });
    expect(forShift.items[0]?.actions.map(({ refusal }) => refusal)).toEqual([null, null]);
    expect((await ask('head')).items[0]?.actions).toEqual([]);
    expect((await ask('streetHead')).count).toBe(0);
    expect((await ask('grid')).count).toBe(0);
  });

  it('counts the work of each role as its lists show it', async () => {
    await w.report();
    const closed = await w.issue({ status: 'closed' });
    const { rows } = await w.pool.query<{ id: string }>(
      `select id from report where district = $1 and issue_id = $2`,
      [w.district, closed.id],
    );
    await w.run(systemActor(w.district), 'report', rows[0]?.id ?? '', 'openAnswer');
    const lists = {
      issues: issueList,
      reports: reportList,
      assists: assistList,
      approvals: approvalList,
      callbacks: callbackList,
    };
    for (const who of [
      'desk',
      'shift',
      'head',
      'officer',
      'streetHead',
      'grid',
      'assessor',
      'leader',
      'supervisor',
    ]) {
      const context = await asking(w, who);
      const mine = await work(context);
      expect(mine.lists.length).toBeGreaterThan(0);
      for (const { page, filter, count } of mine.lists) {
        const input = Object.fromEntries(new URLSearchParams(filter));
        expect(`${who} ${filter} ${(await lists[page](context, input)).count}`).toBe(
          `${who} ${filter} ${count}`,
        );
      }
    }
    const desk = (await work(await asking(w, 'desk'))).lists;
    expect(desk.find(({ label }) => label === '待受理')?.count).toBe(1);
    expect(desk.find(({ label }) => label === '待答复')?.count).toBe(1);
    const head = (await work({ ...(await asking(w, 'head')), now: '2026-05-04T02:00:00.000Z' }))
      .lists;
    expect(head.find(({ label }) => label === '整改中')).toMatchObject({ count: 1, overdue: 1 });
    expect((await work(await asking(w, 'systemAdmin'))).lists).toEqual([]);
  });

  it('keeps notices to their person', async () => {
    for (const [n, who] of ['head', 'head', 'head', 'desk'].entries()) {
      await w.pool.query(
        `insert into notice (district, id, person_id, event_id, noun, record_id, words, at)
         values ($1, $2, $3, $4, 'issue', $5, $6, $7)`,
        [w.district, newId(), w.personId(who), newId(), claimed.id, `消息 ${n}`, w.now()],
      );
    }
    const head = await asking(w, 'head');
    const first = await noticeList(head, { limit: 2 });
    expect(first.count).toBe(3);
    const second = await noticeList(head, { limit: 2, cursor: first.next ?? '' });
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(await readNotices(await asking(w, 'desk'), { ids })).toEqual({ read: 0 });
    expect(await readNotices(head, { ids: ids.slice(0, 2) })).toEqual({ read: 2 });
    expect(await readNotices(head, { ids })).toEqual({ read: 1 });
    expect((await noticeList(head, {})).items.every(({ isRead }) => isRead)).toBe(true);
    expect((await work(head)).unread).toBe(0);
    expect((await work(await asking(w, 'desk'))).unread).toBe(1);
  });

  it('shows histories by scope, of master data to administrators only', async () => {
    const ask = async (who: string, noun: string, id: string) =>
      eventList(await asking(w, who), { noun, id });
    const { events } = await ask('auditAdmin', 'issue', claimed.id);
    expect(events.map(({ action }) => action)).toContain('claim');
    await expect(ask('streetHead', 'issue', newId())).rejects.toMatchObject({ status: 404 });
    await expect(ask('otherGrid', 'issue', claimed.id)).rejects.toMatchObject({ status: 404 });
    await expect(ask('systemAdmin', 'issue', claimed.id)).rejects.toMatchObject({ status: 404 });
    await expect(ask('desk', 'unit', w.unitId('clean'))).rejects.toMatchObject({ status: 403 });
    const unit = await ask('systemAdmin', 'unit', w.unitId('clean'));
    expect(unit.events[0]).toMatchObject({ sentence: '新增单位 环卫中心', actorName: '系统' });
    expect(unit.events[0]?.details).toContainEqual({ title: '单位类型', value: '委办局' });
    const post = await ask('securityAdmin', 'post', w.postId('grid'));
    expect(post.events[0]?.details).toContainEqual({ title: '角色', value: '网格员' });
    expect(post.events[0]?.details).toContainEqual({ title: '人员', value: 'grid某' });
    expect((await ask('securityAdmin', 'person', w.personId('desk'))).events[0]?.action).toBe(
      'add',
    );
    const setting = await ask('auditAdmin', 'setting', idFrom('setting acceptLimits'));
    expect(setting.events[0]?.details[0]?.value).toContain('一般 2紧急工作时');
    await expect(ask('desk', 'nonsense', newId())).rejects.toMatchObject({ code: 'noSuchNoun' });
  });

  it('lists persons to administrators only', async () => {
    const context = await asking(w, 'securityAdmin');
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await personList(context, { limit: 5, cursor });
      seen.push(...page.items.map(({ login }) => login));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen).toEqual([...new Set(seen)]);
    expect(seen.length).toBe(14);
    const { items } = await personList(context, { words: 'GRID' });
    expect(items.map(({ login }) => login).sort()).toEqual(['grid', 'othergrid']);
    expect(items.find(({ login }) => login === 'grid')).toMatchObject({
      posts: ['gridWorker · 清河街道'],
      lockedUntil: null,
    });
    expect(items[0]?.actions.map(({ action }) => action)).toContain('resetPassword');
    for (const who of ['desk', 'head', 'leader', 'grid']) {
      await expect(personList(await asking(w, who), {})).rejects.toMatchObject({ status: 403 });
    }
  });

  it('sums the work quantities in scope between days', async () => {
    const works = [
      { code: 'pilesCleared', quantity: 2.5 },
      { code: 'greenedArea', quantity: 10 },
    ];
    for (let n = 0; n < 2; n += 1) {
      const issue = await w.issue({ status: 'claimed' });
      await w.run('head', 'issue', issue.id, 'rectify', {
        words: '已清理',
        photos: [await w.photo('head')],
        works,
      });
    }
    const ask = async (who: string, input = {}) =>
      (await worksSum(await asking(w, who), input)).rows;
    expect(await ask('desk')).toEqual([
      { code: 'greenedArea', name: '绿化美化', unit: 'm²', quantity: 20, issueCount: 2 },
      { code: 'pilesCleared', name: '清理乱堆乱放', unit: '处', quantity: 5, issueCount: 2 },
    ]);
    expect(await ask('desk', { from: '2026-03-05' })).toEqual([]);
    expect(await ask('desk', { to: '2026-03-04', unit: w.unitId('clean') })).toHaveLength(2);
    expect(await ask('desk', { unit: w.unitId('street') })).toEqual([]);
    expect(await ask('communityHead')).toEqual([]);
  });

  it('gives forms their names', async () => {
    const names = await directory(await asking(w, 'desk'));
    expect(names.district).toEqual({ code: '110199', name: '测试区', isDemo: false });
    expect(names.posts.find(({ personName }) => personName === 'grid某')?.areaName).toBe(
      '清河街道',
    );
    expect(names.categories.find(({ code }) => code === 'E0101')?.conditions[0]?.limit).toMatch(
      /工作|自然/,
    );
    expect(names.works.length).toBeGreaterThan(10);
  });

  it('never tells a unit a complainant, whatever it asks', async () => {
    const context = await asking(w, 'head');
    const { id } = claimed;
    const answers = await Promise.all([
      handlers.directory(context, {}),
      handlers.issueList(context, {}),
      handlers.issueView(context, { id }),
      handlers.reportList(context, {}),
      handlers.approvalList(context, {}),
      handlers.assistList(context, {}),
      handlers.work(context, {}),
      handlers.noticeList(context, {}),
      handlers.eventList(context, { noun: 'issue', id }),
      handlers.worksSum(context, {}),
    ]);
    expect(JSON.stringify(answers)).not.toMatch(/13800001111|诸葛无名|followHash|complainant/);
  });

  it('asks for a sign-in where one is needed', async () => {
    const nobody = await asking(w, null);
    for (const name of [
      'directory',
      'issueList',
      'reportList',
      'work',
      'noticeList',
      'personList',
      'worksSum',
    ] as const) {
      await expect(handlers[name](nobody, {})).rejects.toMatchObject({ status: 401 });
    }
  });
});
