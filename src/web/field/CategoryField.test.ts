import { expect, it } from 'vitest';
import { findCategories } from './CategoryField.tsx';

const category = (code: string, name: string, keywords: string[] = [], majorName = '市容环境') => ({
  code,
  name,
  majorName,
  keywords,
});
const all = [
  category('E0101', '道路不洁'),
  category('E0102', '暴露垃圾', ['垃圾', '散落']),
  category('E0103', '垃圾满溢'),
  category('P0101', '井盖', ['窨井', '雨水箅子'], '公用设施'),
];
const namesFor = (words: string) => findCategories(all, words).map(({ name }) => name);

it('puts a name that begins with the words before one that contains them', () => {
  expect(namesFor('垃圾')).toEqual(['垃圾满溢', '暴露垃圾']);
});

it('finds by keyword, also inside a longer phrase, by major name and by code', () => {
  expect(namesFor('窨井')).toEqual(['井盖']);
  expect(namesFor('门口窨井坏了')).toEqual(['井盖']);
  expect(namesFor('公用')).toEqual(['井盖']);
  expect(namesFor('e0101')).toEqual(['道路不洁']);
});

it('shows all for no words and nothing for unknown ones', () => {
  expect(namesFor('  ')).toHaveLength(all.length);
  expect(namesFor('飞机')).toEqual([]);
});
