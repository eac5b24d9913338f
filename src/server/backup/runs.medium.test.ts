import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineDatabase, type Finding } from '../doctor.ts';
import { metricsOf } from '../http/metrics.ts';
import { checkMasterKey } from '../masterKey.ts';
import { migrationsIn } from '../migrate.ts';
import { askForBackup, backupList } from '../queries/backups.ts';
import type { QueryContext } from '../queries/context.ts';
import { sealAll } from '../sealer.ts';
import { secretBox } from '../secrets.ts';
import { testKey } from '../testing/cluster.ts';
import { emptyDatabase } from '../testing/emptyDatabase.ts';
import { world, type World } from '../testing/world.ts';
import { readBackupKey } from './backupKey.ts';
import { restoreBackup } from './restore.ts';
import {
  endStaleRuns,
  isDue,
  refreshDestroyed,
  runBackup,
  sweepBackups,
  type BackupPlace,
} from './runs.ts';
import { openVault } from './vault.ts';

let w: World;
let dataDir: string;
let place: BackupPlace;
const said: string[] = [];
beforeAll(async () => {
  w = await world();
  dataDir = mkdtempSync(join(tmpdir(), 'loop-runs-'));
  chmodSync(dataDir, 0o711);
  mkdirSync(join(dataDir, 'photos'));
  mkdirSync(join(dataDir, 'backups'));
  process.env.BACKUP_DIR = join(dataDir, 'backups');
  const owner = new pg.Client(w.config);
  await owner.connect();
  await checkMasterKey(owner, testKey);
  await owner.end();
  place = {
    pool: w.pool,
    connection: w.config,
    dataDir,
    env: { BACKUP_DIR: join(dataDir, 'backups'), BACKUP_AT: '00:00' },
    box: secretBox(testKey),
    say: (sentence) => said.push(sentence),
  };
});
afterAll(async () => {
  delete process.env.BACKUP_DIR;
  await w.drop();
  rmSync(dataDir, { recursive: true });
});

const contextOf = async (nickname: string): Promise<QueryContext> => ({
  db: w.db,
  pool: w.pool,
  master: await w.tools.master.of(w.district),
  box: w.tools.box,
  store: w.tools.store,
  actor: await w.actor(nickname),
  district: w.district,
  now: w.now(),
});

const metric = async (name: string): Promise<number> => {
  const text = await metricsOf(w.pool, () => 0).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
};

describe('the daily backup', () => {
  it('is due once a day from its time on, and again an hour after it failed', () => {
    const run = (startedAt: string, status = 'complete') => ({ startedAt, status });
    expect(isDue('2026-03-04T18:29:00.000Z', '02:30', run('2026-03-03T18:30:00.000Z'))).toBe(false);
    expect(isDue('2026-03-04T18:30:00.000Z', '02:30', run('2026-03-03T18:30:00.000Z'))).toBe(true);
    expect(isDue('2026-03-04T19:00:00.000Z', '02:30', run('2026-03-04T18:30:00.000Z'))).toBe(false);
    const failed = run('2026-03-04T18:30:00.000Z', 'failed');
    expect(isDue('2026-03-04T19:29:00.000Z', '02:30', failed)).toBe(false);
    expect(isDue('2026-03-04T19:30:00.000Z', '02:30', failed)).toBe(true);
    expect(isDue('2026-03-04T19:00:00.000Z', '02:30', undefined)).toBe(true);
  });

  it('is made by the sweep, once, with a key that is to be kept elsewhere, and shows everywhere', async () => {
    expect(await metric('civicloop_backup_age_seconds')).toBe(-1);
    expect(await sweepBackups(place)).toBe(true);
    expect(await sweepBackups(place)).toBe(false);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('存放在本机和备份目录之外');
    const { runs, isBusy } = await backupList(await contextOf('systemAdmin'), {});
    expect(runs).toMatchObject([{ kind: 'scheduled', status: 'complete', note: null }]);
    expect(runs[0]?.events).toBeGreaterThan(0);
    expect(isBusy).toBe(false);
    expect(await metric('civicloop_backup_age_seconds')).toBeLessThan(60);
    expect(await metric('civicloop_backup_bytes')).toBeGreaterThan(10_000);
    expect(await metric('civicloop_backup_failed')).toBe(0);
  });

  it('that fails says why, on the page, in the metrics and to the doctor', async () => {
    const full = join(dataDir, 'a file, no folder');
    writeFileSync(full, '');
    await expect(runBackup(place, 'command', full)).rejects.toThrow();
    const { runs } = await backupList(await contextOf('systemAdmin'), {});
    expect(runs[0]).toMatchObject({ kind: 'command', status: 'failed' });
    expect(runs[0]?.note).not.toBe('');
    expect(await metric('civicloop_backup_failed')).toBe(1);
  });
});

