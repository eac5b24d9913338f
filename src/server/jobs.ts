/**
 * Jobs 后续事项: rows written with their event, taken with SKIP LOCKED, tried again with growing pauses. A
 * job is done at least once; what it does is safe to repeat.
 */
import type pg from 'pg';
import type { Log } from './log.ts';
import { reactions, type Reacting } from './reactions.ts';
import type { ReactionName } from './reactionNames.ts';
import { addMinutes } from '../domain/moment.ts';

const batch = 50;
const maxAttempts = 12;

interface JobRow {
  id: number;
  district: string;
  kind: string;
  event_id: string;
  attempts: number;
}

/** Takes and does what is due. Returns how many jobs were taken. */
export async function runDueJobs(pool: pg.Pool, reacting: Reacting, log: Log): Promise<number> {
  const now = reacting.tools.now();
  const { rows } = await pool.query<JobRow>({
    name: 'jobs-take',
    text: `update job set run_at = $2, attempts = attempts + 1
           where id in (select id from job where run_at <= $1 order by run_at, id limit ${batch} for update skip locked)
           returning id, district, kind, event_id, attempts`,
    values: [now, addMinutes(now, 2)],
  });
  const done: number[] = [];
  for (const job of rows.sort((a, b) => a.id - b.id)) {
    try {
      const event = await reacting.tools.store.event(job.district, job.event_id);
      if (event) await reactions[job.kind as ReactionName](event, reacting);
      done.push(job.id);
    } catch (error) {
      log.warn(
        { job: job.id, kind: job.kind, attempts: job.attempts, error: String(error) },
        'job failed',
      );
      const pause = Math.min(24 * 60, 2 ** job.attempts);
      await pool.query(
        job.attempts >= maxAttempts
          ? `update job set run_at = 'infinity', problem = $2 where id = $1`
          : `update job set run_at = $3, problem = $2 where id = $1`,
        job.attempts >= maxAttempts
          ? [job.id, String(error).slice(0, 300)]
          : [job.id, String(error).slice(0, 300), addMinutes(now, pause)],
      );
    }
  }
  if (done.length > 0)
    await pool.query({
      name: 'jobs-done',
      text: `delete from job where id = any($1)`,
      values: [done],
    });
  return rows.length;
}
