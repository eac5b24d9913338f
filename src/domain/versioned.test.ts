/** Versions of master data: one after the other without a gap in between being needed, never beside each other. */
import { describe, expect, it } from 'vitest';
import { setting, type Setting } from './setting.ts';
import { superseded, versionProblem } from './versioned.ts';

const now = '2026-03-04T02:00:00.000Z';
const before = '2026-03-04T01:59:59.999Z';
const later = '2026-03-05T02:00:00.000Z';

const problem = (
  validFrom: string | undefined,
  versions: { validFrom: string; validTo: string | null }[] = [],
  role = 'systemAdmin',
): string | undefined =>
  versionProblem({ validFrom }, {
    now,
    actor: { role },
    facts: { versions: versions.map((one) => ({ id: 'v', ...one })) },
  } as never)?.code;

describe('a version', () => {
  it('begins now or later, but for those the program brings', () => {
    expect(problem(undefined)).toBeUndefined();
    expect(problem(now)).toBeUndefined();
    expect(problem(before)).toBe('tooEarly');
    expect(problem(before, [], 'system')).toBeUndefined();
  });

  it('may begin at the moment at which the last one ends, not before', () => {
    const until = (validTo: string | null) => [{ validFrom: before, validTo }];
    expect(problem(later, until(later))).toBeUndefined();
    expect(problem(now, until(later))).toBe('versionExists');
    expect(problem(later, until(null))).toBe('versionExists');
  });

  it('is followed from its beginning on by none, and by one only', () => {
    const record = { status: 'active', code: 'claimMinutes', validFrom: later, validTo: null };
    const edit = (validFrom?: string) =>
      setting.actions.edit.check?.(
        record as unknown as Setting,
        { value: 20, ...(validFrom ? { validFrom } : {}) } as never,
        { now, actor: { role: 'systemAdmin' }, facts: {} } as never,
      )?.code;
    expect(edit()).toBe('tooEarly');
    expect(edit(later)).toBe('tooEarly');
    expect(edit('2026-03-05T02:00:00.001Z')).toBeUndefined();
    expect(
      superseded({ ...record, id: 'a', district: '110199', version: 2 } as never),
    ).toBeUndefined();
    expect(superseded({ ...record, validTo: later } as never)?.code).toBe('superseded');
  });
});
