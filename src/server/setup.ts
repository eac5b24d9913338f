/**
 * Setting up 建区: a draft becomes a district by real actions in one transaction: areas, units, the first
 * administrators and their posts. Ids and request ids are made from the draft's id, so that a repeat gives
 * the same district. Source: issue 4-7; domain reference i (三员分立).
 */
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type pg from 'pg';
import { roleLabels, type Actor } from '../domain/access.ts';
import { baseDistrict } from '../domain/nouns.ts';
import type { Person } from '../domain/person.ts';
import { Refused } from '../domain/refused.ts';
import {
  administratorsOf,
  SetupDraft,
  setupCounts,
  setupProblems,
  stepOfField,
  type SetupPreview,
  type SetupProblem,
  type SetupResult,
} from '../domain/setup.ts';
import { officesOf } from '../domain/setupUnits.ts';
import { systemActor } from './baseSeed.ts';
import { idFrom } from './idFrom.ts';
import { performTasks, type Order, type Performing, type Task } from './perform.ts';
import { realDistrictExists } from './store.ts';

export interface SetupDeps {
  tools: Performing;
  pool: pg.Pool;
  setPassword(personId: string, password: string, mustChange: boolean): Promise<void>;
}

/** Who sets up: an administrator of another district, or the program itself for a command or a token. */
export type Founder = Pick<Actor, 'personId' | 'postId' | 'name'>;

/** The program as founder. */
export const programFounder: Founder = systemActor(baseDistrict);

/** Letters and digits that nobody confuses when they are read aloud. */
const passwordLetters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A first password: 16 letters in groups of four, to be changed at the first sign-in. */
export const newPassword = (): string =>
  Array.from({ length: 4 }, () =>
    Array.from({ length: 4 }, () => passwordLetters[randomInt(passwordLetters.length)]).join(''),
  ).join('-');

/**
 * The word that opens the setup page of an installation without a district: made from the master key, so
 * that it is kept nowhere; worthless from the first district on.
 */
export const setupToken = ({ box }: Pick<Performing, 'box'>): string =>
  createHmac('sha256', box.digest('setup token'))
    .update('civicloop')
    .digest('base64url')
    .slice(0, 24);

/** Compares in constant time. */
export function isSetupToken(tools: Pick<Performing, 'box'>, given: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(setupToken(tools))];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Is there no district yet but demo districts? */
export async function isEmptyInstallation(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ has: boolean }>(`select ${realDistrictExists} as has`);
  return rows[0]?.has === false;
}

const requestOf = (draftId: string, words: string): string => idFrom(`setup ${draftId} ${words}`);
const recordOf = (draftId: string, words: string): string => idFrom(`set up ${draftId} ${words}`);

const addition = (
  draft: SetupDraft,
  noun: string,
  nickname: string,
  input: Record<string, unknown>,
): Order => ({
  noun,
  id: recordOf(draft.id, `${noun} ${nickname}`),
  action: 'add',
  requestId: requestOf(draft.id, `${noun} ${nickname}`),
  input,
});

/** All that a draft performs, in order; posts are appointed by the program, for nobody else is there yet. */
function tasksOf(draft: SetupDraft, founder: Founder, tools: Performing): Task[] {
  const { code, name, areas, units, hasOffices } = draft;
  const at = tools.now();
  const mark = { personId: founder.personId, postId: founder.postId, name: founder.name };
  const keeper: Actor = { ...systemActor(code, 'systemAdmin'), ...mark };
  const program: Actor = { ...systemActor(code), ...mark };
  const unitId = (nickname: string): string => recordOf(draft.id, `unit ${nickname}`);
  const sorted = [...areas].sort((a, b) => a.code.length - b.code.length);
  const orders = [
    addition(draft, 'area', code, { code, name }),
    ...sorted.map((area) => addition(draft, 'area', area.code, area)),
    ...units.map((unit) => addition(draft, 'unit', unit.code, unit)),
    ...(hasOffices ? officesOf(sorted) : []).map(({ parentCode, ...unit }) =>
      addition(draft, 'unit', unit.code, {
        ...unit,
        parentId: parentCode === null ? null : unitId(parentCode),
      }),
    ),
  ];
  const people = administratorsOf(draft);
  const appointments = people.map(({ role }) =>
    addition(draft, 'post', role, {
      personId: recordOf(draft.id, `person ${role}`),
      role,
      title: roleLabels[role],
    }),
  );
  const persons = people.map(({ role, name: called, login }) =>
    addition(draft, 'person', role, { name: called, login }),
  );
  return [
    ...[...orders, ...persons].map((order) => ({ actor: keeper, order, at })),
    ...appointments.map((order) => ({ actor: program, order, at })),
  ];
}

/** Reads a draft as it came from outside. Throws 400 with a sentence for each step. */
export function parseDraft(given: unknown): SetupDraft {
  const parsed = SetupDraft.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 20).map(({ path, message }) => {
    const field = String(path[0] ?? '');
    const row = typeof path[1] === 'number' ? `第 ${path[1] + 1} 项：` : '';
    return { step: stepOfField(field), message: `${row}${message}` };
  });
  throw refusalOf(problems, 400);
}

