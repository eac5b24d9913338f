/** The list shows it exactly when `inScope` says so, for random actors and records in the database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as newId } from 'uuid';
import { inScope, lineOfRole, Role, scopeOf, type Actor } from '../domain/access.ts';
import type { Issue } from '../domain/issueShape.ts';
import { getNoun } from '../domain/nouns.ts';
import { systemActor } from './baseSeed.ts';
import { columnsOf, toRecord, toRow } from './columns.ts';
import { whereInScope } from './scope.ts';
import type { AnyRecord } from './statement.ts';
import { Refused } from '../domain/refused.ts';
import { handlers } from './queries/handlers.ts';
import { asking } from './testing/asking.ts';
import { world, type World } from './testing/world.ts';

const codes = [
  '110199',
  '110199001',
  '110199001001',
  '110199001001001',
  '110199002',
  '110199010',
  '1101990',
];
const ids = Array.from({ length: 4 }, () => newId());
const some = <T>(values: readonly T[]) => fc.constantFrom(...values);
const orNull = <T>(values: readonly T[]) => fc.option(some(values), { nil: null });
const few = fc.uniqueArray(some(ids), { maxLength: 3 });

/** The columns each noun is seen by, at random. */
const seenColumns: Record<string, fc.Arbitrary<Record<string, unknown>>> = {
  issue: fc.record({
    areaCode: some(codes),
    verifyAreaCode: orNull(codes),
    partyUnitIds: few,
    verifierId: orNull(ids),
  }),
  report: fc.record({ areaCode: some(codes), reporterId: orNull(ids), confirmerId: orNull(ids) }),
  assist: fc.record({ unitId: some(ids), askerUnitId: orNull(ids) }),
  approval: fc.record({ unitId: orNull(ids), askerId: some(ids) }),
  finding: fc.record({
    areaCode: some(codes),
    unitId: orNull(ids),
    recorderId: some(ids),
    assessorId: orNull(ids),
    reportId: fc.uuid({ version: 4 }),
  }),
  callback: fc.record({ openUnitId: orNull(ids) }),
};

const actors: fc.Arbitrary<Actor> = fc
  .record({
    role: some(Role.options),
    personId: some(ids),
    areaCodes: fc.uniqueArray(some(codes), { maxLength: 3 }),
    unitIds: few,
  })
  .map(({ role, personId, areaCodes, unitIds }) => ({
    personId,
    postId: newId(),
    name: '某',
    role,
    line: lineOfRole[role],
    district: '110199',
    unitId: unitIds[0] ?? null,
    unitIds,
    areaCodes,
    posts: [],
  }));

describe('whereInScope', () => {
  let w: World;
  const model: Record<string, AnyRecord> = {};
  beforeAll(async () => {
    w = await world();
    const issue: Issue = await w.issue({ status: 'claimed' });
    await w.run('head', 'assist', newId(), 'ask', {
      issueId: issue.id,
      unitId: w.unitId('street'),
      task: '清运',
    });
    await w.run('head', 'approval', newId(), 'ask', {
      issueId: issue.id,
      kind: 'extension',
      reason: '量大',
    });
    const done = await w.issue({ status: 'closed' });
    await w.run(systemActor(w.district), 'callback', newId(), 'open', {
      reportId: (await w.pool.query(`select id from report where issue_id = $1`, [done.id])).rows[0]
        .id,
      issueId: done.id,
      closedAt: done.closedAt,
      isRepeat: false,
    });
    await w.run('assessor', 'finding', newId(), 'record', { item: '地面干净', address: '东门' });
    for (const noun of Object.keys(seenColumns)) {
      const { rows } = await w.pool.query<Record<string, unknown>>(`select * from ${noun} limit 1`);
      model[noun] = toRecord<AnyRecord>(noun, rows[0] ?? {});
    }
  });
  afterAll(() => w.drop());

  /** Adds copies of a real record that differ in the columns it is seen by. */
  async function put(
    noun: string,
    records: readonly Record<string, unknown>[],
  ): Promise<AnyRecord[]> {
    const { table, columns } = columnsOf(noun);
    const list = columns.join(', ');
    const made = records.map((record, n) => {
      const number =
        noun === 'issue'
          ? `110199202603049${String(n).padStart(4, '0')}`
          : `2026030499${String(n).padStart(4, '0')}`;
      return { ...(model[noun] as AnyRecord), ...record, id: newId(), number };
    });
    await w.pool.query(
      `insert into ${table} (${list}) select ${list} from jsonb_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(made.map((record) => toRow(noun, record)))],
    );
    return made;
  }

  for (const noun of Object.keys(seenColumns)) {
    it(`shows ${noun} exactly when it is in scope`, async () => {
      const records = fc.sample(seenColumns[noun] as fc.Arbitrary<Record<string, unknown>>, {
        numRuns: 300,
        seed: 7,
      });
      const made = await put(noun, records);
      const madeIds = made.map(({ id }) => id);
      await fc.assert(
        fc.asyncProperty(actors, async (actor) => {
          const scope = scopeOf(actor);
          const where = whereInScope(scope, getNoun(noun), 't');
          const { rows } = await sql<{ id: string }>`
            select t.id from ${sql.table(columnsOf(noun).table)} t where t.id = any(${madeIds}::uuid[]) and ${where}`.execute(
            w.db,
          );
          const expected = made
            .filter((record) => inScope(record, scope, getNoun(noun).seen))
            .map(({ id }) => id);
          expect(rows.map(({ id }) => id).sort()).toEqual(expected.sort());
        }),
        { numRuns: 150 },
      );
    });
  }

  it('reads areas of a subdistrict from the index', async () => {
    const client = await w.pool.connect();
    try {
      await client.query('begin');
      await client.query('set local enable_seqscan = off');
      await client.query('set local enable_bitmapscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select id from report where district = '110198' and area_code >= '110199001' and area_code < '110199001:'`,
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond: .*area_code/);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});

describe('a single record', () => {
  let w: World;
  beforeAll(async () => {
    w = await world();
  });
  afterAll(() => w.drop());

  it('is shown by its own id alone, and only inside the scope', async () => {
    const own = await w.report({}, 'grid');
    const other = await w.report({ channel: 'patrol', areaCode: '110199002001' }, 'otherGrid');
    const issue = await w.issue({ status: 'dispatched' });
    const far = await w.issue({ status: 'dispatched', unit: 'street' });
    const seen = async (
      who: string,
      query: 'reportView' | 'issueView',
      id: string,
    ): Promise<string> => {
      try {
        const answer = await handlers[query](await asking(w, who), { id });
        return 'report' in answer ? answer.report.id : answer.issue.id;
      } catch (error) {
        if (error instanceof Refused) return error.code;
        throw error;
      }
    };
    expect(await seen('grid', 'reportView', own.id)).toBe(own.id);
    expect(await seen('grid', 'reportView', other.id)).toBe('notFound');
    expect(await seen('otherGrid', 'reportView', other.id)).toBe(other.id);
    expect(await seen('grid', 'reportView', newId())).toBe('notFound');
    expect(await seen('head', 'issueView', issue.id)).toBe(issue.id);
    expect(await seen('head', 'issueView', far.id)).toBe('notFound');
    expect(await seen('head', 'issueView', newId())).toBe('notFound');
  });
});
