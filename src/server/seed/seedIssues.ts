/**
 * Seed issues 批量生成台账: a large ledger in a made-up district of its own, lived by the same life as the demo
 * district and written by COPY. Killed, it goes on from its last chapter. Source: issue 4-10.
 */
import type pg from 'pg';
import { addMinutes, type Day, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { deriveDistrict } from '../derive.ts';
import { developFilm } from '../demo/film.ts';
import { found } from '../demo/found.ts';
import { Life } from '../demo/life.ts';
import { readStandings } from '../demo/standing.ts';
import { demoWords, structureOf } from '../demo/structure.ts';
import type { House } from '../house.ts';
import type { Numbers } from '../numbers.ts';
import { sealDistrict } from '../sealer.ts';
import { simulatedTools, simulationOf, wantLife, type Simulation } from '../simulated.ts';
import type { Drawn } from './copyChapter.ts';
import { CopyThread } from './copyThread.ts';

/** Used by no district of GB/T 2260. */
export const seedDistrict = '110197';
const districtName = '万件区（演示）';

export interface SeedOptions {
  district: string;
  issues: number;
  years: number;
  photoDirectory: string;
  chapterSize?: number;
  signal?: AbortSignal;
  /** Called after each chapter with the events written so far by this run. */
  progress(simulation: Simulation, events: number): void;
}

/** Events of one transaction, more or less: few enough to live again after a kill, many enough for COPY. */
const usualChapterSize = 24_000;
const founderMinutes = 2 * 1440;

/** Numbers counted in memory; nobody else draws in the district meanwhile. */
class CountedNumbers implements Numbers {
  private readonly counts = new Map<string, { series: string; day: Day; next: number }>();
  private drawn = new Map<string, { series: string; day: Day; next: number }>();

  static async read(pool: pg.Pool, district: string, from: Moment): Promise<CountedNumbers> {
    const numbers = new CountedNumbers();
    const { rows } = await pool.query<{ series: string; day: Day; next: number }>(
      `select series, day, next from number_block where district = $1 and day >= $2::date - 1`,
      [district, from.slice(0, 10)],
    );
    for (const row of rows) numbers.counts.set(`${row.series} ${row.day}`, row);
    return numbers;
  }

  async draw(_district: string, series: 'issue' | 'report', day: Day): Promise<number> {
    const key = `${series} ${day}`;
    const next = this.counts.get(key)?.next ?? 1;
    const row = { series, day, next: next + 1 };
    this.counts.set(key, row);
    this.drawn.set(key, row);
    return next;
  }

  /** What was drawn since the last call. */
  takeDrawn(): Drawn {
    const { drawn } = this;
    this.drawn = new Map();
    return drawn;
  }
}

const rolesOf = (unitCode: string): string[] => {
  const { departments, firms } = demoWords();
  const [, , words = ''] = [...departments, ...firms].find(([code]) => code === unitCode) ?? [];
  return words.split(' ').filter(Boolean);
};

/** Founds the district when it is not there; one that is there must be empty and have people on posts. */
async function prepare(
  house: House,
  { district, issues, years }: SeedOptions,
): Promise<Simulation> {
  const { pool, tools } = house;
  const now = tools.now();
  const beganAt = addMinutes(now, -Math.round(years * 365 * 1440));
  const begun = await simulationOf(pool, district);
  if (begun) return begun;
  const { rows } = await pool.query(`select 1 from area where district = $1 and code = $1`, [
    district,
  ]);
  const simulated = await simulatedTools(pool, tools, district);
  if (rows.length === 0) {
    const then = { ...simulated, now: () => addMinutes(beganAt, -founderMinutes) };
    await found(then, tools, {
      district,
      name: districtName,
      prefix: `demo ${district}`,
      structure: structureOf(district, districtName, null),
      rolesOf,
      further: [],
      beforePost: async () => undefined,
    });
  }
  const master = await tools.master.of(district);
  const roles = new Set([...master.posts.values()].map(({ role }) => role));
  for (const role of [
    'desk',
    'shiftLeader',
    'leader',
    'gridWorker',
    'assessor',
    'supervisor',
    'unitHead',
  ] as const)
    if (!roles.has(role))
      throw new Refused(
        409,
        'noPosts',
        `区 ${district} 还缺少岗位，先配齐人员岗位，或换一个新的区代码由本命令建立`,
      );
  return wantLife(pool, {
    district,
    beganAt,
    wantedUntil: now,
    issuesADay: issues / (years * 365),
  });
}

/** Everything that waits is sealed and derived, so that the copied chapters continue both. */
async function catchUp(pool: pg.Pool, district: string): Promise<void> {
  for (;;) {
    while ((await sealDistrict(pool, district)) > 0);
    while ((await deriveDistrict(pool, district)) > 0);
    const { rows } = await pool.query(`select 1 from unsealed where district = $1 limit 1`, [
      district,
    ]);
    if (rows.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function copyLife(
  house: House,
  simulation: Simulation,
  thread: CopyThread,
  options: SeedOptions,
): Promise<number> {
  const { pool } = house;
  const { district, signal, photoDirectory, progress } = options;
  const { chapterSize = usualChapterSize } = options;
  const numbers = await CountedNumbers.read(pool, district, simulation.livedThrough);
  let written = 0;
  // While one chapter is written the next is lived.
  let writing = Promise.resolve();
  const life = new Life({
    pool,
    tools: { ...(await simulatedTools(pool, house.tools, district)), numbers },
    simulation,
    standings: await readStandings(pool, district, simulation.livedThrough, new Set()),
    film: await developFilm(photoDirectory),
    siteShare: 0.25,
    neglect: { days: 45, share: 0.5, longest: 60 },
    chapterSize,
    noticesFrom: addMinutes(simulation.wantedUntil, -2 * 1440),
    write: async (chapter) => {
      const drawn = numbers.takeDrawn();
      await writing;
      const count = chapter.batch.events.length;
      const { through } = chapter;
      writing = thread.copy({ chapter, drawn, at: house.tools.now() }).then(() => {
        written += count;
        progress({ ...simulation, livedThrough: through }, written);
      });
      writing.catch(() => undefined);
    },
    signal,
  });
  await life.live();
  await writing;
  return written;
}

/**
 * Lives a district's whole ledger, or what is missing of it. Returns how many events this run wrote. Throws
 * {@link Refused} for a district with a real ledger.
 */
export async function seedIssues(house: House, options: SeedOptions): Promise<number> {
  const { pool } = house;
  const simulation = await prepare(house, options);
  if (simulation.livedThrough >= simulation.wantedUntil) return 0;
  await catchUp(pool, options.district);
  const thread = new CopyThread({ connection: house.connection, district: options.district });
  try {
    return await copyLife(house, simulation, thread, options);
  } finally {
    await thread.close();
  }
}
