/** The refusal of something done. Throws when it was not refused, or failed with anything else. */
import { Refused } from '../../domain/refused.ts';

export async function refusedBy(doing: Promise<unknown>): Promise<Refused> {
  const error: unknown = await doing
    .then(() => new Error('was not refused'))
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof Refused)) throw error;
  return error;
}
