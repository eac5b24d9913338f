/** A pool under watch: its queries are counted, struck down or held by a test. */
import type pg from 'pg';

type Query = (...parts: unknown[]) => Promise<unknown>;

/** A pool whose every query goes through `around`. */
export function poolWith(
  pool: pg.Pool,
  around: (send: () => Promise<unknown>) => Promise<unknown>,
): pg.Pool {
  return new Proxy(pool, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      if (key !== 'query') return value;
      return (...parts: unknown[]) => around(() => (value as Query).apply(target, parts));
    },
  });
}
