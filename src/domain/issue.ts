/**
 * Issue 案件、问题: an entry in the ledger. What may happen to it, and when: from acceptance to the end of
 * handling in this file, verifying and closing in `issueVerify.ts`, the side roads (退单、转办、挂账、延期、强制结案
 * …) in `issueSide.ts`, merging in `issueMerge.ts`, what only follows from another action in `issueInner.ts`.
 * Sources: domain reference b.1, b.2; product “The loop”; seed 001 “检查—反馈—整改—复查”.
 */
import { noun } from './action.ts';
import { conditionOf } from './category.ts';
import { limitFor } from './condition.ts';
import {
  address,
  area,
  categoryCode,
  id,
  moment,
  note,
  number,
  photos,
  place,
  post,
  site,
  text,
  unit,
  units,
  words,
  works,
  yesNo,
} from './fields.ts';
import {
  claimClock,
  deskClock,
  handlingLevels,
  isDayAndNight,
  nextEscalation,
  reachedStages,
  rectifyClock,
} from './issueClock.ts';
import { innerRows } from './issueInner.ts';
import { dutyChanges, noDuty, ownerRows } from './issueOwner.ts';
import {
  act,
  desk,
  emptyIssue,
  handlers,
  notYourOfficer,
  notYourUnit,
  partyOf,
} from './issueRow.ts';
import { clockOfStatus, Issue, issueStatusLabels, openStatuses } from './issueShape.ts';
import { sideRoads } from './issueSide.ts';
import { notYetDue, refusal } from './refused.ts';
import type { Report } from './reportShape.ts';
import { remaining } from './timeLimit.ts';
import { isWorkCode } from './work.ts';
import { z } from 'zod';
import { mergeRows } from './issueMerge.ts';
import { verifyRows } from './issueVerify.ts';

