/**
 * npm run drill [-- --seconds N] [--seed S]: the way back, tried: sixteen clients act under load, a backup is
 * made meanwhile, the whole program is killed (-9), and the backup is restored elsewhere. What was sealed
 * before the snapshot must be there, event for event; replay = row, seals verify, photos by hash. Exits 1
 * otherwise.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { makeBackup, type Made } from '../src/server/backup/backup.ts';
import { backupKeyFile, ensureBackupKey } from '../src/server/backup/backupKey.ts';
import { restoreHere } from '../src/server/backup/restoreHere.ts';
import { openVault } from '../src/server/backup/vault.ts';
import { connect } from '../src/server/database.ts';
import { demoDistrict } from '../src/server/demoSeed.ts';
import { baseDistrict } from '../src/domain/nouns.ts';
import { originalPath } from '../src/server/photos/photoStore.ts';
import { findRunning, startEmbedded } from '../src/server/postgres/embedded.ts';
import { signal, waitUntil } from '../src/server/postgres/processes.ts';
import { testDirectory } from '../src/server/postgres/testDirectory.ts';
import { verifySeals } from '../src/server/sealer.ts';
import { gather } from './crashClients.ts';
import {
  bundleProgram,
  databaseProcesses,
  freePort,
  postmasterOf,
  startProgram,
  type Program,
} from './program.ts';
import { chanceFrom } from './random.ts';
import { replayAll } from './replay.ts';

const { values: args } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' } },
});
const seconds = Number(args.seconds ?? 6);
const seed = Number(args.seed ?? Date.now() % 1_000_000);
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('用法：npm run drill -- [--seconds 秒] [--seed 整数]');
  process.exit(2);
}

/** Events with their hashes, in order: what the restored place must begin with. */
async function sealsOf(config: pg.ClientConfig): Promise<Map<string, string[]>> {
  const client = new pg.Client(config);
  await client.connect();
  const { rows } = await client.query<{ district: string; line: string }>(
    `select district, number || ' ' || event_id || ' ' || encode(hash, 'hex') as line from seal order by district, number`,
  );
  await client.end();
  const seals = new Map<string, string[]>();
  for (const { district, line } of rows)
    seals.set(district, [...(seals.get(district) ?? []), line]);
  return seals;
}

function killAll(program: Program, dataDir: string): void {
  const main = postmasterOf(dataDir);
  if (!program.hasEnded()) signal(program.pid, 'SIGKILL');
  if (main) signal(main, 'SIGKILL');
}

interface Checked {
  wrong: string[];
  records: number;
  sealed: number;
  photos: number;
}

/** Compares the restored place with what was sealed before the snapshot was taken. */
async function check(dataDir: string, before: Map<string, string[]>, made: Made): Promise<Checked> {
  const embedded = await startEmbedded({ dataDir, log: () => undefined });
  const owner = { ...embedded.connection, user: embedded.ownerUser };
  const { pool, close } = connect(owner, { role: null, max: 2, statementTimeout: 60_000 });
  const wrong: string[] = [];
  try {
    const after = await sealsOf(owner);
    for (const [district, lines] of before) {
      const kept = after.get(district) ?? [];
      const lost = lines.findIndex((line, n) => kept[n] !== line);
      if (lost >= 0) wrong.push(`${district}: seal ${lines[lost]} is not there`);
    }
    for (const { district, firstBad } of await verifySeals(pool))
      if (firstBad) wrong.push(`${district}: seal ${firstBad.number}: ${firstBad.why}`);
    const client = await pool.connect();
    const replay = await replayAll(client, [baseDistrict, demoDistrict]);
    const { rows: photos } = await client.query<{ sha256: string }>(
      `select distinct sha256 from photo where status = 'complete'`,
    );
    client.release();
    for (const { sha256 } of photos) {
      const path = originalPath(join(dataDir, 'photos'), sha256);
      const isRight =
        existsSync(path) &&
        createHash('sha256').update(readFileSync(path)).digest('hex') === sha256;
      if (!isRight) wrong.push(`photo ${sha256} is not there or has other bytes`);
    }
    if (photos.length !== made.manifest.photos.count) wrong.push(`${photos.length} photos`);
    const sealed = [...after.values()].reduce((sum, { length }) => sum + length, 0);
    return {
      wrong: [...wrong, ...replay.wrong],
      records: replay.records,
      sealed,
      photos: photos.length,
    };
  } finally {
    await close();
    await embedded.stop();
  }
}

async function drill(dataDir: string, elsewhere: string, vaultDir: string): Promise<boolean> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const program = startProgram({ dataDir, port });
  try {
    await program.ready;
    const crowd = await gather(origin, chanceFrom(seed));
    crowd.start();
    await sleep((seconds * 1000) / 2);
    const running = await findRunning(dataDir);
    if (!running) throw new Error('the database does not answer');
    const connection: pg.ClientConfig = { ...running };
    const vault = openVault(
      vaultDir,
      ensureBackupKey(backupKeyFile(dataDir, {}), () => undefined),
    );
    // A first backup, so that the second is incremental.
    await makeBackup({ vault, connection, photoFolder: join(dataDir, 'photos'), now: Date.now });
    await sleep((seconds * 1000) / 2);
    const before = await sealsOf(connection);
    const began = performance.now();
    const made = await makeBackup({
      vault,
      connection,
      photoFolder: join(dataDir, 'photos'),
      now: Date.now,
    });
    const backupSeconds = (performance.now() - began) / 1000;
    killAll(program, dataDir);
    await program.ended;
    crowd.pause().catch(() => undefined);

    mkdirSync(join(elsewhere, 'keys'), { mode: 0o700 });
    for (const key of ['master.key', 'backup.key'])
      copyFileSync(join(dataDir, 'keys', key), join(elsewhere, 'keys', key));
    const restoreBegan = performance.now();
    await restoreHere({ env: { DATA_DIR: elsewhere }, directory: vaultDir, say: () => undefined });
    const restoreSeconds = (performance.now() - restoreBegan) / 1000;
    const { wrong, records, sealed, photos } = await check(elsewhere, before, made);
    for (const what of wrong.slice(0, 20)) console.error(`wrong: ${what}`);
    const acknowledged = crowd.callers.reduce((sum, { calls }) => sum + calls.length, 0);
    console.log(
      `drill: ${acknowledged} calls under load, backup ${backupSeconds.toFixed(1)} s (${made.manifest.counts.event} events, ${photos} photos, ${(made.bytes / 1e6).toFixed(1)} MB), killed, restored elsewhere in ${restoreSeconds.toFixed(1)} s, ${sealed} seals, ${records} records replayed, wrong ${wrong.length}`,
    );
    return wrong.length === 0;
  } finally {
    killAll(program, dataDir);
    await waitUntil(() => databaseProcesses(dataDir).length === 0, 5_000);
  }
}

await bundleProgram();
const places = [testDirectory(), testDirectory(), testDirectory()] as const;
const isRight = await drill(places[0].path, places[1].path, places[2].path).catch(
  (error: unknown) => {
    console.error(error instanceof Error ? error.stack : error);
    return false;
  },
);
for (const { remove } of places) remove();
process.exit(isRight ? 0 : 1);
