/**
 * Roster 值班表: who is on duty in a unit, by weekday and time of day. It decides when the claim clock of
 * an ordinary matter runs and who is told first. Source: domain reference c.1 (7×24 签收), c.4.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { post, unit } from './fields.ts';
import { addDays, atLocalTime, weekday, type Day, type Moment } from './moment.ts';
import type { PostFact } from './facts.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, retire } from './versioned.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时间须为 00:00 至 23:59');

export const Roster = z.object({
  ...keptFields(['active', 'retired']),
  unitId: z.uuid(),
  postId: z.uuid(),
  weekdays: z.array(z.number().int().min(1).max(7)),
  startsAt: time,
  endsAt: time,
});
export type Roster = z.infer<typeof Roster>;

/** A roster line as a rule sees it. A shift that ends before it starts ends on the next day. */
export type RosterShift = Pick<Roster, 'postId' | 'weekdays' | 'startsAt' | 'endsAt'>;

const spanOn = (shift: RosterShift, day: Day): { from: Moment; to: Moment } => ({
  from: atLocalTime(day, shift.startsAt),
  to: atLocalTime(shift.endsAt > shift.startsAt ? day : addDays(day, 1), shift.endsAt),
});

/** The spans that begin on a local day. */
export const dutyWindows = (
  shifts: readonly RosterShift[],
  day: Day,
): { from: Moment; to: Moment }[] =>
  shifts
    .filter((shift) => shift.weekdays.includes(weekday(day)))
    .map((shift) => spanOn(shift, day));

/** The posts on duty at a moment, `today` being its local day. */
export const onDuty = (shifts: readonly RosterShift[], today: Day, now: Moment): string[] =>
  [addDays(today, -1), today].flatMap((day) =>
    shifts
      .filter((shift) => shift.weekdays.includes(weekday(day)))
      .filter((shift) => {
        const { from, to } = spanOn(shift, day);
        return from <= now && now < to;
      })
      .map((shift) => shift.postId),
  );

const act = actionOf<Roster>();
const fields = {
  postId: post('值班岗位'),
  weekdays: z
    .array(z.number().int().min(1).max(7))
    .min(1)
    .max(7)
    .meta({ title: '星期', kind: 'text' }),
  startsAt: time.meta({ title: '开始', kind: 'text' }),
  endsAt: time.meta({ title: '结束', kind: 'text' }),
};

const postProblem = (unitId: string, post: PostFact | null): Refusal | undefined =>
  post?.isActive && post.unitId === unitId
    ? undefined
    : refusal('notOfUnit', '值班岗位须是该单位的在岗岗位，请重新选择');

export const roster = noun({
  name: 'roster',
  plural: 'rosters',
  label: '值班表',
  shape: Roster,
  seen: { open: true },
  statuses: { active: '有效', retired: '停用' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '排班',
      sentence: '排班 {startsAt}–{endsAt}',
      source: '16 镇街 27 部门 24 小时待命（seed 004-23）',
      by: ['systemAdmin', 'unitHead'],
      from: 'new',
      to: 'active',
      input: z.strictObject({ unitId: unit(), ...fields }),
      needs: ['post'],
      check: (_record, { unitId }, { actor, facts }) =>
        actor.role === 'unitHead' && !actor.unitIds.includes(unitId)
          ? refusal('notYourUnit', '只能为本单位排班')
          : postProblem(unitId, facts.post),
      changes: (_record, input) => input,
    }),
    edit: act({
      label: '调整排班',
      sentence: '调整排班',
      source: '值班表可调整，历史留痕（seed 004-23）',
      by: ['systemAdmin', 'unitHead'],
      from: ['active'],
      input: z.strictObject(fields).partial(),
      refuse: (record, { actor }) =>
        actor.role === 'unitHead' && !actor.unitIds.includes(record.unitId)
          ? refusal('notYourUnit', '只能为本单位排班')
          : undefined,
      needs: ['post'],
      check: (record, { postId }, { facts }) =>
        postId ? postProblem(record.unitId, facts.post) : undefined,
      changes: (_record, input) => input,
    }),
    retire: act(retire<Roster>(['systemAdmin'])),
  },
});
