/**
 * The shape of a Callback 回访: its columns, what is asked and the words for it. What may happen to it is in
 * `callback.ts`. Sources: domain reference c.1 (visit), c.2 (rates); issue 5-12.
 */
import { z } from 'zod';
import { Channel, ComplaintKind } from './channel.ts';
import { Moment } from './moment.ts';
import { keptFields } from './versioned.ts';

export const CallbackStatus = ['waiting', 'answered', 'contested', 'invalid', 'canceled'] as const;

export const callbackStatusLabels: Record<(typeof CallbackStatus)[number], string> = {
  waiting: '待回访',
  answered: '已回访',
  contested: '待复核',
  invalid: '无效回访',
  canceled: '已取消',
};

/** Is it solved? `partly` is not solved where rates are counted (domain c.2: solved / valid). */
export const Solved = z.enum(['yes', 'partly', 'no']);
export type Solved = z.infer<typeof Solved>;

export const solvedLabels: Record<Solved, string> = {
  yes: '已解决',
  partly: '部分解决',
  no: '未解决',
};

/** The four steps of content (issue 5-12); the second counts 0.9 (domain c.2). */
export const Satisfaction = z.enum(['satisfied', 'basicallySatisfied', 'fair', 'dissatisfied']);
export type Satisfaction = z.infer<typeof Satisfaction>;

export const satisfactionLabels: Record<Satisfaction, string> = {
  satisfied: '满意',
  basicallySatisfied: '基本满意',
  fair: '一般',
  dissatisfied: '不满意',
};

/** How the answer came: by the code of the report, by telephone, or in the city's own file. */
export const CallbackWay = z.enum(['code', 'phone', 'city']);
export type CallbackWay = z.infer<typeof CallbackWay>;

export const callbackWayLabels: Record<CallbackWay, string> = {
  code: '凭码自评',
  phone: '电话回访',
  city: '市热线回访',
};

/** Why a visit is not valid: it stays out of every denominator and is shown apart (domain c.2). */
export const InvalidReason = z.enum([
  'notReached',
  'wrongNumber',
  'refused',
  'notComplainant',
  'noContact',
  'expired',
  'struck',
  'other',
]);
export type InvalidReason = z.infer<typeof InvalidReason>;

export const invalidReasonLabels: Record<InvalidReason, string> = {
  notReached: '多次联系不上',
  wrongNumber: '号码错误',
  refused: '拒绝回访',
  notComplainant: '称未反映过',
  noContact: '没有联系方式',
  expired: '逾期未能回访',
  struck: '复核剔除',
  other: '其他',
};

/** What an operator may say by hand; the others follow from rules or from the shift leader. */
export const operatorReasons = ['wrongNumber', 'refused', 'notComplainant', 'other'] as const;

export const CallOutcome = z.enum(['noAnswer', 'busy', 'switchedOff', 'later']);
export type CallOutcome = z.infer<typeof CallOutcome>;

export const callOutcomeLabels: Record<CallOutcome, string> = {
  noAnswer: '无人接听',
  busy: '占线或拒接',
  switchedOff: '关机或停机',
  later: '约定改时再访',
};

export const Callback = z.object({
  ...keptFields(CallbackStatus),
  reportId: z.uuid(),
  /** The issue whose closing is asked about; null for a result of the city. */
  issueId: z.uuid().nullable(),
  closedAt: Moment.nullable(),
  /** Who led the issue at that closing: whose rates these are. */
  unitId: z.uuid().nullable(),
  /** The same, but null for confidential reports and tip-offs: by this the unit sees it. */
  openUnitId: z.uuid().nullable(),
  areaCode: z.string(),
  categoryCode: z.string().nullable(),
  channel: Channel,
  kind: ComplaintKind.nullable(),
  senderCode: z.string().nullable(),
  isConfidential: z.boolean(),
  /** Closed by force with a leader's consent. */
  isForced: z.boolean(),
  /** The issue was reopened by an earlier call-back. */
  isRepeat: z.boolean(),
  byPhone: z.boolean(),
  byCode: z.boolean(),
  openedAt: Moment,
  due: Moment.nullable(),
  escalateAt: Moment.nullable(),
  operatorId: z.uuid().nullable(),
  claimEndsAt: Moment.nullable(),
  attemptCount: z.number().int(),
  lastAttemptAt: Moment.nullable(),
  /** Agreed with the complainant. */
  nextAt: Moment.nullable(),
  /** 1, and one more for each time it is asked again. */
  visitCount: z.number().int(),
  way: CallbackWay.nullable(),
  /** Who wrote the answer down; null when the complainant answered. */
  answererId: z.uuid().nullable(),
  isContacted: z.boolean().nullable(),
  solved: Solved.nullable(),
  satisfaction: Satisfaction.nullable(),
  why: z.string().nullable(),
  endedAt: Moment.nullable(),
  invalidReason: InvalidReason.nullable(),
  contestReason: z.string().nullable(),
  contesterId: z.uuid().nullable(),
  opinion: z.string().nullable(),
  deciderId: z.uuid().nullable(),
  /** The issue is to be opened again because of this answer. */
  reopens: z.boolean(),
});
export type Callback = z.infer<typeof Callback>;
