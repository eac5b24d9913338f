/**
 * Sheet file: what came in, recognized by its content and never by its name: a workbook, or CSV in UTF-8
 * or GB18030; everything else is refused with what to do. Source: issue 4-16.
 */
import { open } from 'node:fs/promises';
import { Refused } from '../../domain/refused.ts';
import type { Cell } from '../../domain/sheetColumn.ts';
import { rowsOf, shapeOf } from '../adapters/csvFile.ts';
import { readXlsx, tooManyRows } from './xlsxRead.ts';

export interface FileRow {
  /** As a spreadsheet counts; the head is row 1. */
  row: number;
  cells: Cell[];
}

export interface FileTable {
  head: string[];
  rows: FileRow[];
  /** Cells that cannot be read, by row and place in the row. */
  problems: { row: number; at: number; message: string }[];
  hiddenCount: number;
}

async function beginningOf(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512 * 1024), 0, 512 * 1024, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const refused = (code: string, message: string): Refused => new Refused(400, code, message);

/** Old workbooks and encrypted new ones begin alike; the encrypted say so in their list of contents. */
function refuseOldFormat(start: Buffer): void {
  if (start.toString('latin1', 0, 4) !== 'ÐÏ\u0011à') return;
  throw start.includes(Buffer.from('EncryptedPackage', 'utf16le'))
    ? refused('encrypted', '文件加了密码，请取消密码后另存再上传')
    : refused('oldFormat', '这是旧版 .xls 文件，请在表格软件里另存为 .xlsx 再上传');
}

async function readCsv(path: string, maxRows: number): Promise<FileTable> {
  const shape = await shapeOf(path);
  const rows: FileRow[] = [];
  for await (const { row, cells } of rowsOf(shape)) {
    if (cells.every((text) => text.trim() === '')) continue;
    rows.push({ row, cells: cells.map((text) => ({ text })) });
    if (rows.length > maxRows) throw tooManyRows(maxRows);
  }
  return { head: shape.head, rows, problems: [], hiddenCount: 0 };
}

/** What a file is, by its first bytes. Throws {@link Refused} for what is no table, with what to do. */
export async function formOf(path: string): Promise<'xlsx' | 'csv'> {
  const start = await beginningOf(path);
  if (start.length === 0) throw refused('emptyFile', '文件是空的，请下载模板填写后上传');
  refuseOldFormat(start);
  const isZip = start.toString('latin1', 0, 4) === 'PK\u0003\u0004';
  if (!isZip && /^\s*</.test(start.toString('latin1', 0, 200)))
    throw refused('notTable', '这是网页格式的文件，请在表格软件里打开后另存为 .xlsx 再上传');
  return isZip ? 'xlsx' : 'csv';
}

/** Reads a file of either kind. `title`: the worksheet that is meant. Throws {@link Refused}. */
export async function readSheetFile(
  path: string,
  title: string,
  maxRows: number,
): Promise<FileTable> {
  const isWorkbook = (await formOf(path)) === 'xlsx';
  const table = isWorkbook ? await readXlsx(path, title, maxRows) : await readCsv(path, maxRows);
  if (table.head.length === 0) throw refused('emptyFile', '表格是空的，请下载模板填写后上传');
  return table;
}
