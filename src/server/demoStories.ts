/**
 * Demo stories 演示案例: lives through the hand-made stories of `seeds/demoLife.json` in simulated time, with
 * what follows from them by itself: answers that open and clocks that run out, each at its own moment, so
 * that the sweeps of the working server find nothing left over. Goes on where the last start stopped.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Approval } from '../domain/approval.ts';
import type { Assist } from '../domain/assist.ts';
import type { Issue } from '../domain/issueShape.ts';
import { momentAt, type Moment } from '../domain/moment.ts';
import { Refused } from '../domain/refused.ts';
import type { Report } from '../domain/reportShape.ts';
import { systemActor } from './baseSeed.ts';
import { lifeNouns, type LifeNoun } from './demo/standing.ts';
import { subjectOf } from './demo/tales.ts';
import { lifeOf, type Setting, type Step, type Story } from './demoLife.ts';
import { drawPicture, pictureVariants, type Scene } from './demoPictures.ts';
import { issueEscalation, partEscalation, reportEscalation } from './escalations.ts';
import { idFrom } from './idFrom.ts';
import { perform, type Order, type Performing } from './perform.ts';
import { uploadsOn, type PhotoDeps } from './photos/upload.ts';
import type { AnyRecord } from './statement.ts';

export interface Telling {
  /** From `simulatedTools`. */
  tools: Performing;
  pool: PhotoDeps['pool'];
  photoDirectory: string;
  district: string;
  setting: Setting;
}

/** The steps of all stories up to the present. */
export const storySteps = (setting: Setting, present: Moment): Step[] =>
  lifeOf(JSON.parse(readFileSync('seeds/demoLife.json', 'utf8')) as Story[], setting, present);

const drawings = new Map<string, Promise<Buffer>>();

function drawingOf(scene: Scene, step: Step): Promise<Buffer> {
  const variant = Number.parseInt(step.id.slice(0, 4), 16) % pictureVariants;
  const subject = subjectOf(step.categoryCode);
  const name = `${subject} ${scene} ${variant}`;
  const known = drawings.get(name) ?? drawPicture(subject, scene, variant);
  drawings.set(name, known);
  return known;
}

/** Uploads the photos of a step as its person would, and returns their ids. */
async function takePhotos(step: Step, telling: Telling): Promise<string[]> {
  const { pool, photoDirectory, district, setting } = telling;
  const uploads = uploadsOn({ pool, directory: photoDirectory, now: () => step.at });
  const who = { personId: setting.id('person', step.login), district };
  const ids: string[] = [];
  for (const [n, scene] of step.photos.entries()) {
    const bytes = await drawingOf(scene, step);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const id = idFrom(`demo photo ${step.requestId} ${n} ${sha256}`);
    const { offset, isComplete } = await uploads.announce(who, { id, sha256, size: bytes.length });
    const body = new Blob([new Uint8Array(bytes.subarray(offset))]).stream();
    if (!isComplete) await uploads.receive(who, id, { offset, contentLength: undefined, body });
    ids.push(id);
  }
  return ids;
}

/**
 * At a simulated moment. Whom it concerns is told as ever; what follows for the reports is done here, in
 * simulated time.
 */
const then = ({ tools }: Telling, at: Moment): Performing => ({
  ...tools,
  now: () => at,
  reactionsTo: (name) =>
    tools.reactionsTo(name).filter((reaction) => !answering.includes(reaction)),
});
const answering: readonly string[] = ['openAnswers', 'closeAnswers'];

async function takeStep(telling: Telling, step: Step): Promise<void> {
  const { tools, district, setting } = telling;
  const photos = await takePhotos(step, telling);
  const { login, at, noun, id, action, requestId, input } = step;
  const actor = (await tools.master.of(district)).actor(
    setting.id('person', login),
    setting.id('post', login),
    at,
  );
  if (!actor) throw new Error(`demo seed: nobody called ${login}`);
  const order: Order = {
    noun,
    id,
    action,
    requestId,
    input: photos.length > 0 ? { ...input, photos } : input,
  };
  await perform(then(telling, at), actor, order);
}

interface Ended {
  id: string;
  version: number;
  isAnswerOpen: boolean;
  endedAt: Moment | null;
}

