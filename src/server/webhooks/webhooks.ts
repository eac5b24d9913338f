/**
 * Webhooks 事件推送: one subscriber at work for each subscription in use, each with its own turns and rests. One
 * program of the installation delivers (a lock of the database, which falls when that program dies); the others
 * stand by. Source: issue 5-10.
 */
import pg from 'pg';
import type { Act } from '../../domain/action.ts';
import { Refused } from '../../domain/refused.ts';
import type { Subscription } from '../../domain/subscription.ts';
import type { ToldEvent } from '../../domain/webhookMessage.ts';
import { systemActor } from '../baseSeed.ts';
import { idFrom } from '../idFrom.ts';
import type { Log } from '../log.ts';
import { perform, type Performing } from '../perform.ts';
import { usualPace, type Pace } from './pace.ts';
import { signalOf } from './signal.ts';
import { deliver, type Delivering } from './subscriber.ts';

export interface WebhooksOptions {
  pool: pg.Pool;
  tools: Performing;
  log: Log;
  /** For the connection that holds the lock. */
  connection: pg.ClientConfig;
  districts(): Promise<readonly { code: string }[]>;
  pace?: Pace;
}

export interface Webhooks {
  /** Something was sealed in a district. */
  poke(district: string): void;
  stop(): Promise<void>;
}

interface Running {
  district: string;
  /** The subscription as it is now; there may be new events for it. */
  tell(subscription: Subscription): void;
  stop(): Promise<void>;
}

const restMs = 1_000;
const lookMs = 30_000;
const lockKey = `hashtextextended('webhooks', 0)`;

/** Delivers to one subscription until it is stopped; begins anew after whatever goes wrong. */
function run(delivering: Delivering, first: Subscription): Running {
  const woken = { forward: signalOf(), again: signalOf() };
  const stopping = new AbortController();
  let subscription = first;
  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await deliver(delivering, () => subscription, woken, stopping.signal);
      } catch (error) {
        const { district, id } = first;
        delivering.log.warn({ district, subscription: id, error: String(error) }, 'delivery broke');
        if (!stopping.signal.aborted) await new Promise((resolve) => setTimeout(resolve, restMs));
      }
    }
  };
  const working = work();
  return {
    district: first.district,
    tell: (now) => {
      if (now.version !== subscription.version) woken.again.give();
      subscription = now;
      woken.forward.give();
    },
    stop: async () => {
      stopping.abort();
      woken.forward.give();
      await working;
    },
  };
}

/** Nothing got through for three days: the system pauses the subscription, and what waits goes on waiting. */
const giveUpWith =
  (tools: Performing) =>
  async ({ district, id, version }: Subscription): Promise<void> => {
    const order = {
      noun: 'subscription',
      id,
      action: 'pause',
      input: { reason: '连续三天没有一次推送成功，系统自动暂停；对方恢复后请点“恢复推送”' },
      requestId: idFrom(`pause subscription ${id} ${version}`),
    };
    await perform(tools, systemActor(district), order).catch((error: unknown) => {
      // Somebody was faster: it is paused or retired already.
      if (!(error instanceof Refused) || error.status === 503 || error.status === 507) throw error;
    });
  };

/** What follows on a grid platform's case, once for each event; a case that moved on meanwhile needs it no more. */
const followWith =
  (tools: Performing) =>
  async (event: ToldEvent, act: Act | null): Promise<void> => {
    if (!act) return;
    const requestId = idFrom(`${act.action} ${event.id} ${JSON.stringify(act.input)}`);
    await perform(tools, systemActor(event.district), { ...act, requestId }).catch(
      (error: unknown) => {
        if (!(error instanceof Refused) || error.status === 503 || error.status === 507)
          throw error;
      },
    );
  };

export function runWebhooks(options: WebhooksOptions): Webhooks {
  const { pool, tools, log, connection, districts, pace = usualPace } = options;
  const { timeoutMs } = pace;
  const delivering: Delivering = {
    pool,
    tools,
    log,
    pace,
    timeoutMs,
    giveUp: giveUpWith(tools),
    follow: followWith(tools),
  };
  const running = new Map<string, Running>();
  const woken = signalOf();
  const changed = new Set<string>();
  let isStopped = false;

  const stopAll = async (): Promise<void> => {
    const all = [...running.values()];
    running.clear();
    await Promise.all(all.map((one) => one.stop()));
  };

  /** Begins, tells and ends what a district's subscriptions ask for. */
  const refresh = async (district: string): Promise<void> => {
    const { subscriptions } = await tools.master.of(district);
    const wanted = new Map(
      subscriptions.filter(({ status }) => status === 'active').map((one) => [one.id, one]),
    );
    for (const [id, one] of running) {
      if (one.district !== district || wanted.has(id)) continue;
      running.delete(id);
      void one.stop();
    }
    for (const [id, subscription] of wanted) {
      const known = running.get(id);
      if (known) known.tell(subscription);
      else running.set(id, run(delivering, subscription));
    }
  };

  /** Delivers as long as the connection with the lock lives. */
  const serveLocked = async (client: pg.Client, isLost: () => boolean): Promise<void> => {
    for (;;) {
      const { rows } = await client.query<{ mine: boolean }>(
        `select pg_try_advisory_lock(${lockKey}) as mine`,
      );
      if (rows[0]?.mine) break;
      await woken.wait(restMs);
      if (isStopped) return;
    }
    for (const { code } of await districts()) changed.add(code);
    while (!isStopped && !isLost()) {
      for (const district of changed) {
        changed.delete(district);
        await refresh(district);
      }
      await woken.wait(lookMs);
    }
  };

  const work = async (): Promise<void> => {
    while (!isStopped) {
      const client = new pg.Client({ ...connection, application_name: 'civicloop-webhooks' });
      let isLost = false;
      client.on('error', () => undefined);
      client.on('end', () => {
        isLost = true;
        woken.give();
      });
      try {
        await client.connect();
        await serveLocked(client, () => isLost);
      } catch (error) {
        log.warn({ loop: 'webhooks', error: String(error) }, 'loop failed');
      }
      await stopAll();
      await client.end().catch(() => undefined);
      if (!isStopped) await new Promise((resolve) => setTimeout(resolve, restMs));
    }
  };
  const working = work();

  return {
    poke: (district) => {
      changed.add(district);
      woken.give();
    },
    stop: async () => {
      isStopped = true;
      woken.give();
      await working;
    },
  };
}
