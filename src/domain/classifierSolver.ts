/**
 * Solver 求解: the weights of one straight line that parts the texts of a label from all others, with the
 * squared hinge loss, by coordinate descent on the dual. Repeatable: the order is made from the seed.
 */

/** Rows of numbers with few that are not zero: row r lies at `start[r]` to `start[r + 1]`. */
export interface SparseRows {
  start: Int32Array;
  columns: Int32Array;
  values: Float32Array;
  columnCount: number;
}

export interface SolverOptions {
  /** How much a text on the wrong side costs against long weights. */
  cost: number;
  /** How often every text is looked at. */
  rounds: number;
  seed: number;
}

export interface Line {
  weights: Float32Array;
  offset: number;
}

/** A repeatable sequence from 0 (inclusive) to 1. */
export function sequenceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}

function shuffle(list: Int32Array, next: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    const kept = list[i] ?? 0;
    list[i] = list[j] ?? 0;
    list[j] = kept;
  }
}

const product = (rows: SparseRows, row: number, weights: Float32Array): number => {
  const { start, columns, values } = rows;
  let sum = 0;
  for (let at = start[row]!, end = start[row + 1]!; at < end; at++)
    sum += weights[columns[at]!]! * values[at]!;
  return sum;
};

function addTo(weights: Float32Array, rows: SparseRows, row: number, step: number): void {
  const { start, columns, values } = rows;
  for (let at = start[row]!, end = start[row + 1]!; at < end; at++)
    weights[columns[at]!]! += step * values[at]!;
}

/** The line that has the rows with `isIn` 1 on its positive side. All rows must have length 1 or 0. */
export function solve(rows: SparseRows, isIn: Uint8Array, options: SolverOptions): Line {
  const count = isIn.length;
  const weights = new Float32Array(rows.columnCount);
  const pulls = new Float64Array(count);
  const order = Int32Array.from({ length: count }, (_, row) => row);
  const next = sequenceOf(options.seed);
  const slack = 0.5 / options.cost;
  const curve = 2 + slack;
  let offset = 0;
  for (let round = 0; round < options.rounds; round++) {
    shuffle(order, next);
    for (const row of order) {
      const sign = isIn[row] === 1 ? 1 : -1;
      const old = pulls[row]!;
      const slope = (offset + product(rows, row, weights)) * sign - 1 + slack * old;
      const pull = Math.max(0, old - slope / curve);
      if (pull === old) continue;
      pulls[row] = pull;
      const step = (pull - old) * sign;
      offset += step;
      addTo(weights, rows, row, step);
    }
  }
  return { weights, offset };
}
