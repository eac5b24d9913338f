/**
 * Facts 依据: everything a rule may need that is not in the record or the input. A row names its facts;
 * the server loads them once, and the event keeps which ones (and which versions) were used, so that
 * every change can be computed again from its event.
 */
import type { WorkCalendar } from './calendar.ts';
import type { CatalogLink } from './catalogLink.ts';
import type { Category } from './category.ts';
import type { Indicator } from './indicator.ts';
import type { Issue } from './issueShape.ts';
import type { Day, Moment } from './moment.ts';
import type { Person } from './person.ts';
import type { Report } from './reportShape.ts';
import type { RosterShift } from './roster.ts';
import type { Settings } from './setting.ts';
import type { SuggestionMark } from './suggestion.ts';
import type { Line, Role } from './access.ts';

/** A unit as a rule sees it. `path`: the unit itself and every unit above it. `shifts`: its roster. */
export interface UnitFact {
  id: string;
  name: string;
  path: string[];
  areaCode: string | null;
  isActive: boolean;
  shifts: RosterShift[];
}

/** A unit that an input links to. `path`, `guidePath`: itself and all above it, by tree and by line. */
export interface LinkedUnit {
  id: string;
  kind: string;
  isActive: boolean;
  path: string[];
  guidePath: string[];
}

/** What depends on a unit: active posts, rosters and units below it; `linkedIds` guide, lead or join by it. */
export interface UnitUse {
  openIssueCount: number;
  openAssistCount: number;
  postIds: string[];
  rosterIds: string[];
  childIds: string[];
  linkedIds: string[];
}

/** A deputy of a post, from a day to a day, both included. */
export interface DeputyFact {
  id: string;
  fromDay: Day;
  toDay: Day;
}

export interface AreaFact {
  code: string;
  name: string;
  /** Its own grade, else that of the nearest area above that has one. */
  grade: string | null;
  isActive: boolean;
}

/** An area that an action of another one looks at. */
export interface AreaRef {
  id: string;
  code: string;
  isActive: boolean;
}

/** An area in use below another one. */
export interface AreaPart {
  id: string;
  code: string;
}

/** What is bound to an area or one below; issues are counted up to 1,000, `isMore`: there are more. */
export interface AreaUse {
  postCount: number;
  unitCount: number;
  patronCount: number;
  siteCount: number;
  issueCount: number;
  isMore: boolean;
}

/** A post chosen in an input: who it is, and on which handling lines the person stands elsewhere. */
export interface PostFact {
  id: string;
  personId: string;
  personName: string;
  role: Role;
  line: Line;
  unitId: string | null;
  areaCode: string | null;
  isActive: boolean;
  handlingPaths: string[][];
}

/** A post somebody holds, in whatever district. */
export interface PostHeld {
  district: string;
  role: Role;
}

/** One version of a code of master data. */
export interface VersionFact {
  id: string;
  validFrom: Moment;
  validTo: Moment | null;
}

export interface SiteFact {
  id: string;
  name: string;
  areaCode: string;
  lng: number | null;
  lat: number | null;
  address: string | null;
  /** Who answers for it. */
  unitId: string | null;
}

/** A finished upload of the acting person. */
export interface PhotoFact {
  id: string;
  sha256: string;
}

/** What an event keeps of the duty matrix's suggestion. */
export interface DutyMark {
  unitId: string | null;
  ruleId: string | null;
  isOwnerless: boolean;
}

/** A version of the classifier that is being trained or in use. */
export interface ClassifierRef {
  id: string;
  status: string;
}

/** A link of the catalogs' map that is proposed, in force, or was. */
export type LinkRef = Pick<CatalogLink, 'id' | 'status' | 'categoryCode' | 'validFrom' | 'validTo'>;

export interface SenderFact {
  code: string;
  name: string;
  isActive: boolean;
}

/** A grid platform: a subscription with a push rule. */
export interface PlatformFact {
  id: string;
  isActive: boolean;
}

