/**
 * Restore here: a backup into the data directory or database of this environment, which must be empty. A mark
 * lies in the data directory until all is done, so that a restore that was killed is done again or finished.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { momentAt } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { loadMasterKey } from '../masterKey.ts';
import { migrationsIn } from '../migrate.ts';
import {
  endRestoring,
  isNewCluster,
  markRestoring,
  prepareDataDir,
  readRestoring,
  restoringFile,
  type RestoringMark,
} from '../postgres/dataDir.ts';
import { findRunning, startEmbedded } from '../postgres/embedded.ts';
import { secretBox } from '../secrets.ts';
import { checkDatabase, checkDatabaseUrl } from '../startRefusal.ts';
import { backupKeyFile, readBackupKey } from './backupKey.ts';
import { emptyFreshPlace } from './freshPlace.ts';
import { finishRestore } from './recordRestore.ts';
import type { Manifest } from './manifest.ts';
import { checkFits, chooseBackup, restoreBackup, type Restored } from './restore.ts';
import { areRowsIn, type OnProgress } from './restoreRows.ts';
import { openVault } from './vault.ts';

export interface RestoreHereOptions {
  env: NodeJS.ProcessEnv;
  directory: string;
  id?: string;
  say(sentence: string): void;
  onProgress?: OnProgress;
  /** By the page: what the program's first start wrote, a demo district with it, gives way. */
  way?: RestoringMark['way'];
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

const onOwner = async <T>(place: Place, work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client(place.owner);
  await client.connect();
  return work(client).finally(() => client.end());
};

const checkOwner = (place: Place): Promise<void> => onOwner(place, checkDatabase);

/** Restores. Throws `Refused` or `StartRefused` with the reason; then it may be run again. */
export async function restoreHere(
  options: RestoreHereOptions,
): Promise<Restored & { dataDir: string }> {
  const { env, directory, id, say, onProgress, way = 'command' } = options;
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
    const before = readRestoring(dataDir);
    const isIn =
      before !== null && (await onOwner(place, (client) => areRowsIn(client, before.backup)));
    if (before && isIn && before.backup !== chosen.id) {
      throw new Refused(
        409,
        'notEmpty',
        `备份 ${before.backup} 已经恢复到这里，只差收尾。请用 --backup ${before.backup} 再运行一次`,
      );
    }
    const mark: RestoringMark =
      before?.backup === chosen.id
        ? before
        : { backup: chosen.id, directory, way, at: momentAt(Date.now()) };
    markRestoring(dataDir, mark);
    const restored = isIn
      ? asBefore(chosen)
      : await restoreBackup({
          vault,
          id: chosen.id,
          owner: place.owner,
          box,
          photoFolder: join(dataDir, 'photos'),
          migrations,
          onProgress,
          isFollowed: true,
          ...(way === 'page' ? { beforeRows: emptyFreshPlace } : {}),
        }).catch(async (error: unknown) => {
          // What is refused left nothing. By command, a place with data of its own was never ours.
          const isOver =
            way === 'page' || (!before && error instanceof Refused && error.code === 'notEmpty');
          if (error instanceof Refused && isOver) endRestoring(dataDir);
          throw error;
        });
    const isEmbedded = !env.DATABASE_URL;
    await finishRestore({ owner: place.owner, masterKey, dataDir, mark, migrations, isEmbedded });
    return { ...restored, dataDir };
  } finally {
    await place.close();
  }
}

/** What a restore brought whose rows were in when it was killed. */
const asBefore = (manifest: Manifest): Restored => ({
  manifest,
  events: manifest.counts.event ?? 0,
  photos: manifest.photos.count,
  destroyed: 0,
  missing: manifest.photos.missing.length,
});
