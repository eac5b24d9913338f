/** The units a new district begins with: offices by area, usual departments, and lists of one's own. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { officeNameOf, officesOf, readUnits, usualUnits } from './setupUnits.ts';

const categories = JSON.parse(readFileSync('seeds/categories.json', 'utf8')) as {
  defaultUnits: string[];
}[];

/** Words that mean whoever owns or runs a thing, or the place: no department answers for them. */
const nobodys = ['街乡镇', '产权单位', '责任单位', '施工责任单位', '运营企业', '指定牵头单位'];

describe('usual units', () => {
  it('answer for exactly the role words of the base categories, each word by one of them', () => {
    const wanted = new Set(categories.flatMap(({ defaultUnits }) => defaultUnits));
    const given = usualUnits.flatMap(({ dutyRoles }) => dutyRoles);
    expect([...given].sort()).toEqual([...wanted].filter((word) => !nobodys.includes(word)).sort());
  });

  it('have codes and names of their own', () => {
    expect(new Set(usualUnits.map(({ code }) => code)).size).toBe(usualUnits.length);
    expect(new Set(usualUnits.map(({ name }) => name)).size).toBe(usualUnits.length);
  });
});

describe('offices', () => {
  it('are named after what they govern', () => {
    const named = (code: string, name: string): string => officeNameOf({ code, name });
    expect(named('110116001', '泉河街道')).toBe('泉河街道办事处');
    expect(named('110116003', '怀柔地区')).toBe('怀柔地区办事处');
    expect(named('110116106', '北房镇')).toBe('北房镇人民政府');
    expect(named('110116212', '长哨营满族乡')).toBe('长哨营满族乡人民政府');
    expect(named('110116400', '北京雁栖经济开发区')).toBe('北京雁栖经济开发区');
    expect(named('110116001001', '富乐社区')).toBe('富乐社区居委会');
    expect(named('110116106001', '北房村')).toBe('北房村委会');
    expect(named('110116001009', '青春苑居委会')).toBe('青春苑居委会');
  });

  it('stand for subdistricts and communities, not for cells', () => {
    const areas = ['110116001', '110116001001', '110116001001001'].map((code) => ({
      code,
      name: '某',
    }));
    expect(officesOf(areas).map(({ kind, parentCode }) => [kind, parentCode])).toEqual([
      ['subdistrict', null],
      ['community', '110116001'],
    ]);
  });
});

describe('a list of units', () => {
  it('is one name to a line, or a table with a head', () => {
    expect(readUnits('雁栖湖管委会\n怀柔区水务局\n').units).toEqual([
      { code: 'D001', name: '雁栖湖管委会', kind: 'department', dutyRoles: [] },
      { code: 'D002', name: '怀柔区水务局', kind: 'department', dutyRoles: ['水务', '排水'] },
    ]);
    const table = '单位名称,单位类型,职责词,单位代码\n热力公司,公共服务企业,供热、供气,RL\n';
    expect(readUnits(table).units).toEqual([
      { code: 'RL', name: '热力公司', kind: 'firm', dutyRoles: ['供热', '供气'] },
    ]);
    expect(readUnits('  ').units).toEqual([]);
  });

  it('says of each line what is wrong with it', () => {
    const { units, problems } = readUnits(
      'name,kind\n甲局,department\n甲局,department\n,department\n乙局,衙门\n丙,department',
    );
    expect(units.map(({ name }) => name)).toEqual(['甲局', '丙']);
    expect(problems.map(({ line, message }) => `${line} ${message}`)).toEqual([
      '3 “甲局”与第 2 行重复，请只留一行',
      '4 没有单位名称，请补上',
      expect.stringContaining('5 “乙局”的类型“衙门”不认得，可用：委办局、'),
    ]);
  });
});
