/** Call-backs from the closing to the rates, each step through the real action on a real database. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Callback } from '../../domain/callbackShape.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { systemActor } from '../baseSeed.ts';
import { deriveDistrict } from '../derive.ts';
import { handlers } from '../queries/handlers.ts';
import { sealAll } from '../sealer.ts';
import { sweepClocks } from '../sweeps.ts';
import { asking } from '../testing/asking.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { expectReplay } from '../testing/replay.ts';
import { react, sweepingOn } from '../testing/sweeping.ts';
import { world, type World } from '../testing/world.ts';

const code = 'ABCDEFGHJK';
const followHash = createHash('sha256').update(code).digest('hex');
const phone = { complainantName: '王小明', complainantPhone: '13812345678' };
const good = { isContacted: true, solved: 'yes', satisfaction: 'satisfied' };
const bad = { isContacted: true, solved: 'no', satisfaction: 'dissatisfied', why: '又堆上了' };

let w: World;
beforeAll(async () => {
  w = await world({
    posts: {
      desk: { role: 'desk' },
      secondDesk: { role: 'desk' },
      shift: { role: 'shiftLeader' },
      leader: { role: 'leader' },
      head: { role: 'unitHead', unit: 'clean' },
      streetHead: { role: 'unitHead', unit: 'street' },
      grid: { role: 'gridWorker', area: '110199001' },
      securityAdmin: { role: 'securityAdmin' },
      systemAdmin: { role: 'systemAdmin' },
    },
  });
});
afterAll(() => w.drop());

const read = (id: string) => w.read<Callback>('callback', id);
const issueNow = ({ id }: { id: string }) => w.read<Issue>('issue', id);
const act = async (who: string, id: string, action: string, input: object = {}) =>
  (await w.run(who, 'callback', id, action, { ...input })).record as unknown as Callback;
const asSystem = async (id: string, action: string, input: object = {}) =>
  (await w.run(systemActor(w.district), 'callback', id, action, { ...input }))
    .record as unknown as Callback;

const ofIssue = async ({ id }: { id: string }): Promise<Callback[]> => {
  const { rows } = await w.pool.query<{ id: string }>(
    `select id from callback where issue_id = $1 order by opened_at desc, id`,
    [id],
  );
  return Promise.all(rows.map((row) => read(row.id)));
};

/** A closed issue of one report, and its call-back. */
async function closed(report: object = phone): Promise<{ issue: Issue; callback: Callback }> {
  const issue = await w.issue({ status: 'closed', report: { ...report } });
  await react(w);
  const [callback] = await ofIssue(issue);
  if (!callback) throw new Error('no call-back was opened');
  return { issue, callback };
}

async function closeAgain(issue: Issue): Promise<void> {
  w.pass(60);
  const step = async (who: string, action: string, input: object = {}) =>
    w.run(who, 'issue', issue.id, action, { ...input });
  await step('desk', 'dispatch', { unitId: w.unitId('clean') });
  await step('head', 'claim');
  await step('head', 'rectify', { words: '再清', photos: [await w.photo('head')] });
  await step('desk', 'sendToVerify');
  await step('grid', 'pass', { words: '干净', photos: [await w.photo('grid')] });
  await step('desk', 'close');
  await react(w);
}

