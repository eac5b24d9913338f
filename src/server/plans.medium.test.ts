/** No statement reads a big table from end to end: every query, loop and action, with its plan on 10⁴ rows. */
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Statement } from '../../bench/captured.ts';
import {
  askSample,
  explainAll,
  hearStatements,
  samplesOf,
  unsampled,
  type Sample,
} from '../../bench/plans.ts';
import type { Issue } from '../domain/issueShape.ts';
import type { Report } from '../domain/reportShape.ts';
import type { NoticeChannel } from '../domain/noticeChannel.ts';
import type { Subscription } from '../domain/subscription.ts';
import { deriveDistrict } from './derive.ts';
import { sweepGroupPosts } from './group/posts.ts';
import { runDueJobs } from './jobs.ts';
import { makeLog } from './log.ts';
import { serviceRequests, type RequestFilter } from './queries/open311.ts';
import { sweepProvisional } from './provisional.ts';
import { sealAll } from './sealer.ts';
import { newWebhookSecret } from './standardWebhook.ts';
import { sweepClocks, sweepSessions } from './sweeps.ts';
import { idFrom } from './idFrom.ts';
import { asking } from './testing/asking.ts';
import { react, sweepingOn } from './testing/sweeping.ts';
import { world, type World } from './testing/world.ts';
import { dueChannels, markBroken, sweepMessages, take } from './notices/take.ts';
import { eventsAfter } from './webhooks/events.ts';
import { webhookFigures } from './webhooks/figures.ts';

const rows = 10_000;

let w: World;
let client: pg.Client;
let samples: Sample[];

/** 10⁴ records like one made by actions, with other ids, numbers, moments, statuses and clocks. */
async function multiply(): Promise<void> {
  const owner = new pg.Client(w.config);
  await owner.connect();
  const copies = (table: string, changed: Record<string, string>): string => {
    const set = Object.entries(changed).map(([column, value]) => `'${column}', ${value}`);
    return `insert into ${table} overriding system value
      select (jsonb_populate_record(x.t, jsonb_build_object(${set.join(', ')}))).* from
      (select t from ${table} t limit 1) x, generate_series(1, ${rows}) n`;
  };
  const id = (table: string): string => `md5('${table}' || n)::uuid`;
  const moment = `'2026-03-04T02:00:00Z'::timestamptz - n * interval '7 minutes'`;
  await owner.query('alter table issue alter column current_due drop expression');
  await owner.query(
    copies('issue', {
      id: id('issue'),
      number: `'1101992025' || lpad(n::text, 9, '0')`,
      status: `(array['accepted','dispatched','claimed','rectified','verifying','passed','closed'])[1 + n % 7]`,
      accepted_at: moment,
      current_due: moment,
      escalate_at: `case when n % 7 < 6 then ${moment} end`,
    }),
  );
  await owner.query(
    copies('report', {
      id: id('report'),
      number: `'2025' || lpad(n::text, 10, '0')`,
      status: `(array['submitted','joined','answered'])[1 + n % 3]`,
      submitted_at: moment,
      issue_id: 'null',
    }),
  );
  await owner.query(
    copies('callback', {
      id: id('callback'),
      status: `(array['waiting','answered','contested','invalid'])[1 + n % 4]`,
      opened_at: moment,
      ended_at: `case when n % 4 > 0 then ${moment} end`,
      due: `case when n % 4 in (0, 2) then ${moment} end`,
      escalate_at: `case when n % 4 = 0 then ${moment} end`,
    }),
  );
  await owner.query(copies('event', { id: id('event'), record_id: id('record'), at: moment }));
  await owner.query(copies('request', { id: id('request') }));
  await owner.query(copies('seal', { event_id: id('seal'), number: '100000 + n' }));
  await owner.query(copies('search', { record_id: id('issue') }));
  await owner.query('analyze');
  await owner.end();
}

beforeAll(async () => {
  w = await world();
  const issue = await w.issue({ status: 'dispatched' });
  const report = await w.report({}, 'grid');
  const linkId = newId();
  await w.run('supervisor', 'catalogLink', linkId, 'propose', {
    kind: 'class',
    fromCode: '12345 城乡建设 / 环境卫生',
    categoryCode: 'E0101',
    basis: 'hand',
  });
  const done = await w.issue({ status: 'closed', report: { complainantPhone: '13812345678' } });
  await react(w);
  expect(done.status).toBe('closed');
  await sealAll(w.pool);
  await deriveDistrict(w.pool, w.district);
  await multiply();
  client = new pg.Client(w.config);
  await client.connect();
  await client.query('set enable_seqscan = off');
  samples = samplesOf({
    issueId: issue.id,
    reportId: report.id,
    reportNumber: report.number,
    issueNumber: issue.number,
    unitId: w.unitId('clean'),
    subdistrict: '110199001',
    linkId,
    areaId: idFrom('test area 110199001'),
    category: 'E0101',
    words: '垃圾',
    rareWord: '味道很大',
    from: '2026-02-01',
    to: '2026-02-28',
  });
});
afterAll(async () => {
  await client.end();
  await w.drop();
});

