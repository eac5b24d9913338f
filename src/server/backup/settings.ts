/** Settings of the backups; matters of the machine, so they come from the environment. */
import { StartRefused } from '../startRefusal.ts';
import type { Keep } from './retention.ts';

export interface BackupSettings {
  /** Where backups lie; null: none are made by themselves. */
  directory: string | null;
  /** Local time of day of the daily backup, `02:30`. */
  at: string;
  keep: Keep;
}

function count(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  if (text === undefined || text === '') return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 1000) {
    throw new StartRefused(
      `${name} 须为 0 至 1000 的整数，现在是“${text.slice(0, 20)}”。请改正后再启动。`,
    );
  }
  return number;
}

/** `BACKUP_DIR`, `BACKUP_AT`, `BACKUP_KEEP_DAILY`, `BACKUP_KEEP_WEEKLY`. Throws `StartRefused`. */
export function backupSettings(env: NodeJS.ProcessEnv): BackupSettings {
  const at = env.BACKUP_AT || '02:30';
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) {
    throw new StartRefused(
      `BACKUP_AT 须为 02:30 这样的时刻，现在是“${at.slice(0, 20)}”。请改正后再启动。`,
    );
  }
  return {
    directory: env.BACKUP_DIR || null,
    at,
    keep: {
      daily: count(env, 'BACKUP_KEEP_DAILY', 7),
      weekly: count(env, 'BACKUP_KEEP_WEEKLY', 4),
    },
  };
}
