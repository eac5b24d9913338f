/**
 * GroupPost 群通报: the daily progress 每日进展 of a unit's group and the weekly summary 每周小结, frozen with the
 * figures of that moment (domain j, trap 12); the words are made from the figures, so each number is written
 * once. One for each unit, kind and day, and one for the district. Source: seed 003-25 “进度每天汇报、台账每周汇总”.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { id, text } from './fields.ts';
import { figureLines, GroupFigures } from './groupFigures.ts';
import {
  addDays,
  atLocalTime,
  Day,
  localDay,
  localTime,
  Moment,
  startOfDay,
  weekday,
} from './moment.ts';
import { refusal } from './refused.ts';
import { keptFields } from './versioned.ts';

export const GroupPostKind = z.enum(['daily', 'weekly']);
export type GroupPostKind = z.infer<typeof GroupPostKind>;

export const groupPostKindLabels: Record<GroupPostKind, string> = {
  daily: '每日进展',
  weekly: '每周小结',
};

/** The most units named side by side in the district's post. */
export const mostUnits = 500;

/** A unit in the district's post, beside the others. */
const GroupPostUnit = z.strictObject({ unitName: z.string().max(60), figures: GroupFigures });

const fields = {
  kind: GroupPostKind,
  /** Null: of the whole district. */
  unitId: z.uuid().nullable(),
  /** As the unit was called then. */
  unitName: z.string().max(60),
  day: Day,
  fromAt: Moment,
  untilAt: Moment,
  figures: GroupFigures,
  /** Of the district's post: the units side by side, those with most to do first. */
  units: z.array(GroupPostUnit).max(mostUnits),
};

export const GroupPost = z.object({ ...keptFields(['composed']), ...fields, composedAt: Moment });
export type GroupPost = z.infer<typeof GroupPost>;

const act = actionOf<GroupPost>();

export const groupPost = noun({
  name: 'groupPost',
  plural: 'groupPosts',
  label: '群通报',
  shape: GroupPost,
  seen: { units: ['unitId'] },
  statuses: { composed: '已生成' },
  finals: ['composed'],
  actions: {
    compose: act({
      label: '生成群通报',
      sentence: '生成 {unitName} {day} 群通报',
      source: '快速整改销账机制；进度每天汇报、台账每周汇总（seed 003-25）',
      by: ['system'],
      from: 'new',
      to: 'composed',
      input: z.strictObject({
        ...fields,
        unitId: id('单位', 'unit').nullable(),
        unitName: text('单位名称', 60),
      }),
      check: (_record, { fromAt, untilAt }, { now }) =>
        fromAt < untilAt && untilAt <= now
          ? undefined
          : refusal('notOver', '通报的时段尚未结束，请稍后再生成'),
      changes: (_record, input, { now }) => ({ ...input, composedAt: now }),
    }),
  },
});

/** Hours of the day at which posts are due, from the district's settings. */
export interface PostHours {
  daily: number;
  weekly: number;
}

/** A post that is due: of which day, about which period. */
export interface DuePost {
  kind: GroupPostKind;
  day: Day;
  fromAt: Moment;
  untilAt: Moment;
}

const atHour = (day: Day, hour: number): Moment =>
  atLocalTime(day, `${String(hour).padStart(2, '0')}:00`);

/** Days that are made up for after the program was down. */
const caughtUpDays = 7;

/**
 * The posts due by now, the oldest first, up to seven days back. A daily one is about the 24 hours up to
 * its hour; a weekly one, due on Monday, about the week before, Monday to Sunday.
 */
export function duePosts(now: Moment, hours: PostHours): DuePost[] {
  const today = localDay(now);
  const days = Array.from({ length: caughtUpDays + 1 }, (_, n) => addDays(today, n - caughtUpDays));
  return days.flatMap((day): DuePost[] => {
    const daily: DuePost = {
      kind: 'daily',
      day,
      fromAt: atHour(addDays(day, -1), hours.daily),
      untilAt: atHour(day, hours.daily),
    };
    const weekly: DuePost = {
      kind: 'weekly',
      day,
      fromAt: startOfDay(addDays(day, -7)),
      untilAt: startOfDay(day),
    };
    return [
      ...(weekday(day) === 1 && atHour(day, hours.weekly) <= now ? [weekly] : []),
      ...(daily.untilAt <= now ? [daily] : []),
    ];
  });
}

/** Minutes after which a post is no longer news: it can be read in the product and is not sent to the group. */
export const freshMinutes: Record<GroupPostKind, number> = { daily: 24 * 60, weekly: 3 * 24 * 60 };

const dayWords = (day: Day): string => `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;

/** '11月20日18:00至11月21日18:00'; a week as '11月16日至11月22日'. */
export function periodWords({
  kind,
  fromAt,
  untilAt,
}: Pick<GroupPost, 'kind' | 'fromAt' | 'untilAt'>): string {
  const [from, until] = [localDay(fromAt), localDay(untilAt)];
  return kind === 'weekly'
    ? `${dayWords(from)}至${dayWords(addDays(until, -1))}`
    : `${dayWords(from)}${localTime(fromAt)}至${dayWords(until)}${localTime(untilAt)}`;
}

const mostNamed = 5;

/** '超时未领：环卫中心 2 件、园林中心 1 件。' with the worst units; nothing when there is none. */
function namedUnits(
  { units }: Pick<GroupPost, 'units'>,
  label: string,
  count: (figures: GroupFigures) => number,
): string[] {
  const worst = units
    .filter(({ figures }) => count(figures) > 0)
    .sort((a, b) => count(b.figures) - count(a.figures));
  if (worst.length === 0) return [];
  const named = worst
    .slice(0, mostNamed)
    .map(({ unitName, figures }) => `${unitName} ${count(figures)} 件`)
    .join('、');
  return [`${label}：${named}${worst.length > mostNamed ? `等 ${worst.length} 个单位` : ''}。`];
}

/** The post as it is sent and read: a heading and lines, without any personal data. */
export function groupPostWords(
  post: Pick<GroupPost, 'kind' | 'unitName' | 'fromAt' | 'untilAt' | 'figures' | 'units'>,
): { title: string; lines: string[] } {
  return {
    title: `【${groupPostKindLabels[post.kind]}】${post.unitName} ${periodWords(post)}`,
    lines: [
      ...figureLines(post.figures),
      ...namedUnits(post, '超时未领', ({ unclaimedLate }) => unclaimedLate),
      ...namedUnits(post, '超期未整改', ({ overdue }) => overdue),
    ],
  };
}
