import type pg from 'pg';
import { v7 as newId } from 'uuid';
import { Refused } from '../../domain/refused.ts';

/** Asks the running program for a backup or a rehearsal. */
export async function askForRun(
  pool: pg.Pool,
  kind: 'page' | 'drill',
  directory: string,
): Promise<void> {
  const { rows } = await pool.query<{ status: string }>(
    `select status from backup_run where status in ('asked', 'running') limit 1`,
  );
  if (rows.length > 0) {
    throw new Refused(409, 'backupRunning', '一次备份或演练正在进行，请等它结束');
  }
  await pool.query(
    `insert into backup_run (id, kind, status, started_at, directory) values ($1, $2, 'asked', now(), $3)`,
    [newId(), kind, directory],
  );
}
