/** Asking: queries of a test world, as one of its people. */
import type { QueryContext } from '../queries/context.ts';
import type { World } from './world.ts';

/** The context of a query asked by somebody of the world; null: nobody is signed in. */
export async function asking(w: World, who: string | null): Promise<QueryContext> {
  return {
    db: w.db,
    pool: w.pool,
    master: await w.tools.master.of(w.district),
    box: w.tools.box,
    store: w.tools.store,
    actor: who === null ? null : await w.actor(who),
    district: w.district,
    now: w.now(),
  };
}