export interface Facts {
  /** The grid platform of `input.subscriptionId`. */
  platform: PlatformFact | null;
  /** Of the notice channels that the input names, those in use. */
  noticeChannels: string[];
  /** The active posts that the acting person holds or stands in for. */
  ownPosts: string[];
  /** The district's working calendar, its own years over the base. */
  calendar: WorkCalendar;
  settings: Settings;
  /** The version of `input.categoryCode` (of a category: `input.code`) in force now, else the one pinned in the record. */
  category: Category | null;
  /** The unit of `input.unitId`, else of the record. */
  unit: UnitFact | null;
  /** The units of `input.assistUnitIds`. */
  assistUnits: UnitFact[];
  /** The area that stands for `input.areaCode` now, made more precise by the point where that lies inside it. */
  area: AreaFact | null;
  /** The area above that of `input.code`, else of `input.parts`, else of the record. */
  parentArea: AreaRef | null;
  /** The area of `input.intoCode`. */
  intoArea: AreaRef | null;
  /** The areas in use below the record. */
  areasUnder: AreaPart[];
  /** Codes ever used that begin with a code the input wants to use or to fill. */
  codesTaken: string[];
  /** What is bound to the record or to an area below it. */
  areaUse: AreaUse;
  /** How `input.polygon` lies to the boundary of the area above; null when one of them is not drawn. */
  parentFit: 'inside' | 'partly' | 'outside' | null;
  /** The most detailed area around `input.place`, else around the report's position. */
  areaOfPoint: string | null;
  site: SiteFact | null;
  /** The post of `input.postId`, else of the record. */
  post: PostFact | null;
  /** The post of `input.deputyPostId`. */
  deputyPost: PostFact | null;
  /** The deputies, not ended, of the post of `input.postId`, else of the record. */
  deputies: DeputyFact[];
  /** The units that the input links to, and the record's own parent. */
  linkedUnits: LinkedUnit[];
  /** What depends on the record, a unit. */
  unitUse: UnitUse;
  /** The person of `input.personId`; read before the posts they hold. */
  person: Person | null;
  /** The active posts, in any district, of the person of `input.personId`, else of the record itself. */
  postsHeld: PostHeld[];
  /** The district's own versions of `input.code`, as they stand inside this transaction. */
  versions: VersionFact[];
  sender: SenderFact | null;
  /** The version in force of the indicator of `input.code`, or of a link's `input.fromCode`. */
  indicator: Indicator | null;
  /** The district's links, proposed or ever in force, from the same class or indicator as the input or record. */
  catalogLinks: LinkRef[];
  /** What the duty matrix suggests for the record, an issue. */
  dutySuggestion: DutyMark;
  /** What the report of `input.reportId` was understood as; null when nothing could be suggested. */
  suggestion: SuggestionMark | null;
  /** The district's classifiers that are being trained or in use. */
  classifiers: ClassifierRef[];
  /** Of the issues that the record is or the input names, those with a report kept secret. */
  secretIssueIds: string[];
  /** The units that a duty rule's input names. */
  dutyUnits: Pick<UnitFact, 'id' | 'isActive'>[];
  /** Numbers of the district's other rules, in force or to come, about exactly the same as the input. */
  sameDutyRules: string[];
  photos: PhotoFact[];
  /** The issue named by the input, else by the record. */
  issue: Issue | null;
  /** The report named by the input, else by the record. */
  report: Report | null;
  /** The next issue number, null when the day's 99,999 are used up. */
  issueNumber: string | null;
  reportNumber: string | null;
  /** Open issues whose category code would have no version in force without this record; counted to 1,000. */
  openIssueCount: number;
  /** An issue of the same category and place closed within the setting's days. */
  recurrenceOf: string | null;
  /** The actor's district is a demo, and there is a real one beside it. */
  isDemoGuest: boolean;
}

export type FactName = keyof Facts;
