/**
 * Serve: the running program on an open house: HTTP, live stream, sealer, derived tables, jobs and sweeps.
 * `stop` answers what is being answered, ends the loops and closes the house.
 */
import { mkdirSync } from 'node:fs';
import { baseDistrict } from '../domain/nouns.ts';
import { accountsOn, type Accounts } from './accounts.ts';
import type { Restoring } from './backup/restoring.ts';
import { endStaleRuns, refreshDestroyed, sweepBackups, type BackupPlace } from './backup/runs.ts';
import { deriveDistrict } from './derive.ts';
import { sweepFiles, sweepKept } from './download/keep.ts';
import { sweepDownloads, type DownloadPlace, type Lane } from './download/make.ts';
import { sweepGroupPosts } from './group/posts.ts';
import type { House } from './house.ts';
import { makeApp } from './http/app.ts';
import type { Doors } from './http/context.ts';
import type { Answer, Door } from './http/door.ts';
import { forgetMessages } from './http/intakeMessages.ts';
import { limitsOf } from './http/limits.ts';
import { metricsOf } from './http/metrics.ts';
import { streamOf, type Stream } from './http/stream.ts';
import { runDueJobs } from './jobs.ts';
import { askDue, trainWaiting } from './learning/learning.ts';
import type { Log } from './log.ts';
import { expireFindings } from './findings/loads.ts';
import { expireOrders } from './orders/loads.ts';
import { sweepOpenData } from './openData.ts';
import { patiently } from './patiently.ts';
import { sweepLooks } from './photos/photoLook.ts';
import { sweepPieces } from './photos/photoRemoval.ts';
import { sweepProvisional } from './provisional.ts';
import { runSealer } from './sealer.ts';
import { sweepSenders } from './senders.ts';
import { sweepClocks, sweepSessions, type Sweeping } from './sweeps.ts';
import { sweepMerged } from './unitMerge.ts';
import { runNotices, type Notices } from './notices/notices.ts';
import { sweepMessages } from './notices/take.ts';
import { runWebhooks } from './webhooks/webhooks.ts';

export interface ServeOptions {
  house: House;
  log: Log;
  door: Door;
  restoring: Restoring;
  webFolder: string;
  isSecure: boolean;
  trustedProxies: readonly string[];
}

export interface Serving {
  accounts: Accounts;
  /** From now on `/readyz` says ready. */
  ready(): void;
  /** Ends everything and closes the house; the door too, unless somebody else answers at it from now on. */
  stop(next?: Answer): Promise<void>;
}

/** Calls `work` again and again with a pause; `poke` cuts the pause short. */
function loop(pause: number, work: () => Promise<unknown>, onError: (error: unknown) => void) {
  let isStopped = false;
  let wake = (): void => undefined;
  const run = async (): Promise<void> => {
    while (!isStopped) {
      await work().catch(onError);
      if (isStopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = run();
  return {
    poke: () => wake(),
    stop: async () => {
      isStopped = true;
      wake();
      await running;
    },
  };
}

/** All districts of the installation: areas of that level. */
const districtsOf =
  (house: House) => async (): Promise<{ code: string; name: string; isDemo: boolean }[]> => {
    const { rows } = await house.pool.query<{ code: string; name: string; isDemo: boolean }>({
      name: 'districts',
      text: `select code, name, is_demo as "isDemo" from area where level = 'district' and status = 'active'
           and district <> $1 and district = code order by code`,
      values: [baseDistrict],
    });
    return rows;
  };

/** Answers what is being answered, 5 s at most, and listens no more. */
async function closeDoor({ server }: Door, stream: Stream): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await stream.stop();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), 5_000);
  await closed;
  clearTimeout(late);
}

