/**
 * Doctor 体检: looks at everything the product stands on and says of each whether it is right, and what to do.
 * It changes nothing; beside a running program or alone.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, statfsSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import pg from 'pg';
import { addMinutes, localDay, minutesBetween, momentAt, type Moment } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import { backupKeyFile } from './backup/backupKey.ts';
import { backupSettings } from './backup/settings.ts';
import { connect, type Connections } from './database.ts';
import { checkMasterKey, loadMasterKey, masterKeyFile } from './masterKey.ts';
import { migrationsIn } from './migrate.ts';
import { findOriginal } from './photos/photoStore.ts';
import { isNewCluster, prepareDataDir, readRestoring } from './postgres/dataDir.ts';
import { findRunning, startEmbedded } from './postgres/embedded.ts';
import { explainStartError, OLDEST_POSTGRES } from './startRefusal.ts';

export interface Finding {
  state: '正常' | '注意' | '有问题';
  about: string;
  words: string;
}

const good = (about: string, words: string): Finding => ({ state: '正常', about, words });
const watch = (about: string, words: string): Finding => ({ state: '注意', about, words });
const bad = (about: string, words: string): Finding => ({ state: '有问题', about, words });

/** What the checks may use. */
export interface Patient extends Pick<Connections, 'pool'> {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  now: number;
  /** The program runs on it now. */
  isRunning: boolean;
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < 20 || (major === 20 && minor < 19);
  return isOld
    ? bad('Node', `${process.versions.node} 太旧，请升级到 20.19 或更高`)
    : good('Node', process.versions.node);
}

function disk(about: string, path: string): Finding {
  const { bavail, bsize, blocks } = statfsSync(path);
  const free = bavail * bsize;
  const words = `${path} 还有 ${gigabytes(free)}`;
  if (free < 1e9) return bad(about, `${words}，写满后不能保存任何内容，请立即清理或扩容`);
  if (free < 5e9 || free < 0.1 * blocks * bsize) return watch(about, `${words}，请安排清理或扩容`);
  return good(about, words);
}

/** A key file may be read by its owner alone. */
function keyFile(about: string, path: string): Finding {
  const mode = statSync(path).mode & 0o777;
  return (mode & 0o077) === 0
    ? good(about, `${path}（请另存一份在本机和备份目录之外）`)
    : bad(about, `${path} 的权限是 ${mode.toString(8)}，别的用户也能读。请运行 chmod 600 ${path}`);
}

async function keys({ pool, dataDir, env }: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  const file = masterKeyFile(dataDir);
  if (!env.MASTER_KEY && existsSync(file)) findings.push(keyFile('主密钥文件', file));
  const client = await pool.connect();
  try {
    const { rows } = await client.query(`select 1 from house where name = 'key check'`);
    const key = loadMasterKey({ dataDir, isNew: false, env });
    if (rows.length > 0) await checkMasterKey(client, key);
    findings.push(good('主密钥', rows.length > 0 ? '与数据库相符' : '数据库还没有登记它'));
  } catch (error) {
    findings.push(bad('主密钥', error instanceof Error ? error.message : String(error)));
  } finally {
    client.release();
  }
  const backupKey = backupKeyFile(dataDir, env);
  findings.push(
    existsSync(backupKey)
      ? keyFile('备份密钥', backupKey)
      : watch('备份密钥', '还没有，第一次备份时生成；生成后请另存一份'),
  );
  return findings;
}

