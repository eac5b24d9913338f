import { describe, expect, it } from 'vitest';
import categories from '../../seeds/categories.json';
import { Condition } from './condition.ts';
import { categoryCode } from './fields.ts';
import { workKinds } from './work.ts';

describe('the categories of the seed', () => {
  it('have conditions of the right shape, numbered from 1', () => {
    for (const { code, conditions } of categories) {
      const parsed = conditions.map((condition) => Condition.parse(condition));
      expect(parsed, code).toEqual(conditions);
      expect(
        parsed.map(({ no }) => no),
        code,
      ).toEqual(parsed.map((_, index) => index + 1));
    }
  });

  it('have codes of their own and search words', () => {
    expect(new Set(categories.map(({ code }) => code)).size).toBe(253);
    for (const { code, keywords } of categories) {
      expect(categoryCode().safeParse(code).success, code).toBe(true);
      expect(keywords.length, code).toBeGreaterThan(0);
    }
  });

  it('keep the limits of the digest (domain reference a.3)', () => {
    const limitOf = (name: string) =>
      categories.find((category) => category.name === name)?.conditions[0]?.limit;
    expect(limitOf('暴露生活垃圾')).toEqual({ value: 4, unit: 'workHour' });
    expect(limitOf('道路不洁')).toEqual({ value: 2, unit: 'workHour' });
    expect(limitOf('店外经营')).toEqual({ value: 2, unit: 'clockHour' });
    expect(limitOf('非法小广告')).toEqual({ value: 1, unit: 'workDay' });
  });
});

describe('the work quantities', () => {
  it('have codes of their own', () => {
    expect(new Set(workKinds.map(({ code }) => code)).size).toBe(workKinds.length);
    for (const { code } of workKinds) expect(code).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
  });
});
