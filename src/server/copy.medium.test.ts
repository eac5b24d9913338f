import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { copyIn, copyLine, copyOut } from './copy.ts';
import { testDatabase } from './testing/world.ts';

let database: Awaited<ReturnType<typeof testDatabase>>;
let client: pg.Client;
beforeAll(async () => {
  database = await testDatabase();
  client = new pg.Client(database.config);
  await client.connect();
  await client.query(`create temporary table note (id integer, words text, bytes bytea)`);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const all = async (sql: string): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of copyOut(client, sql)) chunks.push(chunk);
  return Buffer.concat(chunks);
};

describe('copy', () => {
  it('takes rows with every awkward letter and gives them back', async () => {
    const rows: [number, string | null, Buffer | null][] = [
      [1, '一行\n两行\t制表\\斜杠\r', Buffer.from([0, 255, 92])],
      [2, null, null],
      [3, '\\N', Buffer.alloc(0)],
      [4, '\\.', Buffer.from('\\')],
    ];
    const text = rows.map(copyLine).join('');
    // Cut in the middle of a letter.
    const bytes = Buffer.from(text);
    const pieces = [bytes.subarray(0, 4), bytes.subarray(4, 5), bytes.subarray(5)];
    expect(await copyIn(client, 'copy note from stdin', pieces)).toBe(4);
    const { rows: kept } = await client.query<{ id: number; words: string; bytes: Buffer }>(
      'select * from note order by id',
    );
    expect(kept.map(({ id, words, bytes: value }) => [id, words, value])).toEqual(rows);
    expect((await all('copy (select * from note order by id) to stdout')).toString()).toBe(text);
  });

  it('streams many rows to a slow reader in whole lines, and the connection goes on', async () => {
    const rows = 200_000;
    let lines = 0;
    let most = 0;
    for await (const chunk of copyOut(
      client,
      `copy (select n, repeat('街', 40) from generate_series(1, ${rows}) n) to stdout`,
    )) {
      expect(chunk.at(-1)).toBe(10);
      lines += chunk.toString().split('\n').length - 1;
      most = Math.max(most, chunk.length);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(lines).toBe(rows);
    expect(most).toBeLessThan(1_000_000);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('tells the error of either side, and nothing is taken', async () => {
    await client.query('truncate note');
    await expect(
      copyIn(client, 'copy note from stdin', [Buffer.from('x\ty\tz\n')]),
    ).rejects.toThrow('invalid input syntax');
    const broken = (async function* () {
      yield Buffer.from(copyLine([1, 'a', null]));
      throw new Error('the disk is gone');
    })();
    await expect(copyIn(client, 'copy note from stdin', broken)).rejects.toThrow(
      'the disk is gone',
    );
    await expect(copyIn(client, 'copy nothing from stdin', [])).rejects.toThrow('does not exist');
    await expect(all('copy nothing to stdout')).rejects.toThrow('does not exist');
    expect((await client.query('select count(*)::int as n from note')).rows).toEqual([{ n: 0 }]);
  });

  it('breaks the connection when the reader leaves early', async () => {
    const other = new pg.Client(database.config);
    other.on('error', () => undefined);
    await other.connect();
    for await (const chunk of copyOut(
      other,
      'copy (select n from generate_series(1, 5000000) n) to stdout',
    )) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expect(other.query('select 1')).rejects.toThrow();
  });
});
