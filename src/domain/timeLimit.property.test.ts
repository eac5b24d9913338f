/** Property tests of the time limits against a slow reference that walks minute by minute. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import year2024 from '../../seeds/calendar/2024.json';
import year2025 from '../../seeds/calendar/2025.json';
import year2026 from '../../seeds/calendar/2026.json';
import { defaultHours, workSpans, type CalendarYear, type WorkCalendar } from './calendar.ts';
import { addMinutes, localDay, minutesBetween } from './moment.ts';
import {
  addClockMinutes,
  addDutyMinutes,
  addTimeLimit,
  clockKind,
  remaining,
  type TimeLimit,
  type WorkDayEnds,
} from './timeLimit.ts';

const minuteMs = 60_000;

/** Independent of the code under test: the wall clock of UTC+8, one minute after the other. */
class SlowClock {
  private readonly calendar: WorkCalendar;
  private known = { text: '', spans: [] as { from: string; to: string }[], isWorked: false };

  constructor(calendar: WorkCalendar) {
    this.calendar = calendar;
  }

  look(ms: number): { day: string; isWorking: boolean; isWorked: boolean; length: number } {
    const wall = new Date(ms + 8 * 3_600_000).toISOString();
    const day = wall.slice(0, 10);
    if (day !== this.known.text) this.known = this.readDay(day);
    const { spans, isWorked } = this.known;
    const time = wall.slice(11, 16);
    return {
      day,
      isWorked,
      isWorking: isWorked && spans.some(({ from, to }) => from <= time && time < to),
      length: spans.reduce((sum, { from, to }) => sum + asMinutes(to) - asMinutes(from), 0),
    };
  }

  private readDay(text: string) {
    const year = Number(text.slice(0, 4));
    const own = this.calendar.years[year];
    let source: { hours: CalendarYear['hours'] } | undefined = own;
    for (let earlier = year - 1; !source && earlier > 2000; earlier -= 1)
      source = this.calendar.years[earlier];
    const hours = source?.hours ?? defaultHours;
    const sorted = hours.filter(({ fromDay }) => fromDay <= text.slice(5));
    const season = sorted[sorted.length - 1] ?? hours[hours.length - 1];
    const isWeekend = [0, 6].includes(new Date(text).getUTCDay());
    const names = (list: { day: string }[]) =>
      own?.isAnnounced && list.some(({ day }) => day === text);
    const isWorked = names(own?.makeUpDays ?? []) || (!isWeekend && !names(own?.holidays ?? []));
    return { text, spans: season?.spans ?? [], isWorked };
  }
}

const asMinutes = (time: string) => Number(time.split(':')[0]) * 60 + Number(time.split(':')[1]);

function slowDue(
  from: string,
  { value, unit }: TimeLimit,
  calendar: WorkCalendar,
  ends: WorkDayEnds,
): string {
  const clock = new SlowClock(calendar);
  let now = Date.parse(from);
  if (unit === 'workDay' && ends === 'closeOfDay') {
    const days = new Set<string>();
    const first = clock.look(now).day;
    let lastWorked = 0;
    for (; ; now += minuteMs) {
      const { day, isWorking } = clock.look(now);
      if (!isWorking || day === first) continue;
      if (days.size === value && !days.has(day))
        return new Date(lastWorked + minuteMs).toISOString();
      days.add(day);
      lastWorked = now;
    }
  }
  const perUnit = {
    workHour: 60,
    workDay: clock.look(now).length,
    clockHour: 60,
    clockDay: 1440,
    day: 1440,
  };
  const isContinuous = unit === 'clockHour' || unit === 'clockDay' || unit === 'day';
  for (let left = value * perUnit[unit]; left > 0; now += minuteMs) {
    if (isContinuous || clock.look(now).isWorking) left -= 1;
  }
  return new Date(now).toISOString();
}

