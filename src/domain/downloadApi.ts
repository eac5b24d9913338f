/** Download api 导出接口: what the page of files taken out asks for, and how many rows one would have. */
import { z } from 'zod';
import { Download } from './download.ts';
import { list, page, paging } from './paging.ts';
import { OpenAction } from './views.ts';

/** A file asked for, with names beside ids; `made`: rows written so far, while it is being made. */
export const DownloadRow = Download.extend({
  label: z.string(),
  columnTitles: z.array(z.string()),
  /** The filters in words. */
  filterWords: z.string(),
  askerName: z.string(),
  askerPost: z.string(),
  deciderName: z.string().nullable(),
  made: z.number().nullable(),
  actions: z.array(OpenAction),
});
export type DownloadRow = z.infer<typeof DownloadRow>;

export const downloadQueries = {
  downloadList: {
    path: 'downloads',
    label: '导出记录',
    /** `waiting`: of everybody, for whoever may consent; otherwise one's own. */
    input: z.strictObject({ status: list, waiting: z.enum(['1']).optional(), ...paging }),
    output: page(DownloadRow),
  },
  downloadSize: {
    path: 'downloads/size',
    label: '一个列表的行数',
    method: 'post',
    input: z.strictObject({
      list: z.string().max(30),
      filters: z.record(z.string().max(20), z.string().max(400)).optional(),
    }),
    /** Counted to 1,000,001. */
    output: z.object({ rowCount: z.number() }),
  },
} as const;
