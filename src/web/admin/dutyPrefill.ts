/** What the form of a duty rule begins with: a row to be edited, or a matter that asks for a row. */
import { dutyFields, type DutyRule } from '../../domain/dutyRule.ts';
import type { Values } from '../desk/formFields.ts';
import type { ChosenRecord } from './RegisterPage.tsx';

/** The fields of a row as its form shows them; empty ones left out. */
export const prefillOf = (rule: DutyRule): Values =>
  Object.fromEntries(
    dutyFields.flatMap((field) => (rule[field] === null ? [] : [[field, rule[field]]])),
  );

/** The fields that an address names, for a new row. */
export function wishedPrefill(filters: Record<string, string | undefined>): Values {
  const named = dutyFields.flatMap((field) => {
    const value = filters[field];
    return value ? [[field, field === 'conditionNo' ? Number(value) : value]] : [];
  });
  return { responsibleBy: 'unit', ...Object.fromEntries(named) };
}

/** The form of a new row with what is known of it. */
export const addRule = ({ code, ...prefill }: Values): ChosenRecord => ({
  open: {
    noun: 'dutyRule',
    action: 'add',
    label: '新增责任规则',
    id: null,
    as: null,
    refusal: null,
  },
  recordId: `new ${JSON.stringify(prefill)}`,
  prefill: { code, ...prefill },
});
