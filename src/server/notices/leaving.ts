/**
 * Leaving 离岗: whoever is retired can no longer clear their notice choices themselves, so the system does, and their
 * phone and mail address are destroyed. Source: 个人信息保护法第四十七条 (the purpose is gone).
 */
import type { Act } from '../../domain/action.ts';
import { performQuietly, recordOf, type Reacting } from '../reacting.ts';
import type { Person } from '../../domain/person.ts';
import type { StoredEvent } from '../statement.ts';

/** Ends the choices of a retired person in every district; one who was restored meanwhile keeps them. */
export async function clearChoices(event: StoredEvent, reacting: Reacting): Promise<void> {
  const person = await recordOf<Person>(event, reacting);
  if (person?.status !== 'retired') return;
  const { rows } = await reacting.pool.query<{ district: string; id: string }>({
    name: 'notice-choices-of',
    text: `select district, id from notice_choice where person_id = $1 and status = 'active'`,
    values: [event.recordId],
  });
  for (const { district, id } of rows) {
    const end: Act = { noun: 'noticeChoice', id, action: 'end', input: {} };
    await performQuietly(reacting.tools, { ...event, district }, end);
  }
}
