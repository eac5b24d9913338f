/** Patience 等待: a start outlives a database that is restarting; only the database's own silence is waited for. */
import { refusalOf } from './database.ts';

const tries = 60;

/** Does the work, and again every second while the database gives no answer, for a minute at most. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await work();
    } catch (error) {
      const isSilent =
        (error as { status?: number }).status === 503 || refusalOf(error)?.status === 503;
      if (!isSilent || n >= tries) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
