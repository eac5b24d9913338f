/**
 * Push rule 推送规则: what makes a subscription a grid platform: which cases go there by themselves, and what the
 * words of its states mean here. Its area and unit are those of the subscription. Source: issue 5-2; domain b.1.
 */
import { z } from 'zod';
import { Channel } from './channel.ts';
import { text } from './fields.ts';
import type { Issue } from './issueShape.ts';

/** What a platform can tell of a case. */
export const PlatformState = z.enum(['received', 'claimed', 'rectified', 'sentBack', 'note']);
export type PlatformState = z.infer<typeof PlatformState>;

export const platformStateLabels: Record<PlatformState, string> = {
  received: '仅记录',
  claimed: '领办',
  rectified: '整改完成',
  sentBack: '退单',
  note: '添加说明',
};

export const PushRule = z.strictObject({
  isAutomatic: z.boolean(),
  /** Beginnings of category codes; none: all. */
  categoryCodes: z
    .array(z.string().regex(/^[PEX][0-9A-Z]{0,6}$/, '类别代码格式不对，例如 E01 或 E0101'))
    .max(50, '最多 50 个类别'),
  /** None: all. */
  channels: z.array(Channel).max(Channel.options.length),
  /** The platform's own words, each with what it means here. */
  states: z
    .array(z.strictObject({ theirs: text('对方状态', 40), ours: PlatformState }))
    .min(1, '请至少对照一个状态')
    .max(40, '最多对照 40 个状态')
    .refine(
      (list) => new Set(list.map(({ theirs }) => theirs)).size === list.length,
      '同一个状态只需对照一次',
    ),
});
export type PushRule = z.infer<typeof PushRule>;

/** How grid platforms commonly call their states (the stages of GB/T 30428), to begin with. */
export const usualStates: PushRule['states'] = [
  { theirs: '已接收', ours: 'received' },
  { theirs: '已受理', ours: 'received' },
  { theirs: '处置中', ours: 'claimed' },
  { theirs: '已处置', ours: 'rectified' },
  { theirs: '退回', ours: 'sentBack' },
  { theirs: '说明', ours: 'note' },
];

/** Does the case go by itself, as far as category and channel say? */
export const isPushed = (
  { isAutomatic, categoryCodes, channels }: PushRule,
  { categoryCode, channel }: Pick<Issue, 'categoryCode' | 'channel'>,
): boolean =>
  isAutomatic &&
  (categoryCodes.length === 0 || categoryCodes.some((code) => categoryCode.startsWith(code))) &&
  (channels.length === 0 || channels.includes(channel));