const seasons: CalendarYear['hours'][] = [
  defaultHours,
  [
    {
      fromDay: '01-01',
      spans: [
        { from: '08:00', to: '12:00' },
        { from: '14:00', to: '18:00' },
      ],
    },
  ],
  [
    {
      fromDay: '05-01',
      spans: [
        { from: '08:00', to: '11:30' },
        { from: '15:00', to: '18:30' },
      ],
    },
    {
      fromDay: '10-01',
      spans: [
        { from: '08:30', to: '12:00' },
        { from: '13:30', to: '17:45' },
      ],
    },
  ],
  [
    {
      fromDay: '01-01',
      spans: [
        { from: '00:00', to: '02:00' },
        { from: '20:00', to: '24:00' },
      ],
    },
    {
      fromDay: '12-31',
      spans: [
        { from: '10:00', to: '10:01' },
        { from: '10:01', to: '15:00' },
      ],
    },
  ],
];

const extraDays = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { maxLength: 5 });

/** The real years with other hours, some not announced, some missing, some with other days off. */
const calendars: fc.Arbitrary<WorkCalendar> = fc
  .tuple(
    ...[year2024, year2025, year2026].map((year) =>
      fc
        .record({
          isKept: fc.boolean().map((first) => first || year.year % 2 === 0),
          isAnnounced: fc.integer({ min: 0, max: 3 }).map((number) => number > 0),
          hours: fc.constantFrom(...seasons),
          off: extraDays,
          on: extraDays,
        })
        .map(({ isKept, off, on, ...rest }) => {
          const named = (month: string, days: number[]) =>
            days.map((number) => ({
              day: `${year.year}-${month}-${String(number).padStart(2, '0')}`,
              name: '地方',
            }));
          const row = {
            ...year,
            ...rest,
            id: `y${year.year}`,
            district: '000000',
            holidays: [...year.holidays, ...named('12', off)],
            makeUpDays: [...year.makeUpDays, ...named('03', on)],
          };
          return isKept ? [row] : [];
        }),
    ),
  )
  .map((rows) => ({
    years: Object.fromEntries(rows.flat().map((row) => [String(row.year), row])),
  }));

const minuteIn = (from: string, days: number) =>
  fc
    .integer({ min: 0, max: days * 1440 })
    .map((minutes) => new Date(Date.parse(from) + minutes * minuteMs).toISOString());

/** Anywhere in 2024–2027, with a liking for New Year, Spring Festival, season changes and October. */
const starts = fc.oneof(
  minuteIn('2024-01-01T00:00:00.000Z', 1460),
  minuteIn('2024-12-25T00:00:00.000Z', 10),
  minuteIn('2026-12-23T00:00:00.000Z', 12),
  minuteIn('2025-01-24T00:00:00.000Z', 16),
  minuteIn('2026-02-12T00:00:00.000Z', 18),
  minuteIn('2024-04-26T00:00:00.000Z', 16),
  minuteIn('2026-09-18T00:00:00.000Z', 24),
);

const limits: fc.Arbitrary<TimeLimit> = fc.oneof(
  fc.record({
    value: fc.integer({ min: 1, max: 30 }),
    unit: fc.constantFrom('workHour', 'clockHour'),
  }),
  fc.record({
    value: fc.integer({ min: 1, max: 8 }),
    unit: fc.constantFrom('workDay', 'clockDay', 'day'),
  }),
);
const ends = fc.constantFrom<WorkDayEnds>('counted', 'closeOfDay');

