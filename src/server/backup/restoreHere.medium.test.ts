import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHouse } from '../house.ts';
import { checkMasterKey } from '../masterKey.ts';
import { restoringFile } from '../postgres/dataDir.ts';
import { sealAll, verifySeals } from '../sealer.ts';
import { testKey } from '../testing/cluster.ts';
import { emptyDatabase, type OwnDatabase } from '../testing/emptyDatabase.ts';
import { world, type World } from '../testing/world.ts';
import { makeBackup } from './backup.ts';
import { ensureBackupKey } from './backupKey.ts';
import { restoreHere } from './restoreHere.ts';
import { openVault } from './vault.ts';

let w: World;
let folder: string;
let into: OwnDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  w = await world();
  await w.issue({ status: 'claimed' });
  await sealAll(w.pool);
  folder = mkdtempSync(join(tmpdir(), 'loop-here-'));
  chmodSync(folder, 0o711);
  const owner = new pg.Client(w.config);
  await owner.connect();
  await checkMasterKey(owner, testKey);
  await owner.end();
  const keyFile = join(folder, 'backup.key');
  const vault = openVault(
    join(folder, 'backups'),
    ensureBackupKey(keyFile, () => undefined),
  );
  await makeBackup({
    vault,
    connection: w.config,
    photoFolder: join(folder, 'photos'),
    now: Date.now,
  });
  into = await emptyDatabase();
  const { host, user, database } = into.config;
  env = {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host ?? '')}`,
    DATA_DIR: join(folder, 'data'),
    BACKUP_KEY_FILE: keyFile,
  };
});
afterAll(async () => {
  await into.drop();
  await w.drop();
  rmSync(folder, { recursive: true });
});

const restore = (more: Record<string, string>) =>
  restoreHere({
    env: { ...env, ...more },
    directory: join(folder, 'backups'),
    say: () => undefined,
  });
const master = { MASTER_KEY: testKey.toString('base64') };

describe('a restore by command', () => {
  it('needs both keys, and says which is missing or wrong before anything is made', async () => {
    await expect(restore({ ...master, BACKUP_KEY_FILE: join(folder, 'none') })).rejects.toThrow(
      '没有备份密钥',
    );
    await expect(restore({})).rejects.toThrow('缺少主密钥');
    const other = Buffer.alloc(32, 9).toString('base64');
    await expect(restore({ MASTER_KEY: other })).rejects.toThrow('另一把主密钥');
    const file = join(folder, 'other.key');
    writeFileSync(file, other);
    await expect(restore({ ...master, BACKUP_KEY_FILE: file })).rejects.toThrow('另一把备份密钥');
    expect(existsSync(restoringFile(env.DATA_DIR ?? ''))).toBe(false);
    const { rows } = await into.owner.query(
      `select 1 from pg_class where relnamespace = 'public'::regnamespace`,
    );
    expect(rows).toEqual([]);
  });

  it('that is not finished keeps the program from starting; finished, it starts and goes on', async () => {
    const dataDir = env.DATA_DIR ?? '';
    writeFileSync(restoringFile(dataDir), '');
    const open = () =>
      openHouse({ env: { ...env, ...master }, log: () => undefined, statementTimeout: 20_000 });
    await expect(open()).rejects.toThrow('恢复没有做完');
    const restored = await restore(master);
    expect(restored.events).toBeGreaterThan(100);
    expect(existsSync(restoringFile(dataDir))).toBe(false);
    const house = await open();
    const seals = await verifySeals(house.pool);
    expect(seals.map(({ firstBad, unsealed }) => [firstBad, unsealed])).toEqual(
      seals.map(() => [null, 0]),
    );
    await house.close();
    const { rows } = await into.owner.query(
      `select input->>'way' as way, actor->>'role' as role from event where action = 'recordRestore'`,
    );
    expect(rows).toEqual([{ way: '用命令', role: 'system' }]);
    await expect(restore(master)).rejects.toThrow('已经有数据');
    expect(existsSync(restoringFile(dataDir))).toBe(false);
  });
});
