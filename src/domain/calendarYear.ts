/**
 * CalendarYear 日历: one year of holidays, make-up days and working hours, a version like all master
 * data; its code is the year. A district's own row replaces the base row of the same year.
 * Source: domain reference a.4; State Council holiday notices (`seeds/calendar/`).
 */
import { z } from 'zod';
import { actionOf, noun } from './action.ts';
import { CalendarYear, calendarYearProblem } from './calendar.ts';
import {
  editVersion,
  from,
  keptFields,
  retireVersion,
  versionFields,
  versionProblem,
  versionStatuses,
} from './versioned.ts';

export const YearRow = z.object({
  ...keptFields(['active', 'retired']),
  ...versionFields,
  ...CalendarYear.shape,
});
export type YearRow = z.infer<typeof YearRow>;

const act = actionOf<YearRow>();

const yearProblem = (row: Pick<YearRow, 'code' | 'year' | 'holidays' | 'makeUpDays'>) => {
  const message =
    row.code === String(row.year) ? calendarYearProblem(row) : '日历代码须与年份一致，请改正';
  return message ? { code: 'badYear', message } : undefined;
};

export const calendarYear = noun({
  name: 'calendarYear',
  plural: 'calendarYears',
  label: '日历',
  shape: YearRow,
  seen: { open: true },
  isVersioned: true,
  statuses: versionStatuses,
  finals: ['retired'],
  actions: {
    add: act({
      label: '载入年度日历',
      sentence: '载入 {code} 年日历',
      source: '节假日和调休是数据（domain a.4）',
      by: ['systemAdmin', 'system'],
      from: 'new',
      to: 'active',
      input: z.strictObject({
        code: z.string().regex(/^\d{4}$/),
        ...CalendarYear.shape,
        validFrom: from,
      }),
      needs: ['versions'],
      check: (_record, input, given) => yearProblem(input) ?? versionProblem(input, given),
      changes: (_record, { validFrom, ...rest }, { now }) => ({
        ...rest,
        validFrom: validFrom ?? now,
        validTo: null,
      }),
    }),
    edit: act(
      editVersion<YearRow, Partial<YearRow>>('calendarYear', {
        input: CalendarYear.partial().shape,
        check: (record, input) => yearProblem({ ...record, ...input }),
        carry: Object.keys(CalendarYear.shape) as (keyof typeof CalendarYear.shape)[],
      }),
    ),
    retire: act(retireVersion<YearRow>()),
  },
});
