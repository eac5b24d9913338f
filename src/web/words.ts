/** Words 用语: how moments and amounts are written on screens. Labels of records are in the domain. */
import { epochMs, localDay, localTime, type Moment } from '../domain/moment.ts';

/** '10-09 16:40' in UTC+8; with the year when it is not this one. '—' for none. */
export function showMoment(moment: Moment | null | undefined, now?: Moment): string {
  if (!moment) return '—';
  const day = localDay(moment);
  const isOtherYear = now !== undefined && localDay(now).slice(0, 4) !== day.slice(0, 4);
  return `${isOtherYear ? day : day.slice(5)} ${localTime(moment)}`;
}

/** '2 小时', '1 天 3 小时', '12 分钟'. */
export function showSpan(ms: number): string {
  const minutes = Math.floor(Math.abs(ms) / 60_000);
  const [days, hours, rest] = [
    Math.floor(minutes / 1440),
    Math.floor((minutes % 1440) / 60),
    minutes % 60,
  ];
  if (days > 0) return hours > 0 ? `${days} 天 ${hours} 小时` : `${days} 天`;
  if (hours > 0) return hours < 6 && rest > 0 ? `${hours} 小时 ${rest} 分` : `${hours} 小时`;
  return rest > 0 ? `${rest} 分钟` : '不到 1 分钟';
}

/** '还剩 2 小时', '超期 1 天 3 小时'; '' when there is no due moment. */
export function showDue(due: Moment | null | undefined, now: Moment): string {
  if (!due) return '';
  const left = epochMs(due) - epochMs(now);
  return left < 0 ? `超期 ${showSpan(left)}` : `还剩 ${showSpan(left)}`;
}

/** A rule's source without the marks that tell developers where it stands. */
export const showSource = (source: string): string =>
  source.replace(/（(?:domain|seed|issue|product|architecture|trust|DESIGN)[^）]*）/g, '').trim();

/** '1,000+' when there are more than were counted. */
export const showCount = (count: number, isMore: boolean): string =>
  `${count.toLocaleString('zh-CN')}${isMore ? '+' : ''}`;

const briefLength = 40;

/** The beginning of long words, for a line that says which record it is. */
export const showBrief = (text: string): string =>
  text.length > briefLength ? `${text.slice(0, briefLength)}……` : text;

/** Bytes as a person reads them: KB, MB, GB. */
export function showBytes(bytes: number | null): string {
  if (bytes === null) return '—';
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
