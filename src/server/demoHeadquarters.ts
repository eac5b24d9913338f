/**
 * Demo headquarters 指挥部: six environments with their work groups and lead units (after seed 003-1, 003-8),
 * lines in the subdistricts and leaders for areas, as rows the demo district adds to its own.
 */
import { readFileSync } from 'node:fs';

interface HeadquartersSeed {
  units: {
    code: string;
    name: string;
    kind: string;
    parent?: string;
    area?: string;
    guide?: string;
    lead?: string;
    members?: string[];
  }[];
  patrons: {
    key: string;
    area: string;
    name: string;
    title: string;
    login?: string;
    from: string;
  }[];
}

/** A record to add, by noun and nickname. */
interface Addition {
  noun: 'unit' | 'patron';
  nickname: string;
  input: Record<string, unknown>;
}

/** What to add besides the units that are there; `idOf`: the id of a record by noun and nickname. */
export function headquarters(
  known: ReadonlySet<string>,
  idOf: (noun: string, nickname: string) => string,
): Addition[] {
  const { units, patrons } = JSON.parse(
    readFileSync('seeds/headquarters.json', 'utf8'),
  ) as HeadquartersSeed;
  const unitId = (code: string | undefined): string | null => (code ? idOf('unit', code) : null);
  return [
    ...units
      .filter(({ code }) => !known.has(code))
      .map(({ code, name, kind, parent, area, guide, lead, members = [] }) => ({
        noun: 'unit' as const,
        nickname: code,
        input: {
          code,
          name,
          kind,
          parentId: unitId(parent),
          areaCode: area ?? null,
          guideUnitId: unitId(guide),
          leadUnitId: unitId(lead),
          memberUnitIds: members.map((member) => idOf('unit', member)),
        },
      })),
    ...patrons.map(({ key, area, name, title, login, from }) => ({
      noun: 'patron' as const,
      nickname: key,
      input: {
        areaCode: area,
        name,
        title,
        fromDay: from,
        ...(login ? { personId: idOf('person', login) } : {}),
      },
    })),
  ];
}
