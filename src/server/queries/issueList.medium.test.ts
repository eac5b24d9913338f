import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { QueryInput } from '../../domain/api.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { Refused } from '../../domain/refused.ts';
import { asking } from '../testing/asking.ts';
import { world, type World } from '../testing/world.ts';
import { issueList } from './issueList.ts';

describe('issueList', () => {
  let w: World;
  const issues: Issue[] = [];
  beforeAll(async () => {
    w = await world();
    const statuses = [
      'accepted',
      'dispatched',
      'claimed',
      'rectified',
      'verifying',
      'passed',
      'closed',
    ] as const;
    for (const status of statuses) {
      issues.push(await w.issue({ status }));
      w.pass(1);
    }
    issues.push(await w.issue({ status: 'dispatched', unit: 'street' }));
    issues.push(await w.issue({ accept: { areaCode: '110199002001', categoryCode: 'P0101' } }));
  });
  afterAll(() => w.drop());

  const ask = async (who: string, input: QueryInput<'issueList'> = {}) =>
    issueList(await asking(w, who), input);
  const ids = async (who: string, input: QueryInput<'issueList'> = {}) =>
    (await ask(who, input)).items.map(({ id }) => id);

  it('shows the newest first, with names and what may be done next', async () => {
    const { items, count, isMore, next } = await ask('desk');
    expect(items.map(({ id }) => id)).toEqual(issues.map(({ id }) => id).reverse());
    expect({ count, isMore, next }).toEqual({ count: 9, isMore: false, next: null });
    const claimed = items.find(({ status }) => status === 'claimed');
    expect(claimed).toMatchObject({
      areaName: '清河街道学府社区',
      unitName: '环卫中心',
      clock: 'rectify',
      isOverdue: false,
      officerName: null,
    });
    expect(claimed?.number).toMatch(/^R1101992026/);
    expect(items.find(({ status }) => status === 'accepted')?.open[0]).toBe('dispatch');
  });

  it('shows a unit its own issues, a grid worker those of the area, an administrator none', async () => {
    expect(await ids('streetHead')).toEqual([issues[7]?.id]);
    expect((await ids('head')).length).toBe(6);
    expect(await ids('communityHead')).toEqual([]);
    expect(await ids('otherGrid')).toEqual([issues[8]?.id]);
    expect((await ids('grid')).length).toBe(8);
    expect(await ids('systemAdmin')).toEqual([]);
    const item = (await ask('head', { status: 'dispatched' })).items[0];
    expect(item?.open[0]).toBe('claim');
  });

  it('filters by status, channel, area, category, unit and day', async () => {
    expect(await ids('desk', { status: 'claimed,closed' })).toEqual([issues[6]?.id, issues[2]?.id]);
    expect(await ids('desk', { channel: 'patrol' })).toEqual([]);
    expect(await ids('desk', { area: '110199002' })).toEqual([issues[8]?.id]);
    expect(await ids('desk', { category: 'P01' })).toEqual([issues[8]?.id]);
    expect(await ids('desk', { unit: w.unitId('street') })).toEqual([issues[7]?.id]);
    expect((await ids('desk', { from: '2026-03-04', to: '2026-03-04' })).length).toBe(9);
    expect(await ids('desk', { from: '2026-03-05' })).toEqual([]);
    await expect(ask('desk', { status: 'nonsense' })).rejects.toThrow(Refused);
    await expect(ask('desk', { from: '2026-02-31' })).rejects.toMatchObject({ status: 400 });
  });

  it('filters by the running clock and sorts by its moment', async () => {
    const due = await ask('desk', { sort: 'due' });
    const moments = due.items.map((item) => item.due ?? '');
    expect(moments).toEqual([...moments].sort());
    expect(due.count).toBe(8);
    const soon = await ask('desk', { clock: 'dueSoon' });
    expect(soon.items.every(({ isOverdue, clock }) => !isOverdue && clock !== null)).toBe(true);
    expect(await ids('desk', { clock: 'overdue' })).toEqual([]);
    const later = { ...(await asking(w, 'desk')), now: '2026-04-04T02:00:00.000Z' };
    expect((await issueList(later, { clock: 'overdue' })).count).toBe(8);
    expect(await ids('desk', { clock: 'held' })).toEqual([]);
    const onTime = await ask('desk', { clock: 'onTime' });
    expect(onTime.count + soon.count).toBe(8);
  });

  it('lists mine by officer, verifier or reporter', async () => {
    const claimed = issues[2] as Issue;
    await w.run('head', 'issue', claimed.id, 'assign', { postId: w.postId('officer') });
    expect(await ids('officer', { mine: '1' })).toEqual([claimed.id]);
    expect((await ids('grid', { mine: '1' })).length).toBe(2);
  });

  it('pages through everything without loss or repeat while rows are added', async () => {
    for (const sort of ['newest', 'due'] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await ask('desk', { limit: 2, sort, cursor });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next ?? undefined;
        pages += 1;
        if (pages === 1 && sort === 'newest') await w.issue();
      } while (cursor);
      expect(pages).toBeGreaterThan(3);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBe(9);
    }
  });

  it('refuses an altered cursor', async () => {
    const { next } = await ask('desk', { limit: 1 });
    const cursors = [
      'x',
      `${next}A`,
      (next ?? '').slice(4),
      Buffer.from('["newest","1",2]').toString('base64url'),
    ];
    for (const cursor of cursors) {
      await expect(ask('desk', { cursor })).rejects.toMatchObject({
        status: 400,
        code: 'badCursor',
      });
    }
    await expect(ask('desk', { cursor: next ?? '', sort: 'due' })).rejects.toMatchObject({
      code: 'badCursor',
    });
  });

  it('finds an exact number with or without its letter, and nothing for signs', async () => {
    const [first] = issues as [Issue];
    expect(await ids('desk', { words: first.number })).toEqual([first.id]);
    expect(await ids('desk', { words: `R${first.number}` })).toEqual([first.id]);
    expect(await ids('streetHead', { words: first.number })).toEqual([]);
    expect(await ids('desk', { words: '%' })).toEqual([]);
    expect(await ids('desk', { words: newId() })).toEqual([]);
  });

  it('keeps a held issue among the pressing ones, by the day its hold ends, and never overdue', async () => {
    const held = await w.issue({ status: 'claimed' });
    const approvalId = newId();
    const hold = { kind: 'short', until: '2026-03-20' };
    await w.run('head', 'approval', approvalId, 'ask', {
      issueId: held.id,
      kind: 'hold',
      reason: '雨季不能施工',
      hold,
    });
    await w.run('leader', 'approval', approvalId, 'grant', {});
    expect((await ids('desk', { sort: 'due' })).at(-1)).toBe(held.id);
    expect(await ids('desk', { clock: 'held' })).toEqual([held.id]);
    w.pass(30 * 24 * 60);
    expect(await ids('desk', { clock: 'overdue' })).not.toContain(held.id);
  });
});
