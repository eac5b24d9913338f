/** Backups 备份: what became of them, and asking the running program for one. For the system administrator. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { BackupRun } from '../../domain/backupApi.ts';
import { minutesBetween } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { askForRun } from '../backup/asking.ts';
import { backupSettings } from '../backup/settings.ts';
import { isEmptyInstallation } from '../setup.ts';
import { signedIn, type QueryContext } from './context.ts';

const lateMinutes = 26 * 60;

/** The demo accounts are known to everybody: beside a real district they have no hand in its backups. */
async function checkRole(context: QueryContext): Promise<void> {
  if (signedIn(context).role !== 'systemAdmin') {
    throw new Refused(403, 'notYourRole', '备份只供系统管理员查看和操作');
  }
  const { master, district, pool } = context;
  if (master.areas.get(district)?.isDemo && !(await isEmptyInstallation(pool))) {
    throw new Refused(
      403,
      'demoAccount',
      '演示账号不能操作正式区的备份，请用正式区的系统管理员登录',
    );
  }
}

export async function backupList(
  context: QueryContext,
  _input: QueryInput<'backupList'>,
): Promise<QueryOutput<'backupList'>> {
  await checkRole(context);
  const { rows } = await context.pool.query<BackupRun>(
    `select id, kind, status, started_at as "startedAt", ended_at as "endedAt", name, directory, bytes,
       written_bytes as "writtenBytes", events, photos, note
     from backup_run order by started_at desc, id desc limit 50`,
  );
  const { directory, at, keep } = backupSettings(process.env);
  return {
    directory,
    at,
    keepDaily: keep.daily,
    keepWeekly: keep.weekly,
    isBusy: rows.some(({ status }) => status === 'asked' || status === 'running'),
    isLate: !rows.some(
      ({ kind, status, startedAt }) =>
        kind !== 'drill' &&
        status === 'complete' &&
        minutesBetween(startedAt, context.now) < lateMinutes,
    ),
    runs: rows,
  };
}

export async function askForBackup(
  context: QueryContext,
  { kind }: QueryInput<'askForBackup'>,
): Promise<QueryOutput<'askForBackup'>> {
  await checkRole(context);
  const { directory } = backupSettings(process.env);
  if (directory === null) {
    throw new Refused(
      409,
      'noBackupDirectory',
      '还没有设置备份目录。请由运维人员设置环境变量 BACKUP_DIR 并重启程序',
    );
  }
  await askForRun(context.pool, kind, directory);
  return { isAsked: true };
}
