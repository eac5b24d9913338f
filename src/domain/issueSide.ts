/**
 * The side roads of an issue: 退单, 转办, 协办, 延期, 挂账, 作废, 强制结案, 申诉 and remarks.
 * Sources: domain reference b.2, each row with its own sentence.
 */
import { z } from 'zod';
import type { Asked, Consent } from './action.ts';
import type { Role } from './access.ts';
import { day, id, note, photos, unit, words, yesNo } from './fields.ts';
import {
  claimClock,
  claimClockAgain,
  deskClock,
  extendedClock,
  handlingLevels,
  nextEscalation,
  nextStage,
  reachedStages,
  resumedClock,
  stoppedStages,
} from './issueClock.ts';
import { transferDuty } from './issueOwner.ts';
import {
  act,
  desk,
  handlers,
  minutesLeft,
  notYourOfficer,
  notYourUnit,
  partyOf,
  stopped,
} from './issueRow.ts';
import { isOverdue, type Issue, openStatuses } from './issueShape.ts';
import { addDays, localDay, startOfDay } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';

const everyone: readonly Role[] = [
  ...desk,
  ...handlers,
  'gridWorker',
  'assessor',
  'supervisor',
  'leader',
];
const handling = ['dispatched', 'claimed'] as const;
const until = z.strictObject({
  until: day('挂账截止日'),
  kind: z.enum(['longTerm', 'short']).meta({ title: '挂账类型', kind: 'text' }),
});

const extendRefusal = (issue: Issue, { now, settings }: Asked): Refusal | undefined => {
  if (issue.isHeld) return refusal('held', '挂账期间时限已暂停，无需延期');
  if (isOverdue({ ...issue, status: 'claimed' }, now))
    return refusal('overdue', '已超期，不能再延期');
  return issue.extensionCount >= settings.maxExtensions
    ? refusal('extendedEnough', `已延期 ${issue.extensionCount} 次，不能再延`)
    : undefined;
};

/** A department that guides the unit's line sees the issue; what is done in it is for those who take part. */
const onlyGuides = (issue: Issue, { actor }: Asked): Refusal | undefined =>
  actor.line === 'handling' && !issue.partyUnitIds.some((id) => actor.unitIds.includes(id))
    ? refusal('notYourUnit', '业务指导单位只能查看，由主办或协办单位办理')
    : undefined;

const holdRefusal = (issue: Issue): Refusal | undefined => {
  if (issue.isHeld) return refusal('held', '已在挂账中');
  return issue.holdCount > 0 ? refusal('heldBefore', '每件只能挂账一次') : undefined;
};

