/**
 * Sweeps 定时: what happens because time passed: escalations of every clock, holds that end, sessions that
 * are over (uploads never finished: `photos/photoRemoval.ts`). A system action has a request id made from
 * what it is about, so a sweep may be repeated, and after a day of downtime every level is recorded once
 * and only the last told. A district whose simulated life is still being made is left alone: its clocks
 * run in simulated time.
 */
import type pg from 'pg';
import type { Approval } from '../domain/approval.ts';
import type { Assist } from '../domain/assist.ts';
import type { Callback } from '../domain/callbackShape.ts';
import { nextEscalation } from '../domain/issueClock.ts';
import type { Issue } from '../domain/issueShape.ts';
import { addMinutes, type Moment } from '../domain/moment.ts';
import { Refused } from '../domain/refused.ts';
import type { Report } from '../domain/reportShape.ts';
import { systemActor } from './baseSeed.ts';
import { idFrom } from './idFrom.ts';
import { toRecord } from './columns.ts';
import { refusalOf } from './database.ts';
import { issueEscalation, partEscalation, reportEscalation } from './escalations.ts';
import type { Log } from './log.ts';
import { perform, type Performing } from './perform.ts';

const batch = 200;
const restMinutes = 10;

export interface Sweeping {
  pool: pg.Pool;
  tools: Performing;
  log: Log;
  /** Records, as 'id:version', that could not be moved on, and until when they are left alone. */
  resting: Map<string, Moment>;
}

interface Due {
  id: string;
  district: string;
  version: number;
}

interface SystemOrder {
  noun: string;
  action: string;
  input: Record<string, unknown>;
}

/**
 * Performs as the system; a refusal means that somebody was faster, which is fine. The request id is made
 * from the version looked at, so that two sweeps at once do it once and no later round meets an old answer.
 */
async function performAs({ tools }: Sweeping, due: Due, order: SystemOrder): Promise<boolean> {
  const { district, id, version } = due;
  const level = String(order.input.level ?? '');
  const requestId = idFrom(`${order.action} ${order.noun} ${id} ${version} ${level}`);
  try {
    await perform(tools, systemActor(district), { ...order, id, requestId });
    return true;
  } catch (error) {
    if (error instanceof Refused && !isForAll(error)) return false;
    throw error;
  }
}

/** The database stalls, is lost or its disk is full: no other record would fare better. */
function isForAll(error: unknown): boolean {
  const refused = error instanceof Refused ? error : refusalOf(error);
  return refused?.status === 503 || refused?.status === 507;
}

/**
 * Moves on every record of a noun that is due. What is refused or fails is left alone for ten minutes or
 * until it changes, and logged when it fails, so that it never stands in the way of the others.
 */
async function sweepNoun<T extends Due>(
  sweeping: Sweeping,
  noun: string,
  where: string,
  order: string,
  moveOn: (record: T) => Promise<boolean>,
): Promise<number> {
  const { pool, tools, log, resting } = sweeping;
  const now = tools.now();
  for (const [key, until] of resting) if (until <= now) resting.delete(key);
  const { rows } = await pool.query<Record<string, unknown>>({
    name: `sweep-${noun}-${order}`,
    text: `select * from ${noun} where ${where} and id || ':' || version <> all($2::text[])
             and district not in (select district from simulation where lived_through < wanted_until)
           order by ${order} limit ${batch}`,
    values: [now, [...resting.keys()]],
  });
  for (const record of rows.map((row) => toRecord<T>(noun, row))) {
    const rest = (): unknown =>
      resting.set(`${record.id}:${record.version}`, addMinutes(now, restMinutes));
    try {
      if (!(await moveOn(record))) rest();
    } catch (error) {
      if (isForAll(error)) throw error;
      log.error({ noun, id: record.id, error: String(error) }, 'sweep failed');
      rest();
    }
  }
  return rows.length;
}

/** Records every level an issue's clock has reached, and marks the last one, which alone is told. */
async function escalateIssue(sweeping: Sweeping, issue: Issue): Promise<boolean> {
  const now = sweeping.tools.now();
  let at = issue.escalateAt;
  let isDone = false;
  for (let level = issue.escalationLevel + 1; at !== null && at <= now; level++) {
    const input = issueEscalation(issue, level, at, now);
    if (!input) break;
    isDone = await performAs(sweeping, issue, { noun: 'issue', action: 'escalate', input });
    if (!isDone) return false;
    at = nextEscalation(issue, level);
  }
  return isDone;
}

/** One round over every clock. Returns how many records were due. */
export async function sweepClocks(sweeping: Sweeping): Promise<number> {
  const isDue = ['escalate_at <= $1', 'escalate_at'] as const;
  const issues = await sweepNoun<Issue>(sweeping, 'issue', ...isDue, (issue) =>
    escalateIssue(sweeping, issue),
  );
  const isOver = ['is_held and hold_until <= $1', 'hold_until'] as const;
  const held = await sweepNoun<Issue>(sweeping, 'issue', ...isOver, (issue) =>
    performAs(sweeping, issue, { noun: 'issue', action: 'resume', input: {} }),
  );
  const reports = await sweepNoun<Report>(sweeping, 'report', ...isDue, (report) =>
    performAs(sweeping, report, {
      noun: 'report',
      action: 'escalate',
      input: reportEscalation(report),
    }),
  );
  let parts = 0;
  for (const noun of ['assist', 'approval'] as const) {
    parts += await sweepNoun<Assist | Approval>(sweeping, noun, ...isDue, (record) =>
      performAs(sweeping, record, { noun, action: 'escalate', input: partEscalation(record) }),
    );
  }
  const callbacks = await sweepNoun<Callback>(sweeping, 'callback', ...isDue, (callback) =>
    performAs(sweeping, callback, {
      noun: 'callback',
      action: callback.status === 'waiting' ? 'expire' : 'escalate',
      input: { due: callback.due ?? callback.escalateAt },
    }),
  );
  return issues + held + reports + parts + callbacks;
}

/** Sessions that are over are forgotten. */
export async function sweepSessions({
  pool,
  tools,
}: Pick<Sweeping, 'pool' | 'tools'>): Promise<void> {
  await pool.query(`delete from session where expires_at < $1`, [tools.now()]);
}
