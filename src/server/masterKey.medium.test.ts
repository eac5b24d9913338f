import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkMasterKey, loadMasterKey, masterKeyFile } from './masterKey.ts';
import { APPLICATION_ROLE } from './postgres/embedded.ts';
import { testDirectory } from './postgres/testDirectory.ts';
import { StartRefused } from './startRefusal.ts';
import { testDatabase } from './testing/world.ts';

let directory: ReturnType<typeof testDirectory>;
beforeEach(() => (directory = testDirectory()));
afterEach(() => directory.remove());

const load = (isNew: boolean, env: { MASTER_KEY?: string } = {}): Buffer =>
  loadMasterKey({ dataDir: directory.path, isNew, env });

it('makes a key for a new database, readable by its owner alone, and finds it again', () => {
  const key = load(true);
  expect(key).toHaveLength(32);
  expect(statSync(masterKeyFile(directory.path)).mode & 0o777).toBe(0o600);
  expect(load(false)).toEqual(key);
  expect(load(true)).toEqual(key);
});

it('refuses an existing database whose key is gone, and makes no other', () => {
  load(true);
  rmSync(masterKeyFile(directory.path));
  expect(() => load(false)).toThrow(StartRefused);
  expect(() => load(false)).toThrow('缺少主密钥');
});

it('takes the key of the environment before the file, and writes nothing', () => {
  const key = Buffer.alloc(32, 7);
  expect(load(false, { MASTER_KEY: key.toString('base64') })).toEqual(key);
  expect(statSync(masterKeyFile(directory.path), { throwIfNoEntry: false })).toBeUndefined();
});

it('refuses a key that is not 32 bytes of base64, without showing it', () => {
  const short = Buffer.alloc(16, 7).toString('base64');
  for (const text of [short, 'not base64 at all!', `${Buffer.alloc(32).toString('base64')}x`]) {
    expect(() => load(true, { MASTER_KEY: text })).toThrow('不是 32 字节的 base64');
    expect(() => load(true, { MASTER_KEY: text })).not.toThrow(text);
  }
});

it('refuses a damaged key file and leaves it as it is', () => {
  const file = masterKeyFile(directory.path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  expect(() => load(true)).toThrow('不是 32 字节的 base64');
  expect(readFileSync(file, 'utf8')).toBe('');
});

it('refuses another key than the database was first started with', async () => {
  const database = await testDatabase();
  const owner = new pg.Client(database.config);
  await owner.connect();
  try {
    await checkMasterKey(owner, Buffer.alloc(32, 1));
    await checkMasterKey(owner, Buffer.alloc(32, 1));
    // A command beside a running program works under the application's role, which may only read here.
    await owner.query(`set role ${APPLICATION_ROLE}`);
    await checkMasterKey(owner, Buffer.alloc(32, 1));
    await owner.query('reset role');
    await expect(checkMasterKey(owner, Buffer.alloc(32, 2))).rejects.toThrow(
      '主密钥不是这个数据库原来的那一个',
    );
  } finally {
    await owner.end();
    await database.drop();
  }
});
