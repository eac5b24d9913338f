/** Sending a post 发到群里: to the robots of the unit's group, or of the district's, once and only while it is news. */
import type pg from 'pg';
import { freshMinutes, groupPostWords, type GroupPost } from '../../domain/groupPost.ts';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import type { MasterData } from '../masterData.ts';
import { queueGroupMessage } from '../notices/queue.ts';

/** '**heading**' and the lines below it. */
function markdownOf(post: GroupPost, pageUrl: string | null): string {
  const { title, lines } = groupPostWords(post);
  const link = pageUrl
    ? [`[查看群动态](${pageUrl}/group${post.unitId ? `?unit=${post.unitId}` : ''})`]
    : [];
  return [`**${title}**`, ...lines, ...link].join('\n');
}

/** Queues a post for its group. Without a robot, or when it is too old, it is only read in the product. */
export async function sendPost(
  pool: pg.Pool,
  { noticeChannels }: MasterData,
  post: GroupPost,
  now: Moment,
): Promise<void> {
  if (addMinutes(post.untilAt, freshMinutes[post.kind]) < now) return;
  const robots = noticeChannels.filter(
    ({ status, settings, unitId }) =>
      status === 'active' && settings.kind === 'weComRobot' && unitId === post.unitId,
  );
  for (const { id, pageUrl } of robots)
    await queueGroupMessage(pool, {
      district: post.district,
      channelId: id,
      matter: `groupPost ${post.id}`,
      markdown: markdownOf(post, pageUrl?.replace(/\/+$/, '') ?? null),
      at: now,
    });
}
