/**
 * Download 导出: a list taken out of the product as a file. Who asks gets what the list shows them, in the columns
 * chosen; more than 5,000 rows need somebody else's consent. The file is kept some days and removed; that it was
 * made and taken stays for ever. Source: issue 5-13 “over 5,000 rows by approval; watermark and log”.
 */
import { z } from 'zod';
import type { Role } from './access.ts';
import { actionOf, noun, type Asked } from './action.ts';
import { ledgerLists } from './downloadLedger.ts';
import { registerLists } from './downloadRegisters.ts';
import type { DownloadColumn, DownloadList } from './downloadColumn.ts';
import { note } from './fields.ts';
import { addMinutes, Moment } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields } from './versioned.ts';

export const downloadLists = { ...ledgerLists, ...registerLists };
export type DownloadListName = keyof typeof downloadLists;
export const downloadListNames = Object.keys(downloadLists) as DownloadListName[];

/** The list of a name; undefined when it is none that can be taken out. */
export const findDownloadList = (name: string): DownloadList | undefined =>
  Object.hasOwn(downloadLists, name) ? downloadLists[name as DownloadListName] : undefined;

/** More rows than these need somebody's consent (issue 5-13). */
export const freeRows = 5_000;
/** More rows than these fit no sheet and nobody reads them. */
export const mostRows = 1_000_000;
/** Days a file is kept, and days an ask waits for an answer. */
export const keptDays = 7;

export const DownloadForm = z.enum(['xlsx', 'csv']);
export type DownloadForm = z.infer<typeof DownloadForm>;

export const Download = z.object({
  ...keptFields([
    'counting',
    'asked',
    'granted',
    'ready',
    'denied',
    'canceled',
    'failed',
    'removed',
  ]),
  list: z.string(),
  form: DownloadForm,
  columns: z.array(z.string()),
  filters: z.record(z.string(), z.string()),
  words: z.string().nullable(),
  reason: z.string().nullable(),
  askerId: z.uuid(),
  askerPostId: z.uuid(),
  askedAt: Moment,
  rowCount: z.number().int().nullable(),
  deciderId: z.uuid().nullable(),
  decidedAt: Moment.nullable(),
  opinion: z.string().nullable(),
  madeAt: Moment.nullable(),
  expiresAt: Moment.nullable(),
  size: z.number().int().nullable(),
  sha256: z.string().nullable(),
  takenCount: z.number().int(),
  problem: z.string().nullable(),
});
export type Download = z.infer<typeof Download>;

export const downloadStatusLabels: Record<Download['status'], string> = {
  counting: '统计行数',
  asked: '待审批',
  granted: '生成中',
  ready: '可下载',
  denied: '未同意',
  canceled: '已取消',
  failed: '未生成',
  removed: '文件已销毁',
};

/** The columns of a file in the order of the list. */
export const columnsOfDownload = ({
  list,
  columns,
}: Pick<Download, 'list' | 'columns'>): DownloadColumn[] =>
  (findDownloadList(list)?.columns ?? []).filter(({ key }) => columns.includes(key));

/** Everybody who has lists; the system administrator takes master data out as sheets. */
const askers: Role[] = [
  'gridWorker',
  'assessor',
  'desk',
  'shiftLeader',
  'unitHead',
  'officer',
  'supervisor',
  'leader',
  'securityAdmin',
  'auditAdmin',
];

const act = actionOf<Download>();

const notOwn = ({ askerId }: Download, { actor }: Asked): Refusal | undefined =>
  actor.role === 'system' || askerId === actor.personId
    ? undefined
    : refusal('notYours', '只有申请人本人可以办理');

const ownAsk = ({ askerId }: Download, { actor }: Asked): Refusal | undefined =>
  askerId === actor.personId ? refusal('ownAsk', '不能审批本人的导出申请') : undefined;

