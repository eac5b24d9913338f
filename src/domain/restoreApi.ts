/**
 * Restore api 恢复接口: what the setup page asks and shows when an empty installation takes in a backup. The
 * master key is never sent: it lies on the server.
 */
import { z } from 'zod';
import { Moment } from './moment.ts';

/** Which backup: a directory on the server and the key that opens it. */
export const RestoreSource = z.strictObject({
  directory: z
    .string()
    .trim()
    .min(1, '请填写备份目录')
    .max(500, '备份目录过长')
    .refine((path) => path.startsWith('/'), '备份目录请写服务器上的完整路径，以 / 开头'),
  /** Base64; empty: the key that lies on the server. */
  key: z.string().trim().max(100, '备份密钥过长').default(''),
  /** Left out: the newest. */
  backup: z.string().max(80).optional(),
});
export type RestoreSource = z.infer<typeof RestoreSource>;

export const RestoreOrder = RestoreSource.extend({
  backup: z.string().min(1).max(80),
  /** The demo district here may go. */
  mayReplaceDemo: z.boolean().default(false),
});
export type RestoreOrder = z.infer<typeof RestoreOrder>;

/** What a backup holds, before it is restored. */
export const RestorePreview = z.object({
  backup: z.string(),
  madeAt: Moment,
  districts: z.array(z.object({ code: z.string(), name: z.string(), isDemo: z.boolean() })),
  events: z.number(),
  issues: z.number(),
  photos: z.number(),
  /** Photos whose bytes were gone when the backup was made. */
  missing: z.number(),
  photoBytes: z.number(),
  /** All complete backups of the directory, the newest first. */
  others: z.array(z.string()),
  /** The demo district that stands here and would go; null: there is none. */
  replacedDemo: z.string().nullable(),
});
export type RestorePreview = z.infer<typeof RestorePreview>;

export const restorePhaseLabels = {
  check: '核对备份文件',
  close: '停下各项服务',
  photos: '恢复照片',
  rows: '恢复数据',
  verify: '复核条数和封存',
  open: '重新启动',
} as const;

const phases = Object.keys(restorePhaseLabels) as (keyof typeof restorePhaseLabels)[];
export type RestorePhase = (typeof phases)[number];

/** How far it is. The words are only for whoever holds the token. */
export const RestoreState = z.object({
  state: z.enum(['none', 'running', 'failed', 'complete']),
  phase: z.enum(phases),
  done: z.number(),
  total: z.number(),
  /** Why it failed, or what came back; null: nothing to say, or not to this one. */
  words: z.string().nullable(),
  /** The file on the server in which the master key must lie; null when it comes from the environment. */
  masterKeyFile: z.string().nullable(),
});
export type RestoreState = z.infer<typeof RestoreState>;
