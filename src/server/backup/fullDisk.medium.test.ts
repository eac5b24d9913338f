/** A backup onto a disk that is really full: a small file system of its own, which only root may mount. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkMasterKey } from '../masterKey.ts';
import { migrationsIn } from '../migrate.ts';
import { originalPath } from '../photos/photoStore.ts';
import { sealAll } from '../sealer.ts';
import { secretBox } from '../secrets.ts';
import { testKey } from '../testing/cluster.ts';
import { emptyDatabase } from '../testing/emptyDatabase.ts';
import { world, type World } from '../testing/world.ts';
import { makeBackup, type Made } from './backup.ts';
import { backupsIn } from './manifest.ts';
import { restoreBackup } from './restore.ts';
import { openVault } from './vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'loop-full-'));
const disk = join(folder, 'disk');
mkdirSync(disk);
const isMounted =
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m,mode=0700', 'tmpfs', disk]).status === 0;
const vault = openVault(disk, Buffer.alloc(32, 3));
const photos = join(folder, 'photos');
let w: World;

beforeAll(async () => {
  w = await world();
  const owner = new pg.Client(w.config);
  await owner.connect();
  await checkMasterKey(owner, testKey);
  await owner.end();
});
afterAll(async () => {
  await w.drop();
  if (isMounted) execFileSync('umount', [disk]);
  rmSync(folder, { recursive: true });
});

const backup = (): Promise<Made> =>
  makeBackup({ vault, connection: w.config, photoFolder: photos, now: Date.now });

/** Leaves this many bytes free on the disk. */
function leave(room: number): void {
  const { blocks, bfree, bsize } = statfsSync(disk);
  const size = (blocks - bfree) * bsize + room;
  execFileSync('mount', ['-o', `remount,size=${size}`, disk]);
}

async function photo(size: number): Promise<void> {
  const bytes = randomBytes(size);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = originalPath(photos, sha256);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  await w.pool.query(
    `insert into photo (district, id, person_id, sha256, size, status, kind, created_at, completed_at)
     values ($1, $2, $3, $4, $5, 'complete', 'jpeg', $6, $6)`,
    [w.district, newId(), w.personId('desk'), sha256, bytes.length, w.now()],
  );
}

it.skipIf(!isMounted)(
  'is refused wherever the disk fills up, keeps the earlier backup, and goes on once there is room (needs root: mounts a tmpfs)',
  async () => {
    await w.issue();
    await sealAll(w.pool);
    const first = await backup();
    await w.issue();
    await photo(300_000);
    await sealAll(w.pool);
    const rooms = [0, 65_536, 262_144];
    const refused: number[] = [];
    for (const room of rooms) {
      leave(room);
      const why = await backup().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (why === undefined) break;
      refused.push(room);
      expect(why).toMatchObject({ status: 507, code: 'backupDiskFull' });
      const names = readdirSync(disk, { recursive: true, encoding: 'utf8' });
      expect(names.filter((name) => name.endsWith('.part'))).toEqual([]);
      expect((await backupsIn(vault)).complete).toEqual([first.manifest.id]);
    }
    expect(refused.length).toBeGreaterThan(1);
    leave(16_000_000);
    const made = await backup();
    expect(made.manifest.photos).toMatchObject({ count: 1, missing: [] });
    for (const id of [first.manifest.id, made.manifest.id]) {
      const into = await emptyDatabase();
      await restoreBackup({
        vault,
        id,
        owner: into.config,
        box: secretBox(testKey),
        photoFolder: join(folder, id),
        migrations: migrationsIn('db'),
      });
      await into.drop();
    }
  },
  240_000,
);
