/**
 * XLSX in: the cells of one worksheet, row by row, whatever program wrote it. Formulas, merged cells and
 * error values are said by row and column; hidden rows are read and counted. Source: issue 4-6, 4-16.
 */
import { dayAt } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type { Cell } from '../../domain/sheetColumn.ts';
import type { FileRow, FileTable } from './sheetFile.ts';
import { openWorkbook, type Workbook } from './zip.ts';

interface WorkSheet {
  name: string;
  part: string;
  isHidden: boolean;
}

/** Excel writes control characters as _x000D_. */
const unescaped = (text: string): string =>
  text.replace(/_x([0-9A-F]{4})_/gi, (_all, code: string) =>
    String.fromCharCode(parseInt(code, 16)),
  );

async function worksheets(book: Workbook): Promise<{ list: WorkSheet[]; isFrom1904: boolean }> {
  const targets = new Map<string, string>();
  await book.scan('xl/_rels/workbook.xml.rels', {
    open: (name, attribute) => {
      const target = attribute('Target') ?? '';
      if (name === 'Relationship')
        targets.set(
          attribute('Id') ?? '',
          target.startsWith('/') ? target.slice(1) : `xl/${target}`,
        );
    },
    close: () => undefined,
    text: () => undefined,
  });
  const list: WorkSheet[] = [];
  let isFrom1904 = false;
  await book.scan('xl/workbook.xml', {
    open: (name, attribute) => {
      if (name === 'workbookPr') isFrom1904 = ['1', 'true'].includes(attribute('date1904') ?? '');
      if (name !== 'sheet') return;
      const part = targets.get(attribute('id') ?? '') ?? '';
      const isHidden = (attribute('state') ?? 'visible') !== 'visible';
      if (book.has(part)) list.push({ name: attribute('name') ?? '', part, isHidden });
    },
    close: () => undefined,
    text: () => undefined,
  });
  return { list, isFrom1904 };
}

async function sharedStrings(book: Workbook): Promise<string[]> {
  const strings: string[] = [];
  let words = '';
  let isText = false;
  let isSpoken = false;
  await book.scan('xl/sharedStrings.xml', {
    open: (name) => {
      if (name === 'si') words = '';
      if (name === 'rPh') isSpoken = true;
      isText = name === 't' && !isSpoken;
    },
    close: (name) => {
      if (name === 'si') strings.push(unescaped(words));
      if (name === 'rPh') isSpoken = false;
      if (name === 't') isText = false;
    },
    text: (text) => {
      if (isText) words += text;
    },
  });
  return strings;
}

type DateForm = 'day' | 'time' | undefined;

/** Formats that every program has; 14–17 and 27–36 are days, 18–21 and 45–47 times, 22 both. */
function dateFormOf(id: number, code: string | undefined): DateForm {
  if (code === undefined) {
    if ((id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
      return 'day';
    return (id >= 18 && id <= 21) || (id >= 45 && id <= 47) ? 'time' : undefined;
  }
  const bare = code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, '').toLowerCase();
  if (/[yd]/.test(bare)) return 'day';
  return /h|s/.test(bare) ? 'time' : undefined;
}

/** How the number of a cell of each style is to be read. */
async function dateForms(book: Workbook): Promise<DateForm[]> {
  const codes = new Map<number, string>();
  const forms: DateForm[] = [];
  let isCell = false;
  await book.scan('xl/styles.xml', {
    open: (name, attribute) => {
      if (name === 'numFmt')
        codes.set(Number(attribute('numFmtId')), attribute('formatCode') ?? '');
      if (name === 'cellXfs') isCell = true;
      if (name !== 'xf' || !isCell) return;
      const id = Number(attribute('numFmtId') ?? 0);
      forms.push(dateFormOf(id, codes.get(id)));
    },
    close: (name) => {
      if (name === 'cellXfs') isCell = false;
    },
    text: () => undefined,
  });
  return forms;
}

const firstOf1900 = 25_569;
const firstOf1904 = 24_107;
/** The day after the last that Excel knows, 9999-12-31; larger numbers are no days, whatever their format says. */
const afterLastDay = 2_958_466;

/** A number as a person sees it: a day, with its time when it has one, a time, or its digits. */
function numberCell(raw: string, form: DateForm, isFrom1904: boolean): Cell {
  const value = Number(raw);
  if (!Number.isFinite(value)) return { text: raw };
  const two = (n: number): string => String(n).padStart(2, '0');
  const first = isFrom1904 ? firstOf1904 : firstOf1900;
  const isDay = value - first + firstOf1900 < afterLastDay;
  if (form === 'day' && isDay && value >= 1) {
    const seconds = Math.round(value * 86_400);
    const rest = seconds % 86_400;
    const day = dayAt((seconds - rest) / 86_400 - first);
    if (rest === 0) return { text: day };
    const [hours, minutes] = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60];
    return { text: `${day} ${two(hours)}:${two(minutes)}:${two(rest % 60)}` };
  }
  if (form !== undefined && isDay) {
    const minutes = Math.round((value % 1) * 1440) % 1440;
    return { text: `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}` };
  }
  return { text: String(Number(value.toPrecision(15))), isNumber: true };
}

