/**
 * Notice default 角色默认通知: how whoever holds a role is told of its matters, unless they chose otherwise
 * (`noticeChoice.ts`). One record for each role. Source: issue 5-11.
 */
import { z } from 'zod';
import { Role } from './access.ts';
import { actionOf, noun } from './action.ts';
import { NoticeHours } from './noticeHours.ts';
import { NoticeWays, wayProblem } from './noticeWay.ts';
import { PostRole } from './post.ts';
import { keptFields } from './versioned.ts';

export const NoticeDefault = z.object({
  ...keptFields(['active', 'ended']),
  role: Role,
  ways: NoticeWays,
  hours: NoticeHours,
});
export type NoticeDefault = z.infer<typeof NoticeDefault>;

const act = actionOf<NoticeDefault>();
const by = ['systemAdmin'] as const;

export const noticeDefault = noun({
  name: 'noticeDefault',
  plural: 'notice-defaults',
  label: '角色默认通知',
  shape: NoticeDefault,
  seen: { open: true },
  statuses: { active: '有效', ended: '已取消' },
  finals: ['ended'],
  actions: {
    add: act({
      label: '设置默认通知',
      sentence: '设置角色的默认通知',
      source: '按岗位通知什么、何时通知（issue 5-11）',
      by,
      from: 'new',
      to: 'active',
      input: z.strictObject({
        role: PostRole.meta({ title: '角色', kind: 'text' }),
        ways: NoticeWays,
        hours: NoticeHours,
      }),
      needs: ['noticeChannels'],
      check: (_record, { ways }, { facts }) => wayProblem(ways, facts.noticeChannels),
      changes: (_record, input) => input,
    }),
    edit: act({
      label: '修改',
      sentence: '修改角色的默认通知',
      source: '登记信息可改，历史留痕（architecture 6）',
      by,
      from: ['active'],
      input: z.strictObject({ ways: NoticeWays, hours: NoticeHours }),
      needs: ['noticeChannels'],
      check: (_record, { ways }, { facts }) => wayProblem(ways, facts.noticeChannels),
      changes: (_record, input) => input,
    }),
    end: act({
      label: '取消默认通知',
      sentence: '取消角色的默认通知',
      source: '按岗位通知什么、何时通知（issue 5-11）',
      by,
      from: ['active'],
      to: 'ended',
      input: z.strictObject({}),
      changes: () => ({}),
    }),
  },
});
