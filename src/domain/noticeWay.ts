/**
 * Notice ways 通知方式: which matters a duty is told of, by which channel, at once or in the digest; from the person's
 * own choice for the post, else from the default of the role. Source: issue 5-11 “per person and duty”.
 */
import { z } from 'zod';
import { NoticeHours, NoticeWhen, usualNoticeHours } from './noticeHours.ts';
import { NoticeKind, noticeTemplates } from './noticeKind.ts';
import type { Line, Role } from './access.ts';
import { refusal, type Refusal } from './refused.ts';

export const NoticeWay = z.strictObject({
  kind: NoticeKind,
  channelId: z.uuid('通知渠道无效，请重新选择'),
  when: NoticeWhen,
});
export type NoticeWay = z.infer<typeof NoticeWay>;

export const NoticeWays = z
  .array(NoticeWay)
  .max(100)
  .refine(
    (ways) =>
      new Set(ways.map(({ kind, channelId }) => `${kind} ${channelId}`)).size === ways.length,
    '同一事项的同一渠道只能选一次',
  );

/** The channel that ways name and the district does not have, in words. */
export const wayProblem = (
  ways: readonly NoticeWay[],
  known: readonly string[],
): Refusal | undefined =>
  ways.every(({ channelId }) => known.includes(channelId))
    ? undefined
    : refusal('noChannel', '所选通知渠道不存在或已停用，请重新选择');

/** What a person chose for a post. */
export interface ChosenDuty {
  postId: string;
  ways: readonly NoticeWay[];
}

interface PostOf {
  id: string;
  role: Role;
  line: Line;
}

interface Wish {
  choice: { duties: readonly ChosenDuty[]; hours: NoticeHours | null } | undefined;
  defaults: readonly { role: string; ways: readonly NoticeWay[]; hours: NoticeHours }[];
}

/**
 * How a person with these posts is told of a kind of matter: each channel once (at once, when one duty wants it at
 * once), and the hours to keep to.
 */
export function waysOf(
  kind: NoticeKind,
  posts: readonly PostOf[],
  { choice, defaults }: Wish,
): { ways: Pick<NoticeWay, 'channelId' | 'when'>[]; hours: NoticeHours } {
  const concerned = posts.filter(({ line }) => noticeTemplates[kind].lines.includes(line));
  const duties = concerned.length > 0 ? concerned : posts;
  const ofRole = (role: Role) => defaults.find((one) => one.role === role);
  const all = duties.flatMap(
    ({ id, role }) =>
      choice?.duties.find(({ postId }) => postId === id)?.ways ?? ofRole(role)?.ways ?? [],
  );
  const ways = new Map<string, NoticeWhen>();
  for (const way of all)
    if (way.kind === kind && ways.get(way.channelId) !== 'now') ways.set(way.channelId, way.when);
  const hours =
    choice?.hours ?? duties.flatMap(({ role }) => ofRole(role)?.hours ?? [])[0] ?? usualNoticeHours;
  return { ways: [...ways].map(([channelId, when]) => ({ channelId, when })), hours };
}
