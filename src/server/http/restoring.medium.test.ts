/** An empty installation takes in a backup by HTTP: who may, what is refused and why, and what stands afterwards. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RestorePreview, RestoreState } from '../../domain/restoreApi.ts';
import { accountsOn } from '../accounts.ts';
import { makeBackup } from '../backup/backup.ts';
import { ensureBackupKey } from '../backup/backupKey.ts';
import { restoreBackup } from '../backup/restore.ts';
import { openVault } from '../backup/vault.ts';
import { connect } from '../database.ts';
import { makeLog } from '../log.ts';
import { checkMasterKey } from '../masterKey.ts';
import { migrationsIn } from '../migrate.ts';
import { markRestoring, restoringFile } from '../postgres/dataDir.ts';
import { openProgram, type Program } from '../program.ts';
import { sealAll, verifySeals } from '../sealer.ts';
import { secretBox } from '../secrets.ts';
import { setupToken } from '../setup.ts';
import { testKey } from '../testing/cluster.ts';
import { emptyDatabase, type OwnDatabase } from '../testing/emptyDatabase.ts';
import { testPassword } from '../testing/served.ts';
import { world, type World } from '../testing/world.ts';

// Whole programs are opened, emptied and opened again.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let w: World;
let folder: string;
let vaultPath: string;
let keyText: string;
/** One that this program can take, and a later one of a newer program. */
let good: string;
let newer: string;
let issueId: string;
let number: string;

beforeAll(async () => {
  w = await world();
  ({ id: issueId, number } = await w.issue({ status: 'claimed' }));
  await accountsOn(w.pool, w.tools).setPassword(w.personId('desk'), testPassword, false);
  await sealAll(w.pool);
  folder = mkdtempSync(join(tmpdir(), 'loop-restoring-'));
  chmodSync(folder, 0o711);
  vaultPath = join(folder, 'vault');
  const owner = new pg.Client(w.config);
  await owner.connect();
  await checkMasterKey(owner, testKey);
  const key = ensureBackupKey(join(folder, 'backup.key'), () => undefined);
  keyText = key.toString('base64');
  const backup = async (): Promise<string> => {
    const made = await makeBackup({
      vault: openVault(vaultPath, key),
      connection: w.config,
      photoFolder: join(folder, 'photos'),
      now: Date.now,
    });
    return made.manifest.id;
  };
  good = await backup();
  await owner.query(`insert into migration (name, digest) values ('9999_later.sql', '')`);
  newer = await backup();
  await owner.end();
});
afterAll(async () => {
  await w.drop();
  rmSync(folder, { recursive: true });
});

interface Here {
  program: Program;
  database: OwnDatabase;
  dataDir: string;
  said: string[];
  ask(path: string, body?: object, token?: string): Promise<{ status: number; body: never }>;
  stop(): Promise<void>;
}

/** The token of an installation with this master key. */
const tokenOf = (key: Buffer): string => setupToken({ box: secretBox(key) });

