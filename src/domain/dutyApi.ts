/** Duty api 责任分解接口: the rows of the matrix, what the desk overruled, and matters without owner. */
import { z } from 'zod';
import { DutyRule } from './dutyRule.ts';
import { DutySuggestion } from './dutySuggestion.ts';
import { Moment } from './moment.ts';
import { filters, page, paging } from './paging.ts';
import { IssueItem, OpenAction } from './views.ts';

/** In force, to come, ended, or hidden behind the district's row of the same number. */
const DutyState = z.enum(['inForce', 'toCome', 'ended', 'covered']);

export const dutyStateLabels: Record<z.infer<typeof DutyState>, string> = {
  inForce: '生效中',
  toCome: '待生效',
  ended: '已停用',
  covered: '被本区同号规则取代',
};

export const DutyRuleItem = DutyRule.extend({
  isOwn: z.boolean(),
  state: DutyState,
  categoryName: z.string(),
  majorName: z.string(),
  conditionWords: z.string().nullable(),
  areaName: z.string().nullable(),
  ownerName: z.string().nullable(),
  supervisingName: z.string().nullable(),
  responsibleName: z.string(),
  territoryName: z.string().nullable(),
  /** What no longer holds: a unit, area or category that has been retired since. */
  problem: z.string().nullable(),
  actions: z.array(OpenAction),
});
export type DutyRuleItem = z.infer<typeof DutyRuleItem>;

/** Dispatches of one kind that went elsewhere than suggested: a candidate for a better row. */
export const DutyOverrule = z.object({
  categoryCode: z.string(),
  categoryName: z.string(),
  conditionNo: z.number(),
  openWhen: z.string().nullable(),
  areaCode: z.string(),
  areaName: z.string(),
  ruleId: z.string().nullable(),
  ruleCode: z.string().nullable(),
  isOwn: z.boolean(),
  suggestedUnitId: z.string().nullable(),
  suggestedName: z.string().nullable(),
  unitId: z.string(),
  unitName: z.string(),
  count: z.number(),
  lastAt: Moment,
  /** Numbers of the latest, for those who see the ledger. */
  examples: z.array(z.object({ id: z.string(), number: z.string() })),
});
export type DutyOverrule = z.infer<typeof DutyOverrule>;

/** A matter that the territory handles because nobody knows whose it is. */
export const OwnerlessItem = IssueItem.extend({
  siteName: z.string().nullable(),
  conditionNo: z.number(),
  reason: z.string(),
  actions: z.array(OpenAction),
});
export type OwnerlessItem = z.infer<typeof OwnerlessItem>;

export const dutyQueries = {
  dutyRuleList: {
    path: 'dutyRules',
    label: '责任分解表',
    input: z.strictObject({
      words: z.string().trim().max(30).optional(),
      category: filters.category,
      unit: z.uuid().optional(),
      layer: z.enum(['own', 'base']).optional(),
      state: z.enum(['now', 'toCome', 'ended', 'problem']).optional(),
      ...paging,
    }),
    output: page(DutyRuleItem).extend({
      /** The lowest number above all that are used. */
      nextCode: z.string(),
      /** Role words of the categories, and whether a unit in use answers for each. */
      roles: z.array(z.object({ word: z.string(), unitNames: z.array(z.string()) })),
    }),
  },
  /** “试一试”: which unit and row the matrix gives for a matter. */
  dutyTry: {
    path: 'dutyTry',
    label: '责任分解表试查',
    input: z.strictObject({
      category: z.string().regex(/^[PEX][0-9A-Z]{4,6}$/, '请选择类别'),
      condition: z.coerce.number().int().min(1).max(99).optional(),
      area: z.string().regex(/^\d{6,15}$/, '请选择区域'),
      owner: z.uuid().optional(),
    }),
    output: DutySuggestion,
  },
  dutyOverrules: {
    path: 'dutyOverrules',
    label: '改派统计',
    input: z.strictObject({
      area: filters.area,
      category: filters.category,
      unit: z.uuid().optional(),
      from: filters.from,
      to: filters.to,
    }),
    output: z.object({
      groups: z.array(DutyOverrule),
      /** Overruled dispatches counted, of all dispatches by suggestion in these days. */
      overruled: z.number(),
      dispatched: z.number(),
      /** More than were looked at: the figures are of the latest ones. */
      isMore: z.boolean(),
    }),
  },
  ownerlessList: {
    path: 'ownerless',
    label: '无主案件清单',
    input: z.strictObject({ ...filters, ...paging }),
    output: page(OwnerlessItem),
  },
} as const;
