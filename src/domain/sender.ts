/**
 * Sender 来源单位: a registered outside system that reports come from (12345 platform, grid platform).
 * Sender + outside number is unique, so the same order sent twice is one report. One that promised to be heard
 * of every so often is noticed when it falls silent. Source: product 1; issue 5-2.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { Channel } from './channel.ts';
import { number, text } from './fields.ts';
import { addMinutes, Moment } from './moment.ts';
import { OrderMap } from './orderMap.ts';
import { refusal } from './refused.ts';
import { keptFields, restore, retire } from './versioned.ts';

export const Sender = z.object({
  ...keptFields(['active', 'retired']),
  code: z.string(),
  name: z.string(),
  channel: Channel,
  /** How the columns of its files are read; its events are the versions of the map. */
  orderMap: OrderMap.nullable(),
  /** It is heard of at least every so many minutes; null: nobody waits for it. */
  expectMinutes: z.number().int().nullable(),
  /** Since when that is so. */
  expectedAt: Moment.nullable(),
  /** Since when it has been missed; null: it has not. */
  missedAt: Moment.nullable(),
});
export type Sender = z.infer<typeof Sender>;

/** 30 days. */
const longestExpected = 43_200;

/** Is it overdue, when it was last heard of at a moment (null: never)? */
export function isSilent(
  { expectMinutes, expectedAt }: Pick<Sender, 'expectMinutes' | 'expectedAt'>,
  heardAt: Moment | null,
  now: Moment,
): boolean {
  if (expectMinutes === null || expectedAt === null) return false;
  const last = heardAt !== null && heardAt > expectedAt ? heardAt : expectedAt;
  return addMinutes(last, expectMinutes) <= now;
}

const act = actionOf<Sender>();
const unexpected = { expectMinutes: null, expectedAt: null, missedAt: null };

export const sender = noun({
  name: 'sender',
  plural: 'senders',
  label: '来源单位',
  shape: Sender,
  seen: { open: true },
  defaults: { orderMap: null, ...unexpected },
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
      changes: (_record, input) => ({ ...input, orderMap: null, ...unexpected }),
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
    expect: act({
      label: '约定来件间隔',
      sentence: '约定来件间隔 {expectMinutes} 分钟',
      source: '停止来件的来源要能发现（issue 5-2）',
      by: ['systemAdmin'],
      from: ['active'],
      input: z.strictObject({
        expectMinutes: number(
          '最长多少分钟来件一次（不填为不约定）',
          5,
          longestExpected,
        ).optional(),
      }),
      changes: (_record, { expectMinutes }, { now }) =>
        expectMinutes === undefined
          ? unexpected
          : { expectMinutes, expectedAt: now, missedAt: null },
    }),
    fallSilent: act({
      label: '久未来件',
      sentence: '超过约定的间隔没有来件',
      source: '停止来件的来源要能发现（issue 5-2）',
      by: ['system'],
      from: ['active'],
      input: z.strictObject({ heardAt: Moment.nullable() }),
      refuse: ({ missedAt, expectMinutes }) =>
        missedAt === null && expectMinutes !== null
          ? undefined
          : refusal('notExpected', '没有约定来件间隔，或已记为久未来件'),
      check: (record, { heardAt }, { now }) =>
        isSilent(record, heardAt, now)
          ? undefined
          : refusal('notSilent', '还没有超过约定的来件间隔'),
      changes: (_record, _input, { now }) => ({ missedAt: now }),
    }),
    speakAgain: act({
      label: '恢复来件',
      sentence: '恢复来件',
      source: '停止来件的来源要能发现（issue 5-2）',
      by: ['system'],
      from: ['active'],
      input: z.strictObject({}),
      refuse: ({ missedAt }) =>
        missedAt === null ? refusal('notSilent', '没有记为久未来件') : undefined,
      changes: () => ({ missedAt: null }),
    }),
    retire: act(retire<Sender>(['systemAdmin'])),
    restore: act(restore<Sender>(['systemAdmin'])),
  },
});
