/** 创城大管家: the feed of a unit, units side by side, and the posts of the groups, on a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { GroupFigures } from '../../domain/groupFigures.ts';
import { groupPost, type GroupPost } from '../../domain/groupPost.ts';
import { addDays, addMinutes, localDay, type Moment } from '../../domain/moment.ts';
import { runDueJobs } from '../jobs.ts';
import { makeLog } from '../log.ts';
import { asking } from '../testing/asking.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { world, type World } from '../testing/world.ts';
import { groupFeed } from './feed.ts';
import { groupPosts } from './postList.ts';
import { sweepGroupPosts, type Posting } from './posts.ts';
import { groupUnits } from './units.ts';

/** Three units, of which the street has a community below it and nobody guides another. */
const options = {
  units: {
    clean: { name: '环卫中心' },
    guide: { name: '城管委' },
    street: { name: '清河街道办事处', kind: 'subdistrict', area: '110199001' },
    community: { name: '学府社区', kind: 'community', parent: 'street', area: '110199001001' },
  },
} as const;

const feedOf = async (w: World, who: string, input: object = {}) =>
  groupFeed(await asking(w, who), input);
const figuresOf = async (w: World, who: string, unit: string): Promise<GroupFigures | undefined> =>
  (await groupUnits(await asking(w, who), {})).units.find(({ unitId }) => unitId === w.unitId(unit))
    ?.figures;

