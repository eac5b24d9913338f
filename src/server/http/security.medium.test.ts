/** Requirements of docs/security.md that have no test among the doors. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cityApp } from '../testing/cityApp.ts';
import { served, testPassword, type Served } from '../testing/served.ts';

const wrongFrom = (s: Served, address: string, login: string) =>
  s.stranger.post(
    '/api/session',
    { login, password: 'nothing of the kind' },
    { 'x-forwarded-for': address },
  );

describe('behind a trusted proxy', () => {
  let s: Served;
  beforeAll(async () => {
    s = await served({}, { isSecure: true, trustedProxies: ['127.0.0.1', '::ffff:127.0.0.1'] });
  });
  afterAll(() => s.stop());

  it('gives the cookie the __Host- prefix and Secure', async () => {
    const { cookie } = await s.signIn('desk');
    expect(cookie).toMatch(/^__Host-civicloop=/);
    const { headers } = await s.stranger.post('/api/session', {
      login: 'desk',
      password: testPassword,
    });
    expect(headers.get('set-cookie')).toMatch(/Path=\/.*Secure/);
  });

  it('locks a login for the address that guessed, not for its owner elsewhere', async () => {
    await s.signIn('leader');
    for (let n = 0; n < 8; n++) await wrongFrom(s, '10.0.0.1', 'leader');
    expect((await wrongFrom(s, '10.0.0.1', 'leader')).status).toBe(429);
    expect((await wrongFrom(s, '10.0.0.2', 'leader')).status).toBe(401);
  });

  it('shows metrics and the document to nobody outside who is not signed in', async () => {
    const headers = { 'x-forwarded-for': '10.0.0.3' };
    const statusOf = async (path: string) => (await s.stranger.raw(path, { headers })).status;
    expect(await statusOf('/api/openapi.json')).toBe(401);
    expect(await statusOf('/metrics')).toBe(403);
    const desk = await s.signIn('desk');
    expect((await desk.raw('/api/openapi.json', { headers })).status).toBe(200);
  });

  it('shows the document to a program with a good key, as it shows its key anywhere', async () => {
    const { key } = await (await cityApp(s)).addKey({ rights: ['reports.read'] });
    const asked = async (shown: Record<string, string>, path = '/api/openapi.json') => {
      const headers = { 'x-forwarded-for': '10.0.0.4', ...shown };
      return (await s.stranger.raw(path, { headers })).status;
    };
    expect(await asked({ 'x-api-key': key })).toBe(200);
    expect(
      await asked({ authorization: `Bearer ${key}` }, '/api/openapi.json?district=110199'),
    ).toBe(200);
    expect(await asked({ 'x-api-key': `${key}x` })).toBe(403);
    expect(await asked({ 'x-api-key': key }, '/metrics')).toBe(403);
  });
});

describe('without a proxy', () => {
  let s: Served;
  beforeAll(async () => {
    s = await served();
  });
  afterAll(() => s.stop());

  it('believes no forwarded address', async () => {
    await s.signIn('leader');
    for (let n = 0; n < 8; n++) await wrongFrom(s, `10.0.0.${n}`, 'leader');
    expect((await wrongFrom(s, '10.0.0.99', 'leader')).status).toBe(429);
  });

  it('locks the account itself after fifty failures within an hour, and records it', async () => {
    const id = s.personId('officer');
    await s.signIn('officer');
    const { signIn } = s.serving.accounts;
    await s.pool.query(
      `update credential set failures = 48, failing_since = $2 where person_id = $1`,
      [id, s.now()],
    );
    await expect(signIn('officer', 'wrong one')).rejects.toMatchObject({ code: 'wrongPassword' });
    await expect(signIn('officer', 'wrong two')).rejects.toMatchObject({ code: 'wrongPassword' });
    await expect(signIn('officer', testPassword)).rejects.toMatchObject({ code: 'locked' });
    const actions = (await s.tools.store.events('000000', 'person', id)).map((e) => e.action);
    expect(actions.slice(-2)).toEqual(['signIn', 'lock']);
    await s.pool.query(
      `update credential set failures = 49, failing_since = $2, locked_until = null where person_id = $1`,
      [id, s.now()],
    );
    s.pass(61);
    await expect(signIn('officer', 'wrong')).rejects.toMatchObject({ code: 'wrongPassword' });
    expect((await signIn('officer', testPassword)).session.personId).toBe(id);
  });

  it('measures what is refused before any route', async () => {
    expect((await s.stranger.raw('/healthz', { method: 'OPTIONS' })).status).toBe(405);
    expect((await s.stranger.get<string>('/metrics')).body).toMatch(/status="405"/);
  });

  it('clears what the browser kept at sign-out', async () => {
    const desk = await s.signIn('desk');
    const answer = await desk.raw('/api/session', { method: 'DELETE' });
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "storage"');
  });

  it('changes nothing by GET', async () => {
    const desk = await s.signIn('desk');
    const issue = await s.issue();
    const all = async () =>
      (
        await s.pool.query(
          `select (select count(*) from event) as events, (select count(*) from job) >= 0 as jobs,
           (select json_agg(json_build_array(person_id, district, post_id, csrf) order by created_at) from session) as sessions`,
        )
      ).rows;
    const before = await all();
    for (const path of ['session', `${s.district}/issues`, `${s.district}/issues/${issue.id}`])
      expect((await desk.get(`/api/${path}`)).status).toBe(200);
    expect(await all()).toEqual(before);
  });

  it('slows down a stranger who sends too often', async () => {
    const answers = await Promise.all(
      Array.from({ length: 25 }, () =>
        s.stranger.post(`/api/${s.district}/citizen/upload-token`, {}),
      ),
    );
    const late = answers.find(({ status }) => status === 429);
    expect(late?.body.code).toBe('tooOften');
    expect(Number(late?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('ends every session twelve hours after it began', async () => {
    const shift = await s.signIn('shift');
    s.pass(11 * 60 + 59);
    await s.pool.query(`update session set seen_at = $1`, [s.now()]);
    expect((await shift.get('/api/session')).status).toBe(200);
    s.pass(2);
    await s.pool.query(`update session set seen_at = $1`, [s.now()]);
    expect((await shift.get('/api/session')).status).toBe(401);
  });
});