const refusalOf = (problems: readonly SetupProblem[], status: 400 | 409 = 409): Refused =>
  new Refused(
    status,
    'badSetup',
    problems.length === 1
      ? (problems[0] as SetupProblem).message
      : `有 ${problems.length} 处要先改正：${problems[0]?.message ?? ''}`,
    { problems },
  );

/** Was this very draft applied before? */
async function isApplied({ tools }: SetupDeps, { id, code }: SetupDraft): Promise<boolean> {
  const request = requestOf(id, `area ${code}`);
  return (await tools.store.requests(code, [request])).has(request);
}

async function problemsOf(deps: SetupDeps, draft: SetupDraft): Promise<SetupProblem[]> {
  const found = setupProblems(draft);
  const { rows: areas } = await deps.pool.query<{ name: string; isDemo: boolean }>(
    `select name, is_demo as "isDemo" from area where district = $1 and code = $1`,
    [draft.code],
  );
  if (areas[0]) {
    const { name, isDemo } = areas[0];
    const hint = isDemo ? '它是演示区，请换一个代码' : '请核对代码，不能重复建立';
    found.unshift({
      step: 'district',
      message: `代码 ${draft.code} 已用于“${name}”，${hint}`,
    });
  }
  const logins = administratorsOf(draft).map(({ login }) => login);
  const { rows: persons } = await deps.pool.query<{ login: string }>(
    `select login from person where district = $1 and login = any($2) order by login`,
    [baseDistrict, logins],
  );
  for (const { login } of persons)
    found.push({ step: 'people', message: `登录名 ${login} 已有人使用，请另选一个` });
  return found;
}

/** What a draft would set up, and what is in the way; nothing is written. */
export async function previewSetup(deps: SetupDeps, draft: SetupDraft): Promise<SetupPreview> {
  const counts = setupCounts(draft);
  if (await isApplied(deps, draft)) return { counts, problems: [] };
  return { counts, problems: await problemsOf(deps, draft) };
}

/** Gives first passwords to those who never signed in; a password somebody uses is left alone. */
async function firstPasswords(
  { pool, tools, setPassword }: SetupDeps,
  draft: SetupDraft,
): Promise<SetupResult['accounts']> {
  const accounts: SetupResult['accounts'] = [];
  for (const { role, name, login } of administratorsOf(draft)) {
    const id = recordOf(draft.id, `person ${role}`);
    const [person] = (await tools.store.find('person', baseDistrict, [id])) as unknown as Person[];
    const { rows } = await pool.query<{ fresh: boolean }>(
      `select must_change as fresh from credential where person_id = $1`,
      [id],
    );
    const isUsed = (person?.signedInAt ?? null) !== null || rows[0]?.fresh === false;
    const password = isUsed ? null : newPassword();
    if (password !== null) await setPassword(id, password, true);
    accounts.push({ role: roleLabels[role], name, login, password });
  }
  return accounts;
}

/**
 * Sets up a district: all of it or nothing. The same draft again gives the same district; whoever has not
 * signed in yet gets another first password then, because the first one may have been lost on the way.
 */
export async function applySetup(
  deps: SetupDeps,
  draft: SetupDraft,
  founder: Founder,
): Promise<SetupResult> {
  const isRepeat = await isApplied(deps, draft);
  const problems = isRepeat ? [] : await problemsOf(deps, draft);
  if (problems.length > 0) throw refusalOf(problems);
  const tasks = tasksOf(draft, founder, deps.tools);
  // Before the posts are there: nobody with a post is ever without a password.
  const accounts = isRepeat ? null : await firstPasswords(deps, draft);
  const outcomes = await performTasks(deps.tools, tasks, { allOrNothing: true });
  const refused = outcomes.flatMap((outcome) => ('refused' in outcome ? [outcome] : []));
  if (refused.length > 0) {
    throw refusalOf(
      refused.slice(0, 20).map(({ requestId, refused: { code, message } }) => {
        const task = tasks.find(({ order }) => order.requestId === requestId);
        const { code: named, name } = (task?.order.input ?? {}) as Record<string, string>;
        const words =
          code === 'requestReused' ? '这份草稿已经建过区，内容却不同；请另起一份草稿' : message;
        return {
          step: task?.order.noun === 'area' ? ('areas' as const) : ('units' as const),
          message: `${[named, name].filter(Boolean).join(' ')}：${words}`,
        };
      }),
    );
  }
  return {
    code: draft.code,
    name: draft.name,
    counts: setupCounts(draft),
    actions: outcomes.length,
    isRepeat,
    accounts: accounts ?? (await firstPasswords(deps, draft)),
  };
}

/** May the holder of the token repeat this draft: it made the only district, and nobody works there yet. */
export async function isOwnRepeat(deps: SetupDeps, draft: SetupDraft): Promise<boolean> {
  if (!(await isApplied(deps, draft))) return false;
  const { rows } = await deps.pool.query<{ free: boolean }>(
    `select not exists (select from area where level = 'district' and district = code and not is_demo and code <> $1)
       and not exists (select from post o join person p on p.district = $2 and p.id = o.person_id
                       where o.district = $1 and p.signed_in_at is not null) as free`,
    [draft.code, baseDistrict],
  );
  return rows[0]?.free === true;
}
