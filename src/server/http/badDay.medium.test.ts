import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { runDueJobs } from '../jobs.ts';
import { makeLog } from '../log.ts';
import { sweepClocks } from '../sweeps.ts';
import { served, type Client, type Served } from '../testing/served.ts';

interface Heard {
  changes: { noun: string; id: string; at: number }[];
  close(): void;
}

/** Opens a live stream and notes what is told. */
async function listen(s: Served, client: Client): Promise<Heard> {
  const stop = new AbortController();
  const response = await client.raw(`/api/${s.district}/stream`, { signal: stop.signal });
  expect(response.status).toBe(200);
  const changes: Heard['changes'] = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  void (async () => {
    let text = '';
    for (;;) {
      const part = await reader?.read().catch(() => undefined);
      if (!part || part.done) return;
      text += part.value;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const message = text.slice(0, end);
        text = text.slice(end + 2);
        if (message.includes('event: ready')) isReady();
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (message.includes('event: changed') && data) {
          changes.push({ ...(JSON.parse(data) as { noun: string; id: string }), at: Date.now() });
        }
      }
    }
  })();
  await ready;
  return { changes, close: () => stop.abort() };
}

const until = async (isTrue: () => boolean, ms: number): Promise<boolean> => {
  for (const end = Date.now() + ms; Date.now() < end;) {
    if (isTrue()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return isTrue();
};

describe('a bad day', () => {
  let s: Served;
  let desk: Client;
  let head: Client;
  beforeAll(async () => {
    s = await served();
    desk = await s.signIn('desk');
    head = await s.signIn('head');
  });
  afterAll(() => s.stop());

  it('tells two screens of a change within two seconds, and nobody out of scope', async () => {
    const street = await s.signIn('streetHead');
    const issue = await s.issue({ status: 'dispatched' });
    const [one, two, outside] = [
      await listen(s, desk),
      await listen(s, head),
      await listen(s, street),
    ];
    const began = Date.now();
    expect((await head.act('issues', issue.id, 'claim')).status).toBe(200);
    const heard = (screen: Heard) => screen.changes.find((change) => change.id === issue.id);
    expect(await until(() => Boolean(heard(one) && heard(two)), 2_000)).toBe(true);
    expect(Math.max(heard(one)?.at ?? 0, heard(two)?.at ?? 0) - began).toBeLessThan(2_000);
    expect(heard(outside)).toBeUndefined();
    for (const screen of [one, two, outside]) screen.close();
  });

  it('tells a screen of the record it loses', async () => {
    const issue = await s.issue({ status: 'dispatched' });
    const screen = await listen(s, head);
    expect((await head.act('issues', issue.id, 'sendBack', { note: '不属本单位' })).status).toBe(
      200,
    );
    expect((await head.get(`/api/${s.district}/issues/${issue.id}`)).status).toBe(404);
    expect(await until(() => screen.changes.some(({ id }) => id === issue.id), 2_000)).toBe(true);
    screen.close();
  });

  it('tells what happened while the database could not be asked', async () => {
    const issue = await s.issue({ status: 'dispatched' });
    const screen = await listen(s, head);
    const owner = new pg.Client(s.config);
    await owner.connect();
    await owner.query(`begin; lock table seal in exclusive mode`);
    expect((await head.act('issues', issue.id, 'claim')).status).toBe(200);
    await owner.query(`alter table issue rename column address to address_kept; commit`);
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(screen.changes).toEqual([]);
    await owner.query(`alter table issue rename column address_kept to address`);
    expect(await until(() => screen.changes.some(({ id }) => id === issue.id), 4_000)).toBe(true);
    await owner.end();
    screen.close();
  });

  it('answers 503 with Retry-After within five seconds while the database stalls, then goes on', async () => {
    const issue = await s.issue({ status: 'dispatched' });
    const blocker = new pg.Client(s.config);
    await blocker.connect();
    await blocker.query('begin; lock table issue in access exclusive mode');
    const requestId = newId();
    const began = Date.now();
    const stalled = await head.act('issues', issue.id, 'claim', {}, { requestId });
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(stalled.status).toBe(503);
    expect(stalled.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(stalled.body.message).toContain('同一请求');
    await blocker.query('rollback');
    await blocker.end();
    expect((await head.act('issues', issue.id, 'claim', {}, { requestId })).status).toBe(200);
  });

  it('answers 507 while the disk is full; reading goes on and writing resumes by itself', async () => {
    const issue = await s.issue({ status: 'dispatched' });
    const owner = new pg.Client(s.config);
    await owner.connect();
    // What a full disk looks like to a statement: PostgreSQL's own error class 53100 on the first write.
    await owner.query(`alter function expect_rows(bigint, bigint) rename to expect_rows_kept`);
    await owner.query(`create function expect_rows(changed bigint, expected bigint) returns bigint language plpgsql as $$
      begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$`);
    const requestId = newId();
    const full = await head.act('issues', issue.id, 'claim', {}, { requestId });
    expect(full.status).toBe(507);
    expect(full.body.message).toContain('磁盘已满');
    expect((await head.get(`/api/${s.district}/issues/${issue.id}`)).status).toBe(200);
    await owner.query(`drop function expect_rows(bigint, bigint)`);
    await owner.query(`alter function expect_rows_kept(bigint, bigint) rename to expect_rows`);
    await owner.end();
    expect((await head.act('issues', issue.id, 'claim', {}, { requestId })).status).toBe(200);
  });

  it('survives the loss of every connection', async () => {
    const owner = new pg.Client(s.config);
    await owner.connect();
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await owner.end();
    const first = await desk.get(`/api/${s.district}/issues`);
    expect([200, 503]).toContain(first.status);
    expect((await desk.get(`/api/${s.district}/issues`)).status).toBe(200);
  });

  it('escalates every level once after a day of downtime, and tells only the last', async () => {
    const issue = await s.issue({ status: 'dispatched' });
    s.pass(24 * 60);
    const log = makeLog('silent');
    const sweeping = { pool: s.pool, tools: s.tools, log, resting: new Map<string, string>() };
    await Promise.all([sweepClocks(sweeping), sweepClocks(sweeping)]);
    await sweepClocks(sweeping);
    await runDueJobs(s.pool, { ...sweeping, photoDirectory: '/nowhere' }, log);
    const events = await s.tools.store.events(s.district, 'issue', issue.id);
    const levels = events
      .filter((event) => event.action === 'escalate')
      .map((event) => event.input);
    expect(levels.map(({ level, isLast }) => [level, isLast])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    const { rows } = await s.pool.query<{ person_id: string }>(
      `select person_id from notice where record_id = $1 and words like '领办超时%'`,
      [issue.id],
    );
    expect(rows.map((row) => row.person_id)).toEqual([s.personId('desk')]);
  });
});
