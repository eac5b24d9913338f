/** Rules of a case late in its life: appeals, endings, undone merges, verifying by area; on a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Approval } from '../domain/approval.ts';
import type { Assist } from '../domain/assist.ts';
import type { Issue } from '../domain/issueShape.ts';
import { addDays, addMinutes, localDay } from '../domain/moment.ts';
import { systemActor } from './baseSeed.ts';
import { office, officePosts } from './testing/office.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { react } from './testing/sweeping.ts';
import { world, type World } from './testing/world.ts';

describe('rules of a case', () => {
  let w: World;
  beforeAll(async () => {
    w = await world({
      posts: {
        ...officePosts,
        otherGrid: { role: 'gridWorker', area: '110199002' },
        cellGrid: { role: 'gridWorker', area: '110199001001' },
      },
    });
  });
  afterAll(() => w.drop());

  const people = () => office(w);
  const closeLate = async (): Promise<Issue> => {
    const { id } = await w.issue({ status: 'claimed' });
    w.pass(5 * 1440);
    await people().rectify('head', id);
    await people().act('desk', id, 'sendToVerify');
    await people().pass('grid', id);
    return people().act('desk', id, 'close');
  };

  describe('an appeal', () => {
    it('is for what was overdue when rectified', async () => {
      const { id } = await w.issue({ status: 'closed' });
      expect(await refusedBy(people().ask('head', id, 'appeal'))).toMatchObject({
        code: 'notOverdue',
        message: '未超期，无需申诉',
      });
      expect((await people().consent((await closeLate()).id, 'appeal')).isExempt).toBe(true);
    });

    it('is asked once, also when it was denied', async () => {
      const { id } = await closeLate();
      const asked = await people().ask('head', id, 'appeal');
      await w.run('leader', 'approval', asked.id, 'deny', { opinion: '不成立' });
      expect(await refusedBy(people().ask('head', id, 'appeal'))).toMatchObject({
        code: 'appealed',
        message: '每件只能申诉一次',
      });
    });
  });

  describe('rectifying', () => {
    const rectify = async (id: string, more: Record<string, unknown>) =>
      people().act('head', id, 'rectify', {
        words: '已清理',
        photos: [await w.photo('head')],
        ...more,
      });

    it('counts only work of the catalogue', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      const refused = await refusedBy(rectify(id, { works: [{ code: 'bogus', quantity: 1 }] }));
      expect(refused).toMatchObject({ code: 'noWork' });
      expect(refused.message).toContain('目录');
      const works = [{ code: 'garbageWeight', quantity: 1 }];
      expect((await rectify(id, { works })).works).toEqual(works);
    });

    it('took place after the claim and before now', async () => {
      const { id, claimedAt } = await w.issue({ status: 'claimed' });
      w.pass(30);
      for (const deviceAt of [addMinutes(claimedAt ?? '', -1), addMinutes(w.now(), 1)])
        expect(await refusedBy(rectify(id, { deviceAt }))).toMatchObject({ code: 'badDeviceTime' });
      expect((await rectify(id, { deviceAt: claimedAt })).deviceRectifiedAt).toBe(claimedAt);
    });
  });

  describe('an ending by consent', () => {
    it('releases the open assists and denies what can no longer be granted', async () => {
      for (const kind of ['void', 'forceClose']) {
        const { id } = await w.issue({ status: 'claimed' });
        const assistId = newId();
        const help = { issueId: id, unitId: w.unitId('street'), task: '协助' };
        await w.run('desk', 'assist', assistId, 'ask', help);
        const asked = await people().ask('head', id, 'extension');
        await people().consent(id, kind);
        await react(w);
        expect(await w.read<Assist>('assist', assistId)).toMatchObject({
          status: 'released',
          escalateAt: null,
        });
        expect(await w.read<Approval>('approval', asked.id)).toMatchObject({
          status: 'denied',
          escalateAt: null,
        });
        expect(await w.read<Issue>('issue', id)).toMatchObject({
          openAssistCount: 0,
          pendingConsents: [],
        });
      }
    });
  });

  it('goes back to the desk when it is unmerged and its unit is no longer there', async () => {
    const unitId = newId();
    await w.run(systemActor(w.district, 'systemAdmin'), 'unit', unitId, 'add', {
      code: 'gone',
      name: '旧单位',
      kind: 'department',
      parentId: null,
      areaCode: null,
    });
    const [into, one] = [await w.issue(), await w.issue()];
    await people().act('desk', one.id, 'dispatch', { unitId });
    await people().act('desk', one.id, 'merge', { intoId: into.id, note: '同一处' });
    await w.run(systemActor(w.district, 'systemAdmin'), 'unit', unitId, 'retire', {});
    const back = await people().act('desk', one.id, 'unmerge', { note: '不是' });
    expect(back).toMatchObject({ status: 'accepted', unitId: null, rectifyDue: null });
    expect(back.partyUnitIds).toEqual([]);
    expect(back.escalateAt).toBe(back.deskDue);
  });

  describe('verifying with nobody named', () => {
    it('belongs to the street asked', async () => {
      const { id } = await w.issue({ status: 'verifying' });
      await people().act('desk', id, 'sendToVerify', { areaCode: '110199002' });
      expect(await refusedBy(people().pass('grid', id))).toMatchObject({ code: 'notYourArea' });
      expect((await people().pass('otherGrid', id)).status).toBe('passed');
      const own = await w.issue({ status: 'verifying' });
      expect((await people().pass('cellGrid', own.id)).status).toBe('passed');
    });

    it('is told to those who may', async () => {
      const { id } = await w.issue({ status: 'rectified' });
      await react(w);
      await people().act('desk', id, 'sendToVerify');
      await react(w);
      const { rows } = await w.pool.query<{ person_id: string }>(
        `select person_id from notice where record_id = $1 and words like '请到现场复查%'`,
        [id],
      );
      expect(rows.map((row) => row.person_id).sort()).toEqual(
        ['deskAsGrid', 'communityAsGrid', 'grid', 'cellGrid'].map((who) => w.personId(who)).sort(),
      );
    });
  });

  it('is held once, reopened or not', async () => {
    const { id } = await w.issue({ status: 'claimed' });
    const hold = { until: addDays(localDay(w.now()), 10), kind: 'short' };
    await people().consent(id, 'hold', hold);
    await people().act('head', id, 'resume');
    await people().consent(id, 'forceClose');
    await people().act('desk', id, 'reopen', { note: '未解决' });
    await people().act('desk', id, 'dispatch', { unitId: w.unitId('clean') });
    await people().act('head', id, 'claim');
    expect(await refusedBy(people().ask('head', id, 'hold', hold))).toMatchObject({
      code: 'heldBefore',
    });
  });

  it('keeps category, condition and layer in the basis of a moved clock', async () => {
    const issue = await w.issue({ status: 'claimed' });
    const original = issue.clocks.rectify?.basis ?? '-';
    const extended = await people().consent(issue.id, 'extension');
    expect(extended.clocks.rectify?.basis).toBe(`${original}；第 1 次延期，按原时限顺延一次`);
    await people().rectify('head', issue.id);
    await people().act('desk', issue.id, 'sendToVerify');
    const again = await people().fail('grid', issue.id);
    expect(again.clocks.rectify?.basis).toBe(`${original}；第 2 轮整改`);
  });

  it('has the photos of an assist destroyed with a reason', async () => {
    const { id } = await w.issue({ status: 'claimed' });
    const assistId = newId();
    const help = { issueId: id, unitId: w.unitId('street'), task: '协助' };
    await w.run('desk', 'assist', assistId, 'ask', help);
    const photoId = await w.photo('streetHead');
    const done = { result: '好了', photos: [photoId] };
    await w.run('streetHead', 'assist', assistId, 'finish', done);
    const destroy = { photoId, reason: '拍到人脸' };
    const { event } = await w.run('shift', 'assist', assistId, 'destroyPhoto', destroy);
    expect(await w.tools.store.isShown(w.district, assistId, photoId)).toBe(false);
    const { rows } = await w.pool.query(
      `select 1 from job where kind = 'removePhotoBytes' and event_id = $1`,
      [event.id],
    );
    expect(rows).toHaveLength(1);
  });
});
