/** Signing in over HTTP with the demo accounts. */
import { demoAccounts } from '../src/server/demoSeed.ts';

export interface SignedIn {
  login: string;
  personId: string;
  cookie: string;
  csrf: string;
}

/** The password of every demo account. */
export const demoPassword = (): string => demoAccounts()[0]?.password ?? '';

/** Signs somebody with the demo password in. Throws with the answer when it is refused. */
export async function signIn(origin: string, login: string): Promise<SignedIn> {
  const response = await fetch(`${origin}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password: demoPassword() }),
  });
  if (!response.ok)
    throw new Error(`sign-in of ${login}: ${response.status} ${await response.text()}`);
  const { personId, csrf } = (await response.json()) as { personId: string; csrf: string };
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { login, personId, cookie, csrf };
}
