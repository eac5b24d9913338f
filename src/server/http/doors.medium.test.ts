import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { served, testPassword, type Client, type Served } from '../testing/served.ts';

describe('the doors', () => {
  let s: Served;
  let desk: Client;
  let head: Client;
  beforeAll(async () => {
    s = await served();
    desk = await s.signIn('desk');
    head = await s.signIn('head');
  });
  afterAll(() => s.stop());

  it('answers health, readiness, metrics and the document', async () => {
    expect((await s.stranger.get('/healthz')).status).toBe(200);
    expect((await s.stranger.get('/readyz')).status).toBe(200);
    const metrics = await s.stranger.get<string>('/metrics');
    expect(metrics.body).toContain('civicloop_http_seconds_count');
    const document = await s.stranger.get<{ openapi: string; paths: object }>('/api/openapi.json');
    expect(document.body.openapi).toBe('3.1.0');
    expect(Object.keys(document.body.paths)).toContain('/api/{district}/issues/{id}/dispatch');
  });

  it('sends the security headers with every answer', async () => {
    for (const path of ['/', '/api/openapi.json', '/api/session', '/no/such.js']) {
      const { headers } = await s.stranger.get(path);
      expect(headers.get('content-security-policy')).toContain("object-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
    expect((await s.stranger.get('/api/session')).headers.get('cache-control')).toBe('no-store');
  });

  it('wants a session for everything that is not public', async () => {
    const answer = await s.stranger.get(`/api/${s.district}/issues`);
    expect(answer.status).toBe(401);
    expect(answer.body.message).toBe('请先登录');
  });

  it('refuses a write without the CSRF token, and from another site', async () => {
    const bare = s.clientWith(desk.cookie, '');
    expect(
      (await bare.act('reports', newId(), 'submit', { channel: 'media', content: '围挡破损' }))
        .status,
    ).toBe(403);
    const foreign = await s.stranger.post(
      '/api/session',
      { login: 'desk', password: testPassword },
      { 'sec-fetch-site': 'cross-site' },
    );
    expect(foreign.status).toBe(403);
  });

  it('takes only JSON, of bounded size and depth', async () => {
    const path = `/api/${s.district}/reports/${newId()}/submit`;
    expect(
      (await desk.post(path, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }))
        .status,
    ).toBe(415);
    expect((await desk.post(path, '{"a":')).status).toBe(400);
    expect((await desk.post(path, JSON.stringify({ text: 'x'.repeat(1_100_000) }))).status).toBe(
      413,
    );
    const deep = '['.repeat(500) + ']'.repeat(500);
    expect((await desk.post(path, deep)).status).toBe(400);
  });

  it('answers TRACE and unknown methods with 405 and repeated parameters with 400', async () => {
    expect((await desk.raw('/api/session', { method: 'OPTIONS' })).status).toBe(405);
    expect((await desk.get(`/api/${s.district}/issues?limit=1&limit=2`)).status).toBe(400);
  });

  it('performs an action and sends the open actions with their refusals', async () => {
    const id = newId();
    const answer = await desk.act<{
      record: { status: string };
      actions: { action: string; refusal: unknown }[];
    }>('reports', id, 'submit', { channel: 'media', content: '路灯不亮', areaCode: '110199001' });
    expect(answer.status).toBe(200);
    expect(answer.body.record.status).toBe('submitted');
    const byName = Object.fromEntries(
      answer.body.actions.map((open) => [open.action, open.refusal]),
    );
    expect(byName.decline).toBeNull();
    expect(byName.answer).toMatchObject({ code: 'wrongStatus' });
  });

  it('hides what is out of scope as if it did not exist', async () => {
    const issue = await s.issue({ status: 'dispatched', unit: 'street' });
    expect((await head.get(`/api/${s.district}/issues/${issue.id}`)).status).toBe(404);
    expect((await head.act('issues', issue.id, 'claim')).status).toBe(404);
    expect((await desk.get(`/api/110101/issues/${issue.id}`)).status).toBe(404);
  });

  it('never shows personal data to the unit complained of', async () => {
    const issue = await s.issue({
      status: 'dispatched',
      report: {
        complainantName: '赵某某甲',
        complainantPhone: '13800001111',
        content: '请打 13800001111 联系',
      },
    });
    for (const path of [
      `/api/${s.district}/issues/${issue.id}`,
      `/api/${s.district}/issues`,
      `/api/${s.district}/events/issue/${issue.id}`,
    ]) {
      const text = JSON.stringify((await head.get(path)).body);
      expect(text).not.toContain('13800001111');
      expect(text).not.toContain('赵某某甲');
    }
  });

  it('performs many of one kind, each with its own result', async () => {
    const one = await s.issue({ status: 'dispatched' });
    const two = await s.issue({ status: 'accepted' });
    const answer = await head.post<{ results: { answer?: object; problem?: { code: string } }[] }>(
      `/api/${s.district}/issues/bulk/claim`,
      { items: [one, two].map(({ id }) => ({ id, requestId: newId(), input: {} })) },
    );
    expect(answer.status).toBe(200);
    expect(answer.body.results[0]?.answer).toBeDefined();
    expect(answer.body.results[1]?.problem?.code).toBe('notFound');
  });
});

describe('accounts', () => {
  let s: Served;
  beforeAll(async () => {
    s = await served();
  });
  afterAll(() => s.stop());

  it('gives a new token at each sign-in and kills the session at sign-out', async () => {
    const first = await s.signIn('officer');
    const second = await s.signIn('officer');
    expect(first.cookie).not.toBe(second.cookie);
    expect((await first.raw('/api/session', { method: 'DELETE' })).status).toBe(200);
    expect((await first.get('/api/session')).status).toBe(401);
    expect((await second.get('/api/session')).status).toBe(200);
  });

  it('answers a wrong name and a wrong password alike, and locks after eight wrong ones', async () => {
    await s.signIn('leader');
    const wrong = (login: string) =>
      s.stranger.post('/api/session', { login, password: 'nothing of the kind' });
    const unknown = await wrong('nobody.here');
    const known = await wrong('leader');
    expect({ ...known.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    for (let n = 0; n < 7; n++) {
      await wrong('leader');
      await wrong('nobody.here');
    }
    const right = { login: 'leader', password: testPassword };
    const locked = await s.stranger.post('/api/session', right);
    expect([locked.status, locked.body.code]).toEqual([429, 'locked']);
    expect(locked.headers.get('retry-after')).toMatch(/^\d+$/);
    const other = await wrong('nobody.here');
    expect({ ...other.body, requestId: '', details: 0 }).toEqual({
      ...locked.body,
      requestId: '',
      details: 0,
    });
    const security = await s.signIn('securityAdmin');
    expect((await security.act('persons', s.personId('leader'), 'unlock')).status).toBe(200);
    expect((await s.stranger.post('/api/session', right)).status).toBe(200);
  });

  it('wants the first password changed before anything else, and refuses a common one', async () => {
    await s.serving.accounts.setPassword(s.personId('shift'), testPassword, true);
    const signed = await s.stranger.post<{ csrf: string; mustChangePassword: boolean }>(
      '/api/session',
      { login: 'shift', password: testPassword },
    );
    expect(signed.body.mustChangePassword).toBe(true);
    const client = s.clientWith(
      signed.headers.get('set-cookie')?.split(';')[0] ?? '',
      signed.body.csrf,
    );
    expect((await client.get(`/api/${s.district}/issues`)).status).toBe(403);
    expect(
      (await client.post('/api/session/password', { old: testPassword, new: 'password123' }))
        .status,
    ).toBe(400);
    const changed = await client.post<{ csrf: string }>('/api/session/password', {
      old: testPassword,
      new: 'a district of alleys',
    });
    expect(changed.status).toBe(200);
    expect((await client.get('/api/session')).status).toBe(401);
  });

  it('ends the sessions of a person who is retired', async () => {
    const supervisor = await s.signIn('supervisor');
    const admin = await s.signIn('systemAdmin');
    expect((await supervisor.get(`/api/${s.district}/issues`)).status).toBe(200);
    expect((await admin.act('persons', s.personId('supervisor'), 'retire')).status).toBe(200);
    expect((await supervisor.get(`/api/${s.district}/issues`)).status).toBeGreaterThanOrEqual(401);
  });

  it('sets the cookie HttpOnly and SameSite=Strict', async () => {
    await s.signIn('assessor');
    const { headers } = await s.stranger.post('/api/session', {
      login: 'assessor',
      password: testPassword,
    });
    expect(headers.get('set-cookie')).toMatch(
      /HttpOnly.*SameSite=Strict|SameSite=Strict.*HttpOnly/i,
    );
  });
});
