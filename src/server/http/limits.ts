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

/** A bucket holds `burst` and fills with `perSecond`. */
function bucketOf(perSecond: number, burst: number, now: () => number) {
  const buckets = new LRUCache<string, Bucket>({ max: 50_000 });
  return (key: string): void => {
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

export interface Limits {
  person(personId: string): void;
  stranger(address: string): void;
  signIn(address: string, login: string): void;
  citizen(address: string): void;
  follow(address: string, number: string): void;
  /** `since`: when the session began; a password that is final stays so for that session. */
  passwordIsFinal(personId: string, since: string): Promise<boolean>;
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
  const final = new LRUCache<string, true>({ max: 20_000, ttl: 60_000 });
  return {
    person,
    stranger,
    signIn: (address, login) => {
      signInAddress(address);
      signInLogin(`${address} ${login}`);
    },
    citizen,
    follow: (address, number) => {
      follow(`address ${address}`);
      follow(`number ${number}`);
    },
    passwordIsFinal: async (personId, since) => {
      const key = `${personId} ${since}`;
      if (final.has(key)) return true;
      if (await mustChange(personId)) return false;
      final.set(key, true);
      return true;
    },
  };
}
