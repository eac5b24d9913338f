/** Notices out: who is told what, when and by which way; once for a matter, whatever breaks. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { NoticeKind } from '../../domain/noticeKind.ts';
import { runDueJobs } from '../jobs.ts';
import { makeLog } from '../log.ts';
import {
  httpReceiver,
  type Answer,
  type Arrived,
  type HttpReceiver,
} from '../testing/noticeReceivers.ts';
import { world, type World } from '../testing/world.ts';
import { runNotices, usualNoticePace, type Notices } from './notices.ts';
import { queueGroupMessage } from './queue.ts';
import { holdRestored, noticeFigures, sweepMessages } from './take.ts';

const log = makeLog('silent');
const pace = { ...usualNoticePace, timeoutMs: 400, lookMs: 20 };
const hours = { quietFrom: '22:00', quietTo: '07:00', isUrgentAnyway: true, digestAt: '08:30' };

let w: World;
let robot: HttpReceiver;
let gateway: HttpReceiver;
let gatewayAnswer: (message: Arrived) => Answer | Promise<Answer>;
let robotCode = 0;
let robotId: string;
let smsId: string;
const running: Notices[] = [];

const ok = { json: { Code: 'OK' } };

beforeAll(async () => {
  w = await world();
  robot = await httpReceiver(() => ({ json: { errcode: robotCode } }));
  gateway = await httpReceiver((message) => gatewayAnswer(message));
  await w.run('systemAdmin', 'outsideAddress', newId(), 'add', {
    host: '127.0.0.0/8',
    purpose: '测试',
  });
  robotId = await addChannel('区群', { kind: 'weComRobot', url: robot.url });
  smsId = await addChannel('短信', {
    kind: 'sms',
    url: gateway.url,
    accessKeyId: 'id',
    signName: '测试区',
    templateCode: 'SMS_1',
    digestTemplateCode: 'SMS_2',
  });
  gatewayAnswer = () => ok;
});
afterAll(async () => {
  await robot.stop();
  await gateway.stop();
  await w.drop();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
  await w.pool.query(`delete from notice_message`);
  robot.got.length = 0;
  gateway.got.length = 0;
  gatewayAnswer = () => ok;
  robotCode = 0;
  const { noticeDefaults, noticeChoices } = await w.tools.master.of(w.district);
  for (const { id } of noticeDefaults) await w.run('systemAdmin', 'noticeDefault', id, 'end');
  for (const { id, personId } of noticeChoices.values()) {
    const who = ['head', 'desk'].find((name) => w.personId(name) === personId);
    await w.run(who ?? 'head', 'noticeChoice', id, 'end');
  }
  toMorning();
});

async function addChannel(name: string, settings: object): Promise<string> {
  const id = newId();
  await w.run('systemAdmin', 'noticeChannel', id, 'add', { name, settings, secret: 'k-e-y' });
  return id;
}

/** Ten o'clock of the next day. */
function toMorning(): void {
  const local = (Date.parse(w.now()) / 60_000 + 480) % 1440;
  w.pass((600 - local + 1440) % 1440);
}

type When = 'now' | 'digest';
const way = (kind: NoticeKind, channelId: string, when: When = 'now') => ({
  kind,
  channelId,
  when,
});

const tellHeads = (...ways: ReturnType<typeof way>[]) =>
  w.run('systemAdmin', 'noticeDefault', newId(), 'add', { role: 'unitHead', ways, hours });

const choose = (who: string, more: object = {}) =>
  w.run(who, 'noticeChoice', newId(), 'add', {
    phone: '13800138000',
    email: 'head@example.cn',
    duties: [],
    hours: null,
    ...more,
  });

const doJobs = async (): Promise<void> => {
  const reacting = { pool: w.pool, tools: w.tools, photoDirectory: '/nowhere' };
  while ((await runDueJobs(w.pool, reacting, log)) > 0);
};

const begin = (): void =>
  void running.push(runNotices({ pool: w.pool, tools: w.tools, log, pace }));

const rows = async (): Promise<
  { id: string; status: string; reason: string | null; due_at: string; attempts: number }[]
