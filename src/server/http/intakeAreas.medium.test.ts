/** Keys of one area at the signed intake: they reach neither places nor reports of another. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Report } from '../../domain/reportShape.ts';
import { intakeSender, type IntakeSender } from '../testing/intakeSender.ts';
import { served, type Served } from '../testing/served.ts';

let s: Served;
let whole: IntakeSender;
let own: IntakeSender;
let other: IntakeSender;
beforeAll(async () => {
  s = await served();
  whole = await intakeSender(s);
  own = await intakeSender(s, 'grid', { areaCode: '110199001' });
  other = await intakeSender(s, 'grid', { areaCode: '110199002' });
});
afterAll(() => s.stop());

const item = (more: Record<string, unknown> = {}) => ({
  number: `WG-${newId()}`,
  content: '路边有暴露垃圾',
  areaCode: '110199001001',
  address: '学府路 1 号',
  ...more,
});

const reportOf = async (number: string): Promise<Report> => {
  const { rows } = await s.pool.query<{ id: string }>(
    `select id from report where district = $1 and outside_number = $2`,
    [s.district, number],
  );
  return s.read<Report>('report', rows[0]?.id ?? newId());
};

const fate = async (sender: IntakeSender, one: unknown): Promise<string | undefined> => {
  const { body } = await sender.reports(one);
  const [result] = body.results;
  return result?.code ?? result?.status;
};

describe('a report of another area', () => {
  it('is neither rewritten nor moved nor told of, whatever is said of its place', async () => {
    const one = item();
    expect(await fate(own, one)).toBe('accepted');
    const before = await reportOf(one.number);
    const { areaCode: _area, ...placeless } = one;
    for (const said of [
      { ...one, areaCode: '110199002001', content: '另一处' },
      { ...placeless, content: '另一处' },
      placeless,
    ])
      expect(await fate(other, said)).toBe('notYourArea');
    expect(await reportOf(one.number)).toEqual(before);
    expect(await fate(own, { ...one, content: '垃圾更多了' })).toBe('amended');
  });

  it('is known to a key of the whole district', async () => {
    const one = item();
    await fate(own, one);
    expect(await fate(whole, { ...one, content: '垃圾更多了' })).toBe('amended');
  });
});

describe("a key's own report", () => {
  it('keeps its community when it comes again without an area', async () => {
    const one = item();
    await fate(own, one);
    const { areaCode: _area, ...placeless } = one;
    expect(await fate(own, placeless)).toBe('repeated');
    expect(await fate(own, { ...placeless, content: '垃圾更多了' })).toBe('amended');
    expect(await reportOf(one.number)).toMatchObject({
      areaCode: '110199001001',
      content: '垃圾更多了',
    });
  });

  it('without any place lies in the area of the key', async () => {
    const one = item({ areaCode: undefined });
    expect(await fate(own, one)).toBe('accepted');
    expect((await reportOf(one.number)).areaCode).toBe('110199001');
  });

  it('is refused at a site of another area, and takes the area of its site', async () => {
    const site = async (areaCode: string): Promise<string> => {
      const id = newId();
      const place = { lng: 116.3, lat: 40.05 };
      const input = { name: `点位 ${id}`, siteType: 'ALLEY', areaCode, place };
      await s.run('systemAdmin', 'site', id, 'add', input);
      return id;
    };
    const there = item({ areaCode: undefined, siteId: await site('110199002001') });
    expect(await fate(own, there)).toBe('notYourArea');
    const here = item({ areaCode: undefined, siteId: await site('110199001001') });
    expect(await fate(own, here)).toBe('accepted');
    expect((await reportOf(here.number)).areaCode).toBe('110199001001');
  });
});

it('words that changed take the class of the sender along, as those of a file do', async () => {
  const one = item({ outsideClass: '市容环境/暴露垃圾' });
  await fate(whole, one);
  const changed = { ...one, content: '路灯不亮', outsideClass: '市政设施/路灯' };
  expect(await fate(whole, changed)).toBe('amended');
  expect(await reportOf(one.number)).toMatchObject({ outsideClass: '市政设施 / 路灯' });
});
