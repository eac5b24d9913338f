/** Posts of the groups: which are due when, and what they say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimRate, figureLines, isQuiet, noFigures } from './groupFigures.ts';
import { duePosts, groupPostWords, periodWords } from './groupPost.ts';
import { addDays, addMinutes, localDay, minutesBetween, momentAt, weekday } from './moment.ts';

const anyMoment = fc
  .integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) })
  .map((ms) => momentAt(ms));
const hour = fc.integer({ min: 0, max: 23 });

describe('the posts that are due', () => {
  it('are over, at most seven days old, one daily a day and one weekly on Mondays', () => {
    fc.assert(
      fc.property(anyMoment, hour, hour, (now, daily, weekly) => {
        const due = duePosts(now, { daily, weekly });
        expect(new Set(due.map(({ kind, day }) => `${kind} ${day}`)).size).toBe(due.length);
        for (const { kind, day, fromAt, untilAt } of due) {
          expect(untilAt <= now && day >= addDays(localDay(now), -7)).toBe(true);
          expect(minutesBetween(fromAt, untilAt)).toBe(kind === 'daily' ? 1440 : 7 * 1440);
          if (kind === 'weekly') expect(weekday(day)).toBe(1);
        }
        expect(due.filter(({ kind }) => kind === 'daily').length).toBeGreaterThanOrEqual(7);
      }),
    );
  });

  it('follow each other without a gap, and those of yesterday stay the same a day later', () => {
    fc.assert(
      fc.property(anyMoment, hour, (now, daily) => {
        const hours = { daily, weekly: 9 };
        const days = duePosts(now, hours).filter(({ kind }) => kind === 'daily');
        for (const [n, each] of days.slice(1).entries()) expect(each.fromAt).toBe(days[n]?.untilAt);
        const later = duePosts(addMinutes(now, 1440), hours);
        expect(later).toEqual(expect.arrayContaining(days.slice(1)));
      }),
    );
  });

  it('begin at their hour', () => {
    const hours = { daily: 18, weekly: 9 };
    const at = (now: string): string[] =>
      duePosts(now, hours)
        .filter(({ day }) => day === '2026-03-09')
        .map(({ kind }) => kind);
    expect(at('2026-03-09T00:59:59.999Z')).toEqual([]);
    expect(at('2026-03-09T01:00:00.000Z')).toEqual(['weekly']);
    expect(at('2026-03-09T10:00:00.000Z')).toEqual(['weekly', 'daily']);
  });
});

describe('what a post says', () => {
  const figures = {
    ...noFigures,
    dispatched: 12,
    claimed: 11,
    claimDecided: 12,
    claimedInTime: 11,
    claimMinutes: 8.6,
    rectified: 9,
    due: 3,
    rectifiedInTime: 2,
    open: 14,
    unclaimedLate: 1,
    overdue: 2,
  };

  it('gives the counts beside every rate and never rounds a rate up', () => {
    expect(figureLines(figures)).toEqual([
      '新派 12 件，已领办 11 件，及时领办率 91.66%（11/12），领办用时中位数 9 分钟。',
      '整改完成 9 件，按期处置率 66.66%（2/3）。',
      '期末在办 14 件，其中超时未领 1 件、超期未整改 2 件。',
    ]);
  });

  it('gives no rate where there is nothing to divide by', () => {
    expect(claimRate(noFigures)).toBeNull();
    expect(figureLines(noFigures).join()).not.toContain('率');
    expect(isQuiet(noFigures)).toBe(true);
    expect(isQuiet({ ...noFigures, open: 1 })).toBe(false);
  });

  it('names at most five units, the worst first', () => {
    const units = [1, 5, 2, 0, 3, 4, 6].map((unclaimedLate) => ({
      unitName: `单位${unclaimedLate}`,
      figures: { ...noFigures, unclaimedLate },
    }));
    const post = {
      kind: 'weekly',
      unitName: '清和区',
      fromAt: '2026-03-01T16:00:00.000Z',
      untilAt: '2026-03-08T16:00:00.000Z',
      figures,
      units,
    } as const;
    const { title, lines } = groupPostWords({ ...post, units: [...units] });
    expect(title).toBe('【每周小结】清和区 3月2日至3月8日');
    expect(periodWords({ ...post, kind: 'daily' })).toBe('3月2日00:00至3月9日00:00');
    expect(lines.at(-1)).toBe(
      '超时未领：单位6 6 件、单位5 5 件、单位4 4 件、单位3 3 件、单位2 2 件等 6 个单位。',
    );
  });
});
