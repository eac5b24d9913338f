/**
 * Facts about areas 区域依据: what an action on an area must know of the areas around it, as they stand
 * inside this transaction, and in which area a point lies.
 */
import type { Area } from '../domain/area.ts';
import { parentCode } from '../domain/areaCode.ts';
import type { AreaPart, AreaRef, AreaUse, Facts } from '../domain/facts.ts';
import { areaAt, isInPolygon } from '../domain/place.ts';
import type { Report } from '../domain/reportShape.ts';
import { pointsOf, type Polygon } from '../domain/shape.ts';
import type { FactContext } from './facts.ts';

type Near = Pick<
  FactContext,
  'master' | 'plannedNew' | 'plannedCode' | 'plannedId' | 'record' | 'input'
>;

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** An area by code, as it stands inside this transaction. */
function areaNow({ master, plannedCode }: Near, code: string | null | undefined): Area | undefined {
  if (!code) return undefined;
  return (plannedCode('area', code) as Area | undefined) ?? master.areas.get(code);
}

const refOf = (area: Area | undefined): AreaRef | null =>
  area ? { id: area.id, code: area.code, isActive: area.status === 'active' } : null;

/** The code an input wants to use, or the first of them; else the record's own. */
const wantedCode = ({ input, record }: Near): string | undefined =>
  textOf(input.code) ??
  (input.parts as { code: string }[] | undefined)?.[0]?.code ??
  textOf(record.code);

const parentOf = (near: Near): Area | undefined => {
  const code = wantedCode(near);
  return code ? areaNow(near, parentCode(code)) : undefined;
};

export const parentArea = (near: Near): AreaRef | null => refOf(parentOf(near));

export const intoArea = (near: Near): AreaRef | null =>
  refOf(areaNow(near, textOf(near.input.intoCode)));

/** Every area whose code begins with one of these, with what this transaction did to it; codes never change. */
function allNow({ master, plannedNew, plannedId }: Near, beginnings: readonly string[]): Area[] {
  const known = new Map<string, Area>();
  for (const area of beginnings.flatMap((beginning) => master.areasFrom(beginning)))
    known.set(area.id, (plannedId('area', area.id) as Area | undefined) ?? area);
  const added = plannedNew('area').filter(({ code }) =>
    beginnings.some((beginning) => String(code as string).startsWith(beginning)),
  );
  return [...known.values(), ...(added as unknown as Area[])];
}

export function areasUnder(near: Near): AreaPart[] {
  const code = String(near.record.code);
  return allNow(near, [code])
    .filter((area) => area.status === 'active' && area.code !== code)
    .map((area) => ({ id: area.id, code: area.code }))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
}

export function codesTaken(near: Near): string[] {
  const { code, intoCode, parts } = near.input as Record<string, unknown>;
  const wanted = [
    code,
    intoCode,
    ...((parts as { code: string }[] | undefined) ?? []).map((p) => p.code),
  ];
  const beginnings = wanted.flatMap((one) => textOf(one) ?? []);
  return allNow(near, beginnings)
    .map((area) => area.code)
    .sort();
}

export const areaUse = ({ store, district, record, master }: FactContext): Promise<AreaUse> => {
  const code = String(record.code);
  return store.areaUse(district, code, master.areaCodesOf(code));
};

/** How a boundary lies to that of the area above it, by its corners. */
export function fitOf(polygon: Polygon, above: Polygon): Facts['parentFit'] {
  const points = pointsOf(polygon);
  const inside = points.filter((point) => isInPolygon(point, above)).length;
  if (inside === points.length) return 'inside';
  const meets = inside > 0 || pointsOf(above).some((point) => isInPolygon(point, polygon));
  return meets ? 'partly' : 'outside';
}

export function parentFit(near: Near): Facts['parentFit'] {
  const polygon = near.input.polygon as Polygon | null | undefined;
  const above = parentOf(near)?.polygon;
  return polygon && above ? fitOf(polygon, above) : null;
}

export async function areaOfPoint({ input, master, find }: FactContext): Promise<string | null> {
  const place = input.place as { lng: number; lat: number } | undefined;
  if (place) return areaAt(master.places(), place.lng, place.lat);
  const report = textOf(input.reportId)
    ? ((await find('report', String(input.reportId))) as Report | null)
    : null;
  return report && report.lng !== null && report.lat !== null
    ? areaAt(master.places(), report.lng, report.lat)
    : null;
}
