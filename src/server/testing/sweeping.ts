/** Sweeping and reacting in a test world: what the running program does by itself, once. */
import { runDueJobs } from '../jobs.ts';
import { makeLog } from '../log.ts';
import type { Moment } from '../../domain/moment.ts';
import type { Sweeping } from '../sweeps.ts';
import type { World } from './world.ts';

/** What the clocks of a world are swept with; keep it for a second round of the same process. */
export const sweepingOn = (w: World): Sweeping => ({
  pool: w.pool,
  tools: w.tools,
  log: makeLog('silent'),
  resting: new Map<string, Moment>(),
});

/** Everything that follows from what was done so far, and from that. */
export async function react(w: World): Promise<void> {
  const reacting = { pool: w.pool, tools: w.tools, photoDirectory: '/nowhere' };
  while ((await runDueJobs(w.pool, reacting, makeLog('silent'))) > 0);
}
