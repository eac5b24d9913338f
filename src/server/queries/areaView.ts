/** Area view 区域详情: one area with its past, who answers for it, and what a change of it would touch. */
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import type { Area } from '../../domain/area.ts';
import { squareKilometers } from '../../domain/shape.ts';
import type { MasterData } from '../masterData.ts';
import { openActions } from '../openActions.ts';
import { askedOf, notFound, signedIn, type QueryContext } from './context.ts';
import { unitName } from './names.ts';

const nameOf = ({ id, code, name }: Area) => ({ id, code, name });

/** The area's own unit, else that of the nearest area above, else the subdistrict's own (属地兜底). */
function responsible(area: Area, master: MasterData): QueryOutput<'areaView'>['responsible'] {
  for (let length = area.code.length; length >= 9; length -= 3) {
    const above = master.areas.get(area.code.slice(0, length));
    const named = unitName(master, above?.unitId ?? null);
    if (above && named)
      return {
        unitName: named,
        words: above.id === area.id ? '本区域指定的责任单位' : `由上级区域“${above.name}”指定`,
      };
  }
  const street = area.code.slice(0, 9);
  const own = [...master.units.values()].find(
    ({ kind, status, areaCode }) =>
      kind === 'subdistrict' &&
      status === 'active' &&
      areaCode !== null &&
      master.currentArea(areaCode) === street,
  );
  return own ? { unitName: own.name, words: '未指定，属地兜底' } : null;
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
    responsible: responsible(area, master),
    ...(await store.areaUse(district, code)),
    actions: openActions('area', area, askedOf(context)),
  };
}
