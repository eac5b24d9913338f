/**
 * Channel 来源渠道: how a problem became known. The letter is printed before the issue number.
 * Source: domain reference a.6; seed 000 “整合问题发现渠道”, 004 “媒体曝光”.
 */
import { z } from 'zod';

export const Channel = z.enum([
  'patrol',
  'hotline',
  'inspection',
  'citizen',
  'media',
  'leader',
  'self',
]);
export type Channel = z.infer<typeof Channel>;

export const channelLabels: Record<Channel, string> = {
  patrol: '网格巡查',
  hotline: '12345 热线',
  inspection: '创城抽查',
  citizen: '市民上报',
  media: '媒体曝光',
  leader: '领导批示',
  self: '单位自查',
};

export const channelLetters: Record<Channel, string> = {
  patrol: 'G',
  hotline: 'R',
  inspection: 'C',
  citizen: 'V',
  media: 'M',
  leader: 'L',
  self: 'S',
};

/** How pressing a complaint is; decides its accept and answer limits (domain c.1). */
export const Urgency = z.enum(['danger', 'utility', 'ordinary', 'complex']);
export type Urgency = z.infer<typeof Urgency>;

export const urgencyLabels: Record<Urgency, string> = {
  danger: '危及安全',
  utility: '水电气热',
  ordinary: '一般',
  complex: '疑难复杂',
};

/** Kind of complaint 诉求类型 (domain c.1: 咨询、求助、投诉、举报、建议). */
export const ComplaintKind = z.enum(['inquiry', 'help', 'complaint', 'tipOff', 'suggestion']);
export type ComplaintKind = z.infer<typeof ComplaintKind>;

export const complaintLabels: Record<ComplaintKind, string> = {
  inquiry: '咨询',
  help: '求助',
  complaint: '投诉',
  tipOff: '举报',
  suggestion: '建议',
};
