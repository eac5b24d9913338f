/**
 * Rehearsal 演练恢复: the newest backup restored into a place of its own beside the data, with an embedded
 * server of its own, checked, and taken away again. The running product is not touched.
 */
import { existsSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { Refused } from '../../domain/refused.ts';
import { migrationsIn } from '../migrate.ts';
import { prepareDataDir } from '../postgres/dataDir.ts';
import { startEmbedded } from '../postgres/embedded.ts';
import type { SecretBox } from '../secrets.ts';
import { backupKeyFile, readBackupKey } from './backupKey.ts';
import { chooseBackup, restoreBackup, type Restored } from './restore.ts';
import { openVault } from './vault.ts';

export interface Rehearsed extends Restored {
  seconds: number;
}

const prefix = 'rehearsal-';

async function checkRoom(pool: pg.Pool, dataDir: string, photoBytes: number): Promise<void> {
  const { rows } = await pool.query<{ size: number }>(
    `select pg_database_size(current_database()) as size`,
  );
  const needed = ((rows[0]?.size ?? 0) + photoBytes) * 1.3 + 500_000_000;
  const { bavail, bsize } = statfsSync(dataDir);
  if (bavail * bsize < needed) {
    throw new Refused(
      507,
      'noRoom',
      `演练需要约 ${Math.ceil(needed / 1e9)} GB 空闲磁盘，现在只有 ${Math.floor((bavail * bsize) / 1e9)} GB。请清理磁盘，或在另一台机器上用 npm run cli -- restore 演练`,
    );
  }
}

/** Places of rehearsals that were killed. */
export function removeOldRehearsals(dataDir: string): void {
  for (const name of existsSync(dataDir) ? readdirSync(dataDir) : []) {
    if (name.startsWith(prefix)) rmSync(join(dataDir, name), { recursive: true, force: true });
  }
}

/** Restores the newest backup of a directory beside the data and checks it. Throws `Refused` with the reason. */
export async function rehearse(
  place: {
    pool: pg.Pool;
    dataDir: string;
    env: NodeJS.ProcessEnv;
    box: Pick<SecretBox, 'digest'>;
  },
  directory: string,
): Promise<Rehearsed> {
  const { pool, dataDir, env, box } = place;
  const began = performance.now();
  const vault = openVault(directory, readBackupKey(backupKeyFile(dataDir, env)));
  const manifest = await chooseBackup(vault);
  await checkRoom(pool, dataDir, manifest.photos.bytes);
  removeOldRehearsals(dataDir);
  const side = prepareDataDir({
    env: { DATA_DIR: join(dataDir, `${prefix}${process.pid}`) },
    log: () => undefined,
  });
  const embedded = await startEmbedded({ dataDir: side, log: () => undefined });
  try {
    const restored = await restoreBackup({
      vault,
      id: manifest.id,
      owner: { ...embedded.connection, user: embedded.ownerUser },
      box,
      photoFolder: join(side, 'photos'),
      migrations: migrationsIn('db'),
    });
    return { ...restored, seconds: (performance.now() - began) / 1000 };
  } finally {
    await embedded.stop();
    rmSync(side, { recursive: true, force: true });
  }
}
