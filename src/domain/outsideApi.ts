/** Outside api 外联接口: what the pages of 外部地址白名单 and 事件订阅 ask for. */
import { z } from 'zod';
import { Moment } from './moment.ts';
import { OutsideAddress } from './outsideAddress.ts';
import { page, paging } from './paging.ts';
import { Subscription } from './subscription.ts';
import { OpenAction } from './views.ts';

export const OutsideAddressRow = OutsideAddress.extend({ actions: z.array(OpenAction) });
export type OutsideAddressRow = z.infer<typeof OutsideAddressRow>;

/** A subscription with the names beside its ids and how its delivery stands. */
export const SubscriptionRow = Subscription.omit({ secretId: true, previousSecretId: true }).extend(
  {
    kindLabels: z.array(z.string()),
    areaName: z.string().nullable(),
    unitName: z.string().nullable(),
    senderName: z.string().nullable(),
    sent: z.number(),
    waiting: z.number(),
    dead: z.number(),
    /** Sealed events it has not come to yet. */
    behind: z.number(),
    succeededAt: Moment.nullable(),
    /** Since when nothing gets through, and why; null: it does. */
    failingSince: Moment.nullable(),
    problem: z.string().nullable(),
    actions: z.array(OpenAction),
  },
);
export type SubscriptionRow = z.infer<typeof SubscriptionRow>;

export const DeliveryStatus = z.enum(['waiting', 'dead', 'sent']);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

export const deliveryStatusLabels: Record<DeliveryStatus, string> = {
  waiting: '等待重试',
  dead: '未送达',
  sent: '已送达',
};

/** One event on its way to a subscriber; `id`: the event's. */
export const DeliveryRow = z.object({
  id: z.string(),
  number: z.number(),
  kind: z.string(),
  kindLabel: z.string(),
  noun: z.string(),
  recordId: z.string(),
  status: DeliveryStatus,
  attempts: z.number(),
  firstAt: Moment,
  lastAt: Moment.nullable(),
  nextAt: Moment,
  httpStatus: z.number().nullable(),
  reason: z.string().nullable(),
});
export type DeliveryRow = z.infer<typeof DeliveryRow>;

export const outsideQueries = {
  outsideAddressList: {
    path: 'outside-addresses',
    label: '外部地址白名单',
    input: z.strictObject({ status: z.enum(['active', 'retired']).optional(), ...paging }),
    output: page(OutsideAddressRow),
  },
  subscriptionList: {
    path: 'subscriptions',
    label: '事件订阅',
    input: z.strictObject({
      status: z.enum(['active', 'paused', 'retired']).optional(),
      ...paging,
    }),
    output: page(SubscriptionRow),
  },
  deliveryList: {
    path: 'subscriptions/:id/deliveries',
    label: '一个订阅的推送情况：等待、未送达、最近送达',
    input: z.strictObject({ id: z.uuid(), status: DeliveryStatus.optional(), ...paging }),
    output: page(DeliveryRow),
  },
  /** Sends a message of the type `ping` now, and says what came of it. */
  trySubscription: {
    path: 'subscriptions/try',
    label: '测试一个订阅的接收地址',
    method: 'post',
    input: z.strictObject({ id: z.uuid() }),
    output: z.object({
      isSent: z.boolean(),
      httpStatus: z.number().nullable(),
      reason: z.string().nullable(),
      ms: z.number(),
    }),
  },
} as const;
