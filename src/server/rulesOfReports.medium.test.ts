/** Rules of reports and their clocks, each through the real action on a real database. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Issue } from '../domain/issueShape.ts';
import { addMinutes, minutesBetween } from '../domain/moment.ts';
import type { Report } from '../domain/reportShape.ts';
import { systemActor } from './baseSeed.ts';
import { reportClocks } from './queries/reportItem.ts';
import { sweepClocks } from './sweeps.ts';
import { office, officePosts } from './testing/office.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { react, sweepingOn } from './testing/sweeping.ts';
import { world, type World } from './testing/world.ts';

describe('rules of a report', () => {
  let w: World;
  beforeAll(async () => {
    w = await world({
      posts: { ...officePosts, supervisor: { role: 'supervisor' }, assessor: { role: 'assessor' } },
    });
  });
  afterAll(() => w.drop());

  const people = () => office(w);
  const read = (id: string) => w.read<Report>('report', id);
  const act = async (
    who: string,
    id: string,
    action: string,
    input: object = {},
  ): Promise<Report> =>
    (await w.run(who, 'report', id, action, { ...input })).record as unknown as Report;
  const firstOf = async (issueId: string): Promise<Report> => {
    const found = await w.pool.query<{ id: string }>(`select id from report where issue_id = $1`, [
      issueId,
    ]);
    return read(found.rows[0]?.id ?? '');
  };

  describe('the sweep', () => {
    it('reminds of acceptance once, also when a confirmation came back late', async () => {
      const sweeping = sweepingOn(w);
      const { id } = await w.report();
      w.pass(180);
      await sweepClocks(sweeping);
      expect(await read(id)).toMatchObject({ escalatedClock: 'accept', escalateAt: null });
      await act('desk', id, 'confirm');
      const back = await act('desk', id, 'answerConfirm', { result: 'true', words: '属实' });
      expect(back.escalateAt).toBeNull();
      expect(await sweepClocks(sweeping)).toBe(0);
      const late = await w.report();
      await act('desk', late.id, 'confirm');
      w.pass(200);
      await act('desk', late.id, 'answerConfirm', { result: 'true', words: '属实' });
      expect(await sweepClocks(sweeping)).toBe(1);
      expect(await read(late.id)).toMatchObject({ escalatedClock: 'accept', escalateAt: null });
      expect(await sweepClocks(sweeping)).toBe(0);
    });

    it('goes on after a record that fails, and leaves it alone until it changes or ten minutes on', async () => {
      const sweeping = sweepingOn(w);
      const [bad, good] = [await w.report(), await w.report()];
      const owner = new pg.Client(w.config);
      await owner.connect();
      await owner.query(`create function fail() returns trigger language plpgsql as $$
        begin raise exception 'broken' using errcode = '22000'; end $$`);
      await owner.query(
        `create trigger broken before update on report for each row when (new.id = '${bad.id}') execute function fail()`,
      );
      w.pass(180);
      await sweepClocks(sweeping);
      expect((await read(bad.id)).escalatedClock).toBeNull();
      expect((await read(good.id)).escalatedClock).toBe('accept');
      expect(await sweepClocks(sweeping)).toBe(0);
      w.pass(10);
      expect(await sweepClocks(sweeping)).toBe(1);
      await owner.query(`create or replace function fail() returns trigger language plpgsql as $$
        begin raise exception 'full' using errcode = '53100'; end $$`);
      w.pass(10);
      await expect(sweepClocks(sweeping)).rejects.toThrow();
      expect(sweeping.resting.size).toBe(0);
      await owner.query(`drop trigger broken on report`);
      await owner.end();
    });
  });

  describe('an answer', () => {
    it('waits again when the issue is reopened, and opens at the next closing', async () => {
      const issue = await w.issue({ status: 'closed' });
      await react(w);
      const { id } = await firstOf(issue.id);
      expect((await read(id)).isAnswerOpen).toBe(true);
      await people().act('desk', issue.id, 'reopen', { note: '未解决' });
      expect(await refusedBy(act('desk', id, 'answer', { answer: '已办' }))).toMatchObject({
        code: 'notClosed',
      });
      await react(w);
      expect((await read(id)).isAnswerOpen).toBe(false);
      await people().consent(issue.id, 'forceClose');
      await react(w);
      expect((await act('desk', id, 'answer', { answer: '已办' })).status).toBe('answered');
    });

    it('is not opened by a closing that a reopening has overtaken', async () => {
      const issue = await w.issue({ status: 'closed' });
      await people().act('desk', issue.id, 'reopen', { note: '未解决' });
      await react(w);
      const first = await firstOf(issue.id);
      expect(first.isAnswerOpen).toBe(false);
      expect(
        await refusedBy(w.run(systemActor(w.district), 'report', first.id, 'openAnswer')),
      ).toMatchObject({ code: 'notClosed' });
    });
  });

  it('is withdrawn by its reporter, or for them by the desk, and answers them', async () => {
    const own = await w.report({ channel: 'patrol' }, 'grid');
    for (const who of ['supervisor', 'leader'])
      expect(await refusedBy(act(who, own.id, 'withdraw', { reason: '误报' }))).toMatchObject({
        code: 'notYours',
      });
    expect(await act('grid', own.id, 'withdraw', { reason: '误报' })).toMatchObject({
      status: 'withdrawn',
      answer: '已按上报人要求撤回',
      answeredAt: w.now(),
      escalateAt: null,
    });
    const called = await w.report();
    expect((await act('desk', called.id, 'withdraw', { reason: '来电撤诉' })).answeredAt).toBe(
      w.now(),
    );
  });

  describe('joining and leaving', () => {
    it('keeps the answer clock in alarm, and gives no new time', async () => {
      const issue = await w.issue();
      const one = await w.report();
      expect(await act('desk', one.id, 'join', { issueId: issue.id })).toMatchObject({
        escalateAt: one.answerDue,
        acceptDue: one.acceptDue,
      });
      w.pass(60);
      expect(await act('desk', one.id, 'leave', { note: '不是' })).toMatchObject({
        status: 'submitted',
        acceptDue: one.acceptDue,
        escalateAt: one.acceptDue,
        isAnswerOpen: false,
      });
      const confirming = await act('desk', one.id, 'confirm');
      await act('desk', one.id, 'join', { issueId: issue.id });
      expect(await act('desk', one.id, 'leave', { note: '不是' })).toMatchObject({
        status: 'confirming',
        confirmDue: confirming.confirmDue,
        escalateAt: confirming.confirmDue,
      });
    });

    it('reminds of the answer while the issue is still handled', async () => {
      const issue = await w.issue();
      const report = await firstOf(issue.id);
      w.pass(8 * 1440);
      await sweepClocks(sweepingOn(w));
      expect(await read(report.id)).toMatchObject({
        status: 'joined',
        escalatedClock: 'answer',
        escalateAt: null,
      });
    });

    it('is undone only after an undone merge', async () => {
      const [into, one] = [await w.issue(), await w.issue()];
      const report = await firstOf(one.id);
      await people().act('desk', one.id, 'merge', { intoId: into.id, note: '同一处' });
      const refused = await refusedBy(act('desk', report.id, 'leave', { note: '不是' }));
      expect(refused.message).toContain('请先拆分合并的案件');
    });
  });

  it('explains its clocks', async () => {
    const report = await w.report();
    const clocks = reportClocks(report, w.now());
    expect(clocks.map(({ clock }) => clock)).toEqual(['accept', 'answer']);
    expect(clocks[0]?.sentence).toContain('→');
    expect(clocks[0]?.basis).toBe('一般事项的受理时限');
    expect(report.acceptDue).toBe(addMinutes(w.now(), 120));
  });

  describe('joined to a dispatched issue', () => {
    const evening = '2026-06-03T12:00:00.000Z';
    const atEvening = () => w.pass(minutesBetween(w.now(), evening));

    it('makes it run day and night when it came from the hotline or is urgent, not when complex', async () => {
      atEvening();
      const slow = await w.issue({
        status: 'dispatched',
        report: { channel: 'leader', urgency: 'complex' },
      });
      expect(slow.isDayAndNight).toBe(false);
      expect(slow.claimDue).not.toBe(addMinutes(w.now(), 15));
      const plain = await w.report({ channel: 'media' });
      await act('desk', plain.id, 'join', { issueId: slow.id });
      expect((await w.read<Issue>('issue', slow.id)).claimDue).toBe(slow.claimDue);
      const hot = await w.report();
      await act('desk', hot.id, 'join', { issueId: slow.id });
      const dispatchedAt = slow.dispatchedAt ?? '';
      expect(await w.read<Issue>('issue', slow.id)).toMatchObject({
        isDayAndNight: true,
        claimDue: addMinutes(dispatchedAt, 15),
        escalateAt: addMinutes(dispatchedAt, 15),
      });
    });

    it('does so through a merge too', async () => {
      const slow = await w.issue({ status: 'dispatched', report: { channel: 'leader' } });
      const hot = await w.issue({ report: { channel: 'media', urgency: 'danger' } });
      await people().act('desk', hot.id, 'merge', { intoId: slow.id, note: '同一处' });
      expect(await w.read<Issue>('issue', slow.id)).toMatchObject({
        isDayAndNight: true,
        claimDue: addMinutes(slow.dispatchedAt ?? '', 15),
      });
    });
  });

  it('gives each level of the claim clock its own working minutes', async () => {
    w.pass(minutesBetween(w.now(), '2026-06-04T09:40:00.000Z'));
    const issue = await w.issue({ status: 'dispatched', report: { channel: 'leader' } });
    const [duty, head, desk] = issue.claimEscalations;
    expect(duty).toBe(issue.claimDue);
    expect([head, desk]).not.toContain(addMinutes(duty ?? '', 15));
    expect(issue.claimEscalations.map((at) => at.slice(0, 10))).toEqual([
      '2026-06-04',
      '2026-06-05',
      '2026-06-05',
    ]);
    const id = newId();
    await w.run(systemActor(w.district, 'systemAdmin'), 'setting', id, 'add', {
      code: 'escalateHeadMinutes',
      value: 5,
    });
    const odd = await w.issue({ status: 'dispatched' });
    expect(odd.claimEscalations).toEqual([15, 15, 60].map((n) => addMinutes(w.now(), n)));
  });
});