describe('a time limit', () => {
  it('ends where walking minute by minute ends', () => {
    fc.assert(
      fc.property(starts, limits, calendars, ends, (from, limit, calendar, workDayEnds) => {
        const { due } = addTimeLimit(from, limit, calendar, { workDayEnds });
        expect(due).toBe(slowDue(from, limit, calendar, workDayEnds));
      }),
      { numRuns: 120 },
    );
  });

  it('ends inside or at the close of working time when its clock is the working one', () => {
    fc.assert(
      fc.property(starts, limits, calendars, ends, (from, limit, calendar, workDayEnds) => {
        const { due } = addTimeLimit(from, limit, calendar, { workDayEnds });
        const before = localDay(addMinutes(due, -1));
        const spans = workSpans(calendar, before);
        const isInside = spans.some((span) => span.from < due && due <= span.to);
        expect(isInside || clockKind(limit.unit) === 'continuous').toBe(true);
      }),
    );
  });

  it('is the same again from the calendar rows it names alone', () => {
    fc.assert(
      fc.property(starts, limits, calendars, ends, (from, limit, calendar, workDayEnds) => {
        const deadline = addTimeLimit(from, limit, calendar, { workDayEnds });
        const used = Object.entries(calendar.years).filter(([, { id }]) =>
          deadline.calendarIds.includes(id),
        );
        expect(
          addTimeLimit(from, limit, { years: Object.fromEntries(used) }, { workDayEnds }),
        ).toEqual(deadline);
      }),
    );
  });

  it('is provisional exactly when a day on its way lies in a year not announced', () => {
    fc.assert(
      fc.property(starts, limits, calendars, ends, (from, limit, calendar, workDayEnds) => {
        const deadline = addTimeLimit(from, limit, calendar, { workDayEnds });
        const years = [localDay(from), localDay(deadline.due)].map((day) => day.slice(0, 4));
        const isOpen = years.some((year) => !calendar.years[year]?.isAnnounced);
        expect(deadline.isProvisional).toBe(clockKind(limit.unit) === 'working' && isOpen);
      }),
    );
  });

  it('never ends earlier when it starts later or is longer', () => {
    const unchanging = fc.record({
      value: fc.integer({ min: 1, max: 40 }),
      unit: fc.constantFrom('workHour', 'clockHour', 'day'),
    });
    fc.assert(
      fc.property(
        starts,
        fc.integer({ min: 0, max: 9000 }),
        unchanging,
        calendars,
        (from, later, limit, calendar) => {
          const due = (start: string, value: number) =>
            addTimeLimit(start, { ...limit, value }, calendar, { workDayEnds: 'counted' }).due;
          expect(due(from, limit.value) <= due(addMinutes(from, later), limit.value)).toBe(true);
          expect(due(from, limit.value) < due(from, limit.value + 1)).toBe(true);
        },
      ),
    );
  });

  it('keeps what is left over a pause', () => {
    fc.assert(
      fc.property(
        starts,
        limits,
        calendars,
        fc.nat(100),
        fc.nat(30_000),
        (from, limit, calendar, percent, pause) => {
          const { due } = addTimeLimit(from, limit, calendar, { workDayEnds: 'counted' });
          const held = addMinutes(from, Math.floor((minutesBetween(from, due) * percent) / 101));
          const left = remaining(held, due, limit.unit, calendar);
          expect(addClockMinutes(held, left, limit.unit, calendar).due).toBe(due);
          const resumed = addMinutes(held, pause);
          const next = addClockMinutes(resumed, left, limit.unit, calendar).due;
          expect(remaining(resumed, next, limit.unit, calendar)).toBe(left);
          expect(next >= due).toBe(true);
        },
      ),
    );
  });
});

describe('the claim clock', () => {
  it('ends where walking minute by minute through the duty windows ends', () => {
    const shift = fc.record({
      weekdays: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
      begin: fc.integer({ min: 0, max: 1439 }),
      length: fc.integer({ min: 1, max: 1440 }),
    });
    const shiftLists = fc.array(shift, { maxLength: 3 });
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 600 }), shiftLists, (from, minutes, shifts) => {
        const spansOf = (day: string) =>
          shifts
            .filter(({ weekdays }) => weekdays.includes(new Date(day).getUTCDay()))
            .map(({ begin, length }) => {
              const start = Date.parse(`${day}T00:00:00.000+08:00`) + begin * minuteMs;
              return { from: start, to: start + length * minuteMs };
            });
        const asText = (ms: number) => new Date(ms).toISOString();
        const { due } = addDutyMinutes(from, minutes, (day) =>
          spansOf(day).map((span) => ({ from: asText(span.from), to: asText(span.to) })),
        );
        const start = Date.parse(from);
        const ahead = Array.from({ length: 62 }, (_, index) => start + (index - 1) * 86_400_000);
        const spans = ahead.flatMap((ms) => spansOf(asText(ms + 8 * 3_600_000).slice(0, 10)));
        let [now, left] = [start, minutes];
        for (; left > 0 && now < start + 62 * 86_400_000; now += minuteMs) {
          if (spans.some((span) => span.from <= now && now < span.to)) left -= 1;
        }
        expect(due).toBe(left === 0 ? asText(now) : asText(start + minutes * minuteMs));
      }),
      { numRuns: 30 },
    );
  });
});
