/**
 * Grid platform 网格平台: which cases go there by themselves, what it is told of them, and what follows when it got
 * them or could not be reached. The delivering itself is that of webhooks. Source: issue 5-2.
 */
import type pg from 'pg';
import { conditionOf } from '../domain/category.ts';
import type { Act } from '../domain/action.ts';
import type { Issue } from '../domain/issueShape.ts';
import type { Moment } from '../domain/moment.ts';
import { getNoun, getRow } from '../domain/nouns.ts';
import { withPlatform, type PlatformCase } from '../domain/platformCase.ts';
import { isPushed } from '../domain/pushRule.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { ToldEvent } from '../domain/webhookMessage.ts';
import { toRecord } from './columns.ts';
import type { MasterData } from './masterData.ts';
import { idFrom } from './idFrom.ts';
import type { StoredEvent } from './statement.ts';

/** The platforms to which an issue goes by itself: not the one that reported it. */
export async function casesToPush(
  pool: pg.Pool,
  master: MasterData,
  event: StoredEvent,
  issue: Issue | null,
): Promise<Act[]> {
  const { unitId, areaCode } = issue ?? {};
  if (!issue || !unitId || event.performedAt) return [];
  const fitting = master.subscriptions.filter(
    (one) =>
      one.status === 'active' &&
      one.push !== null &&
      isPushed(one.push, issue) &&
      (one.unitId === null || master.below(one.unitId).includes(unitId)) &&
      (one.areaCode === null ||
        master.areaCodesOf(one.areaCode).some((above) => areaCode?.startsWith(above))),
  );
  if (fitting.length === 0) return [];
  const { rows } = await pool.query<{ code: string }>({
    name: 'platform-own-reports',
    text: `select distinct sender_code as code from report where district = $1 and issue_id = $2`,
    values: [event.district, issue.id],
  });
  const reporters = rows.map(({ code }) => code);
  return fitting
    .filter(({ senderCode }) => !reporters.includes(senderCode ?? ''))
    .map(({ id: subscriptionId }) => ({
      noun: 'platformCase',
      id: idFrom(`push ${event.id} ${subscriptionId}`),
      action: 'push',
      input: { issueId: issue.id, subscriptionId },
    }));
}

/** What an action of the issue means for its cases on platforms. */
const meaning: Record<string, (event: StoredEvent) => Pick<Act, 'action' | 'input'>> = {
  'issue.fail': () => ({ action: 'rework', input: {} }),
  'issue.close': () => ({ action: 'close', input: {} }),
  'issue.forceClose': () => ({ action: 'close', input: {} }),
  'issue.transfer': () => ({ action: 'recall', input: { note: '案件已转办' } }),
  'issue.sendBack': () => ({ action: 'recall', input: { note: '单位已退单' } }),
  'issue.merge': () => ({ action: 'recall', input: { note: '案件已合并到其他案件' } }),
  'issue.void': () => ({ action: 'recall', input: { note: '案件已作废' } }),
};

/** The cases of an issue that are with a platform, and what becomes of them after an event of the issue. */
export async function casesToFollow(pool: pg.Pool, event: StoredEvent): Promise<Act[]> {
  const means = meaning[`${event.noun}.${event.action}`]?.(event);
  if (!means) return [];
  const { rows } = await pool.query<{ id: string }>({
    name: 'platform-cases-open',
    text: `select id from platform_case where district = $1 and issue_id = $2 and status = any($3) and pushed_at <= $4`,
    values: [event.district, event.recordId, withPlatform, event.at],
  });
  return rows.map(({ id }) => ({ noun: 'platformCase', id, ...means }));
}

interface Told {
  input: Record<string, unknown>;
  platform_case: Record<string, unknown>;
  issue: Record<string, unknown>;
  numbers: string[] | null;
}

