/**
 * Live on 继续生活: makes a district's simulated life up to the moment that is wanted, beside a working
 * server. Killed, it goes on from what is written; met by somebody's own action, it reads again and leaves
 * that record to them.
 */
import type pg from 'pg';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { brokenUnique, isRace } from '../database.ts';
import type { Performing } from '../perform.ts';
import { simulatedTools, simulationOf, type Simulation } from '../simulated.ts';
import { developFilm, type Film } from './film.ts';
import { Life } from './life.ts';
import { readStandings } from './standing.ts';
import { chapterWriter } from './writeChapter.ts';

export interface LivingOn {
  pool: pg.Pool;
  tools: Performing;
  district: string;
  photoDirectory: string;
  /** Records of other hands, which the life does not touch. */
  leaveAlone?: ReadonlySet<string>;
  signal?: AbortSignal;
  progress?(simulation: Simulation): void;
}

const noticeDays = 4;
/** Asking back began a month ago. */
const callbackDays = 30;
const mostReadings = 40;

/** Lives a district on to its wanted end. Returns how many events were made; throws when it cannot go on. */
export async function liveOn(living: LivingOn): Promise<number> {
  const {
    pool,
    district,
    photoDirectory,
    leaveAlone = new Set<string>(),
    signal,
    progress,
  } = living;
  const tools = await simulatedTools(pool, living.tools, district);
  let film: Film | undefined;
  let made = 0;
  for (let reading = 1; ; reading++) {
    const simulation = await simulationOf(pool, district);
    if (!simulation || simulation.livedThrough >= simulation.wantedUntil || signal?.aborted)
      return made;
    film ??= await developFilm(photoDirectory);
    const write = chapterWriter(pool, tools, simulation);
    const life = new Life({
      pool,
      tools,
      simulation,
      standings: await readStandings(pool, district, simulation.livedThrough, leaveAlone),
      film,
      siteShare: 0.72,
      neglect: { days: 28, share: 0.08, longest: 32 },
      chapterSize: 220,
      noticesFrom: addMinutes(simulation.wantedUntil, -noticeDays * 1440),
      callbacksFrom: addMinutes(simulation.wantedUntil, -callbackDays * 1440),
      write: async (chapter) => {
        await write(chapter);
        made += chapter.batch.events.length;
        progress?.({ ...simulation, livedThrough: chapter.through as Moment });
      },
      signal,
    });
    try {
      await life.live();
    } catch (error) {
      if (reading >= mostReadings || !(isRace(error) || brokenUnique(error))) throw error;
    }
  }
}
