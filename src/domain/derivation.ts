/**
 * Derivation 时限说明: how a due moment came about, kept beside it in the record, so that every deadline
 * explains itself for ever and one that rests on an unannounced calendar (待节假日公布) can be counted
 * again once the notice is loaded. Sources: domain reference a.4; issue points C 13, 4-5.
 */
import { z } from 'zod';
import type { WorkCalendar } from './calendar.ts';
import { Moment } from './moment.ts';
import type { Settings } from './setting.ts';
import {
  addClockMinutes,
  addTimeLimit,
  TimeLimit,
  TimeLimitUnit,
  type Deadline,
} from './timeLimit.ts';

/** A whole limit, or the minutes left of one. */
const Leg = z.union([
  TimeLimit,
  z.strictObject({ minutes: z.number().int().min(0), unit: TimeLimitUnit }),
]);

/** What was counted: from a moment, one leg after the other. */
const Counted = z.object({ from: Moment, legs: z.array(Leg) });
export type Counted = z.infer<typeof Counted>;

/** The steps, what limit, under which category, condition and calendar; `counted`: where it can be counted again. */
export const Derivation = z.object({
  start: z.string(),
  steps: z.array(z.string()),
  isProvisional: z.boolean(),
  calendarIds: z.array(z.string()),
  limit: z.string(),
  basis: z.string(),
  counted: Counted.optional(),
});
export type Derivation = z.infer<typeof Derivation>;

interface Counting {
  calendar: WorkCalendar;
  settings: Pick<Settings, 'workDayEnds'>;
}

/** The derivation kept in the record: `basis` names category, condition, layer and reason. */
export const derive = (
  start: string,
  deadline: Deadline,
  limit: string,
  basis: string,
  counted?: Counted,
): Derivation => ({
  start,
  steps: deadline.steps,
  isProvisional: deadline.isProvisional,
  calendarIds: deadline.calendarIds,
  limit,
  basis,
  ...(counted ? { counted } : {}),
});

/** The deadline of what was counted: provisional when any leg is; the steps are those of the last leg. */
export function deadlineOf({ from, legs }: Counted, { calendar, settings }: Counting): Deadline {
  let deadline: Deadline = { due: from, isProvisional: false, steps: [], calendarIds: [] };
  for (const leg of legs) {
    const next =
      'minutes' in leg
        ? addClockMinutes(deadline.due, leg.minutes, leg.unit, calendar)
        : addTimeLimit(deadline.due, leg, calendar, settings);
    deadline = {
      ...next,
      isProvisional: deadline.isProvisional || next.isProvisional,
      calendarIds: [...new Set([...deadline.calendarIds, ...next.calendarIds])],
    };
  }
  return deadline;
}

/** One more leg on a deadline: the earlier legs are kept only while they may still move. */
export const furtherCounted = (
  earlier: Derivation | undefined,
  due: Moment,
  leg: Counted['legs'][number],
): Counted =>
  earlier?.isProvisional && earlier.counted
    ? { from: earlier.counted.from, legs: [...earlier.counted.legs, leg] }
    : { from: due, legs: [leg] };

/**
 * A provisional deadline counted again by another calendar; undefined when it is final already, when what
 * was counted is not known, or when neither the moment nor the provisional mark changes.
 */
export function recounted(
  derivation: Derivation | undefined,
  due: Moment | null,
  counting: Counting,
): { due: Moment; derivation: Derivation } | undefined {
  if (!derivation?.isProvisional || !derivation.counted || due === null) return undefined;
  const { due: next, steps, isProvisional, calendarIds } = deadlineOf(derivation.counted, counting);
  if (next === due && isProvisional) return undefined;
  return { due: next, derivation: { ...derivation, steps, isProvisional, calendarIds } };
}
