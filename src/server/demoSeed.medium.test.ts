import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrators } from '../domain/access.ts';
import { ReportStatus, type Report } from '../domain/reportShape.ts';
import { IssueStatus, isOverdue, type Issue } from '../domain/issueShape.ts';
import type { Moment } from '../domain/moment.ts';
import { PostRole } from '../domain/post.ts';
import { demoAccounts, demoDistrict, seedDemo, type DemoOptions } from './demoSeed.ts';
import { toolsOn } from './house.ts';
import type { Performing } from './perform.ts';
import { copyPath, isThere } from './photos/photoStore.ts';
import { testDirectory } from './postgres/testDirectory.ts';
import { testKey } from './testing/cluster.ts';
import { testDatabase } from './testing/world.ts';

const now = '2026-03-20T02:30:00.000Z';

describe('the demo district', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let tools: Performing;
  const directory = testDirectory();
  const passwords = new Map<string, string>();
  const optionsAt = (now: Moment): DemoOptions => ({
    now,
    isSmall: true,
    setPassword,
    pool: database.pool,
    photoDirectory: directory.path,
  });
  const setPassword = async (personId: string, password: string): Promise<void> =>
    void passwords.set(personId, password);
  const count = async (): Promise<number> =>
    Number((await database.pool.query(`select count(*) as count from event`)).rows[0]?.count);

  beforeAll(async () => {
    database = await testDatabase();
    tools = toolsOn(database.pool, testKey, () => now, new EventEmitter());
    await seedDemo(tools, optionsAt(now));
  });
  afterAll(async () => {
    await database.drop();
    directory.remove();
  });

  it('has an account with a password and a post for every role', async () => {
    const roles = new Set(demoAccounts().map(({ role }) => role));
    expect([...roles].sort()).toEqual([...PostRole.options].sort());
    expect(passwords.size).toBe(demoAccounts().length);
    const master = await tools.master.of(demoDistrict);
    expect(master.posts.size).toBe(demoAccounts().length);
    for (const role of administrators) {
      expect([...master.posts.values()].filter((post) => post.role === role)).toHaveLength(1);
    }
  });

  const every = async <T>(noun: string): Promise<T[]> => {
    const { rows } = await database.pool.query<{ id: string }>(
      `select id from ${noun} where district = $1`,
      [demoDistrict],
    );
    return (await tools.store.find(
      noun,
      demoDistrict,
      rows.map(({ id }) => id),
    )) as unknown as T[];
  };

  it('shows every status and the side roads', async () => {
    const issues = await every<Issue>('issue');
    const reports = await every<Report>('report');
    expect(reports.length).toBeGreaterThan(55);
    expect(issues.length).toBeGreaterThan(45);
    const statuses = new Set(issues.map(({ status }) => status));
    expect(IssueStatus.filter((status) => !statuses.has(status))).toEqual([]);
    const reportStatuses = new Set(reports.map(({ status }) => status));
    expect(ReportStatus.filter((status) => !reportStatuses.has(status))).toEqual([]);
    const kinds: [string, (issue: Issue) => boolean][] = [
      ['overdue', (issue) => isOverdue(issue, now)],
      ['urgent', (issue) => issue.isUrgent],
      ['held', (issue) => issue.isHeld],
      ['merged', (issue) => issue.mergedInto !== null],
      ['sent back twice', (issue) => issue.returnCount === 2],
      ['failed once', (issue) => issue.attempt === 2],
      ['recurring', (issue) => issue.recurring],
      ['several reports', (issue) => issue.reportCount > 1],
      ['open assist', (issue) => issue.openAssistCount > 0],
      ['awaiting consent', (issue) => issue.pendingConsents.length > 0],
      ['with works', (issue) => issue.works.length > 0],
    ];
    expect(kinds.filter(([, is]) => !issues.some(is)).map(([name]) => name)).toEqual([]);
  });

  it('dates nothing after its start and keeps the bytes of every photo', async () => {
    const { rows } = await database.pool.query<{ late: number }>(
      `select count(*) as late from event where district = $1 and at > $2`,
      [demoDistrict, now],
    );
    expect(rows[0]?.late).toBe(0);
    const photos = await database.pool.query<{ sha256: string; status: string }>(
      `select sha256, status from photo`,
    );
    expect(photos.rows.length).toBeGreaterThan(60);
    for (const { sha256, status } of photos.rows) {
      expect(status).toBe('complete');
      expect(await isThere(copyPath(directory.path, sha256, 'thumbnail'))).toBe(true);
    }
  });

  it('goes on after a kill where it stopped', async () => {
    const other = await testDatabase();
    const folder = testDirectory();
    let left = 120;
    const otherTools = toolsOn(other.pool, testKey, () => now, new EventEmitter());
    const dying: Performing = {
      ...otherTools,
      store: {
        ...otherTools.store,
        write: async (batch) => {
          if (left-- === 0) throw new Error('killed');
          await otherTools.store.write(batch);
        },
      },
    };
    const options = {
      now,
      isSmall: true,
      setPassword,
      pool: other.pool,
      photoDirectory: folder.path,
    };
    await expect(seedDemo(dying, options)).rejects.toThrow('killed');
    await seedDemo(otherTools, { ...options, now: '2026-03-21T09:00:00.000Z' });
    const { rows } = await other.pool.query(`select count(*) as count from event`);
    expect(Number(rows[0]?.count)).toBe(await count());
    await other.drop();
    folder.remove();
  });

  it('does nothing on a later start', async () => {
    const before = await count();
    passwords.clear();
    await seedDemo(tools, optionsAt('2026-04-01T00:00:00.000Z'));
    expect(await count()).toBe(before);
    expect(passwords.size).toBe(0);
  });
});
