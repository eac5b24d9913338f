/** Next step 下一步: the one action a key performs; side roads and remarks are never it. */
import type { IssueItem, OpenAction } from '../../domain/views.ts';
import { issue } from '../../domain/issue.ts';
import { getRow } from '../../domain/nouns.ts';

const steps = new Set([
  'claim',
  'reachMilestone',
  'rectify',
  'pass',
  'dispatch',
  'sendToVerify',
  'close',
]);

const isStep = ({ status, isHeld }: IssueItem, action: string): boolean =>
  steps.has(action) && !isHeld && !(action === 'sendToVerify' && status === 'verifying');

/** The likeliest next step of an issue, by the names open to this actor. */
export function nextStepOf(item: IssueItem): OpenAction | undefined {
  const action = item.open.find((name) => isStep(item, name));
  if (!action) return undefined;
  return {
    noun: 'issue',
    action,
    label: getRow(issue, action).label,
    id: item.id,
    as: null,
    refusal: null,
  };
}