> => (await w.pool.query(`select * from notice_message order by due_at, id`)).rows;

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`in vain: ${JSON.stringify(await rows())}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

const allAre = async (status: string): Promise<boolean> => {
  const found = await rows();
  return found.length > 0 && found.every((row) => row.status === status);
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const textOf = ({ body }: Arrived): string =>
  String((body.text as { content?: string } | undefined)?.content ?? '');

describe('telling', () => {
  it('tells the head of a unit by robot and SMS, with nothing personal', async () => {
    await tellHeads(way('dispatched', robotId), way('dispatched', smsId));
    await choose('head');
    const issue = await w.issue({
      status: 'dispatched',
      report: {
        content: '王小明（13912345678）说学府路 9 号门口有垃圾',
        address: '学府路 9 号王家',
        complainantName: '王小明',
        complainantPhone: '13912345678',
      },
    });
    await doJobs();
    begin();
    await until(() => allAre('sent'));
    expect(robot.got.map(textOf)).toEqual([
      expect.stringMatching(/^新派案件，请在时限内领办：R\d{19} .+，学府社区，时限 3月4日/),
    ]);
    expect(robot.got[0]?.body.text).toMatchObject({ mentioned_mobile_list: ['13800138000'] });
    const blanks = JSON.parse(gateway.got[0]?.url.searchParams.get('TemplateParam') ?? '');
    expect(blanks).toMatchObject({ number: `R${issue.number}`, place: '学府社区' });
    const { rows: queued } = await w.pool.query(`select m::text as text from notice_message m`);
    const said = JSON.stringify([
      queued,
      robot.got.map(({ body }) => body),
      gateway.got.map(({ url }) => decodeURIComponent(url.search)),
    ]);
    for (const personal of ['王小明', '13912345678', '学府路', '王家', '门口', 'head某'])
      expect(said).not.toContain(personal);
    expect(JSON.stringify(queued)).not.toContain('13800138000');
  });

  it('tells nothing but the number of what is confidential', async () => {
    await tellHeads(way('dispatched', robotId));
    await w.issue({ status: 'dispatched', report: { isConfidential: true } });
    await doJobs();
    begin();
    await until(() => allAre('sent'));
    expect(textOf(robot.got[0] as Arrived)).toMatch(/^新派案件，请在时限内领办：R\d{19}，时限/);
  });

  it('follows what a person chose for a post before what the role says', async () => {
    await tellHeads(way('dispatched', smsId));
    await choose('head', {
      duties: [{ postId: w.postId('head'), ways: [way('dispatched', robotId)] }],
    });
    await w.issue({ status: 'dispatched' });
    await doJobs();
    begin();
    await until(() => allAre('sent'));
    expect([robot.got.length, gateway.got.length]).toEqual([1, 0]);
  });

  it('is one message for one matter, however often it is worked off', async () => {
    await tellHeads(way('dispatched', smsId));
    await choose('head');
    const issue = await w.issue({ status: 'dispatched' });
    for (let n = 0; n < 3; n++) {
      await doJobs();
      await w.pool.query(
        `insert into job (district, kind, event_id, run_at)
         select district, 'notifyUnit', id, $2 from event where record_id = $1 and action = 'dispatch'`,
        [issue.id, w.now()],
      );
    }
    await doJobs();
    begin();
    await until(() => allAre('sent'));
    await pause(60);
    expect(gateway.got).toHaveLength(1);
  });
});

describe('when', () => {
  const night = (): void => void w.pass(13 * 60);

  it('waits for the end of the quiet hours, and says all of it at once', async () => {
    await tellHeads(way('dispatched', smsId));
    await choose('head');
    night();
    await w.issue({ status: 'dispatched' });
    await w.issue({ status: 'dispatched' });
    await doJobs();
    begin();
    await pause(80);
    expect(gateway.got).toEqual([]);
    w.pass(8 * 60 + 1);
    await until(() => allAre('sent'));
    expect(gateway.got).toHaveLength(1);
    const query = gateway.got[0]?.url.searchParams;
    expect([query?.get('TemplateCode'), query?.get('TemplateParam')]).toEqual([
      'SMS_2',
      '{"count":"2"}',
    ]);
  });

  it('wakes for what is urgent, unless the person does not want it', async () => {
    await tellHeads(way('dispatched', smsId, 'digest'));
    await choose('head');
    night();
    await w.issue({ status: 'dispatched', report: { urgency: 'danger' } });
    await doJobs();
    begin();
    await until(() => gateway.got.length === 1);
    const { noticeChoices } = await w.tools.master.of(w.district);
    const own = noticeChoices.get(w.personId('head'));
    const asleep = { duties: [], hours: { ...hours, isUrgentAnyway: false } };
    await w.run('head', 'noticeChoice', own?.id ?? '', 'edit', asleep);
    await w.issue({ status: 'dispatched', report: { urgency: 'danger' } });
    await doJobs();
    await pause(80);
    expect(gateway.got).toHaveLength(1);
  });

  it('gathers for the digest of the next morning', async () => {
    await tellHeads(way('dispatched', robotId, 'digest'));
    await w.issue({ status: 'dispatched' });
    await w.issue({ status: 'dispatched' });
    await doJobs();
    begin();
    await pause(80);
    expect(robot.got).toEqual([]);
    w.pass(23 * 60);
    await until(() => allAre('sent'));
    expect(robot.got).toHaveLength(1);
    expect(textOf(robot.got[0] as Arrived).split('\n')).toHaveLength(2);
  });
});

describe('a robot', () => {
  const post = (matter: string): Promise<boolean> =>
    queueGroupMessage(w.pool, {
      district: w.district,
      channelId: robotId,
      matter,
      markdown: `**${matter}** ${'很'.repeat(600)}`,
      at: w.now(),
    });

  it('is given less than twenty messages a minute, each as full as may be', async () => {
    for (let n = 0; n < 7; n++) await post(`matter ${n}`);
    begin();
    await until(() => robot.got.length === 1);
    await pause(100);
    expect(robot.got).toHaveLength(1);
    w.pass(3.2 / 60);
    await until(() => robot.got.length === 2);
    for (let n = 0; n < 4 && !(await allAre('sent')); n++) {
      w.pass(3.2 / 60);
      await pause(80);
    }
    await until(() => allAre('sent'));
    const all = robot.got.map(({ body }) => (body.markdown as { content: string }).content);
    for (const text of all) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
    for (let n = 0; n < 7; n++)
      expect(all.filter((text) => text.includes(`**matter ${n}**`))).toHaveLength(1);
  });

  it('that is told to slow down rests, and goes on by itself', async () => {
    robotCode = 45009;
    await post('slow');
    begin();
    await until(async () => (await rows())[0]?.reason?.includes('45009') === true);
    robotCode = 0;
    w.pass(0.5);
    await pause(80);
    expect(robot.got).toHaveLength(1);
    w.pass(1);
    await until(() => allAre('sent'));
    expect(robot.got).toHaveLength(2);
  });
});

describe('when sending fails', () => {
  const dispatchOne = async (): Promise<void> => {
    await tellHeads(way('dispatched', smsId));
    await choose('head');
    await w.issue({ status: 'dispatched' });
    await doJobs();
    begin();
  };

  it('tries again with growing pauses and gives up after a day; a person sends it again', async () => {
    gatewayAnswer = () => ({ status: 503, text: 'down' });
    await dispatchOne();
    await until(async () => (await rows())[0]?.attempts === 1 && !(await allAre('sending')));
    w.pass(1);
    await until(async () => (await rows())[0]?.attempts === 2);
    w.pass(24 * 60);
    await until(() => allAre('dead'));
    gatewayAnswer = () => ok;
    await w.run('systemAdmin', 'noticeChannel', smsId, 'resend', {});
    await doJobs();
    await until(() => allAre('sent'));
  });

  it('does not send again what may have arrived, until a person says so', async () => {
    gatewayAnswer = () => 'hangUp';
    await dispatchOne();
    await until(() => allAre('unsure'));
    gatewayAnswer = () => ok;
    w.pass(60);
    await w.run('systemAdmin', 'noticeChannel', smsId, 'resend', {});
    await doJobs();
    await pause(80);
    expect(gateway.got).toHaveLength(1);
    const [row] = await rows();
    await w.run('systemAdmin', 'noticeChannel', smsId, 'resend', { messageId: row?.id });
    await doJobs();
    await until(() => allAre('sent'));
    expect(gateway.got).toHaveLength(2);
  });

  it('waits at the end for what is on its way', async () => {
    gatewayAnswer = () => pause(150).then(() => ok);
    await dispatchOne();
    await until(() => gateway.got.length === 1);
    await Promise.all(running.splice(0).map((one) => one.stop()));
    expect(await allAre('sent')).toBe(true);
  });

  it('sends nothing twice when a person’s wish to send again is worked off twice', async () => {
    gatewayAnswer = () => 'hangUp';
    await dispatchOne();
    await until(() => allAre('unsure'));
    const [row] = await rows();
    w.pass(1);
    await w.run('systemAdmin', 'noticeChannel', smsId, 'resend', { messageId: row?.id });
    w.pass(1);
    await doJobs();
    await until(() => gateway.got.length === 2);
    await until(() => allAre('unsure'));
    await w.pool.query(
      `insert into job (district, kind, event_id, run_at)
       select district, 'resendMessages', id, $2 from event where record_id = $1 and action = 'resend'
       order by version desc limit 1`,
      [smsId, w.now()],
    );
    await doJobs();
    await pause(80);
    expect(gateway.got).toHaveLength(2);
  });

  it('gives up at once what will never arrive', async () => {
    gatewayAnswer = () => ({ json: { Code: 'isv.MOBILE_NUMBER_ILLEGAL' } });
    await dispatchOne();
    await until(() => allAre('dead'));
    expect((await rows())[0]?.reason).toContain('手机号');
  });

  it('says who has given no number', async () => {
    await tellHeads(way('dispatched', smsId));
    await w.issue({ status: 'dispatched' });
    await doJobs();
    begin();
    await until(() => allAre('dead'));
    expect((await rows())[0]?.reason).toContain('我的通知');
  });

  it('gives up what waits on a channel that is no longer in use', async () => {
    const id = await addChannel('旧群', { kind: 'weComRobot', url: robot.url });
    const message = { district: w.district, channelId: id, matter: 'x', markdown: 'x' };
    await w.run('systemAdmin', 'noticeChannel', id, 'retire', { reason: '群已解散' });
    await queueGroupMessage(w.pool, { ...message, at: w.now() });
    await sweepMessages(w.pool, w.now());
    expect((await rows())[0]).toMatchObject({ status: 'dead', reason: '通知渠道已停用' });
  });

  it('is held when the queue comes out of a backup, and counted', async () => {
    gatewayAnswer = () => ({ status: 503, text: 'down' });
    await tellHeads(way('dispatched', smsId));
    await choose('head');
    await w.issue({ status: 'dispatched' });
    await doJobs();
    expect(await noticeFigures(w.pool, w.now())).toEqual({ due: 1, dead: 0, unsure: 0 });
    await holdRestored(w.pool);
    begin();
    await pause(80);
    expect(gateway.got).toEqual([]);
    expect(await noticeFigures(w.pool, w.now())).toEqual({ due: 0, dead: 0, unsure: 1 });
  });

  it('tells nothing outside of what is older than a day', async () => {
    await tellHeads(way('dispatched', smsId));
    await choose('head');
    await w.issue({ status: 'dispatched' });
    w.pass(24 * 60 + 1);
    await doJobs();
    expect(await rows()).toEqual([]);
  });

  it('sends each message by one of two programs', async () => {
    const persons = ['head', 'desk', 'officer', 'grid'];
    for (const who of persons) await choose(who);
    for (let n = 0; n < 40; n++)
      await w.pool.query(
        `insert into notice_message values ($1, $2, $3, $4, $5, 'system',
           '{"number": null, "category": null, "place": null, "due": null}', false, 'waiting', 0, $6, $6, $6)`,
        [
          w.district,
          newId(),
          smsId,
          w.personId(persons[n % 4] ?? ''),
          `matter ${n}`,
          new Date(Date.parse(w.now()) + n * 60_000).toISOString(),
        ],
      );
    begin();
    begin();
    for (let n = 0; n < 41; n++) {
      w.pass(1);
      await pause(25);
    }
    await until(() => allAre('sent'));
    const told = gateway.got.reduce((sum, { url }) => {
      const blanks = JSON.parse(url.searchParams.get('TemplateParam') ?? '') as { count?: string };
      return sum + Number(blanks.count ?? 1);
    }, 0);
    expect(told).toBe(40);
    const { noticeChoices } = await w.tools.master.of(w.district);
    for (const who of ['officer', 'grid'])
      await w.run(who, 'noticeChoice', noticeChoices.get(w.personId(who))?.id ?? '', 'end');
  });
});
