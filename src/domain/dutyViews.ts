/** Views of the duty matrix 责任分解表: its rows, what the desk overruled, and matters without owner. */
import { z } from 'zod';
import { DutyRule } from './dutyRule.ts';
import { Moment } from './moment.ts';
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
