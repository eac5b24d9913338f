/** The roster as a rule: what a date's own lines do to the weekly ones, and who is on duty when. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, addMinutes, atLocalTime, weekday } from './moment.ts';
import { dutyWindows, onDuty, shiftsOn, type RosterShift } from './roster.ts';

const monday = '2026-03-02';
const day = fc.integer({ min: 0, max: 27 }).map((n) => addDays(monday, n));
const hour = fc.integer({ min: 0, max: 23 }).map((n) => `${String(n).padStart(2, '0')}:00`);
const times = { postId: fc.uuid(), startsAt: hour, endsAt: hour };
const weekly: fc.Arbitrary<RosterShift> = fc.record({
  ...times,
  weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
});
const dated: fc.Arbitrary<RosterShift> = fc.record({ ...times, weekdays: fc.constant([]), day });
const shifts = fc.array(fc.oneof(weekly, dated), { maxLength: 8 });

describe('the roster', () => {
  it('gives a date its own lines, or those of its weekday, never both', () => {
    fc.assert(
      fc.property(shifts, day, (all, on) => {
        const found = shiftsOn(all, on);
        const own = all.filter((shift) => shift.day === on);
        expect(found).toEqual(
          own.length > 0
            ? own
            : all.filter((shift) => !shift.day && shift.weekdays.includes(weekday(on))),
        );
      }),
    );
  });

  it('says on duty exactly whose window holds the moment', () => {
    fc.assert(
      fc.property(shifts, day, fc.integer({ min: 0, max: 1439 }), (all, on, minute) => {
        const now = addMinutes(atLocalTime(on, '00:00'), minute);
        const windows = [addDays(on, -1), on].flatMap((one) => dutyWindows(all, one));
        const holding = windows.filter(({ from, to }) => from <= now && now < to);
        expect(onDuty(all, on, now)).toHaveLength(holding.length);
      }),
    );
  });

  it('leaves the weekly lines of a date that has its own line out, also over midnight', () => {
    const night: RosterShift = { postId: 'a', weekdays: [1], startsAt: '20:00', endsAt: '08:00' };
    const stand: RosterShift = {
      postId: 'b',
      weekdays: [],
      day: monday,
      startsAt: '20:00',
      endsAt: '08:00',
    };
    const early = atLocalTime('2026-03-03', '03:00');
    expect(onDuty([night], '2026-03-03', early)).toEqual(['a']);
    expect(onDuty([night, stand], '2026-03-03', early)).toEqual(['b']);
  });
});
