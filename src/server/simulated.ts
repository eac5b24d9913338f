/**
 * Simulated 模拟: the one door to events at moments other than the server's. Only the seeding commands come
 * through it, only for one district, which is a demo district, empty, or one this door made itself; every
 * such event is marked with the server's own moment. Source: issue 4-8.
 */
import type pg from 'pg';
import type { Moment } from '../domain/moment.ts';
import { Refused } from '../domain/refused.ts';
import type { Performing } from './perform.ts';

/** Is the district a demo district, without a ledger, or one whose life is being made? */
async function maySimulate(pool: pg.Pool, district: string): Promise<boolean> {
  const { rows } = await pool.query<{ may: boolean }>(
    `select coalesce((select is_demo from area where district = $1 and code = $1), false)
       or not exists (select 1 from report where district = $1)
       or exists (select 1 from simulation where district = $1) as may`,
    [district],
  );
  return rows[0]?.may ?? false;
}

/**
 * Tools that perform in one district at any moment: give them their own `now`. No jobs are written: what
 * follows is simulated too. Throws {@link Refused} for a district with a real ledger.
 */
export async function simulatedTools(
  pool: pg.Pool,
  tools: Performing,
  district: string,
): Promise<Performing> {
  if (!(await maySimulate(pool, district))) {
    throw new Refused(
      409,
      'realDistrict',
      `区 ${district} 已有真实台账，不能写入模拟历史；请换一个演示区或还没有来件的区`,
    );
  }
  const performedAt = (): Moment => tools.now();
  return { ...tools, simulated: { district, performedAt } };
}

export interface Simulation {
  district: string;
  beganAt: Moment;
  livedThrough: Moment;
  wantedUntil: Moment;
  issuesADay: number;
  eventCount: number;
  issueCount: number;
}

/** The share of the wanted life that is made, from 0 to 1. */
export function shareOf({
  beganAt,
  livedThrough,
  wantedUntil,
}: Pick<Simulation, 'beganAt' | 'livedThrough' | 'wantedUntil'>): number {
  const begin = Date.parse(beganAt);
  const whole = Date.parse(wantedUntil) - begin;
  return whole > 0 ? Math.min(1, (Date.parse(livedThrough) - begin) / whole) : 1;
}

const columns = `district, began_at as "beganAt", lived_through as "livedThrough", wanted_until as "wantedUntil",
  issues_a_day as "issuesADay", event_count as "eventCount", issue_count as "issueCount"`;

/** How far a district's simulated life is made; null when it never began. */
export async function simulationOf(pool: pg.Pool, district: string): Promise<Simulation | null> {
  const { rows } = await pool.query<Simulation>({
    name: 'simulation',
    text: `select ${columns} from simulation where district = $1`,
    values: [district],
  });
  return rows[0] ?? null;
}

/** Writes a simulation that begins, or moves its end. */
export async function wantLife(
  pool: pg.Pool,
  {
    district,
    beganAt,
    wantedUntil,
    issuesADay,
  }: Omit<Simulation, 'livedThrough' | 'eventCount' | 'issueCount'>,
): Promise<Simulation> {
  const { rows } = await pool.query<Simulation>(
    `insert into simulation values ($1, $2, $2, $3, $4, 0, 0)
     on conflict (district) do update set wanted_until = greatest(simulation.wanted_until, excluded.wanted_until)
     returning ${columns}`,
    [district, beganAt, wantedUntil, issuesADay],
  );
  return rows[0] as Simulation;
}
