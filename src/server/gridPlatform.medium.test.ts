/** A grid platform as a real server: cases pushed to it, ids both ways, its states as actions, killed in between. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { QueryOutput } from '../domain/api.ts';
import type { Issue } from '../domain/issueShape.ts';
import { toldCaseKinds, type PlatformCase } from '../domain/platformCase.ts';
import { usualStates } from '../domain/pushRule.ts';
import { noisyPicture } from './photos/photoFixture.ts';
import { newWebhookSecret } from './standardWebhook.ts';
import { gridPlatform, type GridPlatform } from './testing/gridPlatform.ts';
import { intakeSender, type IntakeSender } from './testing/intakeSender.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { expectReplay } from './testing/replay.ts';
import { served, type Served } from './testing/served.ts';

let s: Served;
let sender: IntakeSender;
let platform: GridPlatform;
beforeAll(async () => {
  s = await served();
  sender = await intakeSender(s);
  platform = await gridPlatform(s, 'grid');
});
afterAll(async () => {
  await platform.kill();
  await s.stop();
});

const push = async (issue: Issue, who = 'desk'): Promise<string> => {
  const id = newId();
  const input = { issueId: issue.id, subscriptionId: platform.subscriptionId };
  await s.run(who, 'platformCase', id, 'push', input);
  return id;
};
const caseOf = (id: string) => s.read<PlatformCase>('platformCase', id);
const issueOf = (id: string) => s.read<Issue>('issue', id);
const waitFor = async (isSo: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
const isIn = (id: string, status: PlatformCase['status']) =>
  waitFor(async () => (await caseOf(id))?.status === status);
const casesOf = async (issueId: string): Promise<PlatformCase[]> => {
  const { rows } = await s.pool.query<{ id: string }>(
    `select id from platform_case where issue_id = $1 order by pushed_at, id`,
    [issueId],
  );
  return Promise.all(rows.map(({ id }) => caseOf(id)));
};
const photo = async (): Promise<string> =>
  (await sender.photos(await noisyPicture(40, 30).jpeg().toBuffer())).body.photo;

/** A case that the platform has got. */
const arrived = async (): Promise<{ issue: Issue; id: string }> => {
  const issue = await s.issue({ status: 'dispatched' });
  const id = await push(issue);
  await isIn(id, 'sent');
  return { issue, id };
};

describe('a case pushed by the desk', () => {
  it('arrives whole, signed, without persons, and its number there is kept', async () => {
    const report = { complainantName: '王小明', complainantPhone: '13800001111' };
    const issue = await s.issue({ status: 'dispatched', report });
    const id = await push(issue);
    await isIn(id, 'sent');
    const told = platform.got.find(({ data }) => data.caseId === id);
    expect(told).toMatchObject({
      type: 'case.push',
      data: {
        caseNumber: issue.number,
        description: issue.description,
        categoryCode: 'E0101',
        areaName: '学府社区',
        unitName: '环卫中心',
        rectifyDue: issue.rectifyDue,
      },
    });
    expect(JSON.stringify(told)).not.toMatch(/王小明|13800001111/);
    expect(platform.problems).toEqual([]);
    expect(await caseOf(id)).toMatchObject({
      foreignNumber: platform.numberOf(id),
      unitId: s.unitId('clean'),
    });
  });

  it('is refused before it is dispatched, twice, of a secret report, and to a platform that rests', async () => {
    const code = async (doing: Promise<unknown>) => (await refusedBy(doing)).code;
    expect(await code(push(await s.issue()))).toBe('notInHand');
    const issue = await s.issue({ status: 'dispatched' });
    await push(issue);
    const twice = await refusedBy(push(issue));
    expect([twice.code, twice.message]).toEqual(['duplicate', '这件已经推送到该平台']);
    const secret = await s.issue({ status: 'dispatched', report: { isConfidential: true } });
    expect(await code(push(secret))).toBe('secrecy');
    await s.run('systemAdmin', 'subscription', platform.subscriptionId, 'pause', {
      reason: '维护',
    });
    expect(await code(push(await s.issue({ status: 'dispatched' })))).toBe('noPlatform');
    await s.run('systemAdmin', 'subscription', platform.subscriptionId, 'resume');
    const head = await refusedBy(push(await s.issue({ status: 'dispatched' }), 'head'));
    expect(head.status).toBe(403);
  });
});

