/** Names of places, units and people, from master data in memory. */
import type { Actor } from '../../domain/access.ts';
import type { MasterData } from '../masterData.ts';

/** '清河街道学府社区': the names from the subdistrict down; the district's own name for a district code. */
export function areaName(master: MasterData, code: string): string {
  const codes =
    code.length <= 6
      ? [code]
      : [9, 12, 15]
          .filter((length) => length <= code.length)
          .map((length) => code.slice(0, length));
  const names = codes.flatMap((part) => master.areas.get(part)?.name ?? []);
  return names.length > 0 ? names.join('') : code;
}

export const unitName = (master: MasterData, id: string | null): string | null =>
  id === null ? null : (master.units.get(id)?.name ?? null);

export const personName = (master: MasterData, id: string | null): string | null =>
  id === null ? null : (master.persons.get(id)?.name ?? null);

/** '王某（清洁组长）' for a post; its title alone when the person is unknown. */
export function postName(master: MasterData, id: string): string | null {
  const post = master.posts.get(id);
  if (!post) return null;
  const name = personName(master, post.personId);
  return name ?? post.title;
}

/** Who acted: the program, outside systems and citizens have no person in the directory. */
export function actorName(master: MasterData, actor: Pick<Actor, 'personId' | 'role'>): string {
  const found = personName(master, actor.personId);
  if (found) return found;
  const key = master.apiKeys.find(({ id }) => id === actor.personId);
  if (key) return master.senders.get(key.senderCode)?.name ?? key.name;
  return actor.role === 'citizen' ? '市民' : '系统';
}
