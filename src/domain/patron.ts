/**
 * Patron 包街包片: a leader answerable for an area, from a day to a day. Shown with the area and with every
 * issue in it; the leader's own list is the areas named here. Source: domain reference j (包街包片); glossary.
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { area, day, person, text } from './fields.ts';
import { Day, localDay, type Moment } from './moment.ts';
import { refusal, type Refusal } from './refused.ts';
import { keptFields, retire } from './versioned.ts';

export const Patron = z.object({
  ...keptFields(['active', 'retired']),
  areaCode: z.string(),
  personId: z.uuid().nullable(),
  name: z.string(),
  title: z.string(),
  fromDay: Day,
  toDay: Day.nullable(),
});
export type Patron = z.infer<typeof Patron>;

/** Is the leader answerable for the area at a moment? Both days count, in local time. */
export const isAnswerable = (
  { status, fromDay, toDay }: Pick<Patron, 'status' | 'fromDay' | 'toDay'>,
  now: Moment,
): boolean => {
  const today = localDay(now);
  return status === 'active' && fromDay <= today && (toDay === null || today <= toDay);
};

/**
 * The patrons of a place: of its area and of every area above it, the nearest first. `codesOf`: the codes
 * under which an area's matters are found, for areas that were re-coded since.
 */
export const patronsOf = <P extends Pick<Patron, 'areaCode' | 'status' | 'fromDay' | 'toDay'>>(
  patrons: readonly P[],
  areaCode: string,
  now: Moment,
  codesOf: (code: string) => readonly string[],
): P[] =>
  patrons
    .filter((one) => isAnswerable(one, now))
    .filter((one) => codesOf(one.areaCode).some((code) => areaCode.startsWith(code)))
    .sort((a, b) => b.areaCode.length - a.areaCode.length);

const act = actionOf<Patron>();

const daysProblem = (days: { fromDay: string; toDay?: string | null }): Refusal | undefined =>
  days.toDay && days.toDay < days.fromDay
    ? refusal('badDays', '结束日期不能早于开始日期，请改正')
    : undefined;

export const patron = noun({
  name: 'patron',
  plural: 'patrons',
  label: '包街包片',
  shape: Patron,
  seen: { open: true },
  statuses: { active: '有效', retired: '已结束' },
  finals: ['retired'],
  actions: {
    add: act({
      label: '指定包片领导',
      sentence: '{name}包{areaCode}',
      source: '区领导包街、街道领导包社区（product；glossary 包街包片）',
      by: ['systemAdmin'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        areaCode: area('所包区域'),
        name: text('姓名', 30),
        title: text('职务', 40),
        personId: person('账号').optional(),
        fromDay: day('开始日期'),
        toDay: day('结束日期').optional(),
      }),
      needs: ['area', 'person'],
      check: (_record, input, { facts }) => {
        if (!facts.area?.isActive) return refusal('noArea', '区域不存在或已停用，请重新选择');
        if (input.personId && facts.person?.status !== 'active')
          return refusal('noPerson', '账号不存在或已停用，请重新选择');
        return daysProblem(input);
      },
      changes: (_record, { personId = null, toDay = null, ...rest }) => ({
        ...rest,
        personId,
        toDay,
      }),
    }),
    edit: act({
      label: '修改',
      sentence: '修改包片领导',
      source: '领导分工调整，历史留痕（architecture 6）',
      by: ['systemAdmin'],
      from: ['active'],
      input: z
        .strictObject({ title: text('职务', 40), toDay: day('结束日期').nullable() })
        .partial(),
      check: (record, input) => daysProblem({ ...record, ...input }),
      changes: (_record, input) => input,
    }),
    retire: act({ ...retire<Patron>(['systemAdmin']), label: '结束', sentence: '不再包片' }),
  },
});
