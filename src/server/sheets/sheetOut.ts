/**
 * Sheet out: a sheet as a workbook (frozen head, drop-downs, a page of explanations, every cell text, so
 * that no zero of a code is lost) or as CSV that spreadsheets open in Chinese. Source: issue 4-6.
 */
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import ExcelJS from 'exceljs';
import type { Sheet } from '../../domain/sheet.ts';
import type { Column, SheetNames } from '../../domain/sheetColumn.ts';
import { maxSheetRows } from '../../domain/sheetList.ts';
import { safeCell } from '../adapters/csvFile.ts';

/** A required column is marked; the mark is taken off when the file comes back. */
const titleOf = ({ title, isRequired, isShownOnly }: Column): string =>
  isRequired && !isShownOnly ? `${title}*` : title;

const choiceSheet = '选项';
/** Longer lists make a workbook slow to open, and nobody finds anything in them. */
const maxChoices = 5_000;

type Book = ExcelJS.stream.xlsx.WorkbookWriter;

/** Writes the drop-downs' lines, a column for each; answers where the lines of each column lie. */
function writeChoices(book: Book, sheet: Sheet, names: SheetNames): Map<string, string> {
  const lists = sheet.columns.flatMap((column) =>
    column.choices && !column.isShownOnly
      ? [{ key: column.key, lines: column.choices(names).slice(0, maxChoices) }]
      : [],
  );
  const page = book.addWorksheet(choiceSheet, { state: 'hidden' });
  const longest = Math.max(0, ...lists.map(({ lines }) => lines.length));
  for (let n = 0; n < longest; n++)
    page.addRow(lists.map(({ lines }) => lines[n] ?? null)).commit();
  page.commit();
  return new Map(
    lists.flatMap(({ key, lines }, at) => {
      const letter = String.fromCharCode(65 + at);
      return lines.length > 0
        ? [[key, `${choiceSheet}!$${letter}$1:$${letter}$${lines.length}`] as const]
        : [];
    }),
  );
}

function writeExplanations(book: Book, sheet: Sheet): void {
  const page = book.addWorksheet('说明');
  page.columns = [{ width: 20 }, { width: 8 }, { width: 80 }];
  const add = (cells: string[], isBold = false): void => {
    const row = page.addRow(cells);
    if (isBold) row.font = { bold: true };
    row.commit();
  };
  add([`${sheet.title}表格填写说明`], true);
  for (const sentence of [
    ...sheet.explain,
    '不要改动表头，不要合并单元格，不要用公式。改好后在“主数据表格”页面上传，先预览再生效。',
    "表格里删去的行不会自动停用，须在预览时勾选。以 = + - @ 开头的内容前面加有一个 ' ，请保留。",
  ])
    add([sentence]);
  add([]);
  add(['列', '必填', '说明'], true);
  for (const { title, isRequired, isShownOnly, explain } of sheet.columns)
    add([title, isRequired && !isShownOnly ? '是' : '', explain]);
  page.commit();
}

interface Validations {
  dataValidations: { add(range: string, rule: ExcelJS.DataValidation): void };
}

/** A workbook of the rows. */
export async function toXlsx(
  sheet: Sheet,
  lines: readonly (readonly string[])[],
  names: SheetNames,
): Promise<Buffer> {
  const stream = new PassThrough();
  const done = buffer(stream);
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
  const page = book.addWorksheet(sheet.title, { views: [{ state: 'frozen', ySplit: 1 }] });
  page.columns = sheet.columns.map(({ width }) => ({ width, style: { numFmt: '@' } }));
  const head = page.addRow(sheet.columns.map(titleOf));
  head.font = { bold: true };
  head.commit();
  for (const line of lines) page.addRow(line.map((cell) => (cell === '' ? null : cell))).commit();
  const places = writeChoices(book, sheet, names);
  for (const [at, { key, title, form }] of sheet.columns.entries()) {
    const place = places.get(key);
    if (!place) continue;
    const letter = page.getColumn(at + 1).letter;
    (page as unknown as Validations).dataValidations.add(
      `${letter}2:${letter}${maxSheetRows + 1}`,
      {
        type: 'list',
        allowBlank: true,
        formulae: [place],
        showErrorMessage: form === 'text' && !place.includes(`$${maxChoices}`),
        errorStyle: 'warning',
        errorTitle: title,
        error: '不在可选的范围内，请从下拉中选择或填写代码',
      },
    );
  }
  page.commit();
  writeExplanations(book, sheet);
  await book.commit();
  return done;
}

/** Lines as CSV in UTF-8 with a mark by which spreadsheets know it. */
export const csvOf = (lines: readonly (readonly string[])[]): Buffer =>
  Buffer.from(`\ufeff${lines.map((line) => line.map(safeCell).join(',')).join('\r\n')}\r\n`);

/** The rows of a sheet as CSV. */
export const toCsv = (sheet: Sheet, lines: readonly (readonly string[])[]): Buffer =>
  csvOf([sheet.columns.map(titleOf), ...lines]);
