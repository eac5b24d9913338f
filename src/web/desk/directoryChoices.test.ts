import { expect, test } from 'vitest';
import { nouns } from '../../domain/nouns.ts';
import type { AnyRow } from '../../domain/action.ts';
import type { Directory } from '../../domain/views.ts';
import { conditionChoices, gradeChoices } from './directoryChoices.ts';
import { formFields } from './formFields.ts';

const condition = (no: number, openWhen: string) => ({
  no,
  openWhen,
  closeWhen: '已清理',
  limit: '4工作时',
  severity: 'C',
});

const directory = {
  grades: ['A', 'B'],
  categories: [
    { code: 'E0101', conditions: [condition(1, '垃圾外溢'), condition(3, '垃圾成堆')] },
    { code: 'E0102', conditions: [condition(1, '道路破损')] },
  ],
} as unknown as Directory;

test('a duty rule asks for condition and grade by choices', () => {
  const specs = formFields(nouns.dutyRule.actions.add as AnyRow);
  const kinds = Object.fromEntries(specs.map(({ name, kind }) => [name, kind]));
  expect(kinds).toMatchObject({ conditionNo: 'condition', areaGrade: 'grade' });
});

test('the conditions offered are those of the chosen category, after all of them', () => {
  expect(conditionChoices(directory, 'E0101')).toEqual([
    { value: '', label: '全部立案条件' },
    { value: '1', label: '第 1 条：垃圾外溢' },
    { value: '3', label: '第 3 条：垃圾成堆' },
  ]);
  for (const code of ['E01', 'E', null, undefined])
    expect(conditionChoices(directory, code)).toHaveLength(1);
});

test('the grades offered are those that areas have, and the one that stands there', () => {
  const values = (kept: unknown) => gradeChoices(directory, kept).map(({ value }) => value);
  expect(values(null)).toEqual(['', 'A', 'B']);
  expect(values('B')).toEqual(['', 'A', 'B']);
  expect(values('C')).toEqual(['', 'A', 'B', 'C']);
});
