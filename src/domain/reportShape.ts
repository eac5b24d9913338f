/**
 * The shape of a Report 上报、来件: its columns, statuses and their words. What may happen to it is in
 * `report.ts`. Sources: domain reference b.1, c.1, c.5.
 */
import { z } from 'zod';
import { Channel, ComplaintKind, Urgency } from './channel.ts';
import { Derivation } from './derivation.ts';
import { Moment } from './moment.ts';
import { keptFields } from './versioned.ts';

export const ReportStatus = [
  'submitted',
  'confirming',
  'joined',
  'selfHandled',
  'declined',
  'withdrawn',
  'answered',
] as const;

/** The clocks of a report: 受理 while it waits, 核实 while somebody looks, 答复 once it is joined. */
export const ReportClock = z.enum(['accept', 'confirm', 'answer']);
export type ReportClock = z.infer<typeof ReportClock>;

export const reportClockLabels: Record<ReportClock, string> = {
  accept: '受理',
  confirm: '核实',
  answer: '答复',
};

export const clockOfReportStatus: Partial<Record<(typeof ReportStatus)[number], ReportClock>> = {
  submitted: 'accept',
  confirming: 'confirm',
  joined: 'answer',
};

export const Report = z.object({
  ...keptFields(ReportStatus),
  number: z.string(),
  channel: Channel,
  senderCode: z.string().nullable(),
  outsideNumber: z.string().nullable(),
  /** What the sender calls it: a class of its own tree, all levels. */
  outsideClass: z.string().nullable(),
  originNoun: z.string().nullable(),
  originId: z.uuid().nullable(),
  kind: ComplaintKind.nullable(),
  urgency: Urgency,
  content: z.string(),
  address: z.string().nullable(),
  areaCode: z.string(),
  siteId: z.uuid().nullable(),
  categoryCode: z.string().nullable(),
  lng: z.number().nullable(),
  lat: z.number().nullable(),
  isConfidential: z.boolean(),
  complainantName: z.uuid().nullable(),
  complainantPhone: z.uuid().nullable(),
  complainantEmail: z.uuid().nullable(),
  isAnonymized: z.boolean(),
  followHash: z.string().nullable(),
  reporterId: z.uuid().nullable(),
  confirmerId: z.uuid().nullable(),
  confirmPostId: z.uuid().nullable(),
  confirmResult: z.enum(['true', 'false', 'unclear']).nullable(),
  confirmWords: z.string().nullable(),
  issueId: z.uuid().nullable(),
  statusBeforeJoin: z.enum(ReportStatus).nullable(),
  declineReason: z.string().nullable(),
  answer: z.string().nullable(),
  isAnswerOpen: z.boolean(),
  isHistoric: z.boolean(),
  submittedAt: Moment,
  claimedAt: Moment.nullable(),
  answeredAt: Moment.nullable(),
  acceptDue: Moment.nullable(),
  confirmDue: Moment.nullable(),
  answerDue: Moment.nullable(),
  escalateAt: Moment.nullable(),
  escalatedClock: z.string().nullable(),
  photoCount: z.number().int(),
  clocks: z.partialRecord(ReportClock, Derivation),
});
export type Report = z.infer<typeof Report>;

export const reportStatusLabels: Record<Report['status'], string> = {
  submitted: '待受理',
  confirming: '核实中',
  joined: '已立案',
  selfHandled: '已自行处置',
  declined: '不予立案',
  withdrawn: '已撤回',
  answered: '已答复',
};
