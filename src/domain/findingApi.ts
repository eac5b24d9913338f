/**
 * Finding api 测评发现接口: the list, one finding, and the loads of files. A table goes to
 * `POST /api/:district/findingLoads`, its zip of photos to `…/:id/photos`, applying and undoing to `…/:id/apply`
 * and `…/:id/undo`, slice by slice. Source: issue 5-4.
 */
import { z } from 'zod';
import { Finding, FindingStatus } from './finding.ts';
import { IssueStatus } from './issueShape.ts';
import { Moment } from './moment.ts';
import { LoadReason, LoadStatus } from './orderApi.ts';
import { filters, list, page, paging } from './paging.ts';
import { ReportStatus } from './reportShape.ts';
import { EventView, OpenAction, PhotoView } from './views.ts';

/** Rows of one file at most. */
export const maxFindingRows = 10_000;
export const maxFindingBytes = 32 * 1024 * 1024;
/** A zip of photos at most, packed and unpacked; it is sent in pieces of the second. */
export const maxArchiveBytes = 1024 * 1024 * 1024;
export const archivePieceBytes = 8 * 1024 * 1024;
/** Photos of one finding at most. */
export const maxFindingPhotos = 20;

export const FindingItem = Finding.pick({
  id: true,
  version: true,
  item: true,
  words: true,
  measure: true,
  measureUnit: true,
  areaCode: true,
  address: true,
  foundAt: true,
  recordedAt: true,
  photoCount: true,
  reportId: true,
  loadId: true,
}).extend({
  status: z.enum(FindingStatus),
  categoryName: z.string().nullable(),
  siteName: z.string().nullable(),
  areaName: z.string(),
  /** The inspected unit. */
  unitName: z.string().nullable(),
  assessorName: z.string(),
  reportNumber: z.string(),
  reportStatus: z.enum(ReportStatus),
  issueId: z.string().nullable(),
  issueNumber: z.string().nullable(),
  issueStatus: z.enum(IssueStatus).nullable(),
  /** Its photos, for the lists that show them. */
  photoIds: z.array(z.string()),
});
export type FindingItem = z.infer<typeof FindingItem>;

export const FindingCounts = z.object({
  added: z.number(),
  changed: z.number(),
  known: z.number(),
  refused: z.number(),
  /** Undone: taken back, and left as they are. */
  withdrawn: z.number(),
  stays: z.number(),
  /** Photos of the rows that go in. */
  photos: z.number(),
});
export type FindingCounts = z.infer<typeof FindingCounts>;

export const noFindingCounts: FindingCounts = {
  added: 0,
  changed: 0,
  known: 0,
  refused: 0,
  withdrawn: 0,
  stays: 0,
  photos: 0,
};

/** The zip of photos of a load. */
export const FindingArchive = z.object({
  fileName: z.string(),
  sha256: z.string(),
  size: z.number(),
  photos: z.number(),
});
export type FindingArchive = z.infer<typeof FindingArchive>;

export const FindingLoadRow = z.object({
  id: z.string(),
  personId: z.string(),
  personName: z.string(),
  createdAt: Moment,
  fileName: z.string(),
  sha256: z.string(),
  size: z.number(),
  form: z.enum(['csv', 'xlsx']),
  status: LoadStatus,
  head: z.array(z.string()),
  rows: z.number(),
  doneRows: z.number(),
  archive: FindingArchive.nullable(),
  counts: FindingCounts,
  reasons: z.array(LoadReason),
  notes: z.array(z.string()),
  appliedAt: Moment.nullable(),
  undoneAt: Moment.nullable(),
  /** Why it cannot be applied as it is; null when it can. */
  refusal: z.string().nullable(),
});
export type FindingLoadRow = z.infer<typeof FindingLoadRow>;

/** A row as it will be, personal data masked. */
export const FindingPreviewRow = z.object({
  row: z.number(),
  fields: z.array(z.object({ title: z.string(), value: z.string() })),
  /** The photos it names, by their place in the zip. */
  photos: z.array(z.object({ n: z.number(), name: z.string() })),
  refusal: z.string().nullable(),
});
export type FindingPreviewRow = z.infer<typeof FindingPreviewRow>;

const idInput = z.strictObject({ id: z.uuid() });

export const findingQueries = {
  findingList: {
    path: 'findings',
    label: '测评发现列表',
    input: z.strictObject({
      status: list,
      area: filters.area,
      category: filters.category,
      site: z.uuid().optional(),
      unit: z.uuid().optional(),
      load: z.uuid().optional(),
      mine: z.enum(['1']).optional(),
      from: filters.from,
      to: filters.to,
      ...paging,
    }),
    output: page(FindingItem),
  },
  findingView: {
    path: 'findings/:id',
    label: '测评发现详情',
    input: idInput,
    output: z.object({
      finding: Finding,
      item: FindingItem,
      actions: z.array(OpenAction),
      events: z.array(EventView),
      photos: z.array(PhotoView),
    }),
  },
  findingLoads: {
    path: 'findingLoads',
    label: '测评发现导入记录',
    input: z.strictObject({}),
    output: z.object({ items: z.array(FindingLoadRow) }),
  },
  findingLoad: {
    path: 'findingLoads/:id',
    label: '测评发现导入预览',
    input: idInput,
    output: z.object({
      load: FindingLoadRow,
      preview: z.array(FindingPreviewRow),
      /** After undoing: what moved on since and stays, with the reason. */
      stays: z.array(z.object({ id: z.string(), words: z.string(), why: z.string() })),
    }),
  },
} as const;
