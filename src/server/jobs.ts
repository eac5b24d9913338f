/**
 * Jobs 后续事项: rows written with their event, taken with SKIP LOCKED, tried again with growing pauses. A
 * job is done at least once; what it does is safe to repeat.
 */
import type pg from 'pg';
import type { Log } from './log.ts';
import type { MessageRow } from './notices/queue.ts';
import { waysOut } from './notices/waysOut.ts';
import type { Notice, Reacting } from './reacting.ts';
import { reactions } from './reactions.ts';
import type { ReactionName } from './reactionNames.ts';
import { addMinutes, type Moment } from '../domain/moment.ts';
import { eventFromRow, type StoredEvent } from './statement.ts';

const batch = 100;
const maxAttempts = 12;

interface Job {
  id: number;
  kind: ReactionName;
  attempts: number;
  event: StoredEvent;
}

/** Takes what is due, each job with its event; what is not finished is due again in two minutes. */
async function take(pool: pg.Pool, now: Moment): Promise<Job[]> {
  const { rows } = await pool.query<Record<string, unknown>>({
    name: 'jobs-take',
    text: `with taken as (
             update job set run_at = $2, attempts = attempts + 1
             where id in (select id from job where run_at <= $1 order by run_at, id limit ${batch} for update skip locked)
             returning id, district, kind, event_id, attempts)
           select j.id as job_id, j.kind, j.attempts, e.*
           from taken j join lateral (
             select * from event where district = j.district and id = j.event_id limit 1) e on true
           order by j.id`,
    values: [now, addMinutes(now, 2)],
  });
  return rows.map((row) => ({
    id: row.job_id as number,
    kind: row.kind as ReactionName,
    attempts: row.attempts as number,
    event: eventFromRow(row),
  }));
}

/** Puts a failed job off, longer each time; after the last attempt it waits for a person. */
async function putOff(pool: pg.Pool, job: Job, now: Moment, error: unknown): Promise<void> {
  const runAt =
    job.attempts >= maxAttempts
      ? 'infinity'
      : addMinutes(now, Math.min(24 * 60, 2 ** job.attempts));
  await pool.query(`update job set run_at = $3, problem = $2 where id = $1`, [
    job.id,
    String(error).slice(0, 300),
    runAt,
  ]);
}

/** Tells whom there is to tell, queues what leaves the product, and forgets the jobs that are done, in one statement. */
async function finish(
  pool: pg.Pool,
  ids: number[],
  notices: Notice[],
  messages: MessageRow[],
): Promise<void> {
  if (ids.length === 0) return;
  await pool.query({
    name: 'jobs-done',
    text: `with told as (
             insert into notice select * from jsonb_populate_recordset(null::notice, $2::jsonb)
             on conflict do nothing),
           queued as (
             insert into notice_message select * from jsonb_populate_recordset(null::notice_message, $3::jsonb)
             on conflict do nothing)
           delete from job where id = any($1)`,
    values: [ids, JSON.stringify(notices), JSON.stringify(messages)],
  });
}

/** Takes and does what is due, one record's jobs after each other. Returns how many jobs were taken. */
export async function runDueJobs(pool: pg.Pool, reacting: Reacting, log: Log): Promise<number> {
  const now = reacting.tools.now();
  const jobs = await take(pool, now);
  const done: number[] = [];
  const notices: Notice[] = [];
  const messages: MessageRow[] = [];
  const work = async (job: Job): Promise<void> => {
    try {
      const told = await reactions[job.kind](job.event, reacting);
      const persons = told.map((notice) => notice.person_id);
      messages.push(...(await waysOut(job.event, persons, reacting.tools)));
      notices.push(...told);
      done.push(job.id);
    } catch (error) {
      const { id, kind, attempts } = job;
      log.warn({ job: id, kind, attempts, error: String(error) }, 'job failed');
      await putOff(pool, job, now, error);
    }
  };
  const records = new Set(jobs.map(({ event }) => event.recordId));
  await Promise.all(
    [...records].map(async (recordId) => {
      for (const job of jobs.filter(({ event }) => event.recordId === recordId)) await work(job);
    }),
  );
  await finish(pool, done, notices, messages);
  return jobs.length;
}
