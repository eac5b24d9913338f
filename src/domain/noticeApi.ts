/** Notice api 通知接口: what the pages of 通知渠道 and 我的通知 ask for. */
import { z } from 'zod';
import { Role } from './access.ts';
import { Moment } from './moment.ts';
import { NoticeChannel } from './noticeChannel.ts';
import { NoticeChoice } from './noticeChoice.ts';
import { NoticeDefault } from './noticeDefault.ts';
import { NoticeHours } from './noticeHours.ts';
import { NoticeKind } from './noticeKind.ts';
import { NoticeWays } from './noticeWay.ts';
import { page, paging } from './paging.ts';
import { OpenAction } from './views.ts';

export const NoticeMessageStatus = z.enum(['waiting', 'sending', 'sent', 'dead', 'unsure']);
export type NoticeMessageStatus = z.infer<typeof NoticeMessageStatus>;

export const noticeMessageLabels: Record<NoticeMessageStatus, string> = {
  waiting: '等待发送',
  sending: '正在发送',
  sent: '已发送',
  dead: '未送达',
  unsure: '结果不明',
};

/** A channel with how sending stands. */
export const NoticeChannelRow = NoticeChannel.omit({ secretId: true }).extend({
  unitName: z.string().nullable(),
  waiting: z.number(),
  dead: z.number(),
  unsure: z.number(),
  /** When something was sent last. */
  sentAt: Moment.nullable(),
  actions: z.array(OpenAction),
});
export type NoticeChannelRow = z.infer<typeof NoticeChannelRow>;

/** One message on its way; who gets it is told by name to the administrator, never by number. */
export const NoticeMessageRow = z.object({
  id: z.string(),
  kind: z.string(),
  kindLabel: z.string(),
  words: z.string(),
  personName: z.string().nullable(),
  status: NoticeMessageStatus,
  attempts: z.number(),
  madeAt: Moment,
  dueAt: Moment,
  lastAt: Moment.nullable(),
  reason: z.string().nullable(),
});
export type NoticeMessageRow = z.infer<typeof NoticeMessageRow>;

const ChannelName = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['weComRobot', 'sms', 'smtp']),
});

/** A post of one's own: the kinds that concern it, and how its role is told unless chosen otherwise. */
const OwnPost = z.object({
  id: z.string(),
  title: z.string(),
  role: Role,
  kinds: z.array(NoticeKind),
  defaults: NoticeWays,
});

export const OwnNotices = z.object({
  choice: NoticeChoice.omit({ phoneId: true, emailId: true }).nullable(),
  /** Masked; null: none given. */
  phone: z.string().nullable(),
  email: z.string().nullable(),
  /** The hours of the role, for whoever chose none. */
  defaultHours: NoticeHours,
  posts: z.array(OwnPost),
  channels: z.array(ChannelName),
});
export type OwnNotices = z.infer<typeof OwnNotices>;

export const noticeQueries = {
  noticeChannelList: {
    path: 'notice-channels',
    label: '通知渠道',
    input: z.strictObject({ status: z.enum(['active', 'retired']).optional(), ...paging }),
    output: page(NoticeChannelRow),
  },
  noticeMessageList: {
    path: 'notice-channels/:id/messages',
    label: '一个渠道的发送情况：等待、未送达、结果不明、已发送',
    input: z.strictObject({ id: z.uuid(), status: NoticeMessageStatus.optional(), ...paging }),
    output: page(NoticeMessageRow),
  },
  noticeDefaultList: {
    path: 'notice-defaults',
    label: '各角色的默认通知',
    input: z.strictObject({}),
    output: z.object({
      items: z.array(NoticeDefault.extend({ actions: z.array(OpenAction) })),
      channels: z.array(ChannelName),
    }),
  },
  ownNotices: {
    path: 'own-notices',
    label: '我的通知设置',
    input: z.strictObject({}),
    output: OwnNotices,
  },
  /** Sends a test message now, and says what came of it. */
  tryNoticeChannel: {
    path: 'notice-channels/try',
    label: '测试一个通知渠道',
    method: 'post',
    input: z.strictObject({
      id: z.uuid(),
      /** The phone or mail address that gets it; not kept. Left out for a group. */
      to: z.string().trim().max(100).optional(),
    }),
    output: z.object({ isSent: z.boolean(), answer: z.string(), ms: z.number() }),
  },
} as const;
