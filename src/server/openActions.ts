/**
 * Open actions: what this actor may do with a record now, each with the reason why not yet; read from the
 * same rows and refusals that `perform` uses, so a button never promises what the click refuses.
 */
import { inScope, scopeOf } from '../domain/access.ts';
import type { AnyRow, Asked, Kept, Noun } from '../domain/action.ts';
import type { OpenAction } from '../domain/views.ts';
import { getNoun, nouns } from '../domain/nouns.ts';
import { rowRefusal } from './plan.ts';

/** The steps of the main road, the likeliest first; what is not named here comes after them. */
const mainRoad = [
  'claim',
  'reachMilestone',
  'rectify',
  'pass',
  'fail',
  'accept',
  'join',
  'answerConfirm',
  'dispatch',
  'sendToVerify',
  'close',
  'answer',
  'grant',
  'deny',
  'finish',
  'selfHandle',
  'confirm',
  'decline',
  'assign',
  'resume',
  'sendBack',
];

const rank = (action: string): number => {
  const at = mainRoad.indexOf(action);
  return at < 0 ? mainRoad.length : at;
};

const isOffered = (row: AnyRow, { actor }: Asked): boolean =>
  !row.isInner &&
  !row.consent &&
  row.by.includes(actor.role) &&
  row.by.some((role) => role !== 'system');

interface Start {
  noun: Noun;
  action: string;
  row: AnyRow & Required<Pick<AnyRow, 'startsFrom'>>;
}

/** Creations that are offered on a record of another noun, by that noun. */
function startsFrom(name: string): Start[] {
  return Object.values<Noun>(nouns).flatMap((noun) =>
    Object.entries(noun.actions).flatMap(([action, row]) =>
      row.startsFrom?.noun === name
        ? [{ noun, action, row: { ...row, startsFrom: row.startsFrom } }]
        : [],
    ),
  );
}

const startsByNoun = new Map<string, Start[]>();
const startsOf = (name: string): Start[] => {
  let found = startsByNoun.get(name);
  if (!found) startsByNoun.set(name, (found = startsFrom(name)));
  return found;
};

/** The actor's actions on a record, open ones first, the next step of the main road before others. */
export function openActions(nounName: string, record: Kept, asked: Asked): OpenAction[] {
  const noun = getNoun(nounName);
  if (!inScope(record, scopeOf(asked.actor), noun.seen)) return [];
  const own = Object.entries(noun.actions)
    .filter(([, row]) => row.from !== 'new' && isOffered(row, asked))
    .map(([action, row]): OpenAction => {
      const refusal = rowRefusal(noun, row, record, asked) ?? null;
      return { noun: nounName, action, label: row.label, id: record.id, as: null, refusal };
    });
  const begun = startsOf(nounName)
    .filter(({ row }) => isOffered(row, asked))
    .map(({ noun: made, action, row }): OpenAction => {
      const refusal = row.startsFrom.refuse?.(record as never, asked) ?? null;
      return {
        noun: made.name,
        action,
        label: row.label,
        id: null,
        as: row.startsFrom.as,
        refusal,
      };
    });
  const refused = (action: OpenAction): number => (action.refusal ? 1 : 0);
  return [...own, ...begun].sort(
    (a, b) => refused(a) - refused(b) || rank(a.action) - rank(b.action),
  );
}

/** Names of the actions that are open, the likeliest next step first, each once. */
export const likeliest = (actions: readonly OpenAction[]): string[] => [
  ...new Set(actions.filter(({ refusal }) => refusal === null).map(({ action }) => action)),
];
