/**
 * Callback 回访: after a closing whoever complained is asked whether they were contacted, whether it is solved, how
 * content they are and why not; once for each report and closing. What cannot be asked is invalid and kept apart.
 * What an answer brings about is in `callbackAnswer.ts`, the shift leader's check in `callbackCheck.ts`.
 * Sources: issue 5-12; domain reference c.1 (visit), c.2 (valid visits, strike-out).
 */
import { z } from 'zod';
import type { Role } from './access.ts';
import { actionOf, noun, type Asked } from './action.ts';
import {
  afterAnswer,
  CallbackAnswer,
  inDays,
  isAskedBack,
  noAnswer,
  noClock,
  unclaimed,
} from './callbackAnswer.ts';
import { checkRows } from './callbackCheck.ts';
import {
  Callback,
  CallbackStatus,
  callbackStatusLabels,
  CallOutcome,
  operatorReasons,
} from './callbackShape.ts';
import { id, moment, note, person } from './fields.ts';
import { isSecret } from './likeness.ts';
import { addMinutes, Moment } from './moment.ts';
import { notYetDue, refusal, type Refusal } from './refused.ts';
import type { Report } from './reportShape.ts';

const act = actionOf<Callback>();
const operators: Role[] = ['desk', 'shiftLeader'];

/** How long a row taken by an operator is kept from the others, in minutes. */
export const claimedMinutes = 30;

const isClaimed = ({ operatorId, claimEndsAt }: Callback, now: Moment): boolean =>
  operatorId !== null && claimEndsAt !== null && now < claimEndsAt;

/** Another operator has it now, or nobody has taken it. */
const notHeld = (record: Callback, { actor, now }: Asked): Refusal | undefined => {
  if (isClaimed(record, now) && record.operatorId === actor.personId) return undefined;
  return isClaimed(record, now)
    ? refusal('taken', '这一件正由他人回访，请另选一件')
    : refusal('notTaken', '请先领取，再回访');
};

/** What a call-back takes over from its report. */
const ofReport = (report: Report | null) => ({
  channel: report?.channel ?? ('hotline' as const),
  kind: report?.kind ?? null,
  senderCode: report?.senderCode ?? null,
  isConfidential: report !== null && isSecret(report),
  byPhone: report !== null && report.complainantPhone !== null && !report.isAnonymized,
  byCode: report !== null && report.followHash !== null,
});

