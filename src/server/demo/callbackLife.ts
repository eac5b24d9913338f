/**
 * Callback life: which call-backs a closing opens, who rings and what complainants answer. Nobody answers “not
 * solved” here, so that no answer opens an issue again: what is not solved is solved in part.
 */
import type { Callback } from '../../domain/callbackShape.ts';
import { isAskedBack, type CallbackAnswer } from '../../domain/callbackAnswer.ts';
import type { Issue } from '../../domain/issueShape.ts';
import type { Report } from '../../domain/reportShape.ts';
import { systemActor } from '../baseSeed.ts';
import { chanceOf, idAt, pick, pickWeighted } from './chance.ts';
import type { Context, Deed } from './deed.ts';
import { after, later } from './hours.ts';

type Step = Omit<Deed, 'noun' | 'id'>;

/** The call-backs of an issue that has just closed, one for each report whose complainant is asked. */
export function callbacksToOpen(issue: Issue, reports: readonly Report[]): Deed[] {
  const { id: issueId, closedAt, district } = issue;
  if (issue.status !== 'closed' || closedAt === null) return [];
  return reports.filter(isAskedBack).map(({ id: reportId }) => ({
    at: closedAt,
    actor: systemActor(district),
    noun: 'callback',
    id: idAt(closedAt, `callback ${issueId} ${reportId}`),
    action: 'open',
    input: { reportId, issueId, closedAt, isRepeat: false },
  }));
}

const whyPartly = [
  '处理过一次，过了几天又出现了',
  '只处理了一部分，旁边的还没有处理',
  '比原来好一些，希望再有人管一管',
  '当时处理了，没有说以后怎么办',
];

function answerOf({ areaCode }: Callback, { town, chance }: Context): CallbackAnswer {
  const { late } = town.manner(areaCode);
  const isSolved = chance() < 0.9 - late * 0.6;
  const satisfaction = pickWeighted(
    [
      ['satisfied', isSolved ? 90 : 30],
      ['basicallySatisfied', isSolved ? 7 : 35],
      ['fair', isSolved ? 2 : 22],
      ['dissatisfied', isSolved ? 1 : 13],
    ] as const,
    chance,
  );
  return {
    isContacted: chance() < 0.97 - late * 0.3,
    solved: isSolved ? 'yes' : 'partly',
    satisfaction,
    ...(isSolved ? {} : { why: pick(whyPartly, chance) }),
  };
}

/** What becomes of ringing a complainant; the same at every try. */
const fateOf = ({ id }: Callback): 'answers' | 'away' | 'forgotten' | 'refused' | 'wrongNumber' =>
  pickWeighted(
    [
      ['answers', 89],
      ['away', 5],
      ['forgotten', 3],
      ['refused', 2],
      ['wrongNumber', 1],
    ] as const,
    chanceOf(`complainant ${id}`),
  );

function rung(callback: Callback, context: Context): Step | null {
  const { town, chance, since } = context;
  const fate = fateOf(callback);
  const actor = town.others('desk', '').find(({ personId }) => personId === callback.operatorId);
  if (!actor) return null;
  const step = { at: after(since, 1.5 + chance() * 8), actor };
  if (fate === 'away' || (callback.attemptCount === 0 && chance() < 0.1)) {
    const outcome = pick(['noAnswer', 'busy', 'switchedOff'], chance);
    return { ...step, action: 'logAttempt', input: { outcome } };
  }
  return fate === 'refused' || fate === 'wrongNumber'
    ? { ...step, action: 'invalidate', input: { invalidReason: fate } }
    : { ...step, action: 'record', input: { ...answerOf(callback, context) } };
}

function waiting(callback: Callback, context: Context): Step | null {
  const { town, chance, since } = context;
  const system = systemActor(town.master.district);
  const issue = callback.issueId ? context.issue(callback.issueId) : undefined;
  if (issue && (issue.status !== 'closed' || issue.closedAt !== callback.closedAt))
    return { at: after(since, 0.05), actor: system, action: 'cancel', input: {} };
  if (callback.operatorId) return rung(callback, context);
  if (fateOf(callback) === 'forgotten') return null;
  if (callback.byPhone)
    return {
      at: later(since, callback.attemptCount === 0 ? 1_500 : 900, false, chance),
      actor: town.one('desk', chance),
      action: 'claim',
      input: {},
    };
  return chance() < 0.7
    ? {
        at: later(since, 1_200, false, chance),
        actor: system,
        action: 'answerByCode',
        input: { ...answerOf(callback, context) },
      }
    : null;
}

/** What happens next with a call-back; null when nothing does until its days are over. */
export function nextOfCallback(callback: Callback, context: Context): Deed | null {
  const step = callback.status === 'waiting' ? waiting(callback, context) : null;
  return step && { ...step, noun: 'callback', id: callback.id };
}
