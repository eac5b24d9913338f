/**
 * Restoring 恢复进行: a restore asked for on the setup page, one at a time and for the life of the program, which
 * leaves its house for it and opens it again. What is asked is checked while the program still runs.
 */
import { timingSafeEqual } from 'node:crypto';
import pg from 'pg';
import { momentAt } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type {
  RestoreOrder,
  RestorePhase,
  RestorePreview,
  RestoreSource,
  RestoreState,
} from '../../domain/restoreApi.ts';
import { refusalOf } from '../database.ts';
import type { House } from '../house.ts';
import type { Log } from '../log.ts';
import { loadMasterKey, masterKeyFile } from '../masterKey.ts';
import { migrationsIn } from '../migrate.ts';
import { endRestoring, markRestoring, readRestoring } from '../postgres/dataDir.ts';
import { isEmptyInstallation } from '../setup.ts';
import { explainStartError } from '../startRefusal.ts';
import { adoptBackupKey } from './backupKey.ts';
import { demoStandingHere } from './freshPlace.ts';
import { finishRestore } from './recordRestore.ts';
import { checkFiles, type Restored } from './restore.ts';
import { restoreHere } from './restoreHere.ts';
import { areRowsIn } from './restoreRows.ts';
import { openSource, previewOf, type Opened } from './restoreSource.ts';

/** Where the program stands now. */
type Here = Pick<House, 'pool' | 'dataDir'>;

export interface Restoring {
  /** How far it is, without words for whoever has no token. */
  state(mayRead: boolean): RestoreState;
  /** The token of whoever began it: the master key, and with it the token, may be another one now. */
  isToken(given: string): boolean;
  /** What a backup holds. Throws `Refused` with the reason why it cannot be restored here. */
  preview(source: RestoreSource, here: Here): Promise<RestorePreview>;
  /** Begins it; the program leaves its house a moment later. Throws `Refused`. */
  begin(order: RestoreOrder, token: string, here: Here): Promise<void>;
  /** After the house was opened: finishes what was killed at its very end; says what has to be done again. */
  settle(house: House, say: (sentence: string) => void): Promise<void>;
  /** Ends a restore that runs; it may be begun again at the next start. */
  stop(): Promise<void>;
}

export interface RestoringOptions {
  env: NodeJS.ProcessEnv;
  log: Log;
  /** Closes the house, does the work, calls `opening` and opens the house again, also when the work failed. */
  away<T>(work: () => Promise<T>, opening: () => void): Promise<T>;
}

type Told = Pick<RestoreState, 'state' | 'phase' | 'done' | 'total' | 'words'>;

const completeWords = ({ manifest, events, photos, destroyed, missing }: Restored): string =>
  [
    `备份 ${manifest.id} 已恢复：${events} 条事件，${photos} 张照片，封存链核对通过。`,
    destroyed > 0 ? `名单上已销毁的个人信息和照片共 ${destroyed} 项，没有恢复。` : '',
    missing > 0 ? `备份时就缺 ${missing} 张照片的文件。` : '',
    '所有人须重新登录。',
  ].join('');

const ownerOf = ({ connection }: House): pg.ClientConfig => {
  const { options: _role, ...owner } = connection;
  return owner;
};

export function restoringOn({ env, log, away }: RestoringOptions): Restoring {
  let told: Told = { state: 'none', phase: 'check', done: 0, total: 0, words: null };
  let token = '';
  let dataDir = '';
  let running: Promise<void> = Promise.resolve();
  const stopping = new AbortController();

  const show = (phase: RestorePhase, done = 0, total = 0): void => {
    stopping.signal.throwIfAborted();
    told = { state: 'running', phase, done, total, words: null };
  };

  const wordsOf = (error: unknown): string => {
    if (error instanceof Refused) return error.message;
    const known =
      explainStartError(error, { dataDir, databaseUrl: env.DATABASE_URL }) ?? refusalOf(error);
    const why = known?.message ?? (error instanceof Error ? error.message : String(error));
    return `恢复没有做完，没有恢复任何数据，可以再做一次。原因：${why}`;
  };

  const run = async (order: RestoreOrder, { vault, manifest }: Opened): Promise<void> => {
    const work = (): Promise<Restored> =>
      restoreHere({
        env,
        directory: order.directory,
        id: order.backup,
        way: 'page',
        say: (sentence) => log.info({ loop: 'restore' }, sentence),
        onProgress: ({ phase, done, total }) => show(phase, done, total),
      });
    try {
      await checkFiles(vault, manifest, (done, total) => show('check', done, total)).catch(
        (error: unknown) => {
          if (error instanceof Refused) endRestoring(dataDir);
          throw error;
        },
      );
      show('close');
      const restored = await away(work, () => show('open'));
      told = { ...told, state: 'complete', words: completeWords(restored) };
    } catch (error) {
      log.error({ error: String(error) }, 'the restore failed');
      told = { ...told, state: 'failed', words: wordsOf(error) };
    }
  };

  return {
    state: (mayRead) => ({
      ...told,
      words: mayRead ? told.words : null,
      masterKeyFile: mayRead && dataDir && !env.MASTER_KEY ? masterKeyFile(dataDir) : null,
    }),
    isToken: (given) => {
      const [one, other] = [Buffer.from(given), Buffer.from(token)];
      return token !== '' && one.length === other.length && timingSafeEqual(one, other);
    },
    preview: async (source, here) => {
      const replacedDemo = await demoStandingHere(here.pool);
      return previewOf(await openSource(source, { dataDir: here.dataDir, env }), replacedDemo);
    },
    begin: async (order, given, here) => {
      const demo = await demoStandingHere(here.pool);
      if (demo !== null && !order.mayReplaceDemo) {
        throw new Refused(409, 'demoHere', `这里的演示区 ${demo} 会被备份换掉，请先勾选同意`);
      }
      const opened = await openSource(order, { dataDir: here.dataDir, env });
      if (told.state === 'running') {
        throw new Refused(409, 'restoreRunning', '恢复正在进行，请等它结束');
      }
      show('check');
      dataDir = here.dataDir;
      token = given;
      try {
        adoptBackupKey(dataDir, env, opened.key);
        const at = momentAt(Date.now());
        markRestoring(dataDir, {
          backup: order.backup,
          directory: order.directory,
          way: 'page',
          at,
        });
      } catch (error) {
        told = { ...told, state: 'failed', words: wordsOf(error) };
        throw error;
      }
      running = run(order, opened);
    },
    settle: async (house, say) => {
      dataDir = house.dataDir;
      const mark = readRestoring(dataDir);
      if (!mark) return;
      const owner = ownerOf(house);
      const client = new pg.Client(owner);
      await client.connect();
      const isIn = await areRowsIn(client, mark.backup).finally(() => client.end());
      if (isIn) {
        const masterKey = loadMasterKey({ dataDir, isNew: false, env });
        const migrations = migrationsIn('db');
        const { isEmbedded } = house;
        await finishRestore({ owner, masterKey, dataDir, mark, migrations, isEmbedded });
        say(`从备份 ${mark.backup} 的恢复上次在收尾时停止，现已完成。`);
      } else if (await isEmptyInstallation(house.pool)) {
        const words = `上次从备份 ${mark.backup}（${mark.directory}）恢复没有做完，没有恢复任何数据，可以再做一次`;
        told = { ...told, state: 'failed', words };
        say(`${words}：打开 /setup，选“从备份恢复”。`);
      } else {
        // A district was set up since: nobody goes on with it.
        endRestoring(dataDir);
      }
    },
    stop: async () => {
      stopping.abort(new Error('程序停止，恢复中断'));
      await running;
    },
  };
}
