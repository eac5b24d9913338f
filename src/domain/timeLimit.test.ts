import { describe, expect, it } from 'vitest';
import year2024 from '../../seeds/calendar/2024.json';
import year2025 from '../../seeds/calendar/2025.json';
import year2026 from '../../seeds/calendar/2026.json';
import { defaultHours, type CalendarYear, type WorkCalendar } from './calendar.ts';
import { atLocalTime, localDay, localTime, type Day, type Moment } from './moment.ts';
import {
  addClockMinutes,
  addDutyMinutes,
  addTimeLimit,
  clockKind,
  deadlineSentence,
  remaining,
  reworkMinutes,
  TimeLimit,
  timeLimitText,
  type Deadline,
  type WorkDayEnds,
} from './timeLimit.ts';

const calendarWith = (hours: CalendarYear['hours']): WorkCalendar => ({
  years: Object.fromEntries(
    [year2024, year2025, year2026].map((year) => [
      String(year.year),
      { ...year, hours, id: `y${year.year}`, district: '000000' },
    ]),
  ),
});
const beijing = calendarWith(defaultHours);
/** 08:00–12:00, 14:00–18:00 S[YC]. */
const eightToSix = calendarWith([
  {
    fromDay: '01-01',
    spans: [
      { from: '08:00', to: '12:00' },
      { from: '14:00', to: '18:00' },
    ],
  },
]);

const at = (text: string): Moment => atLocalTime(text.slice(0, 10), text.slice(11));
const local = (moment: Moment): string => `${localDay(moment)} ${localTime(moment)}`;
const limitOf = (value: number, unit: TimeLimit['unit']): TimeLimit => ({ value, unit });

const add = (
  from: string,
  value: number,
  unit: TimeLimit['unit'],
  workDayEnds: WorkDayEnds = 'counted',
  calendar = beijing,
): Deadline => addTimeLimit(at(from), limitOf(value, unit), calendar, { workDayEnds });

describe('TimeLimit', () => {
  it('is a whole number of a known unit', () => {
    expect(TimeLimit.safeParse({ value: 4, unit: 'workHour' }).success).toBe(true);
    for (const value of [0, -1, 1.5, 3661]) {
      expect(TimeLimit.safeParse({ value, unit: 'workHour' }).success).toBe(false);
    }
    expect(TimeLimit.safeParse({ value: 4, unit: 'hour' }).success).toBe(false);
  });

  it('reads as in the standards', () => {
    expect(timeLimitText(limitOf(4, 'workHour'))).toBe('4工作时');
    expect(timeLimitText(limitOf(2, 'clockHour'))).toBe('2紧急工作时');
    expect(
      ['workHour', 'workDay', 'clockHour', 'clockDay', 'day'].map((unit) =>
        clockKind(unit as 'day'),
      ),
    ).toEqual(['working', 'working', 'continuous', 'continuous', 'continuous']);
  });
});

describe('工作时', () => {
  it('explains itself over a weekend', () => {
    const deadline = add('2026-11-20 16:40', 4, 'workHour', 'counted', eightToSix);
    expect(deadlineSentence(deadline, '派单')).toBe(
      '派单 周五 16:40 → 4 工作时 → 周六、周日非工作日 → 周一 10:40',
    );
    expect(local(deadline.due)).toBe('2026-11-23 10:40');
    expect(deadline).toMatchObject({ isProvisional: false, calendarIds: ['y2026'] });
  });

  it('names a holiday', () => {
    expect(deadlineSentence(add('2026-09-30 16:40', 2, 'workHour'), '派单')).toBe(
      '派单 9月30日 周三 16:40 → 2 工作时 → 10月1日至10月7日国庆节放假 → 10月8日 周四 09:40',
    );
    expect(add('2025-09-30 17:00', 2, 'workHour').steps).toContain(
      '10月1日至10月8日国庆节、中秋节放假',
    );
    expect(add('2024-06-07 17:00', 2, 'workHour').steps.slice(2, -1)).toEqual([
      '周六、周日非工作日',
      '6月10日端午节放假',
    ]);
  });

  it('works on a make-up day and says so', () => {
    const deadline = add('2026-10-09 17:00', 4, 'workHour');
    expect(local(deadline.due)).toBe('2026-10-10 12:00');
    expect(deadline.steps).toContain('10月10日（周六）调休上班');
  });

  it('ends at closing time when it is used up there, and starts at opening from a night', () => {
    expect(local(add('2026-11-19 16:00', 2, 'workHour').due)).toBe('2026-11-19 18:00');
    expect(local(add('2026-11-19 18:00', 1, 'workHour').due)).toBe('2026-11-20 10:00');
    expect(local(add('2026-11-19 23:30', 1, 'workHour').due)).toBe('2026-11-20 10:00');
    expect(local(add('2026-11-19 03:00', 4, 'workHour').due)).toBe('2026-11-19 14:00');
  });

  it('keeps seconds', () => {
    const { due } = addTimeLimit('2026-11-19T01:00:30.250Z', limitOf(1, 'workHour'), beijing, {
      workDayEnds: 'counted',
    });
    expect(due).toBe('2026-11-19T02:00:30.250Z');
  });
});

