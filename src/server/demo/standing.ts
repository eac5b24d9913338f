/**
 * Standing 在办: the records of a life that are still remembered: everything open, and what closed a short
 * while ago. Read from the database at the beginning, kept up by every event, so that a life that was
 * interrupted goes on from what the database says.
 */
import type pg from 'pg';
import type { Issue } from '../../domain/issueShape.ts';
import { isSecret } from '../../domain/likeness.ts';
import type { Moment } from '../../domain/moment.ts';
import type { Report } from '../../domain/reportShape.ts';
import { toRecord } from '../columns.ts';
import type { AnyRecord } from '../statement.ts';
import type { Matter } from './deed.ts';

export const lifeNouns = ['issue', 'report', 'assist', 'approval', 'callback'] as const;
export type LifeNoun = (typeof lifeNouns)[number];

export interface Standing {
  noun: LifeNoun;
  record: AnyRecord;
  /** The version and moment of the last event that was no escalation. */
  phase: number;
  since: Moment;
  /** Raised whenever its next deed is planned anew; older plans are void. */
  token: number;
  refusals: number;
}

export const keyOf = (noun: string, id: string): string => `${noun}:${id}`;
const placeKey = ({ categoryCode, siteId, address }: Matter): string =>
  `${categoryCode}|${siteId ?? address ?? ''}`;
const isOver = ({ status }: AnyRecord): boolean => status === 'closed' || status === 'void';
const dayAfter = (at: Moment): Moment => new Date(Date.parse(at) + 86_400_000).toISOString();

const finals: Record<LifeNoun, readonly string[]> = {
  issue: [],
  report: ['answered', 'selfHandled', 'declined', 'withdrawn'],
  assist: ['done', 'released'],
  approval: ['granted', 'denied'],
  callback: ['answered', 'invalid', 'canceled'],
};

export class Standings {
  private readonly all = new Map<string, Standing>();
  /** Open reports, assists, approvals and call-backs of each issue. */
  private readonly parts = new Map<string, Set<string>>();
  private readonly merged = new Map<string, string[]>();
  private readonly openAt = new Map<string, { id: string; at: Moment }>();
  private readonly closedAt = new Map<string, { id: string; at: Moment }>();

  get size(): number {
    return this.all.size;
  }

  values(): IterableIterator<Standing> {
    return this.all.values();
  }

  get(noun: string, id: string): Standing | undefined {
    return this.all.get(keyOf(noun, id));
  }

  issue(id: string): Issue | undefined {
    return this.get('issue', id)?.record as unknown as Issue | undefined;
  }

  /** Takes in a record as it is after an event, or as the database has it. */
  put(noun: LifeNoun, record: AnyRecord, phase: number, since: Moment): Standing {
    const key = keyOf(noun, record.id);
    const known = this.all.get(key);
    const standing: Standing = {
      noun,
      record,
      phase,
      since,
      token: (known?.token ?? 0) + 1,
      refusals: 0,
    };
    this.all.set(key, standing);
    if (noun === 'issue') this.putIssue(record as unknown as Issue);
    else this.putPart(noun, key, record);
    return standing;
  }

  private putIssue(issue: Issue): void {
    const key = placeKey(issue);
    if (issue.status === 'closed' && issue.closedAt)
      this.closedAt.set(key, { id: issue.id, at: issue.closedAt });
    else if (
      issue.status === 'accepted' &&
      !this.isOpenStill(this.openAt.get(key), issue.acceptedAt)
    )
      this.openAt.set(key, { id: issue.id, at: issue.acceptedAt });
    if (issue.mergedInto) {
      const others = this.merged.get(issue.mergedInto) ?? [];
      if (!others.includes(issue.id)) this.merged.set(issue.mergedInto, [...others, issue.id]);
    }
  }

  private isOpenStill(found: { id: string; at: Moment } | undefined, now: Moment): boolean {
    const issue = found && dayAfter(found.at) > now ? this.issue(found.id) : undefined;
    return issue !== undefined && !isOver(issue as unknown as AnyRecord);
  }

  private putPart(noun: LifeNoun, key: string, record: AnyRecord): void {
    const issueId = record.issueId as string | null;
    if (!issueId) return;
    const parts = this.parts.get(issueId) ?? new Set<string>();
    const isFinal = finals[noun].includes(record.status);
    if (isFinal) {
      parts.delete(key);
      this.all.delete(key);
    } else parts.add(key);
    this.parts.set(issueId, parts);
  }

  /** Issues closed before, so that they can recur. */
  remember(closed: readonly (Matter & { at: Moment })[]): void {
    for (const matter of closed)
      this.closedAt.set(placeKey(matter), { id: matter.id, at: matter.at });
  }

  /** What hangs on an issue, and on those merged into it. */
  partsOf(issueId: string): Standing[] {
    const issues = [issueId, ...(this.merged.get(issueId) ?? [])];
    return issues
      .flatMap((id) => [...(this.parts.get(id) ?? [])])
      .flatMap((key) => this.all.get(key) ?? []);
  }