const mainRoad = {
  accept: act({
    label: '立案',
    sentence: '受理立案',
    source: '选择立案条件即定时限（domain b.1 案卷建立）；统一纳入平台（seed 000-9）',
    by: desk,
    from: 'new',
    to: 'accepted',
    startsFrom: {
      noun: 'report',
      as: 'reportId',
      refuse: (report: Report) =>
        report.status === 'submitted' || report.status === 'confirming'
          ? undefined
          : refusal('wrongStatus', '只有待受理、核实中的来件可以立案'),
    },
    input: z.strictObject({
      reportId: id('来件', 'text'),
      categoryCode: categoryCode(),
      conditionNo: number('立案条件', 1, 99),
      areaCode: area(),
      siteId: site().optional(),
      place: place().optional(),
      address: address().optional(),
      description: words('问题描述').optional(),
      isUrgent: yesNo('紧急').optional(),
    }),
    needs: [
      'report',
      'category',
      'settings',
      'calendar',
      'area',
      'site',
      'issueNumber',
      'recurrenceOf',
      // Kept in the event beside what was chosen: corrections are counted and learned from.
      'suggestion',
    ],
    check: (_record, input, { facts }) => {
      if (!facts.report) return refusal('noReport', '来件不存在或不在您的范围内');
      if (!facts.category) return refusal('noCategory', '类别不存在或已停用，请重新选择');
      if (!conditionOf(facts.category, input.conditionNo)) {
        return refusal('noCondition', '该类别没有这条立案条件，请重新选择');
      }
      if (!facts.area?.isActive) return refusal('noArea', '所属区域不存在或已停用，请重新选择');
      if (input.siteId && !facts.site) return refusal('noSite', '点位不存在或已停用，请重新选择');
      if (!facts.issueNumber) {
        return refusal('numbersUsedUp', '今日案件编号 99,999 个已用完，请明日再立案');
      }
      return undefined;
    },
    changes: (_record, input, { now, id: issueId, facts }) => {
      const report = facts.report as Report;
      const category = facts.category as NonNullable<typeof facts.category>;
      const condition = conditionOf(category, input.conditionNo);
      const grade = facts.area?.grade ?? null;
      const { urgency } = report;
      return {
        ...emptyIssue,
        ...noDuty,
        id: issueId,
        number: facts.issueNumber ?? '',
        channel: report.channel,
        urgency,
        categoryId: category.id,
        categoryCode: category.code,
        conditionNo: input.conditionNo,
        timeLimit: condition ? limitFor(condition, grade).limit : { value: 1, unit: 'workDay' },
        grade,
        description: input.description ?? report.content,
        address: input.address ?? report.address ?? facts.site?.address ?? null,
        areaCode: facts.area?.code ?? input.areaCode,
        siteId: input.siteId ?? report.siteId,
        lng: input.place?.lng ?? report.lng ?? facts.site?.lng ?? null,
        lat: input.place?.lat ?? report.lat ?? facts.site?.lat ?? null,
        isUrgent: input.isUrgent ?? urgency === 'danger',
        isDayAndNight: isDayAndNight(report),
        recurring: facts.recurrenceOf !== null,
        recurrenceOf: facts.recurrenceOf,
        acceptedAt: now,
        ...deskClock({ clocks: {} }, now, facts.settings.dispatchLimits[urgency], '立案', facts),
      };
    },
    also: (_record, { reportId }, { id: issueId }) => [
      { noun: 'report', id: reportId, action: 'attach', input: { issueId } },
    ],
  }),

  dispatch: act({
    label: '派单',
    sentence: '派给{unitId}',
    source: '统一纳入网格平台进行派单、处置、督办（seed 000-9）；主办加协办（domain b.1）',
    by: desk,
    from: ['accepted'],
    to: 'dispatched',
    input: z.strictObject({
      unitId: unit('主办单位'),
      assistUnitIds: units().optional(),
      note: note('派单意见').optional(),
    }),
    needs: ['calendar', 'settings', 'category', 'unit', 'assistUnits', 'dutySuggestion'],
    check: (issue, { unitId, assistUnitIds = [] }, { facts }) => {
      if (!facts.unit?.isActive) return refusal('noUnit', '单位不存在或已停用，请重新选择');
      if (
        facts.assistUnits.length !== assistUnitIds.length ||
        facts.assistUnits.some((u) => !u.isActive)
      ) {
        return refusal('noUnit', '协办单位不存在或已停用，请重新选择');
      }
      return [unitId, ...issue.assistUnitIds].some((party) => assistUnitIds.includes(party))
        ? refusal('twice', '主办、协办单位不能重复，请调整')
        : undefined;
    },
    changes: (issue, { unitId }, { now, facts }) => {
      if (!facts.unit) return {};
      const timed = { ...issue, ...rectifyClock(issue, now, facts) };
      return {
        unitId,
        assistUnitIds: issue.assistUnitIds.filter((party) => party !== unitId),
        partyUnitIds: partyOf(unitId, issue.assistUnitIds),
        ...dutyChanges(facts.dutySuggestion, unitId),
        dispatchedAt: now,
        claimedAt: null,
        deskDue: null,
        rectifyDue: timed.rectifyDue,
        milestones: timed.milestones,
        milestoneDue: timed.milestoneDue,
        ...claimClock(timed, facts.unit, now, facts),
      };
    },
    also: (issue, { assistUnitIds = [], note: task }, { childId }) =>
      assistUnitIds.map((unitId, n) => ({
        noun: 'assist',
        id: childId(n),
        action: 'ask',
        input: { issueId: issue.id, unitId, task: task ?? '协助主办单位整改' },
      })),
  }),

  claim: act({
    label: '领办',
    sentence: '领办',
    source: '一刻钟“见诉领办”（seed 004-23，domain c.4）',
    by: handlers,
    from: ['dispatched'],
    to: 'claimed',
    input: z.strictObject({ note: note().optional() }),
    refuse: notYourUnit,
    changes: (issue, _input, { now }) => ({ claimedAt: now, ...handlingLevels(issue, {}) }),
  }),

  assign: act({
    label: '指派经办人',
    sentence: '指派经办人{postId}',
    source: '单位负责人指派经办人（product 5）',
    by: ['unitHead'],
    from: ['claimed'],
    input: z.strictObject({ postId: post('经办人'), note: note().optional() }),
    needs: ['post'],
    refuse: (issue, asked) =>
      notYourUnit(issue, asked) ??
      (issue.isHeld ? refusal('held', '挂账期间不能指派，请先恢复办理') : undefined),
    check: (_issue, _input, { actor, facts: { post: chosen } }) =>
      chosen?.isActive && chosen.line === 'handling' && actor.unitIds.includes(chosen.unitId ?? '')
        ? undefined
        : refusal('notYourOfficer', '经办人须是本单位的在岗人员，请另选'),
    changes: (_issue, { postId }, { facts: { post: chosen } }) => ({
      officerPostId: postId,
      officerId: chosen?.personId ?? null,
    }),
  }),

  unassign: act({
    label: '撤销指派',
    sentence: '撤销经办人指派',
    source: '退单前须先撤销本单位的指派（domain b.2 退单）',
    by: ['unitHead'],
    from: ['claimed'],
    input: z.strictObject({ note: note('原因').optional() }),
    refuse: (issue, asked) =>
      notYourUnit(issue, asked) ??
      (issue.officerPostId ? undefined : refusal('notAssigned', '尚未指派经办人')),
    changes: () => ({ officerPostId: null, officerId: null }),
  }),

  rectify: act({
    label: '整改完成',
    sentence: '整改完成：{words}',
    source:
      '处置后由单位反馈，文字、照片和本轮新做的工程量（domain b.1 处理反馈；seed 003-28、004-18）',
    by: handlers,
    from: ['claimed'],
    to: 'rectified',
    input: z.strictObject({
      words: words('整改情况', 2000),
      photos: photos('整改后照片'),
      works: works('本轮新做的工程量').optional(),
      deviceAt: moment('现场时间').optional(),
    }),
    needs: ['calendar', 'settings', 'photos'],
    refuse: (issue, asked) => {
      if (issue.isHeld) return refusal('held', '挂账期间不能办结，请先恢复办理');
      if (issue.openAssistCount > 0) {
        return refusal(
          'assistsOpen',
          `还有 ${issue.openAssistCount} 个协办未完成，请等待完成或先释放`,
        );
      }
      return notYourOfficer(issue, asked) ?? notYourUnit(issue, asked);
    },
    check: (issue, { photos: shown, works: done = [], deviceAt }, { now }) => {
      if (shown.length === 0) return refusal('noPhoto', '请上传整改后照片');
      const unknown = done.find(({ code }) => !isWorkCode(code));
      if (unknown) return refusal('noWork', `工程量“${unknown.code}”不在目录中，请从目录中选择`);
      const begun = issue.claimedAt ?? issue.dispatchedAt ?? issue.acceptedAt;
      return deviceAt && (deviceAt < begun || deviceAt > now)
        ? refusal('badDeviceTime', '现场时间须在领办之后、现在之前，请检查手机时间')
        : undefined;
    },
    changes: (issue, input, { now, facts }) => ({
      rectifiedAt: now,
      ...reachedStages(issue, now),
      deviceRectifiedAt: input.deviceAt ?? null,
      countedRectifiedAt: now,
      works: [...issue.works, ...(input.works ?? [])],
      photoCount: issue.photoCount + input.photos.length,
      remainingMinutes: remaining(
        now,
        issue.rectifyDue ?? now,
        issue.timeLimit.unit,
        facts.calendar,
      ),
      ...deskClock(issue, now, facts.settings.deskLimit, '整改完成', facts),
    }),
  }),
};

