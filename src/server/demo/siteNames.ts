/** Site names 点位名称: what invented places are called. Neighboring subdistricts share some of their roads. */
import { pick, type Chance } from './chance.ts';
import type { Words } from './structure.ts';

const roadsOfStreet = 9;
const roadsShared = 4;

/** The roads of a subdistrict, by the code of it or of an area in it. */
export function roadsOf({ roadWords }: Words, areaCode: string): string[] {
  const first = Number(areaCode.slice(6, 9)) * (roadsOfStreet - roadsShared);
  return Array.from(
    { length: roadsOfStreet },
    (_, n) => roadWords[(first + n) % roadWords.length] ?? '',
  );
}

const quarters = ['东', '西', '南', '北', '中'];
/** From this round on a name is told from its likes by the quarter of the town. */
const firstQuartered = 4;

/** A name of a kind, '{road}路 {number} 号院'; in later rounds from more and more words. */
export function siteName(
  words: Words,
  kind: string,
  area: { code: string; name: string },
  round: number,
  chance: Chance,
): string {
  const { communityWords, estateEnds, rivers, dishes, surnames } = words;
  const quarter = quarters[round - firstQuartered] ?? '';
  const roads = roadsOf(words, area.code);
  const road = pick(roads, chance);
  const word = pick(communityWords, chance);
  // No garden of a garden.
  const ends = /[园苑]$/u.test(word)
    ? estateEnds.filter((end) => !/[园苑]$/u.test(end))
    : estateEnds;
  const filled: Record<string, string> = {
    road: road + quarter,
    road2: pick(
      roads.filter((other) => other !== road),
      chance,
    ),
    word: word + quarter,
    estate: pick(ends, chance),
    river: pick(rivers, chance),
    surname: pick([...surnames], chance),
    dish: pick(dishes, chance),
    community: area.name,
    number: String(1 + Math.floor(chance() * (60 + round * 9))),
    letter: pick(['A', 'B', 'C', 'D'], chance),
    side: pick(['东', '西', '南', '北'], chance),
  };
  return kind.replace(/\{(\w+)\}/g, (_all, field: string) => filled[field] ?? '');
}
