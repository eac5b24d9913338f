/**
 * Submitting a report 上报: what is asked for, through which channel a post may report, and the clocks that
 * begin. Sources: domain reference b.1, c.1, c.5; product “The loop” 1.
 */
import { z } from 'zod';
import type { Role } from './access.ts';
import { actionOf, type Given } from './action.ts';
import { Channel, ComplaintKind, Urgency } from './channel.ts';
import {
  address,
  area,
  categoryCode,
  id,
  moment,
  personal,
  photos,
  place,
  site,
  text,
  words,
  yesNo,
} from './fields.ts';
import { maxClassWords } from './orderClass.ts';
import { refusal } from './refused.ts';
import { reportClock } from './reportClock.ts';
import { placeOfMatter } from './reportPlace.ts';
import type { Report } from './reportShape.ts';

const act = actionOf<Report>();

/** Who may report. */
export const reporters: Role[] = [
  'citizen',
  'gridWorker',
  'assessor',
  'desk',
  'shiftLeader',
  'unitHead',
  'officer',
  'supervisor',
  'leader',
  'system',
];

/** Channels a post may report under; the desk takes in every channel. */
export const channelsOfRole = (role: Role): readonly Channel[] => {
  if (role === 'citizen') return ['citizen'];
  if (role === 'gridWorker') return ['patrol'];
  if (role === 'assessor') return ['inspection'];
  if (role === 'unitHead' || role === 'officer') return ['self'];
  return Channel.options;
};

const submitInput = z.strictObject({
  channel: Channel.meta({ title: '来源渠道', kind: 'text' }),
  content: words('问题描述'),
  categoryCode: categoryCode().optional(),
  areaCode: area().optional(),
  siteId: site().optional(),
  place: place().optional(),
  address: address().optional(),
  kind: ComplaintKind.meta({ title: '诉求类型', kind: 'text' }).optional(),
  urgency: Urgency.meta({ title: '紧急程度', kind: 'text' }).optional(),
  senderCode: text('来源单位代码', 40).optional(),
  outsideNumber: text('来源编号', 80).optional(),
  outsideClass: text('来源分类', maxClassWords).optional(),
  originNoun: text('来源对象', 40).optional(),
  originId: id('来源记录', 'text').optional(),
  complainantName: personal('诉求人').optional(),
  complainantPhone: personal('联系电话', 20).optional(),
  complainantEmail: personal('电子邮箱', 100).optional(),
  isConfidential: yesNo('要求保密').optional(),
  followHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  photos: photos().optional(),
  claimedAt: moment('原始时间').optional(),
  isHistoric: yesNo('历史数据').optional(),
});

const clocksOnSubmit = (
  channel: Channel,
  urgency: Urgency,
  isHistoric: boolean,
  { now, facts }: Given<'calendar' | 'settings'>,
) => {
  if (isHistoric) return { acceptDue: null, answerDue: null, escalateAt: null, clocks: {} };
  const { acceptLimits, answerLimits } = facts.settings;
  const accept = reportClock({ urgency, clocks: {} }, 'accept', now, acceptLimits[urgency], facts);
  const begun = { urgency, clocks: accept.clocks };
  const isAnswerable = channel === 'hotline' || channel === 'citizen';
  const answer = isAnswerable
    ? reportClock(begun, 'answer', now, answerLimits[urgency], facts)
    : null;
  return {
    acceptDue: accept.due,
    answerDue: answer?.due ?? null,
    escalateAt: accept.due,
    clocks: answer?.clocks ?? accept.clocks,
  };
};

/** A report arrives. */
export const submit = act({
  label: '上报',
  sentence: '上报问题',
  source: '整合问题发现渠道：网格员主动发现、热线收集诉求、创城抽查抽测（seed 000-5）',
  by: reporters,
  from: 'new',
  to: 'submitted',
  input: submitInput,
  needs: [
    'calendar',
    'settings',
    'area',
    'areaOfPoint',
    'site',
    'photos',
    'reportNumber',
    'sender',
    'category',
  ],
  check: (_record, input, { actor, facts, now }) => {
    if (!channelsOfRole(actor.role).includes(input.channel)) {
      return refusal('channelNotYours', '您的岗位不能以此渠道上报，请更换来源渠道');
    }
    if (!facts.reportNumber)
      return refusal('numbersUsedUp', '今日来件编号已用完，请明日再报或联系系统管理员');
    if (input.areaCode && !facts.area?.isActive)
      return refusal('noArea', '所属区域不存在或已停用，请重新选择');
    if (input.siteId && !facts.site) return refusal('noSite', '点位不存在或已停用，请重新选择');
    if (input.categoryCode && !facts.category)
      return refusal('noCategory', '类别不存在或已停用，请重新选择');
    if (input.senderCode && !facts.sender?.isActive)
      return refusal('noSender', '来源单位未登记或已停用，请先登记');
    if (input.outsideNumber && !input.senderCode)
      return refusal('noSender', '填写来源编号时须选择来源单位');
    if (input.isHistoric && !['desk', 'shiftLeader', 'system'].includes(actor.role)) {
      return refusal('notHistoric', '只有创城专席可以补录历史数据');
    }
    if (input.isHistoric && (!input.claimedAt || input.claimedAt > now)) {
      return refusal('noTime', '补录历史数据须填写已经过去的原始时间');
    }
    return undefined;
  },
  changes: (_record, input, given) => {
    const { facts, actor, now, district } = given;
    const urgency = input.urgency ?? 'ordinary';
    const isHistoric = input.isHistoric ?? false;
    return {
      number: facts.reportNumber ?? '',
      channel: input.channel,
      senderCode: input.senderCode ?? null,
      outsideNumber: input.outsideNumber ?? null,
      outsideClass: input.outsideClass ?? null,
      originNoun: input.originNoun ?? null,
      originId: input.originId ?? null,
      kind: input.kind ?? null,
      urgency,
      content: input.content,
      ...placeOfMatter(input, facts, district),
      categoryCode: input.categoryCode ?? null,
      isConfidential: input.isConfidential ?? false,
      complainantName: input.complainantName ?? null,
      complainantPhone: input.complainantPhone ?? null,
      complainantEmail: input.complainantEmail ?? null,
      isAnonymized: false,
      followHash: input.followHash ?? null,
      reporterId: actor.role === 'citizen' || actor.role === 'system' ? null : actor.personId,
      confirmerId: null,
      confirmPostId: null,
      confirmResult: null,
      confirmWords: null,
      issueId: null,
      statusBeforeJoin: null,
      declineReason: null,
      answer: null,
      isAnswerOpen: false,
      isHistoric,
      submittedAt: now,
      claimedAt: input.claimedAt ?? null,
      answeredAt: null,
      confirmDue: null,
      escalatedClock: null,
      photoCount: input.photos?.length ?? 0,
      ...clocksOnSubmit(input.channel, urgency, isHistoric, given),
    };
  },
});
