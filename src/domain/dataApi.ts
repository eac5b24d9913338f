/**
 * Data api 数据接口: reports and cases for programs of others, read only, and closed cases as open data. No words, no
 * persons, no photos, nothing confidential; places to about 100 meters. Source: issue 5-14.
 */
import { z } from 'zod';
import { Channel, Urgency } from './channel.ts';
import { IssueStatus } from './issueShape.ts';
import { Moment } from './moment.ts';
import { list } from './paging.ts';
import { ReportStatus } from './reportShape.ts';

const moment = z.iso.datetime({ offset: true, error: '时间须为带时区的 ISO 8601 格式' });

/** What both lists are asked by. `since`, `until`: of the moment a record began, the first included. */
export const DataFilter = z.strictObject({
  district: z
    .string()
    .regex(/^\d{6}$/, '区划代码为 6 位数字')
    .optional()
    .describe('区划代码；只有一个区时可省略'),
  since: moment.optional().describe('从这一时刻起（含）'),
  until: moment.optional().describe('到这一时刻止（不含）'),
  status: list,
  area: z
    .string()
    .regex(/^\d{6,15}$/, '区域代码为 6 至 15 位数字')
    .optional()
    .describe('区域代码，含下级'),
  category: z
    .string()
    .regex(/^[A-Z0-9]{1,10}$/, '类别代码不对')
    .optional()
    .describe('类别代码或其开头'),
  cursor: z.string().max(200).optional().describe('上一页回答中的 next'),
  limit: z.coerce.number().int().min(1).max(500).optional().describe('每页条数，默认 100'),
});
export type DataFilter = z.infer<typeof DataFilter>;

const place = {
  areaCode: z.string().describe('到社区'),
  areaName: z.string(),
  lng: z.number().nullable().describe('WGS84，约 100 米'),
  lat: z.number().nullable(),
};

export const DataReport = z.object({
  number: z.string(),
  status: z.enum(ReportStatus),
  channel: Channel,
  urgency: Urgency,
  categoryCode: z.string().nullable(),
  categoryName: z.string().nullable(),
  ...place,
  submittedAt: Moment,
  answeredAt: Moment.nullable(),
  issueNumber: z.string().nullable(),
});
export type DataReport = z.infer<typeof DataReport>;

export const DataIssue = z.object({
  number: z.string(),
  status: z.enum(IssueStatus),
  channel: Channel,
  urgency: Urgency,
  categoryCode: z.string(),
  categoryName: z.string(),
  ...place,
  unitName: z.string().nullable(),
  attempt: z.number(),
  isHeld: z.boolean(),
  isOverdue: z.boolean(),
  due: Moment.nullable(),
  acceptedAt: Moment,
  dispatchedAt: Moment.nullable(),
  claimedAt: Moment.nullable(),
  rectifiedAt: Moment.nullable(),
  closedAt: Moment.nullable(),
});
export type DataIssue = z.infer<typeof DataIssue>;

const dataPage = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const dataLists = {
  reports: { label: '来件', page: dataPage(DataReport) },
  issues: { label: '案件', page: dataPage(DataIssue) },
};
