/**
 * Taking from the queue and noting what came of it. What is taken is marked in a transaction of its own before it is
 * sent, under a lock of its channel, so that two programs never send one row and a robot's pace holds for both.
 */
import type pg from 'pg';
import type { NoticeChannel } from '../../domain/noticeChannel.ts';
import { noticeLine } from '../../domain/noticeKind.ts';
import { addMinutes, epochMs, momentAt, type Moment } from '../../domain/moment.ts';
import { maxMarkdownBytes, type MessageRow } from './queue.ts';
import { patienceHours } from './waysOut.ts';
import { maxTextBytes, robotPauseMs } from './weComRobot.ts';

export type Taken =
  | { rows: MessageRow[] }
  /** Nothing may be sent for so long. */
  | { waitMs: number }
  | null;

/** The most rows that go into one message. */
const mostTogether = 200;

const columns = `district, id, channel_id, person_id, matter, kind, content, is_urgent, status, attempts,
  made_at, due_at, first_at, last_at, reason`;

const isToGroup = (row: MessageRow): row is MessageRow & { person_id: null } =>
  row.person_id === null;

const textOf = (row: MessageRow): string =>
  row.person_id === null ? row.content.markdown : noticeLine(row.kind, row.content);

/** Of what is due in a robot's group, as much from the beginning as fits into one message. */
export function packOf(due: readonly MessageRow[]): MessageRow[] {
  const [first] = due;
  if (!first) return [];
  const most = isToGroup(first) ? maxMarkdownBytes : maxTextBytes;
  const pack: MessageRow[] = [];
  const said = new Set<string>();
  let bytes = 0;
  for (const row of due) {
    if (isToGroup(row) !== isToGroup(first)) break;
    const text = textOf(row);
    const more = said.has(text) ? 0 : Buffer.byteLength(text) + 2;
    if (pack.length > 0 && bytes + more > most) break;
    said.add(text);
    bytes += more;
    pack.push(row);
  }
  return pack;
}

/** The lines of a pack, each once. */
export const linesOf = (rows: readonly MessageRow[]): string[] => [...new Set(rows.map(textOf))];

/** What is to become of a row instead of sending it now; null: it may be sent. */
type HoldBack = (row: MessageRow) => Noted | null;

async function takeLocked(
  client: pg.ClientBase,
  channel: NoticeChannel,
  now: Moment,
  holdBack: HoldBack,
): Promise<Taken> {
  const { district, id, settings } = channel;
  const where = `district = $1 and channel_id = $2`;
  await client.query(
    `update notice_message set status = 'dead', reason = $4
     where ${where} and status = 'waiting' and due_at <= $3 and first_at < $5`,
    [district, id, now, '过了二十四小时仍没有发出，不再发送', addMinutes(now, -patienceHours * 60)],
  );
  const isRobot = settings.kind === 'weComRobot';
  if (isRobot) {
    const { rows } = await client.query<{ last: Moment | null }>(
      `select max(last_at) as last from notice_message where ${where} and last_at is not null`,
      [district, id],
    );
    const waitMs = rows[0]?.last ? epochMs(rows[0].last) + robotPauseMs - epochMs(now) : 0;
    if (waitMs > 0) return { waitMs };
  }
  const due = await dueTogether(client, channel, now, holdBack);
  const rows = isRobot ? packOf(due) : due;
  if (rows.length === 0) return null;
  await client.query(
    `update notice_message set status = 'sending', last_at = $3, attempts = attempts + 1
     where district = $1 and id = any($2)`,
    [district, rows.map((row) => row.id), now],
  );
  return {
    rows: rows.map((row) => ({ ...row, last_at: now, attempts: row.attempts + 1 })),
  };
}

/** With the first that is due goes whatever else is due for the same person, or for the group. */
async function dueTogether(
  client: pg.ClientBase,
  { district, id, settings }: NoticeChannel,
  now: Moment,
  holdBack: HoldBack,
): Promise<MessageRow[]> {
  const where = `district = $1 and channel_id = $2`;
  const isRobot = settings.kind === 'weComRobot';
  for (;;) {
    const { rows: due } = await client.query<MessageRow>(
      `select ${columns} from notice_message where ${where} and status = 'waiting' and due_at <= $3
         ${isRobot ? '' : 'and person_id is not distinct from $4'}
       order by due_at, id limit ${mostTogether} for update skip locked`,
      isRobot
        ? [district, id, now]
        : [district, id, now, await firstPerson(client, where, district, id, now)],
    );
    const held = due.flatMap((row) => holdBack(row) ?? []);
    if (held.length === 0) return due;
    await client.query(
      `update notice_message m set status = n.status, due_at = n."dueAt", reason = n.reason
       from jsonb_to_recordset($2::jsonb) as ${notedColumns} where m.district = $1 and m.id = n.id`,
      [district, JSON.stringify(held)],
    );
  }
}

async function firstPerson(
  client: pg.ClientBase,
  where: string,
  district: string,
  id: string,
  now: Moment,
): Promise<string | null> {
  const { rows } = await client.query<{ person_id: string | null }>(
    `select person_id from notice_message where ${where} and status = 'waiting' and due_at <= $3
     order by due_at, id limit 1`,
    [district, id, now],
  );
  return rows[0]?.person_id ?? null;
}

/**
 * Takes what goes into the next message of a channel; null when nothing is due. What is held back is noted so and is
 * not an attempt.
 */
