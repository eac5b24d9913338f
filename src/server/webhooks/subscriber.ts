/**
 * Subscriber: delivers to one subscription, by itself, so that nobody waits for a slow one. Going forward, it
 * reads sealed events ahead, sends those of different records at once and those of one record one after the
 * other, and notes how far everything is done; what was sent and not yet noted when the program dies is sent
 * again. An event that failed becomes a row, and so do those of its record that follow: they are tried again
 * beside. Source: issue 5-10.
 */
import { setMaxListeners } from 'node:events';
import type { Act } from '../../domain/action.ts';
import type { Moment } from '../../domain/moment.ts';
import type { Subscription } from '../../domain/subscription.ts';
import type { ToldEvent } from '../../domain/webhookMessage.ts';
import type { Log } from '../log.ts';
import { patiently } from '../patiently.ts';
import { afterGivenUp, afterSent } from '../gridPlatform.ts';
import { eventsAfter, eventToTell } from './events.ts';
import { gateOf, type Gate } from './gate.ts';
import { isTooLate, nextAttempt, type Pace } from './pace.ts';
import * as rows from './rows.ts';
import { messageFor, secretsOf, sendMessage, type Sending, type Sent } from './send.ts';
import type { Signal } from './signal.ts';

const maxAhead = 1_000;
const sentKeptAtOnce = 10;
const recordsAtOnce = 4;
/** A number of which nothing had to be told is noted at leisure. */
const leisureMs = 5_000;
const secretsKeptMs = 30_000;

export interface Delivering extends Sending {
  log: Log;
  pace: Pace;
  /** Nothing got through for three days: pauses the subscription. */
  giveUp(subscription: Subscription): Promise<void>;
  /** What follows on a grid platform's case when it was told of it, or could not be for three days. */
  follow(event: ToldEvent, act: Act | null): Promise<void>;
}

interface Flight {
  event: ToldEvent;
  /** `held`: another one of its record waits before it. */
  outcome: rows.Attempt | 'held' | undefined;
}

const heldWords = '同一记录的前一事件还没有送达，排在其后';
const gone: rows.Attempt = {
  isSent: false,
  httpStatus: null,
  reason: '订阅的范围已经改变，不再推送这一事件',
};

interface Woken {
  forward: Signal;
  again: Signal;
}

/** Delivering to one subscription, from where it stands until it is ended or something goes wrong. */
class Delivery {
  private readonly gate: Gate;
  private readonly ending = new AbortController();
  private problem: unknown;
  /** Read ahead and not noted yet, in seal order. */
  private readonly window: Flight[] = [];
  /** The last event under way of each record. */
  private readonly chains = new Map<string, Promise<void>>();
  /** The number through which everything is read, and through which everything is done and noted. */
  private read: number;
  private noted: number;
  private notedAt = performance.now();
  private sentKept = 0;
  private failingSince: Moment | null;
  private secrets: { version: number; until: number; list: Promise<string[]> } | undefined;

  private readonly delivering: Delivering;
  private readonly get: () => Subscription;
  private readonly woken: Woken;
  /** How many events wait, by record: those that have a row, and those that will get one. */
  private readonly waiting: Map<string, number>;

  constructor(
    delivering: Delivering,
    get: () => Subscription,
    woken: Woken,
    begun: { through: number; failingSince: Moment | null; waiting: Map<string, number> },
  ) {
    this.delivering = delivering;
    this.get = get;
    this.woken = woken;
    this.gate = gateOf(delivering.pace.gate);
    setMaxListeners(delivering.pace.gate.atOnce + 1, this.ending.signal);
    this.read = begun.through;
    this.noted = begun.through;
    this.failingSince = begun.failingSince;
    this.waiting = begun.waiting;
  }

  private get isOver(): boolean {
    return this.ending.signal.aborted;
  }

  end(): void {
    this.ending.abort();
    this.gate.shut();
    this.woken.forward.give();
    this.woken.again.give();
  }

  private readonly fail = (error: unknown): void => {
    this.problem ??= error;
    this.end();
  };

  /** Delivers until the end, and notes what is done by then. Throws what went wrong. */
  async run(): Promise<void> {
    await Promise.all([this.forward().catch(this.fail), this.again().catch(this.fail)]);
    await Promise.all(this.chains.values());
    if (this.problem !== undefined) throw this.problem;
    await this.note();
  }

