/**
 * Order api 工单导入接口: the loads of hotline files. A file goes to `POST /api/:district/orders`; its map, its
 * applying and undoing to `…/orders/loads/:id/map`, `apply`, `undo`, slice by slice. Source: issue 5-1.
 */
import { z } from 'zod';
import { Moment } from './moment.ts';
import { OrderChoice, OrderMap } from './orderMap.ts';

/** Rows of one file at most; more goes by several files or by command. */
export const maxOrderRows = 200_000;
/** Of a workbook, which is held in memory whole. */
export const maxWorkbookRows = 60_000;
export const maxOrderBytes = 64 * 1024 * 1024;

/** How far a load of rows is: of orders or of findings. */
export const LoadStatus = z.enum([
  'checked',
  'applying',
  'applied',
  'undoing',
  'undone',
  'expired',
]);

export const loadStatusLabels: Record<z.infer<typeof LoadStatus>, string> = {
  checked: '待导入',
  applying: '导入中',
  applied: '已导入',
  undoing: '撤销中',
  undone: '已撤销',
  expired: '已过期',
};

/** Rows by what becomes of them (checked) or became (applied). */
export const OrderCounts = z.object({
  added: z.number(),
  changed: z.number(),
  known: z.number(),
  /** Known, and only the result of the city's call-back is new. */
  visited: z.number(),
  refused: z.number(),
  /** Undone: taken back, and left as they are. */
  withdrawn: z.number(),
  stays: z.number(),
});
export type OrderCounts = z.infer<typeof OrderCounts>;

export const noCounts: OrderCounts = {
  added: 0,
  changed: 0,
  known: 0,
  visited: 0,
  refused: 0,
  withdrawn: 0,
  stays: 0,
};

/** Why rows do not go in, how many and which. */
export const LoadReason = z.object({
  reason: z.string(),
  count: z.number(),
  rows: z.array(z.number()),
});
export type LoadReason = z.infer<typeof LoadReason>;

export const OrderLoadRow = z.object({
  id: z.string(),
  senderCode: z.string(),
  senderName: z.string(),
  personId: z.string(),
  personName: z.string(),
  createdAt: Moment,
  fileName: z.string(),
  sha256: z.string(),
  size: z.number(),
  form: z.enum(['csv', 'xlsx']),
  status: LoadStatus,
  head: z.array(z.string()),
  map: OrderMap,
  isHistoric: z.boolean(),
  rows: z.number(),
  chunks: z.number(),
  doneChunks: z.number(),
  counts: OrderCounts,
  /** The words of the translated columns with how often each stands there. */
  found: z.partialRecord(OrderChoice, z.record(z.string(), z.number())),
  reasons: z.array(LoadReason),
  notes: z.array(z.string()),
  appliedAt: Moment.nullable(),
  undoneAt: Moment.nullable(),
  /** Why it cannot be applied as it is; null when it can. */
  refusal: z.string().nullable(),
});
export type OrderLoadRow = z.infer<typeof OrderLoadRow>;

/** A row as it will be, personal data masked. */
export const OrderPreviewRow = z.object({
  row: z.number(),
  fields: z.array(z.object({ title: z.string(), value: z.string() })),
  refusal: z.string().nullable(),
});
export type OrderPreviewRow = z.infer<typeof OrderPreviewRow>;

export const OrderMapChoice = z.strictObject({ map: OrderMap, isHistoric: z.boolean() });

export const orderQueries = {
  orderLoads: {
    path: 'orders/loads',
    label: '工单导入记录',
    input: z.strictObject({}),
    output: z.object({ items: z.array(OrderLoadRow) }),
  },
  orderLoad: {
    path: 'orders/loads/:id',
    label: '工单导入预览',
    input: z.strictObject({ id: z.uuid() }),
    output: z.object({
      load: OrderLoadRow,
      preview: z.array(OrderPreviewRow),
      /** After undoing: what moved on since and stays, with the reason. */
      stays: z.array(z.object({ reportId: z.string(), number: z.string(), why: z.string() })),
    }),
  },
} as const;
