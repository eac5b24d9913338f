/** Post list 岗位: who does what, in which unit or area, and who stands in today. */
import { sql } from 'kysely';
import { Role, roleLabels } from '../../domain/access.ts';
import type { QueryInput, QueryOutput } from '../../domain/api.ts';
import { baseDistrict } from '../../domain/nouns.ts';
import type { Post } from '../../domain/post.ts';
import { toRecord } from '../columns.ts';
import { initialsOf } from '../pinyin.ts';
import type { MasterData } from '../masterData.ts';
import { openActions } from '../openActions.ts';
import { askedOf, signedIn, type QueryContext } from './context.ts';
import { chosen } from './filters.ts';
import { areaName, personName, unitName } from './names.ts';
import { readPage } from './page.ts';

const administrators = new Set<Role>(['systemAdmin', 'securityAdmin', 'auditAdmin']);

/** The posts in whose person, title, role, unit or area the words stand, or whose initials they are. */
function withWords(master: MasterData, words: string): string[] {
  const asked = words.toLowerCase();
  return [...master.posts.values()]
    .filter((post) => {
      const names = [
        personName(master, post.personId) ?? '',
        post.title,
        roleLabels[post.role],
        unitName(master, post.unitId) ?? '',
        post.areaCode ? areaName(master, post.areaCode) : '',
      ];
      return (
        names.some((name) => name.toLowerCase().includes(asked)) ||
        [names[0], names[3]].some((name) => initialsOf(name ?? '').includes(asked))
      );
    })
    .map(({ id }) => id);
}

export async function postList(
  context: QueryContext,
  input: QueryInput<'postList'>,
): Promise<QueryOutput<'postList'>> {
  const { master, district, now } = context;
  const asked = askedOf(context);
  const words = input.words?.trim();
  const seesLogins = administrators.has(signedIn(context).role);
  const roles = chosen(input.role, Role.options, '角色');
  const page = await readPage(context, {
    alias: 'p',
    select: sql`p.*`,
    from: sql`(select t.*, n.name as person_name, n.login from post t
      join person n on n.district = ${baseDistrict} and n.id = t.person_id where t.district = ${district}) p`,
    where: [
      ...(words ? [sql`p.id = any(${withWords(master, words)}::uuid[])`] : []),
      ...(roles ? [sql`p.role = any(${roles})`] : []),
      ...(input.unit ? [sql`p.unit_id = ${input.unit}`] : []),
      ...(input.status ? [sql`p.status = ${input.status}`] : []),
    ],
    order: { name: 'posts', column: 'person_name', type: 'text', direction: 'asc' },
    cursor: input.cursor,
    limit: input.limit,
  });
  return {
    ...page,
    items: page.items.map((row) => {
      const post = toRecord<Post>('post', row);
      const { id, version, status, personId, role, line, title, unitId, areaCode } = post;
      const standing = master.personOn(post, now);
      return {
        id,
        version,
        status,
        personId,
        personName: row.person_name as string,
        login: seesLogins ? (row.login as string) : null,
        role,
        line,
        title,
        unitName: unitName(master, unitId),
        areaCode,
        areaName: areaCode ? areaName(master, areaCode) : null,
        deputyName: standing === personId ? null : personName(master, standing),
        actions: openActions('post', post, asked),
      };
    }),
  };
}
