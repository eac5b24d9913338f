/** Part life: what helpers do with an assist, and those who may consent with an approval. */
import type { Approval } from '../../domain/approval.ts';
import { granters } from '../../domain/approval.ts';
import type { Assist } from '../../domain/assist.ts';
import { actionOfConsent, sideRoads } from '../../domain/issueSide.ts';
import { systemActor } from '../baseSeed.ts';
import { pick } from './chance.ts';
import type { Context, Deed } from './deed.ts';
import { after, later } from './hours.ts';

/** Why the system settles what is left of an issue that has ended; the words of the reaction. */
const endedWords = (status: string): string => `案件${status === 'void' ? '已作废' : '已强制结案'}`;

export function nextOfAssist(assist: Assist, context: Context): Deed | null {
  const { town, words, chance, since } = context;
  const issue = context.issue(assist.issueId);
  const of = { noun: 'assist', id: assist.id };
  if (issue?.status === 'closed' || issue?.status === 'void')
    return {
      ...of,
      at: after(since, 0.05),
      actor: systemActor(town.master.district),
      action: 'release',
      input: { note: endedWords(issue.status) },
    };
  const head = town.headOf(assist.unitId);
  if (!head) return null;
  if (assist.status === 'asked' && chance() < 0.7)
    return { ...of, at: later(since, 14, false, chance), actor: head, action: 'claim', input: {} };
  if (assist.status === 'asked' || assist.status === 'claimed')
    return {
      ...of,
      at: later(since, chance() < 0.1 ? 900 : 110, false, chance),
      actor: head,
      action: 'finish',
      input: { result: pick(words.assistResults, chance) },
    };
  return null;
}

export function nextOfApproval(approval: Approval, context: Context): Deed | null {
  const { town, words, chance, since } = context;
  if (approval.status !== 'asked') return null;
  const of = { noun: 'approval', id: approval.id };
  const issue = context.issue(approval.issueId);
  const { from } = sideRoads[actionOfConsent[approval.kind]];
  const isOver =
    issue &&
    (issue.status === 'closed' || issue.status === 'void') &&
    !(from as readonly string[]).includes(issue.status);
  if (isOver)
    return {
      ...of,
      at: after(since, 0.05),
      actor: systemActor(town.master.district),
      action: 'deny',
      input: { opinion: endedWords(issue.status) },
    };
  const role = granters[approval.kind][0] ?? 'leader';
  const [actor] = [...town.others(role, approval.askerId)].sort(() => chance() - 0.5);
  if (!actor) return null;
  const at = later(since, chance() < 0.12 ? 700 : 75, false, chance);
  // What is overdue by then cannot be extended any more.
  const isTooLate = approval.kind === 'extension' && (issue?.rectifyDue ?? '') <= at;
  const isGranted = !isTooLate && chance() < 0.8;
  return {
    ...of,
    at,
    actor,
    action: isGranted ? 'grant' : 'deny',
    input: { opinion: pick(isGranted ? words.grantWords : words.denyWords, chance) },
  };
}
