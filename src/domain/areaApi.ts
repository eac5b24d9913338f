/**
 * Area api 区域接口: what the pages of areas ask for, the area of a point, the boundaries a phone keeps for
 * work without signal, and what a file of boundaries would change before anybody changes it.
 */
import { z } from 'zod';
import { Area, AreaLevel } from './area.ts';
import { CoordinateSystem } from './coordinates.ts';
import { OpenAction } from './views.ts';

/** Rings as steps of 0.00001 degree from point to point (`packPolygon`). */
const Packed = z.array(z.array(z.array(z.number().int())));

const AreaName = z.object({ id: z.string(), code: z.string(), name: z.string() });

export const AreaItem = AreaName.extend({
  version: z.number(),
  status: Area.shape.status,
  level: AreaLevel,
  grade: z.string().nullable(),
  /** Pinyin initials of the name. */
  initials: z.string(),
  isDrawn: z.boolean(),
  unitName: z.string().nullable(),
  /** Areas in use below it. */
  areaCount: z.number(),
  /** Open issues of the area, of those below it and of those they came from. */
  issueCount: z.number(),
  succeededBy: z.array(z.string()),
});
export type AreaItem = z.infer<typeof AreaItem>;

export const AreaShape = AreaName.extend({ level: AreaLevel, polygon: Packed });
export type AreaShape = z.infer<typeof AreaShape>;

/** What stands of a feature of a file against what there is. */
export const FeatureState = z.enum([
  'new',
  'shape',
  'words',
  'same',
  'elsewhere',
  'gone',
  'refused',
]);
export type FeatureState = z.infer<typeof FeatureState>;

export const featureStateLabels: Record<FeatureState, string> = {
  new: '新增',
  shape: '边界有变',
  words: '名称、等级有变',
  same: '没有变化',
  elsewhere: '不属于本区，略过',
  gone: '文件中没有',
  refused: '不能载入',
};

export const FeatureColumns = z.strictObject({
  code: z.string().max(100).nullable(),
  name: z.string().max(100).nullable(),
  grade: z.string().max(100).nullable(),
});
export type FeatureColumns = z.infer<typeof FeatureColumns>;

/** A file of boundaries, how to read it, and whether to look or to apply. */
export const AreaFileInput = z.strictObject({
  /** Makes repeats harmless. */
  requestId: z.uuid(),
  file: z.unknown(),
  system: CoordinateSystem,
  /** Which properties hold code, name and grade; left out: guessed. */
  columns: FeatureColumns.optional(),
  /** Retire areas in use that the file does not have. */
  retiresGone: z.boolean().optional(),
  /** Apply the rest although some features are refused. */
  leavesRefused: z.boolean().optional(),
  /** The coordinate system is right although it looks like another. */
  isSystemSure: z.boolean().optional(),
  apply: z.boolean().optional(),
});
export type AreaFileInput = z.infer<typeof AreaFileInput>;

export const AreaFilePreview = z.object({
  isApplied: z.boolean(),
  columns: FeatureColumns,
  /** Properties to choose columns from, each with a value as an example. */
  properties: z.array(z.object({ name: z.string(), example: z.string() })),
  /** What looks wrong with the whole file; it is not applied until this is settled. */
  problem: z.string().nullable(),
  betterSystem: CoordinateSystem.nullable(),
  notes: z.array(z.string()),
  counts: z.record(FeatureState, z.number()),
  features: z.array(
    z.object({
      row: z.number().nullable(),
      code: z.string(),
      name: z.string(),
      state: FeatureState,
      /** Why refused, or what changes. */
      words: z.string(),
      warnings: z.array(z.string()),
    }),
  ),
});
export type AreaFilePreview = z.infer<typeof AreaFilePreview>;

export const areaQueries = {
  areaList: {
    path: 'areas',
    label: '区域列表',
    input: z.strictObject({}),
    output: z.object({ areas: z.array(AreaItem) }),
  },
  /** The boundaries right below an area, and its own. */
  areaMap: {
    path: 'area-map',
    label: '区域示意图',
    input: z.strictObject({ code: z.string().regex(/^\d{6}(\d{3}){0,3}$/) }),
    output: z.object({ areas: z.array(AreaShape) }),
  },
  areaView: {
    path: 'areas/:id',
    label: '区域详情',
    input: z.strictObject({ id: z.uuid() }),
    output: z.object({
      area: Area,
      squareKilometers: z.number().nullable(),
      above: z.array(AreaName),
      below: z.array(AreaName),
      predecessors: z.array(AreaName),
      successors: z.array(AreaName),
      /** Who answers for it, and by which area. */
      responsible: z.object({ unitName: z.string(), words: z.string() }).nullable(),
      /** What a change of the area touches. */
      postCount: z.number(),
      unitCount: z.number(),
      patronCount: z.number(),
      siteCount: z.number(),
      issueCount: z.number(),
      isMore: z.boolean(),
      actions: z.array(OpenAction),
    }),
  },
  areaAt: {
    path: 'area-at',
    label: '由坐标查区域',
    input: z.strictObject({
      lng: z.coerce.number().min(-180).max(180),
      lat: z.coerce.number().min(-90).max(90),
      system: CoordinateSystem.optional(),
    }),
    output: z.object({
      /** The point in WGS84. */
      lng: z.number(),
      lat: z.number(),
      code: z.string().nullable(),
      /** The area with those it lies in, or why there is none. */
      words: z.string(),
    }),
  },
  /** For phones: boundaries of the person's subdistricts and their neighbors. `version`: what the phone has. */
  areaShapes: {
    path: 'area-shapes',
    label: '手机离线区域边界',
    input: z.strictObject({ version: z.string().max(64).optional() }),
    output: z.object({
      version: z.string(),
      /** Null: what the phone has is up to date. */
      areas: z.array(z.object({ code: z.string(), polygon: Packed })).nullable(),
    }),
  },
} as const;