describe('what the platform says', () => {
  it('becomes claiming and rectifying, by the system for the unit, and ends with the case', async () => {
    const { issue, id } = await arrived();
    const number = platform.numberOf(id) ?? '';
    const said = await sender.states([{ number, state: '已受理' }][0]);
    expect(said.body.results[0]).toMatchObject({
      status: 'accepted',
      caseNumber: issue.number,
      caseStatus: 'dispatched',
    });
    await sender.states({ states: [{ caseNumber: issue.number, state: '处置中' }] });
    expect((await issueOf(issue.id)).status).toBe('claimed');
    const done = await sender.states({
      number,
      state: '已处置',
      words: '已清运，联系人 13800001111',
      photos: [await photo()],
      at: '2026-03-04T10:30:00+08:00',
    });
    expect(done.body.results[0]).toMatchObject({ status: 'accepted', caseStatus: 'rectified' });
    const event = (await s.tools.store.events(s.district, 'issue', issue.id)).at(-1);
    expect(event).toMatchObject({ action: 'rectify', actor: { role: 'system' } });
    expect(JSON.stringify(event)).not.toContain('13800001111');
    expect((await issueOf(issue.id)).photoCount).toBe(1);
    expect(await caseOf(id)).toMatchObject({
      status: 'rectified',
      foreignState: '已处置',
      stateAt: '2026-03-04T02:30:00.000Z',
    });
    await s.run('desk', 'issue', issue.id, 'sendToVerify');
    const looked = { words: '没清干净', photos: [await s.photo('grid')] };
    await s.run('grid', 'issue', issue.id, 'fail', looked);
    await isIn(id, 'sent');
    await platform.until((got) =>
      got.some(({ type, data }) => type === 'case.rework' && data.caseId === id),
    );
    await sender.states({ number, state: '已处置', words: '再清', photos: [await photo()] });
    await s.run('desk', 'issue', issue.id, 'sendToVerify');
    const again = { words: '干净', photos: [await s.photo('grid')] };
    await s.run('grid', 'issue', issue.id, 'pass', again);
    await s.run('desk', 'issue', issue.id, 'close');
    await isIn(id, 'closed');
    await platform.until((got) =>
      got.some(({ type, data }) => type === 'case.close' && data.caseId === id),
    );
    const over = await sender.states({ number, state: '处置中' });
    expect(over.body.results[0]?.message).toContain('已结案');
  });

  it('of rectifying before claiming does both, and of sending back ends it', async () => {
    const { issue } = await arrived();
    const caseNumber = issue.number;
    const input = { caseNumber, state: '已处置', photos: [await photo()] };
    expect((await sender.states(input)).body.accepted).toBe(1);
    expect(await issueOf(issue.id)).toMatchObject({ status: 'rectified' });
    const back = await arrived();
    const reply = await sender.states({
      caseNumber: back.issue.number,
      state: '退回',
      words: '不在辖区',
    });
    expect(reply.body.results[0]).toMatchObject({ status: 'accepted', caseStatus: 'accepted' });
    expect(await caseOf(back.id)).toMatchObject({ status: 'returned', problem: null });
    expect(await issueOf(back.issue.id)).toMatchObject({ returnCount: 1, unitId: null });
  });

  it('that is unknown or cannot be is refused by a sentence, shown, and nothing is half done', async () => {
    const { issue, id } = await arrived();
    const on = { caseNumber: issue.number };
    const { body } = await sender.states({
      states: [
        { ...on, state: '已挂起' },
        { ...on, state: '已处置', words: '没有照片' },
        { ...on, state: '说明' },
        { state: '处置中' },
        { caseNumber: '1101992026030499999', state: '处置中' },
        { ...on, state: '' },
        7,
      ],
    });
    expect(body.results.map(({ status }) => status)).toEqual(Array<string>(7).fill('refused'));
    const words = body.results.map(({ message = '' }) => message);
    expect(words[0]).toContain('不认识的状态“已挂起”');
    expect(words[1]).toContain('请上传整改后照片');
    expect(words[2]).toContain('请填写情况');
    expect(words[3]).toContain('请填写本系统的案件编号');
    expect(words[4]).toContain('没有推送给贵平台的这件案件');
    expect((await issueOf(issue.id)).status).toBe('dispatched');
    expect((await caseOf(id)).problem).toContain('请填写情况');
    await waitFor(async () => {
      const { rows } = await s.pool.query(`select 1 from notice where record_id = $1`, [issue.id]);
      return rows.length >= 3;
    });
    expect((await sender.states({ ...on, state: '处置中' })).body.accepted).toBe(1);
    expect((await caseOf(id)).problem).toBeNull();
    expect((await sender.states({ ...on, state: '处置中' })).body.repeated).toBe(1);
  });

  it('of cases of another platform is not listened to', async () => {
    const { issue, id } = await arrived();
    const other = await intakeSender(s, 'other');
    const { body } = await other.states({ caseNumber: issue.number, state: '处置中' });
    expect(body.results[0]?.code).toBe('noCase');
    const posting = await intakeSender(s, 'posting', { rights: ['intake.post'] });
    expect((await posting.states({ caseNumber: issue.number, state: '处置中' })).status).toBe(403);
    expect((await caseOf(id)).foreignState).toBeNull();
  });
});

