/**
 * Plan: deciding an action without writing it. Checks the row's rules in one fixed order, computes what
 * changes, follows `also`, and leaves everything in a workspace that `perform` writes in one statement.
 */
import { v7 as newId } from 'uuid';
import { z } from 'zod';
import { inScope, markOf, scopeOf, type Actor } from '../domain/access.ts';
import type { Act, AnyRow, CheckGiven, Given, Kept, Noun } from '../domain/action.ts';
import type { FactName } from '../domain/facts.ts';
import type { Moment } from '../domain/moment.ts';
import { baseDistrict, getNoun, getRow } from '../domain/nouns.ts';
import { Refused } from '../domain/refused.ts';
import { loadFacts } from './facts.ts';
import { idFrom } from './idFrom.ts';
import type { MasterData } from './masterData.ts';
import type { Numbers } from './numbers.ts';
import { conceal, type SecretBox } from './secrets.ts';
import { leansOf, noting } from './standing.ts';
import type { Store } from './store.ts';
import type { AnyRecord, Batch, StoredEvent } from './statement.ts';

export interface Tools {
  store: Store;
  numbers: Numbers;
  box: SecretBox;
  /** Reactions to an action, by 'noun.action'. */
  reactionsTo(name: string): readonly string[];
  /** Only in the tools of `simulated.ts`: the one district whose events may lie at other moments. */
  simulated?: Simulated;
}

export interface Simulated {
  district: string;
  /** The server's own moment, which marks the event. */
  performedAt(): Moment;
}

interface Standing {
  noun: string;
  record: AnyRecord;
  readVersion: number | null;
}

/** A point of a workspace to which it can be taken back. */
export interface Mark {
  batch: Record<keyof Batch, number>;
  puts: number;
}

const emptyBatch = (): Batch => ({
  events: [],
  requests: [],
  records: [],
  secrets: [],
  jobs: [],
  destroyedSecrets: [],
  destroyedPhotos: [],
  leans: [],
  uses: [],
});

/** Records as they stand inside one transaction, and what is to be written; undone back to a mark. */
export class Workspace {
  readonly batch: Batch = emptyBatch();
  private readonly records = new Map<string, Standing>();
  private readonly byNoun = new Map<string, Set<string>>();
  private readonly byCode = new Map<string, string>();
  private readonly addedIds = new Map<string, Set<string>>();
  private readonly puts: { key: string; before: Standing | undefined }[] = [];

  get(noun: string, id: string): AnyRecord | undefined {
    return this.records.get(`${noun}:${id}`)?.record;
  }

  /** The records of a noun that were read or put, as they stand now. */
  all(noun: string): AnyRecord[] {
    return [...(this.byNoun.get(noun) ?? [])].flatMap((id) => this.get(noun, id) ?? []);
  }

  /** Of these the ones that did not exist before. */
  added(noun: string): AnyRecord[] {
    return [...(this.addedIds.get(noun) ?? [])].flatMap((id) => this.get(noun, id) ?? []);
  }

  /** The record of a noun that was read or put last under a code, as it stands now. */
  withCode(noun: string, code: string): AnyRecord | undefined {
    const found = this.get(noun, this.byCode.get(`${noun}:${code}`) ?? '');
    return found?.code === code ? found : undefined;
  }

  private note(noun: string, { id, code }: AnyRecord): void {
    const ids = this.byNoun.get(noun) ?? new Set<string>();
    this.byNoun.set(noun, ids.add(id));
    if (typeof code === 'string') this.byCode.set(`${noun}:${code}`, id);
  }

  /** Remembers a record as read from the database. */
  read(noun: string, record: AnyRecord): void {
    this.note(noun, record);
    this.records.set(`${noun}:${record.id}`, { noun, record, readVersion: record.version });
  }

  /** Puts the record as it is after an event. */
  put(noun: string, record: AnyRecord): void {
    const key = `${noun}:${record.id}`;
    const before = this.records.get(key);
    this.puts.push({ key, before });
    this.note(noun, record);
    if (!before)
      this.addedIds.set(noun, (this.addedIds.get(noun) ?? new Set<string>()).add(record.id));
    this.records.set(key, { noun, record, readVersion: before?.readVersion ?? null });
  }

  /** Where the workspace stands now. */
  mark(): Mark {
    const lengths = Object.entries(this.batch).map(([kind, list]) => [kind, list.length]);
    return { batch: Object.fromEntries(lengths) as Mark['batch'], puts: this.puts.length };
  }

