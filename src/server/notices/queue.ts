/**
 * The queue of notices that leave the product: one row for each matter, channel and person, or for a channel's
 * group. A row is taken in a transaction before it is sent and never taken twice unless the attempt is known to
 * have failed; what a broken-off attempt left open is `unsure` and waits for a person. Rows are kept for 90 days;
 * news as old as that are not queued, so none comes again. Source: issue 5-11 “retries; never twice for one
 * matter”.
 */
import { v7 as newId } from 'uuid';
import type pg from 'pg';
import { maskPersonal } from '../../domain/mask.ts';
import type { Moment } from '../../domain/moment.ts';
import type { NoticeContent, NoticeKind } from '../../domain/noticeKind.ts';
import type { NoticeMessageStatus } from '../../domain/noticeApi.ts';

/** What is sent to a group: markdown as WeCom shows it. */
export interface GroupContent {
  markdown: string;
}

/** A row of `notice_message`. */
export type MessageRow = {
  district: string;
  id: string;
  channel_id: string;
  matter: string;
  is_urgent: boolean;
  status: NoticeMessageStatus;
  attempts: number;
  made_at: Moment;
  due_at: Moment;
  first_at: Moment;
  last_at: Moment | null;
  reason: string | null;
} & (
  | { person_id: string; kind: NoticeKind; content: NoticeContent }
  | { person_id: null; kind: 'group'; content: GroupContent }
);

/** The most bytes of markdown that WeCom takes in one message. */
export const maxMarkdownBytes = 4_000;

export interface GroupMessage {
  district: string;
  channelId: string;
  /** What it is about: a second message of the same matter is not queued for 90 days (`sweepMessages` forgets it then). */
  matter: string;
  /** No personal data; phone and identity numbers are masked all the same. What is longer than a message may be is sent in several, cut between lines. */
  markdown: string;
  /** When it may be sent. */
  at: Moment;
}

/** Lines put together into pieces of at most so many bytes; a longer line is cut. */
export function piecesOf(lines: readonly string[], maxBytes: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  const cut = lines.flatMap((line) => {
    if (Buffer.byteLength(line) <= maxBytes) return [line];
    const size = Math.floor(maxBytes / 4);
    const signs = [...line];
    return Array.from({ length: Math.ceil(signs.length / size) }, (_, n) =>
      signs.slice(n * size, (n + 1) * size).join(''),
    );
  });
  for (const line of cut) {
    const longer = piece ? `${piece}\n${line}` : line;
    if (Buffer.byteLength(longer) <= maxBytes) piece = longer;
    else {
      if (piece) pieces.push(piece);
      piece = line;
    }
  }
  return piece ? [...pieces, piece] : pieces;
}

/** The statement by which rows are queued; `$1`: their JSON. What is there already stays as it is. */
export const queueRows = `insert into notice_message
  select * from jsonb_populate_recordset(null::notice_message, $1::jsonb) on conflict do nothing`;

/**
 * Queues a message for the group of a channel, once for each matter in 90 days; within a transaction it is queued with
 * whatever else that writes. Returns false when the matter was queued before. The channel must be a robot in use;
 * messages of any other are given up.
 */
export async function queueGroupMessage(
  tx: pg.ClientBase | pg.Pool,
  { district, channelId, matter, markdown, at }: GroupMessage,
): Promise<boolean> {
  const pieces = piecesOf(maskPersonal(markdown).split('\n'), maxMarkdownBytes);
  const rows = pieces.map((piece, n): MessageRow => ({
    district,
    id: newId(),
    channel_id: channelId,
    person_id: null,
    matter: n === 0 ? matter : `${matter} (${n + 1})`,
    kind: 'group',
    content: { markdown: piece },
    is_urgent: false,
    status: 'waiting',
    attempts: 0,
    made_at: at,
    due_at: at,
    first_at: at,
    last_at: null,
    reason: null,
  }));
  const { rowCount } = await tx.query(queueRows, [JSON.stringify(rows)]);
  return (rowCount ?? 0) > 0;
}