/** Seconds the system takes for what follows. */
const promptly = 2;
const soonAfter = (at: Moment, until: Moment): Moment => {
  const soon = momentAt(Date.parse(at) + promptly * 1000);
  return soon < until ? soon : until;
};

/** Answers open for the reports of issues that ended, and wait again for those of reopened ones. */
async function settleAnswers(
  telling: Telling,
  ids: readonly string[],
  until: Moment,
): Promise<void> {
  const { pool, district } = telling;
  const { rows } = await pool.query<Ended>(
    `select r.id, r.version, r.is_answer_open as "isAnswerOpen", i.closed_at as "endedAt" from report r
     join issue own on own.district = r.district and own.id = r.issue_id
     join issue i on i.district = own.district and i.id = coalesce(own.merged_into, own.id)
     where r.district = $1 and r.id = any($2::uuid[]) and r.status = 'joined'
       and r.is_answer_open <> (i.status in ('closed', 'void')) order by r.id`,
    [district, ids],
  );
  for (const { id, version, isAnswerOpen, endedAt } of rows) {
    const at = endedAt && !isAnswerOpen ? soonAfter(endedAt, until) : until;
    const action = isAnswerOpen ? 'closeAnswer' : 'openAnswer';
    await perform(then(telling, at), systemActor(district), {
      noun: 'report',
      id,
      action,
      input: {},
      requestId: idFrom(`demo ${action} ${id} ${version}`),
    });
  }
}

interface Due {
  noun: LifeNoun;
  id: string;
  version: number;
  escalateAt: Moment;
}

/** The clock of a story's record that ran out first by a moment. */
async function firstDue(
  { pool, district }: Telling,
  ids: readonly string[],
  until: Moment,
): Promise<Due | undefined> {
  const parts = lifeNouns.map(
    (noun) => `select '${noun}' as noun, id, version, escalate_at as "escalateAt" from ${noun}
      where district = $1 and id = any($2::uuid[]) and escalate_at <= $3`,
  );
  const { rows } = await pool.query<Due>(
    `${parts.join(' union all ')} order by "escalateAt", id limit 1`,
    [district, ids, until],
  );
  return rows[0];
}

/** Escalates what ran out up to a moment, as the sweeps of that time would have. */
async function runClocks(telling: Telling, ids: readonly string[], until: Moment): Promise<void> {
  const { tools, district } = telling;
  for (;;) {
    const due = await firstDue(telling, ids, until);
    if (!due) return;
    const { noun, id, version, escalateAt } = due;
    const at = soonAfter(escalateAt, until);
    const [record] = await tools.store.find(noun, district, [id]);
    const input = record && escalationOf(noun, record, escalateAt, at);
    if (!input) return;
    await perform(then(telling, at), systemActor(district), {
      noun,
      id,
      action: 'escalate',
      input,
      requestId: idFrom(`demo escalate ${noun} ${id} ${version}`),
    });
  }
}

function escalationOf(
  noun: LifeNoun,
  record: AnyRecord,
  escalateAt: Moment,
  at: Moment,
): Record<string, unknown> | undefined {
  if (noun === 'report') return reportEscalation(record as unknown as Report);
  if (noun !== 'issue') return partEscalation(record as unknown as Assist | Approval);
  const issue = record as unknown as Issue;
  return issueEscalation(issue, issue.escalationLevel + 1, escalateAt, at);
}

/** Lives through the stories up to the present, from where the last start stopped. */
export async function tellStories(telling: Telling, present: Moment): Promise<void> {
  const steps = storySteps(telling.setting, present);
  const ids = [...new Set(steps.map(({ id }) => id))];
  const seen = await telling.tools.store.requests(
    telling.district,
    steps.map((step) => step.requestId),
  );
  for (const step of steps.filter(({ requestId }) => !seen.has(requestId))) {
    await settleAnswers(telling, ids, step.at);
    await runClocks(telling, ids, step.at);
    await takeStep(telling, step).catch((error: unknown) => {
      // Told on by a later edition, a story may meet what people have done since; it ends there.
      if (seen.size === 0 || !(error instanceof Refused)) throw error;
    });
  }
  await settleAnswers(telling, ids, present);
  await runClocks(telling, ids, present);
}
