/**
 * Views 视图: the shapes a screen receives, made for showing: names beside ids, clocks with their derivation,
 * actions with their refusals. Which query answers which is in `api.ts`.
 */
import { z } from 'zod';
import { Line, Role } from './access.ts';
import { Channel, ComplaintKind, Urgency } from './channel.ts';
import { ClockName, IssueStatus } from './issueShape.ts';
import { Moment } from './moment.ts';
import { ReportStatus } from './reportShape.ts';

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
  /** Made by a simulation of a demo district, not at its moment. */
  isSimulated: z.boolean(),
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
  /** Of a stage: when it was reached. */
  reachedAt: Moment.nullable(),
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

const UnitItem = z.object({
  id: z.string(),
  version: z.number(),
  status: z.string(),
  code: z.string(),
  name: z.string(),
  kind: z.string(),
  parentId: z.string().nullable(),
  areaCode: z.string().nullable(),
  dutyRoles: z.array(z.string()),
  /** Former names and initials of pinyin, by which it is also found. */
  find: z.string(),
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
    z.object({
      code: z.string(),
      name: z.string(),
      level: z.string(),
      status: z.string(),
      /** Pinyin initials of the name. */
      initials: z.string(),
    }),
  ),
  /** The management grades that areas have. */
  grades: z.array(z.string()),
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
  /** Grid platforms in use. */
  platforms: z.array(z.object({ id: z.string(), name: z.string() })),
  categories: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      majorName: z.string(),
      kind: z.string(),
      isUnvouched: z.boolean(),
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

/** A sign-in that is still open. */
export const SessionItem = z.object({
  id: z.string(),
  device: z.string(),
  createdAt: Moment,
  seenAt: Moment,
  isCurrent: z.boolean(),
});
export type SessionItem = z.infer<typeof SessionItem>;

/** Who is signed in, and as what; `posts` of all districts, so that one can switch. */
export const Session = z.object({
  personId: z.string(),
  name: z.string(),
  login: z.string(),
  mustChangePassword: z.boolean(),
  /** Second factor: not for this person, may be enrolled, must be enrolled first, or in use. */
  totp: z.enum(['none', 'offered', 'required', 'on']),
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
