/**
 * CSV file 表格文件: reads rows one by one whatever the size, in UTF-8 or GB18030, and writes rows that a
 * spreadsheet may open safely. Row numbers are those a spreadsheet shows (the head is row 1).
 */
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import iconv from 'iconv-lite';
import { Refused } from '../../domain/refused.ts';

export interface CsvShape {
  path: string;
  encoding: 'utf8' | 'gb18030';
  delimiter: string;
  /** It begins with a byte order mark. */
  hasMark: boolean;
  head: string[];
}

export interface CsvRow {
  row: number;
  cells: string[];
}

/** Longest row in bytes: an open quotation mark would otherwise swallow the rest of the file. */
const largestRow = 1_000_000;

const badFile = (code: string, message: string): Refused => new Refused(400, code, message);

const emptyFile = (): Refused => badFile('emptyFile', '文件是空的，请检查后重新上传');

function fileRefusal(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOENT') return badFile('noFile', `找不到文件 ${path}，请检查路径`);
  if (code === 'EACCES' || code === 'EPERM') return badFile('noAccess', `没有权限读取 ${path}`);
  if (code === 'EISDIR') return badFile('isFolder', `${path} 是文件夹，请指定一个 CSV 文件`);
  return error;
}

async function beginningOf(path: string): Promise<Buffer> {
  try {
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(64 * 1024), 0, 64 * 1024, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileRefusal(error, path);
  }
}

function refuseOtherFormats(start: Buffer): void {
  const mark = start.toString('latin1', 0, 4);
  if (mark.startsWith('PK\u0003\u0004') || mark === 'ÐÏ\u0011à') {
    throw badFile('notCsv', '这是 Excel 文件，请先在 Excel 里“另存为 CSV UTF-8（逗号分隔）”再载入');
  }
  if (mark.startsWith('ÿþ') || mark.startsWith('þÿ') || start.includes(0)) {
    throw badFile(
      'badEncoding',
      '文件编码不是 UTF-8 或 GB18030，请另存为“CSV UTF-8（逗号分隔）”再载入',
    );
  }
}

/** UTF-8 when every byte of the file is, else GB18030. */
async function encodingOf(path: string): Promise<CsvShape['encoding']> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path))
      decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return 'utf8';
  } catch (error) {
    if (error instanceof TypeError) return 'gb18030';
    throw fileRefusal(error, path);
  }
}

const delimiterOf = (firstLine: string): string => {
  const count = (mark: string): number => firstLine.split(mark).length;
  return [',', '\t', ';'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
};

/** Looks at a file: encoding, delimiter, names of the columns. Throws a Chinese reason when it is no CSV. */
export async function shapeOf(path: string): Promise<CsvShape> {
  const start = await beginningOf(path);
  if (start.length === 0) throw emptyFile();
  refuseOtherFormats(start);
  const encoding = await encodingOf(path);
  const [firstLine = ''] = iconv.decode(start, encoding).split(/\r?\n/);
  const hasMark = start.toString('hex', 0, 3) === 'efbbbf';
  const shape = { path, encoding, delimiter: delimiterOf(firstLine), hasMark, head: [] };
  for await (const { cells } of rowsFrom(shape, 0))
    return { ...shape, head: cells.map((cell) => cell.trim()) };
  throw emptyFile();
}

const csvProblems: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: '有引号没有配对',
  CSV_INVALID_CLOSING_QUOTE: '引号位置不对（单元格里的引号须写两遍）',
  INVALID_OPENING_QUOTE: '引号位置不对（含引号的单元格须整个用引号括起来）',
  CSV_MAX_RECORD_SIZE: '有一行超过 1 MB，多半是引号没有配对',
};

async function* rowsFrom(
  { path, encoding, delimiter }: Omit<CsvShape, 'head'>,
  skip: number,
): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: largestRow,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const source = createReadStream(path);
  const ended = (): void => undefined;
  if (encoding === 'utf8') pipeline(source, parser, ended);
  else pipeline(source, iconv.decodeStream(encoding), parser, ended);
  try {
    for await (const item of parser) {
      const { info, record } = item as {
        info: { records: number; empty_lines: number };
        record: string[];
      };
      if (info.records > skip) yield { row: info.records + info.empty_lines, cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw fileRefusal(error, path);
    const line = Number((error as { lines?: number }).lines ?? 0);
    throw badFile(
      'badCsv',
      `文件第 ${line} 行附近${csvProblems[error.code] ?? '不是合格的 CSV'}，请改正后再载入`,
    );
  } finally {
    source.destroy();
  }
}

/** The rows below the head, one by one. */
export const rowsOf = (shape: CsvShape): AsyncGenerator<CsvRow> => rowsFrom(shape, 1);

/** A text that no spreadsheet takes for a formula. */
export const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** A cell that no spreadsheet takes for a formula, quoted where needed. */
export function safeCell(text: string): string {
  const safe = harmless(text);
  return /[",\r\n;\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export interface CsvWriter {
  write(cells: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface WriterOptions {
  /** A byte order mark at the beginning, so that spreadsheets show Chinese. */
  hasMark: boolean;
  /** What to do when the file cannot be written. */
  advice: string;
}

/** Writes a UTF-8 file, with a byte order mark unless told otherwise. */
export async function openWriter(
  path: string,
  { hasMark = true, advice = '请用 --refused 另外指定被拒行的文件' }: Partial<WriterOptions> = {},
): Promise<CsvWriter> {
  const stream = createWriteStream(path, { mode: 0o600 });
  try {
    await once(stream, 'open');
  } catch {
    throw badFile('noAccess', `不能写入 ${path}，${advice}`);
  }
  if (hasMark) stream.write('\ufeff');
  return {
    write: async (cells) => {
      if (!stream.write(`${cells.map(safeCell).join(',')}\r\n`)) await once(stream, 'drain');
    },
    close: async () => {
      stream.end();
      await once(stream, 'close');
    },
  };
}
