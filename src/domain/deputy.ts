/**
 * Deputy 代班: while somebody is on leave, another of the same line acts under their post: notices and duty
 * go to the deputy, and every event shows the deputy as the person and the post deputised. Separation of
 * duties stays by person. Sources: domain reference b.1 (人岗分离), i (unique accounts, no shared ones).
 */
import { z } from 'zod';
import { isAdministrator, type Actor } from './access.ts';
import { actionOf, noun } from './action.ts';
import type { PostFact } from './facts.ts';
import { day, id, text } from './fields.ts';
import { addDays, Day, localDay, type Moment } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, retire } from './versioned.ts';

export const Deputy = z.object({
  ...keptFields(['active', 'retired']),
  postId: z.uuid(),
  deputyPostId: z.uuid(),
  fromDay: Day,
  toDay: Day,
  note: z.string().nullable(),
});
export type Deputy = z.infer<typeof Deputy>;

/** Does a deputy stand in at a moment? Both days count, in local time. */
export const isStandingIn = (
  { status, fromDay, toDay }: Pick<Deputy, 'status' | 'fromDay' | 'toDay'>,
  now: Moment,
): boolean => {
  const today = localDay(now);
  return status === 'active' && fromDay <= today && today <= toDay;
};

const maxDays = 180;
const act = actionOf<Deputy>();
const toDay = day('最后一天');

const daysProblem = (days: Pick<Deputy, 'fromDay' | 'toDay'>, now: Moment): Refusal | undefined => {
  if (days.toDay < days.fromDay) return refusal('badDays', '最后一天不能早于第一天，请改正');
  if (days.toDay < localDay(now)) return refusal('badDays', '最后一天不能早于今天，请改正');
  return days.toDay > addDays(days.fromDay, maxDays)
    ? refusal('badDays', `代班最长 ${maxDays} 天，更久请由安全管理员任命岗位`)
    : undefined;
};

const overlaps = (
  days: Pick<Deputy, 'fromDay' | 'toDay'>,
  others: readonly Pick<Deputy, 'fromDay' | 'toDay'>[],
): Refusal | undefined =>
  others.some((other) => other.fromDay <= days.toDay && days.fromDay <= other.toDay)
    ? refusal('twoDeputies', '这几天已有人代此岗位，请先结束原来的代班')
    : undefined;

/** Whoever heads the unit of the post, and the administrators for all. */
const notYours = (actor: Actor, post: PostFact | null): Refusal | undefined =>
  actor.role === 'unitHead' && !actor.unitIds.includes(post?.unitId ?? '')
    ? refusal('notYourUnit', '只能为本单位的岗位安排代班')
    : undefined;

function pairProblem(post: PostFact | null, stand: PostFact | null): Refusal | undefined {
  if (!post?.isActive) return refusal('noPost', '岗位不存在或已离岗，请重新选择');
  if (!stand?.isActive) return refusal('noPost', '代班人的岗位不存在或已离岗，请重新选择');
  if (post.personId === stand.personId) return refusal('oneself', '不能由本人代班，请另选一人');
  if (isAdministrator(post.role) || isAdministrator(stand.role))
    return refusal('administrator', '三员岗位不能代班，请由安全管理员任命岗位');
  return post.line === stand.line
    ? undefined
    : refusal('otherLine', '代班人须与该岗位同在一条线（发现核查、处置、指挥管理），请另选一人');
}

const by = ['systemAdmin', 'securityAdmin', 'unitHead'] as const;

export const deputy = noun({
  name: 'deputy',
  plural: 'deputies',
  label: '代班',
  shape: Deputy,
  seen: { open: true },
  statuses: { active: '有效', retired: '已结束' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '安排代班',
      sentence: '由{deputyPostId}代{postId}，{fromDay} 至 {toDay}',
      source: '休假期间由同岗人员代班，账号不共用（domain i identity）',
      by,
      from: 'new',
      to: 'active',
      input: z.strictObject({
        postId: id('被代的岗位', 'post'),
        deputyPostId: id('代班人（岗位）', 'post'),
        fromDay: day('第一天'),
        toDay,
        note: text('说明', 100).optional(),
      }),
      needs: ['post', 'deputyPost', 'deputies'],
      check: (_record, input, { facts, actor, now }) =>
        pairProblem(facts.post, facts.deputyPost) ??
        notYours(actor, facts.post) ??
        daysProblem(input, now) ??
        overlaps(input, facts.deputies),
      changes: (_record, { note = null, ...rest }) => ({ ...rest, note }),
    }),
    edit: act({
      label: '改最后一天',
      sentence: '代班改至 {toDay}',
      source: '假期有变随时调整，历史留痕（domain i audit）',
      by,
      from: ['active'],
      input: z.strictObject({ toDay }),
      needs: ['post', 'deputies'],
      check: (record, input, { facts, actor, now }) => {
        const days = { fromDay: record.fromDay, toDay: input.toDay };
        const others = facts.deputies.filter((other) => other.id !== record.id);
        return notYours(actor, facts.post) ?? daysProblem(days, now) ?? overlaps(days, others);
      },
      changes: (_record, input) => input,
    }),
    retire: act({
      ...retire<Deputy>(by),
      label: '结束代班',
      sentence: '结束代班',
      source: '提前返岗（domain i audit）',
      needs: ['post'],
      check: (_record, _input, { facts, actor }) => notYours(actor, facts.post),
      changes: () => ({}),
    }),
  },
});
