/**
 * Changes of areas 区划调整: how a re-coding, a merger or a split becomes actions on each area it touches.
 * The old record ends and names its successor; a new record begins and names what it came from, so that
 * the past stays as it was. Source: domain reference a.2 (re-coding keeps history).
 */
import type { Act, Given } from './action.ts';
import type { AreaPart } from './facts.ts';
import { localDay, type Day } from './moment.ts';
import type { Polygon } from './shape.ts';

/** What an area's successor goes on with. */
interface Attributes {
  code: string;
  name: string;
  grade: string | null;
  isDemo: boolean;
  polygon: Polygon | null;
  unitId: string | null;
  landUse: string | null;
}

type Asked = Pick<Given, 'now' | 'childId'>;

/** The new record that takes the place of an area, with what the change says instead. */
export function successor(
  area: Attributes,
  changed: Partial<Attributes> & { code: string },
  given: Asked,
  n = 0,
): Act {
  const { name, grade, isDemo, polygon, unitId, landUse } = { ...area, ...changed };
  return {
    noun: 'area',
    id: given.childId(n),
    action: 'succeed',
    input: {
      code: changed.code,
      name,
      grade,
      isDemo,
      polygon,
      unitId,
      landUse,
      beginDay: localDay(given.now),
      predecessors: [area.code],
    },
  };
}

/** What ends an area that goes on under other codes. */
export const endAs = (
  codes: readonly string[],
  given: Asked,
): { succeededBy: string[]; endDay: Day } => ({
  succeededBy: [...codes],
  endDay: localDay(given.now),
});

/** Everything below moves along: `places` says where each code now begins. */
export function follow(below: readonly AreaPart[], places: ReadonlyMap<string, string>): Act[] {
  return below.flatMap(({ id, code }) => {
    const from = [...places.keys()].find((above) => code.startsWith(above));
    if (from === undefined) return [];
    const to = `${places.get(from)}${code.slice(from.length)}`;
    return [{ noun: 'area', id, action: 'follow', input: { code: to } }];
  });
}

/** The areas right below a code. */
export const childrenOf = (code: string, below: readonly AreaPart[]): string[] =>
  below.flatMap((part) => (part.code.length === code.length + 3 ? [part.code] : []));
