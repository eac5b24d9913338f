/**
 * Sweeps 定时: what happens because time passed: escalations of every clock, holds that end, uploads never
 * finished, sessions that are over. A system action has a request id made from what it is about, so a
 * sweep may be repeated, and after a day of downtime every level is recorded once and only the last told.
 */
import type pg from 'pg';
import type { Approval } from '../domain/approval.ts';
import type { Assist } from '../domain/assist.ts';
import { nextEscalation } from '../domain/issueClock.ts';
import { clockOfStatus, type Issue } from '../domain/issueShape.ts';
import type { Moment } from '../domain/moment.ts';
import { Refused } from '../domain/refused.ts';
import type { Report } from '../domain/reportShape.ts';
import { idFrom, systemActor } from './baseSeed.ts';
import { toRecord } from './columns.ts';
import { perform, type Performing } from './perform.ts';

const batch = 200;

export interface Sweeping {
  pool: pg.Pool;
  tools: Performing;
}

interface Due {
  id: string;
  district: string;
}

/** Performs as the system; a refusal means that somebody was faster, which is fine. */
async function performAs(
  { tools }: Sweeping,
  district: string,
  order: {
    noun: string;
    id: string;
    action: string;
    input: Record<string, unknown>;
    about: string;
  },
): Promise<boolean> {
  const { about, ...rest } = order;
  try {
    await perform(tools, systemActor(district), { ...rest, requestId: idFrom(about) });
    return true;
  } catch (error) {
    if (error instanceof Refused && error.status !== 503 && error.status !== 507) return false;
    throw error;
  }
}

async function dueRecords<T extends Due>(
  { pool }: Sweeping,
  noun: string,
  where: string,
  now: Moment,
): Promise<T[]> {
  const { rows } = await pool.query<Record<string, unknown>>({
    name: `sweep-${noun}-${where.length}`,
    text: `select * from ${noun} where ${where} limit ${batch}`,
    values: [now],
  });
  return rows.map((row) => toRecord<T>(noun, row));
}

/** Records every level an issue's clock has reached, and marks the last one, which alone is told. */
async function escalateIssue(sweeping: Sweeping, issue: Issue): Promise<void> {
  const now = sweeping.tools.now();
  const settings = (await sweeping.tools.master.of(issue.district)).settings(now);
  const clock = clockOfStatus[issue.status];
  let at = issue.escalateAt;
  for (let level = issue.escalationLevel + 1; clock && at !== null && at <= now; level++) {
    const next = nextEscalation(issue, level, settings);
    const due = issue[`${clock}Due`] ?? at;
    const isDone = await performAs(sweeping, issue.district, {
      noun: 'issue',
      id: issue.id,
      action: 'escalate',
      input: { clock, level, due, isLast: next === null || next > now },
      about: `escalate issue ${issue.id} ${issue.attempt} ${clock} ${due} ${level}`,
    });
    if (!isDone) return;
    at = next;
  }
}

const clockOfReport = (report: Report): { clock: string; due: Moment | null } =>
  report.status === 'submitted'
    ? { clock: 'accept', due: report.acceptDue }
    : report.status === 'confirming'
      ? { clock: 'confirm', due: report.confirmDue }
      : { clock: 'answer', due: report.answerDue };

async function escalateReport(sweeping: Sweeping, report: Report): Promise<void> {
  const { clock, due } = clockOfReport(report);
  await performAs(sweeping, report.district, {
    noun: 'report',
    id: report.id,
    action: 'escalate',
    input: { clock, due: due ?? report.escalateAt },
    about: `escalate report ${report.id} ${clock} ${due}`,
  });
}

/** One round over every clock. Returns how many records were due. */
export async function sweepClocks(sweeping: Sweeping): Promise<number> {
  const now = sweeping.tools.now();
  const issues = await dueRecords<Issue>(
    sweeping,
    'issue',
    'escalate_at <= $1 order by escalate_at',
    now,
  );
  for (const issue of issues) await escalateIssue(sweeping, issue);
  const held = await dueRecords<Issue>(
    sweeping,
    'issue',
    'is_held and hold_until <= $1 order by hold_until',
    now,
  );
  for (const issue of held) {
    await performAs(sweeping, issue.district, {
      noun: 'issue',
      id: issue.id,
      action: 'resume',
      input: {},
      about: `resume ${issue.id} ${issue.holdUntil}`,
    });
  }
  const reports = await dueRecords<Report>(
    sweeping,
    'report',
    'escalate_at <= $1 order by escalate_at',
    now,
  );
  for (const report of reports) await escalateReport(sweeping, report);
  const parts: ['assist' | 'approval', (Assist | Approval)[]][] = [
    [
      'assist',
      await dueRecords<Assist>(sweeping, 'assist', 'escalate_at <= $1 order by escalate_at', now),
    ],
    [
      'approval',
      await dueRecords<Approval>(
        sweeping,
        'approval',
        'escalate_at <= $1 order by escalate_at',
        now,
      ),
    ],
  ];
  for (const [noun, records] of parts) {
    for (const record of records) {
      await performAs(sweeping, record.district, {
        noun,
        id: record.id,
        action: 'escalate',
        input: { due: record.due },
        about: `escalate ${noun} ${record.id} ${record.due}`,
      });
    }
  }
  return (
    issues.length +
    held.length +
    reports.length +
    parts.reduce((sum, [, list]) => sum + list.length, 0)
  );
}

/** Sessions that are over are forgotten. */
export async function sweepSessions({ pool, tools }: Sweeping): Promise<void> {
  await pool.query(`delete from session where expires_at < $1`, [tools.now()]);
}
