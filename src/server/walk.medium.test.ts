/** Random walks through the ledger: whatever happened, it replays, and the counts and clocks are right. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import type { Approval } from '../domain/approval.ts';
import type { Assist } from '../domain/assist.ts';
import type { Callback } from '../domain/callbackShape.ts';
import { levelsOf, nextStage } from '../domain/issueClock.ts';
import { clockOfStatus, currentDue, type Issue } from '../domain/issueShape.ts';
import { partyOf } from '../domain/issueRow.ts';
import { nouns } from '../domain/nouns.ts';
import { clockOfReportStatus, type Report } from '../domain/reportShape.ts';
import { sealAll, verifySeals } from './sealer.ts';
import { fold } from './fold.ts';
import { expectReplay, type History } from './testing/replay.ts';
import { Walker, walkWorld, type Dice } from './testing/walker.ts';
import { stagedCategory } from './testing/stagedCategory.ts';
import { world, type World } from './testing/world.ts';

const step: fc.Arbitrary<Dice> = fc.record({
  seed: fc.nat(),
  minutes: fc.oneof(
    { weight: 6, arbitrary: fc.nat(20) },
    { weight: 2, arbitrary: fc.nat(600) },
    { weight: 1, arbitrary: fc.nat(6000) },
  ),
});

/** What holds for an issue after each of its events. */
function checkIssue(issue: Issue): void {
  const about = `issue version ${issue.version}, ${issue.status}`;
  const clock = clockOfStatus[issue.status];
  if (!clock) {
    expect(issue.escalateAt, about).toBeNull();
    expect(currentDue(issue), about).toBeNull();
  } else if (issue.isHeld) {
    expect([issue.status, issue.escalateAt], about).toEqual(['claimed', null]);
    expect(issue.holdUntil, about).not.toBeNull();
  } else {
    expect(currentDue(issue), about).not.toBeNull();
    const isTold = issue.escalationLevel >= levelsOf(issue, clock);
    expect(issue.escalateAt === null, about).toBe(isTold);
  }
  expect(issue.milestoneDue, about).toBe(nextStage(issue)?.due ?? null);
  if (!issue.isHeld) expect([issue.holdKind, issue.holdUntil], about).toEqual([null, null]);
  expect(issue.partyUnitIds, about).toEqual(partyOf(issue.unitId, issue.assistUnitIds));
  expect(issue.assistUnitIds, about).not.toContain(issue.unitId);
  expect(issue.extensionCount, about).toBeLessThanOrEqual(2);
  expect(issue.returnCount, about).toBeLessThanOrEqual(2);
  expect(issue.holdCount, about).toBeLessThanOrEqual(1);
  expect(issue.openAssistCount, about).toBeGreaterThanOrEqual(0);
  expect(issue.reportCount, about).toBeGreaterThanOrEqual(1);
  if (['dispatched', 'claimed', 'rectified', 'verifying', 'passed'].includes(issue.status)) {
    expect([issue.unitId, issue.rectifyDue], about).not.toContain(null);
  }
  if (issue.status === 'accepted')
    expect([issue.unitId, issue.rectifyDue], about).toEqual([null, null]);
}

/** What holds for a report after each of its events: its status has its clock, told once. */
function checkReport(report: Report): void {
  const about = `report version ${report.version}, ${report.status}`;
  const clock = clockOfReportStatus[report.status];
  if (!clock) return expect(report.escalateAt, about).toBeNull();
  const due = report[`${clock}Due`];
  if (clock !== 'answer') expect(due, about).not.toBeNull();
  expect(report.escalateAt, about).toBe(report.escalatedClock === clock ? null : due);
  if (due) expect(report.clocks[clock], about).toBeDefined();
}

/** What holds for a call-back after each of its events: a clock while somebody is asked for, one result. */
function checkCallback(record: Callback): void {
  const { status, way, due, endedAt, invalidReason, reopens, solved } = record;
  const about = `callback version ${record.version}, ${status}`;
  expect(due !== null, about).toBe(status === 'waiting' || status === 'contested');
  expect(endedAt !== null, about).toBe(status !== 'waiting');
  expect(invalidReason !== null, about).toBe(status === 'invalid');
  if (status === 'answered' || status === 'contested') expect(way, about).not.toBeNull();
  if (reopens) expect(solved, about).toBe('no');
}

/** What holds for an assist or approval entering a status: one may be claimed after its one reminder. */
function checkEntering(
  noun: 'assist' | 'approval',
  record: { status: string; escalateAt: string | null },
  about: string,
): void {
  if (nouns[noun].finals.includes(record.status as never))
    expect(record.escalateAt, about).toBeNull();
  else if (record.status !== 'claimed') expect(record.escalateAt, about).not.toBeNull();
}

