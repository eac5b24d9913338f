/** Fit 拟合: from texts to one straight line per label, and from scores to an honest confidence. */
import { countGrams, dampened, plainText } from './classifierGrams.ts';
import { solve, type Line, type SolverOptions, type SparseRows } from './classifierSolver.ts';

/** Texts as numbers: which grams, and how often in dampened counts. */
export interface Corpus extends SparseRows {
  /** The key of each column's gram. */
  keys: number[];
}

/** A list that grows to any length without a copy per number. */
class Growing<A extends Int32Array | Float32Array> {
  private list: A;
  private readonly make: (length: number) => A;
  length = 0;

  constructor(make: (length: number) => A) {
    this.make = make;
    this.list = make(65_536);
  }

  push(value: number): void {
    if (this.length === this.list.length) {
      const longer = this.make(this.length * 2);
      longer.set(this.list);
      this.list = longer;
    }
    this.list[this.length++] = value;
  }

  get filled(): A {
    return this.list.subarray(0, this.length) as A;
  }
}

export function corpusOf(texts: readonly string[]): Corpus {
  const columnOf = new Map<number, number>();
  const start = new Int32Array(texts.length + 1);
  const columns = new Growing((length) => new Int32Array(length));
  const values = new Growing((length) => new Float32Array(length));
  texts.forEach((text, row) => {
    for (const [key, count] of countGrams(plainText(text))) {
      const column = columnOf.get(key) ?? columnOf.size;
      columnOf.set(key, column);
      columns.push(column);
      values.push(dampened(count));
    }
    start[row + 1] = columns.length;
  });
  return {
    start,
    columns: columns.filled,
    values: values.filled,
    columnCount: columnOf.size,
    keys: [...columnOf.keys()],
  };
}

/**
 * How much a gram tells by being rare among the rows: 1 for one that all have, more for rarer ones, 0 for
 * one that fewer than `minTexts` have.
 */
export function rarityOf(corpus: Corpus, rows: readonly number[], minTexts: number): Float32Array {
  const rarity = new Float32Array(corpus.columnCount);
  for (const row of rows)
    for (let at = corpus.start[row]!, end = corpus.start[row + 1]!; at < end; at++)
      rarity[corpus.columns[at]!]! += 1;
  return rarity.map((count) =>
    count < minTexts ? 0 : 1 + Math.log((rows.length + 1) / (count + 1)),
  );
}

/** The rows with every gram times its rarity, grams without any left out, each row of length 1 (or 0). */
export function weighed(corpus: Corpus, rows: readonly number[], rarity: Float32Array): SparseRows {
  const start = new Int32Array(rows.length + 1);
  const size = rows.reduce((sum, row) => sum + corpus.start[row + 1]! - corpus.start[row]!, 0);
  const columns = new Int32Array(size);
  const values = new Float32Array(size);
  let filled = 0;
  rows.forEach((row, n) => {
    const began = filled;
    let square = 0;
    for (let at = corpus.start[row]!, end = corpus.start[row + 1]!; at < end; at++) {
      const column = corpus.columns[at]!;
      if (rarity[column] === 0) continue;
      const value = corpus.values[at]! * rarity[column]!;
      columns[filled] = column;
      values[filled++] = value;
      square += value * value;
    }
    const shrink = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let at = began; at < filled; at++) values[at]! *= shrink;
    start[n + 1] = filled;
  });
  return { start, columns, values, columnCount: corpus.columnCount };
}

/** One line for each of the labels 0 to `labelCount` − 1, `labelOf[n]` being the label of row n. */
export const linesOf = (
  rows: SparseRows,
  labelOf: Uint16Array,
  labelCount: number,
  options: SolverOptions,
): Line[] =>
  Array.from({ length: labelCount }, (_, label) => {
    const isIn = Uint8Array.from(labelOf, (own) => (own === label ? 1 : 0));
    return solve(rows, isIn, { ...options, seed: options.seed + label });
  });

/** How far on the positive side of each label's line a row lies. */
export function scoresOf(rows: SparseRows, row: number, lines: readonly Line[]): Float64Array {
  const { start, columns, values } = rows;
  return Float64Array.from(lines, ({ weights, offset }) => {
    let sum = offset;
    for (let at = start[row]!, end = start[row + 1]!; at < end; at++)
      sum += weights[columns[at]!]! * values[at]!;
    return sum;
  });
}

/** Scores as shares of 1: the sharper, the more the highest takes. */
export function confidencesOf(scores: Float64Array, sharpness: number): Float64Array {
  const highest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = scores.map((score) => Math.exp(sharpness * (score - highest)));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

export const highestOf = (list: Float64Array): number =>
  list.reduce((best, value, n) => (value > (list[best] ?? -Infinity) ? n : best), 0);

export interface HeldOut {
  scores: Float64Array;
  label: number;
}

const surprise = (heldOut: readonly HeldOut[], sharpness: number): number =>
  heldOut.reduce(
    (sum, { scores, label }) =>
      sum - Math.log(Math.max(1e-12, confidencesOf(scores, sharpness)[label] ?? 0)),
    0,
  );

const golden = (Math.sqrt(5) - 1) / 2;

/**
 * The sharpness with which the confidences of texts that no line was fitted on surprise least
 * (temperature scaling: Guo et al., On Calibration of Modern Neural Networks, 2017).
 */
export function sharpnessFor(heldOut: readonly HeldOut[]): number {
  let low = Math.log(0.1);
  let high = Math.log(100);
  while (high - low > 0.01) {
    const left = high - golden * (high - low);
    const right = low + golden * (high - low);
    if (surprise(heldOut, Math.exp(left)) < surprise(heldOut, Math.exp(right))) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}
