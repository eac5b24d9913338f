/**
 * Report file 来件批量载入: a file of somebody's reports becomes reports of the ledger, 200 a transaction.
 * Ids are made from sender and outside number, so that a load may be killed and run again: nothing is
 * there twice. Each row that is refused is written with its reason beside the file.
 * Source: product “The same report sent twice is one report”.
 */
import { rmSync } from 'node:fs';
import type pg from 'pg';
import { Refused } from '../../domain/refused.ts';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import { performMany, type Order, type Performing } from '../perform.ts';
import { openWriter, rowsOf, shapeOf, type CsvShape, type CsvWriter } from './csvFile.ts';
import { decideFormats, patternOf, prove, type OrderProof } from './localTime.ts';
import { checkColumns, fieldTitle, inputOf, type ReportMap, type RowRefusal } from './reportMap.ts';

const batchSize = 200;
const rowsShown = 8;
const reasonsShown = 40;

export interface ReportLoad {
  tools: Performing;
  pool: pg.Pool;
  district: string;
  file: string;
  map: ReportMap;
  /** Keeps the original times as claimed and starts no clocks. */
  isHistoric: boolean;
  /** Decides everything and writes nothing. */
  isDryRun: boolean;
  refusedFile: string;
  /** Told after every batch: rows read of rows there are. */
  onProgress(done: number, total: number): void;
  /** Asks the load to stop after the batch at hand. */
  signal?: AbortSignal;
}

export interface ReasonCount {
  reason: string;
  count: number;
  /** The first rows refused for it, with what was there. */
  examples: string[];
}

export interface LoadSummary {
  rows: number;
  /** Rows that went in now (in a dry run: would go in). */
  loaded: number;
  /** Rows that were there already with the same content. */
  known: number;
  refused: number;
  reasons: ReasonCount[];
  /** What was found out about the file: encoding, order of dates. */
  notes: string[];
  isStopped: boolean;
}

interface Look {
  shape: CsvShape;
  rows: number;
  patterns: RegExp[];
  notes: string[];
}

/** Reads the whole file once before anything is written: is it whole, how many rows, which dates. */
async function lookAt(file: string, map: ReportMap): Promise<Look> {
  const shape = await shapeOf(file);
  checkColumns(map, shape.head);
  const timeColumn = map.claimedAt ? shape.head.indexOf(map.claimedAt.column) : -1;
  const proof: OrderProof = { count: 0 };
  let rows = 0;
  for await (const { row, cells } of rowsOf(shape)) {
    rows += 1;
    prove(proof, row, cells[timeColumn]?.trim() ?? '');
  }
  const { formats, note, problem } = decideFormats(map.claimedAt?.formats ?? [], proof);
  if (problem) throw new Refused(400, 'unclearDates', problem);
  return {
    shape,
    rows,
    patterns: formats.flatMap((format) => patternOf(format) ?? []),
    notes: [
      `编码 ${shape.encoding === 'utf8' ? 'UTF-8' : 'GB18030'}，${rows} 行`,
      ...(note ? [note] : []),
    ],
  };
}

interface Waiting {
  row: number;
  cells: string[];
  order: Order;
  outsideNumber: string;
}

/** Counts refusals by reason and writes the rows to their file, which is made with the first one. */
class RefusedRows {
  count = 0;
  private readonly reasons = new Map<string, ReasonCount>();
  private writer: CsvWriter | undefined;
  private readonly path: string | null;
  private readonly head: readonly string[];

  constructor(path: string | null, head: readonly string[]) {
    this.path = path;
    this.head = head;
    if (path) rmSync(path, { force: true });
  }

  async add(row: number, cells: readonly string[], { reason, detail }: RowRefusal): Promise<void> {
    this.count += 1;
    const known = this.reasons.get(reason) ?? { reason, count: 0, examples: [] };
    known.count += 1;
    if (known.examples.length < rowsShown) known.examples.push(`${row}${detail ?? ''}`);
    this.reasons.set(reason, known);
    if (!this.path) return;
    this.writer ??= await this.begin(this.path);
    await this.writer.write([...cells, String(row), `${reason}${detail ?? ''}`]);
  }

  private async begin(path: string): Promise<CsvWriter> {
    const writer = await openWriter(path);
    await writer.write([...this.head, '行号', '原因']);
    return writer;
  }

  /** The reasons, most frequent first. */
  list(): ReasonCount[] {
    return [...this.reasons.values()].sort((a, b) => b.count - a.count).slice(0, reasonsShown);
  }

  async close(): Promise<void> {
    await this.writer?.close();
  }
}

const idOf = ({ district, map }: ReportLoad, outsideNumber: string): string =>
  idFrom(`report ${district} ${map.sender} ${outsideNumber}`);