/** The program on an empty database; `key`: the master key that lies in its data directory. */
async function programOn(name: string, key: Buffer, before?: OwnDatabase): Promise<Here> {
  const database = before ?? (await emptyDatabase());
  const dataDir = join(folder, name);
  mkdirSync(join(dataDir, 'keys'), { recursive: true });
  writeFileSync(join(dataDir, 'keys', 'master.key'), key.toString('base64'), { mode: 0o600 });
  const { host, user, database: named } = database.config;
  const said: string[] = [];
  const program = await openProgram({
    env: {
      DATABASE_URL: `postgres://${user}@localhost/${named}?host=${encodeURIComponent(host ?? '')}`,
      DATA_DIR: dataDir,
    },
    host: '127.0.0.1',
    port: 0,
    log: makeLog('silent'),
    say: (sentence) => void said.push(sentence),
    webFolder: 'dist/web',
  });
  await program.ready();
  return {
    program,
    database,
    dataDir,
    said,
    ask: async (path, body, token = '') => {
      const response = await fetch(`http://127.0.0.1:${program.port}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { 'content-type': 'application/json', 'x-setup-token': token },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, body: (await response.json()) as never };
    },
    stop: async () => {
      await program.stop();
      await database.drop();
    },
  };
}

/** Waits for the end of a restore; every code that other addresses answered meanwhile. */
async function ended({ ask }: Here, token: string) {
  const codes = new Set<string>();
  for (;;) {
    const { body } = await ask('/api/setup/restore', undefined, token);
    const state = body as RestoreState;
    if (state.state !== 'running') return { state, codes };
    codes.add(((await ask('/api/session')).body as { code: string }).code);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** How many times each district says that it came back. */
async function recordsOf({ database }: Here): Promise<{ sentence: string; times: number }[]> {
  const { rows } = await database.owner.query<{ sentence: string; times: number }>(
    `select district || ' ' || (input->>'backup') || ' ' || (input->>'way') as sentence, count(*)::integer as times
     from event where action = 'recordRestore' group by 1`,
  );
  return rows;
}

describe('a restore asked for on an empty installation', () => {
  const fresh = Buffer.alloc(32, 9);
  const token = tokenOf(fresh);
  let here: Here;
  beforeAll(async () => {
    here = await programOn('fresh', fresh);
  });
  afterAll(() => here.stop());

  const source = (more: object = {}) => ({
    directory: vaultPath,
    key: keyText,
    backup: good,
    ...more,
  });
  const refusal = async (more: object, path = '/api/setup/restore/preview', word = token) => {
    const { status, body } = await here.ask(path, source(more), word);
    const { code, message } = body as { code: string; message: string };
    return [status, code, message];
  };

  it('is for whoever holds the token', async () => {
    for (const path of ['/api/setup/restore/preview', '/api/setup/restore'])
      for (const word of ['', 'x'.repeat(24)])
        expect((await refusal({}, path, word)).slice(0, 2)).toEqual([403, 'badToken']);
  });

  it('says why a backup cannot be taken, and changes nothing', async () => {
    const none = join(folder, 'nothing');
    mkdirSync(none);
    const other = Buffer.alloc(32, 3).toString('base64');
    for (const [more, status, code, words] of [
      [{ directory: 'vault' }, 400, 'badInput', '填写的内容有误'],
      [{ directory: `${vaultPath}/no` }, 404, 'noDirectory', '服务器上没有目录'],
      [{ directory: none, backup: undefined }, 404, 'noBackup', '没有 CivicLoop 的备份'],
      [{ backup: 'other' }, 404, 'noBackup', '没有名为 other 的备份'],
      [{ key: '' }, 409, 'noBackupKey', '没有备份密钥'],
      [{ key: 'nonsense' }, 409, 'badBackupKey', '不是 32 字节的 base64'],
      [{ key: other }, 409, 'backupDamaged', '另一把备份密钥'],
      [{}, 409, 'foreignBackup', '属于另一把主密钥'],
    ] as const) {
      const [gotStatus, gotCode, message] = await refusal(more);
      expect([gotStatus, gotCode]).toEqual([status, code]);
      expect(message).toContain(words);
    }
    expect((await refusal({}, '/api/setup/restore'))[1]).toBe('foreignBackup');
    expect(existsSync(restoringFile(here.dataDir))).toBe(false);
    expect(existsSync(join(here.dataDir, 'keys', 'backup.key'))).toBe(false);
  });

  it('takes the original master key once it lies there, and shows what the backup holds', async () => {
    writeFileSync(join(here.dataDir, 'keys', 'master.key'), testKey.toString('base64'));
    const { status, body } = await here.ask('/api/setup/restore/preview', source(), token);
    expect(status).toBe(200);
    const preview = body as RestorePreview;
    expect(preview).toMatchObject({
      backup: good,
      districts: [{ code: w.district, name: '测试区', isDemo: false }],
      issues: 1,
      photos: 0,
      others: [newer, good],
      replacedDemo: null,
    });
    expect(preview.events).toBeGreaterThan(100);
    expect((await refusal({ backup: newer }))[1]).toBe('newerBackup');
    expect((await refusal({ backup: newer }, '/api/setup/restore'))[1]).toBe('newerBackup');
  });

  it('stops at a damaged file, says which, and leaves the installation as it was', async () => {
    const damaged = join(folder, 'damaged');
    cpSync(vaultPath, damaged, { recursive: true });
    const file = join(damaged, 'backups', good, 'report');
    const bytes = readFileSync(file);
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const begun = await here.ask('/api/setup/restore', source({ directory: damaged }), token);
    expect(begun.status).toBe(200);
    const { state } = await ended(here, token);
    expect(state).toMatchObject({ state: 'failed', phase: 'check' });
    expect(state.words).toContain(`backups/${good}/report 已损坏`);
    const told = (await here.ask('/api/setup/restore')).body as RestoreState;
    expect(told.words).toBeNull();
    expect(existsSync(restoringFile(here.dataDir))).toBe(false);
    expect((await here.ask('/api/setup', undefined, token)).status).toBe(200);
  });

  it('replaces a demo district only with consent', async () => {
    const { owner } = here.database;
    await owner.query(
      `insert into area select (jsonb_populate_record(a, to_jsonb(b))).* from
         (select '${w.district}' as district, gen_random_uuid() as id, 1 as version, 'active' as status,
           '${w.district}' as code, '演示' as name, 'district' as level, true as is_demo,
           '[]'::jsonb as succeeded_by, '[]'::jsonb as predecessors) b
       left join area a on false`,
    );
    const { body } = await here.ask('/api/setup/restore/preview', source(), token);
    expect((body as RestorePreview).replacedDemo).toBe(`${w.district} 演示`);
    expect((await refusal({}, '/api/setup/restore'))[1]).toBe('demoHere');
  });

  it('restores while the door stays open, and everybody signs in as before', async () => {
    const order = source({ mayReplaceDemo: true });
    const begun = await here.ask('/api/setup/restore', order, token);
    expect(begun.body).toMatchObject({ state: 'running' });
    expect((await refusal({ mayReplaceDemo: true }, '/api/setup/restore'))[1]).toMatch(
      /restoreRunning|restoring/,
    );
    const { state, codes } = await ended(here, token);
    expect(state.words).toMatch(
      /^备份 .* 已恢复：\d+ 条事件，0 张照片，封存链核对通过。所有人须重新登录。$/,
    );
    expect(state.state).toBe('complete');
    expect([...codes]).toContain('restoring');

    const signedIn = await fetch(`http://127.0.0.1:${here.program.port}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login: 'desk', password: testPassword }),
    });
    expect(signedIn.status).toBe(200);
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const view = await fetch(
      `http://127.0.0.1:${here.program.port}/api/${w.district}/issues/${issueId}`,
      { headers: { cookie } },
    );
    expect(await view.text()).toContain(number);

    expect(await recordsOf(here)).toEqual([
      { sentence: `${w.district} ${good} 在页面上`, times: 1 },
    ]);
    const { pool, close } = connect(here.database.config, { role: null });
    // The program goes on working: what it does now is sealed in a moment.
    await vi.waitFor(
      async () => {
        const seals = await verifySeals(pool);
        expect(seals.map(({ firstBad, unsealed }) => [firstBad, unsealed])).toEqual(
          seals.map(() => [null, 0]),
        );
      },
      { timeout: 15_000, interval: 300 },
    );
    await close();
    expect(readFileSync(join(here.dataDir, 'keys', 'backup.key'), 'utf8').trim()).toBe(keyText);
    expect(existsSync(restoringFile(here.dataDir))).toBe(false);
  });

  it('is over once there is a district', async () => {
    const [status, code, message] = await refusal({}, '/api/setup/restore', tokenOf(testKey));
    expect([status, code]).toEqual([409, 'notEmpty']);
    expect(message).toContain('这里已经有“测试区”');
    expect((await refusal({}, '/api/setup/restore', token))[1]).toBe('badToken');
  });
});

