/** Setting up a district: all or nothing, once, by real actions, with three administrators. */
import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Actor } from '../domain/access.ts';
import type { Post } from '../domain/post.ts';
import type { Refused } from '../domain/refused.ts';
import type { SetupDraft } from '../domain/setup.ts';
import { readAreas } from '../domain/setupAreas.ts';
import { usualUnits } from '../domain/setupUnits.ts';
import { accountsOn } from './accounts.ts';
import { issueDuty, type Dutiable } from './duty.ts';
import { toolsOn } from './house.ts';
import { perform } from './perform.ts';
import { sealAll, verifySeals } from './sealer.ts';
import {
  applySetup,
  isEmptyInstallation,
  isOwnRepeat,
  isSetupToken,
  parseDraft,
  previewSetup,
  programFounder,
  setupToken,
  type SetupDeps,
} from './setup.ts';
import { testKey } from './testing/cluster.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { testDatabase } from './testing/world.ts';

const now = '2026-03-04T02:00:00.000Z';

/** A list as the statistical bureau gives it. */
const listOf = (district: string, streets: number, each: number): string =>
  [
    'code,name',
    ...Array.from({ length: streets }, (_, s) => {
      const street = `${district}${String(s + 1).padStart(3, '0')}`;
      const below = Array.from(
        { length: each },
        (_one, n) => `${street}${String(n + 1).padStart(3, '0')},第${s + 1}之${n + 1}社区居委会`,
      );
      return [`${street}000,第${s + 1}街道`, ...below].join('\n');
    }),
  ].join('\n');

let counter = 0;
const draftOf = (code: string, changes: Partial<SetupDraft> = {}): SetupDraft => {
  counter++;
  return parseDraft({
    id: newId(),
    code,
    name: '新区',
    areas: readAreas([listOf(code, 3, 4)], code).areas,
    hasOffices: true,
    units: usualUnits.slice(0, 5),
    systemAdmin: { name: '系某', login: `sys${counter}` },
    securityAdmin: { name: '安某', login: `sec${counter}` },
    auditAdmin: { name: '审某', login: `aud${counter}` },
    ...changes,
  });
};