  /** Takes everything back that was put since the mark; what was only read stays known. */
  undo(mark: Mark): void {
    for (const [kind, length] of Object.entries(mark.batch))
      this.batch[kind as keyof Batch].length = length;
    for (const { key, before } of this.puts.splice(mark.puts).reverse()) {
      if (before) this.records.set(key, before);
      else this.records.delete(key);
    }
  }

  /** The batch to write: only records that events changed. */
  finish(): Batch {
    const touched = new Set(this.batch.events.map((event) => `${event.noun}:${event.recordId}`));
    return {
      ...this.batch,
      // What is written here anyway is guarded by its version.
      leans: this.batch.leans.filter(({ noun, id }) => !touched.has(`${noun}:${id}`)),
      records: [...this.records].filter(([key]) => touched.has(key)).map(([, item]) => item),
    };
  }
}

/** The n-th id made by an event: the same event always makes the same ids. */
export const childIdOf = (eventId: string, n: number): string => idFrom(`${eventId}:${n}`);

export interface PlanContext {
  tools: Tools;
  master: MasterData;
  actor: Actor;
  now: Moment;
  requestId: string;
}

/** Where a noun's records live: the installation's own under 000000, the rest in the district. */
export const homeOf = (noun: Noun, district: string): string =>
  noun.isInstallationWide ? baseDistrict : district;

/** Parses an input. Throws 400 with the fields that are wrong. */
export function parseInput(row: AnyRow, input: unknown): Record<string, unknown> {
  const parsed = row.input.safeParse(input);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  const fields = parsed.error.issues.slice(0, 20).map((problem) => ({
    field: problem.path.map(String).join('.').slice(0, 100),
    message: problem.message.slice(0, 200),
  }));
  throw new Refused(400, 'badInput', '填写的内容有误，请按提示修改', { fields });
}

function checkRole(row: AnyRow, actor: Actor): void {
  if (row.consent) throw new Refused(403, 'needsConsent', `${row.label}须经审批，请先提出申请`);
  if (row.isInner)
    throw new Refused(403, 'innerAction', `${row.label}只随其他动作发生，不能单独办理`);
  if (!row.by.includes(actor.role))
    throw new Refused(403, 'notYourRole', `您的岗位不能${row.label}`);
}

/** Why an action is not open on a record now; shared by `perform` and the buttons. */
export function rowRefusal(
  noun: Noun,
  row: AnyRow,
  record: Kept,
  asked: Parameters<NonNullable<AnyRow['refuse']>>[1],
): { code: string; message: string } | undefined {
  if (row.from !== 'new' && !row.from.includes(record.status)) {
    return {
      code: 'wrongStatus',
      message: `${noun.label}现在是“${noun.statuses[record.status] ?? record.status}”，不能${row.label}`,
    };
  }
  return row.refuse?.(record, asked);
}

const fresh = (id: string, district: string, status: string): AnyRecord => ({
  id,
  district,
  version: 0,
  status,
});

/** The status an action leads to: the row's single one, else what `changes` says, else unchanged. */
const statusAfter = (row: AnyRow, record: Kept, changes: Partial<Kept>): string =>
  typeof row.to === 'string' ? row.to : (changes.status ?? record.status);

/** The record's next state and the part of it that the event keeps. Pure: used by replays too. */
export function applyRow(
  noun: Noun,
  row: AnyRow,
  record: AnyRecord,
  input: unknown,
  given: Given,
): { next: AnyRecord; changes: Record<string, unknown> } {
  const own = row.changes(record, input, given);
  const changes: Record<string, unknown> = { ...own, ...noun.onEvery?.(record, own, row, given) };
  const status = statusAfter(row, record, own);
  if (status !== record.status || row.from === 'new') changes.status = status;
  for (const key of Object.keys(changes)) if (changes[key] === undefined) delete changes[key];
  const next = { ...record, ...changes, status, version: record.version + 1 } as AnyRecord;
  return { next, changes };
}

const Uuid = z.uuid();
export const isUuid = (text: string): boolean => Uuid.safeParse(text).success;

/** Loads what is not in the workspace yet. */
async function findIn(
  space: Workspace,
  noun: string,
  id: string,
  context: PlanContext,
): Promise<AnyRecord | null> {
  const known = space.get(noun, id);
  if (known || !isUuid(id)) return known ?? null;
  const [found] = await context.tools.store.find(noun, context.actor.district, [id]);
  if (found) space.read(noun, found);
  return found ?? null;
}

