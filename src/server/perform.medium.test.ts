/** The heart: one effect for each request, one winner for each version, the right refusal for each no. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Actor } from '../domain/access.ts';
import type { Issue } from '../domain/issueShape.ts';
import type { Refused } from '../domain/refused.ts';
import type { Report } from '../domain/reportShape.ts';
import { systemActor } from './baseSeed.ts';
import { perform, type Done } from './perform.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { expectReplay } from './testing/replay.ts';
import { world, type World } from './testing/world.ts';

/** What everybody is told, whoever was first. */
const told = ({ event, record }: Done) => ({ event, record });
describe('perform', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  /** Five at once; exactly one did it, the others tell the same. */
  const fiveTimes = async (doing: () => Promise<Done>): Promise<Omit<Done, 'isRepeat'>[]> => {
    const answers = await Promise.all(Array.from({ length: 5 }, doing));
    expect(answers.filter(({ isRepeat }) => !isRepeat)).toHaveLength(1);
    return answers.map(told);
  };
  const countOf = async (table: string, where: string, value: string): Promise<number> =>
    (
      await w.pool.query<{ count: number }>(
        `select count(*) as count from ${table} where ${where} = $1`,
        [value],
      )
    ).rows[0]?.count ?? 0;

  it('takes a problem all the way to a verified close', async () => {
    const issue = await w.issue({ status: 'closed' });
    expect(issue.status).toBe('closed');
    expect(issue.number).toMatch(/^1101992026030400\d{3}$/);
    expect(issue.closedAt).toBe(w.now());
  });

  it('answers the same request five times at once with one effect', async () => {
    const issue = await w.issue({ status: 'dispatched' });
    const requestId = newId();
    const answers = await fiveTimes(() =>
      w.run('head', 'issue', issue.id, 'claim', {}, { requestId }),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const after = await w.read<Issue>('issue', issue.id);
    expect(after.version).toBe(issue.version + 1);
  });

  it('creates once for five equal requests at once, with their secrets', async () => {
    const [id, requestId] = [newId(), newId()];
    const input = {
      channel: 'hotline',
      content: '井盖丢失，联系 13812345678',
      complainantName: '王小明',
    };
    const answers = await fiveTimes(() =>
      w.run('desk', 'report', id, 'submit', input, { requestId }),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await countOf('event', 'record_id', id)).toBe(1);
    expect(await countOf('secret', 'record_id', id)).toBe(2);
    expect(await countOf('request', 'id', requestId)).toBe(1);
  });

  it('notes once for five equal requests, though nothing else would refuse a second note', async () => {
    const issue = await w.issue();
    const requestId = newId();
    await fiveTimes(() =>
      w.run('desk', 'issue', issue.id, 'addNote', { note: '已联系现场' }, { requestId }),
    );
    expect((await w.read<Issue>('issue', issue.id)).version).toBe(issue.version + 1);
  });

  it('answers a request again later as it did at first, even out of the actor’s sight', async () => {
    const issue = await w.issue({ status: 'dispatched' });
    const requestId = newId();
    const again = () =>
      w.run('head', 'issue', issue.id, 'sendBack', { note: '不属本单位' }, { requestId });
    const first = await again();
    await w.run('desk', 'issue', issue.id, 'dispatch', { unitId: w.unitId('street') });
    w.pass(600);
    expect(told(await again())).toEqual(told(first));
    expect(first.record.status).toBe('accepted');
    expect((await w.read<Issue>('issue', issue.id)).status).toBe('dispatched');
  });

  it('refuses a request id that is used again for other content, another action or by another person', async () => {
    const issue = await w.issue();
    const requestId = newId();
    const note = (who: string, words: string) =>
      w.run(who, 'issue', issue.id, 'addNote', { note: words }, { requestId });
    await note('desk', '一');
    for (const again of [
      () => note('desk', '二'),
      () => note('shift', '一'),
      () =>
        w.run(
          'desk',
          'issue',
          issue.id,
          'markUrgent',
          { isUrgent: true, note: '一' },
          { requestId },
        ),
    ]) {
      expect(await refusedBy(again())).toMatchObject({ status: 409, code: 'requestReused' });
    }
  });

  it('lets one of two officers win, and tells the other which version there is', async () => {
    const issue = await w.issue({ status: 'dispatched' });
    const outcomes = await Promise.allSettled(
      ['head', 'officer'].map((who) =>
        w.run(who, 'issue', issue.id, 'claim', {}, { seen: issue.version }),
      ),
    );
    const [lost] = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as Refused] : [],
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect(lost).toMatchObject({
      status: 409,
      code: 'stale',
      details: { seen: issue.version, version: issue.version + 1 },
    });
  });

  it('takes twenty notes at once on one issue, each as its own version', async () => {
    const issue = await w.issue();
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        w.run('desk', 'issue', issue.id, 'addNote', { note: `第 ${n} 条` }),
      ),
    );
    expect((await w.read<Issue>('issue', issue.id)).version).toBe(issue.version + 20);
  });

  it('refuses a stale version, and accepts the newest', async () => {
    const issue = await w.issue({ status: 'dispatched' });
    expect(
      await refusedBy(w.run('head', 'issue', issue.id, 'claim', {}, { seen: 1 })),
    ).toMatchObject({ code: 'stale' });
    await w.run('head', 'issue', issue.id, 'claim', {}, { seen: issue.version });
  });

  it('says 404 out of scope, 403 for the wrong role, 409 for the wrong moment, 400 for wrong input', async () => {
    const issue = await w.issue({ status: 'dispatched' });
    const claim = (who: string | Actor) => w.run(who, 'issue', issue.id, 'claim', {});
    expect(await refusedBy(claim('communityHead'))).toMatchObject({
      status: 404,
      code: 'notFound',
    });
    expect(await refusedBy(w.run('head', 'issue', newId(), 'claim'))).toMatchObject({
      status: 404,
    });
    expect(await refusedBy(claim('desk'))).toMatchObject({ status: 403, code: 'notYourRole' });
    expect(await refusedBy(w.run('desk', 'issue', issue.id, 'close'))).toMatchObject({
      status: 409,
      code: 'wrongStatus',
    });
    expect(
      await refusedBy(w.run('desk', 'issue', issue.id, 'transfer', { unitId: 'x', other: 1 })),
    ).toMatchObject({ status: 400, code: 'badInput' });
    expect(
      await refusedBy(w.run('desk', 'issue', 'not an id', 'addNote', { note: '一' })),
    ).toMatchObject({ status: 400 });
    expect(
      await refusedBy(
        w.run('desk', 'issue', issue.id, 'addNote', { note: '一' }, { requestId: '1' }),
      ),
    ).toMatchObject({ status: 400 });
    expect(await refusedBy(w.run('desk', 'dragon', issue.id, 'claim'))).toMatchObject({
      status: 404,
    });
    expect(await refusedBy(w.run('desk', 'issue', issue.id, 'constructor'))).toMatchObject({
      status: 404,
    });
    const other = systemActor('110198', 'desk');
    expect(
      await refusedBy(w.run(other, 'issue', issue.id, 'addNote', { note: '一' })),
    ).toMatchObject({ status: 404 });
    expect(await w.read<Issue>('issue', issue.id)).toEqual(issue);
  });

  it('refuses inner and consent actions by a click of their own, to the system too', async () => {
    const issue = await w.issue({ status: 'claimed' });
    const system = systemActor(w.district);
    for (const who of ['desk', 'leader', system]) {
      expect(
        await refusedBy(
          w.run(who, 'issue', issue.id, 'absorb', { issueId: newId(), reportCount: 1 }),
        ),
      ).toMatchObject({ status: 403, code: 'innerAction' });
      expect(await refusedBy(w.run(who, 'issue', issue.id, 'extend'))).toMatchObject({
        status: 403,
        code: 'needsConsent',
      });
    }
  });

  it('refuses to create what exists, also when two create at once', async () => {
    const input = { channel: 'hotline', content: '垃圾' };
    const first = await w.report();
    expect(await refusedBy(w.run('desk', 'report', first.id, 'submit', input))).toMatchObject({
      status: 409,
      code: 'exists',
    });
    const id = newId();
    const both = await Promise.allSettled(
      [1, 2].map(() => w.run('desk', 'report', id, 'submit', input)),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await countOf('event', 'record_id', id)).toBe(1);
  });

  it('takes one outside number of a sender once', async () => {
    const input = {
      channel: 'hotline',
      content: '垃圾',
      senderCode: '12345',
      outsideNumber: 'BJ-7',
    };
    const both = await Promise.allSettled(
      [1, 2].map(() => w.run('desk', 'report', newId(), 'submit', input)),
    );
    const lost = both.find((outcome) => outcome.status === 'rejected');
    expect(lost).toMatchObject({
      reason: {
        status: 409,
        code: 'duplicate',
        message: expect.stringContaining('已经上报过') as string,
      },
    });
    expect(both.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  it('uses a photo once, only the uploader’s, and says which one cannot be destroyed', async () => {
    const issue = await w.issue({ status: 'claimed' });
    const photo = await w.photo('head');
    const give = (who: string) => w.run(who, 'issue', issue.id, 'addPhotos', { photos: [photo] });
    expect(await refusedBy(give('officer'))).toMatchObject({ code: 'photoMissing' });
    const both = await Promise.allSettled([give('head'), give('head')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const destroy = (photoId: string) =>
      w.run('shift', 'issue', issue.id, 'destroyPhoto', { photoId, reason: '拍到人脸' });
    expect(await refusedBy(destroy(newId()))).toMatchObject({ status: 409, code: 'noPhoto' });
    await destroy(photo);
    expect(await refusedBy(destroy(photo))).toMatchObject({ code: 'noPhoto' });
  });

  it('keeps an event for each part of an action, all with one cause', async () => {
    const issue = await w.issue();
    const { event } = await w.run('desk', 'issue', issue.id, 'dispatch', {
      unitId: w.unitId('clean'),
      assistUnitIds: [w.unitId('street'), w.unitId('community')],
    });
    const { rows } = await w.pool.query(`select noun, action from event where cause = $1`, [
      event.id,
    ]);
    expect(rows.map((row) => `${row.noun}.${row.action}`)).toEqual(['assist.ask', 'assist.ask']);
    expect((await w.read<Issue>('issue', issue.id)).openAssistCount).toBe(2);
  });

  it('is refused whole when any part is', async () => {
    const issue = await w.issue();
    const twice = {
      unitId: w.unitId('clean'),
      assistUnitIds: [w.unitId('street'), w.unitId('street')],
    };
    expect(await refusedBy(w.run('desk', 'issue', issue.id, 'dispatch', twice))).toMatchObject({
      code: 'twice',
    });
    expect(await w.read<Issue>('issue', issue.id)).toEqual(issue);
  });

  it('replays everything that was done here', async () => {
    await expectReplay(w);
  });

  it('joins ten reports to one issue at the same time', async () => {
    const issue = await w.issue();
    const reports: Report[] = [];
    for (let n = 0; n < 10; n++) reports.push(await w.report());
    const actor = await w.actor('desk');
    await Promise.all(
      reports.map(({ id }) =>
        perform(w.tools, actor, {
          noun: 'report',
          id,
          action: 'join',
          input: { issueId: issue.id },
          requestId: newId(),
        }),
      ),
    );
    expect((await w.read<Issue>('issue', issue.id)).reportCount).toBe(11);
  });
});
