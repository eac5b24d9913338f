/**
 * Callback answer 回访答案: what a complainant is asked, and what follows from “not solved”: the issue is opened again
 * by rule, or the shift leader decides. Source: issue 5-12 “not solved reopens by rule”; domain reference c.2.
 */
import { z } from 'zod';
import type { Asked } from './action.ts';
import { Satisfaction, Solved, type Callback } from './callbackShape.ts';
import { words, yesNo } from './fields.ts';
import type { Issue } from './issueShape.ts';
import { addMinutes, type Moment } from './moment.ts';
import type { Report } from './reportShape.ts';

const minutesOfDay = 1440;

/** A moment some days from now, calendar days of 24 hours. */
export const inDays = (now: Moment, days: number): Moment => addMinutes(now, days * minutesOfDay);

/** Is a report one whose complainant is asked back? What was loaded as history is not. */
export const isAskedBack = ({
  channel,
  isHistoric,
}: Pick<Report, 'channel' | 'isHistoric'>): boolean =>
  (channel === 'hotline' || channel === 'citizen') && !isHistoric;

/** What is asked, by whatever way. */
export const CallbackAnswer = z.strictObject({
  isContacted: yesNo('办理单位是否联系过'),
  solved: Solved.meta({ title: '问题是否解决', kind: 'text' }),
  satisfaction: Satisfaction.meta({ title: '是否满意', kind: 'text' }),
  why: words('原因', 1000).optional(),
});
export type CallbackAnswer = z.infer<typeof CallbackAnswer>;

/** A record of which nothing was asked yet. */
export const noAnswer = {
  way: null,
  answererId: null,
  isContacted: null,
  solved: null,
  satisfaction: null,
  why: null,
  endedAt: null,
  invalidReason: null,
  contestReason: null,
  contesterId: null,
  opinion: null,
  deciderId: null,
  reopens: false,
};
export const unclaimed = { operatorId: null, claimEndsAt: null, nextAt: null };
export const noClock = { due: null, escalateAt: null };

interface Standing {
  now: Moment;
  issue: Issue | null;
  settings: Asked['settings'];
}

/**
 * Why “not solved” does not open the issue again by itself; null when it does. The rule holds for a closing that
 * stands, is no older than the days set, was not forced and was not reopened by a call-back before.
 */
export function whyNotByRule(
  record: Pick<Callback, 'closedAt' | 'isForced' | 'isRepeat'>,
  { now, issue, settings: { callbackReopenDays: days } }: Standing,
): string | null {
  if (record.closedAt === null || issue?.status !== 'closed' || issue.closedAt !== record.closedAt)
    return '案件已不在这次结案的状态，未解决是否重开由值班长定';
  if (record.isForced) return '强制结案的案件，诉求人答未解决，是否重开由值班长定';
  if (record.isRepeat) return '已因回访重开过，诉求人仍答未解决，由值班长复核';
  return now > inDays(record.closedAt, days)
    ? `结案已超过 ${days} 天，未解决是否重开由值班长定`
    : null;
}

/** What follows from an answer: it stands, opens the issue again, or goes to the shift leader. */
export function afterAnswer(
  record: Callback,
  answer: CallbackAnswer,
  standing: Standing,
): Partial<Callback> {
  const { now, settings } = standing;
  const dispute = answer.solved === 'no' ? whyNotByRule(record, standing) : null;
  const due = dispute === null ? null : inDays(now, settings.callbackDays);
  return {
    status: dispute === null ? 'answered' : 'contested',
    isContacted: answer.isContacted,
    solved: answer.solved,
    satisfaction: answer.satisfaction,
    why: answer.why ?? null,
    endedAt: now,
    contestReason: dispute,
    reopens: answer.solved === 'no' && dispute === null,
    due,
    escalateAt: due,
    ...unclaimed,
  };
}
