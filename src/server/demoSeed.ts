/**
 * Demo seed 演示区: an invented district with places, units, people and ten days of life, made by real
 * actions. Every action has an id and a request id made from words, so that a start after a kill goes on
 * where the last one stopped and a later start does nothing. Source: product “Works on day one”.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Role } from '../domain/access.ts';
import { addMinutes, type Moment } from '../domain/moment.ts';
import { Refused } from '../domain/refused.ts';
import { systemActor } from './baseSeed.ts';
import { idFrom } from './idFrom.ts';
import { demoRoles, demoRules } from './demoDuty.ts';
import { lifeOf, type Setting, type Step, type Story } from './demoLife.ts';
import { headquarters } from './demoHeadquarters.ts';
import { drawPicture, type Scene } from './demoPictures.ts';
import { perform, type Order, type Performing } from './perform.ts';
import { uploadsOn, type PhotoDeps } from './photos/upload.ts';
import { found, type Founding } from './demo/found.ts';
import { liveOn } from './demo/liveOn.ts';
import { demoWords, handMade, structureOf, type Structure } from './demo/structure.ts';
import { simulatedTools, simulationOf, wantLife, type Simulation } from './simulated.ts';

/** Used by no district of GB/T 2260. */
export const demoDistrict = '110199';
export const demoDistrictName = '清和区（演示）';

/** One password for every demo account; they are exempt from the forced change. */
const demoPassword = 'Civic-Demo-2026';

/** The district was set up this long before its first start, so that its life lies in the past. */
const setUpMinutes = 62 * 1440;
/** Days of simulated life before the first start, and issues a day. */
const lifeDays = 60;
const issuesADay = 48;

/** The hand-made rows, and in a whole district all that is invented around them. */
const structure = (isSmall: boolean): Structure =>
  isSmall ? handMade() : structureOf(demoDistrict, demoDistrictName, handMade());

/** The role words of a unit: those of the matrix, and for invented departments the ones nobody has yet. */
function rolesOf(unitCode: string, isSmall: boolean): string[] {
  const roles = demoRoles(unitCode);
  if (roles.length > 0 || isSmall) return roles;
  const taken = new Set(handMade().units.flatMap(({ code }) => demoRoles(code)));
  const { departments, firms } = demoWords();
  const [, , words = ''] = [...departments, ...firms].find(([code]) => code === unitCode) ?? [];
  return words.split(' ').filter((word) => word !== '' && !taken.has(word));
}

export interface DemoAccount {
  login: string;
  password: string;
  name: string;
  role: Role;
  title: string;
}

let accounts: DemoAccount[] | undefined;

/** The accounts of the demo district, for the sign-in page: one or more of each role. */
export function demoAccounts(): DemoAccount[] {
  accounts ??= handMade().people.map(({ login, name, role, title }) => ({
    login,
    password: demoPassword,
    name,
    role,
    title,
  }));
  return accounts;
}

/** The id of a record of the demo district, by noun and nickname (unit code, login, site key). */
export const demoId = (noun: string, nickname: string): string =>
  idFrom(`demo ${noun} ${nickname}`);

export interface DemoOptions {
  /** Only the hand-made part, without the sixty days around it. */
  isSmall: boolean;
  now: Moment;
  setPassword(personId: string, password: string, mustChange: boolean): Promise<void>;
  pool: PhotoDeps['pool'];
  /** The folder of all photos; it must exist. */
  photoDirectory: string;
}

const unitIdOf = (code: string | undefined): string | null => (code ? demoId('unit', code) : null);

/** What the demo district is founded with; a small one has only the hand-made rows. */
function founding({ isSmall, setPassword }: DemoOptions): Founding {
  const rows = structure(isSmall);
  const codes = new Set(rows.units.map(({ code }) => code));
  const withAccount = new Set(demoAccounts().map(({ login }) => login));
  return {
    district: demoDistrict,
    name: demoDistrictName,
    prefix: 'demo',
    structure: rows,
    rolesOf: (code) => rolesOf(code, isSmall),
    further: [
      demoRules(unitIdOf).map((input) => ({ noun: 'dutyRule', nickname: input.code, input })),
      headquarters(codes, demoId),
    ],
    beforePost: async (login, personId) => {
      if (withAccount.has(login)) await setPassword(personId, demoPassword, false);
    },
  };
}

/** The moment the demo district was first started; all its life is dated back from there. */
async function firstStart(tools: Performing, now: Moment): Promise<Moment> {
  const [founded] = await tools.store.events(demoDistrict, 'area', demoId('area', demoDistrict));
  return founded ? addMinutes(founded.at, setUpMinutes) : now;
}

