/** Area view 区域详情: one area with its past, who answers for it, and what a change of it would touch. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { Area } from '../../domain/area.ts';
import { territoryOf } from '../../domain/dutySuggestion.ts';
import { squareKilometers } from '../../domain/shape.ts';
import { openActions } from '../openActions.ts';
import { askedOf, notFound, signedIn, type QueryContext } from './context.ts';

const nameOf = ({ id, code, name }: Area) => ({ id, code, name });

/** Who answers for the area, as the desk's suggestion finds it, and by what. */
function responsible(
  { code }: Area,
  { master, now }: QueryContext,
): QueryOutput<'areaView'>['responsible'] {
  const found = territoryOf(code, master.dutyBook(now));
  if (!found) return null;
  const { unit, namedFor } = found;
  const above = namedFor === null ? undefined : master.areas.get(namedFor);
  const byName = namedFor === code ? '本区域指定的责任单位' : `由上级区域“${above?.name}”指定`;
  return { unitName: unit.name, words: above ? byName : '未指定，属地兜底' };
}

export async function areaView(
  context: QueryContext,
  { id }: QueryInput<'areaView'>,
): Promise<QueryOutput<'areaView'>> {
  signedIn(context);
  const { master, store, district } = context;
  const all = [...master.areas.values()];
  const area = all.find((one) => one.id === id);
  if (!area) throw notFound('区域');
  const { code, polygon, predecessors, succeededBy } = area;
  const named = (codes: readonly string[]) =>
    codes.flatMap((one) => {
      const found = master.areas.get(one);
      return found ? [nameOf(found)] : [];
    });
  const above = [6, 9, 12].filter((length) => length < code.length);
  return {
    area,
    squareKilometers: polygon ? squareKilometers(polygon) : null,
    above: named(above.map((length) => code.slice(0, length))),
    below: all
      .filter(
        (one) =>
          one.status === 'active' &&
          one.code.length === code.length + 3 &&
          one.code.startsWith(code),
      )
      .sort((a, b) => (a.code < b.code ? -1 : 1))
      .map(nameOf),
    predecessors: named(predecessors),
    successors: named(succeededBy),
    responsible: responsible(area, context),
    ...(await store.areaUse(
      district,
      code,
      area.status === 'active' ? master.areaCodesOf(code) : [code],
    )),
    actions: openActions('area', area, askedOf(context)),
  };
}
