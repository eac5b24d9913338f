/**
 * Accounts 账号: passwords (argon2id), second factor, lock-out, sessions. Credentials and sessions are the house's own
 * tables; that somebody signed in, was locked or released is an event of the person.
 * Sources: domain reference i (等保 identity); trust V6, V7, V11.5.1.
 */
import { createHash, randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import { v7 as newId } from 'uuid';
import { addMinutes, epochMs, type Moment } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import { Refused } from '../domain/refused.ts';
import { systemActor } from './baseSeed.ts';
import { perform, type Performing } from './perform.ts';
import { totpOn, type Totp } from './totp.ts';

/** Wrong passwords within an hour, from anywhere; `http/limits.ts` locks much sooner by address. */
const maxFailures = 50;
const failureMinutes = 60;
const lockMinutes = 15;
const lifetimeMinutes = 12 * 60;
/** A session nobody used for so long is over. */
export const idleMinutes = 2 * 60;
/** How long after the password was last given a sensitive change is taken (trust V7.5.1). */
const confirmedMinutes = 10;

export interface SessionRow {
  id: string;
  personId: string;
  district: string | null;
  postId: string | null;
  csrf: string;
  createdAt: Moment;
  seenAt: Moment;
  expiresAt: Moment;
  /** When the password was last given in this session. */
  confirmedAt: Moment | null;
}

/** A session as its owner and the security administrator see it. */
export interface OpenSession {
  id: string;
  device: string;
  createdAt: Moment;
  seenAt: Moment;
}

export interface SignInParts {
  /** The browser in words. */
  device?: string | undefined;
  /** The one-time or recovery code, for those who have a second factor. */
  code?: string | undefined;
}

export interface Accounts {
  /**
   * Checks login, password and second factor; throws the same 401 for every wrong pair, and 401
   * `needsCode` when only the code is missing.
   */
  signIn(
    login: string,
    password: string,
    parts?: SignInParts,
  ): Promise<{ token: string; session: SessionRow }>;
  /** A new session for somebody already known by other means. */
  begin(personId: string, device?: string): Promise<{ token: string; session: SessionRow }>;
  /** Takes the password (and code) again for what is sensitive. Throws as `signIn` does. */
  confirm(token: string, personId: string, password: string, code?: string): Promise<void>;
  /** Throws 403 `signInAgain` when the password was not given lately. */
  requireConfirmed(session: SessionRow): void;
  sessionsOf(personId: string): Promise<OpenSession[]>;
  /** Ends one session of a person; false when there is none of that id. */
  endOne(personId: string, id: string): Promise<boolean>;
  endOthers(personId: string, keepId: string): Promise<void>;
  /** The session of a token; undefined when unknown, ended, idle too long or too old. */
  find(token: string): Promise<SessionRow | undefined>;
  signOut(token: string): Promise<void>;
  endAll(personId: string): Promise<void>;
  usePost(token: string, district: string, postId: string): Promise<void>;
  mustChange(personId: string): Promise<boolean>;
  changePassword(personId: string, old: string, next: string): Promise<void>;
  setPassword(personId: string, password: string, mustChange: boolean): Promise<void>;
  unlock(personId: string): Promise<void>;
  totp: Totp;
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();
const secret = (): string => randomBytes(32).toString('base64url');
const wrong = (): Refused => new Refused(401, 'wrongPassword', '登录名或密码不正确');

const common = new Set(dictionary['passwords-common'].map((word) => String(word).toLowerCase()));

/** Throws 400 when a password is too short, too long or too common. No composition rules. */
export function checkPassword(password: string): void {
  if (password.length < 10)
    throw new Refused(400, 'shortPassword', '密码至少 10 个字符，可用一句话');
  if (password.length > 128) throw new Refused(400, 'longPassword', '密码不能超过 128 个字符');
  if (common.has(password.toLowerCase())) {
    throw new Refused(400, 'commonPassword', '这个密码过于常见，请换一个');
  }
}

/** Argon2id with the parameters of OWASP's recommendation (19 MiB, 2 passes). */
const hashOf = (password: string): Promise<string> =>
  hash(password, { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 });

interface Credential {
  person_id: string;
  password_hash: string;
  locked_until: Moment | null;
  status: string;
}

const sessionColumns =
  'id, person_id, district, post_id, csrf, created_at, seen_at, expires_at, confirmed_at';

const sessionOf = (row: Record<string, unknown>): SessionRow => ({
  id: row.id as string,
  personId: row.person_id as string,
  district: row.district as string | null,
  postId: row.post_id as string | null,
  csrf: row.csrf as string,
  createdAt: row.created_at as Moment,
  seenAt: row.seen_at as Moment,
  expiresAt: row.expires_at as Moment,
  confirmedAt: row.confirmed_at as Moment | null,
});

export function accountsOn(pool: pg.Pool, tools: Performing): Accounts {
  const cache = new LRUCache<string, SessionRow>({ max: 20_000, ttl: 5_000 });
  // The hash of an unguessable password: an unknown login takes as long as a known one.
  const decoy = hashOf(secret());

  const recordEvent = async (personId: string, action: 'signIn' | 'lock'): Promise<void> => {
    await perform(tools, systemActor(baseDistrict), {
      noun: 'person',
      id: personId,
      action,
      input: {},
      requestId: newId(),
    });
  };

  const fail = async (personId: string): Promise<void> => {
    const now = tools.now();
    const { rows } = await pool.query<{ failures: number }>(
      `update credential c set failures = n.failures % $2, failing_since = n.since,
         locked_until = case when n.failures >= $2 then $3::timestamptz else c.locked_until end
       from (select case when failing_since > $4 then failures else 0 end + 1 as failures,
               case when failing_since > $4 then failing_since else $5 end as since
             from credential where person_id = $1 for update) n
       where c.person_id = $1 returning c.failures`,
      [personId, maxFailures, addMinutes(now, lockMinutes), addMinutes(now, -failureMinutes), now],
    );
    if (rows[0]?.failures === 0) await recordEvent(personId, 'lock');
  };

  const setPassword = async (
    personId: string,
    password: string,
    mustChange: boolean,
  ): Promise<void> => {
    await pool.query(
      `insert into credential (person_id, password_hash, must_change, changed_at) values ($1, $2, $3, $4)
       on conflict (person_id) do update set password_hash = excluded.password_hash,
         must_change = excluded.must_change, failures = 0, locked_until = null, changed_at = excluded.changed_at`,
      [personId, await hashOf(password), mustChange, tools.now()],
    );
  };

  const endAll = async (personId: string): Promise<void> => {
    await pool.query(`delete from session where person_id = $1`, [personId]);
    cache.clear();
  };

  const totp = totpOn(pool, tools.box, tools.now);

  const begin = async (
    personId: string,
    device = '未知设备',
  ): Promise<{ token: string; session: SessionRow }> => {
    const now = tools.now();
    const token = secret();
    const session: SessionRow = {
      id: newId(),
      personId,
      district: null,
      postId: null,
      csrf: secret(),
      createdAt: now,
      seenAt: now,
      expiresAt: addMinutes(now, lifetimeMinutes),
      confirmedAt: now,
    };
    await pool.query(
      `with clean as (update credential set failures = 0, locked_until = null where person_id = $2)
       insert into session (token_hash, person_id, csrf, created_at, seen_at, confirmed_at, expires_at, id, device)
       values ($1, $2, $3, $4, $4, $4, $5, $6, $7)`,
      [digest(token), personId, session.csrf, now, session.expiresAt, session.id, device],
    );
    await recordEvent(personId, 'signIn');
    return { token, session };
  };

  const isPassword = async (personId: string, password: string): Promise<boolean> => {
    const { rows } = await pool.query<Pick<Credential, 'password_hash'>>(
      `select password_hash from credential where person_id = $1`,
      [personId],
    );
    return rows[0] !== undefined && verify(rows[0].password_hash, password);
  };

  return {
    totp,
    begin,

    signIn: async (login, password, { device, code } = {}) => {
      const { rows } = await pool.query<Credential>(
        `select c.person_id, c.password_hash, c.locked_until, p.status from person p
         join credential c on c.person_id = p.id where p.district = $1 and p.login = $2`,
        [baseDistrict, login],
      );
      const found = rows[0];
      const isRight = await verify(found?.password_hash ?? (await decoy), password);
      if (!found || found.status !== 'active') throw wrong();
      if (found.locked_until && found.locked_until > tools.now()) {
        throw new Refused(
          429,
          'locked',
          `连续输错密码，账号暂时锁定，请 ${lockMinutes} 分钟后再试或联系安全管理员`,
        );
      }
      if (!isRight) {
        await fail(found.person_id);
        throw wrong();
      }
      await totp.check(found.person_id, code);
      return begin(found.person_id, device);
    },

    confirm: async (token, personId, password, code) => {
      if (!(await isPassword(personId, password))) {
        await fail(personId);
        throw new Refused(400, 'wrongPassword', '密码不正确，请重新输入');
      }
      await totp.check(personId, code);
      await pool.query(`update session set confirmed_at = $2 where token_hash = $1`, [
        digest(token),
        tools.now(),
      ]);
      cache.delete(token);
    },

    requireConfirmed: ({ confirmedAt }) => {
      if (confirmedAt && confirmedAt > addMinutes(tools.now(), -confirmedMinutes)) return;
      throw new Refused(403, 'signInAgain', '这一步较敏感，请再输入一次密码');
    },

    sessionsOf: async (personId) => {
      const now = tools.now();
      const { rows } = await pool.query<OpenSession>(
        `select id, device, created_at as "createdAt", seen_at as "seenAt" from session
         where person_id = $1 and expires_at > $2 and seen_at > $3 order by seen_at desc, id limit 100`,
        [personId, now, addMinutes(now, -idleMinutes)],
      );
      return rows;
    },

    endOne: async (personId, id) => {
      const { rowCount } = await pool.query(
        `delete from session where person_id = $1 and id = $2`,
        [personId, id],
      );
      cache.clear();
      return rowCount === 1;
    },

    endOthers: async (personId, keepId) => {
      await pool.query(`delete from session where person_id = $1 and id <> $2`, [personId, keepId]);
      cache.clear();
    },

    find: async (token) => {
      const now = tools.now();
      const known = cache.get(token);
      if (known && known.expiresAt > now) return known;
      const { rows } = await pool.query<Record<string, unknown>>({
        name: 'session-find',
        text: `select ${sessionColumns} from session where token_hash = $1 and expires_at > $2 and seen_at > $3`,
        values: [digest(token), now, addMinutes(now, -idleMinutes)],
      });
      if (!rows[0]) return undefined;
      const session = sessionOf(rows[0]);
      cache.set(token, session);
      if (epochMs(now) - epochMs(session.seenAt) > 60_000) {
        await pool.query(`update session set seen_at = $2 where token_hash = $1`, [
          digest(token),
          now,
        ]);
      }
      return session;
    },

    signOut: async (token) => {
      cache.delete(token);
      await pool.query(`delete from session where token_hash = $1`, [digest(token)]);
    },

    endAll,

    usePost: async (token, district, postId) => {
      await pool.query(`update session set district = $2, post_id = $3 where token_hash = $1`, [
        digest(token),
        district,
        postId,
      ]);
      cache.delete(token);
    },

    mustChange: async (personId) => {
      const { rows } = await pool.query<{ must_change: boolean }>(
        `select must_change from credential where person_id = $1`,
        [personId],
      );
      return rows[0]?.must_change ?? true;
    },

    changePassword: async (personId, old, next) => {
      if (!(await isPassword(personId, old))) {
        await fail(personId);
        throw new Refused(400, 'wrongPassword', '原密码不正确');
      }
      if (old === next) throw new Refused(400, 'samePassword', '新密码不能与原密码相同');
      checkPassword(next);
      await setPassword(personId, next, false);
      await endAll(personId);
    },

    setPassword,

    unlock: async (personId) => {
      await pool.query(
        `update credential set failures = 0, locked_until = null where person_id = $1`,
        [personId],
      );
    },
  };
}
