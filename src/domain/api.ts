/**
 * Api 接口: what a screen asks for and receives, one table. Router, client functions and the OpenAPI
 * document are derived from it; actions are derived from the nouns. A query without handler does not
 * compile.
 */
import { z } from 'zod';
import { Approval } from './approval.ts';
import { Assist } from './assist.ts';
import { Channel, ComplaintKind, Urgency } from './channel.ts';
import { Issue, IssueStatus, ClockName } from './issue.ts';
import { Line, Role } from './access.ts';
import { Moment } from './moment.ts';
import { Report, ReportStatus } from './report.ts';

/** An action on a record: open when `refusal` is null, else grey with the reason. */
export const OpenAction = z.object({
  noun: z.string(),
  action: z.string(),
  label: z.string(),
  /** The id to send with it; null: the client makes a new one (the action creates a record). */
  id: z.string().nullable(),
  /** For a creation: the input field that names this record. */
  as: z.string().nullable(),
  refusal: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type OpenAction = z.infer<typeof OpenAction>;

export const PhotoView = z.object({
  id: z.string(),
  action: z.string(),
  eventId: z.string(),
  at: Moment,
  kind: z.string().nullable(),
  sha256: z.string(),
  isDestroyed: z.boolean(),
  takenAt: Moment.nullable(),
  lng: z.number().nullable(),
  lat: z.number().nullable(),
});
export type PhotoView = z.infer<typeof PhotoView>;

/** One line of a record's history; `sentence` is ready to be shown. */
export const EventView = z.object({
  id: z.string(),
  at: Moment,
  noun: z.string(),
  recordId: z.string(),
  action: z.string(),
  label: z.string(),
  sentence: z.string(),
  actorName: z.string(),
  actorRole: Role,
  unitName: z.string().nullable(),
  details: z.array(z.object({ title: z.string(), value: z.string() })),
  source: z.string(),
  sealNumber: z.number().nullable(),
});
export type EventView = z.infer<typeof EventView>;

/** A running or stopped clock with its derivation ready to be shown. */
export const ClockView = z.object({
  clock: z.string(),
  label: z.string(),
  due: Moment.nullable(),
  isRunning: z.boolean(),
  isOverdue: z.boolean(),
  isProvisional: z.boolean(),
  sentence: z.string(),
  basis: z.string(),
});
export type ClockView = z.infer<typeof ClockView>;

export const IssueItem = z.object({
  id: z.string(),
  version: z.number(),
  number: z.string(),
  status: z.enum(IssueStatus),
  channel: Channel,
  urgency: Urgency,
  categoryCode: z.string(),
  categoryName: z.string(),
  description: z.string(),
  address: z.string().nullable(),
  areaCode: z.string(),
  areaName: z.string(),
  unitName: z.string().nullable(),
  officerName: z.string().nullable(),
  attempt: z.number(),
  reportCount: z.number(),
  photoCount: z.number(),
  isUrgent: z.boolean(),
  isHeld: z.boolean(),
  recurring: z.boolean(),
  acceptedAt: Moment,
  clock: ClockName.nullable(),
  due: Moment.nullable(),
  isOverdue: z.boolean(),
  /** Names of the actions open to this actor now, the likeliest next step first. */
  open: z.array(z.string()),
});
export type IssueItem = z.infer<typeof IssueItem>;

export const ReportItem = z.object({
  id: z.string(),
  version: z.number(),
  number: z.string(),
  status: z.enum(ReportStatus),
  channel: Channel,
  urgency: Urgency,
  kind: ComplaintKind.nullable(),
  content: z.string(),
  address: z.string().nullable(),
  areaCode: z.string(),
  areaName: z.string(),
  categoryCode: z.string().nullable(),
  categoryName: z.string().nullable(),
  senderName: z.string().nullable(),
  outsideNumber: z.string().nullable(),
  photoCount: z.number(),
  isHistoric: z.boolean(),
  issueId: z.string().nullable(),
  submittedAt: Moment,
  claimedAt: Moment.nullable(),
  clock: z.enum(['accept', 'confirm', 'answer']).nullable(),
  due: Moment.nullable(),
  isOverdue: z.boolean(),
  open: z.array(z.string()),
});
export type ReportItem = z.infer<typeof ReportItem>;

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

const UnitItem = z.object({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  code: z.string(),
  name: z.string(),
  kind: z.string(),
  parentId: z.string().nullable(),
  areaCode: z.string().nullable(),
});

const PostItem = z.object({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  personId: z.string(),
  personName: z.string(),
  role: Role,
  line: Line,
  title: z.string(),
  unitId: z.string().nullable(),
  unitName: z.string().nullable(),
  areaCode: z.string().nullable(),
  areaName: z.string().nullable(),
});
export type PostItem = z.infer<typeof PostItem>;

/** Everything a form chooses from; loaded once, refreshed when master data change. */
export const Directory = z.object({
  district: z.object({ code: z.string(), name: z.string(), isDemo: z.boolean() }),
  units: z.array(UnitItem),
  areas: z.array(
    z.object({ code: z.string(), name: z.string(), level: z.string(), status: z.string() }),
  ),
  sites: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      siteType: z.string(),
      areaCode: z.string(),
      lng: z.number().nullable(),
      lat: z.number().nullable(),
    }),
  ),
  posts: z.array(PostItem),
  senders: z.array(z.object({ code: z.string(), name: z.string(), channel: Channel })),
  categories: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      majorName: z.string(),
      kind: z.string(),
      sourceFlag: z.string(),
      keywords: z.array(z.string()),
      conditions: z.array(
        z.object({
          no: z.number(),
          openWhen: z.string(),
          closeWhen: z.string(),
          limit: z.string(),
          severity: z.string(),
        }),
      ),
    }),
  ),
  works: z.array(z.object({ code: z.string(), name: z.string(), unit: z.string() })),
});
export type Directory = z.infer<typeof Directory>;

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
          sourceFlag: z.string(),
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
    input: z.strictObject({ words: z.string().max(30).optional(), ...paging }),
    output: page(
      z.object({
        id: z.string(),
        version: z.number(),
        status: z.string(),
        name: z.string(),
        login: z.string(),
        signedInAt: Moment.nullable(),
        isLocked: z.boolean(),
        posts: z.array(z.string()),
        actions: z.array(OpenAction),
      }),
    ),
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
} as const satisfies Record<string, Query>;

