/** Whose group an actor is in: the units of which feed, figures and posts may be seen. */
import { scopeOf, type Actor } from '../../domain/access.ts';
import { Refused } from '../../domain/refused.ts';
import { notFound, signedIn, type QueryContext } from '../queries/context.ts';

/** Headquarters and merged units too, as long as they are in the directory: their matters still count. */
const allUnits = ({ master }: QueryContext): string[] => [...master.units.keys()];

/**
 * The units an actor sees in 创城大管家: the office all, the handling line its own and those it guides. The
 * finding line is in no group, and the system administrator does not read the ledger. Throws 403.
 */
function unitsInSight(context: QueryContext, actor: Actor): string[] {
  const scope = scopeOf(actor);
  if (scope.kind === 'all') return allUnits(context);
  if (scope.kind === 'nothing' || actor.line !== 'handling')
    throw new Refused(403, 'notYourRole', '创城大管家供责任单位、专席、督查和领导使用');
  return [...new Set(scope.unitIds)];
}

/** The units in sight; of one unit it and those below it. Throws 404 for a unit out of sight. */
export function unitsSeen(context: QueryContext, unit?: string): string[] {
  const inSight = unitsInSight(context, signedIn(context));
  if (unit === undefined) return inSight;
  if (!inSight.includes(unit)) throw notFound('单位');
  const below = new Set(context.master.below(unit));
  return inSight.filter((id) => below.has(id));
}
