/**
 * Group figures 创城大管家的数字: what a unit's group sees of a period, counted once (`server/group/figures.ts`) and
 * said here in words, for the page 单位对照, the daily progress and the weekly summary alike.
 * Sources: seed 003-24, 003-25 (群内认领、进度每天汇报、台账每周汇总、横向对比), 004-23 (一刻钟见诉领办), domain a.5 (按期处置率).
 */
import { z } from 'zod';
import { rateText } from './rateText.ts';

const count = z.number().int().min(0);

/**
 * Of the matters a unit leads, as they stand; voided and merged ones are left out. A matter counts for the
 * unit that has it, from its last dispatch on.
 */
export const GroupFigures = z.strictObject({
  /** 新派: dispatched in the period. */
  dispatched: count,
  /** 已领办: of these, claimed by the end. */
  claimed: count,
  /** 应领办: of these, claimed, or their time to claim is over. */
  claimDecided: count,
  /** 时限内领办: of these, claimed before the limit. */
  claimedInTime: count,
  /** The median of the minutes from dispatch to claim, by the clock on the wall; null: none claimed. */
  claimMinutes: z.number().nullable(),
  /** 整改完成: rectified in the period. */
  rectified: count,
  /** 应处置: the limit of rectifying fell into the period and is over; exempted ones are left out (申诉剔除). */
  due: count,
  /** 按期处置: of these, rectified before it. */
  rectifiedInTime: count,
  /** 重开: reopened in the period after this unit had rectified. */
  reopened: count,
  /** At the end of the period: 在办, dispatched and not rectified. */
  open: count,
  /** Of these, not claimed though the time to claim is over. */
  unclaimedLate: count,
  /** Of these, not rectified though the limit is over; held ones are left out. */
  overdue: count,
});
export type GroupFigures = z.infer<typeof GroupFigures>;

export const noFigures: GroupFigures = {
  dispatched: 0,
  claimed: 0,
  claimDecided: 0,
  claimedInTime: 0,
  claimMinutes: null,
  rectified: 0,
  due: 0,
  rectifiedInTime: 0,
  reopened: 0,
  open: 0,
  unclaimedLate: 0,
  overdue: 0,
};

/** Nothing happened and nothing waits. */
export const isQuiet = (figures: GroupFigures): boolean =>
  Object.values(figures).every((value) => !value);

const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** 及时领办率: claimed before the limit / claimed or no longer in time (domain c.4 一刻钟见诉领办). */
export const claimRate = ({ claimedInTime, claimDecided }: GroupFigures): number | null =>
  shareOf(claimedInTime, claimDecided);

/** 按期处置率: 按期处置数 / 应处置数 (domain a.5), by the day of the limit (domain j, trap 5). */
export const handleRate = ({ rectifiedInTime, due }: GroupFigures): number | null =>
  shareOf(rectifiedInTime, due);

const rated = (label: string, rate: number | null, part: number, whole: number): string =>
  rate === null ? '' : `，${label} ${rateText(rate)}（${part}/${whole}）`;

/** The figures in Chinese sentences, one number each once, counts beside every rate (domain j, trap 10). */
export function figureLines(figures: GroupFigures): string[] {
  const { dispatched, claimed, claimedInTime, claimDecided, claimMinutes } = figures;
  const { rectified, rectifiedInTime, due, reopened, open, unclaimedLate, overdue } = figures;
  const median = claimMinutes === null ? '' : `，领办用时中位数 ${Math.round(claimMinutes)} 分钟`;
  return [
    `新派 ${dispatched} 件，已领办 ${claimed} 件${rated('及时领办率', claimRate(figures), claimedInTime, claimDecided)}${median}。`,
    `整改完成 ${rectified} 件${rated('按期处置率', handleRate(figures), rectifiedInTime, due)}${reopened > 0 ? `，重开 ${reopened} 件` : ''}。`,
    `期末在办 ${open} 件，其中超时未领 ${unclaimedLate} 件、超期未整改 ${overdue} 件。`,
  ];
}
