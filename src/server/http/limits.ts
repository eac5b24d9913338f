/**
 * Limits 限流: token buckets by person, address and purpose, in memory of this process. A refusal says
 * when to come again. Sources: trust V2.4.1, V6.3.1, V6.6.3.
 */
import { LRUCache } from 'lru-cache';
import { Refused } from '../../domain/refused.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** Each bucket holds `burst` and fills with `perSecond`. */
function bucketsOf(now: () => number) {
  const buckets = new LRUCache<string, Bucket>({ max: 50_000 });
  return (key: string, perSecond: number, burst: number): void => {
    const at = now();
    const found = buckets.get(key) ?? { tokens: burst, at };
    const tokens = Math.min(burst, found.tokens + ((at - found.at) / 1000) * perSecond);
    if (tokens < 1) {
      buckets.set(key, { tokens, at });
      throw new Refused(429, 'tooOften', '操作过于频繁，请稍候再试', {
        retryAfter: Math.ceil((1 - tokens) / perSecond),
      });
    }
    buckets.set(key, { tokens: tokens - 1, at });
  };
}

/** Buckets of one measure for all. */
function bucketOf(perSecond: number, burst: number, now: () => number) {
  const take = bucketsOf(now);
  return (key: string): void => take(key, perSecond, burst);
}

export interface Limits {
  person(personId: string): void;
  stranger(address: string): void;
  signIn(address: string, login: string): void;
  /** Throws 429 while a login is locked for an address, whether or not it exists. */
  signInOpen(address: string, login: string): void;
  /** A wrong password: the eighth locks the login for this address for a quarter of an hour. */
  signInFailed(address: string, login: string): void;
  /** Forgets what failed for a login, from one address or (released by an administrator) from all. */
  signInReleased(login: string, address?: string): void;
  citizen(address: string): void;
  follow(address: string, number: string): void;
  /** A key of an outside system: as many a minute as it was given. */
  apiKey(id: string, perMinute: number): void;
  /** `since`: when the session began; a password that is final stays so for that session. */
  passwordIsFinal(personId: string, since: string): Promise<boolean>;
}

const maxFailures = 8;
const lockMs = 15 * 60_000;

/** Locks by login and address, so that a stranger elsewhere locks nobody out. */
function signInLocks(now: () => number) {
  const failed = new LRUCache<string, { count: number; at: number }>({ max: 50_000 });
  const keyOf = (address: string, login: string): string => `${login} ${address}`;
  /** Failures within the last quarter of an hour. */
  const countOf = (key: string): number => {
    const found = failed.get(key);
    return found && now() - found.at < lockMs ? found.count : 0;
  };
  return {
    signInOpen: (address: string, login: string): void => {
      const key = keyOf(address, login);
      if (countOf(key) < maxFailures) return;
      const rest = lockMs - (now() - (failed.get(key)?.at ?? 0));
      throw new Refused(
        429,
        'locked',
        '连续输错密码，已暂时锁定，请 15 分钟后再试或联系安全管理员',
        { retryAfter: Math.ceil(rest / 1000) },
      );
    },
    signInFailed: (address: string, login: string): void => {
      const key = keyOf(address, login);
      failed.set(key, { count: countOf(key) + 1, at: now() });
    },
    signInReleased: (login: string, address?: string): void => {
      if (address !== undefined) return void failed.delete(keyOf(address, login));
      for (const key of failed.keys()) if (key.startsWith(`${login} `)) failed.delete(key);
    },
  };
}

/** `mustChange` is asked once a minute a person at most. */
export function limitsOf(
  mustChange: (personId: string) => Promise<boolean>,
  now: () => number,
): Limits {
  const person = bucketOf(200, 600, now);
  const stranger = bucketOf(20, 120, now);
  const signInAddress = bucketOf(1, 40, now);
  const signInLogin = bucketOf(0.2, 20, now);
  const citizen = bucketOf(0.2, 20, now);
  const follow = bucketOf(0.1, 10, now);
  const apiKey = bucketsOf(now);
  const final = new LRUCache<string, true>({ max: 20_000, ttl: 60_000 });
  return {
    person,
    stranger,
    signIn: (address, login) => {
      signInAddress(address);
      signInLogin(`${address} ${login}`);
    },
    ...signInLocks(now),
    citizen,
    follow: (address, number) => {
      follow(`address ${address}`);
      follow(`number ${number}`);
    },
    apiKey: (id, perMinute) => apiKey(id, perMinute / 60, perMinute),
    passwordIsFinal: async (personId, since) => {
      const key = `${personId} ${since}`;
      if (final.has(key)) return true;
      if (await mustChange(personId)) return false;
      final.set(key, true);
      return true;
    },
  };
}
