/** Metrics for Prometheus: requests, waiting connections, unsealed events, open streams, the process itself. */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type pg from 'pg';

export interface Metrics {
  observe(method: string, route: string, status: number, seconds: number): void;
  text(): Promise<string>;
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
  return {
    observe: (method, route, status, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    text: () => registry.metrics(),
  };
}
