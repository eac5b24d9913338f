/** The duty matrix on real records: rules with versions, the desk's suggestion, what it overrules, matters without owner. */
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Issue } from '../domain/issueShape.ts';
import { addMinutes } from '../domain/moment.ts';
import { performMany } from './perform.ts';
import { dutyOverrules } from './queries/dutyOverrules.ts';
import { ownerlessList } from './queries/dutyOwnerless.ts';
import { dutyRuleList, dutyTry } from './queries/dutyRules.ts';
import { issueView } from './queries/issueView.ts';
import { asking } from './testing/asking.ts';
import { refusedBy } from './testing/refusedBy.ts';
import { expectReplay } from './testing/replay.ts';
import { world, type World } from './testing/world.ts';

const community = '110199001001';

describe('the duty matrix', () => {
  let w: World;
  let code = 100;
  beforeAll(async () => {
    w = await world();
    await w.run('systemAdmin', 'unit', w.unitId('clean'), 'edit', { dutyRoles: ['环卫'] });
  });
  afterAll(() => w.drop());
  beforeEach(() => {
    code += 1;
    w.pass(1);
  });

  const add = async (input: Record<string, unknown>, who = 'systemAdmin') =>
    (
      await w.run(who, 'dutyRule', newId(), 'add', {
        code: String(code++),
        responsibleBy: 'unit',
        responsibleUnitId: w.unitId('street'),
        ...input,
      })
    ).record as unknown as { id: string; code: string };
  const retire = (id: string) => w.run('systemAdmin', 'dutyRule', id, 'retire', {});
  const suggestionOf = async (id: string, who = 'desk') =>
    (await issueView(await asking(w, who), { id })).suggestion;
  const accepted = (categoryCode = 'E0110', more: Record<string, unknown> = {}) =>
    w.issue({ accept: { categoryCode, ...more } });
  const dispatch = async (id: string, unit: string) =>
    (await w.run('desk', 'issue', id, 'dispatch', { unitId: w.unitId(unit) }))
      .record as unknown as Issue;

  it('suggests by the role words of the category until a row says otherwise', async () => {
    const issue = await accepted();
    expect(await suggestionOf(issue.id)).toMatchObject({
      unit: { id: w.unitId('clean') },
      basis: 'role',
      rule: null,
      sentence: '类别默认由“环卫”承担：环卫中心',
    });
    const rule = await add({ categoryCode: 'E0110', supervisingUnitId: w.unitId('clean') });
    expect(await suggestionOf(issue.id)).toMatchObject({
      unit: { id: w.unitId('street') },
      supervising: { id: w.unitId('clean') },
      rule: { id: rule.id, isOwn: true },
      sentence: `责任分解表 ${rule.code} 号，本区`,
    });
    await retire(rule.id);
    w.pass(1);
    expect((await suggestionOf(issue.id))?.basis).toBe('role');
  });

  it('shows the suggestion to the desk before dispatching, and to nobody else', async () => {
    const issue = await accepted();
    for (const who of ['leader', 'supervisor', 'grid', 'auditAdmin'])
      expect(await suggestionOf(issue.id, who), who).toBeNull();
    await dispatch(issue.id, 'clean');
    expect(await suggestionOf(issue.id)).toBeNull();
  });

  it('keeps with the dispatch which row it was and whether the desk overruled it', async () => {
    const rule = await add({ categoryCode: 'E0110' });
    const [one, two] = [await accepted(), await accepted()];
    expect(await dispatch(one.id, 'street')).toMatchObject({
      suggestedUnitId: w.unitId('street'),
      dutyRuleId: rule.id,
      isOverruled: false,
      isOwnerless: false,
    });
    expect(await dispatch(two.id, 'clean')).toMatchObject({
      dutyRuleId: rule.id,
      isOverruled: true,
    });
    const [, dispatched] = await w.tools.store.events(w.district, 'issue', two.id);
    expect(dispatched?.facts.dutySuggestion).toEqual({
      unitId: w.unitId('street'),
      ruleId: rule.id,
      isOwnerless: false,
    });
    expect((await issueView(await asking(w, 'head'), { id: two.id })).duty).toBe(
      `责任分解表 ${rule.code} 号，本区；建议派给清河街道办事处，已改派`,
    );
    await w.run('desk', 'issue', one.id, 'transfer', { unitId: w.unitId('clean'), note: '环卫的' });
    expect((await w.read<Issue>('issue', one.id)).isOverruled).toBe(true);
    const { groups, overruled, dispatched: all } = await dutyOverrules(await asking(w, 'desk'), {});
    const group = groups.find(({ ruleId }) => ruleId === rule.id);
    expect(group).toMatchObject({
      categoryCode: 'E0110',
      conditionNo: 1,
      areaCode: '110199001',
      ruleCode: rule.code,
      isOwn: true,
      suggestedName: '清河街道办事处',
      unitName: '环卫中心',
      count: 2,
    });
    expect(group?.examples.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
    expect([overruled, all >= overruled]).toEqual([2, true]);
    await retire(rule.id);
  });

  it('tells the keeper of master data the counts without the cases, and handlers nothing', async () => {
    const forAdmin = await dutyOverrules(await asking(w, 'systemAdmin'), {});
    expect(forAdmin.groups.length).toBeGreaterThan(0);
    expect(forAdmin.groups.flatMap(({ examples }) => examples)).toEqual([]);
    expect((await refusedBy(dutyOverrules(await asking(w, 'head'), {}))).code).toBe('notYourRole');
    const none = await dutyOverrules(await asking(w, 'desk'), { to: '2020-01-01' });
    expect(none).toEqual({ groups: [], overruled: 0, dispatched: 0, isMore: false });
  });

  it('holds what was dispatched under a rule when the rule changes later', async () => {
    const rule = await add({ categoryCode: 'E0111' });
    const issue = await accepted('E0111');
    const change = addMinutes(w.now(), 60);
    await w.run('systemAdmin', 'dutyRule', rule.id, 'edit', {
      responsibleUnitId: w.unitId('community'),
      validFrom: change,
    });
    expect((await suggestionOf(issue.id))?.unit?.id).toBe(w.unitId('street'));
    w.pass(61);
    const later = await suggestionOf(issue.id);
    expect(later?.unit?.id).toBe(w.unitId('community'));
    expect(later?.rule?.code).toBe(rule.code);
    expect(later?.rule?.id).not.toBe(rule.id);
  });

  it('refuses a row that contradicts another or names what is not in use', async () => {
    const rule = await add({ categoryCode: 'E0101', conditionNo: 1, areaCode: community });
    const same = { categoryCode: 'E0101', conditionNo: 1, areaCode: community };
    const why = async (input: Record<string, unknown>) => await refusedBy(add(input));
    expect((await why(same)).message).toContain(`与 ${rule.code} 号规则重复`);
    expect((await why({ ...same, validFrom: addMinutes(w.now(), 9999) })).code).toBe('sameRule');
    expect((await why({ categoryCode: 'E0101', conditionNo: 99 })).code).toBe('noCondition');
    expect((await why({ categoryCode: 'E01', conditionNo: 1 })).code).toBe('noCondition');
    expect((await why({ categoryCode: 'E9999' })).code).toBe('noCategory');
    expect((await why({ areaCode: '110199777' })).code).toBe('noArea');
    expect((await why({ supervisingUnitId: newId() })).message).toContain('主管单位不存在');
    expect((await why({ responsibleUnitId: undefined })).code).toBe('noResponsible');
    expect((await why({ responsibleBy: 'role' })).code).toBe('noResponsible');
    expect((await why({ ownerUnitId: w.unitId('clean'), ownerKind: 'department' })).code).toBe(
      'twoOwners',
    );
    expect((await why({ code: rule.code, categoryCode: 'E0117' })).code).toBe('versionExists');
    expect((await refusedBy(add({}, 'desk'))).status).toBe(403);
    const other = await add({ categoryCode: 'E0101', conditionNo: 2, areaCode: community });
    w.pass(1);
    const edit = w.run('systemAdmin', 'dutyRule', other.id, 'edit', { conditionNo: 1 });
    expect((await refusedBy(edit)).code).toBe('sameRule');
    // At the very moment at which the other ends.
    await retire(rule.id);
    await add(same);
  });

  it('sees rules and units of the same transaction', async () => {
    const unitId = newId();
    const order = (noun: string, id: string, input: Record<string, unknown>) => ({
      noun,
      id,
      action: 'add',
      input,
      requestId: newId(),
    });
    const rule = (number: string) =>
      order('dutyRule', newId(), {
        code: number,
        categoryCode: 'E0114',
        responsibleBy: 'unit',
        responsibleUnitId: unitId,
      });
    const outcomes = await performMany(w.tools, await w.actor('systemAdmin'), [
      order('unit', unitId, { code: 'new', name: '新单位', kind: 'firm' }),
      rule('901'),
      rule('902'),
    ]);
    expect(outcomes.map((one) => ('refused' in one ? one.refused.message : 'done'))).toEqual([
      'done',
      'done',
      expect.stringContaining('与 901 号规则重复'),
    ]);
  });

  it('passes over a unit that was retired, and the list says so', async () => {
    const unitId = newId();
    await w.run('systemAdmin', 'unit', unitId, 'add', {
      code: 'old',
      name: '旧单位',
      kind: 'firm',
    });
    const rule = await add({ categoryCode: 'E0113', responsibleUnitId: unitId });
    await w.run('systemAdmin', 'unit', unitId, 'retire', {});
    const issue = await accepted('E0113');
    const found = await suggestionOf(issue.id);
    expect(found?.unit?.id).not.toBe(unitId);
    expect(found?.others).toMatchObject([{ code: rule.code, why: '责任单位已停用' }]);
    const { items } = await dutyRuleList(await asking(w, 'systemAdmin'), { state: 'problem' });
    expect(items.find(({ id }) => id === rule.id)?.problem).toBe('责任单位已停用');
    await retire(rule.id);
  });

  it('puts what nobody owns on the list until its owner is named', async () => {
    const issue = await accepted('P0140');
    expect(await suggestionOf(issue.id)).toMatchObject({
      unit: { id: w.unitId('street') },
      basis: 'fallback',
      isOwnerless: true,
    });
    await dispatch(issue.id, 'street');
    const listed = async (who: string, input = {}) =>
      (await ownerlessList(await asking(w, who), input)).items.map(({ id }) => id);
    expect(await listed('supervisor')).toEqual([issue.id]);
    expect(await listed('streetHead')).toEqual([issue.id]);
    expect(await listed('desk', { area: '110199002' })).toEqual([]);
    expect(await listed('otherGrid')).toEqual([]);
    expect(await listed('systemAdmin')).toEqual([]);
    const [item] = (await ownerlessList(await asking(w, 'desk'), {})).items;
    expect(item).toMatchObject({ reason: '不在登记点位上，没有对应规则', categoryCode: 'P0140' });
    expect(item?.actions.map(({ action }) => action)).toEqual(['nameOwner']);
    const name = (who: string, unitId: string) =>
      w.run(who, 'issue', issue.id, 'nameOwner', { unitId, note: '联席会议第 3 次' });
    expect((await refusedBy(name('supervisor', newId()))).code).toBe('noUnit');
    expect((await refusedBy(name('head', w.unitId('clean')))).status).toBe(403);
    await name('supervisor', w.unitId('clean'));
    expect(await w.read<Issue>('issue', issue.id)).toMatchObject({
      ownerUnitId: w.unitId('clean'),
      isOwnerless: false,
      unitId: w.unitId('street'),
      status: 'dispatched',
    });
    expect(await listed('supervisor')).toEqual([]);
  });

  it('asks the owner of the site first for a part', async () => {
    const siteId = newId();
    await w.run('systemAdmin', 'site', siteId, 'add', {
      name: '学府路报刊亭',
      siteType: 'KIOSK',
      areaCode: community,
      unitId: w.unitId('clean'),
    });
    const issue = await accepted('P0140', { siteId });
    expect(await suggestionOf(issue.id)).toMatchObject({
      unit: { id: w.unitId('clean') },
      owner: { name: '环卫中心' },
      basis: 'owner',
      isOwnerless: false,
    });
  });

  it('lists the rows by words and initials, and tries a matter', async () => {
    const rule = await add({ categoryCode: 'E0135', basis: '区发〔2026〕8 号' });
    const list = async (input: Parameters<typeof dutyRuleList>[1]) =>
      (await dutyRuleList(await asking(w, 'systemAdmin'), input)).items.map(({ id }) => id);
    for (const words of ['废弃家具', 'fqjj', '清河 E0135', 'qhjd', '〔2026〕8', `${rule.code}号`])
      expect(await list({ words }), words).toContain(rule.id);
    expect(await list({ words: '没有这样的词' })).toEqual([]);
    expect(await list({ category: 'E01', unit: w.unitId('street') })).toContain(rule.id);
    expect(await list({ category: 'P' })).toEqual([]);
    expect(await list({ layer: 'base' })).toEqual([]);
    const first = await dutyRuleList(await asking(w, 'desk'), { limit: 1 });
    expect(first.next).not.toBeNull();
    const second = await dutyRuleList(await asking(w, 'desk'), {
      limit: 1,
      cursor: first.next ?? '',
    });
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id);
    expect(first.items[0]?.actions).toEqual([]);
    expect(Number(first.nextCode)).toBeGreaterThan(Number(rule.code));
    expect(first.roles.find(({ word }) => word === '环卫')?.unitNames).toEqual(['环卫中心']);

    const trying = async (input: Record<string, unknown>) =>
      dutyTry(await asking(w, 'systemAdmin'), { category: 'E0135', area: community, ...input });
    expect((await trying({})).rule).toEqual({ id: rule.id, code: rule.code, isOwn: true });
    expect((await refusedBy(trying({ category: 'E9999' }))).code).toBe('noCategory');
    expect((await refusedBy(trying({ area: '110199777' }))).code).toBe('noArea');
  });

  it('replays', async () => {
    await expectReplay(w);
  });
});
