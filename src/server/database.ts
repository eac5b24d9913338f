/**
 * The database as the server uses it: a pool with our own parsers (moments as ISO strings, days as they
 * are, bigints as numbers), bounded waiting, and errors turned into refusals a person can act on.
 */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { Refused } from '../domain/refused.ts';
import type { Tables } from './tables.ts';

/** '2026-11-21 04:05:06.789+00' → '2026-11-21T04:05:06.789Z'; the session's time zone is UTC. */
export function momentFromDatabase(value: string): string {
  const body = value.slice(0, value.length - 3);
  const dot = body.indexOf('.');
  const fraction =
    dot < 0
      ? '000'
      : body
          .slice(dot + 1)
          .padEnd(3, '0')
          .slice(0, 3);
  const seconds = dot < 0 ? body : body.slice(0, dot);
  return `${seconds.replace(' ', 'T')}.${fraction}Z`;
}

const parsers: Record<number, (value: string) => unknown> = {
  20: Number,
  1082: (value) => value,
  1184: momentFromDatabase,
};

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers[oid]) || pg.types.getTypeParser(oid, format),
};

export type Database = Kysely<Tables>;

export interface Connections {
  pool: pg.Pool;
  db: Database;
  close(): Promise<void>;
}

export interface PoolOptions {
  /** The role to switch to after connecting; null for the owner. */
  role: string | null;
  max?: number;
  /** Milliseconds a statement may take. */
  statementTimeout?: number;
}

/** Opens a pool. Waiting for a connection is bounded, and so is every statement. */
export function connect(config: pg.PoolConfig, options: PoolOptions): Connections {
  const { role, max = 24, statementTimeout = 4_000 } = options;
  const start = [
    `-c TimeZone=UTC`,
    `-c statement_timeout=${statementTimeout}`,
    `-c idle_in_transaction_session_timeout=30000`,
    ...(role ? [`-c role=${role}`] : []),
  ].join(' ');
  const pool = new pg.Pool({
    ...config,
    max,
    types,
    options: start,
    application_name: 'civicloop',
    connectionTimeoutMillis: 4_000,
    query_timeout: statementTimeout + 500,
    keepAlive: true,
  });
  pool.on('error', () => {
    // An idle connection that breaks is replaced by the pool; the next query opens a new one.
  });
  pool.on('connect', (client) => {
    // One that breaks while it is taken fails its query; without a listener it would end the program.
    client.on('error', () => undefined);
  });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { pool, db, close: () => pool.end() };
}

interface DatabaseError extends Error {
  code?: string;
  constraint?: string;
}

const unavailable = new Set([
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '57014',
  '08006',
  '08001',
  '08003',
  '55P03',
  '25P03',
]);
const broken = /timeout|terminated|ECONN|ENOENT|EPIPE|Connection|connection|not queryable/;

/** A code of the database itself: five characters, a digit among them (EPIPE is not one). */
const isSqlState = (code: string | undefined): boolean => /^(?=.*\d)[0-9A-Z]{5}$/.test(code ?? '');

/** What a failed statement means for the person: full disk 507, stalled or lost database 503. */
export function refusalOf(error: unknown): Refused | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, message } = error as DatabaseError;
  if (code === '53100') {
    return new Refused(
      507,
      'diskFull',
      '服务器磁盘已满，暂时不能保存；请保留内容稍后重试，并通知系统管理员',
    );
  }
  if ((code && unavailable.has(code)) || (!isSqlState(code) && broken.test(message))) {
    return new Refused(503, 'databaseBusy', '数据库暂时没有响应，结果不确定；请稍后用同一请求重试');
  }
  return undefined;
}

/** A unique key that was already there, by constraint name. */
export const brokenUnique = (error: unknown): string | undefined =>
  error instanceof Error && (error as DatabaseError).code === '23505'
    ? (error as DatabaseError).constraint
    : undefined;

/** Somebody was faster (serialization failure, deadlock): load again and decide again. */
export const isRace = (error: unknown): boolean =>
  error instanceof Error && ['40001', '40P01'].includes((error as DatabaseError).code ?? '');

/** The error of a race that is known before the database is asked. */
export const raceError = (): Error =>
  Object.assign(new Error('the record was written meanwhile'), { code: '40001' });

/**
 * Did the statement fail for something that one of several parts of it may have caused (a value, a key, a
 * race)? Then nothing of it happened, and its parts may be tried one by one.
 */
export const mayBeOneOfThem = (error: unknown): boolean =>
  error instanceof Error && /^(?:22|23|40)/.test((error as DatabaseError).code ?? '');
