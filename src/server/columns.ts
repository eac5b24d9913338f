/**
 * Records and rows: the same fields, camelCase in the code and snake_case in the database. Derived from
 * the nouns, so that a column is named once.
 */
import { getNoun } from '../domain/nouns.ts';

/** 'rectifyDue' → 'rectify_due'. */
export const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

interface Columns {
  table: string;
  fields: string[];
  columns: string[];
}

const known = new Map<string, Columns>();

/** Table, fields and columns of a noun, in the order of its shape. */
export function columnsOf(noun: string): Columns {
  const found = known.get(noun);
  if (found) return found;
  const fields = Object.keys(getNoun(noun).shape.shape);
  const made = { table: snake(noun), fields, columns: fields.map(snake) };
  known.set(noun, made);
  return made;
}

/** A database row as a record of the noun. */
export function toRecord<T = Record<string, unknown>>(
  noun: string,
  row: Record<string, unknown>,
): T {
  const { fields, columns } = columnsOf(noun);
  const record: Record<string, unknown> = {};
  for (let i = 0; i < fields.length; i++) record[fields[i] as string] = row[columns[i] as string];
  return record as T;
}

/** A record of the noun as a row for JSON. */
export function toRow(noun: string, record: object): Record<string, unknown> {
  const { fields, columns } = columnsOf(noun);
  const row: Record<string, unknown> = {};
  const from = record as Record<string, unknown>;
  for (let i = 0; i < fields.length; i++)
    row[columns[i] as string] = from[fields[i] as string] ?? null;
  return row;
}
