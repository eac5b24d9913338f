/** Reacting 后续所需: what reactions are given and share: whom to tell, the record as it stands, acting as the system. */
import type pg from 'pg';
import type { Role } from '../domain/access.ts';
import type { Act } from '../domain/action.ts';
import { issueNumberText, type Issue } from '../domain/issueShape.ts';
import type { Moment } from '../domain/moment.ts';
import { Refused } from '../domain/refused.ts';
import { systemActor } from './baseSeed.ts';
import { idFrom } from './idFrom.ts';
import type { MasterData } from './masterData.ts';
import { perform, type Performing } from './perform.ts';
import type { StoredEvent } from './statement.ts';

export interface Reacting {
  pool: pg.Pool;
  tools: Performing;
  photoDirectory: string;
}

/** A row of `notice`. */
export interface Notice {
  district: string;
  id: string;
  person_id: string;
  event_id: string;
  noun: string;
  record_id: string;
  words: string;
  at: Moment;
  read_at: null;
}

/** Does what follows and answers whom to tell. */
export type Reaction = (event: StoredEvent, reacting: Reacting) => Promise<Notice[]>;

/** The record an event is about, or another one, as it stands now. */
export async function recordOf<T>(
  event: StoredEvent,
  { tools }: Reacting,
  noun = event.noun,
  id = event.recordId,
): Promise<T | null> {
  const [found] = await tools.store.find(noun, event.district, [id]);
  return (found as unknown as T | undefined) ?? null;
}

/** One notice for each person and event: repeated, it is the same. */
export const notices = (event: StoredEvent, persons: readonly string[], words: string): Notice[] =>
  [...new Set(persons)].map((personId) => ({
    district: event.district,
    id: idFrom(`notice ${event.id} ${personId}`),
    person_id: personId,
    event_id: event.id,
    noun: event.noun,
    record_id: event.recordId,
    words,
    at: event.at,
    read_at: null,
  }));

/** Notices that lead to the issue an event is about. */
export const noticesOn = (
  event: StoredEvent,
  persons: readonly string[],
  words: string,
  { id }: Issue,
): Notice[] =>
  notices(event, persons, words).map((row) => ({ ...row, noun: 'issue', record_id: id }));

/** Who holds a post of these roles, or stands in, at a moment. */
export const personsOf = (
  master: MasterData,
  roles: readonly Role[],
  at: Moment,
  unitId: string | null = null,
): string[] =>
  [...master.posts.values()]
    .filter((post) => post.status === 'active' && roles.includes(post.role))
    .filter((post) => unitId === null || post.unitId === unitId)
    .map((post) => master.personOn(post, at));

/** Whoever was chosen under a post, or stands in for them at the moment. */
export function holderOf(
  master: MasterData,
  postId: string | null,
  personId: string | null,
  at: Moment,
): string[] {
  const post = postId === null ? undefined : master.posts.get(postId);
  if (post && post.personId === personId) return [master.personOn(post, at)];
  return personId === null ? [] : [personId];
}

/** Who is told first in a unit: those on duty, else its head, else its officers. */
export function dutyOf(master: MasterData, unitId: string, now: string): string[] {
  for (const found of [
    master.dutyPersons(unitId, now),
    personsOf(master, ['unitHead'], now, unitId),
    personsOf(master, ['officer'], now, unitId),
  ]) {
    if (found.length > 0) return found;
  }
  return [];
}

/** The number and category of an issue, for words that tell of it. */
export const about = (issue: Issue, master: MasterData): string =>
  `${issueNumberText(issue)} ${master.categories.get(issue.categoryId)?.name ?? issue.categoryCode}`;

/** What follows in a record that moved on meanwhile is no longer needed. */
export async function performQuietly(
  tools: Performing,
  event: StoredEvent,
  act: Act,
): Promise<void> {
  const requestId = idFrom(`${act.action} ${event.id} ${act.id}`);
  try {
    await perform(tools, systemActor(event.district), { ...act, requestId });
  } catch (error) {
    if (!(error instanceof Refused) || error.status === 503 || error.status === 507) throw error;
  }
}
