/**
 * Demo seed 演示区: an invented district with places, units, people and ten days of life, made by real
 * actions. Every action has an id and a request id made from words, so that a start after a kill goes on
 * where the last one stopped and a later start does nothing. Source: product “Works on day one”.
 */
import type { Role } from '../domain/access.ts';
import { addMinutes, type Moment } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import type { Person } from '../domain/person.ts';
import { idFrom } from './idFrom.ts';
import { demoRoles, demoRules } from './demoDuty.ts';
import { findingRecords, recordFindings } from './demoFindings.ts';
import { furnishHouse, leaders, ownYears, signedInDevices } from './demoHouse.ts';
import type { Setting } from './demoLife.ts';
import { headquarters } from './demoHeadquarters.ts';
import { storySteps, tellStories } from './demoStories.ts';
import type { Performing } from './perform.ts';
import type { PhotoDeps } from './photos/upload.ts';
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
  /** Begins a session under a post at the server's own moment, as signing in does; left out: nobody's. */
  signIn?(personId: string, postId: string, device: string): Promise<void>;
}

const unitIdOf = (code: string | undefined): string | null => (code ? demoId('unit', code) : null);

/** What the demo district is founded with; a small one has only the hand-made rows. */
function founding({ isSmall, setPassword }: DemoOptions, start: Moment): Founding {
  const rows = structure(isSmall);
  const own = headquarters(new Set(rows.units.map(({ code }) => code)), demoId);
  const led = new Set(
    own.flatMap(({ input }) => ('areaCode' in input ? [String(input.areaCode)] : [])),
  );
  const whole = [ownYears(addMinutes(start, -setUpMinutes), start), leaders(rows, led, start)];
  const withAccount = new Set(demoAccounts().map(({ login }) => login));
  return {
    district: demoDistrict,
    name: demoDistrictName,
    prefix: 'demo',
    structure: rows,
    rolesOf: (code) => rolesOf(code, isSmall),
    further: [
      demoRules(unitIdOf).map((input) => ({ noun: 'dutyRule', nickname: input.code, input })),
      own,
      ...(isSmall ? [] : whole),
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

/**
 * Makes the demo district with its hand-made part, or what is missing of it; after that people can work.
 * Only here, in `liveDemo` and in `seed` is an action performed at another moment than the server's.
 */
export async function seedDemo(tools: Performing, options: DemoOptions): Promise<void> {
  const { pool, photoDirectory, isSmall } = options;
  // Its life is wanted last: all else is there, and from then on the district is its people's.
  if (!isSmall && (await simulationOf(pool, demoDistrict))) return;
  const start = await firstStart(tools, options.now);
  const simulated = await simulatedTools(pool, tools, demoDistrict);
  const then = { ...simulated, now: () => addMinutes(start, -setUpMinutes) };
  await found(then, tools, founding(options, start));
  if (!isSmall) await furnishHouse(simulated, demoDistrict, demoId, start);
  const setting = settingOf(handMade());
  const telling = { tools: simulated, pool, photoDirectory, district: demoDistrict, setting };
  await tellStories(telling, start);
  await recordFindings(telling, start);
  if (isSmall) return;
  await signIn(tools, options);
  const beganAt = addMinutes(start, -lifeDays * 1440);
  await wantLife(pool, { district: demoDistrict, beganAt, wantedUntil: start, issuesADay });
}

/** Signs those in who are shown as signed in and never were before. */
async function signIn(tools: Performing, options: DemoOptions): Promise<void> {
  for (const [login, device] of signedInDevices()) {
    const personId = demoId('person', login);
    const [found] = await tools.store.find('person', baseDistrict, [personId]);
    const person = found as unknown as Person | undefined;
    if (person?.signedInAt === null)
      await options.signIn?.(personId, demoId('post', login), device);
  }
}

export interface DemoLife {
  pool: PhotoDeps['pool'];
  photoDirectory: string;
  signal?: AbortSignal;
  progress?(simulation: Simulation): void;
}

/** The records of the hand-made stories; the life around them leaves them as they are. */
function storyRecords(start: Moment): Set<string> {
  return new Set(storySteps(settingOf(handMade()), start).map((step) => step.id));
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
  const district = demoDistrict;
  const told = [...storyRecords(start), ...(await findingRecords({ pool: life.pool, district }))];
  return liveOn({ ...life, tools, district, leaveAlone: new Set(told) });
}
