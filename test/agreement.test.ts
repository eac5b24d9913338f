/** Facts that are written in two places, compared: nouns and tables, words and glossary, seeds and shapes. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Noun } from '../src/domain/action.ts';
import { baseDistrict, nouns } from '../src/domain/nouns.ts';
import { settingLabels, settingShapes } from '../src/domain/setting.ts';
import { columnsOf, snake } from '../src/server/columns.ts';
import { lifecycle } from '../src/server/lifecycle.ts';
import { openApi } from '../src/server/openapi.ts';
import { tableTypes } from '../src/server/tableTypes.ts';
import { testDatabase } from '../src/server/testing/world.ts';

const all = Object.values<Noun>(nouns);
const local = ['credential', 'totp', 'session', 'job', 'migration', 'house', 'backup_run'];

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const rowsOf = async <T extends object>(sql: string): Promise<T[]> =>
  (await database.pool.query<T>(sql)).rows;

/** The schema inside optional and nullable wrappers, and whether null is allowed. */
function bare(schema: z.core.$ZodType): { inner: z.core.$ZodType; isNullable: boolean } {
  let inner = schema;
  let isNullable = false;
  while (
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodDefault
  ) {
    isNullable ||= inner instanceof z.ZodNullable;
    inner = inner.def.innerType as z.core.$ZodType;
  }
  return { inner, isNullable };
}

/** The column types that can hold a field. */
function columnTypes(schema: z.core.$ZodType): string[] {
  const { inner } = bare(schema);
  if (inner instanceof z.ZodUUID) return ['uuid'];
  if (inner instanceof z.ZodBoolean) return ['bool'];
  if (inner instanceof z.ZodNumber) return inner.isInt ? ['int4', 'int8'] : ['float8'];
  if (inner instanceof z.ZodEnum) return ['text'];
  if (inner instanceof z.ZodString) return ['text', 'timestamptz'];
  if (inner instanceof z.ZodArray)
    return ['jsonb', ...columnTypes(inner.element as z.core.$ZodType).map((type) => `_${type}`)];
  return ['jsonb'];
}

interface Column {
  table_name: string;
  column_name: string;
  udt_name: string;
  is_nullable: 'YES' | 'NO';
  is_generated: 'ALWAYS' | 'NEVER';
}

