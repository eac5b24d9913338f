/**
 * Notice choice 通知偏好: where a person can be reached and of what they want to be told, post by post; a post without
 * a choice of its own follows the default of its role. Everybody sets their own and nobody another's; those of
 * a retired person the system ends. Phone and mail address are secrets. Source: issue 5-11 “per person and duty: what, when, quiet hours, digest”.
 */
import { z } from 'zod';
import { actionOf, noun, type Asked } from './action.ts';
import { personal } from './fields.ts';
import { NoticeHours } from './noticeHours.ts';
import { NoticeWays, wayProblem, type ChosenDuty } from './noticeWay.ts';
import { PostRole } from './post.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields } from './versioned.ts';

const Duty = z.strictObject({ postId: z.uuid('岗位无效，请刷新页面'), ways: NoticeWays });

export const NoticeChoice = z.object({
  ...keptFields(['active', 'ended']),
  personId: z.uuid(),
  phoneId: z.uuid().nullable(),
  emailId: z.uuid().nullable(),
  duties: z.array(Duty),
  /** Null: those of the role. */
  hours: NoticeHours.nullable(),
});
export type NoticeChoice = z.infer<typeof NoticeChoice>;

const phone = personal('手机号', 20).regex(
  /^1[3-9]\d{9}$/,
  '请填写 11 位手机号，不带空格和国家代码',
);
const email = personal('邮箱', 100).regex(
  /^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
  '请填写邮箱地址，形如：name@example.cn',
);

const input = z.strictObject({
  /** Left out: as before; null: none any more. */
  phone: phone.nullable().optional(),
  email: email.nullable().optional(),
  duties: z
    .array(Duty)
    .max(20)
    .refine(
      (duties) => new Set(duties.map(({ postId }) => postId)).size === duties.length,
      '同一岗位只能设置一次',
    ),
  hours: NoticeHours.nullable(),
});

const dutyProblem = (
  duties: readonly ChosenDuty[],
  facts: { noticeChannels: string[]; ownPosts: string[] },
): Refusal | undefined =>
  duties.every(({ postId }) => facts.ownPosts.includes(postId))
    ? wayProblem(
        duties.flatMap(({ ways }) => ways),
        facts.noticeChannels,
      )
    : refusal('notYourPost', '只能设置自己岗位的通知，请刷新页面后重试');

const notOwn = (record: NoticeChoice, { actor }: Asked): Refusal | undefined =>
  record.personId === actor.personId ? undefined : refusal('notYours', '通知偏好只能由本人设置');

const act = actionOf<NoticeChoice>();
const by = PostRole.options;

export const noticeChoice = noun({
  name: 'noticeChoice',
  plural: 'notice-choices',
  label: '通知偏好',
  shape: NoticeChoice,
  seen: { open: true },
  statuses: { active: '有效', ended: '已取消' },
  finals: ['ended'],
  actions: {
    add: act({
      label: '设置我的通知',
      sentence: '设置自己的通知偏好',
      source: '每人每岗通知什么、何时、免打扰、汇总（issue 5-11）',
      by,
      from: 'new',
      to: 'active',
      input,
      needs: ['noticeChannels', 'ownPosts'],
      check: (_record, { duties }, { facts }) => dutyProblem(duties, facts),
      changes: (_record, { phone: phoneId, email: emailId, ...rest }, { actor }) => ({
        ...rest,
        personId: actor.personId,
        phoneId: phoneId ?? null,
        emailId: emailId ?? null,
      }),
    }),
    edit: act({
      label: '修改',
      sentence: '修改自己的通知偏好',
      source: '每人每岗通知什么、何时、免打扰、汇总（issue 5-11）',
      by,
      from: ['active'],
      input,
      needs: ['noticeChannels', 'ownPosts'],
      refuse: notOwn,
      check: (_record, { duties }, { facts }) => dutyProblem(duties, facts),
      changes: (_record, { phone: phoneId, email: emailId, ...rest }) => ({
        ...rest,
        ...(phoneId === undefined ? {} : { phoneId }),
        ...(emailId === undefined ? {} : { emailId }),
      }),
    }),
    end: act({
      label: '清除我的设置',
      sentence: '清除自己的通知设置，联系方式销毁',
      source: '本人可随时撤回联系方式，人员停用即销毁（个人信息保护法第十五、四十七条）',
      by: [...by, 'system'],
      from: ['active'],
      to: 'ended',
      input: z.strictObject({}),
      refuse: (record, asked) =>
        asked.actor.role === 'system' ? undefined : notOwn(record, asked),
      destroys: 'secrets',
      changes: () => ({ phoneId: null, emailId: null }),
    }),
  },
});
