/** The areas of a new district from a table, a GeoJSON or a typed list, and a sentence for each bad line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaNameOf, readAreas, setupCode } from './setupAreas.ts';

const district = '110116';
const read = (...texts: string[]) => readAreas(texts, district);
const sentences = (...texts: string[]): string =>
  read(...texts)
    .problems.map(({ line, message }) => `${line} ${message}`)
    .join('；');

describe('codes', () => {
  it('shortens the codes of the statistical bureau to ours', () => {
    expect(setupCode('110116001000')).toBe('110116001');
    expect(setupCode('110116000000')).toBe('110116');
    expect(setupCode('110116001004')).toBe('110116001004');
    expect(setupCode('110116001')).toBe('110116001');
    expect(setupCode("'110 116 001")).toBe('110116001');
    expect(setupCode('11011600')).toBe(null);
    expect(setupCode('11011600100x')).toBe(null);
  });

  it('is stable: the code of a code is the code', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{6}(\d{3}){0,3}$/), (text) => {
        const code = setupCode(text);
        expect(code === null ? null : setupCode(code)).toBe(code);
        expect(text.startsWith(code ?? '')).toBe(true);
      }),
    );
  });
});

describe('names', () => {
  it('are those of the place, not of the body that governs it', () => {
    expect(areaNameOf('富乐社区居委会')).toBe('富乐社区');
    expect(areaNameOf('某某社区居民委员会')).toBe('某某社区');
    expect(areaNameOf('北房村委会')).toBe('北房村');
    expect(areaNameOf('大罗山村村委会')).toBe('大罗山村');
    expect(areaNameOf('青春苑居委会')).toBe('青春苑居委会');
    expect(areaNameOf('村委会')).toBe('村委会');
  });
});

describe('a table', () => {
  it('gives subdistricts and communities of this district, whatever else the columns are', () => {
    const streets = 'code,name,areaCode\r\n110116001,泉河街道,110116\r\n110116002,龙山街道,110116';
    const villages =
      '\uFEFF"code","name",streetCode\n110116001001,"富乐社区居委会",110116001\n110101001001,别处社区居委会,110101001\n';
    const { areas, problems, notes } = read(villages, streets);
    expect(problems).toEqual([]);
    expect(areas).toEqual([
      { code: '110116001', name: '泉河街道' },
      { code: '110116002', name: '龙山街道' },
      { code: '110116001001', name: '富乐社区' },
    ]);
    expect(notes.join()).toContain('另有 1 行不是 110116 的代码（第 3 行）');
  });

  it('takes tabs, Chinese heads, no head, and the district’s own row', () => {
    const text = '统计用区划代码\t名称\n110116000000\t怀柔区\n110116001000\t泉河街道';
    expect(read(text)).toMatchObject({
      areas: [{ code: '110116001', name: '泉河街道' }],
      districtName: '怀柔区',
    });
    expect(read('110116001,泉河街道\n110116002,龙山街道').areas).toHaveLength(2);
  });

  it('says of each line what is wrong with it', () => {
    expect(sentences('编号,街道\n1,某街道')).toBe(
      '1 第一行没有代码（code）和名称（name）列，请在第一行写上列名“代码,名称”后再导入',
    );
    const text = [
      'code,name',
      '110116001,泉河街道',
      '110116001,又一个街道',
      '110116002001,无主社区',
      '110116002002,也无主社区',
      '11011,短码',
      '110116003,',
      ',没有代码',
    ].join('\n');
    const said = sentences(text);
    expect(said).toContain('3 代码 110116001 与第 2 行“泉河街道”重复');
    expect(said).toContain('4 “无主社区”（110116002001）等 2 个的上级 110116002 不在清单里');
    expect(said).toContain('6 代码“11011”不对');
    expect(said).toContain('7 110116003 没有名称');
    expect(said).toContain('8 没有代码');
  });

  it('refuses a list of another district, a workbook, and more rows than a district has', () => {
    expect(sentences('code,name\n110101001,东华门街道')).toContain('清单里没有 110116 的区域');
    expect(sentences('PK\u0003\u0004')).toContain('另存为 CSV');
    const many = Array.from(
      { length: 100_000 },
      (_, n) =>
        `110116${String(n % 1000).padStart(3, '0')}${String(Math.floor(n / 1000) + 1).padStart(3, '0')},某社区`,
    );
    const read3 = read(['code,name', ...many].join('\n'));
    expect(read3.areas).toEqual([]);
    expect(read3.problems).toHaveLength(1);
    expect(read3.problems[0]?.message).toContain('一次最多 3000 个');
  });
});

describe('a GeoJSON', () => {
  it('gives the codes and names of its features', () => {
    const features = [
      { type: 'Feature', properties: { code: 110116001, name: '泉河街道' }, geometry: null },
      { type: 'Feature', properties: { 代码: '110116001001', 名称: '富乐社区' }, geometry: null },
    ];
    expect(read(JSON.stringify({ type: 'FeatureCollection', features })).areas).toEqual([
      { code: '110116001', name: '泉河街道' },
      { code: '110116001001', name: '富乐社区' },
    ]);
    expect(sentences('{"type": "Feature')).toContain('内容不完整');
    expect(sentences('{"type": "Feature"}')).toContain('FeatureCollection');
  });
});

describe('a typed list', () => {
  it('numbers what has no code, by order and indentation', () => {
    const text = '泉河街道\n  富乐社区\n\t湖光社区\n\n龙山街道\n　迎宾社区';
    expect(read(text).areas).toEqual([
      { code: '110116001', name: '泉河街道' },
      { code: '110116002', name: '龙山街道' },
      { code: '110116001001', name: '富乐社区' },
      { code: '110116001002', name: '湖光社区' },
      { code: '110116002001', name: '迎宾社区' },
    ]);
  });

  it('takes two columns pasted from a spreadsheet, and codes where they are given', () => {
    const text =
      '泉河街道\t富乐社区\n泉河街道\t湖光社区\n110116007 怀北镇\n  110116007005 大水峪村委会\n  西庄村';
    expect(read(text).areas).toEqual([
      { code: '110116001', name: '泉河街道' },
      { code: '110116007', name: '怀北镇' },
      { code: '110116001001', name: '富乐社区' },
      { code: '110116001002', name: '湖光社区' },
      { code: '110116007001', name: '西庄村' },
      { code: '110116007005', name: '大水峪村' },
    ]);
  });

  it('says where a community has no subdistrict above it', () => {
    expect(sentences('  富乐社区')).toContain('上面没有街道');
  });
});

describe('anything else', () => {
  it('is read without falling over, and gives only codes of the district', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), (texts) => {
        const { areas } = readAreas(texts, district);
        for (const { code, name } of areas) {
          expect(code.startsWith(district)).toBe(true);
          expect(name.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
