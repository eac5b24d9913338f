/**
 * Composing the posts 生成群通报: the daily progress and the weekly summary of every district, when due and, after
 * the program was down, up to seven days back. A post has an id made from unit, kind and day, so that it is
 * composed once whoever tries; sending it is a reaction to that event.
 */
import type pg from 'pg';
import { isQuiet, noFigures, type GroupFigures } from '../../domain/groupFigures.ts';
import { duePosts, mostUnits, type DuePost } from '../../domain/groupPost.ts';
import { systemActor } from '../baseSeed.ts';
import type { Database } from '../database.ts';
import { idFrom } from '../idFrom.ts';
import type { Log } from '../log.ts';
import type { MasterData } from '../masterData.ts';
import { performMany, type Order, type Outcome, type Performing } from '../perform.ts';
import { everyUnit, groupFigures, groupsOf } from './figures.ts';

export interface Posting {
  db: Database;
  pool: pg.Pool;
  tools: Performing;
  /** 'district kind day' of what is known to be composed; kept while the program runs. */
  known: Set<string>;
  log: Log;
}

const idOf = (district: string, unitId: string | null, { kind, day }: DuePost): string =>
  idFrom(`groupPost ${district} ${unitId ?? ''} ${kind} ${day}`);

/** Those with most to do first. */
const byWork = (a: { figures: GroupFigures }, b: { figures: GroupFigures }): number =>
  b.figures.unclaimedLate + b.figures.overdue - a.figures.unclaimedLate - a.figures.overdue ||
  b.figures.open - a.figures.open;

function ordersOf(
  { district, areas, units }: MasterData,
  due: DuePost,
  counted: Map<string, GroupFigures>,
): Order[] {
  const active = [...counted].flatMap(([unitId, figures]) => {
    const unit = units.get(unitId);
    return unit?.status === 'active' && !isQuiet(figures)
      ? [{ unitId, unitName: unit.name, figures }]
      : [];
  });
  const whole = {
    unitId: null,
    unitName: areas.get(district)?.name ?? district,
    figures: counted.get(everyUnit) ?? noFigures,
    units: active
      .sort(byWork)
      .slice(0, mostUnits)
      .map(({ unitName, figures }) => ({ unitName, figures })),
  };
  // The district's comes last: where it is, the others are.
  return [...active.map((one) => ({ ...one, units: [] })), whole].map((one): Order => {
    const id = idOf(district, one.unitId, due);
    const requestId = idFrom(`compose ${id}`);
    return { noun: 'groupPost', id, action: 'compose', requestId, input: { ...due, ...one } };
  });
}

/** Composed by another process before, perhaps with other figures. */
const isThere = new Set(['exists', 'requestReused']);

/** Writes down what could not be composed, by unit. */
function noteRefused(log: Log, orders: readonly Order[], outcomes: readonly Outcome[]): void {
  for (const outcome of outcomes) {
    if ('done' in outcome || isThere.has(outcome.refused.code)) continue;
    const { code, message, details } = outcome.refused;
    const order = orders.find(({ requestId }) => requestId === outcome.requestId);
    log.warn({ unit: order?.input.unitId, code, message, details }, 'group post refused');
  }
}

/** Composes what one district lacks of one day and kind. Returns how many posts. */
async function compose(
  { db, tools, known, log }: Posting,
  district: string,
  due: DuePost,
): Promise<number> {
  const key = `${district} ${due.kind} ${due.day}`;
  if (known.has(key)) return 0;
  const [there] = await tools.store.find('groupPost', district, [idOf(district, null, due)]);
  let made = 0;
  if (!there) {
    const master = await tools.master.of(district);
    const counted = await groupFigures(db, {
      district,
      groups: groupsOf(master, [...master.units.keys()]),
      from: due.fromAt,
      until: due.untilAt,
      asOf: due.untilAt,
    });
    const isNothing = [...counted.values()].every(isQuiet);
    const orders = isNothing ? [] : ordersOf(master, due, counted);
    const outcomes = await performMany(tools, systemActor(district), orders);
    noteRefused(log, orders, outcomes);
    made = outcomes.filter((outcome) => 'done' in outcome).length;
    // Another process may be faster with some of them; a busy database is asked again.
    if (outcomes.some((outcome) => 'refused' in outcome && outcome.refused.status >= 500))
      return made;
  }
  known.add(key);
  return made;
}

/** Composes every post that is due in these districts; one whose life is still being made waits, and one that fails stops no other. */
export async function sweepGroupPosts(
  posting: Posting,
  districts: readonly string[],
): Promise<number> {
  const { pool, tools, log } = posting;
  const now = tools.now();
  const { rows } = await pool.query<{ district: string }>({
    name: 'group-living',
    text: 'select district from simulation where lived_through < wanted_until',
  });
  let made = 0;
  for (const district of districts) {
    if (rows.some((living) => living.district === district)) continue;
    try {
      const { groupDailyHour, groupWeeklyHour } = (await tools.master.of(district)).settings(now);
      const hours = { daily: groupDailyHour, weekly: groupWeeklyHour };
      for (const due of duePosts(now, hours)) made += await compose(posting, district, due);
    } catch (error) {
      log.warn({ district, error: String(error) }, 'group posts not composed');
    }
  }
  return made;
}
