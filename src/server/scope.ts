/**
 * Scope as a WHERE: the same rule as `inScope` in `domain/access.ts`, written for the database so that an
 * index is used. A property test compares the two on random actors and records.
 */
import { sql, type RawBuilder } from 'kysely';
import { z } from 'zod';
import type { Scope } from '../domain/access.ts';
import type { Noun } from '../domain/action.ts';
import { snake } from './columns.ts';

/** A piece of SQL with its parameters. */
export type Sql = RawBuilder<unknown>;

/** All of the conditions, in brackets of their own; true when there is none. */
export const allOf = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0
    ? sql`true`
    : sql`(${sql.join(
        conditions.map((one) => sql`(${one})`),
        sql` and `,
      )})`;

/** Any of the conditions, in brackets of their own; false when there is none. */
export const anyOf = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0
    ? sql`false`
    : sql`(${sql.join(
        conditions.map((one) => sql`(${one})`),
        sql` or `,
      )})`;

/**
 * The column's area code begins with `code`. The column has collation C and holds digits only, so the
 * range ends before ':' (the character after '9').
 */
export const inArea = (column: Sql, code: string): Sql =>
  sql`(${column} >= ${code} and ${column} < ${`${code}:`})`;

/** The records of a noun that lie in a scope. `alias`: the table's name in the statement. */
export function whereInScope(scope: Scope, noun: Noun, alias: string): Sql {
  const { seen } = noun;
  if (seen.open || scope.kind === 'all') return sql`true`;
  if (scope.kind === 'nothing') return sql`false`;
  const { areaCodes, unitIds, personId } = scope;
  const column = (field: string): Sql => sql.ref(`${alias}.${snake(field)}`);
  const names = (field: string, ids: readonly string[]): Sql =>
    noun.shape.shape[field] instanceof z.ZodArray
      ? sql`${column(field)} && ${ids}::uuid[]`
      : sql`${column(field)} = any(${ids}::uuid[])`;
  return anyOf([
    ...(seen.areas ?? []).flatMap((field) => areaCodes.map((code) => inArea(column(field), code))),
    ...(unitIds.length === 0 ? [] : (seen.units ?? []).map((field) => names(field, unitIds))),
    ...(seen.persons ?? []).map((field) => names(field, [personId])),
  ]);
}