describe('the next start after a restore that was killed', () => {
  const mark = () => ({
    backup: good,
    directory: vaultPath,
    way: 'page' as const,
    at: '2026-11-21T10:00:00.000Z',
  });

  it('says that it has to be done again, until it is done', async () => {
    const dataDir = join(folder, 'killed');
    mkdirSync(dataDir);
    markRestoring(dataDir, mark());
    const here = await programOn('killed', testKey);
    expect(here.said.join('\n')).toContain(`上次从备份 ${good}`);
    const token = tokenOf(testKey);
    const before = (await here.ask('/api/setup/restore', undefined, token)).body as RestoreState;
    expect(before.state).toBe('failed');
    expect(before.words).toContain('恢复没有做完，没有恢复任何数据，可以再做一次');
    const order = { directory: vaultPath, key: keyText, backup: good };
    expect((await here.ask('/api/setup/restore', order, token)).status).toBe(200);
    expect((await ended(here, token)).state.state).toBe('complete');
    expect(existsSync(restoringFile(dataDir))).toBe(false);
    await here.stop();
  });

  it('takes the original master key where nothing is locked yet, and no other where a district is', async () => {
    const database = await emptyDatabase();
    const fresh = await programOn('keys', Buffer.alloc(32, 9), database);
    await fresh.program.stop();
    const here = await programOn('keys', testKey, database);
    const { owner } = database;
    await owner.query(
      `insert into area select (jsonb_populate_record(a, to_jsonb(b))).* from
         (select '110116' as district, gen_random_uuid() as id, 1 as version, 'active' as status,
           '110116' as code, '怀柔区' as name, 'district' as level, false as is_demo,
           '[]'::jsonb as succeeded_by, '[]'::jsonb as predecessors) b
       left join area a on false`,
    );
    await here.program.stop();
    await expect(programOn('keys', Buffer.alloc(32, 9), database)).rejects.toThrow(
      '主密钥不是这个数据库原来的那一个',
    );
    await database.drop();
  });

  it('finishes one whose rows were in, and puts it on record once', async () => {
    const dataDir = join(folder, 'late');
    mkdirSync(dataDir);
    const database = await emptyDatabase();
    await restoreBackup({
      vault: openVault(vaultPath, Buffer.from(keyText, 'base64')),
      id: good,
      owner: database.config,
      box: secretBox(testKey),
      photoFolder: join(dataDir, 'photos'),
      migrations: migrationsIn('db'),
      isFollowed: true,
    });
    markRestoring(dataDir, mark());
    const here = await programOn('late', testKey, database);
    expect(here.said.join('\n')).toContain('现已完成');
    expect(existsSync(restoringFile(dataDir))).toBe(false);
    await here.program.stop();
    markRestoring(dataDir, mark());
    const again = await programOn('late', testKey, database);
    expect(again.said.join('\n')).not.toContain('没有做完');
    expect(existsSync(restoringFile(dataDir))).toBe(false);
    expect(await recordsOf(again)).toEqual([
      { sentence: `${w.district} ${good} 在页面上`, times: 1 },
    ]);
    await again.stop();
  });
});
