/** Provisional deadlines: counted again when the year's notice is loaded, once, with a preview before. */
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import year2026 from '../../seeds/calendar/2026.json';
import type { Assist } from '../domain/assist.ts';
import type { Issue } from '../domain/issueShape.ts';
import { minutesBetween } from '../domain/moment.ts';
import { sweepProvisional } from './provisional.ts';
import { calendarPreview, calendarView } from './queries/calendarView.ts';
import { asking } from './testing/asking.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { expectReplay } from './testing/replay.ts';
import { sweepClocks } from './sweeps.ts';
import { stagedCategory } from './testing/stagedCategory.ts';
import { sweepingOn } from './testing/sweeping.ts';
import { world, type World } from './testing/world.ts';

const notice = {
  ...year2026,
  year: 2027,
  holidays: ['01', '02', '03'].map((day) => ({ day: `2027-01-${day}`, name: '元旦' })),
  makeUpDays: [{ day: '2027-01-09', name: '元旦' }],
};

describe('loading the notice of the next year', () => {
  let w: World;
  let staged: Issue;
  let extended: string;
  let late: string;
  beforeAll(async () => {
    w = await world({ now: '2026-12-30T02:00:00.000Z' });
    await stagedCategory(w);
    staged = await w.issue({ status: 'claimed' });
    extended = (await w.issue({ status: 'claimed' })).id;
    const ask = { issueId: extended, kind: 'extension', reason: '材料未到' };
    const asked = await w.run('head', 'approval', newId(), 'ask', ask);
    await w.run('shift', 'approval', asked.record.id, 'grant', {});
    late = (await w.issue({ status: 'claimed' })).id;
  });
  afterAll(() => w.drop());

  const load = (year: object) =>
    w.run('systemAdmin', 'calendarYear', newId(), 'add', { code: '2027', ...year });
  const preview = async (year = notice) => calendarPreview(await asking(w, 'systemAdmin'), year);
  const sweep = () => sweepProvisional(w.pool, w.tools, new Map());
  const eventCount = async () =>
    (
      await w.pool.query<{ n: number }>(
        `select count(*) as n from event where action = 'recompute'`,
      )
    ).rows[0]?.n;

  it('is refused with its own sentence when it contradicts itself', async () => {
    const both = { ...notice, makeUpDays: [{ day: '2027-01-02', name: '元旦' }] };
    const wrong: [object, string][] = [
      [both, '2027-01-02 不能既放假又调休上班'],
      [{ ...notice, makeUpDays: [{ day: '2027-01-06', name: '元旦' }] }, '本来就上班，不是调休日'],
      [{ ...notice, holidays: [{ day: '2026-01-01', name: '元旦' }] }, '不在 2027 年'],
      [
        { ...notice, holidays: notice.holidays.filter(({ day }) => !day.endsWith('02')) },
        '元旦放假中间缺 2027-01-02（周六），周末也要列入放假',
      ],
    ];
    for (const [year, words] of wrong)
      expect((await refusedBy(load(year))).message).toContain(words);
    expect((await preview(both)).problem).toContain('不能既放假又调休上班');
  });

  it('shows before and after, writes nothing, and is for the administrator', async () => {
    const shown = await preview();
    expect(shown).toMatchObject({ problem: null, isMore: false });
    expect(shown.checked).toBeGreaterThanOrEqual(3);
    expect(shown.settled).toBe(shown.checked);
    const row = shown.rows.find(({ id, clock }) => id === staged.id && clock === '整改');
    expect(row?.before).toBe(staged.rectifyDue);
    expect(row?.after).not.toBe(staged.rectifyDue);
    expect(await eventCount()).toBe(0);
    const other = refusedBy(calendarPreview(await asking(w, 'desk'), notice));
    expect((await other).status).toBe(403);
  });

  it('counts what waited once, as the preview said, and is final then', async () => {
    const view = await calendarView(await asking(w, 'systemAdmin'), { year: 2027 });
    expect([view.isProvisional, view.versions]).toEqual([true, []]);
    const shown = await preview();
    await load(notice);
    w.pass(1);
    expect(await sweep()).toBe(shown.settled);
    expect(await eventCount()).toBe(shown.settled);
    expect([await sweep(), await eventCount()]).toEqual([0, shown.settled]);

    const after = await w.read<Issue>('issue', staged.id);
    const row = shown.rows.find(({ id, clock }) => id === staged.id && clock === '整改');
    expect(after.rectifyDue).toBe(row?.after);
    expect(after.clocks.rectify?.isProvisional).toBe(false);
    expect(after.milestoneDue).toBe(after.milestones[0]?.due);
    expect(after.escalateAt).toBe(after.milestoneDue);

    const again = await w.read<Issue>('issue', extended);
    const twice = await w.issue({ status: 'claimed' });
    expect(again.clocks.rectify?.counted?.legs).toHaveLength(2);
    expect((again.rectifyDue ?? '') > (twice.rectifyDue ?? '')).toBe(true);
    expect((await w.read<Issue>('issue', late)).clocks.rectify?.isProvisional).toBe(false);
    await expectReplay(w);
  });

  it('reminds again of a part that was overdue and is due later now', async () => {
    w.pass(minutesBetween(w.now(), '2027-12-31T09:30:00.000Z'));
    const issue = await w.issue({ status: 'claimed' });
    const made = await w.run('desk', 'assist', newId(), 'ask', {
      issueId: issue.id,
      unitId: w.unitId('street'),
      task: '配合清运',
    });
    const { id } = made.record;
    expect(made.record).toMatchObject({
      due: '2028-01-03T09:30:00.000Z',
      clock: { isProvisional: true },
    });
    w.pass(minutesBetween(w.now(), '2028-01-03T09:31:00.000Z'));
    await sweepClocks(sweepingOn(w));
    expect((await w.read<Assist>('assist', id)).escalateAt).toBeNull();
    await w.run('systemAdmin', 'calendarYear', newId(), 'add', {
      ...notice,
      code: '2028',
      year: 2028,
      holidays: [{ day: '2028-01-03', name: '元旦' }],
      makeUpDays: [],
    });
    w.pass(1);
    await sweep();
    const later = { due: '2028-01-04T09:30:00.000Z', escalateAt: '2028-01-04T09:30:00.000Z' };
    expect(await w.read<Assist>('assist', id)).toMatchObject({
      ...later,
      clock: { isProvisional: false },
    });
    await expectReplay(w);
  });
});
