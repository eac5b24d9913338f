/** Accounts: open sessions seen and ended, the second factor of administrators, locks released by others. */
import { generateSync } from 'otplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { resetPassword } from '../adapters/firstRecords.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import { epochMs } from '../../domain/moment.ts';
import { deviceWords } from '../device.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { served, testPassword, type Client, type Served } from '../testing/served.ts';

const phone =
  'Mozilla/5.0 (Linux; Android 14; Pixel) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0';

describe('accounts', () => {
  let s: Served;
  let security: Client;
  beforeAll(async () => {
    s = await served({
      posts: {
        desk: { role: 'desk' },
        otherDesk: { role: 'desk' },
        system: { role: 'systemAdmin' },
        security: { role: 'securityAdmin' },
        second: { role: 'securityAdmin' },
        audit: { role: 'auditAdmin' },
      },
    });
    security = await s.signIn('security');
  });
  afterAll(() => s.stop());

  const codeNow = (secret: string, ahead = 0): string =>
    generateSync({
      secret,
      strategy: 'hotp',
      counter: Math.floor(epochMs(s.now()) / 30_000) + ahead,
    });

  const enter = (login: string, more: Record<string, unknown> = {}, headers = {}) =>
    s.stranger.post<{ csrf: string; code: string; totp: string }>(
      '/api/session',
      { login, password: testPassword, ...more },
      headers,
    );

  const clientOf = (answer: Awaited<ReturnType<typeof enter>>): Client =>
    s.clientWith(answer.headers.get('set-cookie')?.split(';')[0] ?? '', answer.body.csrf);

  /** Enrols somebody and returns the secret and the recovery codes. */
  const enrol = async (who: Client): Promise<{ secret: string; recovery: string[] }> => {
    const begun = await who.post<{ secret: string; link: string }>('/api/session/totp', {});
    expect(begun.status).toBe(200);
    const { secret, link } = begun.body;
    expect(link).toContain(`secret=${secret}`);
    const proven = await who.post<{ recovery: string[] }>('/api/session/totp/prove', {
      code: codeNow(secret),
    });
    expect(proven.status).toBe(200);
    return { secret, recovery: proven.body.recovery };
  };

  it('tells devices by the browser’s word', () => {
    expect(deviceWords(phone)).toBe('安卓手机 · 微信');
    expect(deviceWords('Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0')).toBe(
      'Windows 电脑 · Edge',
    );
    expect(deviceWords(undefined)).toBe('未知设备');
    expect(deviceWords('curl/8')).toBe('未知设备');
  });

  it('shows the own sessions and ends the others, at once and for good', async () => {
    const desk = await s.signIn('desk');
    const other = clientOf(await enter('desk', {}, { 'user-agent': phone }));
    interface Listed {
      items: { id: string; device: string; isCurrent: boolean }[];
    }
    const list = await desk.get<Listed>('/api/session/list');
    expect(list.body.items).toHaveLength(2);
    expect(list.body.items.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    const theirs = list.body.items.find(({ isCurrent }) => !isCurrent);
    expect(theirs?.device).toBe('安卓手机 · 微信');
    expect(JSON.stringify(list.body)).not.toMatch(/127\.0\.0\.1|Mozilla/);

    s.pass(20);
    expect(await desk.post('/api/session/end', { others: true })).toMatchObject({
      status: 403,
      body: { code: 'signInAgain' },
    });
    const wrong = await desk.post('/api/session/confirm', { password: 'not the password' });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'wrongPassword']);
    expect((await desk.post('/api/session/confirm', { password: testPassword })).status).toBe(200);
    expect((await desk.post('/api/session/end', { id: newId() })).status).toBe(404);
    expect((await desk.post('/api/session/end', { id: theirs?.id })).status).toBe(200);
    expect((await other.get('/api/session')).status).toBe(401);
    const third = clientOf(await enter('desk'));
    expect((await desk.post('/api/session/end', { others: true })).status).toBe(200);
    expect((await third.get('/api/session')).status).toBe(401);
    expect((await desk.get('/api/session')).status).toBe(200);
  });

  it('shows the sessions of the district to the security administrator, who may end them', async () => {
    const desk = await s.signIn('otherDesk');
    await desk.get(`/api/session`);
    const list = await security.get<{ items: { id: string; personId: string }[] }>(
      `/api/${s.district}/sessions?words=otherdesk`,
    );
    expect(list.body.items).toHaveLength(1);
    expect((await desk.get(`/api/${s.district}/sessions`)).status).toBe(403);
    const [found] = list.body.items;
    s.pass(20);
    const end = () =>
      security.act('persons', found?.personId ?? '', 'endSessions', { sessionId: found?.id });
    expect((await end()).body.code).toBe('signInAgain');
    await security.post('/api/session/confirm', { password: testPassword });
    expect((await end()).status).toBe(200);
    expect((await desk.get('/api/session')).status).toBe(401);
    const events = await security.get<{ events: { action: string }[] }>(
      `/api/${s.district}/events/person/${s.personId('otherDesk')}`,
    );
    expect(events.body.events.map(({ action }) => action)).toContain('endSessions');
  });

  it('takes a code once, half a minute early or late, and no other', async () => {
    const system = await s.signIn('system');
    expect((await system.get<{ totp: string }>('/api/session')).body.totp).toBe('offered');
    const early = await system.post('/api/session/totp/prove', { code: '123456' });
    expect(early).toMatchObject({ status: 409, body: { code: 'notBegun' } });
    const { secret, recovery } = await enrol(system);
    expect(new Set(recovery).size).toBe(10);
    expect((await system.get<{ totp: string }>('/api/session')).body.totp).toBe('on');
    expect(await enter('system')).toMatchObject({ status: 401, body: { code: 'needsCode' } });
    // The code it was enrolled with is used up.
    expect((await enter('system', { code: codeNow(secret) })).body.code).toBe('wrongCode');
    expect((await enter('system', { code: codeNow(secret, 1) })).status).toBe(200);
    expect((await enter('system', { code: codeNow(secret, 1) })).body.code).toBe('wrongCode');
    expect((await enter('system', { code: codeNow(secret, 3) })).body.code).toBe('wrongCode');
    s.pass(2);
    expect((await enter('system', { code: codeNow(secret, -1) })).status).toBe(200);
    expect((await enter('system', { code: recovery[3]?.toUpperCase() })).status).toBe(200);
    expect((await enter('system', { code: recovery[3] })).body.code).toBe('wrongCode');
    const { rows } = await s.pool.query<{ text: string }>(
      `select row_to_json(t)::text as text from totp t`,
    );
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(recovery[0]);
  });

  it('lets two sign-ins at once use a code only once', async () => {
    const audit = await s.signIn('audit');
    const { secret } = await enrol(audit);
    s.pass(1);
    const code = codeNow(secret);
    const answers = await Promise.all([enter('audit', { code }), enter('audit', { code })]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('stops guessing after five wrong codes, wherever they come from', async () => {
    s.pass(20);
    for (let n = 0; n < 5; n++)
      expect((await enter('audit', { code: `00000${n}` })).body.code).toBe('wrongCode');
    expect(await enter('audit', { code: '000009' })).toMatchObject({
      status: 429,
      body: { code: 'codeLocked' },
    });
    s.pass(16);
    expect((await enter('audit', { code: '000010' })).body.code).toBe('wrongCode');
  });

  it('lets the security administrator drop another’s second factor, never their own or a peer’s', async () => {
    await security.post('/api/session/confirm', { password: testPassword });
    const drop = (who: string) => security.act('persons', s.personId(who), 'resetTotp');
    expect((await drop('security')).body.code).toBe('oneself');
    const peer = await drop('second');
    expect(peer.body.code).toBe('administrator');
    expect(peer.body.message).toContain('admin reset');
    expect((await drop('audit')).status).toBe(200);
    expect((await enter('audit')).status).toBe(200);
  });

  it('makes administrators enrol first where the district demands it', async () => {
    const settings = await s.tools.master.of(s.district);
    expect(settings.settings(s.now()).administratorTotp).toBe('off');
    const system = await s.signIn('second');
    const district = `/api/${s.district}/directory`;
    expect((await system.get(district)).status).toBe(200);
    await s.run('system', 'setting', newId(), 'add', {
      code: 'administratorTotp',
      value: 'required',
    });
    expect((await system.get(district)).body.code).toBe('mustEnrolTotp');
    expect((await system.get<{ totp: string }>('/api/session')).body.totp).toBe('required');
    expect((await (await s.signIn('otherDesk')).get(district)).status).toBe(200);
    await enrol(system);
    expect((await system.get(district)).status).toBe(200);
    await s.serving.accounts.totp.clear(s.personId('second'));
  });

  it('offers no second factor to those who administer nothing', async () => {
    const desk = await s.signIn('desk');
    expect((await desk.post('/api/session/totp', {})).status).toBe(403);
  });

  it('tells until when somebody is locked; another security administrator releases them', async () => {
    await s.signIn('otherDesk');
    await s.signIn('second');
    const lock = (who: string) =>
      s.pool.query(`update credential set locked_until = $2 where person_id = $1`, [
        s.personId(who),
        new Date(epochMs(s.now()) + 900_000),
      ]);
    await lock('second');
    await security.post('/api/session/confirm', { password: testPassword });
    await enrol(security);
    const locked = await security.get<{ items: { login: string; lockedUntil: string }[] }>(
      `/api/${s.district}/persons?state=locked`,
    );
    expect(locked.body.items).toMatchObject([{ login: 'second' }]);
    expect(locked.body.items[0]?.lockedUntil).toBe(
      new Date(epochMs(s.now()) + 900_000).toISOString(),
    );
    expect((await enter('second')).body.code).toBe('locked');
    expect((await security.act('persons', s.personId('second'), 'unlock')).status).toBe(200);
    expect((await enter('second')).status).toBe(200);
    await lock('second');
    expect(await resetPassword(s.tools, s.pool, 'second')).toBe(s.personId('second'));
    await s.serving.accounts.setPassword(s.personId('second'), testPassword, true);
    expect((await enter('second')).status).toBe(200);
  });

  it('lets a deputy choose the post deputised, and no longer than it lasts', async () => {
    await s.run('system', 'deputy', newId(), 'add', {
      postId: s.postId('desk'),
      deputyPostId: s.postId('otherDesk'),
      fromDay: '2026-03-04',
      toDay: '2026-03-04',
    });
    const other = await s.signIn('otherDesk');
    interface View {
      posts: { id: string; title: string }[];
      post: { id: string; title: string };
    }
    const session = await other.get<View>('/api/session');
    expect(session.body.posts.map(({ title }) => title)).toEqual(['desk', '代班：desk']);
    const switched = await other.post<View>('/api/session/post', { postId: s.postId('desk') });
    expect(switched.body.post.id).toBe(s.postId('desk'));
    expect((await other.get(`/api/${s.district}/work`)).status).toBe(200);
    s.pass(1440);
    const later = await enter('otherdesk');
    const again = clientOf(later);
    expect((await again.post('/api/session/post', { postId: s.postId('desk') })).status).toBe(404);
    expect(
      (await s.tools.store.events(baseDistrict, 'person', s.personId('otherDesk'))).length,
    ).toBeGreaterThan(1);
  });

  it('locks the account after many wrong old passwords, as signing in does', async () => {
    await s.signIn('otherDesk');
    const { accounts } = s.serving;
    const personId = s.personId('otherDesk');
    for (let n = 0; n < 50; n++)
      expect(
        await refusedBy(accounts.changePassword(personId, 'not mine', 'Quiet-Lamp-81')),
      ).toMatchObject({ code: 'wrongPassword' });
    expect((await refusedBy(accounts.signIn('otherdesk', testPassword))).code).toBe('locked');
    await accounts.unlock(personId);
  });
});