/** What a platform is told of one event of a case: of a new one everything needed to handle it, no person. */
export async function caseMessage(
  pool: pg.Pool,
  master: MasterData,
  { senderCode }: Subscription,
  event: ToldEvent,
): Promise<string> {
  const { rows } = await pool.query<Told>({
    name: 'platform-case-told',
    text: `select e.input, to_jsonb(c) as platform_case, to_jsonb(i) as issue,
             (select array_agg(r.outside_number) from report r where r.district = $1 and r.issue_id = i.id
               and r.sender_code = $3 and r.outside_number is not null) as numbers
           from event e join platform_case c on c.district = $1 and c.id = e.record_id
           join issue i on i.district = $1 and i.id = c.issue_id where e.district = $1 and e.id = $2`,
    values: [event.district, event.id, senderCode],
  });
  const [found] = rows;
  if (!found) throw new Error(`event ${event.id} is of no case`);
  const theCase = toRecord<PlatformCase>('platformCase', found.platform_case);
  const issue = toRecord<Issue>('issue', found.issue);
  const data = {
    district: event.district,
    caseId: theCase.id,
    caseNumber: issue.number,
    number: theCase.foreignNumber,
    note: typeof found.input.note === 'string' ? found.input.note : null,
    ...(event.action === 'push' ? whole(master, issue, found.numbers ?? []) : {}),
  };
  return JSON.stringify({ type: `case.${event.action}`, timestamp: event.at, data });
}

/** As the ledger writes it, whatever form the database gave it. */
const utc = (moment: string | null): Moment | null =>
  moment === null ? null : new Date(moment).toISOString();

function whole(master: MasterData, issue: Issue, numbers: string[]): Record<string, unknown> {
  const category = master.categories.get(issue.categoryId);
  const condition = category && conditionOf(category, issue.conditionNo);
  return {
    description: issue.description,
    categoryCode: issue.categoryCode,
    categoryName: category?.name ?? null,
    openWhen: condition?.openWhen ?? null,
    closeWhen: condition?.closeWhen ?? null,
    areaCode: issue.areaCode,
    areaName: master.areas.get(issue.areaCode)?.name ?? null,
    address: issue.address,
    lng: issue.lng,
    lat: issue.lat,
    unitName: master.units.get(issue.unitId ?? '')?.name ?? null,
    isUrgent: issue.isUrgent,
    dispatchedAt: utc(issue.dispatchedAt),
    rectifyDue: utc(issue.rectifyDue),
    /** The platform's own numbers of reports in this issue. */
    reports: numbers,
  };
}

/** The platform's number in its answer to a new case, when it gives one: `number` or `id`, also under `data`. */
export function numberIn(answer: Buffer): string | undefined {
  try {
    const said = JSON.parse(answer.toString()) as Record<string, unknown> | null;
    const inner = (said?.data ?? {}) as Record<string, unknown>;
    const found = [said?.number, said?.id, inner.number, inner.id].find(
      (one) => typeof one === 'string' || typeof one === 'number',
    );
    const text = found === undefined ? '' : String(found as string | number).trim();
    return /^[^\p{Cc}]{1,80}$/u.test(text) && text.isWellFormed() ? text : undefined;
  } catch {
    return undefined;
  }
}

/** What is done when a platform was told of a new case; nothing for other events. */
export const afterSent = ({ action, recordId: id }: ToldEvent, answer: Buffer): Act | null => {
  if (action !== 'push') return null;
  const foreignNumber = numberIn(answer);
  const input = foreignNumber === undefined ? {} : { foreignNumber };
  return { noun: 'platformCase', id, action: 'arrive', input };
};

/** What is done when a platform could not be told for three days. */
export const afterGivenUp = ({ action, recordId: id }: ToldEvent, reason: string): Act => {
  if (action === 'push') return { noun: 'platformCase', id, action: 'fail', input: { reason } };
  const { label: what } = getRow(getNoun('platformCase'), action);
  return { noun: 'platformCase', id, action: 'miss', input: { what, reason } };
};
