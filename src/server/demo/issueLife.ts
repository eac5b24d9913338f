/** Issue life: what the desk, the unit and the verifier do next with an issue. */
import type { Actor } from '../../domain/access.ts';
import { conditionOf } from '../../domain/category.ts';
import { nextStage } from '../../domain/issueClock.ts';
import type { Issue, Milestone } from '../../domain/issueShape.ts';
import { addDays, addMinutes, localDay, type Moment } from '../../domain/moment.ts';
import { verifierRefusal } from '../../domain/verifier.ts';
import { workKinds } from '../../domain/work.ts';
import { systemActor } from '../baseSeed.ts';
import { dutyMark } from '../duty.ts';
import { idAt, pick } from './chance.ts';
import type { Context, Deed } from './deed.ts';
import { after, afterByDay, later } from './hours.ts';
import { subjectOf } from './tales.ts';

type Road = (issue: Issue, context: Context) => Deed | null;

const on = (issue: Issue, step: Omit<Deed, 'noun' | 'id'>): Deed => ({
  ...step,
  noun: 'issue',
  id: issue.id,
});

const isAlways = ({ isDayAndNight, isUrgent }: Issue): boolean => isDayAndNight || isUrgent;

const asks = (
  issue: Issue,
  kind: string,
  step: { at: Moment; actor: Actor; reason: string; more?: Record<string, unknown> },
): Deed => ({
  at: step.at,
  actor: step.actor,
  noun: 'approval',
  id: idAt(step.at, `${kind} of ${issue.id} ${issue.version}`),
  action: 'ask',
  input: { issueId: issue.id, kind, reason: step.reason, ...step.more },
});

const accepted: Road = (issue, context) => {
  const { town, words, chance, since } = context;
  const desk = town.one(chance() < 0.9 ? 'desk' : 'shiftLeader', chance);
  const at = later(since, issue.urgency === 'danger' ? 6 : 16, isAlways(issue), chance);
  const twin = context.twin(issue);
  if (twin && issue.openAssistCount === 0 && issue.mergedCount === 0 && chance() < 0.5)
    return on(issue, {
      at,
      actor: desk,
      action: 'merge',
      input: { intoId: twin.id, note: pick(words.mergeWords, chance) },
    });
  if (chance() < 0.008 && issue.pendingConsents.length === 0)
    return asks(issue, 'void', {
      at,
      actor: town.one('desk', chance),
      reason: pick(words.voidWords, chance),
    });
  const category = town.master.categories.get(issue.categoryId);
  if (!category) return null;
  const suggested = dutyMark(town.master, issue, at).unitId;
  const isFollowed = suggested !== null && town.headOf(suggested) !== undefined && chance() < 0.95;
  const habit = chance() < 0.7 ? town.habitOf(issue.categoryCode, issue.areaCode) : undefined;
  const right = habit ?? (isFollowed ? suggested : town.unitFor(category, issue.areaCode, chance));
  const isWrong = issue.returnCount === 0 && chance() < 0.035;
  const unitId = isWrong ? town.wrongUnit(right, chance) : right;
  const office = town.officeOf(issue.areaCode);
  const helps =
    office && office !== unitId && !issue.assistUnitIds.includes(office) && chance() < 0.05;
  return on(issue, {
    at,
    actor: desk,
    action: 'dispatch',
    input: {
      unitId,
      ...(helps ? { assistUnitIds: [office], note: pick(words.assistTasks, chance) } : {}),
    },
  });
};

/** Is it a unit the issue would not usually go to? Such units send it back. */
function isStranger(
  { unitId, suggestedUnitId, categoryId, categoryCode, areaCode }: Issue,
  { town }: Context,
): boolean {
  const category = town.master.categories.get(categoryId);
  if (!category || !unitId) return false;
  const usual = [0.1, 0.9].map((share) => town.unitFor(category, areaCode, () => share));
  const known = [suggestedUnitId, town.habitOf(categoryCode, areaCode), ...usual];
  return !known.includes(unitId);
}

const dispatched: Road = (issue, context) => {
  const { town, words, chance, since } = context;
  const head = town.headOf(issue.unitId ?? '');
  if (!head) return null;
  const { pace } = town.manner(issue.areaCode);
  const isSentBack = issue.returnCount < 2 && chance() < (isStranger(issue, context) ? 0.8 : 0.012);
  if (isSentBack)
    return on(issue, {
      at: later(since, 35 * pace, isAlways(issue), chance),
      actor: head,
      action: 'sendBack',
      input: { note: pick(words.sendBackWords, chance) },
    });
  if (chance() < 0.008) {
    const category = town.master.categories.get(issue.categoryId);
    const unitId = category && town.unitFor(category, issue.areaCode, chance);
    if (unitId && unitId !== issue.unitId && !issue.assistUnitIds.includes(unitId))
      return on(issue, {
        at: later(since, 60, true, chance),
        actor: town.one('shiftLeader', chance),
        action: 'transfer',
        input: { unitId, note: pick(words.transferWords, chance) },
      });
  }
  const isSlow = chance() < 0.08 * pace;
  return on(issue, {
    at: later(since, isSlow ? 45 * pace : 6.5 * pace, isAlways(issue), chance),
    actor: head,
    action: 'claim',
    input: {},
  });
};

