/**
 * Standards api 标准接口: what the pages of 类别, 参数 and 日历 ask for: every version of both layers, what
 * changed between them, and what loading a year would do to deadlines before anybody does it.
 */
import { z } from 'zod';
import { CalendarYear } from './calendar.ts';
import { YearRow } from './calendarYear.ts';
import { Category } from './category.ts';
import { Day, Moment } from './moment.ts';
import { Setting } from './setting.ts';
import { OpenAction } from './views.ts';

const Layer = z.enum(['base', 'own']);
export const layerLabels: Record<z.infer<typeof Layer>, string> = {
  base: '基础',
  own: '本区',
};

/** Of a version today: over, in force, still to come, or in force behind the district's own. */
export const VersionState = z.enum(['past', 'inForce', 'coming', 'overridden']);
export const versionStateLabels: Record<z.infer<typeof VersionState>, string> = {
  past: '已失效',
  inForce: '生效中',
  coming: '将生效',
  overridden: '由本区版本代替',
};

const Change = z.object({ title: z.string(), before: z.string(), after: z.string() });
export type Change = z.infer<typeof Change>;

const placed = { layer: Layer, state: VersionState, actions: z.array(OpenAction) };

const CategoryItem = z.object({
  id: z.string(),
  code: z.string(),
  name: z.string(),
  initials: z.string(),
  kind: z.enum(['part', 'incident']),
  majorCode: z.string(),
  majorName: z.string(),
  layer: Layer,
  isExtension: z.boolean(),
  isUnvouched: z.boolean(),
  limits: z.string(),
  conditionCount: z.number(),
  validFrom: Moment,
  /** When the next version of the same code begins. */
  nextFrom: Moment.nullable(),
});
export type CategoryItem = z.infer<typeof CategoryItem>;

const CategoryVersion = Category.extend({
  ...placed,
  isUnvouched: z.boolean(),
  vouchedByName: z.string().nullable(),
  /** Issues judged under this version, counted to 1,000. */
  issueCount: z.number(),
  isMoreIssues: z.boolean(),
  /** Against the version before it, of the base where the district has none earlier. */
  changes: z.array(Change),
});
export type CategoryVersion = z.infer<typeof CategoryVersion>;

const SettingVersion = Setting.extend({ ...placed, text: z.string() });
export type SettingVersion = z.infer<typeof SettingVersion>;

const SettingItem = z.object({
  code: z.string(),
  label: z.string(),
  text: z.string(),
  layer: Layer,
  versions: z.array(SettingVersion),
});
export type SettingItem = z.infer<typeof SettingItem>;

const YearVersion = YearRow.extend(placed);
export type YearVersion = z.infer<typeof YearVersion>;

const MovedDeadline = z.object({
  noun: z.string(),
  id: z.string(),
  issueId: z.string().nullable(),
  name: z.string(),
  clock: z.string(),
  before: Moment,
  after: Moment,
  isProvisional: z.boolean(),
});
export type MovedDeadline = z.infer<typeof MovedDeadline>;

const CalendarPreview = z.object({
  /** What contradicts itself in the year; nothing can be loaded then. */
  problem: z.string().nullable(),
  /** Provisional deadlines looked at; `isMore`: there are more than were. */
  checked: z.number(),
  isMore: z.boolean(),
  /** How many get another moment, and how many are final afterwards. */
  moved: z.number(),
  settled: z.number(),
  rows: z.array(MovedDeadline),
});
export type CalendarPreview = z.infer<typeof CalendarPreview>;

const code = z.string().regex(/^[PEX][0-9A-Z]{4,6}$/, '类别代码不对，请从类别列表进入');

export const standardQueries = {
  categoryList: {
    path: 'categories',
    label: '类别列表',
    input: z.strictObject({
      words: z.string().trim().max(30).optional(),
      kind: z.enum(['part', 'incident']).optional(),
      major: z
        .string()
        .regex(/^[PE]\d{2}$/)
        .optional()
        .describe('部件 P、事件 E 加两位大类代码，如 E01'),
      layer: Layer.optional(),
      pending: z.enum(['1']).optional(),
      at: Day.optional(),
      cursor: z.string().max(20).optional(),
      limit: z.coerce.number().int().min(1).max(100).optional(),
    }),
    output: z.object({
      items: z.array(CategoryItem),
      next: z.string().nullable(),
      count: z.number(),
      isMore: z.boolean(),
      unvouchedCount: z.number(),
      majors: z.array(
        z.object({
          key: z.string(),
          kind: z.enum(['part', 'incident']),
          code: z.string(),
          name: z.string(),
          /** The next free code of a local extension, numbered downwards from 99; null when used up. */
          freeCode: z.string().nullable(),
        }),
      ),
      grades: z.array(z.string()),
    }),
  },
  categoryView: {
    path: 'categories/:code',
    label: '类别的全部版本',
    input: z.strictObject({ code }),
    output: z.object({
      code: z.string(),
      versions: z.array(CategoryVersion),
      grades: z.array(z.string()),
    }),
  },
  settingList: {
    path: 'settings',
    label: '时限参数',
    input: z.strictObject({}),
    output: z.object({ items: z.array(SettingItem) }),
  },
  calendarView: {
    path: 'calendar/:year',
    label: '年度日历',
    input: z.strictObject({ year: z.coerce.number().int().min(2000).max(2100) }),
    output: z.object({
      year: z.number(),
      isProvisional: z.boolean(),
      versions: z.array(YearVersion),
      /** The years in force, by which days and hours are drawn. */
      years: z.record(z.string(), YearRow),
      mayEdit: z.boolean(),
    }),
  },
  calendarPreview: {
    path: 'calendar/preview',
    label: '载入年度日历前后对比',
    method: 'post',
    input: CalendarYear,
    output: CalendarPreview,
  },
} as const;
