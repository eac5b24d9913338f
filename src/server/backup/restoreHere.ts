/**
 * Restore here: a backup into the data directory or database of this environment, which must be empty. A mark
 * lies in the data directory until all is done, so that the program does not start on half of it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { Refused } from '../../domain/refused.ts';
import { checkMasterKey, loadMasterKey } from '../masterKey.ts';
import { migrationsIn } from '../migrate.ts';
import {
  isNewCluster,
  prepareDataDir,
  recordDataVersion,
  restoringFile,
  syncFolder,
} from '../postgres/dataDir.ts';
import { findRunning, startEmbedded } from '../postgres/embedded.ts';
import { secretBox } from '../secrets.ts';
import { checkDatabase, checkDatabaseUrl } from '../startRefusal.ts';
import { backupKeyFile, readBackupKey } from './backupKey.ts';
import { checkFits, chooseBackup, restoreBackup, type Restored } from './restore.ts';
import type { OnProgress } from './restoreRows.ts';
import { openVault } from './vault.ts';

export interface RestoreHereOptions {
  env: NodeJS.ProcessEnv;
  directory: string;
  id?: string;
  say(sentence: string): void;
  onProgress?: OnProgress;
}

interface Place {
  owner: pg.ClientConfig;
  close(): Promise<void>;
}

async function placeOf(dataDir: string, { env, say }: RestoreHereOptions): Promise<Place> {
  if (env.DATABASE_URL) {
    checkDatabaseUrl(env.DATABASE_URL);
    return { owner: { connectionString: env.DATABASE_URL }, close: async () => undefined };
  }
  if (
    !isNewCluster(dataDir) &&
    !existsSync(restoringFile(dataDir)) &&
    (await findRunning(dataDir))
  ) {
    throw new Refused(
      409,
      'notEmpty',
      `数据目录 ${dataDir} 上的程序正在运行。恢复只能到空的地方：请用 DATA_DIR=空目录 再恢复，原有数据没有改动`,
    );
  }
  const embedded = await startEmbedded({ dataDir, log: say });
  return {
    owner: { ...embedded.connection, user: embedded.ownerUser },
    close: () => embedded.stop(),
  };
}

async function checkOwner(place: Place): Promise<void> {
  const client = new pg.Client(place.owner);
  await client.connect();
  await checkDatabase(client).finally(() => client.end());
}

/** Restores. Throws `Refused` or `StartRefused` with the reason; then it may be run again. */
export async function restoreHere(
  options: RestoreHereOptions,
): Promise<Restored & { dataDir: string }> {
  const { env, directory, id, say, onProgress } = options;
  const dataDir = prepareDataDir({ env, log: say });
  const migrations = migrationsIn('db');
  const vault = openVault(directory, readBackupKey(backupKeyFile(dataDir, env)));
  const chosen = await chooseBackup(vault, id);
  const masterKey = loadMasterKey({ dataDir, isNew: false, env });
  const box = secretBox(masterKey);
  checkFits(chosen, box, migrations);
  const place = await placeOf(dataDir, options);
  try {
    await checkOwner(place);
    const mark = restoringFile(dataDir);
    const isAgain = existsSync(mark);
    writeFileSync(mark, `${chosen.id}\n`);
    syncFolder(dataDir);
    const restored = await restoreBackup({
      vault,
      id: chosen.id,
      owner: place.owner,
      box,
      photoFolder: join(dataDir, 'photos'),
      migrations,
      onProgress,
    }).catch(async (error: unknown) => {
      // A place with data of its own was never ours.
      if (!isAgain && error instanceof Refused && error.code === 'notEmpty') await rm(mark);
      throw error;
    });
    const client = new pg.Client(place.owner);
    await client.connect();
    await checkMasterKey(client, masterKey).finally(() => client.end());
    if (!env.DATABASE_URL) recordDataVersion(dataDir, migrations.length);
    await rm(mark);
    syncFolder(dataDir);
    return { ...restored, dataDir };
  } finally {
    await place.close();
  }
}
