import chineseDays from 'chinese-days';
import { describe, expect, it } from 'vitest';
import year2024 from '../../seeds/calendar/2024.json';
import year2025 from '../../seeds/calendar/2025.json';
import year2026 from '../../seeds/calendar/2026.json';
import {
  calendarYearProblem,
  CalendarYear,
  defaultHours,
  isWorkDay,
  workSpans,
  type WorkCalendar,
} from './calendar.ts';
import { addDays, localTime } from './moment.ts';

const seeds = [year2024, year2025, year2026];
const row = (year: CalendarYear, id = `y${year.year}`) => ({ ...year, id, district: '000000' });
const calendar: WorkCalendar = {
  years: Object.fromEntries(seeds.map((year) => [String(year.year), row(year)])),
};
const empty: WorkCalendar = { years: {} };

const summerAndWinter: CalendarYear['hours'] = [
  {
    fromDay: '05-01',
    spans: [
      { from: '08:00', to: '11:30' },
      { from: '15:00', to: '19:00' },
    ],
  },
  {
    fromDay: '10-01',
    spans: [
      { from: '08:30', to: '12:00' },
      { from: '14:00', to: '24:00' },
    ],
  },
];

const times = (days: WorkCalendar, day: string): string[] =>
  workSpans(days, day).map(({ from, to }) => `${localTime(from)}-${localTime(to)}`);

describe('the calendars of the seed', () => {
  it('fit their shape, without contradiction', () => {
    for (const year of seeds) {
      expect(CalendarYear.parse(year)).toEqual(year);
      expect(calendarYearProblem(year)).toBeUndefined();
      expect(year.hours).toEqual(defaultHours);
    }
  });

  it('agree with the published working days on each day of 2024 to 2026', () => {
    for (let day = '2024-01-01'; day <= '2026-12-31'; day = addDays(day, 1)) {
      expect(isWorkDay(calendar, day), day).toBe(chineseDays.isWorkday(day));
    }
  });
});

describe('a year not yet announced', () => {
  it('is Monday to Friday with the hours of the nearest earlier year', () => {
    const wintry = { years: { '2026': row({ ...year2026, hours: summerAndWinter }) } };
    expect(times(wintry, '2027-10-01')).toEqual(['08:30-12:00', '14:00-00:00']);
    expect(times(wintry, '2027-10-02')).toEqual([]);
    expect(times(wintry, '2031-06-02')).toEqual(['08:00-11:30', '15:00-19:00']);
  });

  it('has the default hours when no earlier year is known', () => {
    expect(times(empty, '2026-10-01')).toEqual(['09:00-12:00', '13:00-18:00']);
    expect(times(calendar, '2023-12-29')).toEqual(['09:00-12:00', '13:00-18:00']);
  });

  it('ignores holidays that are only a draft, but keeps its own hours', () => {
    const draft = row({ ...year2026, isAnnounced: false, hours: summerAndWinter });
    expect(times({ years: { '2026': draft } }, '2026-10-01')).toEqual([
      '08:30-12:00',
      '14:00-00:00',
    ]);
  });
});

describe('seasons', () => {
  it('change on their first day; before the first the last one holds', () => {
    const year = { years: { '2026': row({ ...year2026, hours: summerAndWinter }) } };
    expect(times(year, '2026-04-30')[0]).toBe('08:30-12:00');
    expect(times(year, '2026-05-06')[0]).toBe('08:00-11:30');
    expect(times(year, '2026-09-30')[0]).toBe('08:00-11:30');
    expect(times(year, '2026-10-08')[0]).toBe('08:30-12:00');
  });
});

describe('CalendarYear', () => {
  const withHours = (hours: unknown) => CalendarYear.safeParse({ ...year2026, hours }).success;
  const withSpans = (...spans: [string, string][]) =>
    withHours([{ fromDay: '01-01', spans: spans.map(([from, to]) => ({ from, to })) }]);

  it('refuses a year without any working time', () => {
    expect(withHours([])).toBe(false);
    expect(withSpans()).toBe(false);
  });

  it('takes spans to midnight, and only in order and apart', () => {
    expect(withSpans(['00:00', '24:00'])).toBe(true);
    expect(withSpans(['08:00', '12:00'], ['12:00', '18:00'])).toBe(true);
    expect(withSpans(['08:00', '12:00'], ['11:59', '18:00'])).toBe(false);
    expect(withSpans(['13:00', '18:00'], ['08:00', '12:00'])).toBe(false);
    expect(withSpans(['12:00', '12:00'])).toBe(false);
    expect(withSpans(['24:00', '24:00'])).toBe(false);
    expect(withSpans(['9:00', '18:00'])).toBe(false);
  });

  it('takes seasons in order, each from a day that exists', () => {
    const [summer, winter] = summerAndWinter;
    expect(withHours([summer, winter])).toBe(true);
    expect(withHours([winter, summer])).toBe(false);
    expect(withHours([summer, summer])).toBe(false);
    expect(withHours([{ ...summer, fromDay: '02-30' }])).toBe(false);
  });

  it('refuses the same day twice', () => {
    const holidays = [
      { day: '2026-10-01', name: '国庆节' },
      { day: '2026-10-01', name: '中秋节' },
    ];
    expect(CalendarYear.safeParse({ ...year2026, holidays }).success).toBe(false);
  });

  it('says which day contradicts', () => {
    const day = { day: '2026-10-01', name: '国庆节' };
    const other = { day: '2025-10-01', name: '国庆节' };
    const problem = (holidays: (typeof day)[], makeUpDays: (typeof day)[]) =>
      calendarYearProblem({ year: 2026, holidays, makeUpDays });
    expect(problem([day], [])).toBeUndefined();
    expect(problem([other], [])).toContain('2025-10-01 不在 2026 年');
    expect(problem([day], [day])).toContain('2026-10-01 不能既放假又调休上班');
  });
});
