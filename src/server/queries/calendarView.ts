/** Calendar view 日历: a year with all its versions, and what loading another would do to deadlines. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { calendarYearProblem, type WorkCalendar } from '../../domain/calendar.ts';
import { calendarYear, type YearRow } from '../../domain/calendarYear.ts';
import type { CalendarPreview, MovedDeadline } from '../../domain/standardsApi.ts';
import { Refused } from '../../domain/refused.ts';
import { provisionalNouns, provisionalRecords } from '../provisional.ts';
import { askedOf, signedIn, type QueryContext } from './context.ts';
import { movedDeadlines } from './movedDeadlines.ts';
import { placedVersions } from './versions.ts';

export async function calendarView(
  context: QueryContext,
  { year }: QueryInput<'calendarView'>,
): Promise<QueryOutput<'calendarView'>> {
  const asked = askedOf(context);
  const { master, now } = context;
  const rows = master.yearRows.filter((row) => row.year === year);
  const years = master.calendar(now).years as Record<string, YearRow>;
  return {
    year,
    isProvisional: !years[String(year)]?.isAnnounced,
    versions: placedVersions('calendarYear', rows, asked),
    years,
    mayEdit: calendarYear.actions.add.by.includes(asked.actor.role),
  };
}

const mostChecked = 5_000;
const mostRows = 100;

/** What loading a year would change, counted over at most 5,000 records; nothing is written. */
export async function calendarPreview(
  context: QueryContext,
  input: QueryInput<'calendarPreview'>,
): Promise<QueryOutput<'calendarPreview'>> {
  if (!calendarYear.actions.add.by.includes(signedIn(context).role))
    throw new Refused(403, 'notYourRole', '年度日历由系统管理员载入');
  const { master, now, district, pool } = context;
  const nothing = { checked: 0, isMore: false, moved: 0, settled: 0, rows: [] };
  const problem = calendarYearProblem(input) ?? null;
  if (problem !== null) return { problem, ...nothing };
  const calendar: WorkCalendar = {
    years: {
      ...master.calendar(now).years,
      [String(input.year)]: { ...input, id: `preview-${input.year}`, district },
    },
  };
  const facts = { calendar, settings: master.settings(now) };
  const answer: CalendarPreview = { problem, ...nothing };
  const rows: MovedDeadline[] = [];
  for (const noun of provisionalNouns) {
    for await (const records of provisionalRecords(pool, district, noun)) {
      for (const record of records) {
        if (answer.checked === mostChecked) return { ...answer, isMore: true, rows };
        answer.checked += 1;
        const found = movedDeadlines(noun, record, now, facts);
        answer.settled += found.length > 0 && found.every((each) => !each.isProvisional) ? 1 : 0;
        const moved = found.filter(({ before, after }) => before !== after);
        answer.moved += moved.length > 0 ? 1 : 0;
        rows.push(...moved.slice(0, mostRows - rows.length));
      }
    }
  }
  return { ...answer, rows };
}
