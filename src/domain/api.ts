/**
 * Api 接口: what a screen asks for and receives, one table. Router, client functions and the OpenAPI
 * document are derived from it; actions are derived from the nouns. A query without handler does not
 * compile. The shapes are in `views.ts`.
 */
import { z } from 'zod';
import { Approval } from './approval.ts';
import { areaQueries } from './areaApi.ts';
import { Assist } from './assist.ts';
import { backupQueries } from './backupApi.ts';
import { Issue } from './issueShape.ts';
import { DutySuggestion } from './dutySuggestion.ts';
import { DutyOverrule, DutyRuleItem, OwnerlessItem } from './dutyViews.ts';
import { Moment } from './moment.ts';
import {
  DeputyRow,
  PatronRow,
  PostRow,
  RosterMonth,
  SessionRowView,
  UnitRow,
  UnitUseView,
} from './peopleApi.ts';
import { Report, ReportStatus } from './reportShape.ts';
import { sheetQueries } from './sheetApi.ts';
import { standardQueries } from './standardsApi.ts';
import {
  ClockView,
  Directory,
  EventView,
  IssueItem,
  OpenAction,
  PhotoView,
  ReportItem,
} from './views.ts';

/** A page of a list, by keyset: `next` is the cursor of the following page. */
const page = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable(),
    /** Counted up to 1,000; `isMore`: there are more than that. */
    count: z.number(),
    isMore: z.boolean(),
  });

const paging = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
};

const list = z
  .string()
  .max(400)
  .regex(/^[A-Za-z0-9,]*$/)
  .optional()
  .describe('逗号分隔的多个值');

/** Filters shared by the ledger's lists; every one of them stands in the address of the page. */
const filters = {
  status: list,
  channel: list,
  area: z
    .string()
    .regex(/^\d{6,15}$/)
    .optional(),
  category: z
    .string()
    .regex(/^[A-Z0-9]{1,10}$/)
    .optional(),
  clock: z.enum(['overdue', 'dueSoon', 'onTime', 'held']).optional(),
  words: z.string().trim().max(60).optional(),
  from: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
  to: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
};

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
    output: page(ReportItem),
  },
  reportView: {
    path: 'reports/:id',
    label: '来件详情',
    input: idInput,
    output: z.object({
      report: Report.omit({
        complainantName: true,
        complainantPhone: true,
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
      /** Open issues of the same category near in place and time: candidates for joining. */
      near: z.array(z.object({ item: IssueItem, meters: z.number().nullable(), why: z.string() })),
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
          page: z.enum(['issues', 'reports', 'approvals', 'assists']),
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
  personList: {
    path: 'persons',
    label: '人员列表',
    input: z.strictObject({
      words: z.string().max(30).optional(),
      state: z.enum(['active', 'retired', 'locked']).optional(),
      ...paging,
    }),
    output: page(
      z.object({
        id: z.string(),
        version: z.number(),
        status: z.string(),
        name: z.string(),
        login: z.string(),
        signedInAt: Moment.nullable(),
        /** Until when the account is locked; null when it is open. */
        lockedUntil: Moment.nullable(),
        hasTotp: z.boolean(),
        posts: z.array(z.string()),
        actions: z.array(OpenAction),
      }),
    ),
  },
  dutyRuleList: {
    path: 'dutyRules',
    label: '责任分解表',
    input: z.strictObject({
      words: z.string().trim().max(30).optional(),
      category: filters.category,
      unit: z.uuid().optional(),
      layer: z.enum(['own', 'base']).optional(),
      state: z.enum(['now', 'toCome', 'ended', 'problem']).optional(),
      ...paging,
    }),
    output: page(DutyRuleItem).extend({
      /** The lowest number above all that are used. */
      nextCode: z.string(),
      /** Role words of the categories, and whether a unit in use answers for each. */
      roles: z.array(z.object({ word: z.string(), unitNames: z.array(z.string()) })),
    }),
  },
  /** “试一试”: which unit and row the matrix gives for a matter. */
  dutyTry: {
    path: 'dutyTry',
    label: '责任分解表试查',
    input: z.strictObject({
      category: z.string().regex(/^[PEX][0-9A-Z]{4,6}$/, '请选择类别'),
      condition: z.coerce.number().int().min(1).max(99).optional(),
      area: z.string().regex(/^\d{6,15}$/, '请选择区域'),
      owner: z.uuid().optional(),
    }),
    output: DutySuggestion,
  },
  dutyOverrules: {
    path: 'dutyOverrules',
    label: '改派统计',
    input: z.strictObject({
      area: filters.area,
      category: filters.category,
      unit: z.uuid().optional(),
      from: filters.from,
      to: filters.to,
    }),
    output: z.object({
      groups: z.array(DutyOverrule),
      /** Overruled dispatches counted, of all dispatches by suggestion in these days. */
      overruled: z.number(),
      dispatched: z.number(),
      /** More than were looked at: the figures are of the latest ones. */
      isMore: z.boolean(),
    }),
  },
  ownerlessList: {
    path: 'ownerless',
    label: '无主案件清单',
    input: z.strictObject({ ...filters, ...paging }),
    output: page(OwnerlessItem),
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
  unitList: {
    path: 'units',
    label: '单位名录',
    input: z.strictObject({}),
    output: z.object({ units: z.array(UnitRow) }),
  },
  unitUse: {
    path: 'units/:id/use',
    label: '单位使用情况',
    input: idInput,
    output: UnitUseView,
  },
  postList: {
    path: 'posts',
    label: '岗位名录',
    input: z.strictObject({
      words: z.string().max(30).optional(),
      role: z.string().max(30).optional(),
      unit: z.uuid().optional(),
      status: z.enum(['active', 'retired']).optional(),
      ...paging,
    }),
    output: page(PostRow),
  },
  rosterMonth: {
    path: 'rosters',
    label: '值班表',
    input: z.strictObject({
      unit: z.uuid().optional(),
      month: z
        .string()
        .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, '月份无效')
        .optional(),
    }),
    output: RosterMonth,
  },
  deputyList: {
    path: 'deputies',
    label: '代班列表',
    input: z.strictObject({ status: z.enum(['active', 'retired']).optional(), ...paging }),
    output: page(DeputyRow),
  },
  patronList: {
    path: 'patrons',
    label: '包街包片',
    input: z.strictObject({
      area: filters.area,
      words: z.string().max(30).optional(),
      mine: z.enum(['1']).optional(),
      ...paging,
    }),
    output: page(PatronRow),
  },
  sessionList: {
    path: 'sessions',
    label: '本区登录情况',
    input: z.strictObject({ words: z.string().max(30).optional(), ...paging }),
    output: page(SessionRowView),
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
} as const satisfies Record<string, Query>;

export type QueryName = keyof typeof queries;
export type QueryInput<Q extends QueryName> = z.infer<(typeof queries)[Q]['input']>;
export type QueryOutput<Q extends QueryName> = z.infer<(typeof queries)[Q]['output']>;
