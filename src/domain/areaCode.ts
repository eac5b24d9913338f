/**
 * Area codes 区域代码: what a code says of where it lies, and which codes belong together when areas were
 * re-coded, merged or split. Source: domain reference a.2 (6 + 3 + 3 + 3 位; re-coding keeps history).
 */

/** The code of the area above; null for a district. */
export const parentCode = (code: string): string | null =>
  code.length > 6 ? code.slice(0, -3) : null;

/** What an area remembers of its past and future. */
export interface AreaPast {
  code: string;
  status: string;
  succeededBy: readonly string[];
  predecessors: readonly string[];
}

export type AreasByCode = ReadonlyMap<string, AreaPast>;

/** The areas in use that stand for a code now: itself, or what came after it; itself when nothing did. */
export function currentCodes(code: string, areas: AreasByCode): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const follow = (one: string): void => {
    if (seen.has(one)) return;
    seen.add(one);
    const area = areas.get(one);
    if (area?.status === 'active') found.add(one);
    else for (const next of area?.succeededBy ?? []) follow(next);
  };
  follow(code);
  return found.size > 0 ? [...found].sort() : [code];
}

/** The areas that came from others. */
export const movedAreas = <A extends AreaPast>(areas: ReadonlyMap<string, A>): A[] =>
  [...areas.values()].filter(({ predecessors }) => predecessors.length > 0);

/**
 * The beginnings of all codes under which matters of an area are found: its own, that of its successors,
 * and those that they and everything below came from. None of them begins with another.
 */
export function codesOf(
  code: string,
  areas: AreasByCode,
  moved: readonly AreaPast[] = movedAreas(areas),
): string[] {
  const found = new Set([code, ...currentCodes(code, areas)]);
  const isWithin = (one: string): boolean => [...found].some((above) => one.startsWith(above));
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const area of moved)
      if (isWithin(area.code)) for (const past of area.predecessors) found.add(past);
  }
  return [...found]
    .filter((one) => ![...found].some((above) => above !== one && one.startsWith(above)))
    .sort();
}

/** Communities moved by a merger are numbered from here (CJ/T 349). */
const firstMoved = 601;

/**
 * New codes under `into` for the areas right below a merged one: their last three digits where these are
 * free, else the next free number from 601 up. Null when there is no free number.
 */
export function codesUnder(
  into: string,
  children: readonly string[],
  taken: ReadonlySet<string>,
): Map<string, string> | null {
  const used = new Set(taken);
  const made = new Map<string, string>();
  let next = firstMoved;
  for (const child of [...children].sort()) {
    let code = into + child.slice(-3);
    while (used.has(code)) {
      if (next > 999) return null;
      code = into + String(next++);
    }
    used.add(code);
    made.set(child, code);
  }
  return made;
}

/**
 * An area chosen, made more precise by the area of the point where that lies inside it. `ofPoint` is missing
 * in events older than the look-up.
 */
export const withDetail = (chosen: string, ofPoint: string | null | undefined): string =>
  ofPoint?.startsWith(chosen) ? ofPoint : chosen;
