/** Progress 进度: how far a demo district's life is made, for the thin bar on every page. */
import { sql } from 'kysely';
import type { QueryOutput } from '../../domain/api.ts';
import { shareOf, type Simulation } from '../simulated.ts';
import type { QueryContext } from './context.ts';

export async function progress({ db, district }: QueryContext): Promise<QueryOutput<'progress'>> {
  const { rows } = await sql<Simulation>`
    select began_at as "beganAt", lived_through as "livedThrough", wanted_until as "wantedUntil"
    from simulation where district = ${district} and lived_through < wanted_until`.execute(db);
  return { share: rows[0] ? shareOf(rows[0]) : null };
}
