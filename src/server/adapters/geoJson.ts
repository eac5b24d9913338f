/**
 * GeoJSON 边界文件: a FeatureCollection of anybody's areas read into ours: which property is the code, the
 * name, the grade; geometries as closed multi-polygons; nothing is believed before it is checked.
 * Format: RFC 7946.
 */
import { z } from 'zod';
import type { FeatureColumns } from '../../domain/areaApi.ts';
import { polygonOf } from '../../domain/geometry.ts';
import { Refused } from '../../domain/refused.ts';
import type { Polygon } from '../../domain/shape.ts';
import { mapInSlices } from '../slices.ts';

const mostFeatures = 5000;

const Collection = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      properties: z.record(z.string(), z.unknown()).nullish(),
      geometry: z.unknown(),
    }),
  ),
});

/** A feature as read; `problem`: why it has no usable geometry. Rows are counted from 1. */
export interface ReadFeature {
  row: number;
  code: string;
  name: string;
  grade: string;
  polygon: Polygon;
  problem?: string;
}

export interface ReadFile {
  columns: FeatureColumns;
  properties: { name: string; example: string }[];
  features: ReadFeature[];
}

const wordsOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';

/**
 * A code as we write it: digits only; the twelve digits of the statistical office without the zeros that
 * stand for “no level below”.
 */
export const codeOf = (value: unknown): string =>
  wordsOf(value)
    .replace(/\.0+$/, '')
    .replace(/^(\d{6})(0{6})$/, '$1')
    .replace(/^(\d{9})000$/, '$1');

const codeNames = /^(code|adcode|ad_code|qhdm|xzqdm|xzqhdm|bgcode|gridcode|dm|.*代码|.*编码|id)$/i;
const nameNames = /^(name|mc|xzqmc|qhmc|bgname|gridname|title|.*名称)$/i;
const gradeNames = /^(grade|dj|gldj|.*等级|.*级别)$/i;

interface Rows {
  properties?: Record<string, unknown> | null | undefined;
}

function guess(rows: readonly Rows[], names: readonly string[]): FeatureColumns {
  const holds = (name: string, pattern: RegExp): boolean =>
    rows.every(({ properties }) => pattern.test(codeOf(properties?.[name])));
  const codes = names.filter((name) => codeNames.test(name));
  return {
    code: codes.find((name) => holds(name, /^\d{6}(\d{3}){0,3}$/)) ?? codes[0] ?? null,
    name: names.find((name) => nameNames.test(name)) ?? null,
    grade: names.find((name) => gradeNames.test(name)) ?? null,
  };
}

/**
 * Reads a file. `columns`: which properties hold what; left out, they are guessed. Throws {@link Refused}
 * when it is no collection of features, too large, or in no coordinates of degrees at all.
 */
export async function readGeoJson(file: unknown, columns?: FeatureColumns): Promise<ReadFile> {
  const parsed = Collection.safeParse(file);
  if (!parsed.success) {
    throw new Refused(
      400,
      'notGeoJson',
      '这不是 GeoJSON 的 FeatureCollection，请从制图软件导出为 GeoJSON（不是 Shapefile 或 TopoJSON）',
    );
  }
  const { features } = parsed.data;
  if (features.length === 0) throw new Refused(400, 'noFeatures', '文件里没有任何图形');
  if (features.length > mostFeatures) {
    throw new Refused(
      413,
      'tooManyFeatures',
      `文件有 ${features.length} 个图形，超过 ${mostFeatures} 个，请按街道分成几个文件`,
    );
  }
  const examples = new Map<string, string>();
  for (const { properties } of features.slice(0, 200))
    for (const [name, value] of Object.entries(properties ?? {}))
      if (!examples.get(name)) examples.set(name.slice(0, 100), wordsOf(value).slice(0, 40));
  const names = [...examples.keys()];
  const chosen = columns ?? guess(features, names);
  const text = (properties: Rows['properties'], name: string | null): unknown =>
    name === null ? '' : properties?.[name];
  return {
    columns: chosen,
    properties: [...examples].map(([name, example]) => ({ name, example })),
    features: await mapInSlices(features, ({ properties, geometry }, n) => ({
      row: n + 1,
      code: codeOf(text(properties, chosen.code)),
      name: wordsOf(text(properties, chosen.name)),
      grade: wordsOf(text(properties, chosen.grade)),
      ...polygonOf(geometry),
    })),
  };
}
