/**
 * Group feed 群动态: the matters of a unit and those below it, each with its latest steps and photos, the latest
 * news first. Read by unit from the index, so that it is quick however many there are. Sources: seed 003-24
 * (实时发布、认领问题、迅速整改), 004-23 (一刻钟见诉领办).
 */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { FeedEntry } from '../../domain/groupApi.ts';
import { issue } from '../../domain/issue.ts';
import type { Issue } from '../../domain/issueShape.ts';
import type { Moment } from '../../domain/moment.ts';
import { getRow } from '../../domain/nouns.ts';
import { toRecord } from '../columns.ts';
import { askedOf, inActorsScope, type QueryContext } from '../queries/context.ts';
import { issueItem } from '../queries/issueItem.ts';
import { actorName, unitName } from '../queries/names.ts';
import { allColumns, cursorOf, readCursor, type Order } from '../queries/page.ts';
import { allOf, type Sql } from '../scope.ts';
import { unitsSeen } from './scope.ts';

type Input = QueryInput<'groupFeed'>;

const order: Order = { name: 'groupFeed', column: 'news_at', direction: 'desc' };
const usualLimit = 20;
const stepsShown = 6;
const photosShown = 4;

/** As in the indexes of `db/0031_group.sql` and, for what waits, `db/0036_feedNew.sql`. */
const newsAt = sql`greatest(i.rectified_at, i.claimed_at, i.dispatched_at)`;

const waitingFor: Record<NonNullable<Input['step']>, Sql> = {
  new: sql`i.status = 'dispatched'`,
  claimed: sql`i.status = 'claimed'`,
  rectified: sql`i.status in ('rectified', 'verifying', 'passed', 'closed')`,
};

/** The steps told in a feed; words typed by people are not among them. */
const told = ['dispatch', 'transfer', 'claim', 'rectify', 'pass', 'fail', 'close', 'reopen'];

async function readMatters(
  context: QueryContext,
  { unit, step, cursor, limit = usualLimit }: Input,
): Promise<{ issues: (Issue & { newsAt: Moment })[]; next: string | null }> {
  const { district } = context;
  const units = unitsSeen(context, unit);
  const start = cursor === undefined ? undefined : readCursor(cursor, order);
  const where = [
    sql`i.district = ${district} and i.unit_id = u.unit_id and i.dispatched_at is not null and i.status <> 'void'`,
    inActorsScope(context, issue, 'i'),
    ...(step ? [waitingFor[step]] : []),
    ...(start ? [sql`(${newsAt}, i.id) < (${start.key}::timestamptz, ${start.id}::uuid)`] : []),
  ];
  const { rows } = await sql<Record<string, unknown> & { news_at: Moment }>`
    with latest as (
      select m.id, m.news_at from unnest(${units}::uuid[]) as u(unit_id) cross join lateral (
        select i.id, ${newsAt} as news_at from issue i where ${allOf(where)}
        order by ${newsAt} desc, i.id desc limit ${limit + 1}) m
      order by m.news_at desc, m.id desc limit ${limit + 1})
    select ${allColumns('issue', 'i')}, l.news_at
    from latest l join issue i on i.district = ${district} and i.id = l.id
    order by l.news_at desc, l.id desc`.execute(context.db);
  const issues = rows
    .slice(0, limit)
    .map((row) => ({ ...toRecord<Issue>('issue', row), newsAt: row.news_at }));
  const last = issues.at(-1);
  return {
    issues,
    next: rows.length > limit && last ? cursorOf(order, last.newsAt, last.id) : null,
  };
}

interface StepRow {
  issueId: string;
  at: Moment;
  action: string;
  actor: Parameters<typeof actorName>[1];
  unitId: string | null;
}

/** The latest steps of each matter, the latest last. */
async function readSteps(
  { db, district }: QueryContext,
  ids: readonly string[],
): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`
    select o.id as "issueId", e.at, e.action, e.actor, e.input ->> 'unitId' as "unitId"
    from unnest(${ids}::uuid[]) as o(id) cross join lateral (
      select at, action, actor, input, version from event
      where district = ${district} and noun = 'issue' and record_id = o.id and action = any(${told})
      order by version desc limit ${stepsShown}) e
    order by o.id, e.version`.execute(db);
  return rows;
}

interface PhotoRow {
  issueId: string;
  isAfter: boolean;
  id: string;
}

/** What the reports showed, secret ones apart, and what the unit showed when it had rectified last. */
async function readPhotos(
  { db, district }: QueryContext,
  ids: readonly string[],
): Promise<PhotoRow[]> {
  const shown = sql`join photo p on p.district = a.district and p.id = a.photo_id and p.status = 'complete'`;
  const { rows } = await sql<PhotoRow>`
    select o.id as "issueId", f.is_after as "isAfter", f.photo_id as id
    from unnest(${ids}::uuid[]) as o(id) cross join lateral (
      (select false as is_after, a.photo_id, a.at from report r
        join attachment a on a.district = r.district and a.noun = 'report' and a.record_id = r.id and a.action = 'submit'
        ${shown}
        where r.district = ${district} and r.issue_id = o.id and not r.is_confidential and r.kind is distinct from 'tipOff'
        order by a.at, a.photo_id limit ${photosShown})
      union all
      (select true, a.photo_id, a.at from attachment a ${shown}
        where a.district = ${district} and a.noun = 'issue' and a.record_id = o.id and a.action = 'rectify'
        order by a.at desc, a.photo_id limit ${photosShown})) f
    order by o.id, f.is_after, f.at, f.photo_id`.execute(db);
  return rows;
}

export async function groupFeed(
  context: QueryContext,
  input: Input,
): Promise<QueryOutput<'groupFeed'>> {
  const { master } = context;
  const { issues, next } = await readMatters(context, input);
  const ids = issues.map(({ id }) => id);
  const [steps, photos] = await Promise.all([readSteps(context, ids), readPhotos(context, ids)]);
  const asked = askedOf(context);
  const who = ({ actor, unitId }: StepRow): string =>
    unitName(master, unitId) ?? actorName(master, actor);
  const items = issues.map((each): FeedEntry => {
    const own = photos.filter(({ issueId }) => issueId === each.id);
    const shows = (isAfter: boolean): string[] =>
      own.filter((photo) => photo.isAfter === isAfter).map(({ id }) => id);
    return {
      item: issueItem(each, master, asked),
      newsAt: each.newsAt,
      dispatchedAt: each.dispatchedAt ?? each.newsAt,
      claimDue: each.claimDue,
      claimedAt: each.claimedAt,
      rectifiedAt: each.rectifiedAt,
      steps: steps
        .filter(({ issueId }) => issueId === each.id)
        .map((row) => ({ at: row.at, label: getRow(issue, row.action).label, who: who(row) })),
      before: shows(false),
      after: shows(true).slice(0, each.rectifiedAt === null ? 0 : photosShown),
    };
  });
  return { items, next };
}
