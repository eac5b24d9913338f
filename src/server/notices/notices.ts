/**
 * Notices out 通知外发: looks every second on which channels something is due and works each channel off by itself, so
 * that a slow one delays no other. Any number of programs may do so at once. Source: issue 5-11.
 */
import type pg from 'pg';
import type { NoticeChannel } from '../../domain/noticeChannel.ts';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { noticeDue } from '../../domain/noticeHours.ts';
import type { Log } from '../log.ts';
import type { MasterData } from '../masterData.ts';
import type { Performing } from '../perform.ts';
import { nextAttempt } from '../webhooks/pace.ts';
import type { Outcome } from './answer.ts';
import type { MessageRow } from './queue.ts';
import { withoutSecrets } from './secrecy.ts';
import { sendRows } from './send.ts';
import { dueChannels, holdChannel, markBroken, note, take, type Noted } from './take.ts';
import { isServing, patienceHours, wishOf } from './waysOut.ts';

export interface NoticePace {
  timeoutMs: number;
  /** How often due channels are looked for. */
  lookMs: number;
  /** After this long what is being sent was broken off. */
  staleMs: number;
  /** Messages on their way at once by one channel; a robot sends one after the other. */
  atOnce: number;
  /** How long stopping waits for what is on its way, so that its end is known. */
  graceMs: number;
}

export const usualNoticePace: NoticePace = {
  timeoutMs: 10_000,
  lookMs: 1_000,
  staleMs: 120_000,
  atOnce: 4,
  graceMs: 4_000,
};

export interface NoticesOptions {
  pool: pg.Pool;
  tools: Performing;
  log: Log;
  pace?: NoticePace;
}

export interface Notices {
  stop(): Promise<void>;
}

/** A later moment at which a message may be tried again, outside the quiet hours of whoever gets it. */
function againAt(row: MessageRow, at: Moment, master: MasterData): Moment {
  if (row.person_id === null) return at;
  const { hours } = wishOf(master, row.person_id, row.kind, at);
  return noticeDue(at, 'now', row.is_urgent, hours);
}

/**
 * What came to its turn in the quiet hours of whoever gets it waits for their end; whoever left is told of nothing
 * more.
 */
function heldBack(row: MessageRow, now: Moment, master: MasterData): Noted | null {
  if (row.person_id !== null && !isServing(master, row.person_id))
    return { id: row.id, status: 'dead', dueAt: row.due_at, reason: '收件人已不在岗位' };
  const dueAt = againAt(row, now, master);
  return dueAt > now ? { id: row.id, status: 'waiting', dueAt, reason: row.reason } : null;
}

/** Until when nothing is tried after a failed attempt. */
function pauseEnd({ attempts }: MessageRow, { restSeconds = 0 }: Outcome, now: Moment): Moment {
  const [, later] = [nextAttempt(now, attempts), addMinutes(now, restSeconds / 60)].sort();
  return later ?? now;
}

/** What becomes of a row after an attempt. */
function notedOf(row: MessageRow, outcome: Outcome, now: Moment, master: MasterData): Noted {
  const { result, answer } = outcome;
  const noted = { id: row.id, dueAt: row.due_at, reason: answer };
  if (result === 'sent' || result === 'unsure') return { ...noted, status: result };
  const dueAt = againAt(row, pauseEnd(row, outcome, now), master);
  const isOver = dueAt > addMinutes(row.first_at, patienceHours * 60);
  return result === 'refused' || isOver
    ? { ...noted, status: 'dead' }
    : { ...noted, status: 'waiting', dueAt };
}

export function runNotices({ pool, tools, log, pace = usualNoticePace }: NoticesOptions): Notices {
  const stopping = new AbortController();
  const breaking = new AbortController();
  const { signal } = stopping;
  const working = new Map<string, Promise<void>>();

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
    });

  /** One message. False when there is nothing more to do on the channel for now. */
  const sendNext = async (channel: NoticeChannel): Promise<boolean> => {
    const now = tools.now();
    const master = await tools.master.of(channel.district);
    const taken = await take(pool, channel, now, (row) => heldBack(row, now, master));
    if (taken === null) return false;
    if ('waitMs' in taken) {
      await rest(Math.min(taken.waitMs, pace.lookMs));
      return true;
    }
    const rows = await withoutSecrets(pool, tools.store, taken.rows);
    const outcome = await sendRows({ pool, box: tools.box, master }, channel, rows, {
      allowed: master.allowedOutside,
      timeoutMs: pace.timeoutMs,
      now,
      signal: breaking.signal,
    });
    const after = tools.now();
    const noted = rows.map((row) => notedOf(row, outcome, after, master));
    await note(pool, channel.district, now, noted);
    const [first] = rows;
    if (outcome.result !== 'failed' || !outcome.isForAll || !first) return true;
    await holdChannel(pool, channel, pauseEnd(first, outcome, after));
    return false;
  };

  const work = async ({ district, id }: { district: string; id: string }): Promise<void> => {
    const { noticeChannels } = await tools.master.of(district);
    const channel = noticeChannels.find((one) => one.id === id && one.status === 'active');
    if (!channel) return;
    const oneAfterOther = async (): Promise<void> => {
      while (!signal.aborted && (await sendNext(channel)));
    };
    const lanes = channel.settings.kind === 'weComRobot' ? 1 : pace.atOnce;
    await Promise.all(Array.from({ length: lanes }, oneAfterOther));
  };

  const look = async (): Promise<void> => {
    const now = tools.now();
    await markBroken(pool, now, pace.staleMs);
    for (const channel of await dueChannels(pool, now)) {
      const key = `${channel.district} ${channel.id}`;
      if (working.has(key)) continue;
      const begun = work(channel)
        .catch((error: unknown) =>
          log.warn({ channel: channel.id, error: String(error) }, 'sending notices broke'),
        )
        .finally(() => working.delete(key));
      working.set(key, begun);
    }
  };

  const running = (async () => {
    while (!signal.aborted) {
      await look().catch((error: unknown) =>
        log.warn({ loop: 'notices', error: String(error) }, 'loop failed'),
      );
      await rest(pace.lookMs);
    }
  })();

  return {
    stop: async () => {
      stopping.abort();
      const late = setTimeout(() => breaking.abort(), pace.graceMs);
      await running;
      await Promise.all(working.values());
      clearTimeout(late);
    },
  };
}
