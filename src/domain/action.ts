/**
 * Action 动作: the only way anything changes. A row says who may, from where to where, what is asked,
 * what follows and which sentence demands it; `perform`, the routes, the OpenAPI document, the buttons,
 * the forms, the audit sentences and the diagram are all read from it.
 */
import type { z } from 'zod';
import type { Actor, ActorMark, Role, Seen } from './access.ts';
import type { Facts, FactName } from './facts.ts';
import type { Refusal } from './refused.ts';
import type { Moment } from './moment.ts';
import type { Settings } from './setting.ts';

/** Columns every noun has. `version` counts the record's events, beginning with 1. */
export interface Kept {
  id: string;
  district: string;
  version: number;
  status: string;
}

/** What `changes` and `also` may know besides record and input: enough to be recomputed for ever. */
export interface Given<F extends FactName = FactName> {
  now: Moment;
  actor: ActorMark;
  district: string;
  id: string;
  facts: Pick<Facts, F>;
  /** The n-th id made by this event, always the same for the same event. */
  childId(n: number): string;
}

/** What a refusal may know: the whole actor, the moment, and the district's numbers. */
export interface Asked {
  now: Moment;
  actor: Actor;
  settings: Settings;
}

/** What `check` may know: both. */
export type CheckGiven<F extends FactName = FactName> = Omit<Given<F>, 'actor'> & Asked;

/** An action to perform: from a person's click, or following from another action (`also`). */
export interface Act {
  noun: string;
  id: string;
  action: string;
  input: Record<string, unknown>;
}

/** Approval kinds: what needs somebody's consent (domain b.2). */
export type Consent = 'extension' | 'hold' | 'void' | 'forceClose' | 'appeal' | 'lateOffline';

export interface Row<N extends Kept, I, F extends FactName = FactName> {
  /** The button's word. */
  label: string;
  /** The audit sentence; {name} is filled from the input. */
  sentence: string;
  /** The sentence of a bulletin, standard or decision that demands the action. */
  source: string;
  by: readonly Role[];
  from: 'new' | readonly N['status'][];
  /** The status it leads to; several: `changes` names one of them; left out: the status stays. */
  to?: N['status'] | readonly N['status'][];
  input: z.ZodType<I>;
  needs?: readonly F[];
  /** Only as part of another action, never by a click of its own. */
  isInner?: boolean;
  /** A creation offered on another noun's page: `as` is the input field that names that record. */
  startsFrom?: {
    noun: string;
    as: string;
    refuse?(parent: never, asked: Asked): Refusal | undefined;
  };
  /** Only through a granted Approval of this kind. */
  consent?: Consent;
  /** Does not count as acting on the attempt (separation of duties). */
  isNeutral?: boolean;
  /** Its photos are given on to what follows from it (`also`) and lie there. */
  handsPhotosOn?: boolean;
  /** Destroys what the record holds secretly (data keys) or shows (photo bytes). */
  destroys?: 'secrets' | 'photo';
  /** Why not now: shown on the grey button. */
  refuse?(record: N, asked: Asked): Refusal | undefined;
  /** Why not with this input: shown after the click. */
  check?(record: N, input: I, asked: CheckGiven<F>): Refusal | undefined;
  /** What follows in this record. A row `from: 'new'` returns all of it. */
  changes(record: N, input: I, given: Given<F>): Partial<N>;
  /** Further actions in the same transaction, in this order. */
  also?(record: N, input: I, given: Given<F>): Act[];
}

/** A row whose input and facts are no longer known to the compiler; method bivariance allows it. */
export type AnyRow = Row<Kept, unknown>;

/** Rows of one noun, each with its own input type inferred from its schema. */
export const actionOf =
  <N extends Kept>() =>
  <I, const F extends FactName = never>(row: Row<N, I, F>): Row<N, I, F> =>
    row;

export interface Noun {
  name: string;
  /** The word in addresses and tables of routes. */
  plural: string;
  label: string;
  shape: z.ZodObject;
  seen: Seen;
  /** Lives under district 000000, once for the whole installation. */
  isInstallationWide?: boolean;
  /** What records older than these fields hold: the column defaults of the migration that added them. */
  defaults?: object;
  /** Columns that every action keeps, whatever its row says. */
  onEvery?(before: Kept, changes: object, row: AnyRow, given: Given): object;
  /** Versioned master data: looked up by (district, code, at), base rows overridden by code. */
  isVersioned?: boolean;
  statuses: Record<string, string>;
  finals: readonly string[];
  actions: Record<string, AnyRow>;
}

/** Ties a noun's parts together; the status words must cover its statuses. */
export function noun<N extends Kept, A extends Record<string, unknown>>(parts: {
  name: string;
  plural: string;
  label: string;
  shape: z.ZodType<N> & z.ZodObject;
  seen: Seen;
  isInstallationWide?: boolean;
  defaults?: Partial<N>;
  isVersioned?: boolean;
  onEvery?(before: N, changes: Partial<N>, row: AnyRow, given: Given): Partial<N>;
  statuses: Record<N['status'], string>;
  finals: readonly N['status'][];
  actions: A;
}): Noun & { actions: A } {
  return parts as unknown as Noun & { actions: A };
}
