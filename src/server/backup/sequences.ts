import type pg from 'pg';

/** After rows came with their numbers, lets every identity column go on behind its highest number. */
export async function resumeSequences(owner: pg.ClientBase): Promise<void> {
  const { rows } = await owner.query<{ table: string; column: string }>(
    `select attrelid::regclass::text as table, attname as column from pg_attribute
     where attidentity <> '' and attrelid in
       (select oid from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r')`,
  );
  for (const { table, column } of rows) {
    await owner.query(
      `select setval(pg_get_serial_sequence($1, $2), coalesce(max("${column}"), 0) + 1, false) from ${table}`,
      [table, column],
    );
  }
}
