/**
 * Roster 值班表: who is on duty in a unit, by weekday and time of day; a line for one date takes the place
 * of the unit's weekly ones on that day. It decides when the claim clock of an ordinary matter runs and
 * who is told first. Source: domain reference c.1 (7×24 签收), c.4.
 */
import { z } from 'zod';
import type { Actor } from './access.ts';
import { actionOf, noun } from './action.ts';
import { day, post, unit, weekdays } from './fields.ts';
import { addDays, atLocalTime, Day, localDay, weekday, type Moment } from './moment.ts';
import type { PostFact } from './facts.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, restore, retire } from './versioned.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时间须为 00:00 至 23:59');

export const Roster = z.object({
  ...keptFields(['active', 'retired']),
  unitId: z.uuid(),
  postId: z.uuid(),
  /** Empty for a line of one date. */
  weekdays: z.array(z.number().int().min(1).max(7)),
  day: Day.nullable(),
  startsAt: time,
  endsAt: time,
});
export type Roster = z.infer<typeof Roster>;

/** A roster line as a rule sees it. A shift that ends before it starts ends on the next day. */
export type RosterShift = Pick<Roster, 'postId' | 'weekdays' | 'startsAt' | 'endsAt'> & {
  day?: Day | null;
};

/** The lines that count on a local day: those of the date, else those of its weekday. */
export function shiftsOn<S extends Pick<RosterShift, 'day' | 'weekdays'>>(
  shifts: readonly S[],
  on: Day,
): S[] {
  const dated = shifts.filter((shift) => shift.day === on);
  return dated.length > 0
    ? dated
    : shifts.filter((shift) => !shift.day && shift.weekdays.includes(weekday(on)));
}

/** Days ahead for which single dates are looked at: longer than any claim clock. */
const daysAhead = 14;

/** A unit's lines as rules see them: the weekly ones, and those of the single dates around a day. */
export const shiftsAround = (rosters: readonly Roster[], today: Day): RosterShift[] =>
  rosters
    .filter(({ day: on }) => !on || (addDays(today, -1) <= on && on <= addDays(today, daysAhead)))
    .map(({ postId, weekdays: weekly, startsAt, endsAt, day: on }) => ({
      postId,
      weekdays: weekly,
      startsAt,
      endsAt,
      ...(on === null ? {} : { day: on }),
    }));

const spanOn = (shift: RosterShift, day: Day): { from: Moment; to: Moment } => ({
  from: atLocalTime(day, shift.startsAt),
  to: atLocalTime(shift.endsAt > shift.startsAt ? day : addDays(day, 1), shift.endsAt),
});

/** The spans that begin on a local day. */
export const dutyWindows = (
  shifts: readonly RosterShift[],
  day: Day,
): { from: Moment; to: Moment }[] => shiftsOn(shifts, day).map((shift) => spanOn(shift, day));

/** The posts on duty at a moment, `today` being its local day. */
export const onDuty = (shifts: readonly RosterShift[], today: Day, now: Moment): string[] =>
  [addDays(today, -1), today].flatMap((day) =>
    shiftsOn(shifts, day)
      .filter((shift) => {
        const { from, to } = spanOn(shift, day);
        return from <= now && now < to;
      })
      .map((shift) => shift.postId),
  );

const act = actionOf<Roster>();
const fields = {
  postId: post('值班岗位'),
  startsAt: time.meta({ title: '开始时间（如 08:00）', kind: 'text' }),
  endsAt: time.meta({ title: '结束时间（如 20:00）', kind: 'text' }),
};

/** A unit head keeps the roster of their own unit, the system administrator all of them. */
const notYours = (unitId: string, actor: Actor): Refusal | undefined =>
  actor.role === 'unitHead' && !actor.unitIds.includes(unitId)
    ? refusal('notYourUnit', '只能为本单位排班')
    : undefined;

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
  defaults: { day: null },
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
      input: z.strictObject({
        unitId: unit('值班单位'),
        weekdays: weekdays('每周星期几').optional(),
        day: day('或只在某一天').optional(),
        ...fields,
      }),
      needs: ['post'],
      check: (_record, { unitId, weekdays: weekly = [], day: date }, { actor, facts, now }) => {
        if (weekly.length > 0 === (date !== undefined))
          return refusal('badDays', '请选择每周星期几，或只选某一天，二者选一');
        if (date !== undefined && date < localDay(now))
          return refusal('badDays', '不能给过去的日期排班，请改正');
        return notYours(unitId, actor) ?? postProblem(unitId, facts.post);
      },
      changes: (_record, { weekdays: weekly = [], day: date = null, ...rest }) => ({
        ...rest,
        weekdays: weekly,
        day: date,
      }),
    }),
    edit: act({
      label: '调整排班',
      sentence: '调整排班',
      source: '值班表可调整，历史留痕（seed 004-23）',
      by: ['systemAdmin', 'unitHead'],
      from: ['active'],
      input: z.strictObject({ weekdays: weekdays('每周星期几'), ...fields }).partial(),
      refuse: (record, { actor }) => notYours(record.unitId, actor),
      needs: ['post'],
      check: (record, { postId, weekdays: weekly }, { facts }) => {
        if (weekly && record.day !== null)
          return refusal('badDays', '这是某一天的排班，不能改成每周，请另行排班');
        return postId ? postProblem(record.unitId, facts.post) : undefined;
      },
      changes: (_record, input) => input,
    }),
    moveUnit: act({
      label: '随单位合并',
      sentence: '随单位合并转入{unitId}',
      source: '单位合并，值班表随之转入（architecture 9）',
      by: ['systemAdmin'],
      isInner: true,
      from: ['active'],
      input: z.strictObject({ unitId: unit() }),
      changes: (_record, input) => input,
    }),
    retire: act({
      ...retire<Roster>(['systemAdmin', 'unitHead']),
      refuse: (record, { actor }) => notYours(record.unitId, actor),
    }),
    restore: act({
      ...restore<Roster>(['systemAdmin', 'unitHead']),
      refuse: (record, { actor }) => notYours(record.unitId, actor),
      needs: ['post'],
      check: (record, _input, { facts }) => postProblem(record.unitId, facts.post),
      changes: () => ({}),
    }),
  },
});
