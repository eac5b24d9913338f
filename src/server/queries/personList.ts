/** Person list 人员: accounts for the three administrators, with their posts and what may be done. */
import { sql } from 'kysely';
import { administrators, roleLabels, type Role } from '../../domain/access.ts';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import type { Person } from '../../domain/person.ts';
import { Refused } from '../../domain/refused.ts';
import { toRecord } from '../columns.ts';
import { initialsOf } from '../pinyin.ts';
import type { MasterData } from '../masterData.ts';
import { openActions } from '../openActions.ts';
import type { Sql } from '../scope.ts';
import { askedOf, signedIn, type QueryContext } from './context.ts';
import { areaName, unitName } from './names.ts';
import { allColumns, readPage } from './page.ts';

/** '创城专席', '网格员 · 清河街道': each post of a person here. */
const postNames = (master: MasterData, personId: string): string[] =>
  master
    .postsOf(personId)
    .map(({ role, title, unitId, areaCode }) =>
      [
        title || roleLabels[role],
        unitName(master, unitId) ?? (areaCode ? areaName(master, areaCode) : null),
      ]
        .filter(Boolean)
        .join(' · '),
    );

/** Whoever has a post in this district, and those who have none anywhere. */
const servesHere = (district: string): Sql => sql`(
  exists (select from post h where h.district = ${district} and h.person_id = p.id and h.status = 'active')
  or not exists (select from post h where h.person_id = p.id and h.status = 'active'))`;

/** The persons whose name has these initials of pinyin. */
const withInitials = (master: MasterData, words: string): string[] =>
  /^[a-z]+$/.test(words)
    ? [...master.persons.values()]
        .filter(({ name }) => initialsOf(name).includes(words))
        .map(({ id }) => id)
    : [];

export async function personList(
  context: QueryContext,
  input: QueryInput<'personList'>,
): Promise<QueryOutput<'personList'>> {
  const { master, now } = context;
  if (!(administrators as readonly Role[]).includes(signedIn(context).role)) {
    throw new Refused(403, 'notYourRole', '人员账号只供三员查看');
  }
  const words = input.words?.trim().toLowerCase();
  const page = await readPage(context, {
    alias: 'p',
    select: sql`${allColumns('person', 'p')}, case when c.locked_until > ${now}::timestamptz then c.locked_until end as locked_until,
      t.ciphertext is not null as has_totp`,
    from: sql`person p left join credential c on c.person_id = p.id left join totp t on t.person_id = p.id`,
    where: [
      sql`p.district = ${baseDistrict}`,
      servesHere(context.district),
      ...(words
        ? [
            sql`strpos(lower(p.name), ${words}) > 0 or strpos(p.login, ${words}) > 0
              or p.id = any(${withInitials(master, words)}::uuid[])`,
          ]
        : []),
      ...(input.state === 'locked' ? [sql`c.locked_until > ${now}::timestamptz`] : []),
      ...(input.state === 'active' || input.state === 'retired'
        ? [sql`p.status = ${input.state}`]
        : []),
    ],
    order: { name: 'persons', column: 'login', type: 'text', direction: 'asc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  const asked = askedOf(context);
  return {
    ...page,
    items: page.items.map((row) => {
      const person = toRecord<Person>('person', row);
      const { id, version, status, name, login, signedInAt } = person;
      return {
        id,
        version,
        status,
        name,
        login,
        signedInAt,
        lockedUntil: row.locked_until as string | null,
        hasTotp: row.has_totp as boolean,
        posts: postNames(master, id),
        actions: openActions('person', person, asked),
      };
    }),
  };
}
