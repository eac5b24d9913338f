/**
 * Refused rows 被拒的行: written in the form of the file they came in, with row number and reason, to be mended and
 * brought again. They hold personal data, as the file did. Source: issue 5-1.
 */
import type { Readable } from 'node:stream';
import type { OrderHouse } from './check.ts';
import { fileOfLines } from '../sheets/linesOut.ts';
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

/** The refused rows of a load as a file of its own form. */
export const refusedFile = (house: OrderHouse, district: string, load: OrderLoad): Readable =>
  fileOfLines(load.form, '工单', refusedLines(house, district, load));