describe('a closing', () => {
  it('asks each complainant once, of joined and of answered reports', async () => {
    const issue = await w.issue({ status: 'dispatched', report: phone });
    const second = await w.report({ ...phone, followHash });
    await w.run('desk', 'report', second.id, 'join', { issueId: issue.id });
    const patrol = await w.report({ channel: 'patrol' }, 'grid');
    await w.run('desk', 'report', patrol.id, 'join', { issueId: issue.id });
    await w.run('head', 'issue', issue.id, 'claim');
    await w.run('head', 'issue', issue.id, 'rectify', {
      words: '已清理',
      photos: [await w.photo('head')],
    });
    await w.run('desk', 'issue', issue.id, 'sendToVerify');
    await w.run('grid', 'issue', issue.id, 'pass', {
      words: '干净',
      photos: [await w.photo('grid')],
    });
    const done = await w.run('desk', 'issue', issue.id, 'close');
    await react(w);
    const found = await ofIssue(issue);
    expect(found).toHaveLength(2);
    expect(found.filter(({ byCode }) => byCode)).toHaveLength(1);
    for (const one of found)
      expect(one).toMatchObject({
        status: 'waiting',
        unitId: w.unitId('clean'),
        closedAt: done.event.at,
        byPhone: true,
      });
    await w.pool.query(`update job set run_at = $1`, [w.now()]);
    await react(w);
    expect(await ofIssue(issue)).toHaveLength(2);
  });

  it('is invalid at once for whoever left no way to be asked', async () => {
    const { callback } = await closed({});
    expect(callback).toMatchObject({ status: 'invalid', invalidReason: 'noContact', due: null });
  });

  it('is no more asked about when the issue is opened again', async () => {
    const { issue, callback } = await closed();
    await w.run('desk', 'issue', issue.id, 'reopen', { note: '没修好' });
    await react(w);
    expect((await read(callback.id)).status).toBe('canceled');
  });
});

