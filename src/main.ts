/**
 * The program: opens the house, serves it, and closes it on SIGTERM or SIGINT. Runs on import, because
 * the start script imports the bundle into its own process.
 */
import { seedBase } from './server/baseSeed.ts';
import { demoDistrict, liveDemo, seedDemo } from './server/demoSeed.ts';
import { openHouse, type House } from './server/house.ts';
import { makeLog } from './server/log.ts';
import { patiently } from './server/patiently.ts';
import { isRemoved } from './server/removeDistrict.ts';
import { serve, type Serving } from './server/serve.ts';
import { isEmptyInstallation, setupToken } from './server/setup.ts';
import { explainStartError, StartRefused } from './server/startRefusal.ts';

const { env } = process;
const port = Number(env.PORT ?? 3000);
const host = env.HOST ?? '127.0.0.1';
const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);
const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(host);

function checkEnvironment(): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StartRefused(
      `PORT 须为 0 至 65535 的整数，现在是“${String(env.PORT).slice(0, 20)}”。请改正后再启动。`,
    );
  }
}

/**
 * The demo district belongs to the embedded database, or to a server where it is asked for; once removed it
 * comes back only when it is asked for.
 */
async function wantsDemo({ isEmbedded, pool }: House): Promise<boolean> {
  if (env.DEMO === '1' || env.DEMO === 'small') return true;
  return isEmbedded && env.DEMO !== '0' && !(await isRemoved(pool, demoDistrict));
}

async function furnish(house: House, serving: Serving): Promise<void> {
  if (!(await wantsDemo(house))) return;
  if (!isLocal) {
    say(
      '警告：演示区已对网络开放，任何人都能用页面上列出的演示账号登录。正式使用请设置 DATABASE_URL，或用 DEMO=0 启动。',
    );
  }
  await seedDemo(house.tools, {
    now: house.tools.now(),
    isSmall: env.DEMO === 'small',
    setPassword: serving.accounts.setPassword,
    photoDirectory: `${house.dataDir}/photos`,
    pool: house.pool,
  });
}

/** Makes the sixty days behind the demo district while people already work; the next start goes on with it. */
async function live(house: House, signal: AbortSignal): Promise<void> {
  if (!(await wantsDemo(house)) || env.DEMO === 'small') return;
  const began = performance.now();
  const life = { pool: house.pool, photoDirectory: `${house.dataDir}/photos`, signal };
  const made = await patiently(() => liveDemo(house.tools, life));
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  if (made > 0 && !signal.aborted) say(`演示历史已生成完毕：${made} 条留痕，${seconds} 秒。`);
}

async function start(): Promise<void> {
  checkEnvironment();
  const began = performance.now();
  const log = makeLog(env.LOG_LEVEL ?? (process.stderr.isTTY ? 'warn' : 'info'));
  const house = await openHouse({ env, log: say });
  let serving: Serving;
  try {
    await patiently(() => seedBase(house.tools));
    serving = await serve({
      house,
      log,
      host,
      port,
      webFolder: 'dist/web',
      isSecure: env.SECURE === '1',
      trustedProxies: (env.TRUSTED_PROXIES ?? '').split(',').filter(Boolean),
    });
  } catch (error) {
    await house.close();
    throw error;
  }
  let isStopping = false;
  const living = new AbortController();
  let life = Promise.resolve();
  const stop = (): void => {
    isStopping = true;
    living.abort();
    process.removeAllListeners('SIGTERM');
    process.removeAllListeners('SIGINT');
    void life
      .then(() => serving.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error: String(error) }, 'stop failed');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    await patiently(() => furnish(house, serving));
  } catch (error) {
    // The rest of the demo district is made by the next start.
    if (isStopping) return;
    throw error;
  }
  if (isStopping) return;
  serving.ready();
  const shown = isLocal ? '127.0.0.1' : host;
  say(
    `CivicLoop 创城闭环已就绪：http://${shown}:${serving.port}/ （${((performance.now() - began) / 1000).toFixed(1)} 秒）`,
  );
  if (await wantsDemo(house)) say(`演示区 ${demoDistrict}，演示账号见登录页。`);
  if (await isEmptyInstallation(house.pool))
    say(
      `还没有正式的区。建立：http://${shown}:${serving.port}/setup ，建区口令 ${setupToken(house.tools)}（建立第一个区后失效）。`,
    );
  life = live(house, living.signal).catch((error: unknown) => {
    if (!isStopping) log.error({ error: String(error) }, 'the demo history is not complete');
  });
}

start().catch((error: unknown) => {
  const explained = explainStartError(error, {
    port,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
  });
  process.stderr.write(
    `${explained?.message ?? (error instanceof Error ? error.stack : String(error))}\n`,
  );
  process.exit(1);
});
