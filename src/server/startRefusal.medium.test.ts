import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDataDir } from './postgres/dataDir.ts';
import { type Embedded, startEmbedded } from './postgres/embedded.ts';
import { testDirectory } from './postgres/testDirectory.ts';
import {
  checkDatabase,
  checkDatabaseUrl,
  explainServerOutput,
  explainStartError,
  refuseServer,
  StartRefused,
} from './startRefusal.ts';

const directory = testDirectory();
let embedded: Embedded;

beforeAll(async () => {
  const log = (): void => undefined;
  const dataDir = prepareDataDir({ env: { DATA_DIR: join(directory.path, 'data') }, log });
  embedded = await startEmbedded({ dataDir, log });
});

afterAll(async () => {
  await embedded.stop();
  directory.remove();
});

async function connected<T>(
  config: { user?: string; password?: string; database?: string },
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ ...embedded.connection, user: embedded.ownerUser, ...config });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const failure = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (error: unknown) => error,
  );

/** The sentence for an error met with this DATABASE_URL; it may never show the password. */
function sentence(error: unknown, databaseUrl: string): string {
  const refusal = explainStartError(error, { databaseUrl });
  expect(refusal).toBeInstanceOf(StartRefused);
  expect(refusal?.message).not.toContain('s3cret');
  return refusal?.message ?? '';
}

const connectTo = (connectionString: string): Promise<unknown> => {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  return failure(client.connect());
};

describe('the database of DATABASE_URL', () => {
  it('says that nobody listens', async () => {
    const url = 'postgres://ann:s3cret@127.0.0.1:1/loop';
    expect(sentence(await connectTo(url), url)).toContain('连不上数据库 127.0.0.1:1');
  });

  it('says that a name on both address families has nobody listening', async () => {
    const url = 'postgres://ann:s3cret@localhost:1/loop';
    expect(sentence(await connectTo(url), url)).toContain('连不上数据库 localhost:1');
  });

  it('says that the host is unknown', async () => {
    const url = 'postgres://ann:s3cret@no-such-host.invalid/loop';
    expect(sentence(await connectTo(url), url)).toContain(
      '找不到数据库主机 no-such-host.invalid:5432',
    );
  });

  it('says that the database does not exist', async () => {
    const error = await failure(connected({ database: 'nowhere' }, async () => undefined));
    expect(sentence(error, 'postgres://ann:s3cret@db/nowhere')).toContain('数据库“nowhere”不存在');
  });

  it('says that the password is wrong, or not given', async () => {
    await connected({}, async (client) => {
      await client.query(`create role ann login password 'right'`);
      const file = String((await client.query('show hba_file')).rows[0]?.hba_file);
      writeFileSync(file, `local all ann scram-sha-256\n${readFileSync(file, 'utf8')}`);
      await client.query('select pg_reload_conf()');
    });
    const url = 'postgres://ann:s3cret@db/civicloop';
    const attempt = (password?: string): Promise<unknown> =>
      failure(connected({ user: 'ann', password }, async () => undefined));
    await expect.poll(async () => attempt('s3cret')).toBeInstanceOf(Error);
    expect(sentence(await attempt('s3cret'), url)).toContain('拒绝了用户 ann 的登录');
    expect(sentence(await attempt(), url)).toContain('没有写');
  });

  it('says that the address is not one', () => {
    for (const address of ['mysql://ann:s3cret@db/loop', 'ann:s3cret@db', '']) {
      expect(() => checkDatabaseUrl(address)).toThrow(/^DATABASE_URL 的写法不对/);
    }
    expect(() => checkDatabaseUrl('postgres://ann:s%40cret@db:5433/loop')).not.toThrow();
  });

  it('accepts a UTF-8 database of this server and refuses another encoding', async () => {
    await connected({}, async (client) => {
      await checkDatabase(client);
      await client.query(
        `create database old_encoding template template0 encoding 'SQL_ASCII'
           locale_provider libc locale 'C'`,
      );
    });
    const error = await failure(connected({ database: 'old_encoding' }, checkDatabase));
    expect(String(error)).toContain('编码是 SQL_ASCII');
  });

  it('refuses a server older than PostgreSQL 15', () => {
    expect(() => refuseServer(140_011, 'UTF8')).toThrow('PostgreSQL 14');
    expect(() => refuseServer(150_000, 'UTF8')).not.toThrow();
  });
});

describe('the rest of the start', () => {
  it('says that the port is in use', async () => {
    const first = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => first.once('listening', resolve));
    const { port } = first.address() as AddressInfo;
    const second = createServer();
    const error = await new Promise((resolve) => {
      second.once('error', resolve).listen(port, '127.0.0.1');
    });
    first.close();
    expect(explainStartError(error, { port })?.message).toContain(`端口 ${port} 已被别的程序占用`);
  });

  it('leaves a bug to be printed as a bug', () => {
    expect(explainStartError(new TypeError('x is not a function'))).toBeUndefined();
    expect(explainStartError('thrown text')).toBeUndefined();
  });

  it('keeps the cause for the log and the sentence for the person', async () => {
    const error = await connectTo('postgres://ann:s3cret@127.0.0.1:1/loop');
    expect(explainStartError(error)?.cause).toBe(error);
  });

  it.each([
    [
      'postgres: error while loading shared libraries: libstdc++.so.6: cannot open',
      'libstdc++.so.6',
    ],
    ['FATAL:  could not write lock file: No space left on device', '磁盘已满'],
    ['FATAL:  lock file "postmaster.pid" already exists', '另一个数据库进程'],
    ['first\nFATAL:  something new\n', '最后一行是：FATAL:  something new'],
  ])('explains the output %j', (output, words) => {
    expect(explainServerOutput(output, 'postgres.log').message).toContain(words);
  });
});
