import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { replayAll } from '../../../bench/replay.ts';
import { connect } from '../database.ts';
import { checkMasterKey } from '../masterKey.ts';
import { migrationsIn } from '../migrate.ts';
import { originalPath } from '../photos/photoStore.ts';
import { sealAll, verifySeals } from '../sealer.ts';
import { secretBox } from '../secrets.ts';
import { testKey } from '../testing/cluster.ts';
import { emptyDatabase, type OwnDatabase } from '../testing/emptyDatabase.ts';
import { refusedBy } from '../testing/refusedBy.ts';
import { world, type World } from '../testing/world.ts';
import { makeBackup, type Made } from './backup.ts';
import { backupsIn, filesOf } from './manifest.ts';
import { pruneBackups } from './retention.ts';
import { restoreBackup, type Restored } from './restore.ts';
import { openVault, type Vault } from './vault.ts';

const key = Buffer.alloc(32, 3);
const migrations = migrationsIn('db');
let w: World;
let folder: string;
let photos: string;
const open: OwnDatabase[] = [];

beforeAll(async () => {
  w = await world();
  folder = mkdtempSync(join(tmpdir(), 'loop-backup-'));
  photos = join(folder, 'photos');
  const owner = new pg.Client(w.config);
  await owner.connect();
  await checkMasterKey(owner, testKey);
  await owner.end();
});
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});
afterAll(async () => {
  await w.drop();
  rmSync(folder, { recursive: true });
});

/** A photo with bytes, as an upload leaves it. */
async function photo(nickname: string): Promise<{ id: string; sha256: string }> {
  const bytes = randomBytes(300_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = originalPath(photos, sha256);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  writeFileSync(`${path}.shown`, 'shown');
  const id = newId();
  await w.pool.query(
    `insert into photo (district, id, person_id, sha256, size, status, kind, created_at, completed_at)
     values ($1, $2, $3, $4, $5, 'complete', 'jpeg', $6, $6)`,
    [w.district, id, w.personId(nickname), sha256, bytes.length, w.now()],
  );
  return { id, sha256 };
}

let vaults = 0;
const newVault = (): Vault => openVault(join(folder, `backup-${(vaults += 1)}`), key);
const backup = (vault: Vault, config = w.config): Promise<Made> =>
  makeBackup({ vault, connection: config, photoFolder: photos, now: Date.now });

async function restore(
  vault: Vault,
  options: { id?: string; masterKey?: Buffer; into?: OwnDatabase; photoFolder?: string } = {},
): Promise<Restored & { database: OwnDatabase; photoFolder: string }> {
  let { into: database } = options;
  if (!database) open.push((database = await emptyDatabase()));
  const { photoFolder = mkdtempSync(join(folder, 'restored-')) } = options;
  const restored = await restoreBackup({
    vault,
    id: options.id,
    owner: database.config,
    box: secretBox(options.masterKey ?? testKey),
    photoFolder,
    migrations,
  });
  return { ...restored, database, photoFolder };
}

const filesUnder = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(root, name)).isFile())
    .sort();