describe('who sees it', () => {
  const listed = async (who: string, search = ''): Promise<string[]> => {
    const client = await s.signIn(who);
    const path = `/api/${s.district}/platform-cases?limit=100${search}`;
    const { status, body } = await client.get<QueryOutput<'platformCaseList'>>(path);
    expect(status).toBe(200);
    return body.items.map(({ id }) => id);
  };

  it('is the desk, the unit it was handed over for, and no other', async () => {
    const { issue, id } = await arrived();
    expect(await listed('desk', `&issue=${issue.id}`)).toEqual([id]);
    expect(await listed('head')).toContain(id);
    expect(await listed('streetHead')).toEqual([]);
    expect(await listed('grid')).toEqual([]);
    expect(await listed('systemAdmin')).toEqual([]);
    await sender.states({ caseNumber: issue.number, state: '已挂起' });
    expect(await listed('desk', '&trouble=1')).toContain(id);
    expect(await listed('desk', `&status=recalled&platform=${platform.subscriptionId}`)).toEqual(
      [],
    );
  });

  it('is offered by the page of a case only where there is a platform in use', async () => {
    const issue = await s.issue({ status: 'dispatched' });
    const desk = await s.signIn('desk');
    const offered = async (): Promise<string[]> => {
      const path = `/api/${s.district}/issues/${issue.id}`;
      const { body } = await desk.get<QueryOutput<'issueView'>>(path);
      return body.actions.map(({ noun, action }) => `${noun}.${action}`);
    };
    expect(await offered()).toContain('platformCase.push');
    const pause = { reason: '维护' };
    await s.run('systemAdmin', 'subscription', platform.subscriptionId, 'pause', pause);
    expect(await offered()).not.toContain('platformCase.push');
    await s.run('systemAdmin', 'subscription', platform.subscriptionId, 'resume');
  });
});

describe('what happens here', () => {
  it('recalls the case when it goes elsewhere, by itself or by the desk', async () => {
    const { issue, id } = await arrived();
    await s.run('desk', 'issue', issue.id, 'transfer', { unitId: s.unitId('street'), note: '转' });
    await isIn(id, 'recalled');
    await platform.until((got) =>
      got.some(({ type, data }) => type === 'case.recall' && data.note === '案件已转办'),
    );
    const state = await sender.states({ caseNumber: issue.number, state: '处置中' });
    expect(state.body.results[0]?.message).toContain('已收回');
    const second = await arrived();
    await s.run('desk', 'platformCase', second.id, 'recall', { note: '改由本级办理' });
    expect((await push(second.issue)).length).toBeGreaterThan(0);
  });

  it('pushes by rule of unit, category and channel, and never back to who reported it', async () => {
    const change = (input: Record<string, unknown>) =>
      s.run('systemAdmin', 'subscription', platform.subscriptionId, 'edit', input);
    const rule = { channels: ['hotline', 'patrol'], states: usualStates };
    await change({
      unitId: s.unitId('clean'),
      push: { ...rule, isAutomatic: true, categoryCodes: ['E01'] },
    });
    const own = await s.issue({
      status: 'dispatched',
      report: { senderCode: 'grid', outsideNumber: `WG-${newId()}` },
    });
    const street = await s.issue({ status: 'dispatched', unit: 'street' });
    const fitting = await s.issue({ status: 'dispatched' });
    await waitFor(async () => (await casesOf(fitting.id))[0]?.status === 'sent');
    expect(await casesOf(own.id)).toEqual([]);
    expect(await casesOf(street.id)).toEqual([]);
    await change({ push: { ...rule, isAutomatic: true, categoryCodes: ['P'] } });
    const other = await s.issue({ status: 'dispatched' });
    await change({ push: { ...rule, isAutomatic: false, categoryCodes: [] }, unitId: null });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await casesOf(other.id)).toEqual([]);
  });

  it('goes on alone where there is no platform', async () => {
    const { rows } = await s.pool.query<{ n: number }>(
      `select count(*)::int as n from platform_case`,
    );
    const before = rows[0]?.n;
    await s.issue({ status: 'closed' });
    const after = await s.pool.query<{ n: number }>(`select count(*)::int as n from platform_case`);
    expect(after.rows[0]?.n).toBe(before);
  });
});

