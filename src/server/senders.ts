/**
 * Senders 来源单位: when each was last heard of, and noticing one that promised to be heard of and is not.
 * Source: issue 5-2 “a sender that stops talking is noticed”.
 */
import type pg from 'pg';
import type { Moment } from '../domain/moment.ts';
import { Refused } from '../domain/refused.ts';
import { isSilent, type Sender } from '../domain/sender.ts';
import { systemActor } from './baseSeed.ts';
import { idFrom } from './idFrom.ts';
import type { MasterData } from './masterData.ts';
import { perform, type Performing } from './perform.ts';

/**
 * When the programs and files of each sender last came, by its code: a message over the signed intake (an empty
 * one too), a call with a key that may report, an orders file applied. Good to a minute.
 */
export async function heardOf(pool: pg.Pool, district: string): Promise<Map<string, Moment>> {
  const { rows } = await pool.query<{ code: string; at: Moment }>({
    name: 'senders heard',
    text: `select code, max(at) as at from (
             select k.sender_code as code, u.used_at as at from api_key k
             join api_key_use u on u.district = k.district and u.id = k.id
             where k.district = $1 and k.rights && array['open311.post', 'intake.post', 'intake.state']
             union all
             select sender_code, applied_at from order_load where district = $1 and applied_at is not null) heard
           group by code`,
    values: [district],
  });
  return new Map(rows.map(({ code, at }) => [code, at]));
}

interface Watching {
  pool: pg.Pool;
  tools: Performing;
}

async function watch(tools: Performing, sender: Sender, heardAt: Moment | null): Promise<void> {
  const now = tools.now();
  const isQuiet = isSilent(sender, heardAt, now);
  if (isQuiet === (sender.missedAt !== null)) return;
  const { id, version, district } = sender;
  const [action, input] = isQuiet ? ['fallSilent', { heardAt }] : ['speakAgain', {}];
  const requestId = idFrom(`${action} ${id} ${version}`);
  const order = { noun: 'sender', id, action, input, requestId };
  await perform(tools, systemActor(district), order).catch((error: unknown) => {
    // Somebody changed it meanwhile: the next round looks again.
    if (!(error instanceof Refused) || error.status === 503 || error.status === 507) throw error;
  });
}

const watched = ({ senders, district }: MasterData): Sender[] =>
  [...senders.values()].filter(
    (sender) =>
      sender.district === district && sender.status === 'active' && sender.expectMinutes !== null,
  );

/** One round over the senders of the districts that somebody waits for. */
export async function sweepSenders(
  { pool, tools }: Watching,
  districts: readonly { code: string }[],
): Promise<void> {
  for (const { code } of districts) {
    const waitedFor = watched(await tools.master.of(code));
    if (waitedFor.length === 0) continue;
    const heard = await heardOf(pool, code);
    for (const sender of waitedFor) await watch(tools, sender, heard.get(sender.code) ?? null);
  }
}