function checkStates(history: History): void {
  for (const [key, events] of history) {
    const noun = key.split(':')[0];
    for (let n = 1; n <= events.length; n++) {
      const record = fold(events.slice(0, n)) as unknown as Issue;
      if (noun === 'issue') checkIssue(record);
      const isEntering = events[n - 1]?.changes.status !== undefined;
      if (noun === 'report') checkReport(record as unknown as Report);
      if (noun === 'callback') checkCallback(record as unknown as Callback);
      if (isEntering && (noun === 'assist' || noun === 'approval')) {
        checkEntering(noun, record, `${noun} ${record.status}`);
      }
    }
  }
}

async function checkCounts(w: World, history: History): Promise<void> {
  const all = async <T>(noun: string): Promise<T[]> => {
    const ids = [...history.keys()]
      .filter((key) => key.startsWith(`${noun}:`))
      .map((key) => key.slice(noun.length + 1));
    return (await w.tools.store.find(noun, w.district, ids)) as unknown as T[];
  };
  const [issues, assists, approvals, reports] = [
    await all<Issue>('issue'),
    await all<Assist>('assist'),
    await all<Approval>('approval'),
    await all<Report>('report'),
  ];
  const { rows: shown } = await w.pool.query<{ record_id: string; count: number }>(
    `select record_id, count(*) as count from attachment where noun in ('issue', 'report') group by record_id`,
  );
  const photos = new Map(shown.map((row) => [row.record_id, row.count]));
  for (const issue of issues) {
    const merged = issues.filter((other) => other.mergedInto === issue.id);
    const own = reports.filter((report) => report.issueId === issue.id).length;
    expect(issue.openAssistCount).toBe(
      assists.filter(
        (a) => a.issueId === issue.id && (a.status === 'asked' || a.status === 'claimed'),
      ).length,
    );
    expect(issue.mergedCount).toBe(merged.length);
    expect(issue.reportCount).toBe(
      merged.reduce((sum, other) => sum + (other.beforeMerge?.reportCount ?? 0), own),
    );
    expect(own).toBeGreaterThanOrEqual(1);
    expect([...issue.pendingConsents].sort()).toEqual(
      approvals
        .filter((a) => a.issueId === issue.id && a.status === 'asked')
        .map((a) => a.kind as string)
        .sort(),
    );
    expect(issue.photoCount).toBe(photos.get(issue.id) ?? 0);
  }
  for (const report of reports) {
    expect(report.photoCount).toBe(photos.get(report.id) ?? 0);
    expect(report.issueId !== null).toBe(
      report.status === 'joined' || report.status === 'answered',
    );
  }
}

/** Every walk comes by these; the rarer ones differ from run to run. */
const everyWalk = [
  'report.submit',
  'report.attach',
  'issue.accept',
  'issue.dispatch',
  'issue.claim',
  'issue.sendBack',
  'issue.addNote',
  'issue.markUrgent',
  'issue.addAssist',
  'issue.awaitConsent',
  'assist.ask',
  'approval.ask',
];

describe('random walks', () => {
  let w: World;
  const done = new Set<string>();
  beforeAll(async () => {
    w = await world(walkWorld);
    await stagedCategory(w);
    await w.run('head', 'roster', newId(), 'add', {
      unitId: w.unitId('clean'),
      postId: w.postId('officer'),
      weekdays: [1, 2, 3, 4, 5, 6],
      startsAt: '18:00',
      endsAt: '02:00',
    });
  });
  afterAll(() => w.drop());

  it('replay, keep their counts and clocks, and seal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 150, maxLength: 250, size: 'max' }),
        async (steps) => {
          const walker = new Walker(w);
          for (const dice of steps) await walker.step(dice);
          const history = await expectReplay(w);
          for (const event of [...history.values()].flat())
            done.add(`${event.noun}.${event.action}`);
          checkStates(history);
          await checkCounts(w, history);
          await sealAll(w.pool);
          const verified = (await verifySeals(w.pool)).find(
            ({ district }) => district === w.district,
          );
          expect(verified).toMatchObject({ unsealed: 0, firstBad: null });
          expect(verified?.sealed).toBe(
            [...history.values()].flat().filter((event) => event.district === w.district).length,
          );
        },
      ),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it('came by nearly every action of the loop', () => {
    const loop = (['report', 'issue', 'assist', 'approval', 'callback'] as const).flatMap((noun) =>
      Object.keys(nouns[noun].actions).map((action) => `${noun}.${action}`),
    );
    const never = loop.filter((name) => !done.has(name));
    expect(everyWalk.filter((name) => !done.has(name))).toEqual([]);
    // At least half of the loop's actions, so that a generator gone blind is seen.
    expect(never.length).toBeLessThan(loop.length / 2);
  });
});