describe('the history', () => {
  // Before time passes and clocks run out: the program goes on working while it is read.
  it('replays once nothing is under way any more', async () => {
    await waitFor(async () => {
      const { rows } = await s.pool.query<{ n: number }>(
        `select (select count(*) from job) + (select count(*) from platform_case where status = 'sending') as n`,
      );
      return Number(rows[0]?.n) === 0;
    });
    await expectReplay(s);
  });
});

describe('when the platform is away', () => {
  it('killed before, and after taking without answering, it has each case once in the end', async () => {
    await platform.kill();
    const issues = [
      await s.issue({ status: 'dispatched' }),
      await s.issue({ status: 'dispatched' }),
    ];
    const ids = [await push(issues[0] as Issue), await push(issues[1] as Issue)];
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (const id of ids) expect((await caseOf(id)).status).toBe('sending');
    platform.diesAfterTaking = true;
    await platform.begin();
    s.pass(1);
    await platform.until((got) => got.some(({ data }) => ids.includes(data.caseId)));
    platform.diesAfterTaking = false;
    await new Promise((resolve) => setTimeout(resolve, 300));
    await platform.begin();
    for (let n = 0; n < 10; n++) {
      s.pass(60);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    for (const id of ids) await isIn(id, 'sent');
    for (const id of ids) {
      expect(platform.got.filter(({ data }) => data.caseId === id)).toHaveLength(1);
      expect((await caseOf(id)).foreignNumber).toBe(platform.numberOf(id));
    }
  }, 120_000);

  it('given up after three days the case says so, is recalled or sent again', async () => {
    platform.answer = { status: 422 };
    const id = await push(await s.issue({ status: 'dispatched' }));
    await waitFor(async () => {
      const { rows } = await s.pool.query(
        `select 1 from webhook_delivery where record_id = $1 and status = 'waiting'`,
        [id],
      );
      return rows.length > 0;
    });
    s.pass(3 * 1440 + 1);
    await isIn(id, 'failed');
    expect((await caseOf(id)).problem).toContain('422');
    platform.answer = null;
    await s.run('systemAdmin', 'subscription', platform.subscriptionId, 'resend');
    await isIn(id, 'sent');
    expect((await caseOf(id)).problem).toBeNull();
  }, 60_000);
});

describe('the platform itself', () => {
  it('is refused without sender, with other events, or made of a subscription', async () => {
    const input = {
      name: '平台',
      url: 'https://platform.example.cn/',
      kinds: toldCaseKinds,
      senderCode: 'grid',
      secret: newWebhookSecret(),
      push: { isAutomatic: false, categoryCodes: [], channels: [], states: usualStates },
    };
    const add = async (more: object) => {
      const doing = s.run('systemAdmin', 'subscription', newId(), 'add', { ...input, ...more });
      return (await refusedBy(doing)).code;
    };
    expect(await add({ senderCode: undefined })).toBe('noSender');
    expect(await add({ kinds: ['issue'] })).toBe('wrongKinds');
    expect(await add({ push: { ...input.push, states: [] } })).toBe('badInput');
    const twice = [...usualStates, ...usualStates.slice(0, 1)];
    expect(await add({ push: { ...input.push, states: twice } })).toBe('badInput');
    const edit = s.run('systemAdmin', 'subscription', platform.subscriptionId, 'edit', {
      push: null,
      kinds: ['issue'],
    });
    expect((await refusedBy(edit)).code).toBe('otherKind');
  });
});