  /** Is the report, or one of the issue's reports, kept secret? */
  isKeptSecret(id: string): boolean {
    const report = this.get('report', id);
    return (report ? [report] : this.partsOf(id)).some(
      ({ noun, record }) => noun === 'report' && isSecret(record as unknown as Report),
    );
  }

  /** An open issue of the same category, place and secrecy, taken in within the day before. */
  twin(matter: Matter, now: Moment): Issue | undefined {
    const found = this.openAt.get(placeKey(matter));
    if (!found || found.id === matter.id || dayAfter(found.at) < now) return undefined;
    const issue = this.issue(found.id);
    return issue &&
      ['accepted', 'dispatched', 'claimed'].includes(issue.status) &&
      this.isKeptSecret(issue.id) === this.isKeptSecret(matter.id)
      ? issue
      : undefined;
  }

  /** The last issue of the category that was closed at the same place since a moment. */
  recurrence(matter: Matter, since: Moment): string | null {
    const found = this.closedAt.get(placeKey(matter));
    return found && found.at >= since ? found.id : null;
  }

  /** Forgets issues that ended and of which nothing is left to be done, and places nobody asks for again. */
  prune(endedBefore: Moment, closedBefore: Moment): void {
    for (const [key, { noun, record, since }] of this.all) {
      if (noun !== 'issue') {
        if (finals[noun].includes(record.status)) this.all.delete(key);
        continue;
      }
      if (!isOver(record) || since > endedBefore || this.partsOf(record.id).length > 0) continue;
      const into = record.mergedInto as string | null;
      if (into && this.all.has(keyOf('issue', into))) continue;
      this.all.delete(key);
      this.parts.delete(record.id);
      this.merged.delete(record.id);
    }
    for (const [key, { at }] of this.openAt)
      if (dayAfter(at) < closedBefore) this.openAt.delete(key);
    for (const [key, { at }] of this.closedAt) if (at < closedBefore) this.closedAt.delete(key);
  }
}

const wanted: Record<LifeNoun, string> = {
  issue: `status not in ('closed', 'void') or closed_at > $2::timestamptz - interval '4 days'
    or id in (select issue_id from report where district = $1 and status = 'joined')
    or id in (select issue_id from callback where district = $1 and status = 'waiting')
    or id in (select merged_into from issue where district = $1 and merged_into is not null and id in
      (select issue_id from report where district = $1 and status = 'joined'))`,
  report: `status in ('submitted', 'confirming', 'joined') and $2::timestamptz is not null`,
  assist: `status in ('asked', 'claimed') and $2::timestamptz is not null`,
  approval: `status = 'asked' and $2::timestamptz is not null`,
  callback: `status = 'waiting' and $2::timestamptz is not null`,
};

interface Moved {
  version: number;
  at: Moment;
  isSimulated: boolean;
}

/** When each record last moved on, and whether its very last event was of the simulation. */
async function movedOf(
  pool: pg.Pool,
  district: string,
  noun: LifeNoun,
  ids: readonly string[],
): Promise<Map<string, Moved>> {
  const { rows } = await pool.query<Moved & { id: string }>(
    `select w.id, m.version, m.at, l.performed_at is not null as "isSimulated" from unnest($3::uuid[]) w(id)
     cross join lateral (select version, at from event where district = $1 and noun = $2 and record_id = w.id
       and action <> 'escalate' order by version desc limit 1) m
     cross join lateral (select performed_at from event where district = $1 and noun = $2 and record_id = w.id
       order by version desc limit 1) l`,
    [district, noun, ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Reads what stands at a moment. Records that somebody really touched are theirs from then on and left out,
 * and so are those to be left alone.
 */
export async function readStandings(
  pool: pg.Pool,
  district: string,
  through: Moment,
  leaveAlone: ReadonlySet<string>,
): Promise<Standings> {
  const standings = new Standings();
  const { rows: closed } = await pool.query<Record<string, unknown>>(
    `select id, category_code, site_id, address, closed_at from issue
     where district = $1 and status = 'closed' and closed_at > $2::timestamptz - interval '90 days' order by closed_at`,
    [district, through],
  );
  standings.remember(
    closed.map((row) => ({
      id: row.id as string,
      categoryCode: row.category_code as string,
      siteId: row.site_id as string | null,
      address: row.address as string | null,
      at: row.closed_at as Moment,
    })),
  );
  for (const noun of lifeNouns) {
    const { rows } = await pool.query<Record<string, unknown>>(
      `select * from ${noun} where district = $1 and (${wanted[noun]})`,
      [district, through],
    );
    const records = rows.map((row) => toRecord<AnyRecord>(noun, row));
    const own = records.filter(
      (record) => !leaveAlone.has(record.id) && !leaveAlone.has(String(record.issueId)),
    );
    const moved = await movedOf(
      pool,
      district,
      noun,
      own.map(({ id }) => id),
    );
    for (const record of own) {
      const last = moved.get(record.id);
      if (last?.isSimulated) standings.put(noun, record, last.version, last.at);
    }
  }
  return standings;
}
