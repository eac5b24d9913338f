/**
 * The inner actions of an issue: what happens to it as part of another action (并入、拆出、来件增减、协办增减、
 * 审批等待和了结) or of the calendar (重算时限), never by a click of its own. Sources: domain reference b.2, c.5; issue 3-6, 3-7.
 */
import { z } from 'zod';
import type { Facts } from './facts.ts';
import { id, number, unit, yesNo } from './fields.ts';
import { claimClockAgain } from './issueClock.ts';
import { act, desk, handlers, partyOf } from './issueRow.ts';
import { openStatuses, type Issue } from './issueShape.ts';
import { recomputedIssue, recomputeRow } from './recompute.ts';
import { refusal } from './refused.ts';

/** A hotline or urgent matter has come in: from now on the issue runs day and night, whatever leaves again. */
const madeDayAndNight = (
  issue: Issue,
  isDayAndNight: boolean,
  facts: Pick<Facts, 'calendar' | 'settings' | 'unit'>,
): Partial<Issue> =>
  isDayAndNight && !issue.isDayAndNight ? claimClockAgain(issue, { isDayAndNight }, facts) : {};

/** One unit in the place of another, once. */
const inPlaceOf = (ids: readonly string[], fromId: string, unitId: string): string[] => [
  ...new Set(ids.map((other) => (other === fromId ? unitId : other))),
];

export const innerRows = {
  recompute: act(recomputeRow<Issue>(openStatuses, recomputedIssue)),

  followUnit: act({
    label: '随单位合并转入',
    sentence: '原单位已合并，转由{unitId}办理',
    source: '单位合并，在办案件随之转入，时限照旧（architecture 9）',
    by: ['system'],
    isNeutral: true,
    from: openStatuses,
    input: z.strictObject({ fromId: id('原单位', 'unit'), unitId: unit('并入的单位') }),
    changes: (issue, { fromId, unitId }) => {
      const next = issue.unitId === fromId ? unitId : issue.unitId;
      const assists = inPlaceOf(issue.assistUnitIds, fromId, unitId);
      return {
        unitId: next,
        assistUnitIds: assists,
        partyUnitIds: partyOf(next, assists),
      };
    },
  }),

  absorb: act({
    label: '并入',
    sentence: '另一案件并入本案',
    source: '同一问题合并处置（issue 3-7）',
    by: desk,
    isInner: true,
    from: openStatuses,
    input: z.strictObject({
      issueId: id('案件', 'text'),
      reportCount: number('来件数', 0, 100000),
      isDayAndNight: yesNo('昼夜计时'),
    }),
    needs: ['calendar', 'settings', 'unit'],
    changes: (issue, { reportCount, isDayAndNight }, { facts }) => ({
      mergedCount: issue.mergedCount + 1,
      reportCount: issue.reportCount + reportCount,
      ...madeDayAndNight(issue, isDayAndNight, facts),
    }),
  }),

  giveBack: act({
    label: '拆出',
    sentence: '并入的案件拆出',
    source: '合并可撤销（issue 3-7）',
    by: desk,
    isInner: true,
    from: openStatuses,
    input: z.strictObject({
      issueId: id('案件', 'text'),
      reportCount: number('来件数', 0, 100000),
    }),
    changes: (issue, { reportCount }) => ({
      mergedCount: issue.mergedCount - 1,
      reportCount: issue.reportCount - reportCount,
    }),
  }),

  addReport: act({
    label: '并入来件',
    sentence: '并入一件来件',
    source: '一案可含多件诉求（domain c.5）',
    by: desk,
    isInner: true,
    isNeutral: true,
    from: openStatuses,
    input: z.strictObject({ reportId: id('来件', 'text'), isDayAndNight: yesNo('昼夜计时') }),
    needs: ['calendar', 'settings', 'unit'],
    changes: (issue, { isDayAndNight }, { facts }) => ({
      reportCount: issue.reportCount + 1,
      ...madeDayAndNight(issue, isDayAndNight, facts),
    }),
  }),

  removeReport: act({
    label: '撤出来件',
    sentence: '撤出一件来件',
    source: '并件可撤销，结案后不可（issue 3-7）',
    by: desk,
    isInner: true,
    isNeutral: true,
    from: openStatuses,
    input: z.strictObject({ reportId: id('来件', 'text') }),
    refuse: (issue) => {
      if (issue.mergedCount > 0)
        return refusal('hasMerged', '已有案件并入本案，请先拆分再撤出来件');
      return issue.reportCount > 1
        ? undefined
        : refusal('lastReport', '案件至少保留一件来件；如不应立案请作废');
    },
    changes: (issue) => ({ reportCount: issue.reportCount - 1 }),
  }),

  addAssist: act({
    label: '增加协办',
    sentence: '增加协办单位{unitId}',
    source: '多单位事项指定牵头，其余协办（domain b.2 协办）',
    by: [...desk, 'unitHead'],
    isInner: true,
    isNeutral: true,
    from: ['dispatched', 'claimed'],
    input: z.strictObject({ unitId: unit() }),
    check: (issue, { unitId }) =>
      partyOf(issue.unitId, issue.assistUnitIds).includes(unitId)
        ? refusal('twice', '该单位已是主办或协办单位，请另选')
        : undefined,
    changes: (issue, { unitId }) => ({
      assistUnitIds: [...issue.assistUnitIds, unitId],
      partyUnitIds: partyOf(issue.unitId, [...issue.assistUnitIds, unitId]),
      openAssistCount: issue.openAssistCount + 1,
    }),
  }),

  settleAssist: act({
    label: '协办了结',
    sentence: '协办{outcome}',
    source: '协办全部完成或释放后方可办结（issue 3-6）',
    by: [...desk, ...handlers],
    isInner: true,
    from: [...openStatuses, 'closed', 'void'],
    input: z.strictObject({ unitId: unit(), outcome: z.enum(['done', 'released']) }),
    changes: (issue, { unitId, outcome }) => {
      const assistUnitIds =
        outcome === 'done'
          ? issue.assistUnitIds
          : issue.assistUnitIds.filter((party) => party !== unitId);
      return {
        assistUnitIds,
        partyUnitIds: partyOf(issue.unitId, assistUnitIds),
        openAssistCount: issue.openAssistCount - 1,
      };
    },
  }),

  awaitConsent: act({
    label: '等待审批',
    sentence: '申请{kind}，等待审批',
    source: '须经同意的事项走审批（architecture Lifecycle）',
    by: [...desk, ...handlers],
    isInner: true,
    isNeutral: true,
    from: [...openStatuses, 'closed'],
    input: z.strictObject({ kind: z.string() }),
    check: (issue, { kind }) =>
      issue.pendingConsents.includes(kind)
        ? refusal('pending', '同类申请正在审批，请等待结果')
        : undefined,
    changes: (issue, { kind }) => ({
      pendingConsents: [...issue.pendingConsents, kind],
      appealCount: issue.appealCount + (kind === 'appeal' ? 1 : 0),
    }),
  }),

  settleConsent: act({
    label: '审批了结',
    sentence: '审批了结',
    source: '须经同意的事项走审批（architecture Lifecycle）',
    by: [...desk, 'leader'],
    isInner: true,
    isNeutral: true,
    from: [...openStatuses, 'closed', 'void'],
    input: z.strictObject({ kind: z.string() }),
    changes: (issue, { kind }) => ({
      pendingConsents: issue.pendingConsents.filter((pending) => pending !== kind),
    }),
  }),
};
