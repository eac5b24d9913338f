import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyNotByRule } from './callbackAnswer.ts';
import { ratesOf } from './callbackRates.ts';
import type { Issue } from './issueShape.ts';
import type { Settings } from './setting.ts';

const none = { valid: 0, contacted: 0, solved: 0, satisfied: 0, basicallySatisfied: 0 };

describe('the three rates', () => {
  it('are those of the formulas, each order once', () => {
    const counts = { valid: 40, contacted: 39, solved: 30, satisfied: 20, basicallySatisfied: 10 };
    expect(ratesOf(counts)).toEqual({
      responseRate: 0.975,
      resolutionRate: 0.75,
      satisfactionRate: 0.725,
    });
  });

  it('are none when nobody was validly asked', () => {
    expect(ratesOf(none)).toBeNull();
  });

  it('lie between 0 and 1 and never fall when an answer gets better', () => {
    const part = fc.nat(1_000);
    fc.assert(
      fc.property(part, part, part, part, (full, basic, rest, more) => {
        const valid = full + basic + rest;
        fc.pre(valid > 0);
        const counts = { ...none, valid, satisfied: full, basicallySatisfied: basic };
        const rates = ratesOf({ ...counts, contacted: valid, solved: Math.min(more, valid) });
        expect(rates?.responseRate).toBe(1);
        expect(rates?.satisfactionRate).toBeGreaterThanOrEqual(0);
        expect(rates?.satisfactionRate).toBeLessThanOrEqual(1);
        if (basic === 0) return;
        const better = { ...counts, satisfied: full + 1, basicallySatisfied: basic - 1 };
        expect(ratesOf(better)?.satisfactionRate).toBeGreaterThan(rates?.satisfactionRate ?? 1);
      }),
    );
  });
});

describe('“not solved” opens the issue again', () => {
  const closedAt = '2026-03-04T02:00:00.000Z';
  const issue = { status: 'closed', closedAt } as Issue;
  const settings = { callbackReopenDays: 15 } as Settings;
  const record = { closedAt, isForced: false, isRepeat: false };
  const now = '2026-03-10T02:00:00.000Z';

  it('by rule within the days set', () => {
    expect(whyNotByRule(record, { now, issue, settings })).toBeNull();
    const last = '2026-03-19T02:00:00.000Z';
    expect(whyNotByRule(record, { now: last, issue, settings })).toBeNull();
  });

  it.each([
    ['a forced closing', { ...record, isForced: true }, issue, now],
    ['a second time', { ...record, isRepeat: true }, issue, now],
    ['too late', record, issue, '2026-03-19T02:00:00.001Z'],
    ['another closing', { ...record, closedAt: '2026-03-01T02:00:00.000Z' }, issue, now],
    ['an open issue', record, { ...issue, status: 'accepted' } as Issue, now],
    ['no issue', record, null, now],
  ])('but not for %s: the shift leader decides', (_what, about, standing, at) => {
    expect(whyNotByRule(about, { now: at, issue: standing, settings })).toMatch(/值班长/);
  });
});
