/**
 * Facts 依据: everything a rule may need that is not in the record or the input. A row names its facts;
 * the server loads them once, and the event keeps which ones (and which versions) were used, so that
 * every change can be computed again from its event.
 */
import type { WorkCalendar } from './calendar.ts';
import type { Category } from './category.ts';
import type { Issue } from './issueShape.ts';
import type { Moment } from './moment.ts';
import type { Person } from './person.ts';
import type { Report } from './reportShape.ts';
import type { RosterShift } from './roster.ts';
import type { Settings } from './setting.ts';
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

export interface AreaFact {
  code: string;
  name: string;
  grade: string | null;
  isActive: boolean;
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
}

/** A finished upload of the acting person. */
export interface PhotoFact {
  id: string;
  sha256: string;
}

export interface SenderFact {
  code: string;
  name: string;
  isActive: boolean;
}

export interface Facts {
  /** The district's working calendar, its own years over the base. */
  calendar: WorkCalendar;
  settings: Settings;
  /** The version named by `input.categoryCode` in force now, else the one pinned in the record. */
  category: Category | null;
  /** The unit of `input.unitId`, else of the record. */
  unit: UnitFact | null;
  /** The units of `input.assistUnitIds`. */
  assistUnits: UnitFact[];
  area: AreaFact | null;
  site: SiteFact | null;
  /** The post of `input.postId`. */
  post: PostFact | null;
  /** The unit of `input.parentId`. */
  parentUnit: UnitFact | null;
  /** The person of `input.personId`; read before the posts they hold. */
  person: Person | null;
  /** The active posts, in any district, of the person of `input.personId`, else of the record itself. */
  postsHeld: PostHeld[];
  /** The district's own versions of `input.code`, as they stand inside this transaction. */
  versions: VersionFact[];
  sender: SenderFact | null;
  photos: PhotoFact[];
  /** The issue named by the input, else by the record. */
  issue: Issue | null;
  /** The report named by the input. */
  report: Report | null;
  /** The next issue number, null when the day's 99,999 are used up. */
  issueNumber: string | null;
  reportNumber: string | null;
  /** An issue of the same category and place closed within the setting's days. */
  recurrenceOf: string | null;
}

export type FactName = keyof Facts;
