/** Codes of areas that were re-coded, merged and split: what stands for what, and what is found under which. */
import { describe, expect, it } from 'vitest';
import { codesOf, codesUnder, currentCodes, withDetail, type AreaPast } from './areaCode.ts';

const area = (code: string, past: Partial<AreaPast> = {}): [string, AreaPast] => [
  code,
  { code, status: 'active', succeededBy: [], predecessors: [], ...past },
];
const ended = (code: string, succeededBy: string[]): [string, AreaPast] =>
  area(code, { status: 'retired', succeededBy });

/** 001 became 010; 002 was parted into 011 and 012; 003 ended for good; 010’s community came from 001001. */
const areas = new Map([
  area('110199'),
  ended('110199001', ['110199010']),
  ended('110199001001', ['110199010001']),
  area('110199010', { predecessors: ['110199001'] }),
  area('110199010001', { predecessors: ['110199001001'] }),
  ended('110199002', ['110199011', '110199012']),
  area('110199011', { predecessors: ['110199002'] }),
  area('110199012', { predecessors: ['110199002'] }),
  ended('110199003', []),
]);

describe('a code', () => {
  it('stands for what came after it, itself when nothing did', () => {
    expect(currentCodes('110199001', areas)).toEqual(['110199010']);
    expect(currentCodes('110199002', areas)).toEqual(['110199011', '110199012']);
    expect(currentCodes('110199003', areas)).toEqual(['110199003']);
    expect(currentCodes('110199010', areas)).toEqual(['110199010']);
    const circle = new Map([ended('1', ['2']), ended('2', ['1'])]);
    expect(currentCodes('1', circle)).toEqual(['1']);
  });

  it('finds matters of itself, its successors and all that came into them, each once', () => {
    expect(codesOf('110199010', areas)).toEqual(['110199001', '110199010']);
    expect(codesOf('110199001', areas)).toEqual(['110199001', '110199010']);
    expect(codesOf('110199010001', areas)).toEqual(['110199001001', '110199010001']);
    expect(codesOf('110199011', areas)).toEqual(['110199002', '110199011']);
    expect(codesOf('110199', areas)).toEqual(['110199']);
  });

  it('chosen by hand is made more precise by a point in it, never moved elsewhere', () => {
    expect(withDetail('110199001', '110199001002')).toBe('110199001002');
    expect(withDetail('110199001', '110199002001')).toBe('110199001');
    expect(withDetail('110199001', null)).toBe('110199001');
    expect(withDetail('110199001', undefined)).toBe('110199001');
  });
});

describe('the communities of a merged street', () => {
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => `A${String(from + n).padStart(3, '0')}`);

  it('keep their number where it is free, else are numbered from 601', () => {
    const made = codesUnder('A', ['B001', 'B002'], new Set(['A001', 'A601']));
    expect(made && [...made]).toEqual([
      ['B001', 'A602'],
      ['B002', 'A002'],
    ]);
  });

  it('take the last number there is, and there is none after it', () => {
    expect(codesUnder('A', ['B001'], new Set(['A001', ...numbers(601, 998)]))?.get('B001')).toBe(
      'A999',
    );
    expect(codesUnder('A', ['B001'], new Set(['A001', ...numbers(601, 999)]))).toBeNull();
  });
});
