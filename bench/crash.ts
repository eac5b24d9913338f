/**
 * npm run crash -- --rounds N [--seed S] [--victim V] [--keep]: sixteen clients act with request ids and photos while the
 * program, its database and single backends are killed (-9) at random moments, sometimes again during the
 * recovery. After each restart the whole store is checked. Exits 1 unless nothing was lost, nothing doubled
 * and nothing else was wrong. Killing shows that recovery is right; that data survive a power cut rests on
 * the order of the writes (docs: what was tried with fsync).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { signal, waitUntil } from '../src/server/postgres/processes.ts';
import { testDirectory } from '../src/server/postgres/testDirectory.ts';
import { checkStore, storedRequests, type Findings } from './crashCheck.ts';
import { gather, type Crowd } from './crashClients.ts';
import { outcomeOf, type Call } from './crashCalls.ts';
import {
  bundleProgram,
  databaseProcesses,
  freePort,
  lastWords,
  postmasterOf,
  startProgram,
  stopProgram,
  type Program,
} from './program.ts';
import { chanceFrom, type Chance } from './random.ts';

type Victim = 'program' | 'database' | 'backend' | 'both';

const { values: args } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    keep: { type: 'boolean' },
    victim: { type: 'string' },
  },
});
const rounds = Number(args.rounds ?? 10);
const seed = Number(args.seed ?? Date.now() % 1_000_000);
const allVictims: Victim[] = ['program', 'database', 'backend', 'both'];
const victims = args.victim ? allVictims.filter((name) => name === args.victim) : allVictims;
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed) || victims.length === 0) {
  console.error(
    '用法：npm run crash -- --rounds 轮数 [--seed 整数] [--victim program|database|backend|both] [--keep]',
  );
  process.exit(2);
}

interface Stage {
  dataDir: string;
  port: number;
  origin: string;
  chance: Chance;
  program: Program;
}

async function kill(stage: Stage, victim: Victim): Promise<void> {
  const main = postmasterOf(stage.dataDir);
  const killProgram = (): void => {
    if (!stage.program.hasEnded()) signal(stage.program.pid, 'SIGKILL');
  };
  const killDatabase = (): void => {
    if (main) signal(main, 'SIGKILL');
  };
  if (victim === 'program' || victim === 'both') killProgram();
  if (victim === 'database' || victim === 'both') killDatabase();
  if (victim === 'backend') {
    const backends = databaseProcesses(stage.dataDir).filter((pid) => pid !== main);
    if (backends.length > 0) signal(stage.chance.pick(backends), 'SIGKILL');
  }
  if (victim === 'program' || victim === 'both') await stage.program.ended;
}

const isReady = async (origin: string): Promise<boolean> => {
  try {
    return (await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
};

const start = (stage: Omit<Stage, 'program'>): Program => startProgram(stage);

/**
 * Starts what is dead, as whoever runs the program would, and waits until it answers: a start whose
 * database is killed under it ends with a sentence, and is begun again. Throws after 40 s.
 */
async function recover(stage: Stage): Promise<void> {
  const end = performance.now() + 40_000;
  while (performance.now() < end) {
    if (stage.program.hasEnded()) stage.program = start(stage);
    if (await waitUntil(() => isReady(stage.origin), 1_000, 50)) return;
  }
  throw new Error('not ready 40 s after a kill');
}

/** One or two kills, the second while the first is being recovered from. */
async function disturb(stage: Stage): Promise<string> {
  const { chance } = stage;
  await sleep(chance.between(200, 2_000));
  const first = chance.pick(victims);
  await kill(stage, first);
  if (chance.next() > 0.35) return first;
  if (stage.program.hasEnded()) stage.program = start(stage);
  await sleep(chance.between(0, 700));
  const second = chance.pick(victims);
  await kill(stage, second);
  return `${first}, then ${second}`;
}

const callsOf = (crowd: Crowd): Call[] => crowd.callers.flatMap((caller) => caller.calls);

function count(calls: readonly Call[]): string {
  const unknown = calls.reduce(
    (sum, call) => sum + call.attempts.filter((each) => each === 'unknown').length,
    0,
  );
  const failed = calls.filter((call) => outcomeOf(call) === 'failed').length;
  return `${calls.length} calls, ${failed} refused, ${unknown} attempts without an answer`;
}

async function run(stage: Stage, crowd: Crowd): Promise<Findings> {
  let findings: Findings = { acknowledged: 0, lost: [], doubled: [], wrong: [] };
  const before = await storedRequests(stage.dataDir);
  for (let round = 1; round <= rounds; round++) {
    const began = performance.now();
    crowd.start();
    const what = await disturb(stage);
    await recover(stage);
    await crowd.pause();
    const checked = await checkStore(stage.dataDir, {
      calls: callsOf(crowd),
      personIds: crowd.personIds,
      before,
    });
    const bugs = crowd.callers.flatMap((caller) => caller.bugs.splice(0));
    findings = { ...checked, wrong: [...checked.wrong, ...bugs] };
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.error(
      `round ${round}: killed ${what}; ${count(callsOf(crowd))}; ${checked.records} records replayed; ${seconds} s`,
    );
    if (findings.lost.length + findings.doubled.length + findings.wrong.length > 0) return findings;
  }
  return findings;
}

async function main(): Promise<boolean> {
  await bundleProgram();
  const directory = testDirectory();
  const dataDir = directory.path;
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const place = { dataDir, port, origin, chance: chanceFrom(seed) };
  const stage: Stage = { ...place, program: start(place) };
  console.error(`seed ${seed}`);
  try {
    await stage.program.ready;
    const crowd = await gather(origin, stage.chance);
    const findings = await run(stage, crowd);
    if (!(await stopProgram(stage.program, dataDir)))
      findings.wrong.push('processes were left after the stop');
    const { acknowledged, lost, doubled, wrong } = findings;
    for (const [name, list] of Object.entries({ lost, doubled, wrong })) {
      for (const what of list.slice(0, 20)) console.error(`${name}: ${what}`);
    }
    if (args.keep)
      writeFileSync(join(dataDir, 'calls.json'), JSON.stringify(callsOf(crowd), null, 1));
    if (wrong.length > 0) console.error(lastWords(dataDir));
    console.log(
      `rounds ${rounds}, acknowledged ${acknowledged}, lost ${lost.length}, doubled ${doubled.length}`,
    );
    return lost.length + doubled.length + wrong.length === 0;
  } catch (error) {
    console.error(error instanceof Error ? error.stack : error);
    console.error(`database processes left: ${databaseProcesses(dataDir).length}`);
    console.error(lastWords(dataDir));
    return false;
  } finally {
    if (!stage.program.hasEnded()) signal(stage.program.pid, 'SIGKILL');
    for (const pid of databaseProcesses(dataDir)) signal(pid, 'SIGKILL');
    await waitUntil(() => databaseProcesses(dataDir).length === 0, 3_000);
    if (args.keep) console.error(`kept in ${dataDir}`);
    else directory.remove();
  }
}

process.exit((await main()) ? 0 : 1);
