/** Rules between issues, reports, units and people, each through the real action on a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Issue } from '../domain/issueShape.ts';
import { addMinutes, localDay, minutesBetween } from '../domain/moment.ts';
import { systemActor } from './baseSeed.ts';
import { numbersFrom } from './numbers.ts';
import { office, officePosts } from './testing/office.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { world, type World } from './testing/world.ts';

describe('rules of an issue among others', () => {
  let w: World;
  beforeAll(async () => {
    w = await world({ posts: officePosts });
  });
  afterAll(() => w.drop());

  const people = () => office(w);

  describe('merging', () => {
    it('is undone to the status before, with what was left of the clock', async () => {
      const into = await w.issue();
      const one = await w.issue({ status: 'claimed' });
      const merged = await people().act('desk', one.id, 'merge', {
        intoId: into.id,
        note: '同一处',
      });
      expect(merged).toMatchObject({ status: 'void', mergedInto: into.id, escalateAt: null });
      expect(await w.read<Issue>('issue', into.id)).toMatchObject({
        mergedCount: 1,
        reportCount: 2,
      });
      const left = minutesBetween(w.now(), one.rectifyDue ?? '');
      w.pass(500);
      const back = await people().act('desk', one.id, 'unmerge', { note: '不是' });
      expect(back).toMatchObject({
        status: 'claimed',
        mergedInto: null,
        beforeMerge: null,
        rectifyDue: addMinutes(w.now(), left),
      });
      expect(back.escalateAt).toBe(back.rectifyDue);
      expect(await w.read<Issue>('issue', into.id)).toMatchObject({
        mergedCount: 0,
        reportCount: 1,
      });
    });

    it('is final once the other issue is closed', async () => {
      const into = await w.issue({ status: 'passed' });
      const one = await w.issue({ status: 'dispatched' });
      await people().act('desk', one.id, 'merge', { intoId: into.id, note: '同一处' });
      await people().act('desk', into.id, 'close');
      expect(
        await refusedBy(people().act('desk', one.id, 'unmerge', { note: '不是' })),
      ).toMatchObject({
        code: 'wrongStatus',
      });
    });

    it('is refused into itself, into a chain, and with anything undecided', async () => {
      const [a, b] = [await w.issue(), await w.issue({ status: 'claimed' })];
      const merge = (id: string, intoId: string) =>
        people().act('desk', id, 'merge', { intoId, note: '同一处' });
      expect(await refusedBy(merge(a.id, a.id))).toMatchObject({ code: 'itself' });
      await people().ask('head', b.id, 'extension');
      expect(await refusedBy(merge(b.id, a.id))).toMatchObject({ code: 'pending' });
      const c = await w.issue();
      await merge(c.id, a.id);
      expect(await refusedBy(merge(a.id, b.id))).toMatchObject({ code: 'hasMerged' });
      expect(await refusedBy(merge(b.id, c.id))).toMatchObject({
        code: expect.stringMatching(/pending|wrongStatus/) as string,
      });
    });
  });

  describe('secrecy', () => {
    it('keeps apart what is secret and what is not, joined or merged', async () => {
      const open = await w.issue();
      const secret = await w.issue({ report: { isConfidential: true } });
      const [plain, tipOff] = [await w.report(), await w.report({ kind: 'tipOff' })];
      const join = (id: string, issueId: string) =>
        w.run('desk', 'report', id, 'join', { issueId });
      const merge = (id: string, intoId: string) =>
        people().act('desk', id, 'merge', { intoId, note: '同一处' });
      const refused = { code: 'secrecy' };
      expect(await refusedBy(join(plain.id, secret.id))).toMatchObject(refused);
      expect(await refusedBy(join(tipOff.id, open.id))).toMatchObject(refused);
      expect(await refusedBy(merge(open.id, secret.id))).toMatchObject(refused);
      expect(await refusedBy(merge(secret.id, open.id))).toMatchObject(refused);
      const { event } = await join(tipOff.id, secret.id);
      expect(event.facts).toEqual({ secretIssueIds: [secret.id] });
      await merge((await w.issue({ report: { isConfidential: true } })).id, secret.id);
    });
  });

  describe('joining', () => {
    it('is undone, but the last report stays', async () => {
      const issue = await w.issue();
      const [first, more] = [
        await w.pool.query<{ id: string }>(`select id from report where issue_id = $1`, [issue.id]),
        await w.report(),
      ];
      await w.run('desk', 'report', more.id, 'join', { issueId: issue.id });
      expect(
        (await w.run('desk', 'report', more.id, 'leave', { note: '不是' })).record,
      ).toMatchObject({ status: 'submitted', issueId: null });
      const last = () =>
        w.run('desk', 'report', first.rows[0]?.id ?? '', 'leave', { note: '不是' });
      expect(await refusedBy(last())).toMatchObject({ code: 'lastReport' });
    });

    it('never empties an issue into which others were merged', async () => {
      const into = await w.issue();
      const one = await w.issue();
      const more = await w.report();
      await w.run('desk', 'report', more.id, 'join', { issueId: one.id });
      await people().act('desk', one.id, 'merge', { intoId: into.id, note: '同一处' });
      const { rows } = await w.pool.query<{ id: string }>(
        `select id from report where issue_id = $1`,
        [into.id],
      );
      expect(
        await refusedBy(w.run('desk', 'report', rows[0]?.id ?? '', 'leave', { note: '不是' })),
      ).toMatchObject({ code: 'hasMerged' });
    });
  });

  describe('recurrence', () => {
    const closeAt = async (accept: Record<string, unknown>): Promise<Issue> => {
      const { id } = await w.issue({ status: 'passed', report: { address: undefined }, accept });
      return people().act('desk', id, 'close');
    };
    const next = (accept: Record<string, unknown>): Promise<Issue> =>
      w.issue({ report: { address: undefined }, accept });

    it('is the same category at the same site, near the same place or at the same address, within 90 days', async () => {
      const site = newId();
      await w.run('desk', 'site', site, 'add', {
        name: '公园',
        siteType: 'park',
        areaCode: '110199001001',
      });
      const addressed = await closeAt({ address: '反弹路 9 号' });
      const placed = await closeAt({ place: { lng: 116.3, lat: 39.9 } });
      const sited = await closeAt({ siteId: site });
      expect(await next({ address: '反弹路 9 号' })).toMatchObject({
        recurring: true,
        recurrenceOf: addressed.id,
      });
      expect(await next({ place: { lng: 116.3003, lat: 39.9002 } })).toMatchObject({
        recurrenceOf: placed.id,
      });
      expect(await next({ siteId: site })).toMatchObject({ recurrenceOf: sited.id });
      expect(await next({ place: { lng: 116.302, lat: 39.9 } })).toMatchObject({
        recurring: false,
        recurrenceOf: null,
      });
      expect(await next({ address: '反弹路 9 号', categoryCode: 'E0102' })).toMatchObject({
        recurring: false,
      });
      w.pass(91 * 1440);
      expect(await next({ siteId: site })).toMatchObject({ recurring: false });
    });
  });

  describe('the claim clock', () => {
    const claimMinutes = async (
      at: string,
      report: Record<string, unknown>,
      accept: Record<string, unknown> = {},
    ): Promise<number> => {
      w.pass(minutesBetween(w.now(), at));
      const issue = await w.issue({ status: 'dispatched', report, accept });
      return minutesBetween(w.now(), issue.claimDue ?? '');
    };
    const self = { channel: 'leader' };

    it('runs day and night for the hotline and the urgent, else in working hours or by the roster', async () => {
      const night = '2026-09-02T15:00:00.000Z';
      expect(await claimMinutes(night, { channel: 'hotline' })).toBe(15);
      expect(await claimMinutes(night, self, { isUrgent: true })).toBe(15);
      expect(await claimMinutes(night, { ...self, urgency: 'danger' })).toBe(15);
      expect(await claimMinutes(night, self)).toBe(10 * 60 + 15);
      await w.run('head', 'roster', newId(), 'add', {
        unitId: w.unitId('clean'),
        postId: w.postId('officer'),
        weekdays: [3],
        startsAt: '22:00',
        endsAt: '06:00',
      });
      expect(await claimMinutes(night, self)).toBe(15);
      expect(await claimMinutes('2026-09-02T12:00:00.000Z', self)).toBe(2 * 60 + 15);
    });

    it('goes on from the same dispatch when a matter becomes urgent, keeping the levels already told', async () => {
      w.pass(minutesBetween(w.now(), '2026-09-10T02:00:00.000Z'));
      const issue = await w.issue({ status: 'dispatched' });
      w.pass(20);
      const escalate = { clock: 'claim', level: 1, due: issue.claimDue, isLast: true };
      await w.run(systemActor(w.district), 'issue', issue.id, 'escalate', escalate);
      const urgent = await people().act('desk', issue.id, 'markUrgent', {
        isUrgent: true,
        note: '急',
      });
      expect(urgent).toMatchObject({
        claimDue: issue.claimDue,
        escalationLevel: 1,
        escalateAt: addMinutes(issue.claimDue ?? '', 15),
      });
    });

    it('is not escalated any more once somebody has claimed', async () => {
      const issue = await w.issue({ status: 'dispatched' });
      w.pass(20);
      await people().act('head', issue.id, 'claim');
      const system = systemActor(w.district);
      const late = (clock: string) =>
        w.run(system, 'issue', issue.id, 'escalate', {
          clock,
          level: 1,
          due: issue.claimDue,
          isLast: true,
        });
      expect(await refusedBy(late('claim'))).toMatchObject({ code: 'notDue' });
      expect(await refusedBy(late('rectify'))).toMatchObject({ code: 'notDue' });
    });
  });

  it('is not rectified before all assists are done or released', async () => {
    const { id } = await w.issue();
    await people().act('desk', id, 'dispatch', {
      unitId: w.unitId('clean'),
      assistUnitIds: [w.unitId('street')],
    });
    await people().act('head', id, 'claim');
    expect(await refusedBy(people().rectify('head', id))).toMatchObject({ code: 'assistsOpen' });
    const { rows } = await w.pool.query<{ id: string }>(
      `select id from assist where issue_id = $1`,
      [id],
    );
    expect(
      await refusedBy(w.run('head', 'assist', rows[0]?.id ?? '', 'finish', { result: '好' })),
    ).toMatchObject({ status: 404 });
    await w.run('desk', 'assist', rows[0]?.id ?? '', 'release', { note: '不需要' });
    expect(await people().rectify('head', id)).toMatchObject({
      status: 'rectified',
      openAssistCount: 0,
      assistUnitIds: [],
    });
  });

  describe('approvals', () => {
    it('may not be granted by who asked, nor asked twice, nor granted by a role too low', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      const asked = await people().ask('shift', id, 'void');
      expect(await refusedBy(people().grant('shift', asked.id))).toMatchObject({ code: 'ownAsk' });
      expect(await refusedBy(people().ask('shift', id, 'void'))).toMatchObject({ code: 'pending' });
      expect(await refusedBy(people().grant('desk', asked.id))).toMatchObject({ status: 403 });
      const forced = await people().ask('desk', id, 'forceClose');
      expect(await refusedBy(people().grant('shift', forced.id))).toMatchObject({
        code: 'notGranter',
      });
    });

    it('perform what was asked in the same transaction', async () => {
      const { id } = await w.issue({ status: 'dispatched' });
      const { event } = await people().grant(
        'leader',
        (await people().ask('desk', id, 'forceClose')).id,
      );
      expect(await w.read<Issue>('issue', id)).toMatchObject({
        status: 'closed',
        isForced: true,
        escalateAt: null,
        pendingConsents: [],
      });
      const { rows } = await w.pool.query<{ action: string; xmin: string }>(
        `select action, xmin::text from event where id = $1 or cause = $1 order by version`,
        [event.id],
      );
      expect(rows.map((row) => row.action).sort()).toEqual([
        'forceClose',
        'grant',
        'settleConsent',
      ]);
      expect(new Set(rows.map((row) => row.xmin)).size).toBe(1);
    });
  });

  describe('numbers', () => {
    it('are nineteen digits, one each for fifty at once', async () => {
      const reports = await Promise.all(Array.from({ length: 50 }, () => w.report()));
      const done = await Promise.all(
        reports.map(({ id }) =>
          w.run('desk', 'issue', newId(), 'accept', {
            reportId: id,
            categoryCode: 'E0101',
            conditionNo: 1,
            areaCode: '110199001001',
          }),
        ),
      );
      const numbers = done.map(({ record }) => String(record.number));
      expect(new Set(numbers).size).toBe(50);
      for (const number of numbers)
        expect(number).toMatch(
          new RegExp(`^${w.district}${localDay(w.now()).replaceAll('-', '')}\\d{5}$`),
        );
    });

    it('end at 99,999 a day, with a reason, and begin again the next day', async () => {
      w.pass(1440);
      await w.pool.query(
        `insert into number_block (district, series, day, next) values ($1, 'issue', $2, 99999)`,
        [w.district, localDay(w.now())],
      );
      expect((await w.issue()).number.slice(-5)).toBe('99999');
      expect(await refusedBy(w.issue())).toMatchObject({ code: 'numbersUsedUp' });
      w.pass(1440);
      expect((await w.issue()).number.slice(-5)).toBe('00001');
    });

    it('are never drawn twice by two processes', async () => {
      const day = '2027-01-01';
      const drawn = await Promise.all(
        [numbersFrom(w.pool), numbersFrom(w.pool)].flatMap((from) =>
          Array.from({ length: 60 }, () => from.draw(w.district, 'issue', day)),
        ),
      );
      expect(new Set(drawn).size).toBe(120);
    });
  });

  it('keeps the three administrators three persons', async () => {
    const appoint = (role: string, nickname: string) =>
      w.run('securityAdmin', 'post', newId(), 'add', {
        personId: w.personId(nickname),
        role,
        title: '管理员',
      });
    expect(await refusedBy(appoint('auditAdmin', 'systemAdmin'))).toMatchObject({
      code: 'twoAdministrators',
    });
    expect(await refusedBy(appoint('systemAdmin', 'securityAdmin'))).toMatchObject({
      code: 'oneself',
    });
    expect((await appoint('auditAdmin', 'leader')).record.status).toBe('active');
  });
});