describe('the feed of a unit', () => {
  let w: World;
  beforeAll(async () => {
    w = await world(options);
  });
  afterAll(() => w.drop());

  it('tells what is new, who claimed it, and shows before and after', async () => {
    const issue = await w.issue({
      status: 'dispatched',
      report: { photos: [await w.photo('desk')] },
    });
    const [fresh] = (await feedOf(w, 'head')).items;
    expect(fresh).toMatchObject({
      item: { id: issue.id, status: 'dispatched', categoryCode: 'E0101' },
      claimDue: addMinutes(w.now(), 15),
      claimedAt: null,
      after: [],
    });
    expect(fresh?.item.open).toContain('claim');
    expect(fresh?.before).toHaveLength(1);
    w.pass(4);
    await w.run('head', 'issue', issue.id, 'claim');
    const claimedAt = w.now();
    w.pass(60);
    await w.run('head', 'issue', issue.id, 'rectify', {
      words: '已清理，电话 13812345678',
      photos: [await w.photo('head')],
    });
    const entry = (await feedOf(w, 'desk')).items[0];
    expect(entry).toMatchObject({ claimedAt, rectifiedAt: w.now(), newsAt: w.now() });
    expect(entry?.after).toHaveLength(1);
    const head = (await w.actor('head')).name;
    expect(entry?.steps.map(({ label, who }) => [label, who])).toEqual([
      ['派单', '环卫中心'],
      ['领办', head],
      ['整改完成', head],
    ]);
    expect(JSON.stringify(entry)).not.toContain('13812345678');
  });

  it('shows no photo of a confidential report or a tip-off', async () => {
    for (const more of [{ isConfidential: true }, { kind: 'tipOff' }]) {
      const photos = [await w.photo('desk')];
      const issue = await w.issue({ status: 'dispatched', report: { photos, ...more } });
      const entry = (await feedOf(w, 'head')).items.find(({ item }) => item.id === issue.id);
      expect(entry?.before).toEqual([]);
    }
  });

  it('comes in pages without a gap, the latest news first, by step', async () => {
    for (let n = 0; n < 5; n++) {
      w.pass(1);
      await w.issue({ status: n % 2 ? 'claimed' : 'dispatched' });
    }
    const all = (await feedOf(w, 'head', { limit: 100 })).items;
    const paged = [];
    let cursor: string | undefined;
    do {
      const page = await feedOf(w, 'head', { limit: 2, ...(cursor ? { cursor } : {}) });
      paged.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(paged.map(({ item }) => item.id)).toEqual(all.map(({ item }) => item.id));
    const news = all.map(({ newsAt }) => newsAt);
    expect(news).toEqual([...news].sort().reverse());
    const waiting = (await feedOf(w, 'head', { step: 'new' })).items;
    expect(waiting.map(({ item }) => item.id)).toEqual(
      all.filter(({ item }) => item.status === 'dispatched').map(({ item }) => item.id),
    );
    expect((await refusedBy(feedOf(w, 'head', { cursor: 'x' }))).code).toBe('badCursor');
  });

  it('leaves a matter out once it is sent back', async () => {
    const issue = await w.issue({ status: 'dispatched' });
    await w.run('head', 'issue', issue.id, 'sendBack', { note: '不属本单位' });
    const shown = (await feedOf(w, 'desk', { limit: 100 })).items;
    expect(shown.map(({ item }) => item.id)).not.toContain(issue.id);
  });
});

describe('who sees which group', () => {
  let w: World;
  beforeAll(async () => {
    w = await world(options);
    for (const unit of ['clean', 'street', 'community'])
      await w.issue({ status: 'dispatched', unit });
  });
  afterAll(() => w.drop());

  const seen = async (who: string): Promise<string[]> =>
    (await feedOf(w, who)).items.map(({ item }) => item.unitName ?? '').sort();
  const every = ['学府社区', '清河街道办事处', '环卫中心'].sort();

  it.each([
    ['head', ['环卫中心']],
    ['officer', ['环卫中心']],
    ['streetHead', ['学府社区', '清河街道办事处']],
    ['communityHead', ['学府社区']],
    ['desk', every],
    ['shift', every],
    ['leader', every],
    ['supervisor', every],
    ['securityAdmin', every],
    ['auditAdmin', every],
  ])('%s', async (who, units) => {
    expect(await seen(who)).toEqual([...units].sort());
    const { units: compared } = await groupUnits(await asking(w, who), {});
    expect(compared.map(({ unitName }) => unitName).sort()).toEqual([...units].sort());
  });

  it.each(['grid', 'assessor', 'systemAdmin'])('not %s', async (who) => {
    expect((await refusedBy(feedOf(w, who))).code).toBe('notYourRole');
    expect((await refusedBy(groupUnits(await asking(w, who), {}))).code).toBe('notYourRole');
    expect((await refusedBy(groupPosts(await asking(w, who), {}))).code).toBe('notYourRole');
  });

  it('nobody asks for a unit out of sight', async () => {
    const unit = w.unitId('clean');
    const context = await asking(w, 'streetHead');
    for (const asked of [
      groupFeed(context, { unit }),
      groupUnits(context, { unit }),
      groupPosts(context, { unit }),
    ])
      expect((await refusedBy(asked)).status).toBe(404);
  });

  it('the guiding unit sees what it guides and cannot claim it', async () => {
    await w.run('systemAdmin', 'unit', w.unitId('street'), 'edit', {
      guideUnitId: w.unitId('clean'),
    });
    expect(await seen('head')).toEqual(every);
    const { items } = await feedOf(w, 'head', { unit: w.unitId('street') });
    expect(items.flatMap(({ item }) => item.open)).not.toContain('claim');
  });
});

describe('units side by side', () => {
  let w: World;
  beforeAll(async () => {
    w = await world(options);
  });
  afterAll(() => w.drop());

  it('counts claims in time, late ones and their median', async () => {
    const issues: Awaited<ReturnType<World['issue']>>[] = [];
    for (let n = 0; n < 4; n++) issues.push(await w.issue({ status: 'dispatched' }));
    const claim = (n: number) => w.run('head', 'issue', issues[n]?.id ?? '', 'claim');
    w.pass(4);
    await claim(0);
    w.pass(6);
    await claim(1);
    w.pass(10);
    await claim(2);
    expect(await figuresOf(w, 'desk', 'clean')).toMatchObject({
      dispatched: 4,
      claimed: 3,
      claimDecided: 4,
      claimedInTime: 2,
      claimMinutes: 10,
      open: 4,
      unclaimedLate: 1,
      overdue: 0,
    });
  });

  it('counts a matter of the community for the street too, and once in the total', async () => {
    await w.issue({ status: 'rectified' });
    const issue = await w.issue({ status: 'dispatched', unit: 'community' });
    expect(await figuresOf(w, 'desk', 'community')).toMatchObject({ dispatched: 1, open: 1 });
    expect(await figuresOf(w, 'desk', 'street')).toMatchObject({ dispatched: 1, open: 1 });
    const { total } = await groupUnits(await asking(w, 'desk'), {});
    expect(total).toMatchObject({ dispatched: 6, rectified: 1 });
    expect(issue.unitId).toBe(w.unitId('community'));
  });

  it('counts what should be rectified by the day of its limit, and what was reopened', async () => {
    const { id } = await w.issue({ status: 'closed' });
    const issue = await w.read<{ rectifyDue: Moment }>('issue', id);
    const day = localDay(issue.rectifyDue);
    const late = await w.issue({ status: 'claimed' });
    while (w.now() <= issue.rectifyDue) w.pass(24 * 60);
    const { total } = await groupUnits(await asking(w, 'desk'), { from: day, to: day });
    expect(total.due).toBeGreaterThanOrEqual(2);
    expect(total.rectifiedInTime).toBe(2);
    expect(total.overdue).toBe(total.due - total.rectifiedInTime);
    await w.run('desk', 'issue', id, 'reopen', { note: '没有修好' });
    expect((await figuresOf(w, 'desk', 'clean'))?.reopened).toBe(1);
    expect(late.status).toBe('claimed');
  });

  it('refuses a period that ends before it begins or is too long', async () => {
    const context = await asking(w, 'desk');
    for (const days of [
      { from: '2026-03-02', to: '2026-03-01' },
      { from: '2025-01-01', to: '2026-03-01' },
    ])
      expect((await refusedBy(groupUnits(context, days))).code).toBe('badPeriod');
  });
});

describe('the posts', () => {
  let w: World;
  const posting = (): Posting => ({
    db: w.db,
    pool: w.pool,
    tools: w.tools,
    known: new Set(),
    log: makeLog('silent'),
  });
  const sweep = (): Promise<number> => sweepGroupPosts(posting(), [w.district]);
  const postsSeen = async (who: string, input: object = {}) =>
    (await groupPosts(await asking(w, who), input)).items;
  beforeAll(async () => {
    w = await world(options);
  });
  afterAll(() => w.drop());

  it('are none where nothing happened', async () => {
    expect(await sweep()).toBe(0);
  });

  it('are composed at their hour, for each unit with something to tell and for the district', async () => {
    const issue = await w.issue({ status: 'dispatched' });
    w.pass(5);
    await w.run('head', 'issue', issue.id, 'claim');
    await w.issue({ status: 'dispatched', unit: 'community' });
    expect(await sweep()).toBe(0);
    w.pass(8 * 60);
    // A district that cannot be read stops no other.
    expect(await sweepGroupPosts(posting(), ['none\u0000', w.district])).toBe(4);
    const [own, ...others] = await postsSeen('head');
    expect(others).toEqual([]);
    expect(own).toMatchObject({ kind: 'daily', day: '2026-03-04', unitName: '环卫中心' });
    expect(own?.title).toBe('【每日进展】环卫中心 3月3日18:00至3月4日18:00');
    expect(own?.lines[0]).toBe(
      '新派 1 件，已领办 1 件，及时领办率 100.00%（1/1），领办用时中位数 5 分钟。',
    );
    const [whole] = await postsSeen('desk', { unit: 'district' });
    expect(whole?.figures).toMatchObject({ dispatched: 2, claimed: 1, unclaimedLate: 1 });
    expect(whole?.lines.join()).toContain('超时未领：');
    expect(await postsSeen('communityHead')).toHaveLength(1);
    expect(await postsSeen('streetHead')).toHaveLength(2);
  });

  it('are composed once, however often and by however many it is tried', async () => {
    expect(await Promise.all([sweep(), sweep(), sweep()])).toEqual([0, 0, 0]);
    const post = (await postsSeen('head'))[0] as GroupPost;
    const { unitId, unitName, kind, day, fromAt, untilAt, figures, units } = post;
    const input = { unitId, unitName, kind, day, fromAt, untilAt, figures, units };
    const asSystem = { ...(await w.actor('desk')), role: 'system' as const };
    await expect(w.run(asSystem, groupPost.name, newId(), 'compose', input)).rejects.toMatchObject({
      status: 409,
    });
  });

  it('are caught up after the program was down, with what was open then', async () => {
    w.pass(4 * 24 * 60);
    const { id } = await w.issue({ status: 'dispatched' });
    await w.run('head', 'issue', id, 'claim');
    w.pass(24 * 60);
    await Promise.all([sweep(), sweep()]);
    const posts = await postsSeen('desk', { unit: 'district', limit: 100 });
    const days = posts.filter(({ kind }) => kind === 'daily').map(({ day }) => day);
    expect(days).toEqual([0, 1, 2, 3, 4, 5].map((n) => addDays('2026-03-09', -n)));
    const weekly = posts.find(({ kind }) => kind === 'weekly');
    expect(weekly?.day).toBe('2026-03-09');
    expect(weekly?.title).toBe('【每周小结】测试区 3月2日至3月8日');
    const before = posts.find(({ day }) => day === '2026-03-08');
    expect(before?.figures).toMatchObject({ dispatched: 0, open: 2 });
    expect(posts.find(({ day }) => day === '2026-03-09')?.figures.open).toBe(3);
  });

  it('go to the group of the unit and of the district, once, while they are news', async () => {
    const deliver = () =>
      runDueJobs(
        w.pool,
        { pool: w.pool, tools: w.tools, photoDirectory: '/nowhere' },
        makeLog('silent'),
      );
    while ((await deliver()) > 0);
    const settings = { kind: 'weComRobot', url: 'https://robot.example.cn/send' };
    const robot = async (unitId: string | null): Promise<string> => {
      const id = newId();
      const input = { name: '群机器人', settings, unitId, secret: 'key' };
      await w.run('systemAdmin', 'noticeChannel', id, 'add', input);
      return id;
    };
    const [ofUnit, ofDistrict] = [await robot(w.unitId('clean')), await robot(null)];
    w.pass(24 * 60);
    await sweep();
    while ((await deliver()) > 0);
    await sweep();
    const { rows } = await w.pool.query<{ channel: string; markdown: string }>(
      `select channel_id as channel, content ->> 'markdown' as markdown from notice_message order by 2`,
    );
    const today = localDay(w.now()).slice(8).replace(/^0/, '');
    expect(rows.map(({ channel }) => channel).sort()).toEqual([ofUnit, ofDistrict].sort());
    for (const { markdown } of rows) expect(markdown).toContain(`至3月${today}日18:00`);
    expect(rows.find(({ channel }) => channel === ofUnit)?.markdown).toContain('环卫中心');
    w.pass(3 * 24 * 60);
    await sweep();
    while ((await deliver()) > 0);
    const { rows: later } = await w.pool.query(`select 1 from notice_message`);
    expect(later).toHaveLength(4);
  });

  it('leave a district alone whose life is still being made', async () => {
    w.pass(24 * 60);
    await w.pool.query(
      `insert into simulation (district, began_at, lived_through, wanted_until, issues_a_day, event_count, issue_count)
       values ($1, $2, $2, $3, 1, 0, 0)`,
      [w.district, addMinutes(w.now(), -60), w.now()],
    );
    expect(await sweep()).toBe(0);
  });
});