async function database({ pool }: Patient): Promise<Finding[]> {
  const { rows } = await pool.query<{
    version: string;
    number: number;
    encoding: string;
    collate: string;
  }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::integer as number,
       pg_encoding_to_char(encoding) as encoding, datcollate as collate
     from pg_database where datname = current_database()`,
  );
  const { version = '', number = 0, encoding = '', collate = '' } = rows[0] ?? {};
  return [
    number < OLDEST_POSTGRES * 10_000
      ? bad('PostgreSQL', `${version} 太旧，请升级到 ${OLDEST_POSTGRES} 或更高`)
      : good('PostgreSQL', version),
    encoding === 'UTF8'
      ? good('编码', `${encoding}，排序规则 ${collate}`)
      : bad('编码', `${encoding}，不能保存中文。请新建编码为 UTF8 的数据库，用备份恢复过去`),
  ];
}

async function clock({ pool }: Patient): Promise<Finding> {
  const before = Date.now();
  const { rows } = await pool.query<{ ms: number }>(
    `select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms`,
  );
  const skew = Math.abs((rows[0]?.ms ?? 0) - (before + Date.now()) / 2) / 1000;
  const words = `本机与数据库相差 ${skew.toFixed(1)} 秒`;
  if (skew > 30) return bad('时钟', `${words}，时限会算错。请在两台机器上开启 NTP 对时`);
  return skew > 2 ? watch('时钟', `${words}，请开启 NTP 对时`) : good('时钟', words);
}

async function migrations({ pool }: Patient): Promise<Finding> {
  const known = migrationsIn('db').map(({ name }) => name);
  const { rows } = await pool.query<{ name: string }>(`select name from migration order by name`);
  const unknown = rows.find(({ name }) => !known.includes(name));
  const waiting = known.length - rows.length;
  if (unknown) return bad('数据库结构', `由更新版本的程序建立（${unknown.name}），请升级程序`);
  if (waiting > 0)
    return watch('数据库结构', `还有 ${waiting} 步升级，启动程序即自动完成；请先备份`);
  return good('数据库结构', `${rows.length} 步，已是最新`);
}

interface LastRun {
  kind: string;
  status: string;
  startedAt: Moment;
  note: string | null;
}

async function backups({ pool, env, now }: Patient): Promise<Finding[]> {
  const { rows: table } = await pool.query(`select 1 where to_regclass('backup_run') is not null`);
  if (table.length === 0) return [watch('最近备份', '数据库升级后才有记录；升级前请先备份')];
  const { rows } = await pool.query<LastRun>(
    `select distinct on (kind = 'drill', status) kind, status, started_at as "startedAt", note
     from backup_run where status in ('complete', 'failed') order by kind = 'drill', status, started_at desc`,
  );
  const find = (isDrill: boolean, status: string): LastRun | undefined =>
    rows.find((run) => (run.kind === 'drill') === isDrill && run.status === status);
  const last = find(false, 'complete');
  const failed = find(false, 'failed');
  const rehearsed = find(true, 'complete');
  const { directory } = backupSettings(env);
  const findings: Finding[] = [];
  if (directory === null) {
    findings.push(
      watch('自动备份', '没有设置。请用 BACKUP_DIR 指定备份目录（最好在另一块盘上），再重启程序'),
    );
  } else if (!existsSync(directory)) {
    findings.push(bad('自动备份', `备份目录 ${directory} 不在，请检查磁盘是否挂上`));
  } else findings.push(disk('备份磁盘', directory));
  const hours = last ? minutesBetween(last.startedAt, momentAt(now)) / 60 : Infinity;
  if (!last)
    findings.push(bad('最近备份', '从来没有成功的备份。请运行 npm run cli -- backup 目录'));
  else if (hours > 26) {
    findings.push(
      bad(
        '最近备份',
        `${Math.floor(hours)} 小时以前。请运行 npm run cli -- backup 目录，并查明自动备份为何没有进行`,
      ),
    );
  } else findings.push(good('最近备份', `${Math.floor(hours)} 小时以前`));
  if (failed && (!last || failed.startedAt > last.startedAt)) {
    findings.push(bad('上次备份失败', failed.note ?? '原因不明，请看日志'));
  } else if (last?.note) findings.push(watch('最近备份', last.note));
  const isRecent = rehearsed && rehearsed.startedAt > addMinutes(momentAt(now), -90 * 1440);
  findings.push(
    isRecent
      ? good('恢复演练', `${localDay(rehearsed.startedAt)} 通过`)
      : watch(
          '恢复演练',
          '90 天内没有做过。请在“备份”页点“演练恢复”，或运行 npm run cli -- rehearse 目录',
        ),
  );
  return findings;
}

async function seals({ pool, now, isRunning }: Patient): Promise<Finding> {
  const { rows } = await pool.query<{ count: number; oldest: Moment | null }>(
    `select count(*) as count, min(e.at) as oldest from (select * from unsealed limit 100000) u
     join event e on e.district = u.district and e.id = u.event_id`,
  );
  const { count = 0, oldest = null } = rows[0] ?? {};
  const seconds = oldest === null ? 0 : minutesBetween(oldest, momentAt(now)) * 60;
  if (count === 0) return good('封存', '没有等待封存的事件');
  if (!isRunning) return watch('封存', `${count} 条事件等待封存，启动程序后自动封存`);
  return seconds > 60
    ? bad(
        '封存',
        `${count} 条事件已等待 ${Math.round(seconds)} 秒。请看日志里的 sealer，必要时重启程序`,
      )
    : good('封存', `${count} 条事件正在封存`);
}

async function jobs({ pool, now }: Patient): Promise<Finding> {
  const { rows } = await pool.query<{ failed: number; late: number; problem: string | null }>(
    `select count(*) filter (where run_at = 'infinity') as failed,
       count(*) filter (where run_at < $1) as late, max(kind || '：' || problem) filter (where run_at = 'infinity') as problem
     from job`,
    [addMinutes(momentAt(now), -5)],
  );
  const { failed = 0, late = 0, problem = null } = rows[0] ?? {};
  if (failed > 0) {
    return bad(
      '后续事项',
      `${failed} 项多次失败已停下，例如 ${problem}。查明原因后运行 update job set run_at = now() where run_at = 'infinity'`,
    );
  }
  return late > 0 ? watch('后续事项', `${late} 项晚了 5 分钟以上`) : good('后续事项', '没有积压');
}

async function calendar({ pool, now }: Patient): Promise<Finding> {
  const [year = 0, month = 0] = localDay(momentAt(now)).split('-').map(Number);
  const { rows } = await pool.query<{ year: number }>(
    `select distinct year from calendar_year where district = $1 and status = 'active' and valid_to is null and is_announced`,
    [baseDistrict],
  );
  const known = new Set(rows.map((row) => row.year));
  const load = (missing: number): string =>
    `${missing} 年的节假日安排没有载入，时限按周一至周五暂定。请在“日历”页载入`;
  if (!known.has(year)) return bad('日历', load(year));
  if (!known.has(year + 1) && month === 12) return bad('日历', load(year + 1));
  if (!known.has(year + 1) && month === 11) return watch('日历', load(year + 1));
  return good('日历', `已公布到 ${Math.max(...known)} 年`);
}

async function photos({ pool, dataDir }: Patient): Promise<Finding> {
  const { rows } = await pool.query<{ sha256: string; size: number }>(
    `(select sha256, size from photo where status = 'complete' and sha256 >= $1 order by sha256 limit 100)
     union all (select sha256, size from photo where status = 'complete' and sha256 < $1 order by sha256 limit 100)`,
    [randomBytes(32).toString('hex')],
  );
  const wrong: string[] = [];
  for (const [n, { sha256, size }] of rows.entries()) {
    const path = await findOriginal(`${dataDir}/photos`, sha256);
    const isRight =
      path !== undefined &&
      (await stat(path)).size === size &&
      (n >= 20 ||
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex') === sha256);
    if (!isRight) wrong.push(sha256);
  }
  return wrong.length > 0
    ? bad(
        '照片',
        `抽查 ${rows.length} 张，${wrong.length} 张的文件不在或不对，例如 ${wrong[0]}。请从备份恢复`,
      )
    : good('照片', `抽查 ${rows.length} 张，都在`);
}

/** Demo accounts have one password that everybody reads on the sign-in page: no company for a real district. */
async function demoAccounts({ pool }: Patient): Promise<Finding> {
  const { rows: real } = await pool.query<{ name: string }>(
    `select name from area where level = 'district' and district = code and code <> $1 and not is_demo
     order by code limit 1`,
    [baseDistrict],
  );
  const { rows } = await pool.query<{ count: number; logins: string; districts: string[] }>(
    `select count(distinct p.id) as count, min(p.login) as logins,
       coalesce(array_agg(distinct a.code) filter (where a.code is not null), '{}') as districts
     from person p join credential c on c.person_id = p.id
     left join post o on o.person_id = p.id and o.status = 'active'
     left join area a on a.district = o.district and a.code = o.district and a.is_demo
     where p.district = $1 and p.is_demo and p.status = 'active'`,
    [baseDistrict],
  );
  const { count = 0, logins = '', districts = [] } = rows[0] ?? {};
  if (count === 0) return good('演示账号', '没有');
  if (!real[0]) return good('演示账号', `${count} 个，这里还没有正式的区`);
  const what = `${count} 个演示账号（例如 ${logins}）还能登录，密码人人知道，而这里已有正式的区“${real[0].name}”`;
  const [district] = districts;
  return bad(
    '演示账号',
    district
      ? `${what}。请停止程序，运行 npm run cli -- district remove ${district}，以后用 DEMO=0 启动`
      : `${what}。请由系统管理员在“人员”页停用这些账号`,
  );
}

/** Every check on an open database; one that fails is itself a finding. */
export async function examineDatabase(patient: Patient): Promise<Finding[]> {
  const checks: [string, (patient: Patient) => Promise<Finding | Finding[]>][] = [
    ['数据库', database],
    ['时钟', clock],
    ['主密钥', keys],
    ['数据库结构', migrations],
    ['备份', backups],
    ['封存', seals],
    ['后续事项', jobs],
    ['日历', calendar],
    ['照片', photos],
    ['演示账号', demoAccounts],
  ];
  const findings: Finding[] = [];
  for (const [about, check] of checks) {
    try {
      findings.push(...[await check(patient)].flat());
    } catch (error) {
      findings.push(
        bad(about, `查不了：${error instanceof Error ? error.message : String(error)}`),
      );
    }
  }
  return findings;
}

async function onDatabase(dataDir: string, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const running = env.DATABASE_URL ? undefined : await findRunning(dataDir);
  const embedded =
    env.DATABASE_URL || running
      ? undefined
      : await startEmbedded({ dataDir, log: () => undefined });
  const config: pg.PoolConfig = env.DATABASE_URL
    ? { connectionString: env.DATABASE_URL }
    : { ...(running ?? { ...embedded?.connection, user: embedded?.ownerUser }) };
  const { pool, close } = connect(config, { role: null, max: 2, statementTimeout: 60_000 });
  try {
    const isRunning = embedded === undefined;
    return await examineDatabase({ pool, dataDir, env, now: Date.now(), isRunning });
  } finally {
    await close();
    await embedded?.stop();
  }
}

/** Examines the installation of this environment. */
export async function examine(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const findings = [node()];
  try {
    const dataDir = prepareDataDir({ env, log: () => undefined });
    findings.push(disk('数据磁盘', dataDir));
    const restoring = readRestoring(dataDir);
    if (restoring) {
      const again =
        restoring.way === 'page'
          ? '请打开 /setup，选“从备份恢复”，再做一次'
          : '请再运行一次同样的 restore 命令';
      findings.push(bad('恢复', `有一次恢复没有做完，${again}`));
    }
    if (!env.DATABASE_URL && isNewCluster(dataDir)) {
      return [...findings, watch('数据库', `${dataDir} 里还没有数据，启动程序即建立`)];
    }
    return [...findings, ...(await onDatabase(dataDir, env))];
  } catch (error) {
    const explained = explainStartError(error, {
      dataDir: env.DATA_DIR,
      databaseUrl: env.DATABASE_URL,
    });
    if (!explained) throw error;
    return [...findings, bad('数据库', explained.message)];
  }
}