const settingOf = ({ sites, people }: Structure): Setting => ({
  id: demoId,
  areaOfSite: (key) => sites.find((site) => site.key === key)?.area ?? '',
  headOf: (unit) =>
    people.find((person) => person.unit === unit && person.role === 'unitHead')?.login ?? '',
  gridOf: (areaCode) =>
    people.find(({ role, area }) => role === 'gridWorker' && area === areaCode.slice(0, 9))
      ?.login ?? '',
});

/** Different drawings; people photograph the same street more than once. */
const variants = 6;
const drawings = new Map<string, Promise<Buffer>>();

function drawingOf(scene: Scene, step: Step): Promise<Buffer> {
  const variant = Number.parseInt(step.id.slice(0, 4), 16) % variants;
  const name = `${scene} ${variant}`;
  const known = drawings.get(name) ?? drawPicture(scene, variant);
  drawings.set(name, known);
  return known;
}

/** Uploads the photos of a step as its person would, and returns their ids. */
async function takePhotos(step: Step, { pool, photoDirectory }: DemoOptions): Promise<string[]> {
  const uploads = uploadsOn({ pool, directory: photoDirectory, now: () => step.at });
  const who = { personId: demoId('person', step.login), district: demoDistrict };
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

/** What the reaction to the closing does, in simulated time; where it was faster, nothing. */
async function openAnswer(tools: Performing, reportId: string): Promise<void> {
  try {
    await perform(tools, systemActor(demoDistrict), {
      noun: 'report',
      id: reportId,
      action: 'openAnswer',
      input: {},
      requestId: idFrom(`demo openAnswer ${reportId}`),
    });
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'open')) throw error;
  }
}

async function takeStep(tools: Performing, step: Step, photos: string[]): Promise<void> {
  const { login, at, noun, id, action, requestId, input } = step;
  const actor = (await tools.master.of(demoDistrict)).actor(
    demoId('person', login),
    demoId('post', login),
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
  const then = { ...tools, now: () => at };
  if (order.action === 'answer') await openAnswer(then, order.id);
  await perform(then, actor, order);
}

/** Lives through the stories, from where the last start stopped. */
async function addLife(tools: Performing, start: Moment, options: DemoOptions): Promise<void> {
  const stories = JSON.parse(readFileSync('seeds/demoLife.json', 'utf8')) as Story[];
  const steps = lifeOf(stories, settingOf(handMade()), start);
  const seen = await tools.store.requests(
    demoDistrict,
    steps.map((step) => step.requestId),
  );
  const missing = steps.filter((step) => !seen.has(step.requestId));
  for (const step of missing) {
    await takeStep(tools, step, await takePhotos(step, options));
  }
}

/**
 * Makes the demo district with its hand-made part, or what is missing of it; after that people can work.
 * Only here, in `liveDemo` and in `seed` is an action performed at another moment than the server's.
 */
export async function seedDemo(tools: Performing, options: DemoOptions): Promise<void> {
  const start = await firstStart(tools, options.now);
  const simulated = await simulatedTools(options.pool, tools, demoDistrict);
  const then = { ...simulated, now: () => addMinutes(start, -setUpMinutes) };
  await found(then, tools, founding(options));
  await addLife(simulated, start, options);
  if (options.isSmall) return;
  const beganAt = addMinutes(start, -lifeDays * 1440);
  await wantLife(options.pool, { district: demoDistrict, beganAt, wantedUntil: start, issuesADay });
}

export interface DemoLife {
  pool: PhotoDeps['pool'];
  photoDirectory: string;
  signal?: AbortSignal;
  progress?(simulation: Simulation): void;
}

/** The records of the hand-made stories; the life around them leaves them as they are. */
function storyRecords(start: Moment): Set<string> {
  const stories = JSON.parse(readFileSync('seeds/demoLife.json', 'utf8')) as Story[];
  return new Set(lifeOf(stories, settingOf(handMade()), start).map((step) => step.id));
}

/**
 * Lives the demo district's history up to where it is wanted: on the first start to that moment, with
 * `until` to a later one. Returns how many events were made, 0 when there is no such life.
 */
export async function liveDemo(tools: Performing, life: DemoLife, until?: Moment): Promise<number> {
  const simulation = await simulationOf(life.pool, demoDistrict);
  if (!simulation) return 0;
  if (until) await wantLife(life.pool, { ...simulation, wantedUntil: until });
  const start = await firstStart(tools, tools.now());
  return liveOn({ ...life, tools, district: demoDistrict, leaveAlone: storyRecords(start) });
}
