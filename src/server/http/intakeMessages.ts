/**
 * Messages of the intake 报文: each message's id with what was answered, so that a repeat is answered the same and
 * another content under the same id is refused. Kept three days. Source: Standard Webhooks; issue 5-2.
 */
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import type { IntakeAnswer } from '../../domain/intake.ts';
import { addMinutes, type Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { inTurn } from '../inTurn.ts';
import type { Signed } from './intakeSignature.ts';

const keptMinutes = 3 * 24 * 60;

interface Kept {
  digest: Buffer;
  answer: IntakeAnswer;
}

/** Answers a message once: what was answered to its id before, else what `make` answers now. */
export async function answeredOnce(
  pool: Pool,
  { key: { district, senderCode }, messageId }: Signed,
  { what, body, now }: { what: string; body: Buffer; now(): Moment },
  make: () => Promise<IntakeAnswer>,
): Promise<IntakeAnswer> {
  const digest = createHash('sha256').update(`${what}\n`).update(body).digest();
  const where = [district, senderCode, messageId];
  const find = async (): Promise<IntakeAnswer | undefined> => {
    const { rows } = await pool.query<Kept>({
      name: 'intake-message',
      text: `select digest, answer from intake_message where district = $1 and sender_code = $2 and id = $3`,
      values: where,
    });
    const [found] = rows;
    if (found && !found.digest.equals(digest))
      throw new Refused(
        409,
        'messageReused',
        '这个 webhook-id 已用于其他内容，新的报文请换一个 webhook-id',
      );
    return found?.answer;
  };
  return inTurn(`intake ${where.join(' ')}`, async () => {
    const before = await find();
    if (before) return before;
    const answer = await make();
    await pool.query({
      name: 'intake-answer',
      text: `insert into intake_message (district, sender_code, id, digest, at, answer) values ($1, $2, $3, $4, $5, $6)
             on conflict do nothing`,
      values: [...where, digest, now(), JSON.stringify(answer)],
    });
    // Another program may have been faster with the same message.
    return (await find()) ?? answer;
  });
}

/** Forgets messages older than three days. */
export async function forgetMessages(pool: Pool, now: Moment): Promise<void> {
  await pool.query(`delete from intake_message where at < $1`, [addMinutes(now, -keptMinutes)]);
}