/** One that is told of one sender's matters. */
async function addSubscription(): Promise<Subscription> {
  const sender = { code: 'platform', name: '平台', channel: 'hotline' };
  await w.run('systemAdmin', 'sender', newId(), 'add', sender);
  const { record } = await w.run('systemAdmin', 'subscription', newId(), 'add', {
    name: '平台',
    url: 'https://platform.example.cn/',
    kinds: ['issue', 'assist', 'report.submit'],
    senderCode: 'platform',
    secret: newWebhookSecret(),
  });
  return record as unknown as Subscription;
}

async function addRobot(): Promise<NoticeChannel> {
  const { record } = await w.run('systemAdmin', 'noticeChannel', newId(), 'add', {
    name: '群',
    settings: { kind: 'weComRobot', url: 'https://robot.example.cn/send' },
    secret: 'key',
  });
  return record as unknown as NoticeChannel;
}

/** Statements of some work that read a big table from end to end even when that is made dear. */
async function scansDuring(during: string, work: () => Promise<unknown>): Promise<string[]> {
  const heard: Statement[] = await hearStatements(work);
  expect(heard.length, `${during} sends statements`).toBeGreaterThan(0);
  const explained = await explainAll(
    client,
    heard.map((statement) => ({ ...statement, during })),
  );
  return explained
    .filter(({ scans }) => scans.length > 0)
    .map(({ scans, text }) => `${during}: ${scans.join(', ')} in ${text}`);
}

describe('every statement finds its rows by an index', () => {
  it('asks every query', () => {
    // These write or need an event of their own; they find by key.
    expect(
      unsampled(samples, [
        'readNotices',
        'revealed',
        'askForBackup',
        'trySubscription',
        'tryNoticeChannel',
      ]),
    ).toEqual([]);
  });

  it.each([
    'desk',
    'head',
    'officer',
    'grid',
    'assessor',
    'leader',
    'systemAdmin',
    'securityAdmin',
  ])('for %s', async (who) => {
    const actor = await w.actor(who);
    const context = await asking(w, null);
    const found = await scansDuring(who, async () => {
      for (const sample of samples) await askSample(sample, context, actor);
    });
    expect(found).toEqual([]);
  });

  it('in the loops', async () => {
    const sweeping = sweepingOn(w);
    const log = makeLog('silent');
    await w.issue({ status: 'closed' });
    const found = [
      ...(await scansDuring('sealing', () => sealAll(w.pool))),
      ...(await scansDuring('deriving', () => deriveDistrict(w.pool, w.district))),
      ...(await scansDuring('jobs', () =>
        runDueJobs(w.pool, { pool: w.pool, tools: w.tools, photoDirectory: '/nowhere' }, log),
      )),
      ...(await scansDuring('clocks', () => sweepClocks(sweeping))),
      ...(await scansDuring('calendar', () => sweepProvisional(w.pool, w.tools, new Map()))),
      ...(await scansDuring('group posts', () =>
        sweepGroupPosts({ ...w, known: new Set(), log }, [w.district]),
      )),
      ...(await scansDuring('notices', async () => {
        await dueChannels(w.pool, w.now());
        await take(w.pool, await addRobot(), w.now(), () => null);
        await markBroken(w.pool, w.now(), 60_000);
        await sweepMessages(w.pool, w.now());
      })),
      ...(await scansDuring('sessions', () => sweepSessions(sweeping))),
      ...(await scansDuring('webhooks', async () => {
        const master = await w.tools.master.of(w.district);
        await eventsAfter(w.pool, await addSubscription(), master, 0);
        await webhookFigures(w.pool);
      })),
    ];
    expect(found).toEqual([]);
  });

  it('for city apps', async () => {
    const master = await w.tools.master.of(w.district);
    const now = w.now();
    const range = { from: '2026-01-01T00:00:00.000Z', to: now, limit: 50, offset: 100 };
    const filters: RequestFilter[] = [
      range,
      { ...range, numbers: ['20250000000001'] },
      { ...range, status: 'open' },
      { ...range, status: 'closed', codes: ['E0101'] },
    ];
    const own = { senderCode: '12345', areas: ['110199'] };
    const found = await scansDuring('city apps', async () => {
      for (const filter of filters)
        for (const whose of [own, null])
          await serviceRequests(w.pool, master, { filter, own: whose, now });
    });
    expect(found).toEqual([]);
  });

  it('in actions from the report to the close, and in merging', async () => {
    const issues: Issue[] = [];
    const reports: Report[] = [];
    const found = await scansDuring('the loop', async () => {
      issues.push(await w.issue({ status: 'closed' }));
      issues.push(await w.issue(), await w.issue());
      reports.push(await w.report());
      await w.run('desk', 'report', reports[0]?.id ?? '', 'join', { issueId: issues[1]?.id });
      await w.run('desk', 'issue', issues[1]?.id ?? '', 'merge', {
        intoId: issues[2]?.id,
        note: '同一处',
      });
      await w.run('desk', 'issue', issues[0]?.id ?? '', 'reopen', { note: '没有修好' });
    });
    expect(found).toEqual([]);
  });
});
