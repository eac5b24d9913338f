/** In force 生效: which version of each code counts at a moment, a district's own over the base. */
import type { Moment } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';

interface Versioned {
  id: string;
  district: string;
  code: string;
  status: string;
  validFrom: Moment;
  validTo: Moment | null;
}

/** A district's own row wins over the base, a newer version over an older one. */
const wins = (row: Versioned, other: Versioned): boolean =>
  row.district === other.district
    ? row.validFrom > other.validFrom
    : other.district === baseDistrict;

/** The versions of each code in force at a moment, retired ones until the moment they end. */
export function inForce<V extends Versioned>(versions: readonly V[], at: Moment): Map<string, V> {
  const found = new Map<string, V>();
  for (const row of versions) {
    if (row.validFrom > at || (row.validTo !== null && row.validTo <= at)) continue;
    const other = found.get(row.code);
    if (!other || wins(row, other)) found.set(row.code, row);
  }
  return found;
}

/** A value computed from versions, kept until the next one begins or ends. */
export class Memo<T> {
  private kept: { from: Moment; until: Moment; value: T } | undefined;

  at(rows: readonly Versioned[], at: Moment, compute: () => T): T {
    if (this.kept && this.kept.from <= at && at < this.kept.until) return this.kept.value;
    const bounds = rows.flatMap((row) =>
      row.validTo ? [row.validFrom, row.validTo] : [row.validFrom],
    );
    const from = bounds.filter((bound) => bound <= at).reduce((a, b) => (a > b ? a : b), '');
    const until = bounds.filter((bound) => bound > at).reduce((a, b) => (a < b ? a : b), '9999');
    this.kept = { from, until, value: compute() };
    return this.kept.value;
  }
}
