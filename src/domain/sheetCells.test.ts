import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headOf, readView, type Sheet, type SheetProblem, type Value } from './sheet.ts';
import { cellText, safeText, type Cell, type Named, type SheetNames } from './sheetColumn.ts';
import { sheets } from './sheetList.ts';

const named = (lines: Record<string, string>): Named => ({
  labels: () => Object.values(lines),
  labelOf: (id) => lines[id],
  find: (text) =>
    Object.entries(lines).find(([, line]) => line === text || line.split(' ')[0] === text)?.[0],
});

const names: SheetNames = {
  unit: named({ one: '001 环卫中心', two: 'u-2 清河街道' }),
  area: named({ '110199001': '110199001 清河街道' }),
  person: named({}),
  post: named({}),
};

const readArea = (
  lines: Cell[][],
  known: string[] = [],
): { problems: SheetProblem[]; values: Value[] } => {
  const sheet: Sheet = sheets.area;
  const [view] = sheet.views;
  if (!view) throw new Error('no view');
  const rows = lines.map((cells, n) => ({
    row: n + 2,
    cells: Object.fromEntries(
      ['code', 'name', 'grade', 'unitId'].map((key, at) => [key, cells[at] ?? { text: '' }]),
    ),
  }));
  const { wanted, problems } = readView(sheet, view, rows, names, {
    known,
    find: () => undefined,
  });
  return { problems, values: wanted.map(({ value }) => value) };
};

const cells = (...texts: string[]): Cell[] => texts.map((text) => ({ text }));

describe('what spreadsheets do', () => {
  it('takes full-width digits and blanks for what they mean', () => {
    expect(readArea([cells('　１１０１９９００１ ', ' 清河 街道\u00a0', '', ' ')]).values).toEqual([
      { code: '110199001', name: '清河 街道', grade: null, unitId: null },
    ]);
  });

  it('says that the zeros of a code are lost, and which code it was', () => {
    const { problems } = readArea([[{ text: '7', isNumber: true }, { text: '甲' }]], ['007']);
    expect(problems[0]?.message).toMatch(/丢了前面的 0.*007/);
  });

  it('names both rows of a code that comes twice', () => {
    const { problems, values } = readArea([cells('110199001', '甲'), cells('110199001', '乙')]);
    expect(problems).toEqual([{ row: 3, column: '', message: '与第 2 行重复，请只留一行' }]);
    expect(values).toEqual([]);
  });

  it('says what is missing and what is unknown, by row and column', () => {
    const { problems } = readArea([cells('110199001', '', '', '没有这个单位'), cells('', '乙')]);
    expect(problems).toEqual([
      { row: 2, column: '责任单位', message: '没有“没有这个单位”这个单位，请填代码或从下拉中选择' },
      { row: 3, column: '区域代码', message: '请填写区域代码' },
      { row: 2, column: '名称', message: '请填写名称' },
    ]);
  });

  it.each([
    ['46296', true, '2026-10-01'],
    ['2026/10/1', false, '2026-10-01'],
    ['２０２６年１０月１日', false, '2026-10-01'],
    ['20261001', false, '2026-10-01'],
    ['2026-10-01 00:00:00', false, '2026-10-01'],
    ['46296', false, '46296'],
  ])('reads the day %s as %s → %s', (text, isNumber, day) => {
    expect(cellText({ text, isNumber }, 'day')).toBe(day);
  });

  it.each([
    ['0.375', true, '09:00'],
    ['9：00', false, '09:00'],
    ['09:00:00', false, '09:00'],
    ['9时30分', false, '09:30'],
  ])('reads the time %s as %s → %s', (text, isNumber, time) => {
    expect(cellText({ text, isNumber }, 'time')).toBe(time);
  });

  it('guards whatever could be a formula, and takes the guard off again', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..."=+-@'a"), minLength: 1, maxLength: 6 }),
        (text) => {
          const safe = safeText(text);
          expect(safe).not.toMatch(/^[=+\-@]/);
          expect(cellText({ text: safe }, 'text')).toBe(text);
        },
      ),
    );
  });

  it('knows its head in any order, and says what is missing, twice or foreign', () => {
    expect(headOf(sheets.sender, ['来源渠道', '代码', '名称']).problems).toEqual([]);
    expect(headOf(sheets.sender, ['代码', '代码', '备注', '名称']).problems).toEqual([
      '缺少列“来源渠道”，请补上（可从模板复制表头）',
      '列“代码”出现了两次，请只留一列',
      '不认得列“备注”，请删去或改回模板的列名',
    ]);
    expect(headOf(sheets.sender, ['甲', '乙']).problems[0]).toMatch(/^这不是来源单位的表格/);
  });
});
