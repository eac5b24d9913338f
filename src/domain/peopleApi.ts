/**
 * People api 人员接口: what the pages of 单位, 岗位, 值班, 代班, 包街包片 and 会话 ask for.
 */
import { z } from 'zod';
import { Line, Role } from './access.ts';
import { Deputy } from './deputy.ts';
import { Day, Moment } from './moment.ts';
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
export const UnitUseView = z.object({
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
  login: z.string(),
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
export const RosterMonth = z.object({
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
