/**
 * Notice hours 免打扰与汇总: when somebody may be told. Times of day are local (UTC+8). Source: issue 5-11 “what,
 * when, quiet hours, digest”.
 */
import { z } from 'zod';
import { addDays, atLocalTime, localDay, localTime, type Moment } from './moment.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '请填写 00:00 至 23:59 之间的时间');

export const NoticeHours = z
  .strictObject({
    /** No quiet hours: both null. They may go over midnight. */
    quietFrom: time.nullable(),
    quietTo: time.nullable(),
    /** Urgent matters wait neither for the end of the quiet hours nor for the digest. */
    isUrgentAnyway: z.boolean(),
    /** When the day's digest is sent. */
    digestAt: time,
  })
  .refine(
    ({ quietFrom, quietTo }) => (quietFrom === null) === (quietTo === null),
    '免打扰的起止时间须同时填写或同时留空',
  )
  .refine(
    ({ quietFrom, quietTo }) => quietFrom === null || quietFrom !== quietTo,
    '免打扰的起止时间不能相同',
  );
export type NoticeHours = z.infer<typeof NoticeHours>;

export const usualNoticeHours: NoticeHours = {
  quietFrom: '22:00',
  quietTo: '07:00',
  isUrgentAnyway: true,
  digestAt: '08:30',
};

export const NoticeWhen = z.enum(['now', 'digest']);
export type NoticeWhen = z.infer<typeof NoticeWhen>;

export const noticeWhenLabels: Record<NoticeWhen, string> = { now: '立即', digest: '每日汇总' };

/** The next moment of a local time of day, the given one included. */
function nextTime(moment: Moment, at: string): Moment {
  const day = localDay(moment);
  const today = atLocalTime(day, at);
  return today >= moment ? today : atLocalTime(addDays(day, 1), at);
}

function isQuiet(moment: Moment, { quietFrom, quietTo }: NoticeHours): boolean {
  if (quietFrom === null || quietTo === null) return false;
  const at = localTime(moment);
  return quietFrom < quietTo ? at >= quietFrom && at < quietTo : at >= quietFrom || at < quietTo;
}

/** The moment itself, or the end of the quiet hours in which it lies. */
const afterQuiet = (moment: Moment, hours: NoticeHours): Moment =>
  hours.quietTo !== null && isQuiet(moment, hours) ? nextTime(moment, hours.quietTo) : moment;

/** When a matter that came up (or may be tried again) at a moment is to be told. */
export function noticeDue(
  moment: Moment,
  when: NoticeWhen,
  isUrgent: boolean,
  hours: NoticeHours,
): Moment {
  if (isUrgent && hours.isUrgentAnyway) return moment;
  return afterQuiet(when === 'digest' ? nextTime(moment, hours.digestAt) : moment, hours);
}
