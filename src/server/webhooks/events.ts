/** Events to tell: what was sealed after a number, each with what its record was right after it. */
import type pg from 'pg';
import type { Moment } from '../../domain/moment.ts';
import type { Subscription } from '../../domain/subscription.ts';
import { concerns, stateFields, type Limits, type ToldEvent } from '../../domain/webhookMessage.ts';
import type { MasterData } from '../masterData.ts';

/** How many sealed events are looked through at once. */
const readAtOnce = 500;

interface Row {
  number: number;
  id: string;
  noun: string;
  action: string;
  recordId: string;
  version: number;
  at: Moment;
  /** Null: of a kind that was not asked for. */
  state: ToldEvent['state'] | null;
  /** As it was before the event; null: it was not yet, or was not asked for. */
  before: ToldEvent['state'] | null;
  /** Of an assist: the area of its issue. */
  areaCode: string | null;
}

const columns = `e.id, e.noun, e.action, e.record_id as "recordId", e.version, e.at`;

/** The record's fields as its events up to this one, or before it, left them. `$1`: the district, `$2`: the fields. */
const stateBy = (versions: '<=' | '<'): string =>
  `(select jsonb_object_agg(c.key, c.value order by p.version) from event p, jsonb_each(p.changes) c
  where p.district = $1 and p.noun = e.noun and p.record_id = e.record_id and p.version ${versions} e.version
    and c.key = any($2))`;

/** Only limits ask what a record was before. */
const isLimited = ({ areaCode, unitId }: Subscription): boolean =>
  areaCode !== null || unitId !== null;

const areaOfAssist = `case when e.noun = 'assist' then (select i.area_code from issue i join assist a
  on a.district = i.district and a.issue_id = i.id where a.district = $1 and a.id = e.record_id) end`;

/** What a simulation made at another moment is no news; nobody is told. */
const isWanted = `e.performed_at is null and (e.noun = any($4) or e.noun || '.' || e.action = any($4))`;

/** The record that says whether an event's is secret: a report, or the issue that it is or belongs to. */
const matterOf = ({
  noun,
  recordId,
  state: then,
}: Pick<Row, 'noun' | 'recordId' | 'state'>): string =>
  noun === 'issue' || noun === 'report' ? recordId : textOf(then?.issueId);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A report that is kept from others, as `isSecret` has it. */
const isKept = `(is_confidential or kind is not distinct from 'tipOff')`;

/** Which reports and issues among these are secret by now. */
async function secretMatters(
  pool: pg.Pool,
  district: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const asked = [...new Set(ids)].filter((id) => id !== '');
  if (asked.length === 0) return new Set();
  const { rows } = await pool.query<{ id: string }>({
    name: 'webhook-secret-matters',
    text: `select id from report where district = $1 and id = any($2::uuid[]) and ${isKept}
           union select issue_id from report where district = $1 and issue_id = any($2::uuid[]) and ${isKept}`,
    values: [district, asked],
  });
  return new Set(rows.map(({ id }) => id));
}

async function toldFrom(
  pool: pg.Pool,
  district: string,
  rows: readonly Row[],
): Promise<ToldEvent[]> {
  const secret = await secretMatters(pool, district, rows.map(matterOf));
  return rows.map(({ state: then, before, areaCode, ...row }) => ({
    ...row,
    district,
    state: { status: '', ...then, ...(areaCode ? { areaCode } : {}) },
    before: before && { ...before, ...(areaCode ? { areaCode } : {}) },
    isSecret: secret.has(matterOf({ ...row, state: then })),
  }));
}

/** What a subscription is limited to, as the units and areas stand now. */
const limitsOf = (
  { areaCode, unitId }: Pick<Subscription, 'areaCode' | 'unitId'>,
  master: MasterData,
): Limits => ({
  areaCodes: areaCode === null ? null : master.areaCodesOf(areaCode),
  unitIds: unitId === null ? null : master.below(unitId),
});

