/**
 * Merging issues 合并、拆分: two cases of the same problem are handled as one; taken apart again, both stand as
 * at the merge and their clocks run on. Source: domain reference j trap 8; issue 3-7.
 */
import { z } from 'zod';
import { id, note } from './fields.ts';
import {
  claimClock,
  deskClock,
  nextEscalation,
  resumedClock,
  stoppedStages,
} from './issueClock.ts';
import { act, desk, minutesLeft, partyOf, stopped } from './issueRow.ts';
import type { Issue } from './issueShape.ts';
import { refusal } from './refused.ts';

export const mergeRows = {
  merge: act({
    label: '合并到其他案件',
    sentence: '合并到其他案件',
    source: '同一问题合并处置，各来件仍分别答复（domain j trap 8；issue 3-7）',
    by: desk,
    from: ['accepted', 'dispatched', 'claimed'],
    to: 'void',
    input: z.strictObject({ intoId: id('合并到', 'text'), note: note('理由') }),
    needs: ['calendar', 'secretIssueIds'],
    refuse: (issue) => {
      if (issue.openAssistCount > 0)
        return refusal('assistsOpen', '还有协办未完成，请先释放协办再合并');
      if (issue.pendingConsents.length > 0)
        return refusal('pending', '还有审批未决，请先办结审批再合并');
      if (issue.isHeld) return refusal('held', '挂账期间不能合并，请先恢复办理');
      return issue.mergedCount > 0
        ? refusal('hasMerged', '已有案件并入本案，请先拆分再合并')
        : undefined;
    },
    check: (issue, { intoId }, { facts: { secretIssueIds } }) => {
      if (intoId === issue.id) return refusal('itself', '不能合并到自身，请选择另一件案件');
      return secretIssueIds.includes(issue.id) === secretIssueIds.includes(intoId)
        ? undefined
        : refusal('secrecy', '一件含有保密来件，一件没有，不能合并，请分别办理');
    },
    changes: (issue, { intoId }, { now, facts }) => ({
      ...stopped,
      mergedInto: intoId,
      milestones: stoppedStages(issue, now, facts),
      beforeMerge: {
        status: issue.status,
        at: now,
        rectifyMinutes: minutesLeft(issue, now, facts.calendar),
        reportCount: issue.reportCount,
      },
    }),
    also: (issue, { intoId }) => [
      {
        noun: 'issue',
        id: intoId,
        action: 'absorb',
        input: {
          issueId: issue.id,
          reportCount: issue.reportCount,
          isDayAndNight: issue.isDayAndNight || issue.isUrgent,
        },
      },
    ],
  }),

  unmerge: act({
    label: '拆分',
    sentence: '撤销合并：{note}',
    source:
      '合并可撤销，两案恢复合并时的状态，时限重算，单位已停用的重新派单；结案后不可（issue 3-7）',
    by: desk,
    from: ['void'],
    to: ['accepted', 'dispatched', 'claimed'],
    input: z.strictObject({ note: note('理由') }),
    needs: ['calendar', 'settings', 'category', 'unit'],
    refuse: (issue) =>
      issue.mergedInto ? undefined : refusal('notMerged', '不是合并的案件，不能拆分'),
    changes: (issue, _input, { now, facts }) => {
      const before = issue.beforeMerge;
      if (!before) return {};
      const dispatchLimit = facts.settings.dispatchLimits[issue.urgency];
      const begun = { mergedInto: null, beforeMerge: null, closedAt: null };
      if (before.status === 'accepted' || !facts.unit?.isActive) {
        return {
          ...begun,
          status: 'accepted',
          unitId: null,
          officerPostId: null,
          officerId: null,
          partyUnitIds: partyOf(null, issue.assistUnitIds),
          dispatchedAt: null,
          claimedAt: null,
          rectifyDue: null,
          milestones: [],
          milestoneDue: null,
          ...deskClock(issue, now, dispatchLimit, '拆分', facts),
        };
      }
      const restored: Issue = {
        ...issue,
        status: before.status,
        mergedInto: null,
        beforeMerge: null,
      };
      const rectify =
        before.rectifyMinutes === null
          ? { rectifyDue: null, clocks: issue.clocks }
          : resumedClock(restored, now, before.rectifyMinutes, '拆分', facts);
      const timed = { ...restored, ...rectify };
      const back = { ...begun, status: before.status, ...rectify };
      return before.status === 'dispatched'
        ? { ...back, ...claimClock(timed, facts.unit, now, facts) }
        : { ...back, escalateAt: nextEscalation(timed, 0), escalationLevel: 0 };
    },
    also: (issue) => [
      {
        noun: 'issue',
        id: issue.mergedInto ?? '',
        action: 'giveBack',
        input: { issueId: issue.id, reportCount: issue.beforeMerge?.reportCount ?? 0 },
      },
    ],
  }),
};