function orderOf(
  load: ReportLoad,
  input: Record<string, unknown> & { outsideNumber: string },
): Order {
  const id = idOf(load, input.outsideNumber);
  return {
    noun: 'report',
    id,
    action: 'submit',
    requestId: idFrom(`submit ${id}`),
    input: { ...input, ...(load.isHistoric ? { isHistoric: true } : {}) },
  };
}

function wordsOf(refused: Refused): RowRefusal {
  if (refused.code === 'requestReused') return { reason: '这个来源编号已经上报过，内容与本行不同' };
  const fields = refused.details?.fields as { field: string; message: string }[] | undefined;
  const [first] = fields ?? [];
  return { reason: first ? `${fieldTitle(first.field)}：${first.message}` : refused.message };
}

/** The reports already there under these outside numbers: number → id. */
async function reportsUnder(
  { pool, district, map }: ReportLoad,
  numbers: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ outside_number: string; id: string }>(
    `select outside_number, id from report where district = $1 and sender_code = $2 and outside_number = any($3)`,
    [district, map.sender, numbers],
  );
  return new Map(rows.map((row) => [row.outside_number, row.id]));
}

/** The tools with everything that writes taken out: a dry run takes the same road up to there. */
const withoutWriting = (tools: Performing): Performing => ({
  ...tools,
  numbers: { draw: async () => 1 },
  store: { ...tools.store, write: async () => undefined },
  written: () => undefined,
});

interface Run {
  load: ReportLoad;
  tools: Performing;
  refused: RefusedRows;
  loaded: number;
  known: number;
  /** Numbers seen in a dry run, which leaves none behind to meet again. */
  dry: Map<string, string>;
}

async function loadBatch(run: Run, batch: readonly Waiting[]): Promise<void> {
  const there = await reportsUnder(
    run.load,
    batch.map(({ outsideNumber }) => outsideNumber),
  );
  const open: Waiting[] = [];
  for (const waiting of batch) {
    const { order, row, cells, outsideNumber } = waiting;
    const other = there.get(outsideNumber);
    const before = run.dry.get(order.id);
    const words = JSON.stringify(order.input);
    if (other !== undefined && other !== order.id) {
      await run.refused.add(row, cells, { reason: '这个来源编号已由其他途径上报过' });
    } else if (before === undefined) {
      open.push(waiting);
      if (run.load.isDryRun) run.dry.set(order.id, idFrom(words));
    } else if (before === idFrom(words)) {
      run.known += 1;
    } else {
      await run.refused.add(row, cells, { reason: '这个来源编号已经上报过，内容与本行不同' });
    }
  }
  const actor = systemActor(run.load.district);
  const outcomes = await performMany(
    run.tools,
    actor,
    open.map(({ order }) => order),
  );
  for (const [n, { row, cells, outsideNumber }] of open.entries()) {
    const outcome = outcomes[n];
    if (outcome && 'refused' in outcome)
      await run.refused.add(row, cells, wordsOf(outcome.refused));
    else if (there.has(outsideNumber)) run.known += 1;
    else run.loaded += 1;
  }
}

/** Reads rows into batches; a number that is in the batch already closes it, and meets itself in the next. */
async function loadRows(run: Run, { shape, rows, patterns }: Look): Promise<number> {
  const { load, refused } = run;
  const column = new Map(shape.head.map((name, n) => [name, n]));
  let batch: Waiting[] = [];
  let done = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) await loadBatch(run, batch);
    batch = [];
    load.onProgress(done, rows);
  };
  for await (const { row, cells } of rowsOf(shape)) {
    if (load.signal?.aborted) break;
    const read =
      cells.length === shape.head.length
        ? inputOf(load.map, patterns, (name) => cells[column.get(name) ?? -1] ?? '')
        : {
            refused: {
              reason: `列数不符，应为 ${shape.head.length} 列`,
              detail: `（实为 ${cells.length} 列）`,
            },
          };
    if ('refused' in read) await refused.add(row, cells, read.refused);
    else {
      const order = orderOf(load, read.input);
      if (batch.length >= batchSize || batch.some((other) => other.order.id === order.id))
        await flush();
      batch.push({ row, cells, order, outsideNumber: read.input.outsideNumber });
    }
    done += 1;
  }
  await flush();
  return done;
}

/** Loads a file of reports. Throws {@link Refused} when the file or the map as a whole cannot be used. */
export async function loadReports(load: ReportLoad): Promise<LoadSummary> {
  const look = await lookAt(load.file, load.map);
  const run: Run = {
    load,
    tools: load.isDryRun ? withoutWriting(load.tools) : load.tools,
    refused: new RefusedRows(load.isDryRun ? null : load.refusedFile, look.shape.head),
    loaded: 0,
    known: 0,
    dry: new Map(),
  };
  try {
    const rows = await loadRows(run, look);
    return {
      rows,
      loaded: run.loaded,
      known: run.known,
      refused: run.refused.count,
      reasons: run.refused.list(),
      notes: look.notes,
      isStopped: load.signal?.aborted ?? false,
    };
  } finally {
    await run.refused.close();
  }
}
