/**
 * Api 接口: what a screen asks for and receives, one table. Router, client functions and the OpenAPI
 * document are derived from it; actions are derived from the nouns. A query without handler does not
 * compile. The shapes are in `views.ts`.
 */
import { z } from 'zod';
import { apiKeyQueries } from './apiKeyApi.ts';
import { Approval } from './approval.ts';
import { areaQueries } from './areaApi.ts';
import { Assist } from './assist.ts';
import { backupQueries } from './backupApi.ts';
import { FindingItem, findingQueries } from './findingApi.ts';
import { groupQueries } from './groupApi.ts';
import { CallbackItem, CallbackMark, callbackQueries } from './callbackApi.ts';
import { indicatorQueries } from './indicatorApi.ts';
import { Issue } from './issueShape.ts';
import { downloadQueries } from './downloadApi.ts';
import { DutySuggestion } from './dutySuggestion.ts';
import { dutyQueries } from './dutyApi.ts';
import { Moment } from './moment.ts';
import { orderQueries } from './orderApi.ts';
import { outsideQueries } from './outsideApi.ts';
import { noticeQueries } from './noticeApi.ts';
import { filters, list, page, paging } from './paging.ts';
import { peopleQueries } from './peopleApi.ts';
import { platformQueries } from './platformApi.ts';
import { Report, ReportStatus } from './reportShape.ts';
import { sheetQueries } from './sheetApi.ts';
import { standardQueries } from './standardsApi.ts';
import { Suggestion } from './suggestion.ts';
import { understandingQueries } from './understandingApi.ts';
import {
  ClockView,
  Directory,
  EventView,
  IssueItem,
  OpenAction,
  PhotoView,
  ReportItem,
} from './views.ts';

const idInput = z.strictObject({ id: z.uuid() });

export interface Query {
  path: string;
  label: string;
  /** GET unless the input is too delicate for an address (codes, names). */
  method?: 'post';
  /** Open without signing in. */
  isPublic?: boolean;
  input: z.ZodObject;
  output: z.ZodType;
}