describe('the page', () => {
  it('is for the system administrator alone', async () => {
    for (const nickname of ['desk', 'securityAdmin', 'auditAdmin', 'leader']) {
      const context = await contextOf(nickname);
      await expect(backupList(context, {})).rejects.toMatchObject({ status: 403 });
      await expect(askForBackup(context, { kind: 'page' })).rejects.toMatchObject({ status: 403 });
    }
  });

  it('asks for a backup and a rehearsal, one after the other', async () => {
    const context = await contextOf('systemAdmin');
    await askForBackup(context, { kind: 'page' });
    await expect(askForBackup(context, { kind: 'drill' })).rejects.toMatchObject({ status: 409 });
    expect((await backupList(context, {})).isBusy).toBe(true);
    expect(await sweepBackups(place)).toBe(true);
    await askForBackup(context, { kind: 'drill' });
    expect(await sweepBackups(place)).toBe(true);
    const { runs } = await backupList(context, {});
    expect(runs.slice(0, 2)).toMatchObject([
      { kind: 'drill', status: 'complete' },
      { kind: 'page', status: 'complete' },
    ]);
    expect(runs[0]?.note).toContain('封存链通过');
  });

  it('ends what a killed program left running', async () => {
    const { runs: before } = await backupList(await contextOf('systemAdmin'), {});
    await w.pool.query(`update backup_run set status = 'running' where id = $1`, [before[0]?.id]);
    await endStaleRuns(w.pool);
    const { runs } = await backupList(await contextOf('systemAdmin'), {});
    expect(runs[0]).toMatchObject({ status: 'failed' });
  });
});

it('what is destroyed between two backups stays destroyed', async () => {
  const report = await w.report({ complainantName: '欧阳测试' });
  await sealAll(w.pool);
  await runBackup(place, 'command', join(dataDir, 'backups'));
  await w.run('securityAdmin', 'report', report.id, 'anonymize', { reason: '保存期满' });
  await refreshDestroyed(place);
  const into = await emptyDatabase();
  await restoreBackup({
    vault: openVault(join(dataDir, 'backups'), readBackupKey(join(dataDir, 'keys', 'backup.key'))),
    owner: into.config,
    box: place.box,
    photoFolder: join(dataDir, 'restored'),
    migrations: migrationsIn('db'),
  });
  const { rows } = await into.owner.query(
    `select 1 from secret where record_id = $1 and ciphertext is not null`,
    [report.id],
  );
  expect(rows).toEqual([]);
  await into.drop();
});

