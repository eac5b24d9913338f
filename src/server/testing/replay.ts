/**
 * Replay: what a test asks of every record after whatever happened: versions without gaps, the fold of
 * the events is the row, and every event's changes follow again from its input and recorded facts.
 */
import { expect } from 'vitest';
import type { Given } from '../../domain/action.ts';
import type { FactName, Facts } from '../../domain/facts.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { getNoun, getRow } from '../../domain/nouns.ts';
import type { Report } from '../../domain/reportShape.ts';
import { unpin } from '../facts.ts';
import type { MasterData } from '../masterData.ts';
import { applyRow, childIdOf } from '../plan.ts';
import { fold } from '../fold.ts';
import { eventFromRow, type AnyRecord, type StoredEvent } from '../statement.ts';
import type { World } from './world.ts';

/** Every event of the test's database, each record's in order of version. */
export async function allEvents(w: World): Promise<StoredEvent[]> {
  const { rows } = await w.pool.query<Record<string, unknown>>(
    `select * from event where district = $1 or noun = 'person' order by at, record_id, version`,
    [w.district],
  );
  return rows.map(eventFromRow);
}

export type History = Map<string, StoredEvent[]>;

/** Events by record, keys 'noun:id'. */
export function historyOf(events: readonly StoredEvent[]): History {
  const history: History = new Map();
  for (const event of events) {
    const key = `${event.noun}:${event.recordId}`;
    history.set(key, [...(history.get(key) ?? []), event]);
  }
  for (const list of history.values()) list.sort((a, b) => a.version - b.version);
  return history;
}

async function recompute(event: StoredEvent, history: History, master: MasterData): Promise<void> {
  const noun = getNoun(event.noun);
  const row = getRow(noun, event.action);
  const at = (name: string, id: string, version: number): AnyRecord | null =>
    fold((history.get(`${name}:${id}`) ?? []).filter((past) => past.version <= version));
  const facts: Record<string, unknown> = {};
  for (const [name, pin] of Object.entries(event.facts)) {
    facts[name] = await unpin(name as FactName, pin, master, async (other, id, version) => {
      return at(other, id, version) as unknown as Issue | Report;
    });
  }
  const record = at(event.noun, event.recordId, event.version - 1);
  const before = record ?? { id: event.recordId, district: event.district, version: 0, status: '' };
  const given: Given = {
    now: event.at,
    actor: event.actor,
    district: master.district,
    id: event.recordId,
    facts: facts as unknown as Facts,
    childId: (n) => childIdOf(event.id, n),
  };
  const about = `${event.noun}.${event.action} version ${event.version}`;
  const recorded = row.from === 'new' ? { ...noun.defaults, ...event.changes } : event.changes;
  expect(applyRow(noun, row, before, event.input, given).changes, about).toEqual(recorded);
  const children = (row.also?.(before, event.input, given) ?? []).map(({ noun: n, id, action }) => [
    n,
    id,
    action,
  ]);
  const followed = [...history.values()]
    .flat()
    .filter((other) => other.cause === event.id)
    .map((other) => [other.noun, other.recordId, other.action]);
  expect(followed.map(String).sort(), `${about} also`).toEqual(children.map(String).sort());
}

/** Asserts that the whole history replays. Returns it. */
export async function expectReplay(w: World): Promise<History> {
  const history = historyOf(await allEvents(w));
  const master = await w.tools.master.of(w.district);
  for (const [key, events] of history) {
    const [noun, id] = key.split(':') as [string, string];
    expect(
      events.map((event) => event.version),
      key,
    ).toEqual(events.map((_event, n) => n + 1));
    const [row] = await w.tools.store.find(noun, w.district, [id]);
    expect(row, key).toStrictEqual(fold(events));
    expect(getNoun(noun).shape.safeParse(row).error, key).toBeUndefined();
    for (const event of events) await recompute(event, history, master);
  }
  return history;
}