  private async forward(): Promise<void> {
    const { pool, tools, pace } = this.delivering;
    while (!this.isOver) {
      let isMore = true;
      if (this.window.length < maxAhead) {
        const master = await tools.master.of(this.get().district);
        const after = this.read;
        const found = await patiently(() => eventsAfter(pool, this.get(), master, after));
        ({ isMore, through: this.read } = found);
        await this.countTakenUp(found.events);
        for (const event of found.events) this.launch(event);
      }
      await this.note();
      if (isMore && this.window.length < maxAhead) continue;
      await this.woken.forward.wait(this.isIdle() ? leisureMs : pace.lookMs);
      if (this.window.length > 0 && !this.isOver)
        await new Promise((resolve) => setTimeout(resolve, pace.gatherMs));
    }
  }

  private isIdle(): boolean {
    return this.window.length === 0 && this.noted < this.read;
  }

  private launch(event: ToldEvent): void {
    const flight: Flight = { event, outcome: undefined };
    this.window.push(flight);
    const chain = (this.chains.get(event.recordId) ?? Promise.resolve())
      .then(() => this.fly(flight))
      .catch(this.fail)
      .finally(() => {
        if (this.chains.get(event.recordId) === chain) this.chains.delete(event.recordId);
        this.woken.forward.give();
      });
    this.chains.set(event.recordId, chain);
  }

  private async fly(flight: Flight): Promise<void> {
    const { recordId } = flight.event;
    flight.outcome = this.waiting.has(recordId) ? 'held' : await this.attempt(flight.event);
    if (flight.outcome === 'held' || flight.outcome?.isSent === false) this.count(recordId, 1);
  }

  private count(recordId: string, by: number): void {
    const left = (this.waiting.get(recordId) ?? 0) + by;
    if (left > 0) this.waiting.set(recordId, left);
    else this.waiting.delete(recordId);
  }

  /** What was given up and is asked for again became rows that wait without passing here. */
  private async countTakenUp(events: readonly ToldEvent[]): Promise<void> {
    if (events.length === 0) return;
    const ids = [...new Set(events.map(({ recordId }) => recordId))];
    const { pool } = this.delivering;
    const found = await patiently(() => rows.waitingByRecord(pool, this.get(), ids));
    for (const [recordId, count] of found)
      this.waiting.set(recordId, Math.max(count, this.waiting.get(recordId) ?? 0));
  }

  /** What waits of a record, in seal order; counted anew: what has a row, and what will get one. */
  private async waitingOf(recordId: string): Promise<rows.Waiting[]> {
    const before = this.waiting.get(recordId) ?? 0;
    const coming = this.window
      .filter((flight) => flight.event.recordId === recordId && isWaiting(flight))
      .map(({ event }) => event.id);
    const found = await rows.waitingOf(this.delivering.pool, this.get(), recordId);
    if (found.length < rows.readAtOnce) {
      const all = new Set([...coming, ...found.map(({ id }) => id)]);
      this.count(recordId, all.size - before);
    }
    return found;
  }

  /** Takes its turn and sends; undefined when it is over and the attempt counts for nothing. */
  private async attempt(event: ToldEvent): Promise<rows.Attempt | undefined> {
    if (!(await this.gate.enter())) return undefined;
    let result: Sent | undefined;
    const subscription = this.get();
    try {
      const message = await messageFor(this.delivering, subscription, event);
      const secrets = await this.secretsNow();
      const { signal } = this.ending;
      result = await sendMessage(this.delivering, subscription, secrets, message, signal);
    } finally {
      this.gate.leave(result?.isSent === true);
    }
    if (!result.isSent && this.isOver) return undefined;
    if (result.answer && subscription.push !== null)
      await this.delivering.follow(event, afterSent(event, result.answer));
    await this.noteHealth(result);
    return result;
  }

  /** Asked for once by all who send at the same time. */
  private secretsNow(): Promise<string[]> {
    const subscription = this.get();
    const { version } = subscription;
    const now = performance.now();
    if (!this.secrets || this.secrets.version !== version || this.secrets.until < now) {
      const { tools } = this.delivering;
      const list = patiently(() => secretsOf(this.delivering, subscription, tools.now()));
      this.secrets = { version, until: now + secretsKeptMs, list };
    }
    return this.secrets.list;
  }

  /** Remembers since when nothing gets through, and that it does again. */
  private async noteHealth({ isSent, reason }: rows.Attempt): Promise<void> {
    const { pool, tools, giveUp } = this.delivering;
    const now = tools.now();
    if (isSent && this.failingSince !== null) {
      this.failingSince = null;
      await rows.markFailing(pool, this.get(), null, null);
      await rows.hasten(pool, this.get(), now);
      this.woken.again.give();
    } else if (!isSent && this.gate.isResting()) {
      if (this.failingSince === null) {
        this.failingSince = now;
        await rows.markFailing(pool, this.get(), now, reason);
      } else if (isTooLate(this.failingSince, now)) {
        this.failingSince = null;
        await rows.markFailing(pool, this.get(), null, reason);
        await giveUp(this.get());
      }
    }
  }