interface SentReport {
  id: string;
  number: string;
  outsideNumber: string | null;
  issueId: string;
}

/** Leaves what has to do with one sender: its reports, and issues with reports of it, which are named. */
async function ofSender(
  pool: pg.Pool,
  district: string,
  senderCode: string,
  events: readonly ToldEvent[],
): Promise<ToldEvent[]> {
  const issues = events.filter(({ noun }) => noun !== 'report').map(matterOf);
  const { rows } = await pool.query<SentReport>({
    name: 'webhook-sender-reports',
    text: `select id, number, outside_number as "outsideNumber", issue_id as "issueId" from report
           where district = $1 and issue_id = any($2::uuid[]) and sender_code = $3 and not ${isKept}`,
    values: [district, [...new Set(issues)], senderCode],
  });
  return events.flatMap((event) => {
    if (event.noun === 'report') return event.state.senderCode === senderCode ? [event] : [];
    const reports = rows
      .filter(({ issueId }) => issueId === matterOf(event))
      .map(({ id, number, outsideNumber }) => ({ id, number, outsideNumber }));
    return reports.length > 0 ? [{ ...event, reports }] : [];
  });
}

/** Those of the events that a subscription is to be told. */
async function toTell(
  pool: pg.Pool,
  subscription: Subscription,
  master: MasterData,
  events: readonly ToldEvent[],
): Promise<ToldEvent[]> {
  // A grid platform is told of the cases handed to it, wherever they lie.
  if (subscription.push !== null)
    return events.filter(({ state: then }) => then.subscriptionId === subscription.id);
  const limits = limitsOf(subscription, master);
  const found = events.filter((event) => concerns(event, limits));
  const { district, senderCode } = subscription;
  return senderCode === null || found.length === 0
    ? found
    : ofSender(pool, district, senderCode, found);
}

/** What a subscription is to be told of the sealed events after a number, and through which number that is. */
export async function eventsAfter(
  pool: pg.Pool,
  subscription: Subscription,
  master: MasterData,
  after: number,
): Promise<{ events: ToldEvent[]; through: number; isMore: boolean }> {
  const { district, kinds } = subscription;
  const { rows } = await pool.query<Row>({
    name: 'webhook-events-after',
    text: `select s.number, ${columns}, case when ${isWanted} then ${stateBy('<=')} end as state,
             case when $5 and ${isWanted} then ${stateBy('<')} end as before,
             case when ${isWanted} then ${areaOfAssist} end as "areaCode"
           from (select number, event_id from seal where district = $1 and number > $3
             order by number limit ${readAtOnce}) s
           join event e on e.district = $1 and e.id = s.event_id order by s.number`,
    values: [district, stateFields, after, kinds, isLimited(subscription)],
  });
  const wanted = rows.filter((row) => row.state !== null);
  return {
    events: await toTell(pool, subscription, master, await toldFrom(pool, district, wanted)),
    through: rows.at(-1)?.number ?? after,
    isMore: rows.length === readAtOnce,
  };
}

/** One event to tell again, whatever the subscription's kinds are by now; undefined when it no longer concerns it. */
export async function eventToTell(
  pool: pg.Pool,
  subscription: Subscription,
  master: MasterData,
  eventId: string,
): Promise<ToldEvent | undefined> {
  const { district } = subscription;
  const { rows } = await pool.query<Row>({
    name: 'webhook-event',
    text: `select s.number, ${columns}, ${stateBy('<=')} as state, case when $4 then ${stateBy('<')} end as before,
             ${areaOfAssist} as "areaCode" from event e join seal s on s.district = e.district and s.event_id = e.id where e.district = $1 and e.id = $3`,
    values: [district, stateFields, eventId, isLimited(subscription)],
  });
  const [told] = await toTell(pool, subscription, master, await toldFrom(pool, district, rows));
  return told;
}
