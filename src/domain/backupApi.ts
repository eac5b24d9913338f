/**
 * Backup api 备份接口: what the page of 备份 shows, and the two things it may ask for. Making a backup changes
 * nothing of the ledger, so it is no action of a noun.
 */
import { z } from 'zod';
import { Moment } from './moment.ts';

export const runKindLabels = {
  scheduled: '自动备份',
  page: '页面备份',
  command: '命令备份',
  drill: '演练恢复',
} as const;

export const runStatusLabels = {
  asked: '等待开始',
  running: '进行中',
  complete: '成功',
  failed: '失败',
} as const;

const kinds = Object.keys(runKindLabels) as (keyof typeof runKindLabels)[];
const statuses = Object.keys(runStatusLabels) as (keyof typeof runStatusLabels)[];

export const BackupRun = z.object({
  id: z.string(),
  kind: z.enum(kinds),
  status: z.enum(statuses),
  startedAt: Moment,
  endedAt: Moment.nullable(),
  name: z.string().nullable(),
  directory: z.string(),
  bytes: z.number().nullable(),
  writtenBytes: z.number().nullable(),
  events: z.number().nullable(),
  photos: z.number().nullable(),
  note: z.string().nullable(),
});
export type BackupRun = z.infer<typeof BackupRun>;

export const backupQueries = {
  backupList: {
    path: 'backups',
    label: '备份情况',
    input: z.strictObject({}),
    output: z.object({
      /** Null: no directory is set, and nothing can be asked for. */
      directory: z.string().nullable(),
      at: z.string(),
      keepDaily: z.number(),
      keepWeekly: z.number(),
      isBusy: z.boolean(),
      /** No backup was complete within the last 26 hours. */
      isLate: z.boolean(),
      /** The newest first, at most 50. */
      runs: z.array(BackupRun),
    }),
  },
  askForBackup: {
    path: 'backups/ask',
    label: '现在备份或演练恢复',
    method: 'post',
    input: z.strictObject({ kind: z.enum(['page', 'drill']) }),
    output: z.object({ isAsked: z.literal(true) }),
  },
} as const;