export const download = noun({
  name: 'download',
  plural: 'downloads',
  label: '导出',
  shape: Download,
  seen: { persons: ['askerId'] },
  statuses: downloadStatusLabels,
  finals: ['denied', 'canceled', 'failed', 'removed'],
  actions: {
    ask: act({
      label: '导出',
      sentence: '申请导出{list}（{form}）',
      source: '列表导出为表格，选列，留痕（issue 5-13）',
      by: askers,
      from: 'new',
      to: 'counting',
      input: z.strictObject({
        list: z.enum(downloadListNames).meta({ title: '列表', kind: 'text' }),
        form: DownloadForm.meta({ title: '格式', kind: 'text' }),
        columns: z
          .array(z.string().max(30))
          .min(1, '请至少选择一列')
          .max(60)
          .refine((keys) => new Set(keys).size === keys.length, '同一列只需选一次')
          .meta({ title: '列', kind: 'tags' }),
        filters: z
          .record(z.string().regex(/^[a-z]{1,20}$/), z.string().max(400))
          .refine((all) => Object.keys(all).length <= 20, '筛选条件过多')
          .optional(),
        words: note('查找').optional(),
        reason: note('理由').optional(),
      }),
      check: (_record, { list, columns, filters }) => {
        const known = downloadLists[list].columns.map(({ key }) => key);
        if (columns.some((key) => !known.includes(key)))
          return refusal('noColumn', '列表没有所选的列，请刷新页面重新选择');
        return ['cursor', 'limit', 'words'].some((key) => filters && key in filters)
          ? refusal('badFilter', '筛选条件不对，请刷新页面重新选择')
          : undefined;
      },
      changes: (_record, { list, form, columns, filters, words, reason }, { now, actor }) => ({
        list,
        form,
        columns,
        filters: filters ?? {},
        words: words ?? null,
        reason: reason ?? null,
        askerId: actor.personId,
        askerPostId: actor.postId,
        askedAt: now,
        rowCount: null,
        deciderId: null,
        decidedAt: null,
        opinion: null,
        madeAt: null,
        expiresAt: null,
        size: null,
        sha256: null,
        takenCount: 0,
        problem: null,
      }),
    }),

    count: act({
      label: '统计行数',
      sentence: '共 {rowCount} 行',
      source: '超过 5,000 行须审批（issue 5-13）',
      by: ['system'],
      from: ['counting'],
      to: ['granted', 'asked', 'failed'],
      input: z.strictObject({ rowCount: z.number().int().min(0) }),
      changes: ({ reason }, { rowCount }) => {
        if (rowCount > mostRows)
          return {
            rowCount,
            status: 'failed' as const,
            problem: '超过 1,000,000 行，请用筛选条件缩小范围后再导出',
          };
        if (rowCount <= freeRows) return { rowCount, status: 'granted' as const };
        return reason === null
          ? {
              rowCount,
              status: 'failed' as const,
              problem: '超过 5,000 行须经审批，请填写理由重新申请',
            }
          : { rowCount, status: 'asked' as const };
      },
    }),

    grant: act({
      label: '同意',
      sentence: '同意导出：{opinion}',
      source: '超过 5,000 行须他人审批（issue 5-13）',
      by: ['shiftLeader', 'leader'],
      from: ['asked'],
      to: 'granted',
      input: z.strictObject({ opinion: note('审批意见').optional() }),
      refuse: ownAsk,
      changes: (_record, { opinion }, { now, actor }) => ({
        deciderId: actor.personId,
        decidedAt: now,
        opinion: opinion ?? null,
      }),
    }),

    deny: act({
      label: '不同意',
      sentence: '不同意导出：{opinion}',
      source: '超过 5,000 行须他人审批（issue 5-13）',
      by: ['shiftLeader', 'leader'],
      from: ['asked'],
      to: 'denied',
      input: z.strictObject({ opinion: note('不同意的理由') }),
      refuse: ownAsk,
      changes: (_record, { opinion }, { now, actor }) => ({
        deciderId: actor.personId,
        decidedAt: now,
        opinion: opinion ?? null,
      }),
    }),

    finish: act({
      label: '生成',
      sentence: '生成文件，{rowCount} 行',
      source: '生成的文件保留 7 天（issue 5-13）',
      by: ['system'],
      from: ['granted'],
      to: 'ready',
      input: z.strictObject({
        rowCount: z.number().int().min(0),
        size: z.number().int().min(0),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
      changes: (_record, input, { now }) => ({
        ...input,
        madeAt: now,
        expiresAt: addMinutes(now, keptDays * 24 * 60),
      }),
    }),

    fail: act({
      label: '未能生成',
      sentence: '未能生成文件：{problem}',
      source: '未办成的须说明原因（issue 5-13）',
      by: ['system'],
      from: ['counting', 'granted'],
      to: 'failed',
      input: z.strictObject({ problem: note('原因') }),
      changes: (_record, { problem }) => ({ problem }),
    }),

    take: act({
      label: '下载',
      sentence: '下载文件',
      source: '每次下载留痕（issue 5-13 watermark and log）',
      by: askers,
      from: ['ready'],
      input: z.strictObject({}),
      refuse: (record, asked) =>
        notOwn(record, asked) ??
        (asked.actor.postId === record.askerPostId
          ? undefined
          : refusal('otherPost', '请切换到申请时的岗位再下载')),
      changes: ({ takenCount }) => ({ takenCount: takenCount + 1 }),
    }),

    cancel: act({
      label: '取消',
      sentence: '取消导出',
      source: '导出可以取消，不留文件（issue 5-13）',
      by: [...askers, 'system'],
      from: ['counting', 'asked', 'granted'],
      to: 'canceled',
      input: z.strictObject({}),
      refuse: notOwn,
      changes: () => ({}),
    }),

    remove: act({
      label: '销毁文件',
      sentence: '销毁导出的文件',
      source: '导出的文件到期销毁（issue 5-13）',
      by: [...askers, 'system'],
      from: ['ready'],
      to: 'removed',
      input: z.strictObject({}),
      refuse: notOwn,
      changes: () => ({}),
    }),
  },
});