/** Every row of every table as text, but for tables of this installation alone. */
async function contentOf(client: pg.ClientBase): Promise<Record<string, string[]>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
       and relname not in ('session', 'backup_run', 'migration')`,
  );
  const content: Record<string, string[]> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: string }>(
      `select t::text as row from ${name} t order by 1`,
    );
    content[name] = rows.map(({ row }) => row);
  }
  return content;
}

describe('a backup', () => {
  it('comes back row for row, sealed and unsealed, and the restored product goes on', async () => {
    const { id } = await w.issue({ status: 'dispatched' });
    const first = await photo('head');
    await w.run('head', 'issue', id, 'claim');
    await sealAll(w.pool);
    await w.run('head', 'issue', id, 'rectify', { words: '已清理', photos: [first.id] });
    const vault = newVault();
    const made = await backup(vault);
    expect(made.manifest.photos.missing).toEqual([]);
    const restored = await restore(vault);
    expect(restored.photos).toBe(1);

    const source = new pg.Client(w.config);
    await source.connect();
    expect(await contentOf(restored.database.owner)).toEqual(await contentOf(source));
    await source.end();
    const kept = readFileSync(originalPath(restored.photoFolder, first.sha256));
    expect(createHash('sha256').update(kept).digest('hex')).toBe(first.sha256);
    expect(readFileSync(`${originalPath(restored.photoFolder, first.sha256)}.shown`, 'utf8')).toBe(
      'shown',
    );

    const { pool, close } = connect(restored.database.config, { role: null });
    await sealAll(pool);
    const seals = await verifySeals(pool);
    expect(seals.map(({ firstBad, unsealed }) => [firstBad, unsealed])).toEqual(
      seals.map(() => [null, 0]),
    );
    const client = await pool.connect();
    expect((await replayAll(client, [w.base, w.district])).wrong).toEqual([]);
    const { rows } = await client.query(`select 1 from pg_constraint where contype = 'f'`);
    expect(rows.length).toBeGreaterThan(3);
    client.release();
    await close();
  });

  it('is incremental: what is sealed or a photo is written once', async () => {
    const vault = newVault();
    await photo('grid');
    await sealAll(w.pool);
    await backup(vault);
    const before = filesUnder(vault.root);
    const again = await backup(vault);
    const added = filesUnder(vault.root).filter((name) => !before.includes(name));
    expect(added.filter((name) => !name.startsWith('backups/'))).toEqual([]);
    await w.issue();
    const last = await photo('grid');
    await sealAll(w.pool);
    const third = await backup(vault);
    const now = filesUnder(vault.root).filter(
      (name) => !before.includes(name) && !added.includes(name),
    );
    expect(now.filter((name) => name.startsWith('events/')).length).toBe(3);
    expect(now.filter((name) => name.startsWith('photos/'))).toEqual([
      `photos/${last.sha256.slice(0, 2)}/${last.sha256}`,
      `photos/${last.sha256.slice(0, 2)}/${last.sha256}.shown`,
    ]);
    expect(third.manifest.counts.event).toBeGreaterThan(again.manifest.counts.event ?? 0);
    for (const { manifest } of [again, third]) {
      const restored = await restore(vault, { id: manifest.id });
      expect(restored.events).toBe(manifest.counts.event);
    }
  });

  it('holds no master key and nothing readable', async () => {
    const vault = newVault();
    await w.report({ content: '紫竹院南门路灯不亮', complainantName: '欧阳测试' });
    await backup(vault);
    const needles = ['紫竹院', '欧阳测试', testKey.toString('base64'), 'civicloop', 'E0101'];
    for (const name of filesUnder(vault.root)) {
      const bytes = readFileSync(join(vault.root, name));
      for (const needle of [...needles.map((text) => Buffer.from(text)), testKey])
        expect(bytes.includes(needle), name).toBe(false);
    }
  });

  it('gives back nothing that was destroyed after it', async () => {
    const vault = newVault();
    const report = await w.report({ complainantName: '欧阳测试', complainantPhone: '13812345678' });
    const { id } = await w.issue({ status: 'claimed' });
    const shot = await photo('head');
    await w.run('head', 'issue', id, 'rectify', { words: '已清理', photos: [shot.id] });
    const older = await backup(vault);
    const withName = await restore(vault);
    const sql = `select id, wrapped_key, ciphertext from secret where record_id = $1 and wrapped_key is not null`;
    const { rows: there } = await withName.database.owner.query<{
      id: string;
      wrapped_key: Buffer;
      ciphertext: Buffer;
    }>(sql, [report.id]);
    const opened = there.map((row) =>
      secretBox(testKey).unlock(row.id, row.wrapped_key, row.ciphertext),
    );
    expect(opened.sort()).toEqual(['13812345678', '欧阳测试']);

    await w.run('securityAdmin', 'report', report.id, 'anonymize', { reason: '保存期满' });
    await w.run('shift', 'issue', id, 'destroyPhoto', { photoId: shot.id, reason: '含\\ 人脸' });
    await backup(vault);
    expect(filesUnder(vault.root).filter((name) => name.includes(shot.sha256))).toEqual([]);

    const restored = await restore(vault, { id: older.manifest.id });
    expect((await restored.database.owner.query(sql, [report.id])).rows).toEqual([]);
    const { rows } = await restored.database.owner.query(
      `select status, destroyed_reason as reason from photo where id = $1`,
      [shot.id],
    );
    expect(rows).toEqual([{ status: 'destroyed', reason: '含\\ 人脸' }]);
    expect(filesUnder(restored.photoFolder).filter((name) => name.includes(shot.sha256))).toEqual(
      [],
    );
    const other = connect(restored.database.config, { role: null });
    expect((await verifySeals(other.pool)).every(({ firstBad }) => !firstBad)).toBe(true);
    await other.close();
  });
});

describe('a restore is refused', () => {
  it('for one byte changed anywhere, with the name of the file', async () => {
    const vault = newVault();
    await photo('grid');
    const { manifest } = await backup(vault);
    const names = filesUnder(vault.root);
    const into = await emptyDatabase();
    open.push(into);
    const listed = new Set(filesOf(manifest).map(({ name }) => name));
    const picked = names.filter(
      (name, n) =>
        n % 7 === 0 ||
        name === 'destroyed' ||
        name.endsWith('manifest') ||
        name.startsWith('photos/'),
    );
    expect(picked.length).toBeGreaterThan(8);
    for (const name of picked) {
      const path = join(vault.root, name);
      const bytes = readFileSync(path);
      const altered = Buffer.from(bytes);
      const at = Math.floor(Math.random() * bytes.length);
      altered[at] = (altered[at] ?? 0) ^ 1;
      writeFileSync(path, altered);
      const why = await refusedBy(restore(vault, { into }));
      expect(why.message, `${name} at ${at}`).toContain(name);
      writeFileSync(path, bytes.subarray(0, bytes.length - 1));
      expect((await refusedBy(restore(vault, { into }))).message).toContain(name);
      writeFileSync(path, bytes);
    }
    expect(listed.size).toBeGreaterThan(20);
    expect((await restore(vault, { into })).missing).toBe(0);
  });

  it('when it is of another key, another product, not complete or not there', async () => {
    const vault = newVault();
    const { manifest } = await backup(vault);
    await expect(restore(openVault(vault.root, Buffer.alloc(32, 4)))).rejects.toThrow(
      '另一把备份密钥',
    );
    await expect(restore(vault, { masterKey: Buffer.alloc(32, 9) })).rejects.toThrow(
      '另一把主密钥',
    );
    await expect(restore(vault, { id: 'nothing' })).rejects.toThrow('没有名为');
    await expect(restore(newVault())).rejects.toThrow('没有 CivicLoop 的备份');
    const path = join(vault.root, 'backups', manifest.id, 'manifest');
    const bytes = readFileSync(path);
    rmSync(path);
    await expect(restore(vault, { id: manifest.id })).rejects.toThrow('没有做完');
    await expect(restore(vault)).rejects.toThrow('没做完');
    writeFileSync(path, 'a tar file, perhaps, and long enough to be one');
    await expect(restore(vault)).rejects.toThrow('不是 CivicLoop 的备份');
    writeFileSync(path, bytes);
    rmSync(join(vault.root, 'destroyed'));
    await expect(restore(vault)).rejects.toThrow('destroyed');
  });

  it('into a place that has data, which stay as they are', async () => {
    const vault = newVault();
    await backup(vault);
    const into = await emptyDatabase();
    open.push(into);
    await restore(vault, { into });
    const before = await contentOf(into.owner);
    await expect(restore(vault, { into })).rejects.toThrow('已经有数据');
    expect(await contentOf(into.owner)).toEqual(before);
  });
});

describe('faults', () => {
  it('a backup killed before its end is none, and the next uses what was finished', async () => {
    const vault = newVault();
    await sealAll(w.pool);
    const { manifest } = await backup(vault);
    rmSync(join(vault.root, 'backups', manifest.id, 'manifest'));
    const finished = filesUnder(vault.root).filter((name) => /^(events|photos)/.test(name));
    const [half = ''] = finished.filter((name) => name.endsWith('.request'));
    writeFileSync(join(vault.root, half), 'half a file');
    writeFileSync(join(vault.root, `${half}.part`), 'half a file');
    const before = finished.map((name) => statSync(join(vault.root, name)).mtimeMs);
    await backup(vault);
    const after = finished.map((name) => statSync(join(vault.root, name)).mtimeMs);
    const segment = half.replace('request', '');
    const rewritten = finished.filter((_name, n) => before[n] !== after[n]);
    expect(rewritten.every((name) => name.startsWith(segment))).toBe(true);
    expect(filesUnder(vault.root).filter((name) => name.endsWith('part'))).toEqual([]);
    expect((await backupsIn(vault)).begun).toEqual([]);
    await restore(vault);
  });

  it('a restore killed in the middle leaves an empty place and is run again', async () => {
    const vault = newVault();
    const { manifest } = await backup(vault);
    const into = await emptyDatabase();
    open.push(into);
    const photoFolder = mkdtempSync(join(folder, 'killed-'));
    let isKilled = false;
    const first = restoreBackup({
      vault,
      owner: into.config,
      box: secretBox(testKey),
      photoFolder,
      migrations,
      onProgress: ({ phase, done }) => {
        if (phase !== 'rows' || done < 100 || isKilled) return;
        isKilled = true;
        void into.owner.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        );
      },
    });
    await expect(first).rejects.toThrow();
    expect(isKilled).toBe(true);
    expect((await into.owner.query('select 1 from event')).rows).toEqual([]);
    expect((await restore(vault, { into, photoFolder })).events).toBe(manifest.counts.event);
  });

  it('a disk that fills up at any write gets its sentence, and the earlier backup stays good', async () => {
    const vault = newVault();
    await backup(vault);
    await w.issue();
    await photo('grid');
    await sealAll(w.pool);
    const { write } = vault;
    let writes = 0;
    for (let room = 0; ; room += 13) {
      writes = 0;
      const full: Vault = {
        ...vault,
        write: async (handle: FileHandle, bytes: Buffer) => {
          writes += 1;
          if (writes <= room) return write(handle, bytes);
          await write(handle, bytes.subarray(0, bytes.length >> 1));
          throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        },
      };
      const why = await backup(full).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (why === undefined) break;
      expect(why).toContain('磁盘已满');
      expect(filesUnder(vault.root).filter((name) => name.endsWith('.part'))).toEqual([]);
      expect((await backupsIn(vault)).complete.length).toBe(1);
    }
    expect(writes).toBeGreaterThan(20);
    const { complete, begun } = await backupsIn(vault);
    expect([complete.length, begun.length]).toEqual([2, 0]);
    for (const id of complete) await restore(vault, { id });
  });

  it('a second backup at the same time is refused', async () => {
    const vault = newVault();
    const both = await Promise.allSettled([backup(vault), backup(vault)]);
    expect(both.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    expect(both.find((result) => result.status === 'rejected')?.reason).toMatchObject({
      code: 'backupRunning',
    });
  });
});

describe('retention', () => {
  it('keeps the newest of each day and week, and every file a kept backup needs', async () => {
    const vault = newVault();
    const at = (day: string): number => Date.parse(`${day}T18:30:00.000Z`);
    const days = [
      '2026-03-01',
      '2026-03-02',
      '2026-03-09',
      '2026-03-16',
      '2026-03-17',
      '2026-03-18',
    ];
    for (const day of days) {
      await makeBackup({ vault, connection: w.config, photoFolder: photos, now: () => at(day) });
      await w.issue();
      await sealAll(w.pool);
    }
    await pruneBackups(vault, { daily: 2, weekly: 3 });
    const { complete } = await backupsIn(vault);
    expect(complete.map((id) => id.slice(0, 8))).toEqual([
      '20260302',
      '20260309',
      '20260317',
      '20260318',
    ]);
    for (const id of complete) await restore(vault, { id });
  });
});
