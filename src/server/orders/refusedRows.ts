/**
 * Refused rows 被拒的行: written in the form of the file they came in, with row number and reason, to be mended and
 * brought again. They hold personal data, as the file did. Source: issue 5-1.
 */
import { PassThrough, type Readable } from 'node:stream';
import ExcelJS from 'exceljs';
import { safeCell } from '../adapters/csvFile.ts';
import type { OrderHouse } from './check.ts';
import { readChunk, type OrderLoad } from './loads.ts';

async function* refusedLines(
  { pool, tools }: OrderHouse,
  district: string,
  load: OrderLoad,
): AsyncGenerator<string[]> {
  yield [...load.head, '行号', '原因'];
  for (let n = 0; n < load.chunks; n++) {
    const chunk = await readChunk(pool, tools.box, district, load.id, n);
    for (const { row, cells } of chunk?.rows ?? []) {
      const mark = chunk?.marks[row];
      if (mark) yield [...cells, String(row), `${mark.reason}${mark.detail ?? ''}`];
    }
  }
}

async function writeCsv(lines: AsyncIterable<string[]>, stream: PassThrough): Promise<void> {
  stream.write('\ufeff');
  for await (const line of lines)
    if (!stream.write(`${line.map(safeCell).join(',')}\r\n`))
      await new Promise((resolve) => stream.once('drain', resolve));
  stream.end();
}

async function writeXlsx(lines: AsyncIterable<string[]>, stream: PassThrough): Promise<void> {
  const book = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
  const page = book.addWorksheet('工单', { views: [{ state: 'frozen', ySplit: 1 }] });
  for await (const line of lines) {
    const row = page.addRow(line.map((cell) => (cell === '' ? null : cell)));
    row.numFmt = '@';
    row.commit();
  }
  page.commit();
  await book.commit();
}

/** The refused rows of a load as a file of its own form. */
export function refusedFile(house: OrderHouse, district: string, load: OrderLoad): Readable {
  const stream = new PassThrough();
  const write = load.form === 'csv' ? writeCsv : writeXlsx;
  write(refusedLines(house, district, load), stream).catch((error: unknown) =>
    stream.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return stream;
}
