/**
 * Provisional deadlines 待定时限: records with a deadline counted on a year not yet announced, and the sweep
 * that counts them again once a calendar comes into force. It may run twice, also at once: whatever is
 * already counted by the calendar changes no more, and a request id is made from record and calendar.
 */
import type pg from 'pg';
import type { Approval } from '../domain/approval.ts';
import type { Assist } from '../domain/assist.ts';
import type { Facts } from '../domain/facts.ts';
import type { Issue } from '../domain/issueShape.ts';
import type { Moment } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import { recomputedIssue, recomputedPart, recomputedReport } from '../domain/recompute.ts';
import type { Report } from '../domain/reportShape.ts';
import { systemActor } from './baseSeed.ts';
import { idFrom } from './idFrom.ts';
import { columnsOf, toRecord } from './columns.ts';
import type { MasterData } from './masterData.ts';
import { performMany, type Order, type Performing } from './perform.ts';
import type { AnyRecord } from './statement.ts';

export const provisionalNouns = ['issue', 'report', 'assist', 'approval'] as const;
export type ProvisionalNoun = (typeof provisionalNouns)[number];

/** As in the partial indexes of `db/0005_standards.sql`. */
const where: Record<ProvisionalNoun, string> = {
  issue: `status <> 'closed' and status <> 'void' and clocks @? '$.*.isProvisional ? (@ == true)'`,
  report: `status in ('submitted', 'confirming', 'joined') and clocks @? '$.*.isProvisional ? (@ == true)'`,
  assist: `status in ('asked', 'claimed') and clock @? '$.isProvisional ? (@ == true)'`,
  approval: `status = 'asked' and clock @? '$.isProvisional ? (@ == true)'`,
};

/** What changes in a record when its provisional deadlines are counted by these facts; empty: nothing. */
export function recomputed(
  noun: ProvisionalNoun,
  record: AnyRecord,
  now: Moment,
  facts: Pick<Facts, 'calendar' | 'settings'>,
): object {
  if (noun === 'issue') return recomputedIssue(record as unknown as Issue, now, facts);
  if (noun === 'report') return recomputedReport(record as unknown as Report, now, facts);
  return recomputedPart(record as unknown as Assist | Approval, now, facts);
}

const batch = 200;

/** Records of a district that may have a provisional deadline, in batches by id. */
export async function* provisionalRecords(
  pool: pg.Pool,
  district: string,
  noun: ProvisionalNoun,
): AsyncGenerator<AnyRecord[]> {
  const { table, columns } = columnsOf(noun);
  const list = columns.map((column) => `"${column}"`).join(', ');
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const { rows } = await pool.query<Record<string, unknown>>({
      name: `provisional-${noun}`,
      text: `select ${list} from ${table} where district = $1 and id > $2 and ${where[noun]}
             order by id limit ${batch}`,
      values: [district, after],
    });
    const records = rows.map((row) => toRecord<AnyRecord>(noun, row));
    if (records.length > 0) yield records;
    const last = records.at(-1);
    if (!last || records.length < batch) return;
    after = last.id;
  }
}

/** The versions of all years in force, as one word. */
const calendarKey = (master: MasterData, now: Moment): string =>
  Object.values(master.calendar(now).years)
    .map(({ id }) => id)
    .sort()
    .join(' ');

/** Counts again what is provisional in one district; says how many records changed and how many could not. */
async function recountDistrict(
  pool: pg.Pool,
  tools: Performing,
  district: string,
): Promise<{ changed: number; refused: number }> {
  const now = tools.now();
  const master = await tools.master.of(district);
  const facts = { calendar: master.calendar(now), settings: master.settings(now) };
  const key = calendarKey(master, now);
  let changed = 0;
  let refused = 0;
  for (const noun of provisionalNouns) {
    for await (const records of provisionalRecords(pool, district, noun)) {
      const orders = records
        .filter((record) => Object.keys(recomputed(noun, record, now, facts)).length > 0)
        .map(({ id, version }): Order => ({
          noun,
          id,
          action: 'recompute',
          input: {},
          requestId: idFrom(`recompute ${noun} ${id} ${version} ${key}`),
        }));
      if (orders.length === 0) continue;
      const outcomes = await performMany(tools, systemActor(district), orders);
      const failed = outcomes.filter((outcome) => 'refused' in outcome).length;
      refused += failed;
      changed += outcomes.length - failed;
    }
  }
  return { changed, refused };
}

const hasSome = (noun: ProvisionalNoun): string =>
  `exists (select from ${noun} where district = a.code and ${where[noun]})`;

/**
 * The sweep over the districts that have any: each is counted once after the program starts and again when another
 * calendar is in force. `known` holds what each was counted by. Returns how many records changed.
 */
export async function sweepProvisional(
  pool: pg.Pool,
  tools: Performing,
  known: Map<string, string>,
): Promise<number> {
  const { rows } = await pool.query<{ code: string }>({
    name: 'provisional-districts',
    text: `select a.code from area a where a.level = 'district' and a.district <> $1 and a.district = a.code
           and (${provisionalNouns.map(hasSome).join(' or ')})`,
    values: [baseDistrict],
  });
  let changed = 0;
  for (const { code } of rows) {
    const key = calendarKey(await tools.master.of(code), tools.now());
    if (known.get(code) === key) continue;
    const counted = await recountDistrict(pool, tools, code);
    changed += counted.changed;
    // Somebody else was first with a record: the next round looks at it again.
    if (counted.refused === 0) known.set(code, key);
  }
  return changed;
}
