/** What changes between queueing and sending: the hours, the person, the matter. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { addDays, atLocalTime, localDay } from '../../domain/moment.ts';
import type { NoticeKind } from '../../domain/noticeKind.ts';
import { runDueJobs } from '../jobs.ts';
import { makeLog } from '../log.ts';
import { httpReceiver, type HttpReceiver } from '../testing/noticeReceivers.ts';
import { world, type World } from '../testing/world.ts';
import { runNotices, usualNoticePace, type Notices } from './notices.ts';

const log = makeLog('silent');
const pace = { ...usualNoticePace, lookMs: 20 };
const hours = { quietFrom: '22:00', quietTo: '07:00', isUrgentAnyway: true, digestAt: '08:30' };

let w: World;
let robot: HttpReceiver;
let robotCode = 0;
let robotId: string;
let running: Notices | undefined;

beforeAll(async () => {
  robot = await httpReceiver(() => ({ json: { errcode: robotCode } }));
});
afterAll(() => robot.stop());
beforeEach(async () => {
  w = await world();
  await w.run('systemAdmin', 'outsideAddress', newId(), 'add', {
    host: '127.0.0.0/8',
    purpose: '测试',
  });
  robotId = newId();
  await w.run('systemAdmin', 'noticeChannel', robotId, 'add', {
    name: '区群',
    settings: { kind: 'weComRobot', url: robot.url },
    secret: 'key',
  });
  const kinds: NoticeKind[] = ['dispatched', 'confirm', 'assist'];
  const ways = kinds.map((kind) => ({ kind, channelId: robotId, when: 'now' }));
  for (const role of ['unitHead', 'desk', 'gridWorker']) {
    await w.run('systemAdmin', 'noticeDefault', newId(), 'add', { role, ways, hours });
  }
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
  robot.got.length = 0;
  robotCode = 0;
  await w.drop();
});

const begin = (): void => void (running = runNotices({ pool: w.pool, tools: w.tools, log, pace }));

const doJobs = async (): Promise<void> => {
  const reacting = { pool: w.pool, tools: w.tools, photoDirectory: '/nowhere' };
  while ((await runDueJobs(w.pool, reacting, log)) > 0);
};

/** The next such time of day. */
function toTime(hour: number, minute: number): void {
  const local = (Date.parse(w.now()) / 60_000 + 480) % 1440;
  w.pass((hour * 60 + minute - local + 1440) % 1440);
}

const choose = (who: string, more: object = {}) =>
  w.run(who, 'noticeChoice', newId(), 'add', {
    phone: '13800138000',
    duties: [],
    hours: null,
    ...more,
  });

const queue = (who: string, matter: string) =>
  w.pool.query(
    `insert into notice_message values ($1, $2, $3, $4, $5, 'dispatched', $6, false, 'waiting', 0, $7, $7, $7)`,
    [
      w.district,
      newId(),
      robotId,
      w.personId(who),
      matter,
      { number: matter, category: null, place: null, due: null },
      w.now(),
    ],
  );

const rowOf = async (
  matter: string,
): Promise<{ status: string; due_at: string; attempts: number; reason: string | null }> =>
  (await w.pool.query(`select * from notice_message where matter = $1`, [matter])).rows[0];

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('in vain');
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

const said = (): string => JSON.stringify(robot.got.map(({ body }) => body));

describe('quiet hours', () => {
  const sevenTomorrow = (): string => atLocalTime(addDays(localDay(w.now()), 1), '07:00');

  it('are kept by what was due before them and comes to its turn in them', async () => {
    await choose('desk', { hours: { ...hours, quietFrom: null, quietTo: null } });
    toTime(21, 58);
    await queue('head', 'asleep');
    await queue('desk', 'awake');
    w.pass(60);
    begin();
    await until(async () => (await rowOf('awake')).status === 'sent');
    expect(said()).toContain('awake');
    expect(said()).not.toContain('asleep');
    expect(await rowOf('asleep')).toMatchObject({
      status: 'waiting',
      attempts: 0,
      due_at: sevenTomorrow(),
    });
    w.pass(8 * 60 + 10);
    await until(async () => (await rowOf('asleep')).status === 'sent');
  });

  it('are kept by what a resting channel put off into them', async () => {
    robotCode = 45009;
    toTime(21, 59);
    await queue('head', 'first');
    begin();
    await until(async () => (await rowOf('first')).reason?.includes('45009') === true);
    await queue('head', 'second');
    robotCode = 0;
    w.pass(3);
    await until(async () => (await rowOf('second')).due_at === sevenTomorrow());
    expect(robot.got).toHaveLength(1);
  });
});

describe('of whoever left', () => {
  const begunAndDead = async (): Promise<void> => {
    begin();
    await until(async () => (await rowOf('late')).status === 'dead');
    expect((await rowOf('late')).reason).toContain('岗位');
    expect(robot.got).toEqual([]);
  };

  const phonesKept = async (): Promise<number> =>
    (
      await w.pool.query<{ count: number }>(
        `select count(*)::integer as count from secret where noun = 'noticeChoice' and wrapped_key is not null`,
      )
    ).rows[0]?.count ?? 0;

  it('the person is told of nothing more, and their phone is destroyed', async () => {
    await choose('head');
    await queue('head', 'late');
    expect(await phonesKept()).toBe(1);
    await w.run('systemAdmin', 'person', w.personId('head'), 'retire');
    await doJobs();
    const { rows } = await w.pool.query(`select status, phone_id from notice_choice`);
    expect(rows).toEqual([{ status: 'ended', phone_id: null }]);
    expect(await phonesKept()).toBe(0);
    await begunAndDead();
  });

  it('their post is told of nothing more either', async () => {
    await queue('head', 'late');
    await w.run('securityAdmin', 'post', w.postId('head'), 'retire');
    await begunAndDead();
  });

  it('nobody clears what another chose, but the system', async () => {
    await choose('head');
    const { noticeChoices } = await w.tools.master.of(w.district);
    const id = noticeChoices.get(w.personId('head'))?.id ?? '';
    await expect(w.run('desk', 'noticeChoice', id, 'end')).rejects.toThrow('本人');
  });
});

describe('what became secret', () => {
  const toldNothing = async (): Promise<void> => {
    begin();
    await until(async () => robot.got.length > 0);
    expect(said()).toMatch(/\d{12}/);
    expect(said()).not.toMatch(/学府|暴露垃圾|（/);
    const { rows } = await w.pool.query(`select content from notice_message`);
    for (const { content } of rows) expect(content).toMatchObject({ category: null, place: null });
  };

  it('is told by its number alone: a report', async () => {
    const report = await w.report({ channel: 'hotline', kind: 'complaint' });
    await w.run('desk', 'report', report.id, 'confirm', { postId: w.postId('grid') });
    await doJobs();
    await w.run('desk', 'report', report.id, 'amend', { kind: 'tipOff' });
    await toldNothing();
  });

  it('is told by its number alone: an issue, and what is asked of another unit for it', async () => {
    const issue = await w.issue({ status: 'claimed' });
    await w.run('head', 'assist', newId(), 'ask', {
      issueId: issue.id,
      unitId: w.unitId('street'),
      task: '移走石墩',
    });
    await doJobs();
    await w.pool.query(`update report set is_confidential = true`);
    await toldNothing();
  });

  it('is told with its place as long as it is not', async () => {
    await w.issue({ status: 'dispatched' });
    await doJobs();
    begin();
    await until(async () => robot.got.length > 0);
    expect(said()).toContain('学府社区');
  });
});
