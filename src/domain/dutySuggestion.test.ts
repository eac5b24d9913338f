/** The duty matrix: the most specific row wins, whatever the order of rows; the fallbacks of domain a.3 and b.2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DutyRule } from './dutyRule.ts';
import { dutyKey } from './dutyRule.ts';
import { dutyBook, dutyRank, suggestUnit, type Matter } from './dutySuggestion.ts';

type Unit = Parameters<typeof dutyBook>[2][number];
type Area = Parameters<typeof dutyBook>[3][number];

const district = '110199';
const street = '110199001';
const community = '110199001002';
const cell = '110199001002003';

const unit = (code: string, more: Partial<Unit> = {}): Unit => ({
  id: code,
  code,
  name: code,
  kind: 'department',
  areaCode: null,
  status: 'active',
  dutyRoles: [],
  mergedInto: null,
  ...more,
});

const units: Unit[] = [
  unit('clean', { dutyRoles: ['环卫'] }),
  unit('streetClean', { dutyRoles: ['环卫'], areaCode: street }),
  unit('otherClean', { dutyRoles: ['环卫'], areaCode: '110199002' }),
  unit('water', { kind: 'firm', dutyRoles: ['供水'] }),
  unit('park'),
  unit('gone', { status: 'retired', dutyRoles: ['环卫'] }),
  unit('street', { kind: 'subdistrict', areaCode: street }),
  unit('community', { kind: 'community', areaCode: community }),
];
const areas: Area[] = [
  { code: district, grade: null, unitId: null },
  { code: street, grade: '一级', unitId: null },
  { code: community, grade: null, unitId: null },
  { code: cell, grade: null, unitId: null },
];

const rule = (code: string, more: Partial<DutyRule> = {}): DutyRule => ({
  id: `rule-${more.district ?? district}-${code}`,
  district,
  version: 1,
  status: 'active',
  code,
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: null,
  categoryCode: null,
  conditionNo: null,
  areaCode: null,
  areaGrade: null,
  ownerUnitId: null,
  ownerKind: null,
  supervisingUnitId: null,
  responsibleBy: 'unit',
  responsibleUnitId: 'park',
  responsibleRole: null,
  territoryUnitId: null,
  basis: null,
  ...more,
});

const event = (more: Partial<Matter> = {}): Matter => ({
  category: { code: 'E0110', kind: 'incident', majorCode: '01', defaultUnits: ['环卫', '街乡镇'] },
  conditionNo: 1,
  areaCode: cell,
  ownerUnitId: null,
  isOwnerNamed: true,
  ...more,
});
const part = (more: Partial<Matter> = {}): Matter => ({
  category: { code: 'P0101', kind: 'part', majorCode: '01', defaultUnits: ['供水', '产权单位'] },
  conditionNo: 1,
  areaCode: cell,
  ownerUnitId: null,
  isOwnerNamed: true,
  ...more,
});

const ask = (matter: Matter, rules: DutyRule[] = [], ofUnits = units, ofAreas = areas) =>
  suggestUnit(matter, dutyBook(district, rules, ofUnits, ofAreas));

describe('without a row', () => {
  it('takes the unit nearest to the place that answers for the first role word', () => {
    const found = ask(event());
    expect([found.unit?.id, found.basis, found.isOwnerless]).toEqual([
      'streetClean',
      'role',
      false,
    ]);
    expect(found.helpers.map(({ id }) => id)).toEqual(['street']);
    expect(ask(event({ areaCode: '110199003' })).unit?.id).toBe('clean');
    const equals = ['b', 'a'].map((code) => unit(code, { dutyRoles: ['环卫'] }));
    expect(ask(event(), [], equals).unit?.id).toBe('a');
    expect(ask(event(), [], equals.toReversed()).unit?.id).toBe('a');
  });

  it('asks a part’s owner first and an event’s territory first', () => {
    expect(ask(part({ ownerUnitId: 'park' }))).toMatchObject({
      unit: { id: 'park' },
      basis: 'owner',
      isOwnerless: false,
    });
    const bare = { code: 'E0199', kind: 'incident' as const, majorCode: '01', defaultUnits: [] };
    expect(ask(event({ category: bare, ownerUnitId: 'park' }))).toMatchObject({
      unit: { id: 'street' },
      basis: 'territory',
      isOwnerless: false,
    });
    const nowhere = event({ category: bare, ownerUnitId: 'park', areaCode: '110199009' });
    expect(ask(nowhere)).toMatchObject({ unit: { id: 'park' }, basis: 'owner' });
  });

  it('asks who keeps such parts before who answers for the site, and both before the street', () => {
    const atSite = { ownerUnitId: 'park', isOwnerNamed: false };
    expect(ask(part(atSite))).toMatchObject({ unit: { id: 'water' }, basis: 'role' });
    const kiosk = {
      code: 'P0140',
      kind: 'part' as const,
      majorCode: '05',
      defaultUnits: ['邮政', '街乡镇'],
    };
    expect(ask(part({ ...atSite, category: kiosk }))).toMatchObject({ unit: { id: 'park' } });
    expect(ask(part({ category: kiosk }))).toMatchObject({
      unit: { id: 'street' },
      basis: 'territory',
      isOwnerless: false,
    });
  });

  it('gives what nobody owns to the territory and onto the list', () => {
    const bare = {
      code: 'P0501',
      kind: 'part' as const,
      majorCode: '05',
      defaultUnits: ['产权单位'],
    };
    const found = ask(part({ category: bare }));
    expect(found).toMatchObject({ unit: { id: 'street' }, basis: 'fallback', isOwnerless: true });
    expect(found.sentence).toContain('属地兜底');
    expect(ask(part({ category: bare, ownerUnitId: 'park' })).isOwnerless).toBe(false);
    expect(ask(part({ category: bare, areaCode: '110199009' }))).toMatchObject({
      unit: null,
      basis: 'none',
      isOwnerless: true,
    });
  });

  it('lets the body named for the cell stand before the street', () => {
    const answering = areas.map((area) =>
      area.code === cell ? { ...area, unitId: 'park' } : area,
    );
    const bare = { code: 'P0501', kind: 'part' as const, majorCode: '05', defaultUnits: [] };
    expect(ask(part({ category: bare }), [], units, answering).unit?.id).toBe('park');
  });
});

describe('rows', () => {
  it.each([
    [
      'condition over 小类',
      { categoryCode: 'E0110', conditionNo: 1 },
      { categoryCode: 'E0110', areaCode: cell },
    ],
    ['小类 over 大类', { categoryCode: 'E0110' }, { categoryCode: 'E01', areaCode: cell }],
    ['大类 over kind', { categoryCode: 'E01' }, { categoryCode: 'E', areaCode: cell }],
    ['kind over all', { categoryCode: 'E' }, { areaCode: cell, ownerUnitId: 'water' }],
    ['cell over community', { areaCode: cell }, { areaCode: community, ownerUnitId: 'water' }],
    ['community over street', { areaCode: community }, { areaCode: street }],
    ['street over grade', { areaCode: street }, { areaGrade: '一级' }],
    [
      'street with grade over street',
      { areaCode: street, areaGrade: '一级' },
      { areaCode: street },
    ],
    ['grade over district', { areaGrade: '一级' }, {}],
    ['owner named over kind of owner', { ownerUnitId: 'water' }, { ownerKind: 'firm' as const }],
    ['kind of owner over none', { ownerKind: 'firm' as const }, {}],
  ])('%s', (_name, winner, loser) => {
    const rules = [
      rule('1', { ...loser, responsibleUnitId: 'clean' }),
      rule('2', { ...winner, responsibleUnitId: 'park' }),
    ];
    const found = ask(event({ ownerUnitId: 'water' }), rules);
    expect(found).toMatchObject({
      unit: { id: 'park' },
      basis: 'rule',
      rule: { code: '2', isOwn: true },
    });
    expect(found.others).toEqual([
      { id: rules[0]?.id, code: '1', isOwn: true, why: '没有 2 号具体' },
    ]);
    expect(found.sentence).toBe('责任分解表 2 号，本区');
  });

  it('by 大类 fit every 小类 of it, from whatever list', () => {
    const listed = { ...part().category, code: 'PL0601', majorCode: '05', defaultUnits: [] };
    const rules = [rule('1', { categoryCode: 'P05' }), rule('2', { categoryCode: 'PL0' })];
    expect(ask(part({ category: listed }), rules).rule?.code).toBe('1');
  });

  it('of the district stand before those of the base', () => {
    const rules = [
      rule('7', { responsibleUnitId: 'park' }),
      rule('8', {
        district: '000000',
        categoryCode: 'E0110',
        responsibleBy: 'role',
        responsibleRole: '环卫',
        responsibleUnitId: null,
      }),
    ];
    expect(ask(event(), rules).unit?.id).toBe('park');
    expect(ask(event(), rules.slice(1))).toMatchObject({
      unit: { id: 'streetClean' },
      rule: { code: '8', isOwn: false },
      sentence: '责任分解表 8 号，基础，由“环卫”承担',
    });
  });

  it('that name a unit no longer in use are passed over, and say so', () => {
    const found = ask(event(), [
      rule('1', { categoryCode: 'E0110', responsibleUnitId: 'gone' }),
      rule('2', { categoryCode: 'E', responsibleUnitId: 'park' }),
    ]);
    expect(found.unit?.id).toBe('park');
    expect(found.others).toMatchObject([{ code: '1', why: '责任单位已停用' }]);
  });

  it('follow a unit that was merged into another', () => {
    const merged = units.map((one) => (one.id === 'gone' ? { ...one, mergedInto: 'water' } : one));
    const rules = [
      rule('1', { categoryCode: 'E0110', responsibleUnitId: 'gone' }),
      rule('2', { categoryCode: 'E0110', ownerUnitId: 'gone', responsibleUnitId: 'park' }),
    ];
    expect(ask(event(), rules, merged).unit?.id).toBe('water');
    expect(ask(event({ ownerUnitId: 'water' }), rules, merged).unit?.id).toBe('park');
  });

  it('by owner fall to the territory while nobody knows the owner', () => {
    const rules = [
      rule('1', { categoryCode: 'P', responsibleBy: 'owner', responsibleUnitId: null }),
    ];
    expect(ask(part(), rules)).toMatchObject({ unit: { id: 'street' }, isOwnerless: true });
    expect(ask(part({ ownerUnitId: 'water' }), rules)).toMatchObject({
      unit: { id: 'water' },
      isOwnerless: false,
    });
  });

  it('name the supervising and the territory unit', () => {
    const found = ask(event(), [
      rule('1', { supervisingUnitId: 'clean', territoryUnitId: 'community' }),
    ]);
    expect([found.supervising?.id, found.territory?.id]).toEqual(['clean', 'community']);
  });
});

const arbitraryRule = fc.record({
  categoryCode: fc.constantFrom(null, 'E', 'E01', 'E0110', 'E0111', 'P'),
  conditionNo: fc.constantFrom(null, 1, 2),
  areaCode: fc.constantFrom(null, street, community, cell, '110199002'),
  areaGrade: fc.constantFrom(null, '一级', '二级'),
  ownerUnitId: fc.constantFrom(null, 'water', 'park'),
  ownerKind: fc.constantFrom(null, 'firm' as const, 'department' as const),
  responsibleBy: fc.constantFrom(
    'unit' as const,
    'role' as const,
    'owner' as const,
    'territory' as const,
  ),
  responsibleUnitId: fc.constantFrom('clean', 'gone', 'park'),
  responsibleRole: fc.constantFrom('环卫', '供水', '无人'),
  district: fc.constantFrom(district, '000000'),
});

const arbitraryRules = fc
  .array(arbitraryRule, { maxLength: 30 })
  .map((list) => list.map((more, n) => rule(String(n + 1), more)));

const arbitraryMatter = fc.record({
  matter: fc.constantFrom(event(), part()),
  areaCode: fc.constantFrom(cell, community, street, '110199002', district),
  ownerUnitId: fc.constantFrom(null, 'water', 'park', 'gone'),
  conditionNo: fc.constantFrom(null, 1, 2),
});

describe('whatever the matrix', () => {
  it('the order of rows, units and areas does not matter', () => {
    fc.assert(
      fc.property(
        arbitraryRules.chain((rules) =>
          fc.tuple(
            fc.constant(rules),
            fc.shuffledSubarray(rules, { minLength: rules.length }),
            fc.shuffledSubarray(units, { minLength: units.length }),
          ),
        ),
        arbitraryMatter,
        ([rules, shuffled, shuffledUnits], { matter, ...more }) => {
          const asked = { ...matter, ...more };
          expect(ask(asked, shuffled, shuffledUnits, [...areas].reverse())).toEqual(
            ask(asked, rules),
          );
        },
      ),
    );
  });

  it('never suggests a retired unit, and no row that fits is more specific than the winner', () => {
    fc.assert(
      fc.property(arbitraryRules, arbitraryMatter, (rules, { matter, ...more }) => {
        const asked = { ...matter, ...more };
        const found = ask(asked, rules);
        const inUse = units.filter(({ status }) => status === 'active').map(({ id }) => id);
        for (const named of [found.unit, found.supervising, found.territory, ...found.helpers])
          if (named) expect(inUse).toContain(named.id);
        expect(found.helpers.map(({ id }) => id)).not.toContain(found.unit?.id);
        const winner = rules.find(({ id }) => id === found.rule?.id);
        if (!winner) return;
        for (const other of found.others.filter(({ why }) => why.endsWith('号具体'))) {
          const loser = rules.find(({ id }) => id === other.id);
          const ranks = [winner, loser ?? winner].map((row) => dutyRank(row, district));
          const at = ranks[0]?.findIndex((part, n) => part !== ranks[1]?.[n]) ?? -1;
          if (at >= 0) expect(ranks[0]?.[at]).toBeGreaterThan(ranks[1]?.[at] ?? 0);
        }
      }),
    );
  });

  it('rows with the same key fit the same matters', () => {
    fc.assert(
      fc.property(arbitraryRule, fc.constantFrom(null, district), (more, whole) => {
        const made = rule('1', more);
        expect(dutyKey({ ...made, code: '2' } as DutyRule)).toBe(dutyKey(made));
        if (made.areaCode === null)
          expect(dutyKey({ ...made, areaCode: whole })).toBe(dutyKey(made));
      }),
    );
  });
});
