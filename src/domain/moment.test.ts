import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMinutes,
  atLocalTime,
  Day,
  localDay,
  localTime,
  minutesBetween,
  Moment,
  startOfDay,
  weekday,
} from './moment.ts';

const moments = fc
  .integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 11, 31) })
  .map((ms) => new Date(ms).toISOString());

describe('Moment', () => {
  it('takes UTC with milliseconds and nothing else', () => {
    expect(Moment.safeParse('2026-10-09T08:40:00.000Z').success).toBe(true);
    for (const bad of [
      '2026-10-09T08:40:00Z',
      '2026-10-09T08:40:00.000+08:00',
      '2026-02-30T00:00:00.000Z',
      '2026-10-09T24:00:00.000Z',
      '2026-10-09',
      '1999-12-31T23:59:59.999Z',
      '2101-01-01T00:00:00.000Z',
      '+012026-01-01T00:00:00.000Z',
      '',
    ]) {
      expect(Moment.safeParse(bad).success, bad).toBe(false);
    }
  });
});

describe('Day', () => {
  it('takes only days that exist, 2000 to 2100', () => {
    for (const good of ['2000-01-01', '2024-02-29', '2100-12-31']) {
      expect(Day.safeParse(good).success, good).toBe(true);
    }
    for (const bad of [
      '2025-02-29',
      '2026-13-01',
      '2026-1-1',
      '1999-12-31',
      '2101-01-01',
      '20260101',
    ]) {
      expect(Day.safeParse(bad).success, bad).toBe(false);
    }
  });
});

describe('local time', () => {
  it('changes the day at 16:00 UTC', () => {
    expect(localDay('2026-12-31T15:59:59.999Z')).toBe('2026-12-31');
    expect(localDay('2026-12-31T16:00:00.000Z')).toBe('2027-01-01');
    expect(localTime('2026-12-31T15:59:59.999Z')).toBe('23:59');
    expect(startOfDay('2027-01-01')).toBe('2026-12-31T16:00:00.000Z');
    expect(atLocalTime('2026-12-31', '24:00')).toBe(startOfDay('2027-01-01'));
  });

  it('agrees with the time zone database on day, time and weekday', () => {
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone: 'Asia/Shanghai',
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    fc.assert(
      fc.property(moments, (moment) => {
        const day = localDay(moment);
        expect(format.format(new Date(moment))).toBe(`${day}, ${localTime(moment)}`);
        expect(weekday(day) % 7).toBe(new Date(`${day}T12:00:00Z`).getUTCDay());
        expect(startOfDay(day) <= moment && moment < startOfDay(addDays(day, 1))).toBe(true);
      }),
    );
  });

  it('adds what it measures', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: -500_000, max: 500_000 }), (moment, minutes) => {
        expect(minutesBetween(moment, addMinutes(moment, minutes))).toBe(minutes);
      }),
    );
    expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
    expect(addDays('2027-01-01', -1)).toBe('2026-12-31');
  });

  it('throws on text that is no moment', () => {
    expect(() => localDay('soon')).toThrow(RangeError);
  });
});
