/** Deed 下一步: what somebody will do next with a record, and the context it is chosen in. */
import type { Actor } from '../../domain/access.ts';
import type { Issue } from '../../domain/issueShape.ts';
import type { Moment } from '../../domain/moment.ts';
import type { Chance } from './chance.ts';
import type { Words } from './structure.ts';
import type { Town } from './town.ts';

export interface Deed {
  at: Moment;
  actor: Actor;
  noun: string;
  id: string;
  action: string;
  input: Record<string, unknown>;
  /** How many photos are taken for it, and what they show: a subject of `demoPictures.ts`. */
  photos?: { count: number; scene: 'before' | 'after'; subject: string };
}

/** Of the issues of the last `days`, the share nobody gets round to for up to `longest` days. */
export interface Neglect {
  days: number;
  share: number;
  longest: number;
}

/** What a decision may look at. It is a pure function of the record, so that an interrupted life goes on. */
export interface Context {
  town: Town;
  words: Words;
  chance: Chance;
  /** When the record last moved on, escalations aside. */
  since: Moment;
  /** The end of the life: in the last weeks more stays undone. */
  until: Moment;
  neglect: Neglect;
  /** An issue that is still remembered: open, or closed a short while ago. */
  issue(id: string): Issue | undefined;
  /** An open issue of the same category at the same place, taken in within a day. */
  twin(matter: Matter): Issue | undefined;
}

export type Matter = Pick<Issue, 'id' | 'categoryCode' | 'address' | 'siteId'>;
