/**
 * One embedded PostgreSQL for a whole test run, with a migrated and base-seeded template database; every
 * test file copies the template (about 60 ms). Started by vitest's global set-up.
 */
import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { momentAt } from '../../domain/moment.ts';
import { seedBase } from '../baseSeed.ts';
import { connect } from '../database.ts';
import { toolsOn } from '../house.ts';
import { migrate, migrationsIn } from '../migrate.ts';
import { prepareDataDir } from '../postgres/dataDir.ts';
import { APPLICATION_ROLE, startEmbedded } from '../postgres/embedded.ts';
import { testDirectory } from '../postgres/testDirectory.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: { host: string; user: string };
  }
}

/** The master key of test databases. */
export const testKey = Buffer.alloc(32, 7);

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = testDirectory();
  const dataDir = prepareDataDir({
    env: { DATA_DIR: `${directory.path}/data` },
    log: () => undefined,
  });
  const embedded = await startEmbedded({ dataDir, log: () => undefined });
  const { host } = embedded.connection;
  const user = embedded.ownerUser;
  try {
    await makeTemplate(host, user);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  project.provide('cluster', { host, user });
  return async () => {
    await embedded.stop();
    directory.remove();
  };
}

async function makeTemplate(host: string, user: string): Promise<void> {
  const owner = new pg.Client({ host, user, database: 'postgres' });
  await owner.connect();
  await owner.query('create database template_loop');
  await owner.end();
  const config = { host, user, database: 'template_loop' };
  const client = new pg.Client(config);
  await client.connect();
  await migrate(client, migrationsIn('db'));
  await client.end();
  const { pool, close } = connect(config, { role: APPLICATION_ROLE, statementTimeout: 30_000 });
  await seedBase(toolsOn(pool, testKey, () => momentAt(Date.now()), new EventEmitter()));
  await close();
}
