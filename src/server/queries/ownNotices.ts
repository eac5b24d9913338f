/** Own notices 我的通知: what this person chose, what holds otherwise, and among what they may choose. */
import { maskPersonal } from '../../domain/mask.ts';
import type { QueryOutput } from '../../domain/api.ts';
import { usualNoticeHours } from '../../domain/noticeHours.ts';
import { kindsOfLine } from '../../domain/noticeKind.ts';
import { openSecret } from '../notices/send.ts';
import { signedIn, type QueryContext } from './context.ts';
import { channelNames } from './noticeChannels.ts';

/** `zh***@example.cn`. */
const maskEmail = (email: string): string => email.replace(/^(.{0,2})[^@]*/, '$1***');

export async function ownNotices(context: QueryContext): Promise<QueryOutput<'ownNotices'>> {
  const { pool, box, master, district, now } = context;
  const { personId } = signedIn(context);
  const found = master.noticeChoices.get(personId);
  const phone = await openSecret(pool, box, district, found?.phoneId ?? null);
  const email = await openSecret(pool, box, district, found?.emailId ?? null);
  const posts = [...master.postsOf(personId), ...master.postsDeputised(personId, now)];
  const defaultOf = (role: string) => master.noticeDefaults.find((one) => one.role === role);
  const channels = channelNames(master);
  const isKnown = ({ channelId }: { channelId: string }): boolean =>
    channels.some(({ id }) => id === channelId);
  const choice = found && {
    ...found,
    duties: found.duties.map(({ postId, ways }) => ({ postId, ways: ways.filter(isKnown) })),
  };
  return {
    choice: choice ? withoutContacts(choice) : null,
    phone: phone === null ? null : maskPersonal(phone),
    email: email === null ? null : maskEmail(email),
    defaultHours: posts.flatMap(({ role }) => defaultOf(role)?.hours ?? [])[0] ?? usualNoticeHours,
    posts: posts.map(({ id, title, role, line }) => ({
      id,
      title,
      role,
      kinds: kindsOfLine(line),
      defaults: (defaultOf(role)?.ways ?? []).filter(isKnown),
    })),
    channels,
  };
}

/** Secrets are named to nobody. */
function withoutContacts<T extends { phoneId: unknown; emailId: unknown }>(
  choice: T,
): Omit<T, 'phoneId' | 'emailId'> {
  const { phoneId: _, emailId: __, ...open } = choice;
  return open;
}
