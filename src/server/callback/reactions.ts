/** Reactions of call-backs 回访后续: a closing opens them, a reopening cancels them, an answer may open the issue again. */
import type { Callback } from '../../domain/callbackShape.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { about, notices, performQuietly, personsOf, recordOf, type Reaction } from '../reacting.ts';
import {
  callbacksToAnonymize,
  callbacksToCancel,
  callbacksToOpen,
  cityCallbacksToCancel,
  reopening,
} from './afterClosing.ts';

export const callbackReactions = {
  openCallbacks: async (event, reacting) => {
    const issue = await recordOf<Issue>(event, reacting);
    for await (const act of callbacksToOpen(reacting.pool, event, issue))
      await performQuietly(reacting.tools, event, act);
    return [];
  },
  cancelCallbacks: async (event, reacting) => {
    const issue = await recordOf<Issue>(event, reacting);
    for (const act of await callbacksToCancel(reacting.pool, event, issue))
      await performQuietly(reacting.tools, event, act);
    return [];
  },
  cancelCityCallbacks: async (event, reacting) => {
    for (const act of await cityCallbacksToCancel(reacting.pool, event))
      await performQuietly(reacting.tools, event, act);
    return [];
  },
  anonymizeCallbacks: async (event, reacting) => {
    for (const act of await callbacksToAnonymize(reacting.pool, event))
      await performQuietly(reacting.tools, event, act);
    return [];
  },
  followCallback: async (event, reacting) => {
    const record = await recordOf<Callback>(event, reacting);
    if (!record?.issueId) return [];
    const issue = await recordOf<Issue>(event, reacting, 'issue', record.issueId);
    const again = reopening(record, issue);
    if (again) await performQuietly(reacting.tools, event, again);
    if (record.status !== 'contested' || !issue) return [];
    const master = await reacting.tools.master.of(event.district);
    const words = `回访${event.action === 'escalate' ? '复核已超时' : '待复核'}`;
    const persons = personsOf(master, ['shiftLeader'], event.at);
    return notices(event, persons, `${words}：${about(issue, master)}`);
  },
} satisfies Record<string, Reaction>;