export const queries = {
  ...areaQueries,
  ...peopleQueries,
  ...dutyQueries,
  ...apiKeyQueries,
  ...understandingQueries,
  ...indicatorQueries,
  directory: {
    path: 'directory',
    label: '单位、区域、类别、岗位名录',
    input: z.strictObject({}),
    output: Directory,
  },
  issueList: {
    path: 'issues',
    label: '案件台账',
    input: z.strictObject({
      ...filters,
      ...paging,
      unit: z.uuid().optional(),
      mine: z.enum(['1']).optional(),
      sort: z.enum(['newest', 'due']).optional(),
    }),
    output: page(IssueItem),
  },
  issueView: {
    path: 'issues/:id',
    label: '案件详情',
    input: idInput,
    output: z.object({
      issue: Issue,
      item: IssueItem,
      condition: z
        .object({
          openWhen: z.string(),
          closeWhen: z.string(),
          collectRule: z.string().nullable(),
          isUnvouched: z.boolean(),
        })
        .nullable(),
      actions: z.array(OpenAction),
      clocks: z.array(ClockView),
      events: z.array(EventView),
      photos: z.array(PhotoView),
      reports: z.array(ReportItem),
      /** What inspections found, of its reports. */
      findings: z.array(FindingItem),
      assists: z.array(Assist.extend({ unitName: z.string(), actions: z.array(OpenAction) })),
      approvals: z.array(
        Approval.extend({
          askerName: z.string(),
          deciderName: z.string().nullable(),
          actions: z.array(OpenAction),
        }),
      ),
      verifiers: z.array(
        z.object({
          postId: z.string(),
          name: z.string(),
          title: z.string(),
          areaName: z.string().nullable(),
          refusal: z.string().nullable(),
        }),
      ),
      related: z.array(z.object({ id: z.string(), number: z.string(), why: z.string() })),
      /** Of its reports, each with its own result. */
      callbacks: z.array(CallbackItem),
      /** Who is answerable for the place (包街包片), the nearest area first. */
      patrons: z.array(z.object({ name: z.string(), title: z.string(), areaName: z.string() })),
      /** Before dispatching, for the desk: what the duty matrix suggests. */
      suggestion: DutySuggestion.nullable(),
      /** After dispatching: the row it rested on, and whether the desk chose otherwise. */
      duty: z.string().nullable(),
    }),
  },
  reportList: {
    path: 'reports',
    label: '来件列表',
    input: z.strictObject({ ...filters, ...paging, mine: z.enum(['1']).optional() }),
    /** With the latest call-back of each, if there is one in scope. */
    output: page(ReportItem.extend({ callback: CallbackMark.nullable() })),
  },
  reportView: {
    path: 'reports/:id',
    label: '来件详情',
    input: idInput,
    output: z.object({
      report: Report.omit({
        complainantName: true,
        complainantPhone: true,
        complainantEmail: true,
        followHash: true,
      }).extend({
        hasComplainant: z.boolean(),
      }),
      item: ReportItem,
      actions: z.array(OpenAction),
      clocks: z.array(ClockView),
      events: z.array(EventView),
      photos: z.array(PhotoView),
      issue: IssueItem.nullable(),
      /** Open issues that may be the same matter, the likeliest first (score 0 … 1): candidates for joining. */
      near: z.array(
        z.object({
          item: IssueItem,
          meters: z.number().nullable(),
          score: z.number(),
          why: z.string(),
        }),
      ),
      /** What it seems to be; null once it is decided. */
      suggestion: Suggestion.nullable(),
      /** The finding of an inspection that is its origin. */
      finding: FindingItem.nullable(),
      /** One for each closing, the latest first. */
      callbacks: z.array(CallbackItem),
    }),
  },
  /** After `reveal`: the complainant in the clear, once, for the event of the reveal. */
  revealed: {
    path: 'revealed',
    label: '查看后的诉求人信息',
    method: 'post',
    input: z.strictObject({ eventId: z.uuid() }),
    output: z.object({
      name: z.string().nullable(),
      phone: z.string().nullable(),
      email: z.string().nullable(),
      content: z.string().nullable(),
    }),
  },
  approvalList: {
    path: 'approvals',
    label: '审批列表',
    input: z.strictObject({ status: list, ...paging }),
    output: page(
      Approval.extend({
        askerName: z.string(),
        issueNumber: z.string(),
        issueWords: z.string(),
        actions: z.array(OpenAction),
      }),
    ),
  },
  assistList: {
    path: 'assists',
    label: '协办任务',
    input: z.strictObject({ status: list, ...paging }),
    output: page(
      Assist.extend({
        unitName: z.string(),
        issueNumber: z.string(),
        issueWords: z.string(),
        actions: z.array(OpenAction),
      }),
    ),
  },
  /** Counts of what waits for this actor, each with the address filter that lists it. */
  work: {
    path: 'work',
    label: '我的待办',
    input: z.strictObject({}),
    output: z.object({
      lists: z.array(
        z.object({
          label: z.string(),
          page: z.enum(['issues', 'reports', 'approvals', 'assists', 'callbacks']),
          filter: z.string(),
          count: z.number(),
          isMore: z.boolean(),
          overdue: z.number(),
        }),
      ),
      unread: z.number(),
    }),
  },
  noticeList: {
    path: 'notices',
    label: '消息',
    input: z.strictObject({ ...paging }),
    output: page(
      z.object({
        id: z.string(),
        words: z.string(),
        noun: z.string(),
        recordId: z.string(),
        at: Moment,
        isRead: z.boolean(),
      }),
    ),
  },
  readNotices: {
    path: 'notices/read',
    label: '消息标为已读',
    method: 'post',
    input: z.strictObject({ ids: z.array(z.uuid()).max(100) }),
    output: z.object({ read: z.number() }),
  },
  eventList: {
    path: 'events/:noun/:id',
    label: '任一记录的全部事件',
    input: z.strictObject({ noun: z.string().max(30), id: z.uuid() }),
    output: z.object({ events: z.array(EventView) }),
  },
  worksSum: {
    path: 'works',
    label: '整治工程量汇总',
    input: z.strictObject({ from: filters.from, to: filters.to, unit: z.uuid().optional() }),
    output: z.object({
      rows: z.array(
        z.object({
          code: z.string(),
          name: z.string(),
          unit: z.string(),
          quantity: z.number(),
          issueCount: z.number(),
        }),
      ),
    }),
  },
  /** A citizen follows a report by its number and the code given at submitting. */
  follow: {
    path: 'follow',
    label: '凭编号和查询码查询进度',
    method: 'post',
    isPublic: true,
    input: z.strictObject({
      number: z.string().regex(/^\d{14}$/, '编号为 14 位数字'),
      code: z.string().min(6).max(40),
    }),
    output: z.object({
      number: z.string(),
      status: z.enum(ReportStatus),
      submittedAt: Moment,
      content: z.string(),
      steps: z.array(z.object({ at: Moment, words: z.string() })),
      answer: z.string().nullable(),
      /** Is the reporter asked to judge how it was handled? */
      callback: z.enum(['waiting', 'answered', 'none']),
    }),
  },
  /** What the citizen page needs before anything is sent. */
  citizenForm: {
    path: 'citizen',
    label: '市民上报所需名录',
    isPublic: true,
    input: z.strictObject({}),
    output: z.object({
      districtName: z.string(),
      areas: z.array(z.object({ code: z.string(), name: z.string(), level: z.string() })),
      categories: z.array(z.object({ code: z.string(), name: z.string(), majorName: z.string() })),
    }),
  },
  ...sheetQueries,
  ...downloadQueries,
  ...orderQueries,
  ...findingQueries,
  ...callbackQueries,
  /** How far the made-up life of a demo district is, while it is being made; null when it is complete. */
  progress: {
    path: 'progress',
    label: '演示数据生成进度',
    isPublic: true,
    input: z.strictObject({}),
    output: z.object({ share: z.number().min(0).max(1).nullable() }),
  },
  ...standardQueries,
  ...backupQueries,
  ...outsideQueries,
  ...platformQueries,
  ...noticeQueries,
  ...groupQueries,
} as const satisfies Record<string, Query>;

export type QueryName = keyof typeof queries;
export type QueryInput<Q extends QueryName> = z.infer<(typeof queries)[Q]['input']>;
export type QueryOutput<Q extends QueryName> = z.infer<(typeof queries)[Q]['output']>;