describe('setting up a district', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let deps: SetupDeps;
  beforeAll(async () => {
    database = await testDatabase();
    const tools = toolsOn(database.pool, testKey, () => now, new EventEmitter());
    const { setPassword } = accountsOn(database.pool, tools);
    deps = { tools, pool: database.pool, setPassword };
  });
  afterAll(() => database.drop());

  const countIn = async (district: string, table = 'event'): Promise<number> => {
    const { rows } = await database.pool.query<{ count: number }>(
      `select count(*) as count from ${table} where district = $1`,
      [district],
    );
    return rows[0]?.count ?? 0;
  };
  const problems = (error: Refused): string =>
    ((error.details?.problems ?? []) as { message: string }[])
      .map(({ message }) => message)
      .join('；');

  it('opens an empty installation by a word of its own, and no longer after the first district', async () => {
    expect(await isEmptyInstallation(database.pool)).toBe(true);
    const token = setupToken(deps.tools);
    expect(token).toMatch(/^[\w-]{24}$/);
    expect(isSetupToken(deps.tools, token)).toBe(true);
    expect(isSetupToken(deps.tools, `${token.slice(0, -1)}*`)).toBe(false);
    expect(isSetupToken(deps.tools, '')).toBe(false);
    const draft = draftOf('110116');
    expect(await isOwnRepeat(deps, draft)).toBe(false);
    await applySetup(deps, draft, programFounder);
    expect(await isEmptyInstallation(database.pool)).toBe(false);
    expect(await isOwnRepeat(deps, draft)).toBe(true);
    expect(await isOwnRepeat(deps, draftOf('110116'))).toBe(false);
  });

  it('makes areas, offices, departments and administrators by events that verify', async () => {
    const draft = draftOf('110117');
    expect(await previewSetup(deps, draft)).toEqual({
      counts: {
        subdistricts: 3,
        communities: 12,
        cells: 0,
        offices: 15,
        units: 5,
        dutyRoles: new Set(usualUnits.slice(0, 5).flatMap(({ dutyRoles }) => dutyRoles)).size,
        persons: 3,
      },
      problems: [],
    });
    expect(await countIn('110117')).toBe(0);
    const result = await applySetup(deps, draft, programFounder);
    expect(result.isRepeat).toBe(false);
    expect(await countIn('110117', 'area')).toBe(16);
    expect(await countIn('110117')).toBe(16 + 20 + 3);
    const master = await deps.tools.master.of('110117');
    const office = [...master.units.values()].find(({ code }) => code === '110117001002');
    expect(office?.name).toBe('第1之2社区居委会');
    expect(master.units.get(office?.parentId ?? '')?.name).toBe('第1街道办事处');
    expect(master.areas.get('110117001002')?.name).toBe('第1之2社区');
    expect([...master.posts.values()].map(({ role }) => role).sort()).toEqual([
      'auditAdmin',
      'securityAdmin',
      'systemAdmin',
    ]);
    const accounts = accountsOn(database.pool, deps.tools);
    const [first] = result.accounts;
    const { session } = await accounts.signIn(first?.login ?? '', first?.password ?? '');
    expect(await accounts.mustChange(session.personId)).toBe(true);
    await sealAll(database.pool);
    expect((await verifySeals(database.pool)).filter(({ firstBad }) => firstBad)).toEqual([]);
  });

  it('gives the same district for a repeat, and another password only to who never signed in', async () => {
    const draft = draftOf('110118');
    const first = await applySetup(deps, draft, programFounder);
    const events = await countIn('110118');
    const accounts = accountsOn(database.pool, deps.tools);
    await accounts.signIn(first.accounts[0]?.login ?? '', first.accounts[0]?.password ?? '');
    const again = await applySetup(deps, draft, programFounder);
    expect(again).toMatchObject({ isRepeat: true, counts: first.counts });
    expect(await countIn('110118')).toBe(events);
    expect(again.accounts[0]?.password).toBe(null);
    expect(again.accounts[1]?.password).not.toBe(first.accounts[1]?.password);
    const { login = '', password } = again.accounts[1] ?? {};
    await accounts.signIn(login, password ?? '');
    expect(await isOwnRepeat(deps, draft)).toBe(false);
  });

  it('says what is in the way and leaves nothing half done', async () => {
    const before = await countIn('110119');
    const taken = await refusedBy(applySetup(deps, draftOf('110117'), programFounder));
    expect(problems(taken)).toContain('代码 110117 已用于“新区”');
    const used = draftOf('110119', { securityAdmin: { name: '某人', login: 'sec1' } });
    expect(problems(await refusedBy(applySetup(deps, used, programFounder)))).toContain(
      '登录名 sec1 已有人使用',
    );
    const one = draftOf('110119', {
      systemAdmin: { name: '甲', login: 'same' },
      securityAdmin: { name: '甲', login: 'same' },
    });
    expect(problems(await refusedBy(applySetup(deps, one, programFounder)))).toContain('三员分立');
    const foreign = draftOf('110119', {
      areas: readAreas([listOf('110120', 1, 1)], '110120').areas,
    });
    expect(problems(await refusedBy(applySetup(deps, foreign, programFounder)))).toContain(
      '不是 110119 的代码',
    );
    const cycle = draftOf('110119', {
      units: [
        { code: 'A', name: '甲局', kind: 'workGroup', dutyRoles: [] },
        { code: 'B', name: '乙局', kind: 'department', dutyRoles: [] },
      ],
    });
    expect(problems(await refusedBy(applySetup(deps, cycle, programFounder)))).toContain(
      'A 甲局：工作组须设在指挥部下',
    );
    expect(await countIn('110119')).toBe(before);
    expect(await countIn('110119', 'unit')).toBe(0);
  });

  it('refuses drafts that are none, each with a sentence', async () => {
    const draft = draftOf('110121');
    const sentences = [
      [{ code: '000000' }, '区代码的前两位不是省级代码'],
      [{ code: '990101' }, '区代码的前两位不是省级代码'],
      [{ code: '110000' }, '这是省级代码'],
      [{ code: '11011' }, '6 位数字'],
      [{ name: ' ' }, '请填写区名称'],
      [{ systemAdmin: { name: '甲', login: 'A' } }, '登录名须为'],
    ] as const;
    for (const [changes, words] of sentences) {
      const given = { ...draft, ...changes };
      expect(problems(await refusedBy(Promise.resolve().then(() => parseDraft(given))))).toContain(
        words,
      );
    }
  });

  it('completes after a kill in the middle, and one of two at once wins', async () => {
    const draft = draftOf('110122');
    const dying: SetupDeps = {
      ...deps,
      tools: {
        ...deps.tools,
        store: { ...deps.tools.store, write: () => Promise.reject(new Error('killed')) },
      },
    };
    await expect(applySetup(dying, draft, programFounder)).rejects.toThrow('killed');
    expect(await countIn('110122')).toBe(0);
    expect((await applySetup(deps, draft, programFounder)).isRepeat).toBe(false);
    const rivals = await Promise.allSettled(
      [draftOf('110123'), draftOf('110123')].map((one) => applySetup(deps, one, programFounder)),
    );
    expect(rivals.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await countIn('110123', 'area')).toBe(16);
    expect(await countIn('110123', 'post')).toBe(3);
  });

  it('makes a district that works: appointing, reporting, accepting, dispatching as suggested', async () => {
    const code = '110125';
    const draft = draftOf(code, { units: [...usualUnits], auditAdmin: null });
    await applySetup(deps, draft, programFounder);
    const actorOf = async (find: (post: Post) => boolean): Promise<Actor> => {
      const master = await deps.tools.master.of(code);
      const post = [...master.posts.values()].find(find);
      const actor = post && master.actor(post.personId, post.id, now);
      if (!actor) throw new Error('nobody holds the post');
      return actor;
    };
    const run = async (
      who: Actor,
      noun: string,
      id: string,
      action: string,
      input: Record<string, unknown> = {},
    ): Promise<Record<string, unknown>> =>
      (await perform(deps.tools, who, { noun, id, action, input, requestId: newId() }))
        .record as unknown as Record<string, unknown>;
    const system = await actorOf(({ role }) => role === 'systemAdmin');
    const security = await actorOf(({ role }) => role === 'securityAdmin');
    const personId = newId();
    await run(system, 'person', personId, 'add', { name: '周某', login: 'first.desk' });
    await run(security, 'post', newId(), 'add', { personId, role: 'desk', title: '创城专席' });
    const desk = await actorOf(({ role }) => role === 'desk');
    const [reportId, issueId] = [newId(), newId()];
    await run(desk, 'report', reportId, 'submit', {
      channel: 'hotline',
      content: '路边有暴露垃圾',
      areaCode: `${code}001001`,
      address: '富乐路 1 号',
    });
    await run(desk, 'issue', issueId, 'accept', {
      reportId,
      categoryCode: 'E0101',
      conditionNo: 1,
      areaCode: `${code}001001`,
    });
    const master = await deps.tools.master.of(code);
    const [record] = await deps.tools.store.find('issue', code, [issueId]);
    const suggestion = issueDuty(master, record as unknown as Dutiable, now);
    expect(suggestion?.unit).not.toBe(null);
    const issue = await run(desk, 'issue', issueId, 'dispatch', { unitId: suggestion?.unit?.id });
    expect(issue).toMatchObject({ status: 'dispatched', unitId: suggestion?.unit?.id });
  });

  it('takes the largest list at once', async () => {
    const draft = draftOf('110124', {
      areas: readAreas([listOf('110124', 60, 49)], '110124').areas,
    });
    expect(draft.areas).toHaveLength(3000);
    const began = performance.now();
    await applySetup(deps, draft, programFounder);
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(await countIn('110124')).toBe(1 + 3000 + 3000 + 5 + 3);
  }, 90_000);
});
