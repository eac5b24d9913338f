/** Who may open the setup page, and the way from a fresh installation to a district somebody works in. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import type { SetupPageView, SetupPreview, SetupResult } from '../../domain/setup.ts';
import { usualUnits } from '../../domain/setupUnits.ts';
import { setupToken } from '../setup.ts';
import { served, testPassword, type Client, type Served } from '../testing/served.ts';

let counter = 0;
const draftOf = (code: string) => {
  counter++;
  return {
    id: newId(),
    code,
    name: '怀柔区',
    areas: [
      { code: `${code}001`, name: '泉河街道' },
      { code: `${code}001001`, name: '富乐社区' },
    ],
    hasOffices: true,
    units: usualUnits.slice(0, 3),
    systemAdmin: { name: '系某', login: `new.sys${counter}` },
    securityAdmin: { name: '安某', login: `new.sec${counter}` },
    auditAdmin: null,
  };
};

describe('an installation that has only a demo district', () => {
  let s: Served;
  let token: string;
  beforeAll(async () => {
    s = await served();
    const owner = new pg.Client(s.config);
    await owner.connect();
    await owner.query(`update area set is_demo = true`);
    await owner.end();
    s.tools.master.forgetAll();
    token = setupToken(s.tools);
  });
  afterAll(() => s.stop());

  const withToken = (word: string) => ({ 'x-setup-token': word });
  const page = async (word?: string) => {
    const response = await s.stranger.raw('/api/setup', word ? { headers: withToken(word) } : {});
    return { status: response.status, body: (await response.json()) as { code: string } };
  };

  it('asks for the token, takes only the right one, and counts wrong ones', async () => {
    expect(await page()).toMatchObject({ status: 403, body: { code: 'needsToken' } });
    expect(await page('x'.repeat(24))).toMatchObject({ status: 403, body: { code: 'badToken' } });
    const right = await page(token);
    expect(right.status).toBe(200);
    expect(right.body as unknown as SetupPageView).toMatchObject({
      by: 'token',
      standards: { categories: 253, unvouched: expect.any(Number) as number },
    });
    for (let n = 0; n < 8; n++) await page('x'.repeat(24));
    expect((await page(token)).status).toBe(429);
  });

  it('does not take the demo district’s administrator for one of the installation', async () => {
    const admin = await s.signIn('systemAdmin');
    const answer = await admin.post('/api/setup/preview', draftOf('110116'));
    expect([answer.status, answer.body.code]).toEqual([403, 'needsToken']);
  });
});

describe('an installation at work', () => {
  let s: Served;
  let admin: Client;
  beforeAll(async () => {
    s = await served();
    admin = await s.signIn('systemAdmin');
  });
  afterAll(() => s.stop());

  it('is open to its system administrators and to nobody else', async () => {
    expect((await admin.get('/api/setup')).status).toBe(200);
    const draft = draftOf('110116');
    expect((await s.stranger.post('/api/setup/apply', draft)).status).toBe(401);
    const word = { 'x-setup-token': setupToken(s.tools) };
    expect((await s.stranger.post('/api/setup/apply', draft, word)).body.code).toBe('tokenUsed');
    for (const role of ['securityAdmin', 'auditAdmin', 'desk', 'head', 'grid']) {
      const other = await s.signIn(role);
      expect((await other.post('/api/setup/apply', draft)).body.code, role).toBe('notYourRole');
    }
    const forged = s.clientWith(admin.cookie, 'forged');
    expect((await forged.post('/api/setup/apply', draft)).status).toBe(403);
    expect((await s.tools.master.of('110116')).areas.size).toBe(0);
  });

  it('previews, sets up, and lets the new administrators begin', async () => {
    const draft = draftOf('110116');
    const preview = await admin.post<SetupPreview>('/api/setup/preview', draft);
    expect(preview.body).toMatchObject({ counts: { offices: 2, units: 3 }, problems: [] });
    const { status, body } = await admin.post<SetupResult>('/api/setup/apply', draft);
    expect(status).toBe(200);
    const [system, security] = body.accounts;
    const { rows } = await s.pool.query<{ actor: { personId: string } }>(
      `select actor from event where district = '110116' and action = 'add' and noun = 'area'`,
    );
    expect(rows.every(({ actor }) => actor.personId === s.personId('systemAdmin'))).toBe(true);

    const first = await s.stranger.post<{ csrf: string; mustChangePassword: boolean }>(
      '/api/session',
      { login: security?.login, password: security?.password },
    );
    expect(first.body.mustChangePassword).toBe(true);
    const cookieOf = (headers: Headers): string => headers.get('set-cookie')?.split(';')[0] ?? '';
    const newcomer = s.clientWith(cookieOf(first.headers), first.body.csrf);
    expect((await newcomer.get('/api/110116/directory')).body.code).toBe('mustChangePassword');
    const changed = await newcomer.post<{ csrf: string }>('/api/session/password', {
      old: security?.password,
      new: testPassword,
    });
    const keeper = s.clientWith(cookieOf(changed.headers), changed.body.csrf);
    const directory = await keeper.get<{ units: unknown[] }>('/api/110116/directory');
    expect(directory.body.units).toHaveLength(5);

    const again = await admin.post<SetupResult>('/api/setup/apply', draft);
    expect(again.body).toMatchObject({ isRepeat: true, code: '110116' });
    expect(again.body.accounts.map(({ password }) => password === null)).toEqual([false, true]);
    expect(system?.password).not.toBe(again.body.accounts[0]?.password);
  });

  it('answers what cannot be with a sentence', async () => {
    const taken = await admin.post('/api/setup/apply', draftOf('110199'));
    expect([taken.status, taken.body.message]).toEqual([
      409,
      '代码 110199 已用于“测试区”，请核对代码，不能重复建立',
    ]);
    const nameless = await admin.post('/api/setup/preview', { ...draftOf('110117'), name: '' });
    expect([nameless.status, nameless.body.message]).toEqual([400, '请填写区名称']);
    expect((await admin.post('/api/setup/preview', [])).status).toBe(400);
    const long = { ...draftOf('110117'), name: 'x'.repeat(1_100_000) };
    expect((await admin.post('/api/setup/preview', long)).status).toBe(413);
  });
});
