import { describe, expect, it } from 'vitest';
import { safeCell } from './csvFile.ts';
import { momentIn, patternOf } from './localTime.ts';

const patterns = (...formats: string[]): RegExp[] =>
  formats.flatMap((format) => patternOf(format) ?? []);

describe('cells of a written file', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+86', "'+86"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['a,b', '"a,b"'],
    ['说"好"', '"说""好"""'],
    ['=A1,"', `"'=A1,"""`],
    ['平常', '平常'],
  ])('%s', (text, expected) => expect(safeCell(text)).toBe(expected));
});

describe('times in other formats', () => {
  it.each([
    ['2020-09-03 00:00:00', '2020-09-02T16:00:00.000Z'],
    ['2024/2/29 8:05', '2024-02-29T00:05:00.000Z'],
    ['2024年2月9日', '2024-02-08T16:00:00.000Z'],
    ['12/31/2016', '2016-12-30T16:00:00.000Z'],
  ])('%s', (text, expected) => {
    const known = patterns('YYYY-MM-DD HH:mm:ss', 'YYYY/M/D H:mm', 'YYYY年M月D日', 'MM/DD/YYYY');
    expect(momentIn(text, known)).toBe(expected);
  });

  it.each([
    '2023-02-29 00:00:00',
    '2023-13-01 00:00:00',
    '2023-01-01 24:00:00',
    '2023-01-01 10:60:00',
    '1899-01-01 00:00:00',
    '明天',
    '',
  ])('does not take %s for a time', (text) =>
    expect(momentIn(text, patterns('YYYY-MM-DD HH:mm:ss'))).toBeUndefined(),
  );

  it('wants year, month and day in a format', () => {
    expect(patternOf('HH:mm')).toBeUndefined();
    expect(patternOf('YYYY.MM.DD')?.test('2020x01x02')).toBe(false);
  });
});
