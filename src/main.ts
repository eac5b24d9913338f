/**
 * The program: opens the house, serves it, and closes it on SIGTERM or SIGINT. Runs on import, because
 * the start script imports the bundle into its own process.
 */
import { makeLog } from './server/log.ts';
import { openProgram } from './server/program.ts';
import { explainStartError, StartRefused } from './server/startRefusal.ts';

const { env } = process;
const port = Number(env.PORT ?? 3000);
const host = env.HOST ?? '127.0.0.1';
const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`);

function checkEnvironment(): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new StartRefused(
      `PORT 须为 0 至 65535 的整数，现在是“${String(env.PORT).slice(0, 20)}”。请改正后再启动。`,
    );
  }
}

async function start(): Promise<void> {
  checkEnvironment();
  const log = makeLog(env.LOG_LEVEL ?? (process.stderr.isTTY ? 'warn' : 'info'));
  const program = await openProgram({ env, host, port, log, say, webFolder: 'dist/web' });
  const stop = (): void => {
    process.removeAllListeners('SIGTERM');
    process.removeAllListeners('SIGINT');
    program.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ error: String(error) }, 'stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  program.broken.catch(fail);
  await program.ready();
}

function fail(error: unknown): never {
  const explained = explainStartError(error, {
    port,
    dataDir: env.DATA_DIR,
    databaseUrl: env.DATABASE_URL,
  });
  process.stderr.write(
    `${explained?.message ?? (error instanceof Error ? error.stack : String(error))}\n`,
  );
  process.exit(1);
}

start().catch(fail);
