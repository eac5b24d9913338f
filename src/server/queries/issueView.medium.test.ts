import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Issue } from '../../domain/issueShape.ts';
import { sealAll } from '../sealer.ts';
import { asking } from '../testing/asking.ts';
import { world, type World } from '../testing/world.ts';
import { issueView } from './issueView.ts';

describe('issueView', () => {
  let w: World;
  let claimed: Issue;
  beforeAll(async () => {
    w = await world();
    claimed = await w.issue({
      status: 'claimed',
      report: {
        content: '垃圾堆放，请打 13800001111',
        complainantName: '诸葛无名',
        complainantPhone: '13800001111',
      },
    });
  });
  afterAll(() => w.drop());

  const view = async (who: string, id: string) => issueView(await asking(w, who), { id });

  it('tells the unit the whole matter without the complainant', async () => {
    const seen = await view('head', claimed.id);
    expect(seen.item.number).toBe(`R${claimed.number}`);
    expect(seen.condition?.openWhen).toBeTruthy();
    expect(seen.reports).toHaveLength(1);
    expect(seen.actions[0]).toMatchObject({ action: 'rectify', refusal: null });
    expect(seen.actions.find(({ action }) => action === 'claim')?.refusal?.code).toBe(
      'wrongStatus',
    );
    expect(seen.actions.map(({ action }) => action)).not.toContain('extend');
    expect(seen.actions.find(({ noun }) => noun === 'assist')).toMatchObject({
      id: null,
      as: 'issueId',
      refusal: null,
    });
    expect(seen.verifiers).toEqual([]);
    for (const who of ['head', 'desk', 'leader', 'grid']) {
      const text = JSON.stringify(await view(who, claimed.id));
      expect(text).not.toContain('13800001111');
      expect(text).not.toContain('诸葛无名');
    }
  });

  it('explains each clock', async () => {
    const { clocks } = await view('head', claimed.id);
    const rectify = clocks.find(({ clock }) => clock === 'rectify');
    expect(rectify).toMatchObject({ label: '整改', isRunning: true, isOverdue: false });
    expect(rectify?.sentence).toMatch(/^派单 .+ → .+ → /);
    expect(rectify?.basis).toContain('E0101');
    expect(clocks.find(({ clock }) => clock === 'desk')?.isRunning).toBe(false);
  });

  it('names the calendar version a clock was counted by', async () => {
    const issue = await w.issue({ status: 'rectified' });
    const { clocks } = await view('desk', issue.id);
    expect(clocks.find(({ clock }) => clock === 'desk')?.basis).toContain(
      '2026 年基础日历（2024-01-01 版）',
    );
  });

  it('tells the history in sentences, with seal numbers once sealed', async () => {
    const { events } = await view('desk', claimed.id);
    expect(events.map(({ sentence }) => sentence)).toEqual(['受理立案', '派给环卫中心', '领办']);
    expect(events[1]).toMatchObject({ actorName: 'desk某', actorRole: 'desk', sealNumber: null });
    expect(events[2]?.unitName).toBe('环卫中心');
    await sealAll(w.pool);
    expect((await view('desk', claimed.id)).events[0]?.sealNumber).toBeGreaterThan(0);
  });

  it('shows photos of the report and of each step, and a destroyed one as such', async () => {
    const issue = await w.issue({ status: 'passed', report: { photos: [await w.photo('desk')] } });
    const { photos, events } = await view('head', issue.id);
    expect(photos.map(({ action }) => action).sort()).toEqual(['pass', 'rectify', 'submit']);
    expect(events.find(({ action }) => action === 'rectify')?.details).toContainEqual({
      title: '整改后照片',
      value: '1 张照片',
    });
    const photoId = photos.find(({ action }) => action === 'pass')?.id;
    await w.run('shift', 'issue', issue.id, 'destroyPhoto', { photoId, reason: '误传' });
    expect(
      (await view('head', issue.id)).photos.filter(({ isDestroyed }) => isDestroyed),
    ).toHaveLength(1);
  });

  it('offers verifiers to the desk, those who may and are near first', async () => {
    const issue = await w.issue({ status: 'rectified' });
    const { verifiers } = await view('desk', issue.id);
    expect(verifiers.map(({ name }) => name)).toEqual(['grid某', 'assessor某', 'otherGrid某']);
    expect(verifiers[0]).toMatchObject({ areaName: '清河街道', refusal: null });
  });

  it('shows assists and approvals with what each person may do', async () => {
    const issue = await w.issue({ status: 'claimed' });
    await w.run('head', 'assist', newId(), 'ask', {
      issueId: issue.id,
      unitId: w.unitId('street'),
      task: '清运',
    });
    await w.run('head', 'approval', newId(), 'ask', {
      issueId: issue.id,
      kind: 'extension',
      reason: '量大',
    });
    const forStreet = await view('streetHead', issue.id);
    expect(forStreet.assists[0]).toMatchObject({ unitName: '清河街道办事处', task: '清运' });
    expect(forStreet.assists[0]?.actions[0]).toMatchObject({ action: 'claim', refusal: null });
    const forShift = await view('shift', issue.id);
    expect(forShift.approvals[0]).toMatchObject({ askerName: 'head某', deciderName: null });
    expect(
      forShift.approvals[0]?.actions.filter(({ refusal }) => !refusal).map(({ action }) => action),
    ).toEqual(['grant', 'deny']);
    expect(forShift.events.map(({ sentence }) => sentence)).toContain('申请延期，等待审批');
  });

  it('ties merged and recurring issues together', async () => {
    const [one, two] = [await w.issue(), await w.issue()];
    await w.run('desk', 'issue', one.id, 'merge', { intoId: two.id, note: '同一处' });
    expect((await view('desk', one.id)).related).toEqual([
      { id: two.id, number: `R${two.number}`, why: '本案已并入' },
    ]);
    const kept = await view('desk', two.id);
    expect(kept.related[0]?.why).toBe('并入本案');
    expect(kept.reports).toHaveLength(2);
    const place = { place: { lng: 116.35, lat: 40.03 } };
    const closed = await w.issue({ status: 'closed', accept: place });
    w.pass(60);
    const again = await w.issue({ accept: place });
    expect(again.recurrenceOf).toBe(closed.id);
    expect((await view('desk', closed.id)).related).toContainEqual(
      expect.objectContaining({ id: again.id, why: '结案后反弹' }),
    );
    expect((await view('desk', again.id)).related).toContainEqual(
      expect.objectContaining({ id: closed.id, why: '本案由此反弹' }),
    );
  });

  it('shows the photos of those who helped', async () => {
    const issue = await w.issue({ status: 'claimed' });
    const assistId = newId();
    await w.run('desk', 'assist', assistId, 'ask', {
      issueId: issue.id,
      unitId: w.unitId('street'),
      task: '协助清运',
    });
    await w.run('streetHead', 'assist', assistId, 'claim');
    const photo = await w.photo('streetHead');
    await w.run('streetHead', 'assist', assistId, 'finish', { result: '清了', photos: [photo] });
    const { photos } = await view('head', issue.id);
    expect(photos.map(({ id, action }) => [id, action])).toContainEqual([photo, 'finish']);
  });

  it('answers 404 out of scope and for what is not there', async () => {
    for (const who of ['streetHead', 'otherGrid', 'systemAdmin']) {
      await expect(view(who, claimed.id)).rejects.toMatchObject({ status: 404, code: 'notFound' });
    }
    await expect(view('desk', newId())).rejects.toMatchObject({ status: 404 });
  });
});
