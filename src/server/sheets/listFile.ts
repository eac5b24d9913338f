/**
 * List file 清单文件: the rows of somebody's list (orders of a hotline, findings of an inspection), CSV or workbook,
 * as texts; the head is found below titles. What a spreadsheet did to numbers and dates is noted by column.
 * Source: issue 5-1, 5-4, 5-15.
 */
import { Refused } from '../../domain/refused.ts';
import type { Cell } from '../../domain/sheetColumn.ts';
import { rowsOf, shapeOf } from '../adapters/csvFile.ts';
import { prove, type OrderProof } from '../adapters/localTime.ts';
import { formOf } from './sheetFile.ts';
import { readXlsx, tooManyRows } from './xlsxRead.ts';

/** One row as texts. `problem`: why it cannot be read at all. */
export interface RawRow {
  row: number;
  cells: string[];
  problem?: string;
}

/** What the whole file proves about a column, by its heading. */
export interface Profile {
  /** Short dates: month or day first. */
  dates: Record<string, OrderProof>;
  /** Columns whose long numbers all end in zeros after the 15th digit: a spreadsheet rounded them. */
  rounded: string[];
}

/** What kind of list is read: its name in sentences, how its headings are known, how long it may be. */
export interface ListKind {
  title: string;
  /** Headings it should have, for the sentence that says so. */
  headings: string;
  isHeading(text: string): boolean;
  maxRows: number;
  /** Of a workbook, which is held in memory whole. */
  maxWorkbookRows: number;
}

export interface ListFile {
  form: 'csv' | 'xlsx';
  head: string[];
  rows: number;
  profile: Profile;
  notes: string[];
}

const headWithin = 10;
const longNumber = /^\d{16,40}$/;
const roundedNumber = /^\d{15}0+$/;
const shortDate = /^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}/;
/** So many problem cells are listed by the reader; with more it cannot be said which rows are whole. */
const maxProblems = 1_000;

/** The text of a cell; a number that lost its last digits shows it. */
const textOf = ({ text, isNumber }: Cell): string =>
  isNumber && /^\d{16,}$/.test(text) ? Number(text).toExponential() : text;

interface Opened {
  rows: AsyncIterable<RawRow> | Iterable<RawRow>;
  form: ListFile['form'];
  notes: string[];
  maxRows: number;
}

async function openCsv(path: string, { maxRows }: ListKind): Promise<Opened> {
  const shape = await shapeOf(path);
  async function* all(): AsyncGenerator<RawRow> {
    yield { row: 1, cells: shape.head };
    yield* rowsOf(shape);
  }
  const notes = shape.encoding === 'utf8' ? [] : ['文件编码不是 UTF-8，按 GB18030 读取'];
  return { rows: all(), form: 'csv', notes, maxRows };
}

async function openXlsx(path: string, kind: ListKind): Promise<Opened> {
  const { title, maxWorkbookRows: maxRows } = kind;
  const table = await readXlsx(path, title, { maxRows, isMergedAllowed: true });
  if (table.problems.length >= maxProblems)
    throw new Refused(
      400,
      'tooManyProblems',
      '文件里公式或错误值过多，请整表复制后“粘贴为值”再上传',
    );
  const problems = new Map(
    table.problems.map(({ row, at, message }) => [row, `第 ${at + 1} 列${message}`]),
  );
  function* all(): Generator<RawRow> {
    yield { row: 1, cells: table.head };
    for (const { row, cells } of table.rows) {
      const problem = problems.get(row);
      yield { row, cells: cells.map(textOf), ...(problem ? { problem } : {}) };
    }
  }
  const notes =
    table.hiddenCount > 0
      ? [`文件里有 ${table.hiddenCount} 行是隐藏的（可能因为筛选），也已读入`]
      : [];
  return { rows: all(), form: 'xlsx', notes, maxRows };
}

/** Which of the first rows is the head: the one with most headings that are known. */
function headAt(rows: readonly RawRow[], { isHeading, headings }: ListKind): number {
  const known = rows.map(({ cells }) => cells.filter(isHeading).length);
  const best = Math.max(...known);
  if (best >= 2) return known.indexOf(best);
  const first = rows.findIndex(({ cells }) => cells.filter((cell) => cell.trim()).length >= 2);
  if (first < 0)
    throw new Refused(400, 'noHead', `文件里找不到表头，请确认第一行是“${headings}”等列名`);
  return first;
}

/** What exports write into empty cells. */
const nothing = new Set(['', '无', '-', '--', '—', '/', '\\', 'null', 'NULL', 'N/A', '暂无']);

