/**
 * Totp 动态验证码: the second factor of administrators (RFC 6238, 6 digits, 30 seconds). The secret lies in
 * the installation's secret box; a code works once; guessing is limited; ten recovery codes, kept as keyed
 * digests, each work once. Sources: domain reference i (等保 identity, 两种鉴别); trust V6.3.3, V6.5.1, V6.6.3.
 */
import { randomInt, timingSafeEqual } from 'node:crypto';
import { generateSecret, generateSync, generateURI } from 'otplib';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { addMinutes, epochMs, type Moment } from '../domain/moment.ts';
import { Refused } from '../domain/refused.ts';
import type { SecretBox } from './secrets.ts';

const stepMs = 30_000;
const maxFailures = 5;
const lockMinutes = 15;
const recoveryCount = 10;

export interface Totp {
  isOn(personId: string): Promise<boolean>;
  /** Begins enrolling: a new secret, of no effect until proven. */
  begin(personId: string, login: string): Promise<{ secret: string; link: string }>;
  /** Ends enrolling with a code of the new secret. Returns the recovery codes, shown once. */
  prove(personId: string, code: string): Promise<string[]>;
  /**
   * Uses up a code or recovery code. Does nothing for whoever has no second factor; throws 401 when the
   * code is missing, wrong or used, 429 after five wrong ones within a quarter of an hour.
   */
  check(personId: string, code: string | undefined): Promise<void>;
  clear(personId: string): Promise<void>;
}

interface TotpRow {
  wrapped_key: Buffer | null;
  ciphertext: Buffer | null;
  pending_key: Buffer | null;
  pending_text: Buffer | null;
  last_step: number;
}

const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
/** 24 letters, 119 random bits, in groups of four. */
const newRecovery = (): string =>
  Array.from({ length: 6 }, () =>
    Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join(''),
  ).join('-');

const bare = (code: string): string => code.toLowerCase().replaceAll(/[\s-]/g, '');

/** The step, newer than the last one used, whose code this is; the clock may be half a minute off. */
function stepOf(secret: string, code: string, now: Moment, lastStep: number): number | undefined {
  const current = Math.floor(epochMs(now) / stepMs);
  return [current, current - 1, current + 1].find((step) => {
    const right = generateSync({ secret, strategy: 'hotp', counter: step });
    return step > lastStep && timingSafeEqual(Buffer.from(right), Buffer.from(code));
  });
}

const wrongCode = (): Refused =>
  new Refused(401, 'wrongCode', '验证码不正确或已用过，请等手机上显示下一个后再输入');

export function totpOn(pool: pg.Pool, box: SecretBox, clock: () => Moment): Totp {
  const digestOf = (personId: string, code: string): Buffer =>
    box.digest(`recovery ${personId} ${code}`);

  /** Counts a try and returns the row, undefined when there is none; throws 429 when there were too many. */
  const tried = async (personId: string): Promise<TotpRow | undefined> => {
    const now = clock();
    const { rows } = await pool.query<TotpRow>(
      `update totp set failures = case when failing_since > $2 then failures else 0 end + 1,
         failing_since = case when failing_since > $2 then failing_since else $3 end
       where person_id = $1 and (failures < $4 or failing_since is null or failing_since <= $2)
       returning *`,
      [personId, addMinutes(now, -lockMinutes), now, maxFailures],
    );
    if (rows[0]) return rows[0];
    const { rowCount } = await pool.query(`select 1 from totp where person_id = $1`, [personId]);
    if (rowCount === 0) return undefined;
    throw new Refused(
      429,
      'codeLocked',
      `验证码连续输错，请 ${lockMinutes} 分钟后再试，或联系另一位管理员`,
      { retryAfter: lockMinutes * 60 },
    );
  };

  const known = new LRUCache<string, true>({ max: 5_000, ttl: 60_000 });
  const isOn = async (personId: string): Promise<boolean> => {
    if (known.has(personId)) return true;
    const { rows } = await pool.query(
      `select 1 from totp where person_id = $1 and ciphertext is not null`,
      [personId],
    );
    if (rows.length > 0) known.set(personId, true);
    return rows.length > 0;
  };

  /** Uses up a step; false when somebody used it, or a later one, at the same time. */
  const useStep = async (personId: string, step: number): Promise<boolean> => {
    const { rowCount } = await pool.query(
      `update totp set last_step = $2, failures = 0, failing_since = null
       where person_id = $1 and last_step < $2`,
      [personId, step],
    );
    return rowCount === 1;
  };

  const useRecovery = async (personId: string, code: string): Promise<boolean> => {
    const { rowCount } = await pool.query(
      `update totp set recovery = array_remove(recovery, $2), failures = 0, failing_since = null
       where person_id = $1 and $2 = any(recovery)`,
      [personId, digestOf(personId, code)],
    );
    return rowCount === 1;
  };

  return {
    isOn,

    begin: async (personId, login) => {
      const secret = generateSecret();
      const { wrappedKey, ciphertext } = box.lock(personId, 'totp', secret);
      await pool.query(
        `insert into totp (person_id, pending_key, pending_text) values ($1, $2, $3)
         on conflict (person_id) do update set pending_key = excluded.pending_key, pending_text = excluded.pending_text`,
        [personId, wrappedKey, ciphertext],
      );
      return { secret, link: generateURI({ issuer: 'CivicLoop', label: login, secret }) };
    },

    prove: async (personId, typed) => {
      const row = await tried(personId);
      if (!row?.pending_key || !row.pending_text)
        throw new Refused(409, 'notBegun', '请先点“启用动态验证码”，再输入验证码');
      const secret = box.unlock(personId, row.pending_key, row.pending_text);
      const code = bare(typed);
      const step = /^\d{6}$/.test(code) ? stepOf(secret, code, clock(), 0) : undefined;
      if (step === undefined) throw wrongCode();
      const codes = Array.from({ length: recoveryCount }, newRecovery);
      await pool.query(
        `update totp set wrapped_key = pending_key, ciphertext = pending_text, pending_key = null, pending_text = null,
           last_step = $2, recovery = $3, failures = 0, failing_since = null where person_id = $1`,
        [personId, step, codes.map((one) => digestOf(personId, bare(one)))],
      );
      return codes;
    },

    check: async (personId, typed) => {
      if (!(await isOn(personId))) return;
      if (!typed) throw new Refused(401, 'needsCode', '请输入手机上的 6 位动态验证码');
      const row = await tried(personId);
      if (!row) return;
      const code = bare(typed);
      if (!/^\d{6}$/.test(code)) {
        if (await useRecovery(personId, code)) return;
        throw wrongCode();
      }
      const secret = box.unlock(personId, row.wrapped_key as Buffer, row.ciphertext as Buffer);
      const step = stepOf(secret, code, clock(), row.last_step);
      if (step === undefined || !(await useStep(personId, step))) throw wrongCode();
    },

    clear: async (personId) => {
      await pool.query(`delete from totp where person_id = $1`, [personId]);
      known.delete(personId);
    },
  };
}
