/**
 * People api 人员接口: what the pages of 单位, 岗位, 值班, 代班, 包街包片 and 会话 ask for.
 */
import { z } from 'zod';
import { Line, Role } from './access.ts';
import { Deputy } from './deputy.ts';
import { Day, Moment } from './moment.ts';
import { filters, page, paging } from './paging.ts';
import { Patron } from './patron.ts';
import { Unit } from './unit.ts';
import { OpenAction } from './views.ts';

/** A unit with the names beside its ids; `find`: former names and initials, by which it is also found. */
export const UnitRow = Unit.extend({
  find: z.string(),
  areaName: z.string().nullable(),
  postCount: z.number(),
  actions: z.array(OpenAction),
});
export type UnitRow = z.infer<typeof UnitRow>;

/** What depends on a unit, by name: what a merge would move, and what retiring waits for. */
const UnitUseView = z.object({
  /** In words, empty when nothing depends on it. */
  words: z.string(),
  openIssueCount: z.number(),
  openAssistCount: z.number(),
  rosterCount: z.number(),
  posts: z.array(z.string()),
  children: z.array(z.string()),
  linked: z.array(z.string()),
});

export const PostRow = z.object({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  personId: z.string(),
  personName: z.string(),
  /** Only for those who administer accounts. */
  login: z.string().nullable(),
  role: Role,
  line: Line,
  title: z.string(),
  unitName: z.string().nullable(),
  areaCode: z.string().nullable(),
  areaName: z.string().nullable(),
  /** Who stands in today. */
  deputyName: z.string().nullable(),
  actions: z.array(OpenAction),
});
export type PostRow = z.infer<typeof PostRow>;

const RosterLine = z.object({
  id: z.string(),
  version: z.number(),
  postId: z.string(),
  personName: z.string(),
  title: z.string(),
  weekdays: z.array(z.number()),
  day: Day.nullable(),
  startsAt: z.string(),
  endsAt: z.string(),
  actions: z.array(OpenAction),
});
export type RosterLine = z.infer<typeof RosterLine>;

/** A unit's roster: its weekly lines, and each day of a month with who is on duty. */
const RosterMonth = z.object({
  month: z.string(),
  unitId: z.string().nullable(),
  unitName: z.string().nullable(),
  mayAdd: z.boolean(),
  weekly: z.array(RosterLine),
  days: z.array(
    z.object({
      day: Day,
      isHoliday: z.boolean(),
      /** The lines of this date take the place of the weekly ones. */
      isDated: z.boolean(),
      lines: z.array(RosterLine.extend({ deputyName: z.string().nullable() })),
    }),
  ),
});

export const DeputyRow = Deputy.extend({
  postWords: z.string(),
  deputyWords: z.string(),
  unitName: z.string().nullable(),
  isNow: z.boolean(),
  actions: z.array(OpenAction),
});
export type DeputyRow = z.infer<typeof DeputyRow>;

export const PatronRow = Patron.extend({
  areaName: z.string(),
  isNow: z.boolean(),
  actions: z.array(OpenAction),
});
export type PatronRow = z.infer<typeof PatronRow>;

/** A session of somebody of the district, for the security administrator. */
export const SessionRowView = z.object({
  id: z.string(),
  personId: z.string(),
  personName: z.string(),
  login: z.string(),
  postWords: z.string(),
  device: z.string(),
  createdAt: Moment,
  seenAt: Moment,
});
export type SessionRowView = z.infer<typeof SessionRowView>;

export const peopleQueries = {
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
  unitList: {
    path: 'units',
    label: '单位名录',
    input: z.strictObject({}),
    output: z.object({ units: z.array(UnitRow) }),
  },
  unitUse: {
    path: 'units/:id/use',
    label: '单位使用情况',
    input: z.strictObject({ id: z.uuid() }),
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
} as const;
