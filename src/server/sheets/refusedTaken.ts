/**
 * Refused rows taken out 被拒的行的下载: only whoever uploaded a file gets its rows back, and each time is kept with
 * the load for ever: who and when. They hold personal data in the open. Source: issue 5-1.
 */
import type { Pool } from 'pg';
import type { Actor } from '../../domain/access.ts';
import type { Moment } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';

/** Notes that the refused rows of a load are taken out. Throws 403 when somebody else uploaded the file. */
export async function noteRefusedTaken(
  pool: Pool,
  table: 'order_load' | 'finding_load',
  { district, personId }: Pick<Actor, 'district' | 'personId'>,
  load: { id: string; personId: string },
  now: Moment,
): Promise<void> {
  if (load.personId !== personId)
    throw new Refused(
      403,
      'notYours',
      '被拒的行含个人信息，只有上传文件的人可以下载，请由本人下载',
    );
  await pool.query(
    `update ${table} set refused_taken = refused_taken || $3::jsonb where district = $1 and id = $2`,
    [district, load.id, JSON.stringify([{ personId, at: now }])],
  );
}