/** Issues that nobody gets round to: few, but many of those of the last weeks. */
const isNeglected = (issue: Issue, { until, chance, neglect }: Context): boolean => {
  const isLate =
    issue.acceptedAt > addMinutes(until, -neglect.days * 1440) &&
    issue.acceptedAt < addMinutes(until, -1440);
  return chance() < (isLate ? neglect.share : 0.012);
};

/** The next of several limits on the way: reached in time as a rule, with words and a photo. */
function staged(issue: Issue, stage: Milestone, actor: Actor, context: Context): Deed {
  const { words, chance, since } = context;
  const left = Math.max(60, (Date.parse(stage.due) - Date.parse(since)) / 60_000);
  const isLate = chance() < 0.12 || isNeglected(issue, context);
  return on(issue, {
    at: afterByDay(since, left * (isLate ? 1.1 + chance() * 0.6 : 0.35 + chance() * 0.55), chance),
    actor,
    action: 'reachMilestone',
    input: {
      words: `${stage.name}：${pick(words.stageWords[stage.name] ?? ['已完成，现场留存照片'], chance)}`,
    },
    photos: { count: 1, scene: 'before', subject: subjectOf(issue.categoryCode) },
  });
}

/** Days until the joint meeting names the owner of what nobody owns; most matters wait for it. */
function meeting(issue: Issue, { town, words, chance, since }: Context): Deed | null {
  const unitId = town.keeper(chance);
  return unitId === undefined
    ? null
    : on(issue, {
        at: afterByDay(since, (1.5 + chance() * 9) * 1440, chance),
        actor: town.one('supervisor', chance),
        action: 'nameOwner',
        input: { unitId, note: pick(words.meetingWords, chance) },
      });
}

/** When the work is done: a share of the time allowed, beyond it for the late ones. */
function doneAt(issue: Issue, context: Context): Moment {
  const { town, chance, since, neglect } = context;
  const { pace, late } = town.manner(issue.areaCode);
  const due = issue.rectifyDue ?? addMinutes(since, 480);
  const allowed = Math.max(20, (Date.parse(due) - Date.parse(since)) / 60_000);
  if (issue.attempt === 1 && isNeglected(issue, context))
    return afterByDay(since, (6 + chance() * (neglect.longest - 6)) * 1440, chance);
  if (chance() < late) return afterByDay(due, 40 + chance() * chance() * 2_600, chance);
  const share = Math.min(0.92, (0.12 + chance() * 0.62) * Math.min(1.25, 0.55 + pace * 0.4));
  const at = after(since, Math.max(12, Math.min(allowed, 2_880) * share));
  const byDay = isAlways(issue) ? at : afterByDay(at, 0, chance);
  return byDay < due || chance() < 0.5 ? byDay : at;
}

function doneWords(issue: Issue, { town, chance }: Context): Record<string, unknown> {
  const category = town.master.categories.get(issue.categoryId);
  const condition = category && conditionOf(category, issue.conditionNo);
  const begin = pick(['已安排人员到场', '已组织专班', '当日到场处置', '已协调相关单位'], chance);
  const work = pick(
    workKinds.filter(({ unit }) => unit === '处' || unit === '个'),
    chance,
  );
  return {
    words: `${begin}，${category?.name ?? '问题'}已整改：${condition?.closeWhen ?? '恢复原状'}`,
    ...(chance() < 0.3
      ? { works: [{ code: work.code, quantity: 1 + Math.floor(chance() * 4) }] }
      : {}),
  };
}

const held: Road = (issue, { town }) =>
  issue.holdUntil
    ? on(issue, {
        at: after(issue.holdUntil, 0.05),
        actor: systemActor(town.master.district),
        action: 'resume',
        input: {},
      })
    : null;