describe.each(all.map((noun) => [noun.name, noun] as const))('%s', (name, noun) => {
  const columns = async (): Promise<Column[]> =>
    rowsOf<Column>(
      `select * from information_schema.columns where table_schema = 'public' and table_name = '${columnsOf(name).table}'`,
    );

  it('has one column for each field, of its type, null where the field may be', async () => {
    const found = (await columns()).filter((column) => column.is_generated === 'NEVER');
    expect(found.map((column) => column.column_name).sort()).toEqual(
      Object.keys(noun.shape.shape).map(snake).sort(),
    );
    for (const [field, schema] of Object.entries(noun.shape.shape)) {
      const column = found.find(({ column_name: other }) => other === snake(field));
      expect(columnTypes(schema), field).toContain(column?.udt_name);
      const isUnknown =
        bare(schema).inner instanceof z.ZodUnknown || schema instanceof z.ZodUnknown;
      if (!isUnknown) expect(column?.is_nullable === 'YES', field).toBe(bare(schema).isNullable);
      const isMoment =
        field.endsWith('At') ||
        field.endsWith('Due') ||
        field === 'due' ||
        field.startsWith('valid') ||
        field === 'holdUntil';
      expect(column?.udt_name === 'timestamptz', field).toBe(
        isMoment && !['startsAt', 'endsAt'].includes(field),
      );
    }
  });

  it('allows in its CHECK lists exactly the values of its enums', async () => {
    const checks = await rowsOf<{ definition: string }>(
      `select pg_get_constraintdef(oid) as definition from pg_constraint where contype = 'c' and conrelid = '${columnsOf(name).table}'::regclass`,
    );
    const lists = new Map<string, string[]>();
    for (const { definition } of checks) {
      const column = /\(+"?(\w+)"? = ANY/.exec(definition)?.[1];
      if (column)
        lists.set(
          column,
          [...definition.matchAll(/'([^']*)'::text/g)].map((match) => match[1] ?? '').sort(),
        );
    }
    const enums = Object.entries(noun.shape.shape).flatMap(([field, schema]) => {
      const { inner } = bare(schema);
      return inner instanceof z.ZodEnum
        ? [[snake(field), inner.options.map(String).sort()] as const]
        : [];
    });
    expect(Object.fromEntries(lists)).toEqual(Object.fromEntries(enums));
  });
});

describe('the catalogue', () => {
  it('has district first in every primary and unique key but those of local tables', async () => {
    const keys = await rowsOf<{ table: string; key: string; first: string }>(
      `select c.relname as table, i.indexrelid::regclass::text as key, a.attname as first from pg_index i
       join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
       where n.nspname = 'public' and (i.indisunique or i.indisprimary)`,
    );
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter((key) => !local.includes(key.table) && key.first !== 'district')).toEqual(
      [],
    );
    const keyed = new Set(keys.map((key) => key.table));
    const tables = await rowsOf<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
    );
    expect(tables.filter(({ name }) => !keyed.has(name))).toEqual([]);
  });

  it('has foreign keys only with district, each with an index that begins with it', async () => {
    const keys = await rowsOf<{ name: string; columns: string[]; leads: boolean }>(
      `select f.conname as name, array(select a.attname::text from unnest(f.conkey) with ordinality k(number, place)
           join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number order by k.place) as columns,
         exists (select from pg_index i where i.indrelid = f.conrelid
           and (select array_agg(k order by k) from unnest(f.conkey) k) = (select array_agg(k order by k) from unnest((i.indkey::int2[])[0:cardinality(f.conkey) - 1]) k)) as leads
       from pg_constraint f where f.contype = 'f' and f.connamespace = 'public'::regnamespace`,
    );
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => key.columns[0] !== 'district' || !key.leads)).toEqual([]);
  });

  it('has no triggers, no rules and no table without an owner’s right', async () => {
    expect(await rowsOf(`select tgname from pg_trigger where not tgisinternal`)).toEqual([]);
    expect(await rowsOf(`select rulename from pg_rules where schemaname = 'public'`)).toEqual([]);
    const rights = await rowsOf<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
         and not has_table_privilege(c.oid, 'select')`,
    );
    expect(rights).toEqual([]);
  });

  it('lets the application delete no record of a noun', async () => {
    const may = await rowsOf<{ name: string }>(
      `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and has_table_privilege(c.oid, 'delete')`,
    );
    const tables = [
      ...all.map((noun) => columnsOf(noun.name).table),
      'event',
      'seal',
      'request',
      'secret',
      'attachment',
      'photo',
    ];
    expect(may.map(({ name }) => name).filter((name) => tables.includes(name))).toEqual([]);
  });
});

describe('generated files', () => {
  const fresh: [string, () => string | Promise<string>][] = [
    ['src/server/tables.ts', () => tableTypes(database.pool)],
    ['docs/openapi.json', () => `${JSON.stringify(openApi(), null, 2)}\n`],
    ['docs/lifecycle.md', lifecycle],
  ];
  it.each(fresh)('%s is what npm run generate writes', async (path, make) => {
    expect(
      readFileSync(path, 'utf8') === (await make()),
      `${path} is stale: run npm run generate`,
    ).toBe(true);
  });
});

describe('the seeds', () => {
  it('give every setting a value in the base that fits its shape', async () => {
    const rows = await rowsOf<{ code: keyof typeof settingShapes; value: unknown }>(
      `select code, value from setting where district = '${baseDistrict}' and valid_to is null`,
    );
    expect(rows.map(({ code }) => code).sort()).toEqual(Object.keys(settingShapes).sort());
    for (const { code, value } of rows)
      expect(settingShapes[code].safeParse(value).success, code).toBe(true);
    expect(Object.keys(settingLabels).sort()).toEqual(Object.keys(settingShapes).sort());
  });

  it('are all in the base, and none twice', async () => {
    const read = (path: string): { code: string }[] =>
      JSON.parse(readFileSync(path, 'utf8')) as { code: string }[];
    for (const [table, path] of [
      ['category', 'seeds/categories.json'],
      ['clause', 'seeds/clauses.json'],
    ] as const) {
      const rows = await rowsOf<{ code: string }>(
        `select code from ${table} where district = '${baseDistrict}' and valid_to is null`,
      );
      expect(rows.map(({ code }) => code).sort()).toEqual(
        read(path)
          .map(({ code }) => code)
          .sort(),
      );
    }
  });
});

describe('the table of security', () => {
  it('names only test files there are', () => {
    const files = ['src', 'test'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }),
    );
    const named = [...readFileSync('docs/security.md', 'utf8').matchAll(/`([\w*/.]+\.test\.ts)`/g)];
    expect(named.length).toBeGreaterThan(20);
    const missing = named
      .map(([, name = '']) => name)
      .filter((name) => {
        const pattern = new RegExp(`(^|/)${name.replaceAll('.', '\\.').replaceAll('*', '\\w+')}$`);
        return !files.some((file) => pattern.test(file));
      });
    expect(missing).toEqual([]);
  });
});

describe('the glossary', () => {
  const names = all.flatMap((noun) => [noun.name, ...Object.keys(noun.actions)]);

  it('knows every noun and action of the code', () => {
    const glossary = readFileSync('CONTEXT.md', 'utf8');
    const words = new Set([...glossary.matchAll(/[A-Za-z]+/g)].map(([word]) => word.toLowerCase()));
    expect([...new Set(names)].filter((name) => !words.has(name.toLowerCase()))).toEqual([]);
  });
});
