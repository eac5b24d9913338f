/** Fold 重演: a record as its events say. */
import { getNoun } from '../domain/nouns.ts';
import type { AnyRecord, StoredEvent } from './statement.ts';

/** The record as its events say: the fold of all changes (architecture: replay equals the row). */
export function fold(events: readonly StoredEvent[]): AnyRecord | null {
  const last = events.at(-1);
  if (!last) return null;
  const { recordId: id, district, version } = last;
  const changes = Object.assign(
    {},
    getNoun(last.noun).defaults,
    ...events.map((event) => event.changes),
  ) as Record<string, unknown>;
  return { ...changes, id, district, version } as AnyRecord;
}