  /** Notes how far everything is done, with a row for whatever failed. */
  private async note(): Promise<void> {
    const { pool, tools } = this.delivering;
    const open = this.window.findIndex(({ outcome }) => outcome === undefined);
    const done = open < 0 ? this.window.slice() : this.window.slice(0, open);
    const to = open < 0 ? this.read : (this.window[open]?.event.number ?? 0) - 1;
    const mayWait = done.length === 0 && performance.now() - this.notedAt < leisureMs;
    if (to === this.noted || (mayWait && !this.isOver)) return;
    const at = tools.now();
    const sent = done.filter(({ outcome }) => outcome !== 'held' && outcome?.isSent);
    const remembered = new Set(sent.slice(-sentKeptAtOnce));
    const kept = done
      .filter((flight) => remembered.has(flight) || isWaiting(flight))
      .map((flight) => keptOf(flight, at));
    const step = { from: this.noted, to, sent: sent.length, at, kept };
    if (!(await patiently(() => rows.moveOn(pool, this.get(), step))))
      throw new Error('somebody else delivers to this subscription');
    this.window.splice(0, done.length);
    this.noted = to;
    this.notedAt = performance.now();
    this.sentKept += remembered.size;
    if (this.sentKept > rows.keptSent) {
      await rows.forgetSent(pool, this.get());
      this.sentKept = 0;
    }
  }

  /** Tries again what waits and is due, a few records at once. */
  private async again(): Promise<void> {
    const { pool, tools, pace } = this.delivering;
    while (!this.isOver) {
      const due = await patiently(() => rows.dueRecords(pool, this.get(), tools.now()));
      const takers = Array.from({ length: recordsAtOnce }, async () => {
        for (let next = due.shift(); next !== undefined && !this.isOver; next = due.shift())
          await this.drain(next);
      });
      await Promise.all(takers);
      await this.woken.again.wait(pace.againMs);
    }
  }

  /** Tries what waits of a record, one after the other, until one fails again. */
  private async drain(recordId: string): Promise<void> {
    const { pool, tools } = this.delivering;
    for (const row of await this.waitingOf(recordId)) {
      if (row.nextAt > tools.now()) return rows.holdRecord(pool, this.get(), recordId, row.nextAt);
      const master = await tools.master.of(this.get().district);
      const event = await eventToTell(pool, this.get(), master, row.id);
      const result = event ? await this.attempt(event) : gone;
      if (!result) return;
      const now = tools.now();
      const isDead = !event || isTooLate(row.firstAt, now);
      const status = result.isSent ? 'sent' : isDead ? 'dead' : 'waiting';
      const nextAt = nextAttempt(now, row.attempts + 1);
      await rows.noteAttempt(pool, this.get(), row.id, { ...result, status, at: now, nextAt });
      if (status === 'dead' && event && this.get().push !== null)
        await this.delivering.follow(event, afterGivenUp(event, result.reason ?? heldWords));
      if (status === 'waiting') return rows.holdRecord(pool, this.get(), recordId, nextAt);
      this.count(recordId, -1);
    }
  }
}

/** Delivers until `signal` is given; throws when something goes wrong. `get`: the subscription as it is now. */
export async function deliver(
  delivering: Delivering,
  get: () => Subscription,
  woken: Woken,
  signal: AbortSignal,
): Promise<void> {
  const { pool, pace } = delivering;
  const begun = await rows.stateOf(pool, get());
  if (!begun) return woken.forward.wait(pace.lookMs);
  const waiting = await rows.waitingByRecord(pool, get());
  const delivery = new Delivery(delivering, get, woken, { ...begun, waiting });
  const end = (): void => delivery.end();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    await delivery.run();
  } finally {
    signal.removeEventListener('abort', end);
  }
}

const isWaiting = ({ outcome }: Flight): boolean => outcome === 'held' || outcome?.isSent === false;

/** The row that is kept of a flight that is over. */
function keptOf({ event, outcome }: Flight, at: Moment): rows.Kept {
  const common = { event, firstAt: at, nextAt: at };
  if (outcome === 'held' || outcome === undefined) {
    const attempt = { isSent: false, httpStatus: null, reason: heldWords };
    return { ...common, ...attempt, status: 'waiting', attempts: 0, lastAt: null };
  }
  return {
    ...common,
    ...outcome,
    status: outcome.isSent ? 'sent' : 'waiting',
    attempts: 1,
    lastAt: at,
    nextAt: outcome.isSent ? at : nextAttempt(at, 1),
  };
}
