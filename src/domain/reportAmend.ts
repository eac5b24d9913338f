/**
 * Amending a report 更正来件: a hotline says again, otherwise, what it said before; or the desk heard it wrong.
 * Allowed until the report is answered; what stood there stays in the events. Source: issue 5-1.
 */
import { z } from 'zod';
import { actionOf, type Given } from './action.ts';
import { ComplaintKind, Urgency } from './channel.ts';
import { address, area, personal, text, words, yesNo } from './fields.ts';
import { isSecret } from './likeness.ts';
import { maxClassWords } from './orderClass.ts';
import { refusal } from './refused.ts';
import { reminderAt, reportClock } from './reportClock.ts';
import type { Report } from './reportShape.ts';

const act = actionOf<Report>();

/** The clocks of another urgency, counted from when the report came. */
function reclocked(
  record: Report,
  urgency: Urgency,
  { facts }: Given<'calendar' | 'settings' | 'area'>,
): Partial<Report> {
  if (record.isHistoric || urgency === record.urgency) return { urgency };
  const { acceptLimits, answerLimits } = facts.settings;
  const from = record.submittedAt;
  const begun = { urgency, clocks: record.clocks };
  const accept = reportClock(begun, 'accept', from, acceptLimits[urgency], facts);
  const next = { urgency, clocks: accept.clocks };
  const answer =
    record.answerDue === null
      ? null
      : reportClock(next, 'answer', from, answerLimits[urgency], facts);
  const changed = {
    urgency,
    acceptDue: accept.due,
    answerDue: answer?.due ?? null,
    clocks: answer?.clocks ?? accept.clocks,
  };
  return { ...changed, escalateAt: reminderAt({ ...record, ...changed }, record.status) };
}

export const amend = act({
  label: '更正',
  sentence: '更正来件内容',
  source: '工单内容变更记为来件的事件（issue 5-1；domain c.5 各留时限和结果）',
  by: ['desk', 'shiftLeader', 'system'],
  from: ['submitted', 'confirming', 'joined'],
  input: z.strictObject({
    content: words('问题描述').optional(),
    address: address().optional(),
    areaCode: area().optional(),
    outsideClass: text('来源分类', maxClassWords).optional(),
    kind: ComplaintKind.meta({ title: '诉求类型', kind: 'text' }).optional(),
    urgency: Urgency.meta({ title: '紧急程度', kind: 'text' }).optional(),
    complainantName: personal('诉求人').optional(),
    complainantPhone: personal('联系电话', 20).optional(),
    isConfidential: yesNo('要求保密').optional(),
  }),
  needs: ['calendar', 'settings', 'area'],
  check: (record, input, { facts }) => {
    const { complainantName, complainantPhone, isConfidential, kind } = input;
    if (Object.values(input).every((value) => value === undefined))
      return refusal('nothing', '没有要更正的内容，请至少填写一项');
    if (input.areaCode && !facts.area?.isActive)
      return refusal('noArea', '所属区域不存在或已停用，请重新选择');
    const said = {
      isConfidential: isConfidential ?? record.isConfidential,
      kind: kind ?? record.kind,
    };
    if (record.status === 'joined' && isSecret(said) !== isSecret(record))
      return refusal('secrecy', '来件已并入案件，更正后保密与否不同，请先撤出案件再更正');
    return record.isAnonymized && (complainantName ?? complainantPhone) !== undefined
      ? refusal('anonymized', '诉求人信息已销毁，不能再填写')
      : undefined;
  },
  changes: (record, { urgency, areaCode, ...rest }, given) => ({
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
    ...(areaCode ? { areaCode: given.facts.area?.code ?? record.areaCode } : {}),
    ...(urgency ? reclocked(record, urgency, given) : {}),
  }),
});
