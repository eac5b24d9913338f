import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchWords } from '../domain/searchWords.ts';
import { deriveDistrict, rebuild } from './derive.ts';
import { issueList } from './queries/issueList.ts';
import { reportList } from './queries/reportList.ts';
import { sealAll } from './sealer.ts';
import { asking } from './testing/asking.ts';
import { world, type World } from './testing/world.ts';

describe('search words', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  const derived = async () => {
    await sealAll(w.pool);
    let taken = 0;
    for (
      let n = await deriveDistrict(w.pool, w.district);
      n > 0;
      n = await deriveDistrict(w.pool, w.district)
    )
      taken += n;
    return taken;
  };
  const kept = async () =>
    (
      await w.pool.query(
        `select noun, record_id, words::text from search where district = $1 order by 1, 2`,
        [w.district],
      )
    ).rows;
  const found = async (words: string, who = 'desk') =>
    (await issueList(await asking(w, who), { words })).items.map(({ id }) => id);

  it('finds one or two characters, letters, blanks between, and refuses half matches', async () => {
    const one = await w.issue({
      report: { content: '井盖丢失，Ｂ座门口 100% 断裂', address: '学府路 1 号' },
    });
    const two = await w.issue({ report: { content: '盖井水口堵塞 a_b', address: '上地大街' } });
    expect(await found('井盖')).toEqual([]);
    expect(await derived()).toBeGreaterThan(0);
    expect(await found('井盖')).toEqual([one.id]);
    expect(await found('盖井')).toEqual([two.id]);
    expect((await found('井')).sort()).toEqual([one.id, two.id].sort());
    expect(await found('b座')).toEqual([one.id]);
    expect(await found('学府路1号')).toEqual([one.id]);
    expect(await found('断裂 学府')).toEqual([one.id]);
    expect(await found('断裂 上地')).toEqual([]);
    expect(await found('100%')).toEqual([one.id]);
    expect(await found('100_')).toEqual([]);
    expect(await found('a_b')).toEqual([two.id]);
    expect(await found("井'盖")).toEqual([]);
    expect(await found('井盖失')).toEqual([]);
    expect(await found('井盖', 'streetHead')).toEqual([]);
  });

  it('finds reports by words, number and outside number, inside the scope', async () => {
    const report = await w.report({
      content: '路灯不亮',
      senderCode: '12345',
      outsideNumber: 'XQ-20260304-7',
    });
    await derived();
    const reports = async (words: string, who = 'desk') =>
      (await reportList(await asking(w, who), { words })).items.map(({ id }) => id);
    expect(await reports('路灯')).toEqual([report.id]);
    expect(await reports('XQ-20260304-7')).toEqual([report.id]);
    expect(await reports(report.number)).toEqual([report.id]);
    expect(await reports('路灯', 'otherGrid')).toEqual([]);
    expect(await reports('路灯', 'head')).toEqual([]);
  });

  it('takes each sealed event once', async () => {
    await w.issue();
    expect(await derived()).toBeGreaterThan(0);
    expect(await derived()).toBe(0);
  });

  it('rebuilds exactly what was kept', async () => {
    await w.issue({ status: 'closed' });
    await derived();
    const before = await kept();
    expect(before.length).toBeGreaterThan(5);
    await w.pool.query(`update search set words = '' where noun = 'issue'`);
    await rebuild(w.pool, w.district);
    expect(await kept()).toEqual(before);
    expect(await derived()).toBe(0);
  });

  it('cuts Han runs into characters and pairs, each once', () => {
    expect(searchWords('垃圾桶 ABC12，垃圾').split(' ').sort()).toEqual(
      ['垃', '圾', '桶', '垃圾', '圾桶', 'abc12'].sort(),
    );
    expect(searchWords('！？')).toBe('');
  });
});