/** The words of a cell, without the mark that keeps spreadsheets from computing; '' for nothing. */
export function saidIn(cell: string | undefined): string {
  const words = (cell ?? '').trim().replace(/^'(?=[=+\-@])/, '');
  return nothing.has(words) ? '' : words;
}

/** 2.02603E+19: the digits are gone and nobody can bring them back. */
const exponent = /^\d(?:\.\d+)?[eE]\+?\d+$/;

/** Was a number of this column made approximate by a spreadsheet? */
export const isApproximate = (text: string, heading: string, { rounded }: Profile): boolean =>
  exponent.test(text) || (rounded.includes(heading) && text.length > 15);

/** Looks at every cell of the columns once: short dates, rounded numbers. */
class Profiler {
  private readonly head: readonly string[];
  private readonly dates: OrderProof[];
  private readonly long: { all: number; rounded: number }[];

  constructor(head: readonly string[]) {
    this.head = head;
    this.dates = head.map(() => ({ count: 0 }));
    this.long = head.map(() => ({ all: 0, rounded: 0 }));
  }

  add({ row, cells }: RawRow): void {
    for (let at = 0; at < this.head.length; at++) {
      const text = cells[at];
      if (text === undefined || text.length < 8 || text.length > 40) continue;
      const [proof, long] = [this.dates[at], this.long[at]];
      if (proof && shortDate.test(text)) prove(proof, row, text.slice(0, 10));
      if (long && longNumber.test(text)) {
        long.all += 1;
        if (roundedNumber.test(text)) long.rounded += 1;
      }
    }
  }

  done(): Profile {
    const named = this.head.map((name, at) => ({ name, at }));
    return {
      dates: Object.fromEntries(
        named.flatMap(({ name, at }) => {
          const proof = this.dates[at];
          return proof && proof.count > 0 ? [[name, proof] as const] : [];
        }),
      ),
      rounded: named.flatMap(({ name, at }) => {
        const { all, rounded } = this.long[at] ?? { all: 0, rounded: 0 };
        return all >= 2 && rounded === all ? [name] : [];
      }),
    };
  }
}

/** A row cut or filled to the width of the head; more or fewer cells in CSV are a shifted row. */
function fitted({ row, cells, problem }: RawRow, width: number, isCsv: boolean): RawRow {
  const extra = cells.slice(width).some((cell) => cell.trim() !== '');
  const short = isCsv && cells.length < width;
  const wrong =
    problem ??
    (extra || short ? `列数不符，应为 ${width} 列（实为 ${cells.length} 列）` : undefined);
  const even = Array.from({ length: width }, (_, at) => cells[at] ?? '');
  return { row, cells: even, ...(wrong ? { problem: wrong } : {}) };
}

const isBlank = ({ cells }: RawRow): boolean => cells.every((cell) => cell.trim() === '');

/**
 * Reads a file, handing its rows on in pieces of `size`; `onHead` comes first with the first rows below it.
 * Throws {@link Refused} when the file as a whole cannot be used.
 */
export async function readListFile(
  path: string,
  kind: ListKind,
  size: number,
  onRows: (rows: RawRow[]) => Promise<void>,
): Promise<ListFile> {
  const isWorkbook = (await formOf(path)) === 'xlsx';
  const { rows, form, notes, maxRows } = await (isWorkbook
    ? openXlsx(path, kind)
    : openCsv(path, kind));
  const first: RawRow[] = [];
  let head: string[] | undefined;
  let profiler: Profiler | undefined;
  let piece: RawRow[] = [];
  let count = 0;
  const add = async (raw: RawRow): Promise<void> => {
    if (!head || !profiler || isBlank(raw)) return;
    const row = fitted(raw, head.length, form === 'csv');
    profiler.add(row);
    piece.push(row);
    count += 1;
    if (count > maxRows) throw tooManyRows(maxRows);
    if (piece.length < size) return;
    await onRows(piece);
    piece = [];
  };
  const begin = async (): Promise<void> => {
    const at = headAt(first, kind);
    const cells = (first[at]?.cells ?? []).map((cell) => cell.trim().slice(0, 100));
    while (cells.length > 0 && cells.at(-1) === '') cells.pop();
    head = cells;
    profiler = new Profiler(cells);
    for (const row of first.slice(at + 1)) await add(row);
  };
  for await (const row of rows) {
    if (head) await add(row);
    else if (!isBlank(row)) {
      first.push(row);
      if (first.length === headWithin) await begin();
    }
  }
  if (!head) {
    if (first.length === 0) throw new Refused(400, 'emptyFile', '文件是空的，请检查后重新上传');
    await begin();
  }
  if (piece.length > 0) await onRows(piece);
  if (count === 0 || !head || !profiler)
    throw new Refused(400, 'noRows', `文件里只有表头，没有${kind.title}`);
  return { form, head, rows: count, profile: profiler.done(), notes };
}