export async function take(
  pool: pg.Pool,
  channel: NoticeChannel,
  now: Moment,
  holdBack: HoldBack,
): Promise<Taken> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `notices ${channel.id}`,
    ]);
    const taken = await takeLocked(client, channel, now, holdBack);
    await client.query('commit');
    return taken;
  } catch (error) {
    await client.query('rollback').catch((lost: Error) => (broken = lost));
    throw error;
  } finally {
    client.release(broken);
  }
}

export interface Noted {
  id: string;
  status: 'waiting' | 'sent' | 'dead' | 'unsure';
  dueAt: Moment;
  reason: string | null;
}

const notedColumns = 'n(id uuid, status text, "dueAt" timestamptz, reason text)';

/** Notes what came of an attempt; a row that somebody took meanwhile stays as it is. */
export async function note(
  pool: pg.Pool,
  district: string,
  takenAt: Moment,
  rows: readonly Noted[],
): Promise<void> {
  await pool.query({
    name: 'notice-note',
    text: `update notice_message m set status = n.status, due_at = n."dueAt", reason = n.reason
           from jsonb_to_recordset($3::jsonb) as ${notedColumns}
           where m.district = $1 and m.id = n.id and m.last_at = $2 and m.status in ('sending', 'unsure')`,
    values: [district, takenAt, JSON.stringify(rows)],
  });
}

/** Whatever else waits on a channel waits until then. */
export async function holdChannel(
  pool: pg.Pool,
  { district, id }: NoticeChannel,
  until: Moment,
): Promise<void> {
  await pool.query({
    name: 'notice-hold',
    text: `update notice_message set due_at = $3
           where district = $1 and channel_id = $2 and status = 'waiting' and due_at < $3`,
    values: [district, id, until],
  });
}

/** Channels in use on which something is due. */
export async function dueChannels(
  pool: pg.Pool,
  now: Moment,
): Promise<{ district: string; id: string }[]> {
  const { rows } = await pool.query<{ district: string; id: string }>({
    name: 'notice-due',
    text: `select c.district, c.id from notice_channel c where c.status = 'active' and exists (
             select 1 from notice_message m where m.district = c.district and m.channel_id = c.id
               and m.status = 'waiting' and m.due_at <= $1)`,
    values: [now],
  });
  return rows;
}

/** What a program that is gone was sending: nobody knows whether it arrived. */
export async function markBroken(pool: pg.Pool, now: Moment, staleMs: number): Promise<void> {
  await pool.query({
    name: 'notice-broken',
    text: `update notice_message set status = 'unsure', reason = $2 where status = 'sending' and last_at < $1`,
    values: [
      momentAt(epochMs(now) - staleMs),
      '发送时程序中断，不知对方是否已收到；请核对，确未收到再重新发送',
    ],
  });
}

/**
 * Takes up again what was given up: one message, also one of an unsure end, or all that certainly did not arrive.
 * What was tried after it was asked for stays as it is, so that repeating this sends nothing twice.
 */
export async function takeUpMessages(
  pool: pg.Pool,
  { district, id }: { district: string; id: string },
  { askedAt, now }: { askedAt: Moment; now: Moment },
  messageId: string | null,
): Promise<void> {
  await pool.query(
    `update notice_message set status = 'waiting', attempts = 0, first_at = $3, due_at = $3
     where district = $1 and channel_id = $2 and (last_at is null or last_at <= $5)
       and (case when $4::uuid is null then status = 'dead' else status in ('dead', 'unsure') and id = $4 end)`,
    [district, id, now, messageId, askedAt],
  );
}

const keptDays = 90;

/** Gives up what waits on a channel out of use, and forgets what is long past. */
export async function sweepMessages(pool: pg.Pool, now: Moment): Promise<void> {
  await pool.query(
    `update notice_message m set status = 'dead', reason = $2 where status = 'waiting' and due_at <= $1
       and not exists (select 1 from notice_channel c where c.district = m.district and c.id = m.channel_id
         and c.status = 'active')`,
    [now, '通知渠道已停用'],
  );
  await pool.query(
    `delete from notice_message where (district, id) in (
       select district, id from notice_message where made_at < $1 and status <> 'sending' order by made_at limit 5000)`,
    [addMinutes(now, -keptDays * 1440)],
  );
}

/** A restored queue: the installation it comes from may have sent it since. */
export async function holdRestored(pool: pg.Pool): Promise<void> {
  await pool.query(
    `update notice_message set status = 'unsure', reason = $1 where status in ('waiting', 'sending')`,
    ['恢复备份时还在排队，备份之后可能已经发送；请核对，确未收到再重新发送'],
  );
}

/** Messages due and not sent, given up, and of an unsure end, on channels in use. */
export async function noticeFigures(
  pool: pg.Pool,
  now: Moment,
): Promise<{ due: number; dead: number; unsure: number }> {
  const counted = (status: string, also = ''): string =>
    `(select count(*) from notice_message m where m.district = c.district and m.channel_id = c.id
        and m.status = '${status}' ${also})`;
  const { rows } = await pool.query<{ due: number; dead: number; unsure: number }>(
    `select coalesce(sum(${counted('waiting', 'and m.due_at <= $1')}), 0)::integer as due,
       coalesce(sum(${counted('dead')}), 0)::integer as dead,
       coalesce(sum(${counted('unsure')}), 0)::integer as unsure
     from notice_channel c where c.status = 'active'`,
    [now],
  );
  return rows[0] ?? { due: 0, dead: 0, unsure: 0 };
}
