import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { QueryInput } from '../../domain/api.ts';
import { asking } from '../testing/asking.ts';
import { world, type World } from '../testing/world.ts';
import { citizenForm, follow } from './citizen.ts';
import { reportList } from './reportList.ts';
import { reportView } from './reportView.ts';
import { revealed } from './revealed.ts';

const phone = '13800001111';
const name = '诸葛无名';
const code = 'ab3d5f7h';

describe('reports', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  const list = async (who: string, input: QueryInput<'reportList'> = {}) =>
    reportList(await asking(w, who), input);
  const view = async (who: string, id: string) => reportView(await asking(w, who), { id });
  const complaint = (input: Record<string, unknown> = {}) =>
    w.report({
      content: `垃圾太多，请打 ${phone}`,
      complainantName: name,
      complainantPhone: phone,
      ...input,
    });

  it('lists by status, day, mine and clock, inside the scope', async () => {
    const [one, two] = [await complaint(), await w.report({}, 'grid')];
    expect((await list('desk')).items.map(({ id }) => id)).toEqual([two.id, one.id]);
    expect((await list('grid', { mine: '1' })).items.map(({ id }) => id)).toEqual([two.id]);
    expect((await list('otherGrid')).items).toEqual([]);
    expect((await list('head')).items).toEqual([]);
    expect((await list('desk', { status: 'joined' })).count).toBe(0);
    expect((await list('desk', { channel: 'patrol' })).items.map(({ id }) => id)).toEqual([two.id]);
    expect((await list('desk', { clock: 'overdue' })).count).toBe(0);
    expect((await list('desk', { clock: 'dueSoon' })).count).toBe(2);
    const { items } = await reportList(
      { ...(await asking(w, 'desk')), now: '2026-03-04T08:00:00.000Z' },
      { clock: 'overdue' },
    );
    expect(items.map(({ clock, isOverdue }) => ({ clock, isOverdue }))).toEqual([
      { clock: 'accept', isOverdue: true },
      { clock: 'accept', isOverdue: true },
    ]);
    expect(items[0]?.open).toContain('accept');
    await expect(list('desk', { status: 'closed' })).rejects.toMatchObject({ code: 'badFilter' });
  });

  it('pages without loss or repeat', async () => {
    for (let n = 0; n < 5; n += 1) await w.report({ channel: 'media' });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list('desk', { channel: 'media', limit: 2, cursor });
      expect(page.count).toBe(5);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(seen.length).toBe(5);
    expect(new Set(seen).size).toBe(5);
  });

  it('shows a report without its complainant, and says that there is one', async () => {
    const report = await complaint();
    const seen = await view('desk', report.id);
    expect(seen.report.hasComplainant).toBe(true);
    expect(seen.actions[0]).toMatchObject({
      noun: 'issue',
      action: 'accept',
      id: null,
      as: 'reportId',
    });
    expect(seen.clocks.map(({ clock, isRunning }) => [clock, isRunning])).toEqual([
      ['accept', true],
      ['answer', false],
    ]);
    expect(seen.events[0]?.details).toContainEqual({ title: '诉求人', value: '（已加密）' });
    for (const who of ['desk', 'shift', 'grid', 'auditAdmin', 'leader']) {
      for (const answer of [await view(who, report.id), await list(who)]) {
        expect(JSON.stringify(answer)).not.toMatch(
          new RegExp(`${phone}|${name}|${report.complainantName}|followHash`),
        );
      }
    }
    await expect(view('head', report.id)).rejects.toMatchObject({ status: 404 });
    await expect(view('otherGrid', report.id)).rejects.toMatchObject({ status: 404 });
  });

  it('names issues near in place and time, at the same site or address', async () => {
    const here = { place: { lng: 116.35, lat: 40.03 }, address: '双清路 9 号' };
    const near = await w.issue({ accept: here });
    await w.issue({ accept: { ...here, categoryCode: 'P0101' } });
    await w.issue({ accept: { place: { lng: 116.36, lat: 40.03 }, address: '别处' } });
    w.pass(180);
    const report = await w.report({
      categoryCode: 'E0101',
      place: { lng: 116.3503, lat: 40.0301 },
      address: '双清路 10 号',
    });
    const found = (await view('desk', report.id)).near;
    expect(found.map(({ item }) => item.id)).toEqual([near.id]);
    expect(found[0]?.why).toBe(`相距 ${found[0]?.meters} 米，文字相同，同一类别，3 小时前立案`);
    expect(found[0]?.score).toBeGreaterThan(0.8);
    const byAddress = await w.report({ address: '双清路 9 号' });
    expect((await view('desk', byAddress.id)).near.map(({ why }) => why)).toEqual(
      Array.from({ length: 2 }, () => '同一地址，文字相同，3 小时前立案'),
    );
    w.pass(60 * 24 * 40);
    const later = await w.report({ address: '双清路 9 号' });
    expect((await view('desk', later.id)).near).toEqual([]);
  });

  it('opens the complainant to whoever revealed it, for ten minutes', async () => {
    const report = await complaint();
    const { event } = await w.run('desk', 'report', report.id, 'reveal', { reason: '回访' });
    const ask = async (who: string, eventId = event.id) =>
      revealed(await asking(w, who), { eventId });
    const content = `垃圾太多，请打 ${phone}`;
    expect(await ask('desk')).toEqual({ name, phone, email: null, content });
    await expect(ask('shift')).rejects.toMatchObject({ status: 404 });
    await expect(ask('desk', newId())).rejects.toMatchObject({ status: 404 });
    w.pass(11);
    await expect(ask('desk')).rejects.toMatchObject({ status: 403, code: 'revealOver' });
    w.pass(-11);
    await w.run('securityAdmin', 'report', report.id, 'anonymize', { reason: '期满' });
    expect(await ask('desk')).toEqual({ name: null, phone: null, email: null, content: null });
    const later = (await view('desk', report.id)).report;
    expect(later.hasComplainant).toBe(false);
  });

  it('lets a citizen follow by number and code, without units or people', async () => {
    const followHash = createHash('sha256').update(code.toUpperCase()).digest('hex');
    const issue = await w.issue({ status: 'closed', report: { followHash } });
    const [report] = (await list('desk', { status: 'joined', limit: 1 })).items;
    const ask = async (number: string, given: string) =>
      follow(await asking(w, null), { number, code: given });
    const seen = await ask(report?.number ?? '', code);
    expect(seen.steps.map(({ words }) => words)).toEqual([
      '已收到您的上报',
      '已受理立案',
      '已派给责任单位',
      '责任单位已开始办理',
      '责任单位已完成整改',
      '复查通过',
      '案件已办结',
    ]);
    expect(JSON.stringify(seen)).not.toMatch(/环卫|head某|grid某/);
    expect(issue.status).toBe('closed');
    const wrong = await Promise.all(
      [ask(report?.number ?? '', 'WRONGCODE'), ask('20260304999999', code)].map((asked) =>
        asked.catch((error: Error) => error),
      ),
    );
    expect(wrong.map((error) => ({ ...error, message: (error as Error).message }))).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({
          status: 404,
          code: 'notFound',
          message: '编号或查询码不对，请核对后再查',
        }),
      ),
    );
    const other = await w.report();
    await expect(ask(other.number, '')).rejects.toMatchObject({ status: 404 });
  });

  it('gives the citizen page its names', async () => {
    const form = await citizenForm(await asking(w, null));
    expect(form.districtName).toBe('测试区');
    expect(form.areas).toContainEqual({
      code: '110199001',
      name: '清河街道',
      level: 'subdistrict',
    });
    expect(form.categories.length).toBeGreaterThan(50);
  });
});
