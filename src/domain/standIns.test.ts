/** Who stands in, who is answerable and who may be rostered: days count whole, and everybody keeps to their own. */
import { describe, expect, it } from 'vitest';
import type { Actor } from './access.ts';
import { deputy, isStandingIn, type Deputy } from './deputy.ts';
import type { PostFact } from './facts.ts';
import { isAnswerable, patronsOf, type Patron } from './patron.ts';
import { roster, type Roster } from './roster.ts';

const now = '2026-03-05T02:00:00.000Z';
const post = (part: Partial<PostFact>): PostFact => ({
  id: 'p1',
  personId: 'a',
  personName: '甲',
  role: 'officer',
  line: 'handling',
  unitId: 'u1',
  areaCode: null,
  isActive: true,
  handlingPaths: [],
  ...part,
});
const head = (unitIds: string[]): Actor => ({ role: 'unitHead', unitIds }) as unknown as Actor;
const days = { fromDay: '2026-03-06', toDay: '2026-03-10' };
const leave = { status: 'active', ...days } as Deputy;

/** The refusal code of a deputy to be arranged; undefined: it may be. */
function arranged(
  input: Partial<typeof days> = {},
  part: { post?: PostFact; deputyPost?: PostFact; deputies?: object[]; actor?: Actor } = {},
): string | undefined {
  const facts = {
    post: post({}),
    deputyPost: post({ id: 'p2', personId: 'b' }),
    deputies: [],
    ...part,
  };
  const given = { now, actor: part.actor ?? head(['u1']), facts } as never;
  return deputy.actions.add.check?.({} as never, { ...days, ...input } as never, given)?.code;
}

describe('a deputy', () => {
  it('stands in from the first day through the last, by the local date', () => {
    const standsIn = (at: string) => isStandingIn(leave, at);
    expect(standsIn('2026-03-05T15:59:59.999Z')).toBe(false);
    expect(standsIn('2026-03-05T16:00:00.000Z')).toBe(true);
    expect(standsIn('2026-03-10T15:59:59.999Z')).toBe(true);
    expect(standsIn('2026-03-10T16:00:00.000Z')).toBe(false);
    expect(isStandingIn({ ...leave, status: 'retired' }, '2026-03-06T02:00:00.000Z')).toBe(false);
  });

  it('is the only one on any day, first and last days too', () => {
    const beside = (fromDay: string, toDay: string) =>
      arranged({}, { deputies: [{ id: 'd', fromDay, toDay }] });
    expect(beside('2026-03-01', '2026-03-06')).toBe('twoDeputies');
    expect(beside('2026-03-10', '2026-03-12')).toBe('twoDeputies');
    expect(beside('2026-03-01', '2026-03-05')).toBeUndefined();
    expect(beside('2026-03-11', '2026-03-12')).toBeUndefined();
  });

  it('is another person of the same line, no administrator, for half a year at most', () => {
    expect(arranged({}, { deputyPost: post({ id: 'p2' }) })).toBe('oneself');
    const other = { id: 'p2', personId: 'b' };
    expect(arranged({}, { deputyPost: post({ ...other, line: 'office' }) })).toBe('otherLine');
    expect(arranged({}, { deputyPost: post({ ...other, role: 'auditAdmin' }) })).toBe(
      'administrator',
    );
    expect(arranged({ toDay: '2026-03-05' })).toBe('badDays');
    expect(arranged({ toDay: '2026-09-02' })).toBeUndefined();
    expect(arranged({ toDay: '2026-09-03' })).toBe('badDays');
  });

  it('is arranged, moved and ended by the head of the post’s own unit', () => {
    expect(arranged({}, { actor: head(['u2']) })).toBe('notYourUnit');
    const facts = { post: post({}), deputies: [] };
    const code = (action: 'edit' | 'retire', unitIds: string[]) =>
      deputy.actions[action].check?.(
        leave as never,
        { toDay: '2026-03-08' } as never,
        { now, actor: head(unitIds), facts } as never,
      )?.code;
    for (const action of ['edit', 'retire'] as const)
      expect([code(action, ['u1']), code(action, ['u2'])]).toEqual([undefined, 'notYourUnit']);
  });
});

describe('a leader', () => {
  const patron = { status: 'active', areaCode: '110199001', ...days } as Patron;

  it('is answerable from the first day through the last', () => {
    const answers = (at: string) => isAnswerable(patron, at);
    expect(answers('2026-03-05T15:59:59.999Z')).toBe(false);
    expect(answers('2026-03-10T15:59:59.999Z')).toBe(true);
    expect(answers('2026-03-10T16:00:00.000Z')).toBe(false);
    expect(isAnswerable({ ...patron, toDay: null }, '2030-01-01T00:00:00.000Z')).toBe(true);
  });

  it('is found under every code of the area, the nearest first', () => {
    const near = { ...patron, areaCode: '110199002001' };
    const codesOf = (code: string) => (code === '110199001' ? ['110199001', '110199002'] : [code]);
    const found = (areaCode: string) =>
      patronsOf([patron, near], areaCode, '2026-03-07T02:00:00.000Z', codesOf);
    expect(found('110199002001')).toEqual([near, patron]);
    expect(found('110199003001')).toEqual([]);
  });
});

describe('a line of the roster', () => {
  const line = { unitId: 'u1', weekdays: [1] };
  const code = (fact: PostFact | null, actor = head(['u1'])) =>
    roster.actions.add.check?.(
      {} as Roster,
      line as never,
      { now, actor, facts: { post: fact } } as never,
    )?.code;

  it('names somebody of the unit who is still at the post', () => {
    expect(code(post({}))).toBeUndefined();
    expect(code(post({ unitId: 'u2' }))).toBe('notOfUnit');
    expect(code(post({ isActive: false }))).toBe('notOfUnit');
    expect(code(null)).toBe('notOfUnit');
  });

  it('is kept by the head of the unit', () => {
    expect(code(post({}), head(['u2']))).toBe('notYourUnit');
  });
});
