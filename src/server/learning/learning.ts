/**
 * Learning 学习: asks for a training when a district has none or, at night, when enough was decided since the
 * last; trains what was asked for beside the program; puts it in use when it is no worse than the one in use
 * on decisions held back from both.
 */
import type pg from 'pg';
import { v7 as newId } from 'uuid';
import { categorySamples } from '../../domain/categoryWords.ts';
import type { Learned } from '../../domain/classifierLearning.ts';
import { addMinutes, localTime, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { acceptedTexts } from '../acceptedTexts.ts';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import type { Log } from '../log.ts';
import { perform, performMany, type Order, type Performing } from '../perform.ts';
import { learnBeside } from './learnProcess.ts';

export interface Learning {
  pool: pg.Pool;
  tools: Performing;
  log: Log;
  signal: AbortSignal;
  districts(): Promise<{ code: string }[]>;
}

/** The newest decisions that are learned from. */
const mostTexts = 6_000;
/** Between these local times it trains by itself. */
const isNight = (now: Moment): boolean => localTime(now) >= '01:00' && localTime(now) < '05:00';

/** Decisions since a moment, counted up to `enough`. */
async function decidedSince(
  pool: pg.Pool,
  district: string,
  since: Moment,
  enough: number,
): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::integer as count from
       (select 1 from issue where district = $1 and accepted_at > $2 limit $3) c`,
    [district, since, enough],
  );
  return rows[0]?.count ?? 0;
}

/** Is a training due in a district? Its first at once, later ones at night when enough was decided. */
async function isDue({ pool, tools }: Learning, district: string): Promise<boolean> {
  const { rows } = await pool.query<{ asked_at: Moment; is_living: boolean }>(
    `select v.asked_at, exists (select 1 from simulation s where s.district = $1
         and s.lived_through < s.wanted_until) as is_living
     from (select 1) one left join lateral (select asked_at from classifier_version
       where district = $1 order by asked_at desc, id desc limit 1) v on true`,
    [district],
  );
  const last = rows[0];
  if (!last || last.is_living) return false;
  if (last.asked_at === null) return true;
  const now = tools.now();
  if (!isNight(now) || last.asked_at > addMinutes(now, -12 * 60)) return false;
  const enough = (await tools.master.of(district)).settings(now).classifierNewTexts;
  return (await decidedSince(pool, district, last.asked_at, enough)) >= enough;
}

/** Asks for the trainings that are due. Returns how many. */
export async function askDue(learning: Learning): Promise<number> {
  let count = 0;
  for (const { code } of await learning.districts()) {
    if (!(await isDue(learning, code))) continue;
    const id = newId();
    const order = { noun: 'classifierVersion', id, action: 'ask', input: {}, requestId: newId() };
    try {
      await perform(learning.tools, systemActor(code), order);
      count += 1;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return count;
}

interface Waiting {
  id: string;
  district: string;
}

/** Learns from the standard and the district's own decisions. */
async function train({ pool, tools, signal }: Learning, { district }: Waiting): Promise<Learned> {
  const master = await tools.master.of(district);
  const { rows } = await pool.query<{ bytes: Buffer }>(
    `select bytes from classifier_model where district = $1 and id = $2`,
    [district, master.classifiers.inUse?.id ?? null],
  );
  const categories = master.categoriesAt(tools.now());
  const inForce = new Set(categories.map(({ code }) => code));
  const decided = await acceptedTexts(pool, district, mostTexts);
  return learnBeside(
    {
      standard: categorySamples(categories),
      decided: decided.filter(({ label }) => inForce.has(label)),
      inUse: rows[0]?.bytes ?? null,
    },
    signal,
  );
}

/** Trainings of a version that ended unforeseen before it is given up; counted while the program runs. */
const mostTries = 3;
const tries = new Map<string, number>();

const orderOn = ({ id }: Waiting, action: string, input: Record<string, unknown>): Order => ({
  noun: 'classifierVersion',
  id,
  action,
  input,
  requestId: idFrom(`${action} ${id}`),
});

/** Keeps what was learned; a better one is finished and in use in one transaction. */
async function keep(
  { pool, tools }: Learning,
  waiting: Waiting,
  { bytes, isBetter, ...rest }: Learned,
): Promise<void> {
  const { district, id } = waiting;
  await pool.query(
    `insert into classifier_model (district, id, bytes) values ($1, $2, $3)
     on conflict (district, id) do update set bytes = excluded.bytes`,
    [district, id, Buffer.from(bytes)],
  );
  const orders = [
    orderOn(waiting, 'finish', rest),
    ...(isBetter ? [orderOn(waiting, 'use', { note: rest.verdict })] : []),
  ];
  const outcomes = await performMany(tools, systemActor(district), orders, { allOrNothing: true });
  for (const outcome of outcomes) if ('refused' in outcome) throw outcome.refused;
}

const giveUp = async ({ tools }: Learning, waiting: Waiting, verdict: string): Promise<void> => {
  await perform(tools, systemActor(waiting.district), orderOn(waiting, 'fail', { verdict }));
};

async function trainOne(learning: Learning, waiting: Waiting): Promise<void> {
  let learned: Learned;
  try {
    learned = await train(learning, waiting);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return giveUp(learning, waiting, error.message);
  }
  await keep(learning, waiting, learned);
}

/** Trains every version that waits, one after the other; one that keeps failing is given up. Returns how many. */
export async function trainWaiting(learning: Learning): Promise<number> {
  const { rows } = await learning.pool.query<Waiting>(
    `select id, district from classifier_version where status = 'waiting' order by asked_at, id`,
  );
  for (const waiting of rows) {
    try {
      await trainOne(learning, waiting);
      tries.delete(waiting.id);
    } catch (error) {
      if (learning.signal.aborted) return 0;
      learning.log.error({ ...waiting, error: String(error) }, 'training failed');
      await countTry(learning, waiting);
    }
  }
  return rows.length;
}

/** Counts a training that failed; the last one ends the version, and it can be asked for anew. */
async function countTry(learning: Learning, waiting: Waiting): Promise<void> {
  const count = (tries.get(waiting.id) ?? 0) + 1;
  tries.set(waiting.id, count);
  if (count < mostTries) return;
  await giveUp(learning, waiting, '训练三次都出错，已停止；请稍后再训练，仍不成请查看程序日志');
  tries.delete(waiting.id);
}
