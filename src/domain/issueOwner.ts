/**
 * The owner of an issue 权属: what dispatching keeps of the suggestion of the duty matrix, and the joint
 * meeting's word on a matter without owner. Sources: domain reference b.2 无主; seed 001-13.
 */
import { note, unit } from './fields.ts';
import type { DutyMark } from './facts.ts';
import { act, desk } from './issueRow.ts';
import { openStatuses, type Issue } from './issueShape.ts';
import { refusal } from './refused.ts';
import { z } from 'zod';

/** What an issue without any dispatch holds. */
export const noDuty = {
  ownerUnitId: null,
  suggestedUnitId: null,
  dutyRuleId: null,
  isOverruled: false,
  isOwnerless: false,
} satisfies Partial<Issue>;

/**
 * What dispatching to a unit keeps of the suggestion: the row, the unit it named, and whether the desk
 * overruled it. Events older than the matrix have no mark and keep nothing.
 */
export const dutyChanges = (mark: DutyMark | undefined, unitId: string): Partial<Issue> =>
  mark
    ? {
        suggestedUnitId: mark.unitId,
        dutyRuleId: mark.ruleId,
        isOverruled: mark.unitId !== null && mark.unitId !== unitId,
        isOwnerless: mark.isOwnerless,
      }
    : {};

/** Sent on to another unit than the one suggested, the suggestion was overruled after all. */
export const transferDuty = (issue: Issue, unitId: string): Partial<Issue> => {
  const isOverruled = issue.suggestedUnitId !== null && issue.suggestedUnitId !== unitId;
  return isOverruled === issue.isOverruled ? {} : { isOverruled };
};

export const ownerRows = {
  nameOwner: act({
    label: '明确权属',
    sentence: '明确权属单位为{unitId}：{note}',
    source: '无主案件属地兜底，提交联席会议明确（domain b.2 无主）',
    by: [...desk, 'supervisor'],
    from: [...openStatuses, 'closed'],
    isNeutral: true,
    input: z.strictObject({ unitId: unit('权属单位'), note: note('会议意见') }),
    needs: ['unit'],
    check: (_issue, _input, { facts }) =>
      facts.unit?.isActive ? undefined : refusal('noUnit', '单位不存在或已停用，请重新选择'),
    changes: (_issue, { unitId }) => ({ ownerUnitId: unitId, isOwnerless: false }),
  }),
};
