import { describe, expect, it } from 'vitest';
import { verifiesIn } from './verifier.ts';

describe('who verifies where, with nobody named', () => {
  const asked = { verifyAreaCode: '110199002' };
  const grid = (areaCode: string | null) =>
    verifiesIn(asked, { role: 'gridWorker', areaCodes: areaCode ? [areaCode] : [] });

  it('is a post in the street asked, below it or above it', () => {
    expect(['110199002', '110199002001', '110199'].map(grid)).toEqual([true, true, true]);
    expect(['110199001', '110199001001', null].map(grid)).toEqual([false, false, false]);
  });

  it('is an assessor without an area everywhere, with one only there', () => {
    expect(verifiesIn(asked, { role: 'assessor', areaCodes: [] })).toBe(true);
    expect(verifiesIn(asked, { role: 'assessor', areaCodes: ['110199001'] })).toBe(false);
  });
});
