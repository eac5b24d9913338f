/** Delivers in a process of its own, until it is killed: what a test of a crash needs. Its database comes as an argument. */
import { EventEmitter } from 'node:events';
import type pg from 'pg';
import { momentAt } from '../../domain/moment.ts';
import { connect } from '../database.ts';
import { toolsOn } from '../house.ts';
import { makeLog } from '../log.ts';
import { APPLICATION_ROLE } from '../postgres/embedded.ts';
import { usualPace } from '../webhooks/pace.ts';
import { runWebhooks } from '../webhooks/webhooks.ts';
import { testKey } from './cluster.ts';

const { config, district } = JSON.parse(process.argv[2] ?? '{}') as {
  config: pg.ClientConfig;
  district: string;
};
const { pool } = connect(config, { role: APPLICATION_ROLE, max: 6 });
runWebhooks({
  pool,
  tools: toolsOn(pool, testKey, () => momentAt(Date.now()), new EventEmitter()),
  log: makeLog('silent'),
  connection: config,
  districts: () => Promise.resolve([{ code: district }]),
  pace: {
    ...usualPace,
    timeoutMs: 1_000,
    gate: { atOnce: 8, patience: 5, restMs: 50, maxRestMs: 200 },
    againMs: 100,
    lookMs: 100,
  },
});
