/** Duty 责任: the matrix of `domain/dutySuggestion.ts` asked about records of the ledger and rules to come. */
import type { DutyMark, Facts } from '../domain/facts.ts';
import { dutyKey, type DutyRule } from '../domain/dutyRule.ts';
import { dutyRuleName, suggestUnit, type DutySuggestion } from '../domain/dutySuggestion.ts';
import type { Issue } from '../domain/issueShape.ts';
import type { Moment } from '../domain/moment.ts';
import type { Unit } from '../domain/unit.ts';
import type { FactContext } from './facts.ts';
import type { MasterData } from './masterData.ts';

/** What duty asks of an issue. */
export type Dutiable = Pick<
  Issue,
  'categoryId' | 'conditionNo' | 'areaCode' | 'siteId' | 'ownerUnitId'
>;

/** The suggestion for an issue at a moment: its own category version, the matrix of that moment. */
export function issueDuty(master: MasterData, issue: Dutiable, at: Moment): DutySuggestion | null {
  const category = master.categories.get(issue.categoryId);
  if (!category) return null;
  const ownerUnitId = issue.ownerUnitId ?? master.sites.get(issue.siteId ?? '')?.unitId ?? null;
  const { conditionNo, areaCode } = issue;
  const isOwnerNamed = issue.ownerUnitId !== null;
  return suggestUnit(
    { category, conditionNo, areaCode, ownerUnitId, isOwnerNamed },
    master.dutyBook(at),
  );
}

/** What the last dispatch rested on, in words; null before it and for what is older than the matrix. */
export function dutyWords(master: MasterData, issue: Issue): string | null {
  const { unitId, dutyRuleId, suggestedUnitId, isOverruled, isOwnerless, ownerUnitId } = issue;
  if (unitId === null) return null;
  const rule = master.dutyRules.find(({ id }) => id === dutyRuleId);
  const nameOf = (id: string | null): string => master.units.get(id ?? '')?.name ?? '';
  const parts = [
    rule && dutyRuleName({ code: rule.code, isOwn: rule.district === master.district }),
    isOverruled && `建议派给${nameOf(suggestedUnitId)}，已改派`,
    isOwnerless && '权属不明，属地兜底',
    ownerUnitId && `权属单位：${nameOf(ownerUnitId)}`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join('；') : null;
}

/** What the event keeps of it. */
export function dutyMark(master: MasterData, issue: Dutiable, at: Moment): DutyMark {
  const found = issueDuty(master, issue, at);
  return {
    unitId: found?.unit?.id ?? null,
    ruleId: found?.rule?.id ?? null,
    isOwnerless: found?.isOwnerless ?? false,
  };
}

type Near = Pick<FactContext, 'master' | 'planned' | 'input'>;

/** Records by id: those of memory, over them those that this transaction has read or changed. */
const merged = <R extends { id: string }>(known: readonly R[], planned: readonly R[]): R[] => [
  ...new Map([...known, ...planned].map((record) => [record.id, record])).values(),
];

/** The units that a rule's input names. */
export function dutyUnits({ master, planned, input }: Near): Facts['dutyUnits'] {
  const { ownerUnitId, supervisingUnitId, responsibleUnitId, territoryUnitId } = input;
  const named = [ownerUnitId, supervisingUnitId, responsibleUnitId, territoryUnitId];
  const known = named.flatMap((id) => master.units.get(String(id)) ?? []);
  const changed = planned('unit').filter(({ id }) => named.includes(id)) as unknown as Unit[];
  return merged(known, changed).map(({ id, status }) => ({ id, isActive: status === 'active' }));
}

/** Numbers of the layer's other rules about exactly the same, in force when the new one begins or later. */
export function sameDutyRules({
  master,
  planned,
  input,
  district,
  now,
}: Near & Pick<FactContext, 'district' | 'now'>): string[] {
  const begin = typeof input.validFrom === 'string' ? input.validFrom : now;
  const key = dutyKey(input as Partial<DutyRule>);
  const category = input.categoryCode ?? null;
  const isNear = (rule: DutyRule): boolean =>
    rule.categoryCode === category && rule.code !== input.code && rule.district === district;
  const changed = (planned('dutyRule') as unknown as DutyRule[]).filter(isNear);
  return merged(master.dutyRules.filter(isNear), changed)
    .filter((rule) => (rule.validTo === null || rule.validTo > begin) && dutyKey(rule) === key)
    .map(({ code }) => code);
}
