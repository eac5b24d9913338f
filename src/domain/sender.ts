/**
 * Sender 来源单位: a registered outside system that reports come from (12345 platform, grid platform).
 * Sender + outside number is unique, so the same order sent twice is one report. Source: product 1.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { Channel } from './channel.ts';
import { text } from './fields.ts';
import { OrderMap } from './orderMap.ts';
import { keptFields, restore, retire } from './versioned.ts';

export const Sender = z.object({
  ...keptFields(['active', 'retired']),
  code: z.string(),
  name: z.string(),
  channel: Channel,
  /** How the columns of its files are read; its events are the versions of the map. */
  orderMap: OrderMap.nullable(),
});
export type Sender = z.infer<typeof Sender>;

const act = actionOf<Sender>();

export const sender = noun({
  name: 'sender',
  plural: 'senders',
  label: '来源单位',
  shape: Sender,
  seen: { open: true },
  defaults: { orderMap: null },
  statuses: { active: '在用', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '登记来源单位',
      sentence: '登记来源单位 {name}',
      source: '来源单位加来源编号唯一（issue 3-7）',
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        code: text('代码', 40),
        name: text('名称', 60),
        channel: Channel.meta({ title: '来源渠道', kind: 'text' }),
      }),
      changes: (_record, input) => ({ ...input, orderMap: null }),
    }),
    edit: act({
      label: '修改来源单位',
      sentence: '修改来源单位',
      source: '登记信息可改，历史留痕（issue 3-7）',
      by: ['systemAdmin'],
      from: ['active'],
      input: z.strictObject({ name: text('名称', 60) }),
      changes: (_record, input) => input,
    }),
    setOrderMap: act({
      label: '记住列对照',
      sentence: '记住工单文件的列对照',
      source: '列对照按来源记住，各版留痕（issue 5-1）',
      by: ['desk', 'shiftLeader', 'systemAdmin'],
      from: ['active'],
      input: z.strictObject({ orderMap: OrderMap }),
      changes: (_record, { orderMap }) => ({ orderMap }),
    }),
    retire: act(retire<Sender>(['systemAdmin'])),
    restore: act(restore<Sender>(['systemAdmin'])),
  },
});