export type QueryName = keyof typeof queries;
export type QueryInput<Q extends QueryName> = z.infer<(typeof queries)[Q]['input']>;
export type QueryOutput<Q extends QueryName> = z.infer<(typeof queries)[Q]['output']>;

/** The answer of an action: the record as this actor may see it, and what is open on it now. */
export const ActionAnswer = z.object({
  eventId: z.string(),
  record: z.record(z.string(), z.unknown()),
  actions: z.array(OpenAction),
  /** A first password, shown once to the administrator who set it. */
  password: z.string().optional(),
});
export type ActionAnswer = z.infer<typeof ActionAnswer>;

/** The answer to a refusal or an error, always of this form. */
export const Problem = z.object({
  code: z.string(),
  message: z.string(),
  requestId: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** Who is signed in, and as what; `posts` of all districts, so that one can switch. */
export const Session = z.object({
  personId: z.string(),
  name: z.string(),
  login: z.string(),
  mustChangePassword: z.boolean(),
  csrf: z.string(),
  district: z.string().nullable(),
  districtName: z.string().nullable(),
  post: z
    .object({
      id: z.string(),
      role: Role,
      line: Line,
      title: z.string(),
      unitId: z.string().nullable(),
      unitName: z.string().nullable(),
      areaCode: z.string().nullable(),
    })
    .nullable(),
  posts: z.array(
    z.object({
      id: z.string(),
      district: z.string(),
      districtName: z.string(),
      role: Role,
      title: z.string(),
      unitName: z.string().nullable(),
    }),
  ),
});
export type Session = z.infer<typeof Session>;

/** What the sign-in page shows; accounts only while the demo district is present. */
export const SignInPage = z.object({
  districts: z.array(z.object({ code: z.string(), name: z.string(), isDemo: z.boolean() })),
  demoAccounts: z.array(
    z.object({
      login: z.string(),
      password: z.string(),
      name: z.string(),
      role: Role,
      title: z.string(),
    }),
  ),
});
export type SignInPage = z.infer<typeof SignInPage>;