/** 'AB' → 27. */
const columnOf = (letters: string): number =>
  [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;

const maxColumns = 200;
/** Characters as a person would see them; the first is Excel's own limit. Many cells may point at one long text. */
const maxCellLength = 32_767;
const maxRowLength = 100_000;
const maxFileLength = 40_000_000;
const maxProblems = 1_000;

interface Book {
  strings: string[];
  forms: DateForm[];
  isFrom1904: boolean;
}

interface ReadingLimits {
  maxRows: number;
  /** Titles over a list are merged cells; without it they refuse the file. */
  isMergedAllowed?: boolean;
}

const tooLong = (message: string): Refused => new Refused(413, 'tooLong', message);

/** Counts the characters of cell, row and file. Throws 413 when any of them is beyond its limit. */
class Lengths {
  private rowLength = 0;
  private fileLength = 0;

  beginRow(): void {
    this.rowLength = 0;
  }

  add(row: number, at: number, { length }: string): void {
    this.rowLength += length;
    this.fileLength += length;
    if (length > maxCellLength)
      throw tooLong(
        `第 ${row} 行第 ${at + 1} 列超过 ${maxCellLength.toLocaleString('zh-CN')} 个字，请缩短后重新上传`,
      );
    if (this.rowLength > maxRowLength)
      throw tooLong(
        `第 ${row} 行各列合计超过 ${maxRowLength.toLocaleString('zh-CN')} 个字，请缩短后重新上传`,
      );
    if (this.fileLength > maxFileLength)
      throw tooLong('文件里的文字合计超过 4000 万字，请分成几个文件上传');
  }
}

/** Reads the rows of one worksheet. Throws when there are more than `maxRows` with something in them. */
async function rowsOf(
  book: Workbook,
  part: string,
  { strings, forms, isFrom1904 }: Book,
  { maxRows, isMergedAllowed = false }: ReadingLimits,
): Promise<FileTable> {
  const table: FileTable = { head: [], rows: [], problems: [], hiddenCount: 0 };
  const merged: string[] = [];
  const lengths = new Lengths();
  let row: FileRow = { row: 0, cells: [] };
  let isHidden = false;
  let cell = { at: -1, type: '', style: 0, isFormula: false, value: '' };
  let reading: 'value' | 'inline' | undefined;

  const problem = (message: string): void => {
    if (table.problems.length < maxProblems)
      table.problems.push({ row: row.row, at: cell.at, message });
  };
  const cellOf = (): Cell => {
    const { type, value, style } = cell;
    if (type === 's') return { text: strings[Number(value)] ?? '' };
    if (type === 'b') return { text: value === '1' ? '是' : '否' };
    if (type === 'e') {
      problem(`是错误值 ${value.slice(0, 20)}，请改正`);
      return { text: '' };
    }
    // What a cell shows has no time zone; some programs write Z behind it nevertheless.
    if (type === 'd') return { text: value.replace(/T00:00:00.*$|Z$/, '') };
    if (type === 'inlineStr' || type === 'str') return { text: unescaped(value) };
    return value === '' ? { text: '' } : numberCell(value, forms[style], isFrom1904);
  };
  const endRow = (): void => {
    if (row.cells.every((each) => !each || each.text.trim() === '')) return;
    if (isHidden) table.hiddenCount += 1;
    if (table.head.length === 0) table.head = Array.from(row.cells, (each) => each?.text ?? '');
    else
      table.rows.push({
        row: row.row,
        cells: Array.from(row.cells, (each) => each ?? { text: '' }),
      });
    if (table.rows.length > maxRows) throw tooManyRows(maxRows);
  };

  await book.scan(part, {
    open: (name, attribute) => {
      if (name === 'row') {
        row = { row: Number(attribute('r') ?? row.row + 1), cells: [] };
        isHidden = ['1', 'true'].includes(attribute('hidden') ?? '');
        cell = { ...cell, at: -1 };
        lengths.beginRow();
      } else if (name === 'c') {
        const letters = /^[A-Z]{1,3}/.exec(attribute('r') ?? '')?.[0];
        const at = letters ? columnOf(letters) : cell.at + 1;
        const style = Number(attribute('s') ?? 0);
        cell = { at, type: attribute('t') ?? 'n', style, isFormula: false, value: '' };
      } else if (name === 'f') cell.isFormula = true;
      else if (name === 'v') reading = 'value';
      else if (name === 't') reading = 'inline';
      else if (name === 'mergeCell' && merged.length < 20) merged.push(attribute('ref') ?? '');
    },
    close: (name) => {
      if (name === 'v' || name === 't') reading = undefined;
      if (name === 'row') endRow();
      if (name !== 'c' || cell.at >= maxColumns) return;
      if (cell.isFormula) problem('是公式，请复制后“粘贴为值”');
      const read = cellOf();
      lengths.add(row.row, cell.at, read.text);
      row.cells[cell.at] = read;
    },
    text: (text) => {
      if (reading) cell.value += text;
    },
  });
  if (merged.length > 0 && !isMergedAllowed) {
    throw new Refused(
      400,
      'mergedCells',
      `有合并的单元格（${merged.join('、')}），请取消合并，并在每一行都填写`,
    );
  }
  return table;
}

/** The refusal of a file with more rows than one load may have. */
export const tooManyRows = (maxRows: number): Refused =>
  new Refused(
    413,
    'tooManyRows',
    `一次最多 ${maxRows.toLocaleString('zh-CN')} 行，请分成几个文件上传`,
  );

/** Reads the worksheet called `title`, else the first one that can be seen. */
export async function readXlsx(
  path: string,
  title: string,
  limits: number | ReadingLimits,
): Promise<FileTable> {
  const book = await openWorkbook(path);
  try {
    const { list, isFrom1904 } = await worksheets(book);
    const chosen =
      list.find(({ name }) => name === title) ?? list.find(({ isHidden }) => !isHidden);
    if (!chosen) throw new Refused(400, 'noSheet', '文件里没有工作表，请下载模板填写后上传');
    const parts = { strings: await sharedStrings(book), forms: await dateForms(book), isFrom1904 };
    const asked = typeof limits === 'number' ? { maxRows: limits } : limits;
    return await rowsOf(book, chosen.part, parts, asked);
  } finally {
    book.close();
  }
}
