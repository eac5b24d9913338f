/**
 * Program 程序: opens the house, serves it behind one door, furnishes it, and leaves it for as long as a backup is
 * being restored. `main.ts` gives it its environment and the signals of the machine.
 */
import { restoringOn, type Restoring } from './backup/restoring.ts';
import { seedBase } from './baseSeed.ts';
import { demoDistrict, liveDemo, seedDemo } from './demoSeed.ts';
import { openHouse, type House } from './house.ts';
import { openDoor, type Door } from './http/door.ts';
import { restoringApp } from './http/restoringApp.ts';
import type { Log } from './log.ts';
import { patiently } from './patiently.ts';
import { isRemoved } from './removeDistrict.ts';
import { serve, type Serving } from './serve.ts';
import { isEmptyInstallation, setupToken } from './setup.ts';

export interface ProgramOptions {
  env: NodeJS.ProcessEnv;
  host: string;
  port: number;
  log: Log;
  /** Tells the person who started it. */
  say(sentence: string): void;
  webFolder: string;
}

export interface Program {
  port: number;
  /** Furnishes it and says that it is ready. */
  ready(): Promise<void>;
  stop(): Promise<void>;
  /** Rejects when it could not be opened again after a restore. */
  broken: Promise<never>;
}

/** The house while it is open, and the life of its demo district. */
interface Home {
  house: House;
  serving: Serving;
  living: AbortController;
  life: Promise<void>;
}

/**
 * The demo district belongs to the embedded database, or to a server where it is asked for; once removed, or
 * beside a district of an office, it comes only when it is asked for.
 */
async function wantsDemo({ isEmbedded, pool }: House, env: NodeJS.ProcessEnv): Promise<boolean> {
  if (env.DEMO === '1' || env.DEMO === 'small') return true;
  if (!isEmbedded || env.DEMO === '0' || (await isRemoved(pool, demoDistrict))) return false;
  const { rows } = await pool.query(`select 1 from area where district = $1 and code = $1`, [
    demoDistrict,
  ]);
  return rows.length > 0 || (await isEmptyInstallation(pool));
}

/** Opens it. Throws what `explainStartError` explains. */
export async function openProgram(options: ProgramOptions): Promise<Program> {
  const { env, host, port, log, say, webFolder } = options;
  const began = performance.now();
  const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(host);
  let door: Door | undefined;
  let home: Home | undefined;
  let isStopping = false;
  let fail: (error: unknown) => void;
  const broken = new Promise<never>((_resolve, reject) => (fail = reject));
  broken.catch(() => undefined);

  const open = async (): Promise<void> => {
    const house = await openHouse({ env, log: say });
    try {
      await restoring.settle(house, say);
      await patiently(() => seedBase(house.tools));
      door ??= await openDoor(host, port);
      const serving = await serve({
        house,
        log,
        door,
        restoring,
        webFolder,
        isSecure: env.SECURE === '1',
        trustedProxies: (env.TRUSTED_PROXIES ?? '').split(',').filter(Boolean),
      });
      home = { house, serving, living: new AbortController(), life: Promise.resolve() };
    } catch (error) {
      await house.close();
      throw error;
    }
  };

  /** Ends the demo's life, the loops and the answers; with `next`, that answers from now on. */
  const close = async (next?: Parameters<Serving['stop']>[0]): Promise<void> => {
    const left = home;
    home = undefined;
    left?.living.abort();
    await left?.life;
    await left?.serving.stop(next);
  };

  const furnish = async ({ house, serving }: Home): Promise<void> => {
    if (!(await wantsDemo(house, env))) return;
    if (!isLocal) {
      say(
        '警告：演示区已对网络开放，任何人都能用页面上列出的演示账号登录。正式使用请设置 DATABASE_URL，或用 DEMO=0 启动。',
      );
    }
    await seedDemo(house.tools, {
      now: house.tools.now(),
      isSmall: env.DEMO === 'small',
      setPassword: serving.accounts.setPassword,
      signIn: async (personId, postId, device) => {
        const { token } = await serving.accounts.begin(personId, device);
        await serving.accounts.usePost(token, demoDistrict, postId);
      },
      photoDirectory: `${house.dataDir}/photos`,
      pool: house.pool,
    });
  };

  /** Makes the sixty days behind the demo district while people already work; the next start goes on with it. */
  const live = async ({ house, living: { signal } }: Home): Promise<void> => {
    if (!(await wantsDemo(house, env)) || env.DEMO === 'small') return;
    const start = performance.now();
    const life = { pool: house.pool, photoDirectory: `${house.dataDir}/photos`, signal };
    const made = await patiently(() => liveDemo(house.tools, life));
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    if (made > 0 && !signal.aborted) say(`演示历史已生成完毕：${made} 条留痕，${seconds} 秒。`);
  };

  const ready = async (): Promise<void> => {
    const here = home;
    if (!here) return;
    try {
      await patiently(() => furnish(here));
    } catch (error) {
      // The rest of the demo district is made by the next start.
      if (isStopping) return;
      throw error;
    }
    if (isStopping) return;
    here.serving.ready();
    const origin = `http://${isLocal ? '127.0.0.1' : host}:${door?.port}`;
    say(
      `CivicLoop 创城闭环已就绪：${origin}/ （${((performance.now() - began) / 1000).toFixed(1)} 秒）`,
    );
    const { house, living } = here;
    if (await wantsDemo(house, env)) say(`演示区 ${demoDistrict}，演示账号见登录页。`);
    if (await isEmptyInstallation(house.pool))
      say(
        `还没有正式的区。建立或从备份恢复：${origin}/setup ，建区口令 ${setupToken(house.tools)}（建立第一个区后失效）。`,
      );
    here.life = live(here).catch((error: unknown) => {
      if (!living.signal.aborted)
        log.error({ error: String(error) }, 'the demo history is not complete');
    });
  };

  const restoring: Restoring = restoringOn({
    env,
    log,
    away: async (work, opening) => {
      await close((request, bindings) => waiting.fetch(request, bindings));
      try {
        return await work();
      } finally {
        if (!isStopping) {
          try {
            opening();
            await open();
            await ready();
          } catch (error) {
            fail(error);
          }
        }
      }
    },
  });
  const waiting = restoringApp(restoring, webFolder);

  await open();
  return {
    port: door?.port ?? port,
    ready,
    broken,
    stop: async () => {
      isStopping = true;
      await restoring.stop();
      if (home) await close();
      else door?.server.close();
    },
  };
}