describe('operators', () => {
  it('never call the same complainant at once', async () => {
    const { callback } = await closed();
    expect((await refusedBy(act('desk', callback.id, 'record', good))).code).toBe('notTaken');
    await act('desk', callback.id, 'claim');
    expect((await refusedBy(act('secondDesk', callback.id, 'claim'))).code).toBe('taken');
    expect((await refusedBy(act('secondDesk', callback.id, 'record', good))).code).toBe('taken');
    w.pass(31);
    await act('secondDesk', callback.id, 'claim');
    expect((await refusedBy(act('desk', callback.id, 'record', good))).code).toBe('taken');
    await act('secondDesk', callback.id, 'release');
    await act('desk', callback.id, 'claim');
    const done = await act('desk', callback.id, 'record', good);
    expect(done).toMatchObject({ status: 'answered', way: 'phone', due: null, reopens: false });
    expect(done.answererId).toBe(w.personId('desk'));
  });

  it('two at the same moment: one of them gets it', async () => {
    const { callback } = await closed();
    const outcomes = await Promise.allSettled(
      ['desk', 'secondDesk'].map((who) => act(who, callback.id, 'claim')),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('give up after the attempts set, and not for a call agreed for later', async () => {
    const { callback } = await closed();
    const miss = async (input: object) => {
      await act('desk', callback.id, 'claim');
      return act('desk', callback.id, 'logAttempt', input);
    };
    await act('desk', callback.id, 'claim');
    const later = { outcome: 'later', nextAt: '2026-01-01T00:00:00.000Z' };
    expect((await refusedBy(act('desk', callback.id, 'logAttempt', later))).code).toBe('past');
    expect((await miss({ outcome: 'noAnswer' })).attemptCount).toBe(1);
    const agreed = await miss({ outcome: 'later', nextAt: '2026-12-01T00:00:00.000Z' });
    expect(agreed).toMatchObject({ attemptCount: 1, status: 'waiting', operatorId: null });
    await miss({ outcome: 'busy' });
    expect(await miss({ outcome: 'switchedOff' })).toMatchObject({
      status: 'invalid',
      invalidReason: 'notReached',
      attemptCount: 3,
    });
  });

  it('say why when it is not solved, and why when it is invalid', async () => {
    const { callback } = await closed();
    await act('desk', callback.id, 'claim');
    const { why: _why, ...silent } = bad;
    expect((await refusedBy(act('desk', callback.id, 'record', silent))).code).toBe('noWhy');
    const other = { invalidReason: 'other' };
    expect((await refusedBy(act('desk', callback.id, 'invalidate', other))).code).toBe('noNote');
    await act('desk', callback.id, 'invalidate', { invalidReason: 'refused' });
    expect(await read(callback.id)).toMatchObject({ status: 'invalid', invalidReason: 'refused' });
  });

  it('never put their own remark into the complainant’s mouth', async () => {
    const { callback } = await closed();
    await act('desk', callback.id, 'claim');
    const remark = { invalidReason: 'other', note: '家人接的，说人在外地' };
    expect((await act('desk', callback.id, 'invalidate', remark)).why).toBeNull();
    const { events } = await handlers.callbackView(await asking(w, 'desk'), { id: callback.id });
    expect(JSON.stringify(events.at(-1))).toContain('家人接的');
  });

  it('are only the desk and the shift leader', async () => {
    const { callback } = await closed();
    for (const who of ['head', 'leader', 'grid', 'systemAdmin'])
      expect([403, 404]).toContain((await refusedBy(act(who, callback.id, 'claim'))).status);
  });
});

describe('time', () => {
  it('makes what nobody asked in time invalid, once', async () => {
    const { callback } = await closed();
    const sweeping = sweepingOn(w);
    w.pass(7 * 1440 - 60);
    await sweepClocks(sweeping);
    expect((await read(callback.id)).status).toBe('waiting');
    w.pass(120);
    await sweepClocks(sweeping);
    await sweepClocks(sweeping);
    expect(await read(callback.id)).toMatchObject({ status: 'invalid', invalidReason: 'expired' });
  });
});

describe('“not solved”', () => {
  it('opens the issue again, once for each closing', async () => {
    const { issue, callback } = await closed();
    await act('desk', callback.id, 'claim');
    await act('desk', callback.id, 'record', bad);
    await react(w);
    expect(await issueNow(issue)).toMatchObject({ status: 'accepted', closedAt: null });
    const { events } = await handlers.issueView(await asking(w, 'desk'), { id: issue.id });
    expect(events.at(-1)).toMatchObject({ action: 'reopen', actorRole: 'system' });
    expect(events.at(-1)?.sentence).toContain('又堆上了');
    await closeAgain(issue);
    const [second] = await ofIssue(issue);
    expect(second).toMatchObject({ status: 'waiting', isRepeat: true });
    await act('desk', second?.id ?? '', 'claim');
    const again = await act('desk', second?.id ?? '', 'record', bad);
    expect(again).toMatchObject({ status: 'contested', reopens: false });
    await react(w);
    expect((await issueNow(issue)).status).toBe('closed');
    const { rows } = await w.pool.query(
      `select 1 from notice where person_id = $1 and record_id = $2`,
      [w.personId('shift'), again.id],
    );
    expect(rows).toHaveLength(1);
    await act('shift', again.id, 'agreeReopen', { opinion: '现场属实' });
    await react(w);
    expect((await issueNow(issue)).status).toBe('accepted');
  });

  it('does not after the days set, nor where it is only partly solved', async () => {
    const { issue, callback } = await closed();
    await act('desk', callback.id, 'claim');
    await act('desk', callback.id, 'record', { ...good, solved: 'partly' });
    await react(w);
    expect((await issueNow(issue)).status).toBe('closed');
    const late = await closed({ ...phone, followHash });
    const value = 60;
    await w.run('systemAdmin', 'setting', newId(), 'add', { code: 'callbackDays', value });
    await act('shift', late.callback.id, 'claim');
    await act('shift', late.callback.id, 'record', good);
    await act('shift', late.callback.id, 'revisit', { opinion: '核对一次' });
    w.pass(16 * 1440);
    expect(await asSystem(late.callback.id, 'answerByCode', bad)).toMatchObject({
      status: 'contested',
      visitCount: 2,
    });
  });
});

describe('the check by a shift leader', () => {
  const recorded = async () => {
    const { issue, callback } = await closed();
    await act('desk', callback.id, 'claim');
    await act('desk', callback.id, 'record', { ...good, satisfaction: 'dissatisfied' });
    return { issue, callback };
  };

  it('strikes what a unit contests, or upholds it, once', async () => {
    const { callback } = await recorded();
    expect(
      (await refusedBy(act('streetHead', callback.id, 'contest', { reason: '无理' }))).status,
    ).toBe(404);
    await act('head', callback.id, 'contest', { reason: '诉求不合理' });
    expect((await refusedBy(act('desk', callback.id, 'strike', { opinion: '是' }))).status).toBe(
      403,
    );
    expect(await act('shift', callback.id, 'strike', { opinion: '政策不允许' })).toMatchObject({
      status: 'invalid',
      invalidReason: 'struck',
      isContacted: true,
    });
    const other = await recorded();
    await act('head', other.callback.id, 'contest', { reason: '诉求不合理' });
    await act('shift', other.callback.id, 'uphold', { opinion: '结果属实' });
    const again = act('head', other.callback.id, 'contest', { reason: '还是不服' });
    expect((await refusedBy(again)).code).toBe('decided');
  });

  it('is never of what they recorded themselves', async () => {
    const { callback } = await closed();
    await act('shift', callback.id, 'claim');
    await act('shift', callback.id, 'record', good);
    await act('head', callback.id, 'contest', { reason: '不合理' });
    const own = act('shift', callback.id, 'uphold', { opinion: '属实' });
    expect((await refusedBy(own)).code).toBe('ownRecord');
  });

  it('is reminded of', async () => {
    const { callback } = await recorded();
    await act('head', callback.id, 'contest', { reason: '不合理' });
    w.pass(61 * 1440);
    await sweepClocks(sweepingOn(w));
    expect(await read(callback.id)).toMatchObject({ status: 'contested', escalateAt: null });
  });
});

describe('secrecy', () => {
  it.each([{ isConfidential: true }, { kind: 'tipOff' }])(
    'of %o: no unit sees it',
    async (more) => {
      const { issue, callback } = await closed({ ...phone, ...more });
      expect(callback).toMatchObject({ isConfidential: true, openUnitId: null });
      const list = await handlers.callbackList(await asking(w, 'head'), {});
      expect(list.items.map(({ id }) => id)).not.toContain(callback.id);
      const view = await handlers.issueView(await asking(w, 'head'), { id: issue.id });
      expect(view.callbacks).toEqual([]);
      await act('desk', callback.id, 'claim');
      await act('desk', callback.id, 'record', bad);
      await react(w);
      const { rows } = await w.pool.query<{ input: { note: string } }>(
        `select input from event where record_id = $1 and action = 'reopen'`,
        [issue.id],
      );
      expect(rows[0]?.input.note).toBe('回访诉求人，未解决');
    },
  );

  it('a unit finds by the words of the matter, never by who reported and where', async () => {
    const told = { senderCode: '12345', outsideNumber: 'R-77001', address: '学府路 9 号 501 室' };
    const { callback } = await closed({ ...phone, ...told, content: '井盖丢失，夜里危险' });
    await sealAll(w.pool);
    while ((await deriveDistrict(w.pool, w.district)) > 0);
    const finds = async (who: string, words: string): Promise<boolean> =>
      (await handlers.callbackList(await asking(w, who), { words })).items.some(
        ({ id }) => id === callback.id,
      );
    for (const words of ['井盖丢失', '井盖 危险', 'R-77001', '学府路', '501'])
      expect(await finds('desk', words), words).toBe(true);
    for (const words of ['井盖丢失', '井盖 危险']) expect(await finds('head', words)).toBe(true);
    for (const words of ['R-77001', '学府路', '501', '井盖 学府路'])
      expect(await finds('head', words), words).toBe(false);
  });

  it('destroys what was said at the call with the complainant’s data', async () => {
    const { callback } = await closed();
    await act('desk', callback.id, 'claim');
    await act('desk', callback.id, 'record', { ...bad, why: '打我 13912345678' });
    expect((await read(callback.id)).why).not.toContain('13912345678');
    await w.run('securityAdmin', 'report', callback.reportId, 'anonymize', { reason: '本人要求' });
    await react(w);
    const { rows } = await w.pool.query<{ wrapped_key: Buffer | null }>(
      `select wrapped_key from secret where noun = 'callback' and record_id = $1`,
      [callback.id],
    );
    expect(rows.map(({ wrapped_key: key }) => key)).toEqual([null]);
    expect((await read(callback.id)).byPhone).toBe(false);
  });
});

describe('the whole history', () => {
  it('replays', async () => {
    await expectReplay(w);
  });
});
