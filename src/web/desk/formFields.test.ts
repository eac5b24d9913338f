import { expect, test } from 'vitest';
import { nouns } from '../../domain/nouns.ts';
import type { AnyRow, Noun } from '../../domain/action.ts';
import { errorsOf, formFields, inputOf } from './formFields.ts';

const isChinese = (text: string): boolean => /[\u4e00-\u9fff]/.test(text);

const clicked = (
  ['report', 'issue', 'assist', 'approval', 'person', 'post', 'unit'] as const
).flatMap((name) =>
  Object.entries((nouns[name] as Noun).actions)
    .filter(([, row]) => !row.isInner && !row.by.every((role) => role === 'system'))
    .map(([action, row]): [string, AnyRow] => [`${name}.${action}`, row]),
);

test.each(clicked)(
  '%s has a form in Chinese with a control for every required field',
  (_name, row) => {
    const specs = formFields(row, row.startsFrom?.as ?? null);
    const all = specs.flatMap((spec) => [spec, ...spec.inner]);
    for (const { title, choices } of all) {
      expect(title).toSatisfy(isChinese);
      for (const { label } of choices) expect(label).toSatisfy(isChinese);
    }
    const missing = errorsOf(
      row,
      specs,
      row.startsFrom ? { [row.startsFrom.as]: '01890a5d-ac96-774b-bcce-b302099a8057' } : {},
    );
    expect(Object.keys(missing).filter((key) => !specs.some(({ name }) => name === key))).toEqual(
      [],
    );
    for (const message of Object.values(missing)) expect(message).toSatisfy(isChinese);
  },
);

test('blank values and empty groups are not sent', () => {
  const specs = formFields(nouns.approval.actions.ask as AnyRow, 'issueId');
  expect(inputOf(specs, { kind: 'extension', reason: ' ', hold: { until: '' } })).toEqual({
    kind: 'extension',
  });
  expect(
    inputOf(specs, {
      kind: 'hold',
      reason: '管线改造',
      hold: { until: '2026-12-01', kind: 'short' },
    }),
  ).toEqual({
    kind: 'hold',
    reason: '管线改造',
    hold: { until: '2026-12-01', kind: 'short' },
  });
});

test('an error inside a group is told at its own field', () => {
  const row = nouns.approval.actions.ask as AnyRow;
  const specs = formFields(row, 'issueId');
  const issueId = '01890a5d-ac96-774b-bcce-b302099a8057';
  expect(
    errorsOf(row, specs, { issueId, kind: 'hold', reason: '管线改造', hold: { kind: 'short' } }),
  ).toEqual({
    'hold.until': '请填写挂账截止日',
  });
});
