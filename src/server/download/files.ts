/**
 * Download files 导出文件: rows written as CSV or XLSX, one page after the other, so that memory does not grow with
 * the list. Every cell is text that no spreadsheet takes for a formula, or a number.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import ExcelJS from 'exceljs';
import type { Cell, DownloadColumn } from '../../domain/downloadColumn.ts';
import type { Download } from '../../domain/download.ts';
import { definitionLines, markLine, type Watermark } from '../../domain/downloadWords.ts';
import { harmless, safeCell } from '../adapters/csvFile.ts';

export interface TableFile {
  rows(page: readonly Cell[][]): Promise<void>;
  /** Ends the file; `mark` knows how many rows there are. */
  close(mark: Watermark): Promise<{ size: number; sha256: string }>;
  /** Gives up: the file is left to be removed. */
  abandon(): void;
}

/** A file with its digest, which is told when all is written. */
function digesting(path: string): {
  input: Transform;
  done: Promise<{ size: number; sha256: string }>;
} {
  const digest = createHash('sha256');
  let size = 0;
  const input = new Transform({
    transform: (piece: Buffer, _encoding, next) => {
      size += piece.length;
      digest.update(piece);
      next(null, piece);
    },
  });
  const file: WriteStream = createWriteStream(path, { mode: 0o600, flush: true });
  const done = pipeline(input, file).then(() => ({ size, sha256: digest.digest('hex') }));
  done.catch(() => undefined);
  return { input, done };
}

const csvLine = (cells: readonly Cell[]): string =>
  `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : safeCell(cell ?? ''))).join(',')}\r\n`;

function csvFile(path: string, columns: readonly DownloadColumn[]): TableFile {
  const { input, done } = digesting(path);
  input.write(`\ufeff${csvLine(columns.map(({ title }) => title))}`);
  return {
    rows: async (page) => {
      if (!input.write(page.map(csvLine).join('')))
        await Promise.race([once(input, 'drain'), done]);
    },
    close: async () => {
      input.end();
      return done;
    },
    abandon: () => input.destroy(),
  };
}

/** `&` begins a code in headers of pages. */
const plainHeader = (text: string): string => text.replaceAll('&', '&&').slice(0, 200);

function xlsxFile(
  path: string,
  columns: readonly DownloadColumn[],
  mark: Omit<Watermark, 'rowCount'>,
): TableFile {
  const { input, done } = digesting(path);
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream: input,
    useStyles: true,
    zip: { zlib: { level: 1 } },
  });
  const line = plainHeader(markLine({ ...mark, rowCount: 0 }));
  const page = book.addWorksheet(mark.label, {
    views: [{ state: 'frozen', ySplit: 1 }],
    headerFooter: {
      oddHeader: `&L${plainHeader(mark.label)}&R${line}`,
      oddFooter: `&L${line}&R&P/&N`,
    },
    pageSetup: { orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  page.columns = columns.map(({ width }) => ({ width, style: { numFmt: '@' } }));
  const head = page.addRow(columns.map(({ title }) => title));
  head.font = { bold: true };
  head.commit();
  return {
    rows: async (rows) => {
      for (const row of rows)
        page.addRow(row.map((cell) => (typeof cell === 'string' ? harmless(cell) : cell))).commit();
      await settled(page);
    },
    close: async (whole) => {
      page.commit();
      const last = book.addWorksheet('字段说明');
      last.columns = [{ width: 18 }, { width: 70 }, { width: 20 }];
      for (const cells of definitionLines(whole, columns)) last.addRow(cells).commit();
      last.commit();
      await book.commit();
      await finished(input, { readable: false });
      return done;
    },
    abandon: () => input.destroy(),
  };
}

/** What a worksheet writes into: streams that are filled without being asked whether they are full. */
interface Filled {
  stream: { pipes: readonly { _writableState: { length: number } }[] };
}

const isFull = ({ _writableState }: Filled['stream']['pipes'][number]): boolean =>
  _writableState.length > 1_000_000;

/** The longest wait after one page, in steps of 5 ms: a slow disk delays a file, never for ever. */
const mostSteps = 400;

/** Lets the compressor and the disk catch up, so that what waits for them stays small. */
async function settled(page: ExcelJS.Worksheet): Promise<void> {
  const { pipes } = (page as unknown as Filled).stream;
  for (let n = 0; n < mostSteps && pipes.some(isFull); n++)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Begins a file of the form at a path. */
export const openTable = (
  form: Download['form'],
  path: string,
  columns: readonly DownloadColumn[],
  mark: Omit<Watermark, 'rowCount'>,
): TableFile => (form === 'csv' ? csvFile(path, columns) : xlsxFile(path, columns, mark));

/** The definitions of a CSV file, a small file beside it, so that nothing but rows stands in the large one. */
export const definitionsCsv = (mark: Watermark, columns: readonly DownloadColumn[]): Buffer =>
  Buffer.from(`\ufeff${definitionLines(mark, columns).map(csvLine).join('')}`);
