/** The seed of categories against the taxonomy of the domain reference, where that file is present. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import categories from '../seeds/categories.json';

const path = '../shared/domain/taxonomy.json';
const isPresent = existsSync(path);

interface Taxonomy {
  items: {
    id: string;
    name: string;
    keywords: string[];
    conditions: {
      no: number;
      filing: string;
      closing: string;
      severity: string;
      limit: { value: number; type: string };
    }[];
  }[];
}

const units: Record<string, string> = {
  urgent_hour: 'clockHour',
  urgent_day: 'clockDay',
  work_hour: 'workHour',
  work_day: 'workDay',
  calendar_day: 'day',
};

describe('the categories of the seed', () => {
  it('are 253 with 615 conditions: 189 from a standard, 44 from memory, 20 of our own', () => {
    expect(categories).toHaveLength(253);
    expect(categories.flatMap(({ conditions }) => conditions)).toHaveLength(615);
    const flags = ['SOURCED', 'RECALLED', 'DESIGN'].map(
      (flag) => categories.filter(({ sourceFlag }) => sourceFlag === flag).length,
    );
    expect(flags).toEqual([189, 44, 20]);
  });

  it.skipIf(!isPresent)(`say what the reference says (skipped where there is no ${path})`, () => {
    const { items } = JSON.parse(readFileSync(path, 'utf8')) as Taxonomy;
    const wanted = items.map(({ id, name, keywords, conditions }) => ({
      code: id,
      name,
      keywords,
      conditions: conditions.map(({ no, filing, closing, severity, limit }) => ({
        no,
        openWhen: filing,
        closeWhen: closing,
        limit: { value: limit.value, unit: units[limit.type] },
        severity,
      })),
    }));
    const found = categories.map(({ code, name, keywords, conditions }) => ({
      code,
      name,
      keywords,
      conditions,
    }));
    expect(found).toEqual(wanted);
  });
});
