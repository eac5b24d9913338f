/** Revealed: the complainant in the clear, for who revealed it, within ten minutes of doing so. */
import { sql } from 'kysely';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { addMinutes } from '../../domain/moment.ts';
import { Refused } from '../../domain/refused.ts';
import { signedIn, type QueryContext } from './context.ts';

/** How long a reveal may be read, in minutes. */
const readableMinutes = 10;

interface SecretRow {
  id: string;
  field: string;
  wrapped_key: Buffer | null;
  ciphertext: Buffer | null;
}

const fields = ['complainantName', 'complainantPhone', 'complainantEmail', 'content'];

/** The secrets of what was last said of each field: at submitting, or when it was amended. */
async function secretsSaid({ store, district }: QueryContext, recordId: string): Promise<string[]> {
  const events = (await store.events(district, 'report', recordId))
    .filter(({ action }) => action === 'submit' || action === 'amend')
    .reverse();
  return fields.flatMap((field) => {
    const last = events.find(({ changes }) => Object.hasOwn(changes, field));
    return last?.secrets?.[field] ?? [];
  });
}

export async function revealed(
  context: QueryContext,
  { eventId }: QueryInput<'revealed'>,
): Promise<QueryOutput<'revealed'>> {
  const { db, district, now, store, box } = context;
  const { personId } = signedIn(context);
  const event = await store.event(district, eventId);
  const isOwn =
    event?.noun === 'report' && event.action === 'reveal' && event.actor.personId === personId;
  if (!event || !isOwn)
    throw new Refused(404, 'notFound', '没有您的这次查看记录，请先办理“查看诉求人”');
  if (addMinutes(event.at, readableMinutes) < now) {
    throw new Refused(
      403,
      'revealOver',
      '查看已过 10 分钟，如仍需要请重新办理“查看诉求人”并说明事由',
    );
  }
  const ids = await secretsSaid(context, event.recordId);
  const { rows } = await sql<SecretRow>`
    select id, field, wrapped_key, ciphertext from secret
    where district = ${district} and noun = 'report' and record_id = ${event.recordId}
      and id = any(${ids}::uuid[])`.execute(db);
  const read = (field: string): string | null => {
    const found = rows.find((row) => row.field === field);
    return found?.wrapped_key && found.ciphertext
      ? box.unlock(found.id, found.wrapped_key, found.ciphertext)
      : null;
  };
  return {
    name: read('complainantName'),
    phone: read('complainantPhone'),
    email: read('complainantEmail'),
    content: read('content'),
  };
}