const claimed: Road = (issue, context) => {
  const { town, words, chance, since, until } = context;
  if (issue.isHeld) return held(issue, context);
  const head = town.headOf(issue.unitId ?? '');
  if (!head || issue.openAssistCount > 0 || issue.pendingConsents.length > 0) return null;
  const officers = town.officersOf(head.unitId ?? '');
  const { pace } = town.manner(issue.areaCode);
  if (!issue.officerPostId && issue.attempt === 1 && officers.length > 0 && chance() < 0.45)
    return on(issue, {
      at: later(since, 14 * pace, isAlways(issue), chance),
      actor: head,
      action: 'assign',
      input: { postId: pick(officers, chance).postId },
    });
  const officer = officers.find(({ personId }) => personId === issue.officerId);
  const named = issue.isOwnerless && chance() < 0.6 ? meeting(issue, context) : null;
  if (named) return named;
  const stage = nextStage(issue);
  if (stage) return staged(issue, stage, officer ?? head, context);
  const due = issue.rectifyDue;
  if (due && due > since && issue.extensionCount < 2 && chance() < 0.045) {
    const at = after(since, ((Date.parse(due) - Date.parse(since)) * 0.7) / 60_000);
    return asks(issue, 'extension', {
      at,
      actor: head,
      reason: pick(words.extensionWords, chance),
    });
  }
  if (issue.holdCount === 0 && chance() < 0.008) {
    const at = later(since, 90, false, chance);
    const isLong = chance() < 0.5;
    const days = isLong ? 60 + Math.floor(chance() * 200) : 5 + Math.floor(chance() * 25);
    const hold = { kind: isLong ? 'longTerm' : 'short', until: addDays(localDay(at), days) };
    return asks(issue, 'hold', {
      at,
      actor: head,
      reason: pick(words.holdWords, chance),
      more: { hold },
    });
  }
  const at = doneAt(issue, context);
  const isLate = due !== null && at > addMinutes(due, 600);
  const noteAt = due ? afterByDay(due, 240, chance) : at;
  if (isLate && noteAt > since && chance() < 0.3)
    return on(issue, {
      at: noteAt,
      actor: town.one('supervisor', chance),
      action: 'addNote',
      input: { note: pick(words.notes, chance) },
    });
  if (issue.attempt > 2 && at < until && chance() < 0.1)
    return asks(issue, 'forceClose', {
      at,
      actor: town.one('desk', chance),
      reason: pick(words.forceWords, chance),
    });
  return on(issue, {
    at,
    actor: officer ?? head,
    action: 'rectify',
    input: doneWords(issue, context),
    photos: {
      count: chance() < 0.25 ? 2 : 1,
      scene: 'after',
      subject: subjectOf(issue.categoryCode),
    },
  });
};

const rectified: Road = (issue, { town, chance, since }) =>
  on(issue, {
    at: later(since, 20, isAlways(issue), chance),
    actor: town.one('desk', chance),
    action: 'sendToVerify',
    input: {},
  });

const verifying: Road = (issue, context) => {
  const { town, words, chance, since } = context;
  const { posts } = town.master;
  const able = [...town.gridsOf(issue.areaCode), town.one('assessor', chance)].filter(
    (actor) =>
      posts.has(actor.postId) &&
      !verifierRefusal(issue, { personId: actor.personId, line: actor.line, handlingPaths: [] }),
  );
  if (able.length === 0) return null;
  const actor =
    able.length > 1 && chance() < 0.92 ? pick(able.slice(0, -1), chance) : pick(able, chance);
  const fails = issue.attempt < 4 && chance() < town.manner(issue.areaCode).fails;
  return on(issue, {
    at: later(since, chance() < 0.06 ? 190 : 48, isAlways(issue) && chance() < 0.5, chance),
    actor,
    action: fails ? 'fail' : 'pass',
    input: { words: pick(fails ? words.failWords : words.passWords, chance) },
    photos: {
      count: 1,
      scene: fails ? 'before' : 'after',
      subject: subjectOf(issue.categoryCode),
    },
  });
};

const passed: Road = (issue, { town, chance, since }) =>
  on(issue, {
    at: later(since, 22, isAlways(issue), chance),
    actor: town.one('desk', chance),
    action: 'close',
    input: {},
  });

const closed: Road = (issue, context) => {
  const { town, words, chance, since } = context;
  const head = town.headOf(issue.unitId ?? '');
  const done = issue.countedRectifiedAt ?? issue.closedAt;
  const isOverdue = done !== null && issue.rectifyDue !== null && done > issue.rectifyDue;
  if (
    head &&
    isOverdue &&
    !issue.isExempt &&
    issue.appealCount === 0 &&
    !issue.isForced &&
    chance() < 0.14
  )
    return asks(issue, 'appeal', {
      at: later(since, 900, false, chance),
      actor: head,
      reason: pick(words.appealWords, chance),
    });
  if (
    issue.attempt < 3 &&
    !issue.isForced &&
    !issue.isExempt &&
    issue.appealCount === 0 &&
    chance() < 0.01
  )
    return on(issue, {
      at: later(since, 1_300, false, chance),
      actor: town.one('desk', chance),
      action: 'reopen',
      input: { note: pick(words.reopenWords, chance) },
    });
  return null;
};

const roads: Partial<Record<Issue['status'], Road>> = {
  accepted,
  dispatched,
  claimed,
  rectified,
  verifying,
  passed,
  closed,
};

/** What happens next with an issue; null when it waits for something else or is over. */
export function nextOfIssue(issue: Issue, context: Context): Deed | null {
  // Nothing is decided about an issue while somebody is asked for consent.
  if (issue.pendingConsents.length > 0) return null;
  return roads[issue.status]?.(issue, context) ?? null;
}
