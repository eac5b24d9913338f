/** An empty database on the test run's server: nothing migrated, nothing seeded. */
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { inject } from 'vitest';

export interface OwnDatabase {
  config: pg.ClientConfig;
  /** Connected as the owner. */
  owner: pg.Client;
  drop(): Promise<void>;
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ ...inject('cluster'), database: 'postgres' });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** An empty database of the test's own. */
export async function emptyDatabase(): Promise<OwnDatabase> {
  const database = `t_${newId().replaceAll('-', '')}`;
  await onServer(`create database ${database} template template0`);
  const config = { ...inject('cluster'), database };
  const owner = new pg.Client(config);
  owner.on('error', () => undefined);
  await owner.connect();
  const drop = async (): Promise<void> => {
    await owner.end().catch(() => undefined);
    await onServer(`drop database ${database} with (force)`);
  };
  return { config, owner, drop };
}