const timeRows = {
  escalate: act({
    label: '超时升级',
    sentence: '{clock}超时，升级到第 {level} 级',
    source: '15 分钟值班人、30 分钟负责人、60 分钟专席（domain c.4；product 5）',
    by: ['system'],
    from: openStatuses,
    isNeutral: true,
    input: z.strictObject({
      clock: z.enum(['desk', 'claim', 'rectify', 'verify']),
      level: z.number().int().min(1).max(9),
      due: moment('时限'),
      stage: text('阶段', 40).optional(),
      isLast: z.boolean(),
    }),
    check: (issue, { clock, level }, { now }) => {
      if (clock !== clockOfStatus[issue.status])
        return refusal('notDue', '这一时限已经办结，无需升级');
      return level === issue.escalationLevel + 1
        ? notYetDue(issue.escalateAt, now)
        : refusal('levelDone', '该级已升级');
    },
    changes: (issue, { level }) => ({
      escalationLevel: level,
      escalateAt: nextEscalation(issue, level),
    }),
  }),
};

export const issue = noun({
  name: 'issue',
  plural: 'issues',
  label: '案件',
  shape: Issue,
  seen: { areas: ['areaCode', 'verifyAreaCode'], units: ['partyUnitIds'], persons: ['verifierId'] },
  statuses: issueStatusLabels,
  finals: ['closed', 'void'],
  defaults: { grade: null, milestones: [], milestoneDue: null, ...noDuty },
  onEvery: (before, changes, row, { actor }) => {
    const acted = changes.actedIds ?? before.actedIds;
    const isActing = !row.isNeutral && actor.role !== 'system' && !acted.includes(actor.personId);
    return isActing ? { actedIds: [...acted, actor.personId] } : {};
  },
  actions: {
    ...mainRoad,
    ...verifyRows,
    ...timeRows,
    ...sideRoads,
    ...mergeRows,
    ...ownerRows,
    ...innerRows,
  },
});
