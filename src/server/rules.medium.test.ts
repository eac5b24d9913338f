/** The rules of the ledger as its officers know them, each through the real action on a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Approval } from '../domain/approval.ts';
import type { Issue } from '../domain/issueShape.ts';
import { addDays, addMinutes, localDay, minutesBetween } from '../domain/moment.ts';
import { systemActor } from './baseSeed.ts';
import { numbersFrom } from './numbers.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { world, type World } from './testing/world.ts';

describe('rules of an issue', () => {
  let w: World;
  beforeAll(async () => {
    w = await world({
      posts: {
        desk: { role: 'desk' },
        deskAsGrid: { role: 'gridWorker', area: '110199', person: 'desk' },
        shift: { role: 'shiftLeader' },
        head: { role: 'unitHead', unit: 'clean' },
        officer: { role: 'officer', unit: 'clean' },
        streetHead: { role: 'unitHead', unit: 'street' },
        communityHead: { role: 'unitHead', unit: 'community' },
        communityAsGrid: { role: 'gridWorker', area: '110199001', person: 'communityHead' },
        grid: { role: 'gridWorker', area: '110199001' },
        leader: { role: 'leader' },
        systemAdmin: { role: 'systemAdmin' },
        securityAdmin: { role: 'securityAdmin' },
      },
    });
  });
  afterAll(() => w.drop());

  const act = async (
    who: string,
    id: string,
    action: string,
    input: Record<string, unknown> = {},
  ): Promise<Issue> => (await w.run(who, 'issue', id, action, input)).record as unknown as Issue;
  const pass = async (who: string, id: string): Promise<Issue> =>
    act(who, id, 'pass', { words: '已干净', photos: [await w.photo(who)] });
  const fail = async (who: string, id: string): Promise<Issue> =>
    act(who, id, 'fail', { words: '不干净', photos: [await w.photo(who)] });
  const rectify = async (who: string, id: string): Promise<Issue> =>
    act(who, id, 'rectify', { words: '已清理', photos: [await w.photo(who)] });
  const ask = async (
    who: string,
    issueId: string,
    kind: string,
    hold?: object,
  ): Promise<Approval> =>
    (
      await w.run(who, 'approval', newId(), 'ask', {
        issueId,
        kind,
        reason: '理由',
        ...(hold ? { hold } : {}),
      })
    ).record as unknown as Approval;
  const grant = (who: string, id: string) =>
    w.run(who, 'approval', id, 'grant', { opinion: '同意' });
  const consent = async (issueId: string, kind: string, hold?: object): Promise<Issue> => {
    await grant(
      'leader',
      (await ask(kind === 'void' || kind === 'forceClose' ? 'desk' : 'head', issueId, kind, hold))
        .id,
    );
    return w.read<Issue>('issue', issueId);
  };

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
      await act('desk', id, 'accept', {
        reportId: found.id,
        categoryCode: 'E0101',
        conditionNo: 1,
        areaCode: '110199001001',
      });
      await act('desk', id, 'dispatch', { unitId: w.unitId('clean') });
      await act('head', id, 'claim');
      await rectify('head', id);
      await act('desk', id, 'sendToVerify');
      expect((await pass('grid', id)).status).toBe('passed');
    });

    it('is refused to who acted on this attempt under another post', async () => {
      const { id } = await w.issue({ status: 'verifying' });
      expect(await refusedBy(pass('deskAsGrid', id))).toMatchObject({ code: 'acted' });
      expect(
        await refusedBy(act('desk', id, 'sendToVerify', { postId: w.postId('deskAsGrid') })),
      ).toMatchObject({ code: 'acted' });
    });

    it('is refused to who handles in the unit of the lead, of a helper, or below it', async () => {
      const lead = await w.issue();
      await act('desk', lead.id, 'dispatch', { unitId: w.unitId('street') });
      await act('streetHead', lead.id, 'claim');
      await rectify('streetHead', lead.id);
      await act('desk', lead.id, 'sendToVerify');
      expect(await refusedBy(pass('communityAsGrid', lead.id))).toMatchObject({ code: 'ownUnit' });
      const helped = await w.issue();
      await act('desk', helped.id, 'dispatch', {
        unitId: w.unitId('clean'),
        assistUnitIds: [w.unitId('street')],
      });
      await act('head', helped.id, 'claim');
      const { rows } = await w.pool.query<{ id: string }>(
        `select id from assist where issue_id = $1`,
        [helped.id],
      );
      await w.run('streetHead', 'assist', rows[0]?.id ?? '', 'finish', { result: '好了' });
      await rectify('head', helped.id);
      expect(
        await refusedBy(
          act('desk', helped.id, 'sendToVerify', { postId: w.postId('communityAsGrid') }),
        ),
      ).toMatchObject({ code: 'ownUnit' });
      await act('desk', helped.id, 'sendToVerify');
      expect(await refusedBy(pass('communityAsGrid', helped.id))).toMatchObject({
        code: 'ownUnit',
      });
    });

    it('is open to a handling post elsewhere, refused to whom it was not given, and never to handlers', async () => {
      const { id } = await w.issue({ status: 'verifying' });
      expect(
        await refusedBy(act('desk', id, 'sendToVerify', { postId: w.postId('head') })),
      ).toMatchObject({ code: 'notFinding' });
      await act('desk', id, 'sendToVerify', { postId: w.postId('grid') });
      expect(await refusedBy(pass('communityAsGrid', id))).toMatchObject({ code: 'notYourTask' });
      await act('desk', id, 'sendToVerify');
      expect((await pass('communityAsGrid', id)).status).toBe('passed');
    });

    it('needs a new photo, and counts the acting anew after a failure', async () => {
      const { id } = await w.issue({ status: 'verifying' });
      expect(await refusedBy(act('grid', id, 'pass', { words: '好', photos: [] }))).toMatchObject({
        code: 'noPhoto',
      });
      const failed = await fail('grid', id);
      expect(failed).toMatchObject({
        status: 'claimed',
        attempt: 2,
        unitId: w.unitId('clean'),
        actedIds: [],
      });
    });
  });

  describe('sending back', () => {
    const dispatch = (id: string) => act('desk', id, 'dispatch', { unitId: w.unitId('clean') });
    const sendBack = (id: string) => act('head', id, 'sendBack', { note: '不属本单位' });

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
      await act('head', id, 'assign', { postId: w.postId('officer') });
      expect(await refusedBy(sendBack(id))).toMatchObject({ code: 'assigned' });
      await act('head', id, 'unassign');
      expect((await sendBack(id)).status).toBe('accepted');
    });

    it('lets a former helper become the lead, without being both', async () => {
      const { id } = await w.issue();
      await act('desk', id, 'dispatch', {
        unitId: w.unitId('clean'),
        assistUnitIds: [w.unitId('street')],
      });
      await sendBack(id);
      const again = await act('desk', id, 'dispatch', { unitId: w.unitId('street') });
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
      const first = await consent(id, 'extension');
      expect(minutesBetween(rectifyDue ?? '', first.rectifyDue ?? '')).toBe(2 * 1440);
      expect(first.escalateAt).toBe(first.rectifyDue);
      await consent(id, 'extension');
      expect(await refusedBy(ask('head', id, 'extension'))).toMatchObject({
        code: 'extendedEnough',
      });
    });

    it('is never given once overdue, and a granted one that has become impossible is refused whole', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      const asked = await ask('head', id, 'extension');
      w.pass(3 * 1440);
      expect(await refusedBy(ask('head', id, 'extension'))).toMatchObject({ code: 'overdue' });
      expect(await refusedBy(grant('leader', asked.id))).toMatchObject({ code: 'overdue' });
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
      const held = await consent(id, 'hold', until(30));
      expect(held).toMatchObject({
        isHeld: true,
        escalateAt: null,
        remainingMinutes: minutesBetween(w.now(), rectifyDue ?? ''),
      });
      expect(await refusedBy(rectify('head', id))).toMatchObject({ code: 'held' });
      expect(await refusedBy(ask('head', id, 'extension'))).toMatchObject({ code: 'held' });
      w.pass(10 * 1440);
      const back = await act('head', id, 'resume');
      expect(back.rectifyDue).toBe(addMinutes(w.now(), held.remainingMinutes ?? 0));
      expect(back).toMatchObject({
        isHeld: false,
        holdUntil: null,
        holdKind: null,
        escalateAt: back.rectifyDue,
      });
      expect(await refusedBy(ask('head', id, 'hold', until(30)))).toMatchObject({
        code: 'heldBefore',
      });
    });

    it('lasts until a day after today and within a year', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      for (const days of [-1, 0, 366])
        expect(await refusedBy(ask('head', id, 'hold', until(days)))).toMatchObject({
          code: 'badDay',
        });
      expect((await ask('head', id, 'hold', until(365))).kind).toBe('hold');
    });

    it('ends with the issue', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      await consent(id, 'hold', until(30));
      expect(await consent(id, 'void')).toMatchObject({
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
    expect((await fail('grid', early.id)).rectifyDue).toBe(
      addMinutes(w.now(), early.remainingMinutes ?? 0),
    );
    expect(early.remainingMinutes).toBe(2 * 1440);
    const late = await w.issue({ status: 'claimed' });
    w.pass(4 * 1440);
    await rectify('head', late.id);
    await act('desk', late.id, 'sendToVerify');
    expect((await fail('grid', late.id)).rectifyDue).toBe(addMinutes(w.now(), 1440));
  });

  it('begins a new attempt when it is reopened', async () => {
    const closed = await w.issue({ status: 'closed' });
    const again = await act('desk', closed.id, 'reopen', { note: '未解决' });
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

  describe('merging', () => {
    it('is undone to the status before, with what was left of the clock', async () => {
      const into = await w.issue();
      const one = await w.issue({ status: 'claimed' });
      const merged = await act('desk', one.id, 'merge', { intoId: into.id, note: '同一处' });
      expect(merged).toMatchObject({ status: 'void', mergedInto: into.id, escalateAt: null });
      expect(await w.read<Issue>('issue', into.id)).toMatchObject({
        mergedCount: 1,
        reportCount: 2,
      });
      const left = minutesBetween(w.now(), one.rectifyDue ?? '');
      w.pass(500);
      const back = await act('desk', one.id, 'unmerge', { note: '不是' });
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
      await act('desk', one.id, 'merge', { intoId: into.id, note: '同一处' });
      await act('desk', into.id, 'close');
      expect(await refusedBy(act('desk', one.id, 'unmerge', { note: '不是' }))).toMatchObject({
        code: 'wrongStatus',
      });
    });

    it('is refused into itself, into a chain, and with anything undecided', async () => {
      const [a, b] = [await w.issue(), await w.issue({ status: 'claimed' })];
      const merge = (id: string, intoId: string) =>
        act('desk', id, 'merge', { intoId, note: '同一处' });
      expect(await refusedBy(merge(a.id, a.id))).toMatchObject({ code: 'itself' });
      await ask('head', b.id, 'extension');
      expect(await refusedBy(merge(b.id, a.id))).toMatchObject({ code: 'pending' });
      const c = await w.issue();
      await merge(c.id, a.id);
      expect(await refusedBy(merge(a.id, b.id))).toMatchObject({ code: 'hasMerged' });
      expect(await refusedBy(merge(b.id, c.id))).toMatchObject({
        code: expect.stringMatching(/pending|wrongStatus/) as string,
      });
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
      await act('desk', one.id, 'merge', { intoId: into.id, note: '同一处' });
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
      return act('desk', id, 'close');
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
      const urgent = await act('desk', issue.id, 'markUrgent', { isUrgent: true, note: '急' });
      expect(urgent).toMatchObject({
        claimDue: issue.claimDue,
        escalationLevel: 1,
        escalateAt: addMinutes(issue.claimDue ?? '', 15),
      });
    });

    it('is not escalated any more once somebody has claimed', async () => {
      const issue = await w.issue({ status: 'dispatched' });
      w.pass(20);
      await act('head', issue.id, 'claim');
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
    await act('desk', id, 'dispatch', {
      unitId: w.unitId('clean'),
      assistUnitIds: [w.unitId('street')],
    });
    await act('head', id, 'claim');
    expect(await refusedBy(rectify('head', id))).toMatchObject({ code: 'assistsOpen' });
    const { rows } = await w.pool.query<{ id: string }>(
      `select id from assist where issue_id = $1`,
      [id],
    );
    expect(
      await refusedBy(w.run('head', 'assist', rows[0]?.id ?? '', 'finish', { result: '好' })),
    ).toMatchObject({ status: 404 });
    await w.run('desk', 'assist', rows[0]?.id ?? '', 'release', { note: '不需要' });
    expect(await rectify('head', id)).toMatchObject({
      status: 'rectified',
      openAssistCount: 0,
      assistUnitIds: [],
    });
  });

  describe('approvals', () => {
    it('may not be granted by who asked, nor asked twice, nor granted by a role too low', async () => {
      const { id } = await w.issue({ status: 'claimed' });
      const asked = await ask('shift', id, 'void');
      expect(await refusedBy(grant('shift', asked.id))).toMatchObject({ code: 'ownAsk' });
      expect(await refusedBy(ask('shift', id, 'void'))).toMatchObject({ code: 'pending' });
      expect(await refusedBy(grant('desk', asked.id))).toMatchObject({ status: 403 });
      const forced = await ask('desk', id, 'forceClose');
      expect(await refusedBy(grant('shift', forced.id))).toMatchObject({ code: 'notGranter' });
    });

    it('perform what was asked in the same transaction', async () => {
      const { id } = await w.issue({ status: 'dispatched' });
      const { event } = await grant('leader', (await ask('desk', id, 'forceClose')).id);
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
      code: 'twoAdministrators',
    });
    expect((await appoint('auditAdmin', 'leader')).record.status).toBe('active');
  });
});
