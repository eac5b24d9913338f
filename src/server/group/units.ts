/** Units side by side 单位对照: the figures of the units in sight for the days chosen, and of all of them together. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { isQuiet, noFigures } from '../../domain/groupFigures.ts';
import { addDays, dayNumber, localDay, startOfDay } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import type { QueryContext } from '../queries/context.ts';
import { everyUnit, groupFigures, groupsOf } from './figures.ts';
import { unitsSeen } from './scope.ts';

const mostDays = 92;

export async function groupUnits(
  context: QueryContext,
  input: QueryInput<'groupUnits'>,
): Promise<QueryOutput<'groupUnits'>> {
  const { db, district, master, now } = context;
  const to = input.to ?? localDay(now);
  const from = input.from ?? to;
  if (from > to) throw new Refused(400, 'badPeriod', '起始日期不能晚于截止日期，请重新选择');
  if (dayNumber(to) - dayNumber(from) >= mostDays)
    throw new Refused(400, 'badPeriod', `一次最多对照 ${mostDays} 天，请缩短时段`);
  const unitIds = unitsSeen(context, input.unit);
  const counted = await groupFigures(db, {
    district,
    groups: groupsOf(master, unitIds),
    from: startOfDay(from),
    until: startOfDay(addDays(to, 1)),
    asOf: now,
  });
  return {
    from,
    to,
    total: counted.get(everyUnit) ?? noFigures,
    units: unitIds.flatMap((unitId) => {
      const unit = master.units.get(unitId);
      const figures = counted.get(unitId);
      if (!unit || !figures || isQuiet(figures)) return [];
      return [{ unitId, unitName: unit.name, kind: unit.kind, figures }];
    }),
  };
}