export const sideRoads = {
  sendBack: act({
    label: '退单',
    sentence: '退单：{note}',
    source: '处置前方可退单，须说明理由；退单两次后专席指派为最终（domain b.2）',
    by: handlers,
    from: handling,
    to: 'accepted',
    input: z.strictObject({ note: note('退单理由') }),
    needs: ['calendar', 'settings'],
    refuse: (issue, asked) => {
      if (issue.returnCount >= asked.settings.maxReturns) {
        return refusal('returnedEnough', `已退单 ${issue.returnCount} 次，专席的指派为最终决定`);
      }
      if (issue.officerPostId) return refusal('assigned', '已指派经办人，请先撤销指派再退单');
      if (issue.isHeld) return refusal('held', '挂账期间不能退单，请先恢复办理');
      if (issue.milestones.some(({ reachedAt }) => reachedAt !== null))
        return refusal('stageReached', '已完成部分阶段，不能退单；如需其他单位办理，请专席转办');
      return notYourUnit(issue, asked);
    },
    changes: (issue, _input, { now, facts }) => ({
      unitId: null,
      partyUnitIds: partyOf(null, issue.assistUnitIds),
      returnCount: issue.returnCount + 1,
      dispatchedAt: null,
      claimedAt: null,
      claimDue: null,
      rectifyDue: null,
      milestones: [],
      milestoneDue: null,
      ...deskClock(issue, now, facts.settings.dispatchLimits[issue.urgency], '退单', facts),
    }),
  }),

  transfer: act({
    label: '转办',
    sentence: '转办给{unitId}：{note}',
    source: '转办不延长整改时限（issue 3-6；DESIGN）',
    by: desk,
    from: handling,
    to: 'dispatched',
    input: z.strictObject({ unitId: unit('转往单位'), note: note('转办理由') }),
    needs: ['calendar', 'settings', 'unit'],
    refuse: (issue) =>
      issue.isHeld ? refusal('held', '挂账期间不能转办，请先恢复办理') : undefined,
    check: (issue, { unitId }, { facts }) => {
      if (!facts.unit?.isActive) return refusal('noUnit', '单位不存在或已停用，请重新选择');
      return partyOf(issue.unitId, issue.assistUnitIds).includes(unitId)
        ? refusal('twice', '该单位已是主办或协办单位，请另选')
        : undefined;
    },
    changes: (issue, { unitId }, { now, facts }) =>
      facts.unit
        ? {
            unitId,
            partyUnitIds: partyOf(unitId, issue.assistUnitIds),
            ...transferDuty(issue, unitId),
            officerPostId: null,
            officerId: null,
            dispatchedAt: now,
            claimedAt: null,
            ...claimClock(issue, facts.unit, now, facts),
          }
        : {},
  }),

  extend: act({
    label: '延期',
    sentence: '延期一次',
    source: '按原时限顺延一次，至多两次，超期不得延期（domain b.2 延期）',
    by: [...desk, 'leader'],
    consent: 'extension',
    from: handling,
    input: z.strictObject({}),
    needs: ['calendar', 'settings', 'category'],
    refuse: extendRefusal,
    changes: (issue, _input, { now, facts }) => {
      const clock = extendedClock(issue, now, facts);
      return {
        ...clock,
        extensionCount: issue.extensionCount + 1,
        ...(issue.status === 'claimed' ? handlingLevels(issue, clock) : {}),
      };
    },
  }),

  hold: act({
    label: '挂账',
    sentence: '挂账至 {until}',
    source:
      '工程类、季节性问题挂账，须有截止日，不超过一年，仅一次，时限暂停（domain b.2 挂账、缓办）',
    by: [...desk, 'leader'],
    consent: 'hold',
    from: ['claimed'],
    input: until,
    needs: ['calendar', 'settings'],
    refuse: holdRefusal,
    check: (_issue, input, { now, settings }) => {
      const today = localDay(now);
      return input.until > today && input.until <= addDays(today, settings.holdMaxDays)
        ? undefined
        : refusal('badDay', `截止日须在明天以后、${settings.holdMaxDays} 天以内`);
    },
    changes: (issue, input, { now, facts }) => ({
      isHeld: true,
      holdKind: input.kind,
      holdUntil: startOfDay(addDays(input.until, 1)),
      holdCount: issue.holdCount + 1,
      remainingMinutes: minutesLeft(issue, now, facts.calendar),
      milestones: stoppedStages(issue, now, facts),
      escalateAt: null,
    }),
  }),

  resume: act({
    label: '恢复办理',
    sentence: '挂账结束，恢复办理',
    source: '挂账到期自动恢复，剩余时限继续计算（domain b.2 挂账）',
    by: [...desk, ...handlers, 'system'],
    from: ['claimed'],
    input: z.strictObject({ note: note().optional() }),
    needs: ['calendar', 'settings', 'category'],
    refuse: (issue, asked) => {
      if (!issue.isHeld) return refusal('notHeld', '没有挂账，无需恢复');
      return asked.actor.line === 'handling' ? notYourUnit(issue, asked) : undefined;
    },
    changes: (issue, _input, { now, facts }) => {
      const clock = resumedClock(issue, now, issue.remainingMinutes ?? 0, '恢复办理', facts);
      return {
        isHeld: false,
        holdKind: null,
        holdUntil: null,
        ...clock,
        ...handlingLevels(issue, clock),
      };
    },
  }),

  reachMilestone: act({
    label: '完成阶段',
    sentence: '完成一个阶段：{words}',
    source: '一个立案条件可有几段时限（停工、处罚、拆除），逐段以文字和照片反馈（domain a.3）',
    by: handlers,
    from: ['claimed'],
    input: z.strictObject({ words: words('完成情况', 2000), photos: photos('现场照片') }),
    needs: ['photos'],
    refuse: (issue, asked) => {
      if (!nextStage(issue))
        return refusal('noStage', '没有待完成的阶段；全部完成后请办理“整改完成”');
      if (issue.isHeld) return refusal('held', '挂账期间不能办理，请先恢复办理');
      return notYourUnit(issue, asked) ?? notYourOfficer(issue, asked);
    },
    check: (_issue, input) =>
      input.photos.length === 0 ? refusal('noPhoto', '请上传现场照片') : undefined,
    changes: (issue, input, { now }) => {
      const reached = reachedStages(issue, now, 1);
      const escalationLevel = Math.max(0, issue.escalationLevel - 1);
      return {
        ...reached,
        photoCount: issue.photoCount + input.photos.length,
        escalationLevel,
        escalateAt: nextEscalation({ ...issue, ...reached }, escalationLevel),
      };
    },
  }),

  void: act({
    label: '作废',
    sentence: '作废',
    source: '不符合立案条件的作废，说明理由（domain b.2 作废）',
    by: [...desk, 'leader'],
    consent: 'void',
    from: ['accepted', 'dispatched', 'claimed'],
    to: 'void',
    input: z.strictObject({}),
    changes: (_issue, _input, { now }) => ({ ...stopped, rectifyDue: null, closedAt: now }),
  }),

  forceClose: act({
    label: '强制结案',
    sentence: '强制结案',
    source: '领导决定并标记（domain b.2 强制结案）',
    by: ['leader', 'shiftLeader'],
    consent: 'forceClose',
    from: openStatuses,
    to: 'closed',
    input: z.strictObject({}),
    changes: (_issue, _input, { now }) => ({ ...stopped, isForced: true, closedAt: now }),
  }),

  exempt: act({
    label: '申诉剔除',
    sentence: '申诉成立，统计剔除',
    source: '结案后由单位申诉一次，事实不变、统计剔除（domain b.2 超时申诉）',
    by: [...desk, 'leader'],
    consent: 'appeal',
    from: ['closed'],
    input: z.strictObject({}),
    refuse: (issue) => {
      if (issue.isExempt) return refusal('exempt', '已剔除，每件只能申诉一次');
      const doneAt = issue.countedRectifiedAt ?? issue.closedAt;
      return doneAt && issue.rectifyDue && doneAt > issue.rectifyDue
        ? undefined
        : refusal('notOverdue', '未超期，无需申诉');
    },
    changes: () => ({ isExempt: true }),
  }),

  acceptLate: act({
    label: '认可离线时间',
    sentence: '认可现场离线办结时间',
    source: '离线时间经审批才计入按期（architecture 10）',
    by: [...desk, 'leader'],
    consent: 'lateOffline',
    from: ['rectified', 'verifying', 'passed', 'closed'],
    input: z.strictObject({}),
    refuse: (issue) =>
      issue.deviceRectifiedAt && issue.countedRectifiedAt !== issue.deviceRectifiedAt
        ? undefined
        : refusal('noDeviceTime', '没有待认可的离线办结时间'),
    changes: (issue) => ({ countedRectifiedAt: issue.deviceRectifiedAt }),
  }),

  markUrgent: act({
    label: '标为紧急',
    sentence: '调整紧急标记：{note}',
    source: '紧急事项昼夜计时（domain c.1；issue 3-12）',
    by: desk,
    from: openStatuses,
    input: z.strictObject({ isUrgent: yesNo('紧急'), note: note('理由') }),
    needs: ['calendar', 'settings', 'unit'],
    changes: (issue, { isUrgent }, { facts }) => claimClockAgain(issue, { isUrgent }, facts),
  }),

  addNote: act({
    label: '添加说明',
    sentence: '说明：{note}',
    source: '处理意见随时留痕（domain b.3 flow record）',
    by: everyone,
    from: [...openStatuses, 'closed', 'void'],
    isNeutral: true,
    refuse: onlyGuides,
    input: z.strictObject({ note: note() }),
    changes: () => ({}),
  }),

  addPhotos: act({
    label: '补充照片',
    sentence: '补充照片',
    source: '照片为证（domain i photos as evidence）',
    by: everyone,
    from: openStatuses,
    isNeutral: true,
    input: z.strictObject({ photos: photos(), note: note().optional() }),
    needs: ['photos'],
    refuse: onlyGuides,
    check: (_issue, input) =>
      input.photos.length === 0 ? refusal('noPhoto', '请选择照片') : undefined,
    changes: (issue, input) => ({ photoCount: issue.photoCount + input.photos.length }),
  }),

  destroyPhoto: act({
    label: '销毁照片',
    sentence: '销毁照片：{reason}',
    source: '不当照片说明理由后销毁，散列和记录保留（issue 3-14）',
    by: ['shiftLeader', 'securityAdmin'],
    from: [...openStatuses, 'closed', 'void'],
    isNeutral: true,
    destroys: 'photo',
    input: z.strictObject({ photoId: id('照片', 'photos'), reason: note('理由') }),
    changes: () => ({}),
  }),
};

/** The action an approval of each kind performs when it is granted. */
export const actionOfConsent = {
  extension: 'extend',
  hold: 'hold',
  void: 'void',
  forceClose: 'forceClose',
  appeal: 'exempt',
  lateOffline: 'acceptLate',
} as const satisfies Record<Consent, keyof typeof sideRoads>;
