/** Files that come in: what other programs write, and what nobody should send, each with its sentence. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { refusedBy } from '../testing/refusedBy.ts';
import { bareWorkbook, zipOf } from '../testing/zip.ts';
import { workbookOf, type Cells } from '../testing/workbook.ts';
import { readSheetFile, type FileTable } from './sheetFile.ts';

const folder = mkdtempSync(join(tmpdir(), 'loop-sheets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'file');

const read = (bytes: Buffer | string, maxRows = 100): Promise<FileTable> => {
  writeFileSync(path, bytes);
  return readSheetFile(path, '区域', maxRows);
};
const texts = ({ rows }: FileTable): string[][] =>
  rows.map(({ cells }) => cells.map(({ text }) => text));

const head = ['代码', '名称'];
const book = (rows: Cells, bend?: Parameters<typeof workbookOf>[2]) =>
  workbookOf('区域', [head, ...rows], bend);
const row = (n: number, cells: string): string => `<row r="${n}">${cells}</row>`;
const text = (at: string, value: string): string =>
  `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
const headRow = row(1, text('A1', '代码') + text('B1', '名称'));

describe('what programs write', () => {
  it('reads shared, inline and rich strings, numbers, days, times and truth', async () => {
    const table = await read(
      await book(
        [
          ['001', '甲'],
          [7, 0.1 + 0.2],
          [new Date('2026-10-01T00:00:00Z'), true],
          [0.375, '  乙 '],
        ],
        (page) => {
          page.getCell('A4').numFmt = 'yyyy"年"m"月"d"日"';
          page.getCell('A5').numFmt = 'h:mm';
          page.getCell('B2').value = {
            richText: [{ text: '甲' }, { text: '乙', font: { bold: true } }],
          };
        },
      ),
    );
    expect(table.head).toEqual(head);
    expect(texts(table)).toEqual([
      ['001', '甲乙'],
      ['7', '0.3'],
      ['2026-10-01', '是'],
      ['09:00', '  乙 '],
    ]);
    expect(table.rows[1]?.cells[0]?.isNumber).toBe(true);
    expect(table.rows[0]?.cells[0]?.isNumber).toBeUndefined();
  });

  it('reads other prefixes, absolute parts, missing addresses, entities and characters by number', async () => {
    const table = await read(
      bareWorkbook(
        `${headRow}<row><c t="inlineStr"><is><t>A&amp;B &lt;&#x4E2D;&#25991;&gt;</t></is></c><c><v>1.1E2</v></c></row>`,
      ),
    );
    expect(texts(table)).toEqual([['A&B <中文>', '110']]);
  });

  it('passes over empty rows, counts as a spreadsheet does, and reads what is hidden', async () => {
    const table = await read(
      await book(
        [
          ['1', '甲'],
          [null, ' '],
          ['2', '乙'],
          ['', ''],
        ],
        (page) => {
          page.getRow(4).hidden = true;
        },
      ),
    );
    expect(table.rows.map((each) => each.row)).toEqual([2, 4]);
    expect(table.hiddenCount).toBe(1);
  });

  it('takes the worksheet that is meant, wherever it stands', async () => {
    const table = await read(
      await workbookOf('说明', [['这里不是']], (_page, workbook) => {
        workbook.addWorksheet('区域').addRows([head, ['1', '甲']]);
      }),
    );
    expect(table.head).toEqual(head);
  });

  it.each(['utf8', 'gb18030'])('reads CSV in %s', async (encoding) => {
    const table = await read(
      iconv.encode('代码,名称\r\n001,"清河，街道"\r\n\r\n002,㐂\r\n', encoding),
    );
    expect(texts(table)).toEqual([
      ['001', '清河，街道'],
      ['002', '㐂'],
    ]);
    expect(table.rows.map((each) => each.row)).toEqual([2, 4]);
  });
});

describe('what nobody should send', () => {
  const danger = (name: string): Buffer =>
    bareWorkbook(headRow, { more: [{ name, bytes: Buffer.from('x') }] });
  const bomb = Buffer.alloc(40 * 1024 * 1024, 32);

  it.each([
    ['a macro', () => danger('xl/vbaProject.bin'), 'macros', /宏/],
    [
      'a link to another file',
      () => danger('xl/externalLinks/externalLink1.xml'),
      'externalLinks',
      /链接/,
    ],
    ['a file inside', () => danger('xl/embeddings/oleObject1.bin'), 'embedded', /嵌/],
    [
      'a bomb',
      () => bareWorkbook(headRow, { more: [{ name: 'xl/a.xml', bytes: bomb }] }),
      'zipBomb',
      /展开/,
    ],
    [
      'many parts',
      () =>
        zipOf(Array.from({ length: 2001 }, (_, n) => ({ name: `${n}`, bytes: Buffer.alloc(0) }))),
      'tooManyParts',
      /部件过多/,
    ],
    [
      'parts that lie about their size',
      () =>
        bareWorkbook(headRow, {
          more: [{ name: 'xl/sharedStrings.xml', bytes: bomb, claims: 10 }],
        }),
      'brokenFile',
      /损坏/,
    ],
    ['a part twice', () => danger('xl/workbook.xml'), 'brokenFile', /重名/],
    [
      'a part under a password',
      () => bareWorkbook(headRow, { more: [{ name: 'a', bytes: Buffer.from('x'), flags: 1 }] }),
      'encrypted',
      /密码/,
    ],
    [
      'entities of its own',
      () => bareWorkbook(headRow, { before: '<!DOCTYPE a [<!ENTITY b "c">]>' }),
      'entities',
      /DOCTYPE/,
    ],
    ['an unknown entity', () => bareWorkbook(row(1, text('A1', '&b;'))), 'brokenFile', /损坏/],
    ['half a file', () => bareWorkbook(headRow).subarray(0, 300), 'brokenFile', /损坏/],
    ['a file cut in its middle', () => bareWorkbook(`${headRow}<row r="2"`), 'brokenFile', /损坏/],
    [
      'a zip without a workbook',
      () => zipOf([{ name: 'a', bytes: Buffer.from('x') }]),
      'noSheet',
      /模板/,
    ],
    ['an empty workbook', () => bareWorkbook(''), 'emptyFile', /模板/],
    ['an empty file', () => Buffer.alloc(0), 'emptyFile', /模板/],
    ['an old workbook', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'oldFormat', /xlsx/],
    [
      'an encrypted workbook',
      () =>
        Buffer.concat([
          Buffer.from('d0cf11e0a1b11ae1', 'hex'),
          Buffer.from('EncryptedPackage', 'utf16le'),
        ]),
      'encrypted',
      /密码/,
    ],
    ['a page', () => Buffer.from('<html><table><tr><td>代码'), 'notTable', /网页/],
    [
      'a picture',
      () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
      'badEncoding',
      /UTF-8/,
    ],
    ['an open quotation mark', () => Buffer.from('代码,名称\n1,"甲\n'), 'badCsv', /引号/],
  ])('refuses %s', async (_what, make, code, words) => {
    const refused = await refusedBy(read(make()));
    expect([refused.status, refused.code]).toEqual([400, code]);
    expect(refused.message).toMatch(words);
    expect(refused.message).not.toContain(folder);
  });

  it('refuses merged cells by their address', async () => {
    const merged = await book(
      [
        ['1', '甲'],
        ['2', '乙'],
      ],
      (page) => page.mergeCells('B2:B3'),
    );
    expect((await refusedBy(read(merged))).message).toMatch(/合并的单元格（B2:B3）/);
  });

  it('says each formula and error by row and column, and reads on', async () => {
    const table = await read(
      await book([
        ['1', { formula: 'A2&"x"', result: '1x' }],
        ['2', '乙'],
        ['3', { formula: 'NOPE()', result: { error: '#NAME?' } }],
      ]),
    );
    expect(table.problems).toEqual([
      { row: 2, at: 1, message: '是公式，请复制后“粘贴为值”' },
      { row: 4, at: 1, message: '是公式，请复制后“粘贴为值”' },
      { row: 4, at: 1, message: '是错误值 #NAME?，请改正' },
    ]);
    expect(table.rows).toHaveLength(3);
  });

  it.each(['xlsx', 'csv'])(
    'refuses more rows than fit, in %s, without reading them all',
    async (form) => {
      const rows = Array.from({ length: 150 }, (_, n) => [`${n}`, '甲']);
      const bytes =
        form === 'csv'
          ? Buffer.from([head, ...rows].map((each) => each.join()).join('\n'))
          : await book(rows);
      const refused = await refusedBy(read(bytes));
      expect([refused.status, refused.code]).toEqual([413, 'tooManyRows']);
      expect(refused.message).toBe('一次最多 100 行，请分成几个文件上传');
    },
  );
});
