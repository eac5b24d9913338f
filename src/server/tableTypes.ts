/**
 * Table types: `src/server/tables.ts` is written from the database's own catalogue, so that a column has
 * one source (`db/`). Run by `npm run generate`; `npm run check` fails when the file is stale.
 */
import type pg from 'pg';

const plain: Record<string, string> = {
  text: 'string',
  uuid: 'string',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  bool: 'boolean',
  timestamptz: 'string',
  date: 'string',
  jsonb: 'unknown',
  bytea: 'Buffer',
  tsvector: 'string',
};

const typeOf = (name: string): string => {
  const known = plain[name.replace(/^_/, '')];
  if (!known) throw new Error(`no TypeScript type for column type ${name}`);
  return name.startsWith('_') ? `${known}[]` : known;
};

const pascal = (name: string): string =>
  name.replace(/(^|_)([a-z])/g, (_all, _under, letter: string) => letter.toUpperCase());

interface Column {
  table_name: string;
  column_name: string;
  udt_name: string;
  is_nullable: 'YES' | 'NO';
  has_default: boolean;
}

/** The text of `tables.ts` for a migrated database. */
export async function tableTypes(client: pg.ClientBase | pg.Pool): Promise<string> {
  const { rows } = await client.query<Column>(
    `select table_name, column_name, udt_name, is_nullable,
            (column_default is not null or is_identity = 'YES' or is_generated = 'ALWAYS') as has_default
     from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position`,
  );
  const tables = [...new Set(rows.map((row) => row.table_name))];
  const interfaces = tables.map((table) => {
    const lines = rows
      .filter((row) => row.table_name === table)
      .map((row) => {
        const type =
          typeOf(row.udt_name) +
          (row.is_nullable === 'YES' && row.udt_name !== 'jsonb' ? ' | null' : '');
        return `  ${row.column_name}: ${row.has_default ? `Generated<${type}>` : type};`;
      });
    return `export interface ${pascal(table)}Table {\n${lines.join('\n')}\n}`;
  });
  const all = tables.map((table) => `  ${table}: ${pascal(table)}Table;`).join('\n');
  return `/** Written by \`npm run generate\` from the migrations in \`db/\`; do not edit. */\nimport type { Generated } from 'kysely';\n\n${interfaces.join('\n\n')}\n\nexport interface Tables {\n${all}\n}\n`;
}
