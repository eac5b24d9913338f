/** Sends notices in a process of its own, until it is killed. Its database comes as an argument. */
import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { momentAt } from '../../domain/moment.ts';
import { connect } from '../database.ts';
import { toolsOn } from '../house.ts';
import { makeLog } from '../log.ts';
import { runNotices, usualNoticePace } from '../notices/notices.ts';
import { APPLICATION_ROLE } from '../postgres/embedded.ts';
import { testKey } from './cluster.ts';

const { config } = JSON.parse(process.argv[2] ?? '{}') as { config: pg.ClientConfig };
const { pool } = connect(config, { role: APPLICATION_ROLE, max: 6 });
runNotices({
  pool,
  tools: toolsOn(pool, testKey, () => momentAt(Date.now()), new EventEmitter()),
  log: makeLog('silent'),
  pace: { ...usualNoticePace, timeoutMs: 1_000, lookMs: 100, staleMs: 2_000 },
});
