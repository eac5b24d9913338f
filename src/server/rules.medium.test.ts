/** The rules of the ledger as its officers know them, each through the real action on a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Approval } from '../domain/approval.ts';
import type { Issue } from '../domain/issueShape.ts';
import { addDays, addMinutes, localDay, minutesBetween } from '../domain/moment.ts';
import { office, officePosts } from './testing/office.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { world, type World } from './testing/world.ts';

describe('rules of an issue', () => {
  let w: World;
  beforeAll(async () => {
    w = await world({ posts: officePosts });
  });
  afterAll(() => w.drop());

  const people = () => office(w);

  describe('verifying', () => {
    it('may be done by the finder who reported it', async () => {
      const found = (
        await w.run('grid', 'report', newId(), 'submit', {
          channel: 'patrol',
          content: '垃圾',
          areaCode: '110199001001',
        })
      ).record;
      const id = newId();
      await people().act('desk', id, 'accept', {
        reportId: found.id,
        categoryCode: 'E0101',
        conditionNo: 1,
        areaCode: '110199001001',
      });
      await people().act('desk', id, 'dispatch', { unitId: w.unitId('clean') });
      await people().act('head', id, 'claim');
      await people().rectify('head', id);
      await people().act('desk', id, 'sendToVerify');
      expect((await people().pass('grid', id)).status).toBe('passed');
    });

    it('is refused to who acted on this attempt under another post', async () => {
      const { id } = await w.issue({ status: 'verifying' });
      expect(await refusedBy(people().pass('deskAsGrid', id))).toMatchObject({ code: 'acted' });
      expect(
        await refusedBy(
          people().act('desk', id, 'sendToVerify', { postId: w.postId('deskAsGrid') }),
        ),
      ).toMatchObject({ code: 'acted' });
    });

    it('is refused to who handles in the unit of the lead, of a helper, or below it', async () => {
      const lead = await w.issue();
      await people().act('desk', lead.id, 'dispatch', { unitId: w.unitId('street') });
      await people().act('streetHead', lead.id, 'claim');
      await people().rectify('streetHead', lead.id);
      await people().act('desk', lead.id, 'sendToVerify');
      expect(await refusedBy(people().pass('communityAsGrid', lead.id))).toMatchObject({
        code: 'ownUnit',
      });
      const helped = await w.issue();
      await people().act('desk', helped.id, 'dispatch', {
        unitId: w.unitId('clean'),
        assistUnitIds: [w.unitId('street')],
      });
      await people().act('head', helped.id, 'claim');
      const { rows } = await w.pool.query<{ id: string }>(
        `select id from assist where issue_id = $1`,
        [helped.id],
      );
      await w.run('streetHead', 'assist', rows[0]?.id ?? '', 'finish', { result: '好了' });
      await people().rectify('head', helped.id);
      expect(
        await refusedBy(
          people().act('desk', helped.id, 'sendToVerify', { postId: w.postId('communityAsGrid') }),
        ),
      ).toMatchObject({ code: 'ownUnit' });
      await people().act('desk', helped.id, 'sendToVerify');
      expect(await refusedBy(people().pass('communityAsGrid', helped.id))).toMatchObject({
        code: 'ownUnit',
      });
    });

    it('is open to a handling post elsewhere, refused to whom it was not given, and never to handlers', async () => {
      const { id } = await w.issue({ status: 'verifying' });
      expect(
        await refusedBy(people().act('desk', id, 'sendToVerify', { postId: w.postId('head') })),
      ).toMatchObject({ code: 'notFinding' });
      await people().act('desk', id, 'sendToVerify', { postId: w.postId('grid') });
      expect(await refusedBy(people().pass('communityAsGrid', id))).toMatchObject({
        code: 'notYourTask',
      });
      await people().act('desk', id, 'sendToVerify');
      expect((await people().pass('communityAsGrid', id)).status).toBe('passed');
    });

    it('needs a new photo, and counts the acting anew after a failure', async () => {
      const { id } = await w.issue({ status: 'verifying' });
      expect(
        await refusedBy(people().act('grid', id, 'pass', { words: '好', photos: [] })),
      ).toMatchObject({
        code: 'noPhoto',
      });
      const failed = await people().fail('grid', id);
      expect(failed).toMatchObject({
        status: 'claimed',
        attempt: 2,
        unitId: w.unitId('clean'),
        actedIds: [],
      });
    });
  });

  describe('sending back', () => {
    const dispatch = (id: string) =>
      people().act('desk', id, 'dispatch', { unitId: w.unitId('clean') });
    const sendBack = (id: string) => people().act('head', id, 'sendBack', { note: '不属本单位' });

    it('is final after two', async () => {
      const { id } = await w.issue({ status: 'dispatched' });
      expect((await sendBack(id)).unitId).toBeNull();
      await dispatch(id);
      expect((await sendBack(id)).returnCount).toBe(2);
      await dispatch(id);
      expect(await refusedBy(sendBack(id))).toMatchObject({ code: 'returnedEnough' });
    });

    it('is refused once an officer is assigned, until that is undone', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      await people().act('head', id, 'assign', { postId: w.postId('officer') });
      expect(await refusedBy(sendBack(id))).toMatchObject({ code: 'assigned' });
      await people().act('head', id, 'unassign');
      expect((await sendBack(id)).status).toBe('accepted');
    });

    it('lets a former helper become the lead, without being both', async () => {
      const { id } = await w.issue();
      await people().act('desk', id, 'dispatch', {
        unitId: w.unitId('clean'),
        assistUnitIds: [w.unitId('street')],
      });
      await sendBack(id);
      const again = await people().act('desk', id, 'dispatch', { unitId: w.unitId('street') });
      expect(again).toMatchObject({
        unitId: w.unitId('street'),
        assistUnitIds: [],
        openAssistCount: 1,
      });
    });
  });

  describe('an extension', () => {
    it('adds the original limit once more, at most twice', async () => {
      const { id, rectifyDue } = await w.issue({ status: 'claimed' });
      const first = await people().consent(id, 'extension');
      expect(minutesBetween(rectifyDue ?? '', first.rectifyDue ?? '')).toBe(2 * 1440);
      expect(first.escalateAt).toBe(first.rectifyDue);
      await people().consent(id, 'extension');
      expect(await refusedBy(people().ask('head', id, 'extension'))).toMatchObject({
        code: 'extendedEnough',
      });
    });

    it('is never given once overdue, and a granted one that has become impossible is refused whole', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      const asked = await people().ask('head', id, 'extension');
      w.pass(3 * 1440);
      expect(await refusedBy(people().ask('head', id, 'extension'))).toMatchObject({
        code: 'overdue',
      });
      expect(await refusedBy(people().grant('leader', asked.id))).toMatchObject({
        code: 'overdue',
      });
      expect(await w.read<Approval>('approval', asked.id)).toEqual(asked);
      expect((await w.read<Issue>('issue', id)).pendingConsents).toEqual(['extension']);
      await w.run('leader', 'approval', asked.id, 'deny', { opinion: '已超期' });
      expect(await w.read<Issue>('issue', id)).toMatchObject({
        pendingConsents: [],
        extensionCount: 0,
      });
    });
  });

  describe('a hold', () => {
    const until = (days: number) => ({ until: addDays(localDay(w.now()), days), kind: 'longTerm' });

    it('stops the clock and gives back what was left', async () => {
      const { id, rectifyDue } = await w.issue({ status: 'claimed' });
      const held = await people().consent(id, 'hold', until(30));
      expect(held).toMatchObject({
        isHeld: true,
        escalateAt: null,
        remainingMinutes: minutesBetween(w.now(), rectifyDue ?? ''),
      });
      expect(await refusedBy(people().rectify('head', id))).toMatchObject({ code: 'held' });
      expect(await refusedBy(people().ask('head', id, 'extension'))).toMatchObject({
        code: 'held',
      });
      w.pass(10 * 1440);
      const back = await people().act('head', id, 'resume');
      expect(back.rectifyDue).toBe(addMinutes(w.now(), held.remainingMinutes ?? 0));
      expect(back).toMatchObject({
        isHeld: false,
        holdUntil: null,
        holdKind: null,
        escalateAt: back.rectifyDue,
      });
      expect(await refusedBy(people().ask('head', id, 'hold', until(30)))).toMatchObject({
        code: 'heldBefore',
      });
    });

    it('lasts until a day after today and within a year', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      for (const days of [-1, 0, 366])
        expect(await refusedBy(people().ask('head', id, 'hold', until(days)))).toMatchObject({
          code: 'badDay',
        });
      expect((await people().ask('head', id, 'hold', until(365))).kind).toBe('hold');
    });

    it('ends with the issue', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      await people().consent(id, 'hold', until(30));
      expect(await people().consent(id, 'void')).toMatchObject({
        status: 'void',
        isHeld: false,
        holdUntil: null,
        holdKind: null,
        rectifyDue: null,
      });
    });
  });

  it('keeps at least half of the limit for rework, and all that was left when it was more', async () => {
    const early = await w.issue({ status: 'verifying' });
    expect((await people().fail('grid', early.id)).rectifyDue).toBe(
      addMinutes(w.now(), early.remainingMinutes ?? 0),
    );
    expect(early.remainingMinutes).toBe(2 * 1440);
    const late = await w.issue({ status: 'claimed' });
    w.pass(4 * 1440);
    await people().rectify('head', late.id);
    await people().act('desk', late.id, 'sendToVerify');
    expect((await people().fail('grid', late.id)).rectifyDue).toBe(addMinutes(w.now(), 1440));
  });

  it('begins a new attempt when it is reopened', async () => {
    const closed = await w.issue({ status: 'closed' });
    const again = await people().act('desk', closed.id, 'reopen', { note: '未解决' });
    expect(again).toMatchObject({
      status: 'accepted',
      attempt: 2,
      unitId: null,
      rectifyDue: null,
      closedAt: null,
      returnCount: 0,
    });
    expect(again.escalateAt).toBe(again.deskDue);
  });
});
