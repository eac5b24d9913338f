/** Lines out: lines of texts streamed as CSV or as a workbook in which every cell is text. */
import { PassThrough, type Readable } from 'node:stream';
import ExcelJS from 'exceljs';
import { safeCell } from '../adapters/csvFile.ts';

async function writeCsv(lines: AsyncIterable<string[]>, stream: PassThrough): Promise<void> {
  stream.write('\ufeff');
  for await (const line of lines)
    if (!stream.write(`${line.map(safeCell).join(',')}\r\n`))
      await new Promise((resolve) => stream.once('drain', resolve));
  stream.end();
}

async function writeXlsx(
  lines: AsyncIterable<string[]>,
  stream: PassThrough,
  title: string,
): Promise<void> {
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
  const page = book.addWorksheet(title, { views: [{ state: 'frozen', ySplit: 1 }] });
  for await (const line of lines) {
    const row = page.addRow(line.map((cell) => (cell === '' ? null : cell)));
    row.numFmt = '@';
    row.commit();
  }
  page.commit();
  await book.commit();
}

/** Lines as a file. `title`: the name of the worksheet. */
export function fileOfLines(
  form: 'csv' | 'xlsx',
  title: string,
  lines: AsyncIterable<string[]>,
): Readable {
  const stream = new PassThrough();
  const write = form === 'csv' ? writeCsv(lines, stream) : writeXlsx(lines, stream, title);
  write.catch((error: unknown) =>
    stream.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return stream;
}
