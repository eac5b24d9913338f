/** Metrics for Prometheus: requests, waiting connections, unsealed events, open streams, the process itself. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type pg from 'pg';
import { momentAt } from '../../domain/moment.ts';
import { noticeFigures } from '../notices/take.ts';
import { webhookFigures, type WebhookFigures } from '../webhooks/figures.ts';

export interface Metrics {
  observe(method: string, route: string, status: number, seconds: number): void;
  text(): Promise<string>;
}

async function lastBackup(pool: pg.Pool, value: string): Promise<number> {
  const { rows } = await pool.query<{ value: string | null }>(
    `select (${value})::text as value from backup_run where kind <> 'drill' and status = 'complete'
     order by started_at desc limit 1`,
  );
  return Number(rows[0]?.value ?? -1);
}

export function metricsOf(pool: pg.Pool, openStreams: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'civicloop_http_seconds',
    help: 'Seconds to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 5],
    registers: [registry],
  });
  const gauge = (name: string, help: string, value: () => number | Promise<number>): Gauge =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await value());
      },
    });
  gauge('civicloop_database_waiting', 'Requests waiting for a connection', () => pool.waitingCount);
  gauge('civicloop_streams_open', 'Open live streams', openStreams);
  gauge('civicloop_events_unsealed', 'Events not sealed yet', async () => {
    const { rows } = await pool.query<{ count: number }>(`select count(*) as count from unsealed`);
    return rows[0]?.count ?? 0;
  });
  gauge('civicloop_jobs_waiting', 'Jobs not done yet', async () => {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*) as count from (select 1 from job limit 100000) j`,
    );
    return rows[0]?.count ?? 0;
  });
  const webhooks =
    (figure: keyof WebhookFigures): (() => Promise<number>) =>
    async () =>
      (await webhookFigures(pool))[figure];
  gauge('civicloop_webhooks_waiting', 'Events that wait for another attempt', webhooks('waiting'));
  gauge('civicloop_webhooks_dead', 'Events given up after three days', webhooks('dead'));
  gauge(
    'civicloop_webhooks_lag_events',
    'Sealed events not looked at yet, of the subscription that is farthest behind',
    webhooks('lagEvents'),
  );
  gauge(
    'civicloop_webhooks_lag_seconds',
    'Age of the oldest sealed event not looked at yet by a subscription in use',
    webhooks('lagSeconds'),
  );
  const notices =
    (figure: 'due' | 'dead' | 'unsure'): (() => Promise<number>) =>
    async () =>
      (await noticeFigures(pool, momentAt(Date.now())))[figure];
  gauge('civicloop_notices_due', 'Messages that should have left and have not', notices('due'));
  gauge('civicloop_notices_dead', 'Messages that did not arrive', notices('dead'));
  gauge('civicloop_notices_unsure', 'Messages of which nobody knows', notices('unsure'));
  const backup = (column: string): Promise<number> => lastBackup(pool, column);
  gauge('civicloop_backup_age_seconds', 'Since the last complete backup; -1: there is none', () =>
    backup('extract(epoch from now() - started_at)'),
  );
  gauge('civicloop_backup_seconds', 'How long the last complete backup took', () =>
    backup('extract(epoch from ended_at - started_at)'),
  );
  gauge('civicloop_backup_bytes', 'Bytes of the last complete backup', () => backup('bytes'));
  gauge('civicloop_backup_failed', '1: the last backup that ended failed', async () => {
    const { rows } = await pool.query<{ status: string }>(
      `select status from backup_run where kind <> 'drill' and status in ('complete', 'failed')
       order by started_at desc limit 1`,
    );
    return rows[0]?.status === 'failed' ? 1 : 0;
  });
  return {
    observe: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    text: () => registry.metrics(),
  };
}
