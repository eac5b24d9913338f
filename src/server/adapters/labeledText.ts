/**
 * Labeled text 带标签的文本: CSV files of texts with labels to learn from, and the same rows again with what
 * a classifier says of them.
 */
import { renameSync, rmSync } from 'node:fs';
import { surest, type Classifier, type Sample } from '../../domain/classifier.ts';
import type { Judged } from '../../domain/classifierMeasure.ts';
import { Refused } from '../../domain/refused.ts';
import { openWriter, rowsOf, shapeOf, type CsvShape } from './csvFile.ts';

export interface TextColumns {
  text: string;
  label: string;
  /** Rows with the same value here are near-doubles; without such a column each row is alone. */
  group: string;
}

/** The column of a name, or -1. Throws when two columns bear it. */
function columnOf({ head, path }: CsvShape, name: string): number {
  const at = head.indexOf(name);
  if (at !== head.lastIndexOf(name))
    throw new Refused(400, 'doubleColumn', `文件 ${path} 有两列都叫“${name}”，请删去或改名一列`);
  return at;
}

const missing = ({ head, path }: CsvShape, name: string): Refused =>
  new Refused(
    400,
    'noColumn',
    `文件 ${path} 没有“${name}”列；现有列：${head.join('、').slice(0, 200)}。请改列名，或用 --text、--label 指明`,
  );

/** How a row gives its text: the column named, else `text_raw`, else `text_seg` without blanks. */
function textIn(shape: CsvShape, name: string): (cells: readonly string[]) => string {
  const own = columnOf(shape, name);
  if (own >= 0) return (cells) => cells[own] ?? '';
  const [raw, segmented] = [columnOf(shape, 'text_raw'), columnOf(shape, 'text_seg')];
  if (raw < 0 && segmented < 0) throw missing(shape, name);
  return (cells) => cells[raw] || (cells[segmented] ?? '').replaceAll(' ', '');
}

export interface SampleFile {
  samples: Sample[];
  /** Rows without a label or without a text, left out. */
  skipped: number;
}

/** The samples of a file. Throws a Chinese reason when columns are missing or no row can be used. */
export async function readSamples(path: string, columns: TextColumns): Promise<SampleFile> {
  const shape = await shapeOf(path);
  const textOf = textIn(shape, columns.text);
  const labelAt = columnOf(shape, columns.label);
  if (labelAt < 0) throw missing(shape, columns.label);
  const groupAt = columnOf(shape, columns.group);
  const samples: Sample[] = [];
  let skipped = 0;
  for await (const { row, cells } of rowsOf(shape)) {
    const label = cells[labelAt]?.trim() ?? '';
    const text = textOf(cells);
    if (label === '' || text.trim() === '') skipped += 1;
    else samples.push({ text, label, group: cells[groupAt] || `row ${row}` });
  }
  if (samples.length === 0)
    throw new Refused(400, 'noSamples', `文件 ${path} 没有一行既有文本又有标签，请补充后再训练`);
  return { samples, skipped };
}

const own = ['predicted', 'confidence'];

export interface PredictFile {
  path: string;
  out: string;
  columns: TextColumns;
  classifier: Classifier;
}

/** Every row read is written with `predicted` and `confidence`; the file appears when it is whole. */
export async function predictFile({
  path,
  out,
  columns,
  classifier,
}: PredictFile): Promise<{ rows: number; judged: Judged[] }> {
  const shape = await shapeOf(path);
  const textOf = textIn(shape, columns.text);
  const labelAt = columnOf(shape, columns.label);
  const kept = shape.head.flatMap((name, at) => (own.includes(name) ? [] : [at]));
  const part = `${out}.part`;
  const writer = await openWriter(part, {
    hasMark: shape.hasMark || shape.encoding !== 'utf8',
    advice: '请用 --out 另外指定结果文件',
  });
  const judged: Judged[] = [];
  let rows = 0;
  try {
    await writer.write([...kept.map((at) => shape.head[at] ?? ''), ...own]);
    for await (const { cells } of rowsOf(shape)) {
      const { predicted, confidence } = surest(classifier, textOf(cells));
      const label = cells[labelAt]?.trim() ?? '';
      if (label !== '') judged.push({ label, predicted, confidence });
      rows += 1;
      await writer.write([...kept.map((at) => cells[at] ?? ''), predicted, confidence.toFixed(4)]);
    }
    await writer.close();
  } catch (error) {
    await writer.close();
    rmSync(part, { force: true });
    throw error;
  }
  renameSync(part, out);
  return { rows, judged };
}
