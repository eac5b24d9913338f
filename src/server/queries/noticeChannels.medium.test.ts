/** Notice channels and choices: who sees and sets them, what is refused, and where the secrets are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { QueryContext } from './context.ts';
import { asking } from '../testing/asking.ts';
import { httpReceiver, type HttpReceiver } from '../testing/noticeReceivers.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { expectReplay } from '../testing/replay.ts';
import { world, type World } from '../testing/world.ts';
import {
  noticeChannelList,
  noticeDefaultList,
  noticeMessageList,
  tryNoticeChannel,
} from './noticeChannels.ts';
import { ownNotices } from './ownNotices.ts';

const key = 'robot-key-0123456789';
const hours = { quietFrom: '22:00', quietTo: '07:00', isUrgentAnyway: true, digestAt: '08:30' };

let w: World;
let robot: HttpReceiver;
let robotId: string;
beforeAll(async () => {
  w = await world();
  robot = await httpReceiver(() => ({ json: { errcode: 0 } }));
  await w.run('systemAdmin', 'outsideAddress', newId(), 'add', {
    host: '127.0.0.1',
    purpose: '测试',
  });
  robotId = newId();
  await w.run('systemAdmin', 'noticeChannel', robotId, 'add', {
    name: '工作群',
    settings: { kind: 'weComRobot', url: robot.url },
    unitId: w.unitId('clean'),
    pageUrl: 'https://loop.example.cn/',
    secret: key,
  });
});
afterAll(async () => {
  await robot.stop();
  await w.drop();
});

const asked = async (who: string): Promise<QueryContext> => ({
  ...(await asking(w, null)),
  actor: await w.actor(who),
});

describe('the channels', () => {
  it('are listed to administrators without their secrets, and to nobody else', async () => {
    for (const who of ['systemAdmin', 'auditAdmin']) {
      const { items } = await noticeChannelList(await asked(who), {});
      expect(items).toMatchObject([{ name: '工作群', unitName: '环卫中心', waiting: 0, dead: 0 }]);
      expect(JSON.stringify(items)).not.toContain(key);
      expect(JSON.stringify(items)).not.toContain('secretId');
    }
    for (const who of ['desk', 'head', 'grid', 'securityAdmin'])
      for (const ask of [
        async () => noticeChannelList(await asked(who), {}),
        async () => noticeMessageList(await asked(who), { id: robotId }),
        async () => noticeDefaultList(await asked(who)),
        async () => tryNoticeChannel(await asked(who), { id: robotId }),
      ])
        expect((await refusedBy(ask())).status).toBe(403);
  });

  it('keep their secrets out of events and rows, and destroy them when retired', async () => {
    const { rows } = await w.pool.query<{ text: string }>(
      `select (select string_agg(e::text, '') from event e where noun = 'noticeChannel') ||
              (select string_agg(c::text, '') from notice_channel c) as text`,
    );
    expect(rows[0]?.text).not.toContain(key);
    const id = newId();
    const settings = { kind: 'weComRobot', url: robot.url };
    await w.run('systemAdmin', 'noticeChannel', id, 'add', { name: '旧群', settings, secret: key });
    await w.run('systemAdmin', 'noticeChannel', id, 'rotate', { secret: 'another' });
    await w.run('systemAdmin', 'noticeChannel', id, 'retire', { reason: '解散' });
    const { rows: left } = await w.pool.query(
      `select 1 from secret where record_id = $1 and (wrapped_key is not null or ciphertext is not null)`,
      [id],
    );
    expect(left).toEqual([]);
    const { message } = await refusedBy(tryNoticeChannel(await asked('systemAdmin'), { id }));
    expect(message).toContain('已停用');
  });

  it('are tried for real, and the answer is told', async () => {
    const context = await asked('systemAdmin');
    const told = await tryNoticeChannel(context, { id: robotId });
    expect(told).toMatchObject({ isSent: true, answer: '企业微信已收到' });
    expect(robot.got[0]?.body).toMatchObject({
      text: { content: expect.stringContaining('测试') },
    });
    expect(robot.got[0]?.url.searchParams.get('key')).toBe(key);
  });

  it.each([
    [{ settings: { kind: 'fax' } }, '通知渠道的种类'],
    [{ settings: { kind: 'weComRobot', url: 'ftp://x' } }, '完整地址'],
    [{ settings: { kind: 'weComRobot', url: 'https://x.cn/send?key=1' } }, '不带参数'],
    [{ secret: '有汉字' }, '密钥含有'],
    [{ unitId: newId() }, '所选单位不存在'],
    [
      {
        settings: {
          kind: 'smtp',
          host: 'mail.example.cn',
          port: 465,
          security: 'tls',
          user: 'u',
          from: 'nobody',
        },
      },
      '发件邮箱',
    ],
  ])('refuse %j with a sentence', async (part, words) => {
    const input = {
      name: '群',
      settings: { kind: 'weComRobot', url: robot.url },
      secret: 'k',
      ...part,
    };
    const refused = await refusedBy(w.run('systemAdmin', 'noticeChannel', newId(), 'add', input));
    expect(JSON.stringify([refused.message, refused.details])).toContain(words);
  });
});

describe('what a person wants', () => {
  const way = () => ({ kind: 'overdue', channelId: robotId, when: 'now' });

  it('is shown to themselves, contacts masked, and set by nobody else', async () => {
    const id = newId();
    await w.run('desk', 'noticeChoice', id, 'add', {
      phone: '13800138000',
      email: 'zhang@example.cn',
      duties: [{ postId: w.postId('desk'), ways: [way()] }],
      hours,
    });
    const own = await ownNotices(await asked('desk'));
    expect(own).toMatchObject({ phone: '138****00', email: 'zh***@example.cn' });
    expect(own.choice?.duties[0]?.ways).toEqual([way()]);
    const text = JSON.stringify([own, await ownNotices(await asked('head'))]);
    expect(text).not.toMatch(/13800138000|zhang@|phoneId/);
    expect((await ownNotices(await asked('head'))).choice).toBeNull();
    const input = { duties: [], hours: null };
    for (const who of ['head', 'systemAdmin', 'securityAdmin'])
      for (const action of ['edit', 'end']) {
        const done = w.run(who, 'noticeChoice', id, action, action === 'edit' ? input : {});
        expect((await refusedBy(done)).message).toContain('本人');
      }
    const { rows } = await w.pool.query<{ text: string }>(
      `select string_agg(e::text, '') as text from event e where record_id = $1`,
      [id],
    );
    expect(rows[0]?.text).not.toMatch(/13800138000|zhang/);
    await w.run('desk', 'noticeChoice', id, 'edit', { ...input, phone: null });
    expect(await ownNotices(await asked('desk'))).toMatchObject({
      phone: null,
      choice: { hours: null },
    });
    await w.run('desk', 'noticeChoice', id, 'end');
    const { rows: left } = await w.pool.query(
      `select 1 from secret where record_id = $1 and (wrapped_key is not null or ciphertext is not null)`,
      [id],
    );
    expect(left).toEqual([]);
  });

  it.each([
    [{ duties: [{ postId: 'head', ways: [] }] }, '自己岗位'],
    [{ duties: [{ postId: 'own', ways: [{ ...way(), channelId: newId() }] }] }, '通知渠道不存在'],
    [{ duties: [{ postId: 'own', ways: ['twice'] }] }, '只能选一次'],
    [{ hours: { ...hours, quietTo: null } }, '起止时间'],
    [{ hours: { ...hours, digestAt: '25:00' } }, '23:59'],
    [{ phone: '010-6234' }, '11 位手机号'],
    [{ email: 'nobody' }, '邮箱地址'],
  ])('is refused with a sentence: %j', async (part, words) => {
    const named = (postId: string): string => w.postId(postId === 'own' ? 'shift' : postId);
    const { duties = [], ...rest } = part as { duties?: { postId: string; ways: unknown[] }[] };
    const input = {
      hours: null,
      ...rest,
      duties: duties.map(({ postId, ways }) => ({
        postId: named(postId),
        ways: ways[0] === 'twice' ? [way(), { ...way(), when: 'digest' }] : ways,
      })),
    };
    const refused = await refusedBy(w.run('shift', 'noticeChoice', newId(), 'add', input));
    expect(JSON.stringify([refused.message, refused.details])).toContain(words);
  });

  it('is one for each person, also when they ask twice at once', async () => {
    const input = { duties: [], hours: null };
    const done = await Promise.allSettled([
      w.run('leader', 'noticeChoice', newId(), 'add', input),
      w.run('leader', 'noticeChoice', newId(), 'add', input),
    ]);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('follows the role where nothing is chosen', async () => {
    const id = newId();
    const ways = [way()];
    await w.run('systemAdmin', 'noticeDefault', id, 'add', { role: 'supervisor', ways, hours });
    await w.run('systemAdmin', 'noticeDefault', id, 'edit', { ways, hours });
    const own = await ownNotices(await asked('supervisor'));
    expect(own.posts).toMatchObject([{ role: 'supervisor', defaults: ways }]);
    expect(own.defaultHours).toEqual(hours);
    const { items } = await noticeDefaultList(await asked('systemAdmin'));
    expect(items).toMatchObject([{ role: 'supervisor' }]);
    const again = w.run('systemAdmin', 'noticeDefault', newId(), 'add', {
      role: 'supervisor',
      ways,
      hours,
    });
    expect((await refusedBy(again)).status).toBe(409);
    const notTheirs = w.run('desk', 'noticeDefault', newId(), 'add', { role: 'desk', ways, hours });
    expect((await refusedBy(notTheirs)).status).toBe(403);
    await w.run('systemAdmin', 'noticeDefault', id, 'end');
    expect((await ownNotices(await asked('supervisor'))).posts[0]?.defaults).toEqual([]);
  });

  it('replays from its events', async () => {
    await expectReplay(w);
  });
});
