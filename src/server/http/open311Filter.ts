/**
 * Open311 filters: what a client may ask of `requests`, read from the address. Anything that is given and cannot
 * be understood is refused with a sentence; what is empty counts as not given. Source: GeoReport v2.
 */
import { addMinutes, epochMs, momentAt, startOfDay, Day, Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type { RequestFilter } from '../queries/open311.ts';

/** GeoReport v2, Response Volume: the first 1,000 of at most 90 days. */
export const mostRequests = 1_000;
const longestDays = 90;
/** Further down than this nobody is taken page by page. */
const deepest = 20_000;

const refuse = (message: string): Refused => new Refused(400, 'badInput', message);

const zoned =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?(?:\.(\d{1,9}))?(?:(Z)|([+-])(\d{2}):?(\d{2}))$/;

/** A date or a date and time with zone, as W3C writes them; a date alone is the local day. */
function momentOf(name: string, text: string, isEnd: boolean): Moment {
  const bad = (): Refused =>
    refuse(
      `${name} 不是有效时间，须带时区，例如 2026-03-04T10:00:00+08:00（地址中的加号写作 %2B）`,
    );
  if (Day.safeParse(text).success)
    return isEnd ? addMinutes(startOfDay(text), 24 * 60) : startOfDay(text);
  // An unescaped plus arrives as a blank.
  const parts = zoned.exec(text.replace(' ', '+'));
  if (!parts) throw bad();
  const [, day, time, seconds = ':00', fraction = '', zulu, sign, hours = '0', minutes = '0'] =
    parts;
  const plain = `${day}T${time}${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  if (!Moment.safeParse(plain).success || Number(hours) > 14 || Number(minutes) > 59) throw bad();
  const offset = zulu ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  const found = addMinutes(plain, -offset);
  if (!Moment.safeParse(found).success) throw bad();
  return found;
}

function rangeOf(params: Record<string, string>, now: Moment): { from: Moment; to: Moment } {
  const { start_date: start, end_date: end } = params;
  const span = longestDays * 24 * 60;
  const from = start === undefined ? undefined : momentOf('start_date', start, false);
  const to = end === undefined ? undefined : momentOf('end_date', end, true);
  if (from !== undefined && to !== undefined) {
    if (to < from) throw refuse('end_date 不能早于 start_date');
    if (epochMs(to) - epochMs(from) > (span + 24 * 60) * 60_000)
      throw refuse(`start_date 到 end_date 不能超过 ${longestDays} 天，请分段查询`);
    return { from, to };
  }
  if (from !== undefined) return { from, to: addMinutes(from, span) };
  const last = to ?? now;
  return { from: momentAt(Math.max(0, epochMs(last) - span * 60_000)), to: last };
}

const listOf = (text: string | undefined): string[] | undefined => {
  const items = text?.split(',').map((item) => item.trim());
  const kept = items?.filter((item) => item !== '');
  return kept && kept.length > 0 ? [...new Set(kept)] : undefined;
};

function countOf(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > most) throw refuse(`${name} 须为 1 到 ${most} 的整数`);
  return count;
}

function statusOf(text: string | undefined): RequestFilter['status'] {
  const wanted = listOf(text);
  const strange = wanted?.find((item) => item !== 'open' && item !== 'closed');
  if (strange !== undefined) throw refuse('status 只能是 open 或 closed');
  return wanted?.length === 1 ? (wanted[0] as 'open' | 'closed') : undefined;
}

/** The filter of an address. Throws 400. */
export function filterOf(params: Record<string, string>, now: Moment): RequestFilter {
  const numbers = listOf(params.service_request_id);
  if (numbers) {
    if (numbers.length > mostRequests)
      throw refuse(`service_request_id 一次最多 ${mostRequests} 个`);
    return { numbers, from: now, to: now, limit: mostRequests, offset: 0 };
  }
  const codes = listOf(params.service_code);
  if (codes && codes.length > 300) throw refuse('service_code 一次最多 300 个');
  const status = statusOf(params.status);
  const limit = countOf('page_size', params.page_size, mostRequests) ?? mostRequests;
  const page = countOf('page', params.page, deepest) ?? 1;
  const offset = (page - 1) * limit;
  if (offset > deepest)
    throw refuse(`翻页不能超过前 ${deepest} 条，请用 start_date 和 end_date 缩小范围`);
  return {
    ...rangeOf(params, now),
    ...(codes ? { codes } : {}),
    ...(status ? { status } : {}),
    limit,
    offset,
  };
}