describe('工作日', () => {
  it('counted: n standard days of working time', () => {
    expect(local(add('2026-11-17 16:40', 2, 'workDay').due)).toBe('2026-11-19 16:40');
    expect(local(add('2026-11-20 16:40', 2, 'workDay').due)).toBe('2026-11-24 16:40');
    expect(local(add('2026-11-21 10:00', 1, 'workDay').due)).toBe('2026-11-23 18:00');
    expect(add('2026-11-17 16:40', 2, 'workDay').steps[1]).toBe('2 工作日（每日 8 小时）');
  });

  it('closeOfDay: the close of the n-th working day, the day of dispatch not counted', () => {
    const due = (from: string, count: number) =>
      local(add(from, count, 'workDay', 'closeOfDay').due);
    expect(due('2026-11-17 16:40', 2)).toBe('2026-11-19 18:00');
    expect(due('2026-11-17 07:00', 1)).toBe('2026-11-18 18:00');
    expect(due('2026-11-21 10:00', 1)).toBe('2026-11-23 18:00');
    expect(due('2026-09-30 10:00', 1)).toBe('2026-10-08 18:00');
    expect(add('2026-11-17 16:40', 2, 'workDay', 'closeOfDay').steps).toEqual([
      '周二 16:40',
      '2 工作日',
      '当日不计，至第 2 个工作日下班',
      '周四 18:00',
    ]);
  });

  it('is provisional when it reaches a year not yet announced', () => {
    const before = add('2026-12-24 10:00', 5, 'workDay');
    expect(before).toMatchObject({ isProvisional: false, calendarIds: ['y2026'] });
    const across = add('2026-12-28 10:00', 5, 'workDay');
    expect(local(across.due)).toBe('2027-01-04 10:00');
    expect(across).toMatchObject({ isProvisional: true, calendarIds: ['y2026'] });
    expect(deadlineSentence(across, '派单')).toMatch(/2027年1月4日 周一 10:00（待节假日公布）$/);
    expect(add('2025-12-30 10:00', 5, 'workDay').calendarIds).toEqual(['y2025', 'y2026']);
  });

  it('sums up what lies on a long way', () => {
    const { steps } = add('2024-01-02 09:00', 240, 'workDay');
    expect(steps).toHaveLength(6);
    expect(steps.slice(2, 5)).toEqual([
      expect.stringMatching(/^其间周末 \d+ 天非工作日$/),
      expect.stringMatching(/^其间调休上班 \d+ 天$/),
      expect.stringMatching(/^其间节假日放假 \d+ 天$/),
    ]);
  });
});

describe('紧急工作时, 紧急工作日 and 自然日', () => {
  it('run day and night, and need no calendar', () => {
    expect(local(add('2026-09-30 23:30', 2, 'clockHour').due)).toBe('2026-10-01 01:30');
    expect(local(add('2026-09-30 23:30', 2, 'clockDay').due)).toBe('2026-10-02 23:30');
    expect(local(add('2026-12-28 08:05', 7, 'day').due)).toBe('2027-01-04 08:05');
    expect(add('2026-12-28 08:05', 7, 'day')).toMatchObject({
      isProvisional: false,
      calendarIds: [],
    });
    expect(deadlineSentence(add('2026-11-20 16:40', 2, 'clockHour'), '派单')).toBe(
      '派单 周五 16:40 → 2 紧急工作时 → 昼夜连续计时 → 周五 18:40',
    );
  });
});