describe('the doctor', () => {
  const examineNow = (at = '2026-10-01T00:00:00.000Z'): Promise<Finding[]> =>
    examineDatabase({
      pool: w.pool,
      dataDir,
      env: { ...place.env, MASTER_KEY: testKey.toString('base64') },
      now: Date.parse(at),
      isRunning: true,
    });
  const problems = (findings: Finding[]): string[] =>
    findings.filter(({ state }) => state === '有问题').map(({ about }) => about);

  it('finds nothing wrong with what is right, and each thing that is wrong', async () => {
    await sealAll(w.pool);
    await runBackup(place, 'command', join(dataDir, 'backups'));
    await w.pool.query(
      `update backup_run set started_at = '2026-09-30T20:00:00Z' where status = 'complete'`,
    );
    await w.pool.query(
      `update backup_run set started_at = '2026-09-30T10:00:00Z' where status = 'failed'`,
    );
    expect(problems(await examineNow())).toEqual([]);

    chmodSync(join(dataDir, 'keys', 'backup.key'), 0o644);
    expect(problems(await examineNow())).toEqual(['备份密钥']);
    chmodSync(join(dataDir, 'keys', 'backup.key'), 0o600);

    expect(problems(await examineNow('2026-10-03T00:00:00.000Z'))).toEqual(['最近备份']);
    expect(problems(await examineNow('2026-12-01T00:00:00.000Z'))).toContain('日历');

    await w.issue();
    expect(problems(await examineNow('2026-10-01T01:00:00.000Z'))).toEqual(['封存']);
    await sealAll(w.pool);
    await w.pool.query(
      `insert into job (district, kind, event_id, run_at, attempts, problem)
       select district, 'tellUnit', id, 'infinity', 12, 'broken' from event limit 1`,
    );
    const findings = await examineNow();
    expect(problems(findings)).toEqual(['后续事项']);
    expect(findings.find(({ about }) => about === '后续事项')?.words).toContain('broken');
    await w.photo('head');
    expect(problems(await examineNow())).toEqual(['后续事项', '照片']);
  });

  it('warns of demo accounts that sign in beside a real district, and says how they go', async () => {
    const demo = async (): Promise<Finding | undefined> =>
      (await examineNow()).find(({ about }) => about === '演示账号');
    expect(await demo()).toMatchObject({ state: '正常', words: '没有' });
    const owner = new pg.Client(w.config);
    await owner.connect();
    await owner.query(`update person set is_demo = true where id = $1`, [w.personId('desk')]);
    await owner.query(
      `insert into credential (person_id, password_hash, must_change, changed_at) values ($1, 'x', false, now())
       on conflict do nothing`,
      [w.personId('desk')],
    );
    const found = await demo();
    expect(found).toMatchObject({ state: '有问题' });
    expect(found?.words).toContain('1 个演示账号（例如 desk）还能登录');
    expect(found?.words).toContain('请由系统管理员在“人员”页停用这些账号');
    await owner.query(
      `insert into area select (jsonb_populate_record(a, '{"district": "110198", "code": "110198", "is_demo": true,
         "id": "00000000-0000-7000-8000-0000000000aa"}')).* from area a where code = $1`,
      [w.district],
    );
    await owner.query(
      `insert into post select (jsonb_populate_record(o, '{"district": "110198", "unit_id": null, "area_code": null}')).*
       from post o where person_id = $1 limit 1`,
      [w.personId('desk')],
    );
    expect((await demo())?.words).toContain('npm run cli -- district remove 110198');
    await owner.query(`update area set is_demo = true where level = 'district'`);
    expect(await demo()).toMatchObject({ state: '正常' });
    await owner.query(`update area set is_demo = false where code = $1`, [w.district]);
    await owner.query(`delete from post where district = '110198'`);
    await owner.query(`delete from area where district = '110198'`);
    await owner.query(`update person set is_demo = false`);
    await owner.end();
  });

  it('knows another master key and a newer database', async () => {
    const env = { ...place.env, MASTER_KEY: Buffer.alloc(32, 8).toString('base64') };
    const other = await examineDatabase({
      pool: w.pool,
      dataDir,
      env,
      now: Date.now(),
      isRunning: true,
    });
    expect(problems(other)).toContain('主密钥');
    const { config } = w;
    const owner = new pg.Client(config);
    await owner.connect();
    await owner.query(`insert into migration (name, digest) values ('9999_later.sql', '')`);
    expect(problems(await examineNow())).toContain('数据库结构');
    await owner.query(`delete from migration where name = '9999_later.sql'`);
    await owner.end();
  });
});
