/** Report life: what the desk and the finders do next with a report. */
import type { Report } from '../../domain/reportShape.ts';
import { systemActor } from '../baseSeed.ts';
import { idAt, pick, pickWeighted } from './chance.ts';
import type { Context, Deed } from './deed.ts';
import { after, later } from './hours.ts';
import { conditionOfReport, subjectOf } from './tales.ts';

type Step = Omit<Deed, 'noun' | 'id'>;

/** Does its problem come from somebody who may be mistaken? */
const isHearsay = ({ channel }: Report): boolean =>
  channel === 'hotline' || channel === 'citizen' || channel === 'media';

const isAlways = ({ channel, urgency }: Report): boolean =>
  channel === 'hotline' || urgency === 'danger';

function declined(report: Report, { town, words, chance, since }: Context): Step {
  const reason =
    report.confirmResult === 'false'
      ? (report.confirmWords ?? '')
      : pick(words.declineWords, chance);
  return {
    at: later(since, 25, isAlways(report), chance),
    actor: town.one('desk', chance),
    action: 'decline',
    input: { reason: reason || '经核实不属实' },
  };
}

function accepted(report: Report, { town, chance, since }: Context): Step {
  const at = later(since, 18, isAlways(report), chance);
  const category = town.categories(at).all.find(({ code }) => code === report.categoryCode);
  const conditions = category?.conditions ?? [];
  return {
    at,
    actor: town.one(chance() < 0.95 ? 'desk' : 'shiftLeader', chance),
    action: 'accept',
    input: {
      reportId: report.id,
      categoryCode: report.categoryCode,
      conditionNo: conditionOfReport(conditions, report.id, report.urgency === 'danger').no,
      areaCode: report.areaCode,
      ...(chance() < 0.01 ? { isUrgent: true } : {}),
    },
  };
}

function confirming(report: Report, { town, words, chance, since }: Context): Step | null {
  const [grid] = town.gridsOf(report.areaCode);
  if (!grid) return null;
  return {
    at: later(since, 11, isAlways(report), chance),
    actor: town.one('desk', chance),
    action: 'confirm',
    input: {
      postId: pick(town.gridsOf(report.areaCode), chance).postId,
      note: pick(words.confirmNotes, chance),
    },
  };
}

function submitted(report: Report, context: Context): Step | null {
  const { town, words, chance, since } = context;
  if (report.confirmResult === 'false') return declined(report, context);
  if (report.channel === 'patrol' && !report.confirmResult && chance() < 0.1) {
    const reporter = town
      .gridsOf(report.areaCode)
      .find(({ personId }) => personId === report.reporterId);
    if (reporter)
      return {
        at: later(since, 14, true, chance),
        actor: reporter,
        action: 'selfHandle',
        input: { words: pick(words.selfHandled, chance) },
        photos: { count: 1, scene: 'after', subject: subjectOf(report.categoryCode) },
      };
  }
  if (isHearsay(report) && !report.confirmResult) {
    if (chance() < 0.01)
      return {
        at: later(since, 20, true, chance),
        actor: town.one('desk', chance),
        action: 'withdraw',
        input: { reason: '诉求人来电称问题已解决，要求撤回' },
      };
    if (chance() < 0.13) return confirming(report, context);
    if (chance() < 0.05) return declined(report, context);
  }
  const twin = context.twin({ ...report, categoryCode: report.categoryCode ?? '' });
  if (twin && chance() < 0.7)
    return {
      at: later(since, 15, isAlways(report), chance),
      actor: town.one('desk', chance),
      action: 'join',
      input: { issueId: twin.id },
    };
  return accepted(report, context);
}

function answeringConfirm(report: Report, { town, words, chance, since }: Context): Step | null {
  const confirmer = town
    .gridsOf(report.areaCode)
    .find(({ personId }) => personId === report.confirmerId);
  const result = pickWeighted(
    [
      ['true', 80],
      ['false', 14],
      ['unclear', 6],
    ] as const,
    chance,
  );
  return confirmer
    ? {
        at: later(since, 55, false, chance),
        actor: confirmer,
        action: 'answerConfirm',
        input: {
          result,
          words: pick(result === 'false' ? words.confirmFalse : words.confirmTrue, chance),
        },
        ...(chance() < 0.7
          ? {
              photos: {
                count: 1,
                scene: 'before' as const,
                subject: subjectOf(report.categoryCode),
              },
            }
          : {}),
      }
    : null;
}

/** The issue of a report, or the one that was merged into, when it has ended. */
function endOf(report: Report, context: Context): string | null {
  const own = report.issueId ? context.issue(report.issueId) : undefined;
  const issue = own?.mergedInto ? context.issue(own.mergedInto) : own;
  return issue?.status === 'closed' || issue?.status === 'void' ? issue.closedAt : null;
}

function joined(report: Report, context: Context): Step | null {
  const { town, words, chance, since } = context;
  const endedAt = endOf(report, context);
  const system = systemActor(town.master.district);
  if (report.isAnswerOpen && !endedAt)
    return { at: after(since, 0.02), actor: system, action: 'closeAnswer', input: {} };
  if (report.isAnswerOpen)
    return {
      at: later(since, isHearsay(report) ? 130 : 45, false, chance),
      actor: town.one('desk', chance),
      action: 'answer',
      input: { answer: pick(words.answers, chance) },
    };
  if (!endedAt) return null;
  return {
    at: after(endedAt > since ? endedAt : since, 0.03),
    actor: system,
    action: 'openAnswer',
    input: {},
  };
}

/** What happens next with a report; null when nothing does until its issue moves. */
export function nextOfReport(report: Report, context: Context): Deed | null {
  const roads: Partial<
    Record<Report['status'], (report: Report, context: Context) => Step | null>
  > = {
    submitted,
    confirming: answeringConfirm,
    joined,
  };
  const step = roads[report.status]?.(report, context);
  if (!step) return null;
  return step.action === 'accept'
    ? { ...step, noun: 'issue', id: idAt(step.at, `issue of ${report.id} ${report.version}`) }
    : { ...step, noun: 'report', id: report.id };
}