/** What marks an event of a simulation. Throws when its district is not the one that is simulated. */
function simulatedMark({
  tools: { simulated },
  actor,
}: PlanContext): Pick<StoredEvent, 'performedAt'> {
  if (!simulated) return {};
  if (simulated.district !== actor.district)
    throw new Refused(403, 'notSimulated', '模拟的时间只能用于正在生成的演示区，请按实际时间办理');
  return { performedAt: simulated.performedAt() };
}

/**
 * Decides one action and everything that follows from it. `record`: as loaded, null when there is none.
 * Throws {@link Refused}; the workspace must then be thrown away or undone.
 */
export async function planAct(
  space: Workspace,
  act: Act & { seen?: number | undefined },
  context: PlanContext,
  cause: StoredEvent | null = null,
): Promise<StoredEvent> {
  const { actor, master, now, tools } = context;
  const noun = getNoun(act.noun);
  const row = getRow(noun, act.action);
  const district = homeOf(noun, actor.district);
  if (!cause) checkRole(row, actor);
  const input = parseInput(row, act.input);
  const found = row.from === 'new' ? null : await findIn(space, act.noun, act.id, context);
  if (row.from !== 'new' && (!found || (!cause && !inScope(found, scopeOf(actor), noun.seen)))) {
    throw new Refused(404, 'notFound', `${noun.label}不存在或不在您的范围内`);
  }
  if (row.from === 'new' && space.get(act.noun, act.id)) {
    throw new Refused(409, 'exists', `${noun.label}已经存在`);
  }
  const record = found ?? fresh(act.id, district, '');
  const asked = { now, actor, settings: master.settings(now) };
  if (found && act.seen !== undefined && act.seen !== found.version) {
    throw new Refused(409, 'stale', `${noun.label}已被他人更新，请核对最新内容后再办理`, {
      seen: act.seen,
      version: found.version,
    });
  }
  const refused = found ? rowRefusal(noun, row, record, asked) : undefined;
  if (refused) {
    throw new Refused(409, refused.code, refused.message, {
      version: record.version,
      seen: act.seen,
    });
  }

  const kept = conceal(row.input, input, tools.box, newId);
  const { facts, pins } = await loadFacts((row.needs ?? []) as readonly FactName[], {
    store: noting(tools.store, space.batch.uses),
    numbers: tools.numbers,
    master,
    noun: act.noun,
    district: actor.district,
    now,
    personId: actor.personId,
    record,
    input,
    planned: (nounName) => space.all(nounName),
    plannedNew: (nounName) => space.added(nounName),
    plannedCode: (nounName, code) => space.withCode(nounName, code),
    plannedId: (nounName, recordId) => space.get(nounName, recordId),
    find: async (nounName, id) => {
      const target = await findIn(space, nounName, id, context);
      return target && inScope(target, scopeOf(actor), getNoun(nounName).seen) ? target : null;
    },
  });
  const eventId = newId();
  const given: Given = {
    now,
    actor: markOf(actor),
    district: actor.district,
    id: act.id,
    facts,
    childId: (n) => childIdOf(eventId, n),
  };
  const problem = row.check?.(record, input, { ...given, ...asked } as CheckGiven);
  if (problem) throw new Refused(409, problem.code, problem.message, { version: record.version });

  const { next, changes } = applyRow(noun, row, record, kept.open, given);
  const event: StoredEvent = {
    district,
    id: eventId,
    at: now,
    noun: act.noun,
    recordId: act.id,
    version: next.version,
    action: act.action,
    actor: markOf(actor),
    input: kept.open,
    secrets: kept.secrets,
    changes,
    facts: pins,
    cause: cause?.id ?? null,
    requestId: context.requestId,
    ...simulatedMark(context),
  };
  space.batch.leans.push(...leansOf(facts, input, master));
  space.put(act.noun, next);
  space.batch.events.push(event);
  space.batch.secrets.push(...kept.locked.map((secret) => ({ secret, event })));
  space.batch.jobs.push(
    ...tools.reactionsTo(`${act.noun}.${act.action}`).map((kind) => ({ kind, event })),
  );
  if (row.destroys === 'secrets')
    space.batch.destroyedSecrets.push({ district, noun: act.noun, recordId: act.id });
  if (row.destroys === 'photo') {
    const { photoId, reason } = kept.open as { photoId: string; reason: string };
    if (!(await tools.store.isShown(district, act.id, photoId))) {
      throw new Refused(409, 'noPhoto', '这张照片不在本件中或已经销毁');
    }
    space.batch.destroyedPhotos.push({ district, recordId: act.id, photoId, reason });
  }
  for (const further of row.also?.(record, kept.open, given) ?? []) {
    await planAct(space, further, context, event);
  }
  return event;
}