describe('hold, extension and rework', () => {
  it('keeps whole minutes, a begun one counting', () => {
    const due = at('2026-11-23 10:40');
    expect(remaining(at('2026-11-20 17:00'), due, 'workHour', beijing)).toBe(160);
    expect(remaining(at('2026-11-20 17:00'), due, 'clockHour', beijing)).toBe(65 * 60 + 40);
    expect(remaining('2026-11-23T02:00:30.000Z', due, 'workDay', beijing)).toBe(40);
    expect(remaining(due, due, 'workHour', beijing)).toBe(0);
    expect(remaining(at('2026-11-24 09:00'), due, 'clockDay', beijing)).toBe(0);
  });

  it('runs the rest on after a pause', () => {
    const deadline = addClockMinutes(at('2026-11-20 17:00'), 160, 'workHour', beijing);
    expect(deadlineSentence(deadline, '恢复办理')).toBe(
      '恢复办理 周五 17:00 → 2 小时 40 分钟（只计工作时间） → 周六、周日非工作日 → 周一 10:40',
    );
    expect(addClockMinutes(at('2026-11-21 10:00'), 0, 'workHour', beijing).due).toBe(
      at('2026-11-21 10:00'),
    );
    expect(addClockMinutes(at('2026-11-21 10:00'), 15, 'clockHour', beijing).due).toBe(
      at('2026-11-21 10:15'),
    );
  });

  it('lengthens by the limit once more on the due moment', () => {
    const first = add('2026-11-17 16:40', 2, 'workDay', 'closeOfDay');
    const extended = addTimeLimit(first.due, limitOf(2, 'workDay'), beijing, {
      workDayEnds: 'closeOfDay',
    });
    expect(local(extended.due)).toBe('2026-11-23 18:00');
    const hours = addTimeLimit(at('2026-11-20 17:00'), limitOf(4, 'workHour'), beijing, {
      workDayEnds: 'counted',
    });
    expect(local(hours.due)).toBe('2026-11-23 12:00');
  });

  it('gives rework what is left, at least the share of the limit', () => {
    const friday = at('2026-11-20 17:00');
    const due = (left: number, value: number, unit: TimeLimit['unit']) => {
      const minutes = reworkMinutes(friday, left, limitOf(value, unit), 0.5, beijing);
      return local(addClockMinutes(friday, minutes, unit, beijing).due);
    };
    expect(due(200, 4, 'workHour')).toBe('2026-11-23 11:20');
    expect(due(10, 4, 'workHour')).toBe('2026-11-23 10:00');
    expect(due(0, 2, 'workDay')).toBe('2026-11-23 17:00');
    expect(due(0, 1, 'clockHour')).toBe('2026-11-20 17:30');
    expect(due(0, 1, 'clockDay')).toBe('2026-11-21 05:00');
  });
});

describe('duty windows', () => {
  const daily =
    (from: string, to: string, nextDay = 0) =>
    (day: Day) => [
      {
        from: atLocalTime(day, from),
        to: new Date(Date.parse(atLocalTime(day, to)) + nextDay * 86_400_000).toISOString(),
      },
    ];

  it('count only while somebody is on duty', () => {
    const deadline = addDutyMinutes(at('2026-11-20 17:50'), 15, daily('09:00', '18:00'));
    expect(deadlineSentence(deadline, '派单')).toBe(
      '派单 周五 17:50 → 15 分钟（只计值班时间） → 周五 18:00 至 周六 09:00 无人值班 → 周六 09:05',
    );
  });

  it('sees a night shift that began the day before', () => {
    const deadline = addDutyMinutes(at('2026-11-20 02:00'), 15, daily('20:00', '08:00', 1));
    expect(local(deadline.due)).toBe('2026-11-20 02:15');
  });

  it('counts overlapping shifts once', () => {
    const deadline = addDutyMinutes(at('2026-11-20 09:00'), 600, (day) => [
      ...daily('12:00', '18:00')(day),
      ...daily('09:00', '13:00')(day),
    ]);
    expect(local(deadline.due)).toBe('2026-11-21 10:00');
  });

  it('runs on without a roster, and says so', () => {
    const deadline = addDutyMinutes(at('2026-11-20 17:50'), 15, () => []);
    expect(local(deadline.due)).toBe('2026-11-20 18:05');
    expect(deadline.steps[2]).toBe('60 天内值班时间不足，按昼夜连续计时');
  });

  it('looks sixty days ahead, not further', () => {
    const onlyOn = (only: Day) => (day: Day) => (day === only ? daily('09:00', '18:00')(day) : []);
    const due = (only: Day) => local(addDutyMinutes(at('2026-09-01 12:00'), 30, onlyOn(only)).due);
    expect(due('2026-10-31')).toBe('2026-10-31 09:30');
    expect(due('2026-11-01')).toBe('2026-09-01 12:30');
  });

  it('sums up many gaps', () => {
    const { steps } = addDutyMinutes(at('2026-11-20 17:00'), 180, daily('09:00', '10:00'));
    expect(steps).toContain('其间 3 段共 62 小时无人值班');
  });
});
