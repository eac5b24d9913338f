/** Pace of delivery: time-outs, pauses and limits. Source: issue 5-10 “growing pauses for three days”. */
import { epochMs, momentAt, type Moment } from '../../domain/moment.ts';
import type { GateOptions } from './gate.ts';

export interface Pace {
  /** How long the other side has to answer. */
  timeoutMs: number;
  gate: GateOptions;
  /** How often what waits is looked for. */
  againMs: number;
  /** How often new events are looked for when nobody says that there are some. */
  lookMs: number;
  /** How long done deliveries are gathered before they are noted. */
  gatherMs: number;
}

export const usualPace: Pace = {
  timeoutMs: 10_000,
  gate: { atOnce: 16, patience: 5, restMs: 5_000, maxRestMs: 600_000 },
  againMs: 3_000,
  lookMs: 30_000,
  gatherMs: 200,
};

const firstPauseSeconds = 5;
const longestPauseSeconds = 8 * 3600;
const patienceHours = 72;

const secondsAfter = (moment: Moment, seconds: number): Moment =>
  momentAt(epochMs(moment) + seconds * 1000);

/** When an event is tried again after so many attempts: 5 s, 15 s, 45 s … at most 8 hours later. */
export const nextAttempt = (now: Moment, attempts: number): Moment =>
  secondsAfter(now, Math.min(longestPauseSeconds, firstPauseSeconds * 3 ** (attempts - 1)));

/** Have three days passed since? */
export const isTooLate = (since: Moment, now: Moment): boolean =>
  secondsAfter(since, patienceHours * 3600) <= now;
