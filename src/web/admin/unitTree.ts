/** The order of units on the page: by tree (块), by line (条), or only those found. */
import type { UnitRow } from '../../domain/peopleApi.ts';
import { unitKindLabels } from '../../domain/unit.ts';

/** A unit and how far it is indented. */
export interface PlacedUnit {
  unit: UnitRow;
  depth: number;
}

export type UnitView = 'tree' | 'line';

/** Does the unit answer to the words: name, code, kind, former name or initials? */
export const isFound = ({ name, code, kind, find }: UnitRow, words: string): boolean =>
  `${name} ${code} ${unitKindLabels[kind]} ${find}`.toLowerCase().includes(words.toLowerCase());

/** Units in the order of a way up, each below the one it belongs to; none is lost, none twice. */
export function placed(units: readonly UnitRow[], view: UnitView): PlacedUnit[] {
  const above = (unit: UnitRow): string | null =>
    view === 'tree' ? unit.parentId : unit.guideUnitId;
  const known = new Set(units.map(({ id }) => id));
  const below = new Map<string, UnitRow[]>();
  for (const unit of units) {
    const parent = above(unit);
    const key = parent && known.has(parent) ? parent : '';
    below.set(key, [...(below.get(key) ?? []), unit]);
  }
  const walk = (key: string, depth: number): PlacedUnit[] =>
    (below.get(key) ?? []).flatMap((unit) => [{ unit, depth }, ...walk(unit.id, depth + 1)]);
  const roots = walk('', 0);
  // By line, those who guide come first: a long tail guides nobody and is guided by nobody.
  if (view === 'tree') return roots;
  const isLine = ({ unit, depth }: PlacedUnit): boolean => depth > 0 || below.has(unit.id);
  return [...roots.filter(isLine), ...roots.filter((one) => !isLine(one))];
}
