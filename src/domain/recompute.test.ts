/** What moves in an issue when the announced year moves some of its deadlines and leaves others. */
import { describe, expect, it } from 'vitest';
import year2026 from '../../seeds/calendar/2026.json';
import { defaultHours, type WorkCalendar } from './calendar.ts';
import { derive, deadlineOf, type Counted } from './derivation.ts';
import { nextEscalation } from './issueClock.ts';
import { emptyIssue } from './issueRow.ts';
import type { Issue, Milestone } from './issueShape.ts';
import { recomputedIssue } from './recompute.ts';

const row = (year: object, id: string) => ({ ...year, id, district: '000000' }) as never;
const before: WorkCalendar = { years: { '2026': row(year2026, 'y26') } };
const announced = {
  year: 2027,
  isAnnounced: true,
  holidays: [{ day: '2027-01-01', name: '元旦' }],
  makeUpDays: [],
  hours: defaultHours,
};
const after: WorkCalendar = { years: { ...before.years, '2027': row(announced, 'y27') } };
const settings = { workDayEnds: 'counted' as const };
const limit = (value: number) => ({ value, unit: 'workDay' as const });

const clockFrom = (counted: Counted) => {
  const deadline = deadlineOf(counted, { calendar: before, settings });
  return { due: deadline.due, derivation: derive('派单', deadline, '时限', '依据', counted) };
};
const stage = (name: string, from: string, days: number): Milestone => ({
  name,
  limit: limit(days),
  reachedAt: null,
  minutesLeft: null,
  ...clockFrom({ from, legs: [limit(days)] }),
});

describe('an issue in stages', () => {
  const now = '2026-12-31T02:00:00.000Z';
  const end = clockFrom({ from: '2026-12-28T02:00:00.000Z', legs: [limit(20)] });
  const issue = {
    ...emptyIssue,
    status: 'claimed',
    milestones: [
      stage('停工', '2026-12-28T02:00:00.000Z', 1),
      stage('处罚', '2026-12-28T02:00:00.000Z', 4),
    ],
    milestoneDue: null,
    rectifyDue: end.due,
    clocks: { rectify: end.derivation },
    escalationLevel: 1,
  } as unknown as Issue;
  const told: Issue = {
    ...issue,
    milestoneDue: issue.milestones[0]?.due ?? null,
    escalateAt: nextEscalation(issue, 1),
  };

  it('is told of the next stage at its new moment, though the overdue one stays as it was', () => {
    const facts = { calendar: after, settings } as never;
    const next = { ...told, ...recomputedIssue(told, now, facts) };
    expect(next.milestoneDue).toBe(told.milestoneDue);
    expect(next.milestones[1]?.due).toBe('2027-01-04T02:00:00.000Z');
    expect([next.escalationLevel, next.escalateAt]).toEqual([1, next.milestones[1]?.due]);
  });

  it('begins its levels again when the moment that was missed lies ahead now', () => {
    const [first] = issue.milestones;
    const later = stage('停工', '2026-12-31T02:00:00.000Z', 1);
    const overdue: Issue = { ...told, milestones: [later], milestoneDue: later.due };
    const facts = { calendar: after, settings } as never;
    const ahead = recomputedIssue(overdue, '2027-01-02T02:00:00.000Z', facts);
    expect(later.due).toBe('2027-01-01T02:00:00.000Z');
    expect(ahead).toMatchObject({
      escalationLevel: 0,
      milestoneDue: '2027-01-04T02:00:00.000Z',
      escalateAt: '2027-01-04T02:00:00.000Z',
    });
    const past = recomputedIssue(overdue, '2027-01-05T02:00:00.000Z', facts);
    expect(past.escalationLevel).toBe(1);
    expect(first?.derivation.isProvisional).toBe(false);
  });

  it('is left as it is while it is held, rectified or ended', () => {
    const facts = { calendar: after, settings } as never;
    expect(recomputedIssue({ ...told, isHeld: true }, now, facts)).toEqual({});
    for (const status of ['rectified', 'closed', 'void'] as const)
      expect(recomputedIssue({ ...told, status }, now, facts)).toEqual({});
  });
});
