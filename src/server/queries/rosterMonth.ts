/** Roster month 值班表: a unit's weekly lines, and each day of a month with who is on duty. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import {
  addDays,
  addMinutes,
  localDay,
  startOfDay,
  type Day,
  type Moment,
} from '../../domain/moment.ts';
import type { RosterLine } from '../../domain/peopleApi.ts';
import { shiftsOn, type Roster } from '../../domain/roster.ts';
import type { MasterData } from '../masterData.ts';
import { openActions } from '../openActions.ts';
import { askedOf, notFound, signedIn, type QueryContext } from './context.ts';
import { personName, unitName } from './names.ts';

/** The days of a month, 'YYYY-MM'. */
function daysOf(month: string): Day[] {
  const days: Day[] = [];
  for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) days.push(day);
  return days;
}

/** Who stands in on a day, for whoever is on leave. */
function deputyOn(master: MasterData, postId: string, at: Moment): string | null {
  const post = master.posts.get(postId);
  const standing = post && master.personOn(post, at);
  return post && standing !== post.personId ? personName(master, standing ?? null) : null;
}

const isDayOff = (master: MasterData, day: Day): boolean =>
  master
    .calendar(startOfDay(day))
    .years[day.slice(0, 4)]?.holidays.some((one) => one.day === day) ?? false;

export function rosterMonth(
  context: QueryContext,
  input: QueryInput<'rosterMonth'>,
): Promise<QueryOutput<'rosterMonth'>> {
  const { master, now } = context;
  const actor = signedIn(context);
  const asked = askedOf(context);
  const month = input.month ?? localDay(now).slice(0, 7);
  const unitId = input.unit ?? actor.unitId;
  if (unitId && !master.units.has(unitId)) throw notFound('单位');
  const rosters = master.rosters.filter((row) => row.unitId === unitId);
  const lineOf = (row: Roster): RosterLine => ({
    ...row,
    personName: personName(master, master.posts.get(row.postId)?.personId ?? null) ?? '',
    title: master.posts.get(row.postId)?.title ?? '',
    actions: openActions('roster', row, asked),
  });
  const byTime = (a: Roster, b: Roster): number => (a.startsAt < b.startsAt ? -1 : 1);
  return Promise.resolve({
    month,
    unitId,
    unitName: unitName(master, unitId),
    mayAdd:
      actor.role === 'systemAdmin' ||
      (actor.role === 'unitHead' && actor.unitIds.includes(unitId ?? '')),
    weekly: rosters
      .filter(({ day }) => day === null)
      .sort(byTime)
      .map(lineOf),
    days: daysOf(month).map((day) => ({
      day,
      isHoliday: isDayOff(master, day),
      isDated: rosters.some((row) => row.day === day),
      lines: shiftsOn(rosters, day)
        .sort(byTime)
        .map((row) => ({
          ...lineOf(row),
          deputyName: deputyOn(master, row.postId, addMinutes(startOfDay(day), 720)),
        })),
    })),
  });
}