export const callback = noun({
  name: 'callback',
  plural: 'callbacks',
  label: '回访',
  shape: Callback,
  seen: { units: ['openUnitId'] },
  statuses: callbackStatusLabels,
  finals: ['answered', 'invalid', 'canceled'],
  actions: {
    /** The issue closed: performed by the system for each report of the hotline or a citizen. */
    open: act({
      label: '发起回访',
      sentence: '案件已结，请诉求人评价',
      source: '结案后回访诉求人：是否联系、是否解决、是否满意（issue 5-12；domain c.1 visit）',
      by: ['system'],
      from: 'new',
      to: ['waiting', 'invalid'],
      input: z.strictObject({
        reportId: id('来件', 'text'),
        issueId: id('案件', 'text'),
        closedAt: Moment,
        isRepeat: z.boolean(),
      }),
      needs: ['report', 'issue', 'settings'],
      check: (_record, { closedAt }, { facts: { report, issue } }) => {
        if (!report || !isAskedBack(report)) return refusal('notAskedBack', '这类来件不回访');
        return issue?.status === 'closed' && issue.closedAt === closedAt
          ? undefined
          : refusal('notClosed', '案件已不在这次结案的状态，不再回访');
      },
      changes: (_record, { reportId, issueId, closedAt, isRepeat }, { now, facts }) => {
        const { issue, settings } = facts;
        const unitId = issue?.unitId ?? null;
        const about = ofReport(facts.report);
        const isReachable = about.byPhone || about.byCode;
        const due = isReachable ? inDays(now, settings.callbackDays) : null;
        return {
          ...noAnswer,
          ...unclaimed,
          status: isReachable ? ('waiting' as const) : ('invalid' as const),
          reportId,
          issueId,
          closedAt,
          unitId,
          openUnitId: about.isConfidential ? null : unitId,
          areaCode: issue?.areaCode ?? '',
          categoryCode: issue?.categoryCode ?? null,
          ...about,
          isForced: issue?.isForced ?? false,
          isRepeat,
          openedAt: now,
          due,
          escalateAt: due,
          attemptCount: 0,
          lastAttemptAt: null,
          visitCount: 1,
          endedAt: isReachable ? null : now,
          invalidReason: isReachable ? null : ('noContact' as const),
        };
      },
    }),

    claim: act({
      label: '领取',
      sentence: '领取回访',
      source: '同一件不由两人同时回访（issue 5-12 operator’s list）',
      by: operators,
      from: ['waiting'],
      input: z.strictObject({}),
      refuse: (record, { actor, now }) => {
        if (!record.byPhone)
          return refusal('noPhone', '没有登记电话，等诉求人凭查询码自评，逾期自动转为无效');
        return isClaimed(record, now) && record.operatorId !== actor.personId
          ? refusal('taken', '这一件正由他人回访，请另选一件')
          : undefined;
      },
      changes: (_record, _input, { now, actor }) => ({
        operatorId: actor.personId,
        claimEndsAt: addMinutes(now, claimedMinutes),
      }),
    }),

    release: act({
      label: '放回',
      sentence: '放回回访名单',
      source: '未访完的放回，由他人继续（issue 5-12 operator’s list）',
      by: operators,
      from: ['waiting'],
      input: z.strictObject({}),
      refuse: notHeld,
      changes: () => ({ operatorId: null, claimEndsAt: null }),
    }),

    logAttempt: act({
      label: '未接通',
      sentence: '回访未成：{outcome}',
      source: '逐次留痕，多次联系不上的转为无效回访（domain c.2 有效回访数）',
      by: operators,
      from: ['waiting'],
      to: ['waiting', 'invalid'],
      input: z.strictObject({
        outcome: CallOutcome.meta({ title: '情况', kind: 'text' }),
        nextAt: moment('约定时间').optional(),
        note: note('说明').optional(),
      }),
      needs: ['settings'],
      refuse: notHeld,
      check: (_record, { outcome, nextAt }, { now }) => {
        if ((outcome === 'later') !== (nextAt !== undefined))
          return refusal('noTime', '约定改时再访须填约定时间，其他情况不填');
        return nextAt !== undefined && nextAt <= now
          ? refusal('past', '约定时间须在现在之后')
          : undefined;
      },
      changes: (record, { outcome, nextAt = null }, { now, facts }) => {
        const attemptCount = record.attemptCount + (outcome === 'later' ? 0 : 1);
        const isOver = attemptCount >= facts.settings.callbackAttempts;
        const tried = { attemptCount, lastAttemptAt: now, ...unclaimed, nextAt };
        return isOver
          ? {
              ...tried,
              ...noClock,
              status: 'invalid' as const,
              invalidReason: 'notReached' as const,
              endedAt: now,
            }
          : tried;
      },
    }),

    record: act({
      label: '记录结果',
      sentence: '电话回访：{solved}，{satisfaction}',
      source: '回访诉求人，评价响应、解决、满意（domain c.1 visit、c.2）',
      by: operators,
      from: ['waiting'],
      to: ['answered', 'contested'],
      input: CallbackAnswer,
      needs: ['issue', 'settings'],
      refuse: notHeld,
      check: (_record, { solved, why }) =>
        solved === 'no' && why === undefined
          ? refusal('noWhy', '未解决的请记下原因，责任单位要据此再办')
          : undefined,
      changes: (record, input, { now, actor, facts: { issue, settings } }) => ({
        ...afterAnswer(record, input, { now, issue, settings }),
        way: 'phone',
        answererId: actor.personId,
        lastAttemptAt: now,
      }),
    }),

    /** The complainant answered by number and code; the door checks both and performs as the system. */
    answerByCode: act({
      label: '凭码自评',
      sentence: '诉求人凭查询码评价：{solved}，{satisfaction}',
      source: '诉求人凭码自行评价，每次结案一次（issue 5-12 by link）',
      by: ['system'],
      from: ['waiting'],
      to: ['answered', 'contested'],
      input: CallbackAnswer,
      needs: ['issue', 'settings'],
      changes: (record, input, { now, facts: { issue, settings } }) => ({
        ...afterAnswer(record, input, { now, issue, settings }),
        way: 'code',
      }),
    }),

    invalidate: act({
      label: '判为无效',
      sentence: '判为无效回访：{invalidReason}',
      source: '无效回访不进分母，另列（domain c.2 有效回访数；issue 5-12）',
      by: operators,
      from: ['waiting'],
      to: 'invalid',
      input: z.strictObject({
        invalidReason: z.enum(operatorReasons).meta({ title: '原因', kind: 'text' }),
        note: note('说明').optional(),
      }),
      refuse: notHeld,
      check: (_record, { invalidReason, note: said }) =>
        invalidReason === 'other' && said === undefined
          ? refusal('noNote', '选“其他”时请说明原因')
          : undefined,
      changes: (_record, { invalidReason }, { now }) => ({
        ...noClock,
        ...unclaimed,
        invalidReason,
        endedAt: now,
      }),
    }),

    expire: act({
      label: '逾期未访',
      sentence: '到期未能回访，转为无效',
      source: '回访有期限，逾期的不进分母，另列（issue 5-12 invalid visits kept apart）',
      by: ['system'],
      from: ['waiting'],
      to: 'invalid',
      input: z.strictObject({ due: Moment }),
      check: (record, _input, { now }) => notYetDue(record.escalateAt, now),
      changes: (_record, _input, { now }) => ({
        ...noClock,
        ...unclaimed,
        invalidReason: 'expired',
        endedAt: now,
      }),
    }),

    cancel: act({
      label: '取消回访',
      sentence: '案件重开或来件撤回，不再回访',
      source: '重开的案件下次结案后再回访（issue 5-12 once per closing）；撤销导入的结果不计',
      by: ['system'],
      from: ['waiting', 'answered', 'contested', 'invalid'],
      to: 'canceled',
      input: z.strictObject({}),
      refuse: ({ status, way }) =>
        status === 'waiting' || way === 'city'
          ? undefined
          : refusal('answered', '这次回访已有结果，不能取消'),
      changes: (_record, _input, { now }) => ({ ...noClock, ...unclaimed, endedAt: now }),
    }),

    /**
     * The city asked by itself and says in its file what it heard: a result of the order, no call of ours. The load
     * performs it as the system, so that nobody writes a result by hand.
     */
    recordOutside: act({
      label: '记入市回访',
      sentence: '记入市热线回访结果：{solved}，{satisfaction}',
      source: '工单字段含三率回访结果（domain c.5；issue 5-1 call-back and three rates）',
      by: ['system'],
      from: 'new',
      to: 'answered',
      input: z.strictObject({
        reportId: id('来件', 'text'),
        loaderId: person('导入人'),
        isContacted: CallbackAnswer.shape.isContacted,
        solved: CallbackAnswer.shape.solved,
        satisfaction: CallbackAnswer.shape.satisfaction,
      }),
      needs: ['report'],
      check: (_record, _input, { facts: { report } }) =>
        report?.channel === 'hotline' && report.senderCode !== null
          ? undefined
          : refusal('notOfCity', '市回访结果只记入市热线转来的工单'),
      changes: (_record, { reportId, loaderId, ...answer }, { now, facts: { report } }) => ({
        ...noAnswer,
        ...unclaimed,
        ...noClock,
        ...answer,
        ...ofReport(report),
        reportId,
        issueId: null,
        closedAt: null,
        unitId: null,
        openUnitId: null,
        areaCode: report?.areaCode ?? '',
        categoryCode: report?.categoryCode ?? null,
        isForced: false,
        isRepeat: false,
        openedAt: now,
        attemptCount: 0,
        lastAttemptAt: null,
        visitCount: 1,
        way: 'city' as const,
        answererId: loaderId,
        endedAt: now,
      }),
    }),

    /** The complainant's data were destroyed: what was said at the call goes with them. */
    anonymize: act({
      label: '销毁诉求人信息',
      sentence: '随来件销毁诉求人信息',
      source: '保存期限届满或本人要求时删除个人信息（domain i PIPL 44–48）',
      by: ['system'],
      from: [...CallbackStatus],
      destroys: 'secrets',
      input: z.strictObject({}),
      changes: () => ({ byPhone: false }),
    }),

    ...checkRows,
  },
});
