/**
 * Serve: the running program on an open house: HTTP, live stream, sealer, derived tables, jobs and sweeps.
 * `stop` answers what is being answered, ends the loops and closes the house.
 */
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { baseDistrict } from '../domain/nouns.ts';
import { accountsOn, type Accounts } from './accounts.ts';
import { endStaleRuns, refreshDestroyed, sweepBackups, type BackupPlace } from './backup/runs.ts';
import { deriveDistrict } from './derive.ts';
import type { House } from './house.ts';
import { makeApp } from './http/app.ts';
import type { Doors } from './http/context.ts';
import { limitsOf } from './http/limits.ts';
import { metricsOf } from './http/metrics.ts';
import { streamOf } from './http/stream.ts';
import { runDueJobs } from './jobs.ts';
import type { Log } from './log.ts';
import { patiently } from './patiently.ts';
import { sweepPieces } from './photos/photoRemoval.ts';
import { sweepProvisional } from './provisional.ts';
import { runSealer } from './sealer.ts';
import { sweepClocks, sweepSessions, type Sweeping } from './sweeps.ts';
import { sweepMerged } from './unitMerge.ts';

export interface ServeOptions {
  house: House;
  log: Log;
  host: string;
  port: number;
  webFolder: string;
  isSecure: boolean;
  trustedProxies: readonly string[];
}

export interface Serving {
  port: number;
  accounts: Accounts;
  /** From now on `/readyz` says ready. */
  ready(): void;
  stop(): Promise<void>;
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

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** Time limits against slow clients, and bounded connections (trust: defaults that fail). */
function guard(server: Server): void {
  server.headersTimeout = 15_000;
  server.requestTimeout = 90_000;
  server.keepAliveTimeout = 8_000;
  server.maxConnections = 4_000;
  server.maxRequestsPerSocket = 10_000;
}

export async function serve(options: ServeOptions): Promise<Serving> {
  const { house, log } = options;
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
  const server = createServer(
    { maxHeaderSize: 16_384, connectionsCheckingInterval: 5_000 },
    getRequestListener(app.fetch),
  );
  guard(server);
  const port = await listen(server, options.host, options.port);

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
      await refreshDestroyed(backupPlace);
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
  stream.onSealed((district) => {
    waiting.add(district);
    deriving.poke();
  });
  await stream.start();

  return {
    port,
    accounts,
    ready: () => {
      isReady = true;
      clocks.poke();
      cleaning.poke();
      backups.poke();
    },
    stop: async () => {
      isReady = false;
      stopping.abort(new Error('程序停止，备份中断；已写好的部分下次接着用'));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await stream.stop();
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), 5_000);
      await closed;
      clearTimeout(late);
      await Promise.all([
        jobs.stop(),
        clocks.stop(),
        cleaning.stop(),
        deriving.stop(),
        sealer.stop(),
        backups.stop(),
      ]);
      await house.close();
    },
  };
}
