/** Words placed by a small table of names: what is clear, what is asked, what is nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gazetteer, placeOf, type PlaceEntry, type PlaceKind } from './gazetteer.ts';

const entry = (
  kind: PlaceKind,
  id: string,
  name: string,
  areaCode: string | null,
  more: Partial<PlaceEntry> = {},
): PlaceEntry => ({ kind, id, name, aliases: [], areaCode, point: null, ...more });

const entries = [
  entry('area', '110199', '测试区', '110199'),
  entry('area', '110199001', '安泰街道', '110199001'),
  entry('area', '110199001001', '学府社区', '110199001001'),
  entry('area', '110199002', '上地街道', '110199002'),
  entry('area', '110199002001', '幸福社区', '110199002001', { aliases: ['老街社区'] }),
  entry('alley', 'a1', '展进路', '110199001001'),
  entry('alley', 'a2', '南台路', '110199002001'),
  entry('site', 's1', '白湖亭河', '110199002001'),
  entry('site', 's2', '中心公园', '110199001001', { point: [116.3, 40] }),
  entry('site', 's3', '中心公园', '110199002001', { point: [116.4, 40] }),
  entry('unit', 'u1', '清源供水公司', '110199001'),
];
const table = gazetteer(entries);
const place = (text: string, hint = {}) => placeOf(table, text, hint);
const names = (text: string, hint = {}): string[] =>
  place(text, hint).candidates.map(({ entry: { name } }) => name);

describe('a place named in words', () => {
  it('is found by its longest name, the area above giving way', () => {
    const { candidates, isClear } = place('测试区安泰街道学府社区展进路有人倒垃圾');
    expect(isClear).toBe(true);
    expect(candidates.map((one) => one.entry.id)).toEqual(['a1']);
    expect(candidates[0]?.reason).toContain('在文中提到的');
  });

  it('keeps house number and building', () => {
    expect(place('展进路133号3号楼楼道堆物').candidates[0]).toMatchObject({
      house: '133号3号楼',
      words: '展进路133号3号楼',
    });
    expect(place('安泰街道展进路旁').candidates[0]).toMatchObject({ house: null, vague: '旁' });
  });

  it('is known by former and shorter names', () => {
    expect(names('老街社区门口')).toEqual(['幸福社区']);
    expect(names('白湖亭内河黑臭')).toEqual(['白湖亭河']);
    expect(names('安泰街道办事处门前积水')).toEqual(['安泰街道']);
    expect(place('安泰一带').candidates[0]?.reason).toContain('名称不全');
  });

  it('is not seen in a longer name that begins alike', () => {
    for (const text of ['安泰桥下', '白湖亭湖边', '幸福生活', '幸福大街'])
      expect(names(text)).toEqual([]);
  });

  it('is one place where two streets meet', () => {
    const { candidates, isClear } = place('展进路与南台路交叉口信号灯坏了');
    expect(isClear).toBe(true);
    expect(candidates).toHaveLength(1);
    expect(candidates[0]).toMatchObject({ words: '展进路与南台路交会处', crossing: { id: 'a2' } });
  });

  it('asks which of two with one name, and takes the one in the area or near the point known', () => {
    const asked = place('中心公园的灯不亮');
    expect(asked).toMatchObject({
      isClear: false,
      question: '是学府社区的中心公园还是幸福社区的中心公园？',
    });
    expect(place('上地街道中心公园').candidates[0]?.entry.id).toBe('s3');
    expect(place('中心公园', { areaCode: '110199001' })).toMatchObject({ isClear: true });
    const near = place('中心公园', { point: [116.401, 40] });
    expect(near).toMatchObject({ isClear: true, candidates: [{ entry: { id: 's3' } }, {}] });
    expect(near.candidates[0]?.reason).toContain('85 米');
  });

  it('asks when two places fit', () => {
    const { isClear, question } = place('展进路和白湖亭河都很脏');
    expect(isClear).toBe(false);
    expect(question).toBe('是展进路还是白湖亭河？');
  });

  it('is not one that is denied, and hardly one that was only spoken to', () => {
    expect(names('不是展进路，是南台路')).toEqual(['南台路']);
    expect(place('已多次向学府社区反映，南台路仍积水')).toMatchObject({
      isClear: true,
      candidates: [{ entry: { id: 'a2' } }, {}],
    });
    expect(place('清源供水公司水质差').isClear).toBe(false);
    expect(place('今天天气不错')).toEqual({ candidates: [], isClear: false, question: null });
  });
});

describe('the table', () => {
  it('finds every name in any words around it, and never throws', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...entries.filter(({ name }) => name !== '中心公园')),
        fc.string(),
        fc.string(),
        ({ name, id }, before, after) => {
          const found = placeOf(table, `${before}，${name}，${after}`).candidates;
          return found.some(({ entry: { id: other } }) => other === id);
        },
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => placeOf(table, text).candidates.length <= 4));
  });

  it('places a long text among ten thousand names in well under a millisecond', () => {
    const many = gazetteer(
      Array.from({ length: 10_000 }, (_none, n) =>
        entry('site', String(n), `第${n}号${'甲乙丙丁'[n % 4] ?? ''}小区`, '110199001'),
      ),
    );
    const text = '反映小区门口垃圾成堆，'.repeat(20) + '第77号乙小区';
    expect(placeOf(many, text).candidates[0]?.entry.id).toBe('77');
    const started = performance.now();
    for (let n = 0; n < 200; n++) placeOf(many, text);
    expect((performance.now() - started) / 200).toBeLessThan(3);
  });
});
