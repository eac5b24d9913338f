/** Every status of the ledger has a way out, an owner and a clock; every row says what it is and why. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { AnyRow, Noun } from './action.ts';
import { actionOfConsent, sideRoads } from './issueSide.ts';
import { granters } from './approval.ts';
import { escalationTargets } from './issueClock.ts';
import { clockOfStatus, Issue } from './issueShape.ts';
import { nouns } from './nouns.ts';

const ledger: Noun[] = [nouns.report, nouns.issue, nouns.assist, nouns.approval];
const all = Object.values<Noun>(nouns);
const rowsOf = (noun: Noun): [string, AnyRow][] => Object.entries(noun.actions);

const targetsOf = (row: AnyRow): string[] =>
  row.to === undefined ? [] : typeof row.to === 'string' ? [row.to] : [...row.to];

/** Can a person or the system take the row without another action asking for it? */
const isOpen = (row: AnyRow): boolean => !row.isInner && !row.consent && row.by.length > 0;

describe.each(all.map((noun) => [noun.name, noun] as const))('%s', (_name, noun) => {
  const statuses = Object.keys(noun.statuses);

  it('names the statuses of its shape, and only those', () => {
    const status = noun.shape.shape.status as z.ZodEnum;
    expect(status.options.map(String).sort()).toEqual([...statuses].sort());
    expect(noun.finals.filter((final) => !statuses.includes(final))).toEqual([]);
    for (const [, row] of rowsOf(noun)) {
      const named = [...(row.from === 'new' ? [] : row.from), ...targetsOf(row)];
      expect(named.filter((other) => !statuses.includes(other))).toEqual([]);
    }
  });

  it('can be begun, and every status can be reached', () => {
    const reached = new Set(
      rowsOf(noun)
        .filter(([, row]) => row.from === 'new')
        .flatMap(([, row]) => targetsOf(row)),
    );
    expect(reached.size).toBeGreaterThan(0);
    for (let before = -1; before < reached.size;) {
      before = reached.size;
      for (const [, row] of rowsOf(noun)) {
        if (row.from !== 'new' && row.from.some((from) => reached.has(from)))
          targetsOf(row).forEach((to) => reached.add(to));
      }
    }
    expect([...reached].sort()).toEqual([...statuses].sort());
  });

  it('has a way out of every status that is not final, with somebody who may take it', () => {
    for (const status of statuses.filter((name) => !noun.finals.includes(name))) {
      const out = rowsOf(noun).filter(
        ([, row]) =>
          isOpen(row) &&
          row.from !== 'new' &&
          row.from.includes(status) &&
          targetsOf(row).some((to) => to !== status),
      );
      expect(out.length, status).toBeGreaterThan(0);
    }
  });

  it('can be brought to an end from every status', () => {
    const ends = new Set(noun.finals);
    for (let before = -1; before < ends.size;) {
      before = ends.size;
      for (const [, row] of rowsOf(noun)) {
        if (isOpen(row) && row.from !== 'new' && targetsOf(row).some((to) => ends.has(to)))
          row.from.forEach((from) => ends.add(from));
      }
    }
    expect([...ends].sort()).toEqual([...statuses].sort());
  });

  it.each(rowsOf(noun))('%s: says what it is, who may and why', (_action, row) => {
    for (const words of [row.label, row.sentence, row.source])
      expect(words.trim()).toMatch(/\p{Script=Han}/u);
    expect(row.label.length).toBeLessThanOrEqual(10);
    expect(row.by.length).toBeGreaterThan(0);
    expect(new Set(row.by).size).toBe(row.by.length);
    expect(row.input).toBeInstanceOf(z.ZodObject);
  });

  it.each(rowsOf(noun))('%s: its sentence names only fields of its input', (_action, row) => {
    const fields = Object.keys((row.input as z.ZodObject).shape);
    const named = [...row.sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(named.filter((name) => !fields.includes(name ?? ''))).toEqual([]);
  });

  it.each(rowsOf(noun))('%s: takes no unknown field', (_action, row) => {
    const problems = row.input.safeParse({ surelyNoSuchField: 1 }).error?.issues ?? [];
    expect(problems.map((problem) => problem.code)).toContain('unrecognized_keys');
  });
});

describe('the ledger', () => {
  it('can be reminded of in every status that waits for somebody', () => {
    for (const noun of ledger) {
      const row = noun.actions.escalate as AnyRow;
      expect(row.by).toEqual(['system']);
      const waiting = Object.keys(noun.statuses).filter((status) => !noun.finals.includes(status));
      expect([...row.from].sort(), noun.name).toEqual(waiting.sort());
      expect(Object.keys(noun.shape.shape)).toContain('escalateAt');
    }
  });

  it('runs one clock in every open status of an issue, with somebody to tell, and none at the end', () => {
    for (const status of Object.keys(nouns.issue.statuses) as Issue['status'][]) {
      const clock = clockOfStatus[status];
      expect(clock === undefined, status).toBe(nouns.issue.finals.includes(status as 'closed'));
      if (!clock) continue;
      expect(Object.keys(Issue.shape)).toContain(`${clock}Due`);
      expect(escalationTargets[clock].length).toBeGreaterThan(0);
    }
  });

  it('performs every consent by a row that says it needs this consent, granted by somebody', () => {
    for (const [kind, action] of Object.entries(actionOfConsent)) {
      expect((sideRoads[action] as AnyRow).consent).toBe(kind);
      expect(granters[kind as keyof typeof granters].length).toBeGreaterThan(0);
    }
    const asking = Object.entries<AnyRow>(nouns.issue.actions as Record<string, AnyRow>).filter(
      ([, row]) => row.consent,
    );
    expect(asking.map(([action]) => action).sort()).toEqual(Object.values(actionOfConsent).sort());
  });
});
