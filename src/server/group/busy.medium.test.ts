/** 创城大管家 of a busy district: many units, many matters done with, and something refused on the way. */
import { sql } from 'kysely';
import pg from 'pg';
import pino from 'pino';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issue } from '../../domain/issueShape.ts';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import { performMany, type Order } from '../perform.ts';
import { asking } from '../testing/asking.ts';
import { world, type World } from '../testing/world.ts';
import { groupFeed } from './feed.ts';
import { groupPosts } from './postList.ts';
import { sweepGroupPosts } from './posts.ts';

const names = Array.from({ length: 501 }, (_, n) => `第 ${n + 1} 社区`);
const idOf = (name = ''): string => idFrom(`busy unit ${name}`);
const nameless = idOf(names[7]);

let w: World;
let owner: pg.Client;
let first: Issue;
beforeAll(async () => {
  w = await world();
  first = await w.issue({ status: 'dispatched' });
  owner = new pg.Client(w.config);
  await owner.connect();
  await owner.query('alter table issue alter column current_due drop expression');
  const orders = names.map((name, n): Order => {
    const input = { code: `busy${n}`, name, kind: 'department', parentId: null, areaCode: null };
    return { noun: 'unit', id: idOf(name), action: 'add', input, requestId: newId() };
  });
  const added = await performMany(w.tools, systemActor(w.district, 'systemAdmin'), orders);
  expect(added.filter((outcome) => 'refused' in outcome)).toEqual([]);
});
afterAll(async () => {
  await owner.end();
  await w.drop();
});

/** Matters like the first one, `n` counting from 1, with other values in some columns. */
async function copyIssues(count: number, changed: Record<string, string>): Promise<void> {
  const columns = {
    id: `md5($1 || n)::uuid`,
    number: `lpad((abs(hashtext($1)) % 10000)::text, 5, '0') || lpad(n::text, 14, '0')`,
    ...changed,
  };
  const set = Object.entries(columns).map(([column, value]) => `'${column}', ${value}`);
  await owner.query(
    `insert into issue select (jsonb_populate_record(t, jsonb_build_object(${set.join(', ')}))).*
     from issue t, generate_series(1, ${count}) n where t.id = $2`,
    [newId(), first.id],
  );
}

/** So many of the units in turn. */
const unitOf = (count: number): string =>
  `(array[${names.map((name) => `'${idOf(name)}'`).join()}])[1 + n % ${count}]`;

describe('the feed', () => {
  it('of what waits reads what waits alone, however much was done since', async () => {
    const at = `'2026-02-03T02:00:00Z'::timestamptz - n * interval '1 minute'`;
    const status = `case n % 100 when 0 then 'dispatched' when 1 then 'claimed' else 'closed' end`;
    await copyIssues(6_000, { unit_id: unitOf(100), status, dispatched_at: at, rectified_at: at });
    await owner.query('analyze issue');
    for (const step of ['new', 'claimed'] as const) {
      const [shown, read] = await w.db.transaction().execute(async (db) => {
        const page = await groupFeed({ ...(await asking(w, 'desk')), db }, { step });
        const { rows } = await sql<{ count: string }>`
          select seq_tup_read + idx_tup_fetch as count from pg_stat_xact_user_tables
          where relname = 'issue'`.execute(db);
        return [page.items.length, Number(rows[0]?.count)];
      });
      expect(shown, step).toBe(20);
      expect(read, step).toBeLessThan(1_000);
    }
  });
});

describe('the posts', () => {
  it('of the district name its 500 busiest units, and what is refused is in the log', async () => {
    await owner.query('delete from issue where id <> $1', [first.id]);
    await owner.query(`update unit set name = '' where id = $1`, [nameless]);
    const guideUnitId = w.unitId('clean');
    await w.run('systemAdmin', 'unit', nameless, 'edit', { guideUnitId });
    const at = `'2026-03-04T01:00:00Z'::timestamptz`;
    await copyIssues(501, { unit_id: unitOf(501), dispatched_at: at });
    await copyIssues(9, { unit_id: `'${idOf(names[500])}'`, dispatched_at: at });
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    w.pass(9 * 60);
    const sweep = () => sweepGroupPosts({ ...w, known: new Set(), log }, [w.district]);
    expect(await sweep()).toBeGreaterThan(500);
    const { items } = await groupPosts(await asking(w, 'desk'), { unit: 'district' });
    expect(items[0]?.units).toHaveLength(500);
    expect(items[0]?.units[0]?.unitName).toBe(names[500]);
    expect(lines).not.toEqual([]);
    for (const line of lines)
      expect(line).toMatch(new RegExp(`badInput.*${nameless}|${nameless}.*badInput`));
    lines.length = 0;
    await sweep();
    expect(lines).toEqual([]);
  });
});
