/** Query context: all that a query may use. Every query but the public ones takes the actor. */
import type pg from 'pg';
import { scopeOf, type Actor } from '../../domain/access.ts';
import type { Asked, Noun } from '../../domain/action.ts';
import type { Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type { Database } from '../database.ts';
import type { MasterData } from '../masterData.ts';
import { whereInScope, type Sql } from '../scope.ts';
import type { SecretBox } from '../secrets.ts';
import type { Store } from '../store.ts';

export interface QueryContext {
  db: Database;
  pool: pg.Pool;
  master: MasterData;
  box: SecretBox;
  store: Store;
  /** Null only for public queries. */
  actor: Actor | null;
  district: string;
  now: Moment;
  /** How far lists are counted; as far as their pages need when left out. */
  countTo?: number;
}

/** The actor. Throws 401 when nobody is signed in. */
export function signedIn({ actor }: QueryContext): Actor {
  if (!actor) throw new Refused(401, 'signInFirst', '请先登录');
  return actor;
}

/** What a refusal may know: actor, moment and the district's numbers. */
export const askedOf = (context: QueryContext): Asked => ({
  now: context.now,
  actor: signedIn(context),
  settings: context.master.settings(context.now),
});

/** The records of a noun that this actor may see. */
export const inActorsScope = (context: QueryContext, noun: Noun, alias: string): Sql =>
  whereInScope(scopeOf(signedIn(context)), noun, alias);

/** The 404 of everything that is not there or out of scope. */
export const notFound = (label: string): Refused =>
  new Refused(404, 'notFound', `${label}不存在或不在您的范围内`);
