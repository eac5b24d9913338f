import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Category } from '../src/domain/category.ts';
import type { Channel } from '../src/domain/channel.ts';
import { pictureSubjects } from '../src/server/demoPictures.ts';
import { chanceOf } from '../src/server/demo/chance.ts';
import { demoWords } from '../src/server/demo/structure.ts';
import {
  conditionOfReport,
  contentOf,
  subjectOf,
  toldCategories,
} from '../src/server/demo/tales.ts';

const categories = JSON.parse(readFileSync('seeds/categories.json', 'utf8')) as Category[];
const byName = new Map(categories.map((category) => [category.name, category]));
/** Kept in the demo district only. */
const ownNames = ['快递占道分拣'];

describe('what reports of the demo district say', () => {
  const { hotCategories, rainCategories } = demoWords();
  const names = new Set([
    ...toldCategories(),
    ...rainCategories,
    ...hotCategories.map(([name]) => name),
  ]);

  it('has words of its own for every condition of the matters it tells of', () => {
    const channels: Channel[] = ['hotline', 'patrol', 'citizen', 'media', 'leader', 'self'];
    const place = { words: '朝霞家园', type: 'ESTATE' };
    for (const name of names) {
      const category = byName.get(name);
      if (!category) {
        expect(ownNames, name).toContain(name);
        continue;
      }
      for (const condition of category.conditions)
        for (const channel of channels) {
          const words = contentOf(category, condition, place, channel, chanceOf(name + channel));
          expect(words).toContain('朝霞家园');
          expect(words).not.toContain('问题：');
          expect(words).not.toContain('undefined');
        }
    }
  });

  it('means the same condition wherever it is asked, and the gravest in danger', () => {
    const { conditions } = byName.get('不明井盖') as Category;
    const id = '0193e4d2-0000-7000-8000-000000000001';
    expect(conditionOfReport(conditions, id, false)).toBe(conditionOfReport(conditions, id, false));
    expect(conditionOfReport(conditions, id, true).severity).toBe('A');
  });

  it('shows every category in a picture there is, and every picture for some category', () => {
    const shown = new Set(categories.map(({ code }) => subjectOf(code)));
    expect([...shown].sort()).toEqual([...pictureSubjects].sort());
  });
});
