/** Callback api 回访接口: the operators' list, one call-back, the three rates, and what a complainant is asked by code. */
import { z } from 'zod';
import { CallbackAnswer } from './callbackAnswer.ts';
import {
  CallbackStatus,
  CallbackWay,
  InvalidReason,
  Satisfaction,
  Solved,
} from './callbackShape.ts';
import { Channel, ComplaintKind } from './channel.ts';
import { Moment } from './moment.ts';
import { filters, list, page, paging } from './paging.ts';
import { EventView, OpenAction } from './views.ts';

/** A call-back as a line of a list. */
export const CallbackItem = z.object({
  id: z.string(),
  version: z.number(),
  status: z.enum(CallbackStatus),
  reportId: z.string(),
  reportNumber: z.string(),
  outsideNumber: z.string().nullable(),
  senderName: z.string().nullable(),
  issueId: z.string().nullable(),
  issueNumber: z.string().nullable(),
  channel: Channel,
  kind: ComplaintKind.nullable(),
  content: z.string(),
  address: z.string().nullable(),
  answer: z.string().nullable(),
  areaName: z.string(),
  categoryName: z.string().nullable(),
  unitName: z.string().nullable(),
  isConfidential: z.boolean(),
  byPhone: z.boolean(),
  byCode: z.boolean(),
  openedAt: Moment,
  closedAt: Moment.nullable(),
  due: Moment.nullable(),
  isOverdue: z.boolean(),
  operatorName: z.string().nullable(),
  /** An operator has it now. */
  isTaken: z.boolean(),
  isMine: z.boolean(),
  attemptCount: z.number(),
  lastAttemptAt: Moment.nullable(),
  nextAt: Moment.nullable(),
  visitCount: z.number(),
  way: CallbackWay.nullable(),
  isContacted: z.boolean().nullable(),
  solved: Solved.nullable(),
  satisfaction: Satisfaction.nullable(),
  why: z.string().nullable(),
  endedAt: Moment.nullable(),
  invalidReason: InvalidReason.nullable(),
  contestReason: z.string().nullable(),
  opinion: z.string().nullable(),
  reopens: z.boolean(),
  actions: z.array(OpenAction),
});
export type CallbackItem = z.infer<typeof CallbackItem>;

/** What became of asking back, in a line of another list. */
export const CallbackMark = CallbackItem.pick({
  status: true,
  isContacted: true,
  solved: true,
  satisfaction: true,
  way: true,
  invalidReason: true,
});
export type CallbackMark = z.infer<typeof CallbackMark>;

const { area, category, channel, from, to } = filters;
const about = {
  channel,
  area,
  category,
  unit: z.uuid().optional(),
  kind: list,
  sender: z.string().max(40).optional(),
};

const counts = {
  valid: z.number(),
  contacted: z.number(),
  solved: z.number(),
  satisfied: z.number(),
  basicallySatisfied: z.number(),
};
const Rates = z.object({
  ...counts,
  /** Call-backs of the same period that count in no rate. */
  invalid: z.number(),
  responseRate: z.number().nullable(),
  resolutionRate: z.number().nullable(),
  satisfactionRate: z.number().nullable(),
});
export const CallbackRateRow = Rates.extend({ key: z.string(), name: z.string() });
export type CallbackRateRow = z.infer<typeof CallbackRateRow>;

/** By what the rates are told apart. */
export const RateBy = z.enum(['unit', 'area', 'category', 'sender', 'kind']);
export type RateBy = z.infer<typeof RateBy>;

const byCode = {
  number: z.string().regex(/^\d{14}$/, '编号为 14 位数字'),
  code: z.string().min(6).max(40),
};

/** What the public door takes: number, code and the answers. */
export const CodedAnswer = z.strictObject({
  requestId: z.uuid(),
  ...byCode,
  answer: CallbackAnswer,
});

export const callbackQueries = {
  callbackList: {
    path: 'callbacks',
    label: '回访名单',
    input: z.strictObject({
      status: list,
      ...about,
      from,
      to,
      words: filters.words,
      /** Taken by whoever asks, and not yet done. */
      mine: z.enum(['1']).optional(),
      /** Only those that may be asked by telephone and that nobody has taken. */
      callable: z.enum(['1']).optional(),
      solved: Solved.optional(),
      satisfaction: Satisfaction.optional(),
      sort: z.enum(['newest', 'due']).optional(),
      ...paging,
    }),
    output: page(CallbackItem),
  },
  /** Before the view, whose address would take `rates` for an id. */
  callbackRates: {
    path: 'callbacks/rates',
    label: '回访三率',
    input: z.strictObject({ ...about, from, to, by: RateBy.optional() }),
    output: z.object({
      total: Rates,
      rows: z.array(CallbackRateRow),
      invalid: z.array(z.object({ reason: InvalidReason, count: z.number() })),
      /** Opened in the period and not yet answered. */
      waiting: z.number(),
    }),
  },
  callbackView: {
    path: 'callbacks/:id',
    label: '回访详情',
    input: z.strictObject({ id: z.uuid() }),
    output: z.object({ item: CallbackItem, events: z.array(EventView) }),
  },
  /** A complainant looks by number and code whether there is something to judge. */
  callbackAsked: {
    path: 'callbacks/asked',
    label: '凭编号和查询码查看待评价事项',
    method: 'post',
    isPublic: true,
    input: z.strictObject(byCode),
    output: z.object({
      number: z.string(),
      state: z.enum(['waiting', 'answered', 'none']),
      content: z.string(),
      answer: z.string().nullable(),
      closedAt: Moment.nullable(),
      due: Moment.nullable(),
    }),
  },
} as const;
