/** Verifiers 复查人选: posts of the finding line with the reason why one may not, the nearest first. */
import type { QueryOutput } from '../../domain/api.ts';
import type { Issue } from '../../domain/issueShape.ts';
import { verifierRefusal } from '../../domain/verifier.ts';
import type { MasterData } from '../masterData.ts';
import { areaName } from './names.ts';

const mostOffered = 30;

/** For each person with a handling post: its unit and every unit above. */
function handlingPaths(master: MasterData): Map<string, string[][]> {
  const paths = new Map<string, string[][]>();
  for (const { personId, line, status, unitId } of master.posts.values()) {
    if (line !== 'handling' || status !== 'active' || !unitId) continue;
    paths.set(personId, [...(paths.get(personId) ?? []), master.pathOf(unitId)]);
  }
  return paths;
}

/** At most 30 choices: those who may first, of the same subdistrict before others. */
export function verifiersFor(
  issue: Issue,
  master: MasterData,
): QueryOutput<'issueView'>['verifiers'] {
  const paths = handlingPaths(master);
  const subdistrict = master.currentArea(issue.areaCode).slice(0, 9);
  return [...master.posts.values()]
    .flatMap((post) => {
      const person = master.persons.get(post.personId);
      if (post.line !== 'finding' || post.status !== 'active' || person?.status !== 'active')
        return [];
      const { id, personId, line, title, areaCode } = post;
      const refused = verifierRefusal(issue, {
        personId,
        line,
        handlingPaths: paths.get(personId) ?? [],
      });
      const choice = {
        postId: id,
        name: person.name,
        title,
        areaName: areaCode ? areaName(master, areaCode) : null,
        refusal: refused?.message ?? null,
      };
      const place = areaCode ? master.currentArea(areaCode) : '-';
      const isNear = place.startsWith(subdistrict) || subdistrict.startsWith(place);
      return [{ choice, rank: (refused ? 2 : 0) + (isNear ? 0 : 1) }];
    })
    .sort((a, b) => a.rank - b.rank || a.choice.name.localeCompare(b.choice.name, 'zh'))
    .slice(0, mostOffered)
    .map(({ choice }) => choice);
}