export async function serve(options: ServeOptions): Promise<Serving> {
  const { house, log, door } = options;
  const { pool, tools } = house;
  const photoDirectory = `${house.dataDir}/photos`;
  mkdirSync(photoDirectory, { recursive: true });
  const accounts = accountsOn(pool, tools);
  const doors: Doors = {
    house,
    accounts,
    limits: limitsOf(accounts.mustChange, Date.now),
    log,
    isSecure: options.isSecure,
    trustedProxies: options.trustedProxies,
    districts: districtsOf(house),
    restoring: options.restoring,
  };
  const stream = streamOf(doors);
  let isReady = false;
  const app = makeApp({
    doors,
    stream,
    metrics: metricsOf(pool, stream.open),
    webFolder: options.webFolder,
    isReady: () => isReady,
  });
  door.show(app.fetch);

  const onError = (name: string) => (error: unknown) =>
    log.warn({ loop: name, error: String(error) }, 'loop failed');
  const sealer = runSealer(pool, onError('sealer'));
  const jobs = loop(
    1_000,
    async () => {
      while ((await runDueJobs(pool, { pool, tools, photoDirectory }, log)) > 0);
    },
    onError('jobs'),
  );
  const stopping = new AbortController();
  const backupPlace: BackupPlace = {
    pool,
    connection: house.connection,
    dataDir: house.dataDir,
    env: process.env,
    box: tools.box,
    say: (sentence) => log.warn({ loop: 'backup' }, sentence),
    signal: stopping.signal,
  };
  await patiently(() => endStaleRuns(pool));
  // Clocks and photos are swept once the district is furnished: a demo district lives in simulated time till then.
  const sweeping: Sweeping = { pool, tools, log, resting: new Map() };
  const counted = new Map<string, string>();
  const clocks = loop(
    5_000,
    async () => {
      if (!isReady) return;
      await sweepClocks(sweeping);
      await sweepSenders({ pool, tools }, await doors.districts());
      await sweepProvisional(pool, tools, counted);
    },
    onError('clocks'),
  );
  const cleaning = loop(
    600_000,
    async () => {
      if (!isReady) return;
      await sweepSessions({ pool, tools });
      await sweepMerged({ pool, tools });
      await sweepPieces({ pool, directory: photoDirectory, now: tools.now });
      while (!stopping.signal.aborted && (await sweepLooks(pool, photoDirectory)) > 0);
      await expireOrders(pool, tools.now());
      await expireFindings(house, tools.now());
      await sweepMessages(pool, tools.now());
      await forgetMessages(pool, tools.now());
      await refreshDestroyed(backupPlace);
      const directory = `${house.dataDir}/open-data`;
      const openData = { db: house.db, tools, directory, log };
      await sweepOpenData(
        openData,
        (await doors.districts()).map(({ code }) => code),
      );
    },
    onError('cleaning'),
  );
  const backups = loop(
    5_000,
    async () => {
      if (isReady) while (await sweepBackups(backupPlace));
    },
    onError('backup'),
  );
  const learning = loop(
    5_000,
    async () => {
      if (!isReady) return;
      const { districts } = doors;
      const place = { pool, tools, log, signal: stopping.signal, districts };
      await askDue(place);
      await trainWaiting(place);
    },
    onError('learning'),
  );
  const downloadPlace: DownloadPlace = {
    pool,
    db: house.db,
    tools,
    directory: `${house.dataDir}/downloads`,
    log,
    signal: stopping.signal,
  };
  const downloads = (['small', 'large'] satisfies Lane[]).map((lane) =>
    loop(
      500,
      async () => {
        if (isReady) while (await sweepDownloads(downloadPlace, lane));
      },
      onError('downloads'),
    ),
  );
  const downloadFiles = loop(
    5_000,
    async () => {
      if (!isReady) return;
      await sweepKept(downloadPlace);
      await sweepFiles(downloadPlace);
    },
    onError('download files'),
  );
  const posting = { db: house.db, pool, tools, known: new Set<string>(), log };
  const groupPosts = loop(
    30_000,
    async () => {
      if (!isReady) return;
      await sweepGroupPosts(
        posting,
        (await doors.districts()).map(({ code }) => code),
      );
    },
    onError('group posts'),
  );
  const waiting = new Set<string>();
  const deriving = loop(
    2_000,
    async () => {
      for (const district of waiting) {
        waiting.delete(district);
        await deriveDistrict(pool, district);
      }
    },
    onError('derive'),
  );
  for (const { code } of await patiently(doors.districts)) waiting.add(code);
  house.signals.on('written', () => {
    sealer.poke();
    jobs.poke();
  });
  const { connection } = house;
  const webhooks = runWebhooks({ pool, tools, log, connection, districts: doors.districts });
  let notices: Notices | undefined;
  stream.onSealed((district) => {
    waiting.add(district);
    deriving.poke();
    webhooks.poke(district);
  });
  await stream.start();

  return {
    accounts,
    ready: () => {
      isReady = true;
      notices ??= runNotices({ pool, tools, log });
      clocks.poke();
      cleaning.poke();
      backups.poke();
      learning.poke();
      groupPosts.poke();
    },
    stop: async (next) => {
      isReady = false;
      stopping.abort(new Error('程序停止，备份中断；已写好的部分下次接着用'));
      if (next) {
        door.show(next);
        await stream.stop();
        await door.rest();
      } else await closeDoor(door, stream);
      await Promise.all([
        jobs.stop(),
        clocks.stop(),
        cleaning.stop(),
        deriving.stop(),
        sealer.stop(),
        backups.stop(),
        ...downloads.map(({ stop }) => stop()),
        downloadFiles.stop(),
        learning.stop(),
        groupPosts.stop(),
        webhooks.stop(),
        notices?.stop(),
      ]);
      await house.close();
    },
  };
}
