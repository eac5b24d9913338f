/** What was counted on an unannounced year is, counted again, what the announced year would have said at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import year2026 from '../../seeds/calendar/2026.json';
import { defaultHours, type WorkCalendar } from './calendar.ts';
import { limitFor, stagesProblem, type Condition } from './condition.ts';
import { deadlineOf, derive, furtherCounted, recounted, type Counted } from './derivation.ts';
import { addMinutes } from './moment.ts';

const row = (year: object, id: string) => ({ ...year, id, district: '000000' }) as never;
const before: WorkCalendar = { years: { '2026': row(year2026, 'y26') } };
const announced = {
  year: 2027,
  isAnnounced: true,
  holidays: [1, 2, 3].map((day) => ({ day: `2027-01-0${day}`, name: '元旦' })),
  makeUpDays: [{ day: '2027-01-09', name: '元旦' }],
  hours: defaultHours,
};
const after: WorkCalendar = {
  years: { ...before.years, '2027': row(announced, 'y27') },
};
const settings = { workDayEnds: 'counted' as const };

const unit = fc.constantFrom('workHour' as const, 'workDay' as const);
const leg = fc.oneof(
  fc.record({ value: fc.integer({ min: 1, max: 12 }), unit }),
  fc.record({ minutes: fc.integer({ min: 0, max: 3000 }), unit }),
);
const counted: fc.Arbitrary<Counted> = fc.record({
  from: fc
    .integer({ min: 0, max: 14 * 1440 })
    .map((minutes) => addMinutes('2026-12-24T00:00:00.000Z', minutes)),
  legs: fc.array(leg, { minLength: 1, maxLength: 3 }),
});

describe('a provisional deadline', () => {
  it('counted again is the deadline by the announced year, once and for all', () => {
    fc.assert(
      fc.property(counted, (what) => {
        const first = deadlineOf(what, { calendar: before, settings });
        const kept = derive('派单', first, '时限', '依据', what);
        const again = recounted(kept, first.due, { calendar: after, settings });
        const right = deadlineOf(what, { calendar: after, settings });
        expect(again?.due ?? first.due).toBe(right.due);
        expect(again === undefined).toBe(!first.isProvisional);
        if (again) {
          expect(again.derivation.isProvisional).toBe(false);
          expect(
            recounted(again.derivation, again.due, { calendar: after, settings }),
          ).toBeUndefined();
        }
      }),
    );
  });

  it('is left alone where nothing was counted, nothing runs or nothing changes', () => {
    const what = {
      from: '2026-12-31T08:00:00.000Z',
      legs: [{ value: 1, unit: 'workDay' as const }],
    };
    const first = deadlineOf(what, { calendar: before, settings });
    expect(first.isProvisional).toBe(true);
    const bare = derive('派单', first, '时限', '依据');
    const full = derive('派单', first, '时限', '依据', what);
    expect(recounted(bare, first.due, { calendar: after, settings })).toBeUndefined();
    expect(recounted(full, null, { calendar: after, settings })).toBeUndefined();
    expect(recounted(full, first.due, { calendar: before, settings })).toBeUndefined();
  });

  it('keeps the legs before it only while they may still move', () => {
    const what = {
      from: '2026-12-31T08:00:00.000Z',
      legs: [{ value: 1, unit: 'workDay' as const }],
    };
    const next = { value: 2, unit: 'workDay' as const };
    const first = deadlineOf(what, { calendar: before, settings });
    const kept = derive('派单', first, '时限', '依据', what);
    expect(furtherCounted(kept, first.due, next)).toEqual({ ...what, legs: [...what.legs, next] });
    const final = { ...kept, isProvisional: false };
    expect(furtherCounted(final, first.due, next)).toEqual({ from: first.due, legs: [next] });
  });
});

describe('the limit of a condition', () => {
  const condition: Condition = {
    no: 1,
    openWhen: '违法建设',
    closeWhen: '拆除',
    limit: { value: 20, unit: 'workDay' },
    severity: 'B',
    stages: [{ name: '停工', limit: { value: 4, unit: 'workHour' } }],
    limitsByGrade: [{ grade: 'A', limit: { value: 10, unit: 'workDay' } }],
  };

  it('is that of the grade of the area, else the common one with its stages', () => {
    expect(limitFor(condition, 'A')).toEqual({
      limit: { value: 10, unit: 'workDay' },
      stages: [],
      grade: 'A',
    });
    for (const grade of ['B', null])
      expect(limitFor(condition, grade)).toEqual({
        limit: condition.limit,
        stages: condition.stages,
        grade: null,
      });
  });

  it('is longer than its stages, which grow, on one kind of clock', () => {
    const stage = (
      value: number,
      kind: 'workHour' | 'workDay' | 'clockHour',
      name = `${value}`,
    ) => ({
      name,
      limit: { value, unit: kind },
    });
    expect(stagesProblem(condition.limit, condition.stages)).toBeUndefined();
    expect(stagesProblem(condition.limit, [stage(7, 'workDay'), stage(4, 'workHour')])).toContain(
      '逐段',
    );
    expect(stagesProblem(condition.limit, [stage(20, 'workDay')])).toContain('短于总时限');
    expect(stagesProblem(condition.limit, [stage(4, 'clockHour')])).toContain('统一单位');
    const twice = [stage(1, 'workDay', '停工'), stage(2, 'workDay', '停工')];
    expect(stagesProblem(condition.limit, twice)).toContain('不能重复');
  });
});
