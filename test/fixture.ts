/**
 * Databases as they stood at the close of an earlier issue: every table in COPY's text format, the first
 * line naming the columns, and the test key their secrets are under.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { resumeSequences } from '../src/server/backup/sequences.ts';
import { copyIn } from '../src/server/copy.ts';
import { migrate, migrationsIn } from '../src/server/migrate.ts';
import { emptyDatabase, type OwnDatabase } from '../src/server/testing/emptyDatabase.ts';

const folder = (issue: number): string => `test/fixtures/issue${issue}`;

/** The key of a fixture; a test key, made with it. */
export const fixtureKey = (issue: number): Buffer =>
  Buffer.from(readFileSync(join(folder(issue), 'master.key'), 'utf8'), 'base64');

interface FixtureTable {
  name: string;
  columns: string[];
  rows: Buffer;
}

function tablesOf(issue: number): FixtureTable[] {
  return readdirSync(folder(issue))
    .filter((file) => file.endsWith('.tsv.gz'))
    .map((file) => {
      const bytes = gunzipSync(readFileSync(join(folder(issue), file)));
      const end = bytes.indexOf('\n');
      const columns = bytes.subarray(0, end).toString().split('\t');
      return { name: file.replace('.tsv.gz', ''), columns, rows: bytes.subarray(end + 1) };
    });
}

/** Names and digests of the migrations a fixture was made with. */
export function fixtureMigrations(issue: number): { name: string; digest: string }[] {
  const table = tablesOf(issue).find(({ name }) => name === 'migration');
  const lines = table?.rows.toString().trimEnd().split('\n') ?? [];
  return lines.map((line) => {
    const [name = '', digest = ''] = line.split('\t');
    return { name, digest };
  });
}

/** A database as it stood at the close of an issue: its migrations, its rows. */
export async function fixtureDatabase(issue: number): Promise<OwnDatabase> {
  const database = await emptyDatabase();
  const { owner } = database;
  const then = new Set(fixtureMigrations(issue).map(({ name }) => name));
  await migrate(
    owner,
    migrationsIn('db').filter(({ name }) => then.has(name)),
  );
  await owner.query(`set session_replication_role = replica`);
  for (const { name, columns, rows } of tablesOf(issue)) {
    if (name === 'migration') continue;
    const list = columns.map((column) => `"${column}"`).join(', ');
    await copyIn(owner, `copy ${name} (${list}) from stdin`, [rows]);
  }
  await resumeSequences(owner);
  await owner.query(`set session_replication_role = origin`);
  return database;
}
