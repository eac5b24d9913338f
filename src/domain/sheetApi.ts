/**
 * Sheet api 表格接口: what a file of master data would change, item by item, and the loads there were. The
 * file itself goes to `POST /api/:district/sheets/:sheet`; what is to follow to `…/loads/:id/apply`, `undo`.
 */
import { z } from 'zod';
import { Day, Moment } from './moment.ts';

/** What becomes of a record: `other` waits for another role, `gone` is in the ledger but not in the file. */
export const SheetItemKind = z.enum(['added', 'changed', 'same', 'gone', 'refused', 'other']);
export type SheetItemKind = z.infer<typeof SheetItemKind>;

export const sheetItemLabels: Record<SheetItemKind, string> = {
  added: '新增',
  changed: '变更',
  same: '不变',
  gone: '缺失',
  refused: '拒绝',
  other: '须由他人办理',
};

export const SheetLoadStatus = z.enum(['previewed', 'applied', 'undone', 'expired']);

export const sheetLoadLabels: Record<z.infer<typeof SheetLoadStatus>, string> = {
  previewed: '待应用',
  applied: '已应用',
  undone: '已撤销',
  expired: '预览已过期',
};

const SheetField = z.object({ title: z.string(), before: z.string(), after: z.string() });

export const SheetItem = z.object({
  kind: SheetItemKind,
  noun: z.string(),
  /** The record; empty for a refused row that is none. */
  id: z.string(),
  label: z.string(),
  /** Rows of the file as a spreadsheet counts them. */
  rows: z.array(z.number()),
  fields: z.array(SheetField),
  /** Refused: why; gone: why it cannot be retired; other: who must act. */
  message: z.string().nullable(),
  /** Refused: the column it is about; empty when it is about the whole row. */
  column: z.string(),
});
export type SheetItem = z.infer<typeof SheetItem>;

export const SheetCounts = z.record(SheetItemKind, z.number());
export type SheetCounts = z.infer<typeof SheetCounts>;

export const SheetLoadRow = z.object({
  id: z.string(),
  sheet: z.string(),
  title: z.string(),
  personId: z.string(),
  personName: z.string(),
  createdAt: Moment,
  fileName: z.string(),
  sha256: z.string(),
  size: z.number(),
  status: SheetLoadStatus,
  counts: SheetCounts,
  notes: z.array(z.string()),
  appliedAt: Moment.nullable(),
  undoneAt: Moment.nullable(),
  /** Why it cannot be applied as it is; null when it can. */
  refusal: z.string().nullable(),
  /** Versions: a day from which they hold may be named. */
  isVersioned: z.boolean(),
});
export type SheetLoadRow = z.infer<typeof SheetLoadRow>;

/** Items of one answer at most; the page asks for the next ones. */
export const sheetPageSize = 100;

/** `retire`: ids of the missing records to retire, or all of them. `fromDay`: when versions begin. */
export const SheetApply = z.strictObject({
  retire: z.union([z.literal('all'), z.array(z.uuid()).max(10_000)]).optional(),
  fromDay: Day.optional(),
});
export type SheetApply = z.infer<typeof SheetApply>;

/** What applying or undoing did. `passwords`: first passwords, shown this once and kept nowhere. */
export const SheetDone = z.object({
  load: SheetLoadRow,
  eventCount: z.number(),
  passwords: z.array(z.object({ login: z.string(), name: z.string(), password: z.string() })),
});
export type SheetDone = z.infer<typeof SheetDone>;

export const sheetQueries = {
  sheetLoads: {
    path: 'sheets/loads',
    label: '表格导入记录',
    input: z.strictObject({ sheet: z.string().max(30).optional() }),
    output: z.object({ items: z.array(SheetLoadRow) }),
  },
  sheetLoad: {
    path: 'sheets/loads/:id',
    label: '表格导入预览',
    input: z.strictObject({
      id: z.uuid(),
      kind: SheetItemKind.optional(),
      page: z.coerce.number().int().min(1).max(10_000).optional(),
    }),
    output: z.object({
      load: SheetLoadRow,
      items: z.array(SheetItem),
      /** Refusals by reason with how many rows each. */
      reasons: z.array(
        z.object({ message: z.string(), count: z.number(), rows: z.array(z.number()) }),
      ),
    }),
  },
} as const;
