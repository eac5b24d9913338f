/**
 * Structure 演示区骨架: areas, units, places, people and rosters of an invented district. The demo district
 * begins with the hand-made rows of `seeds/demo.json`; the rest is made around them from word lists, the
 * same each time. Source: issue 4-8 (16 subdistricts, 40 departments, 120 communities, about 1,500 places).
 */
import { readFileSync } from 'node:fs';
import type { Role } from '../../domain/access.ts';
import { gridPolygons, type GridArea } from '../../domain/gridPolygons.ts';
import type { Box, Polygon } from '../../domain/shape.ts';
import { chanceOf, pick, pickWeighted, type Chance } from './chance.ts';
import { siteName } from './siteNames.ts';

export interface AreaSeed {
  code: string;
  name: string;
  grade?: string;
  polygon?: Polygon;
}

export interface UnitSeed {
  code: string;
  name: string;
  kind: string;
  parent?: string;
  area?: string;
}

export interface SiteSeed {
  key: string;
  name: string;
  type: string;
  area: string;
  unit: string;
  address: string;
  at: [number, number];
}

export interface PersonSeed {
  login: string;
  name: string;
  role: Role;
  title: string;
  unit?: string;
  area?: string;
}

export interface RosterSeed {
  unit: string;
  post: string;
  weekdays: number[];
  from: string;
  to: string;
}

export interface Structure {
  areas: AreaSeed[];
  units: UnitSeed[];
  sites: SiteSeed[];
  senders: { code: string; name: string; channel: string }[];
  people: PersonSeed[];
  rosters: RosterSeed[];
}

/** The word lists everything invented is made from: `seeds/demoWords.json`. */
export interface Words {
  subdistricts: string[];
  communityWords: string[];
  alleys: string[];
  roadWords: string[];
  estateEnds: string[];
  rivers: string[];
  dishes: string[];
  siteKinds: { type: string; name: string; share: number; unit: string }[];
  /** Code, name, and which owners of the categories' `defaultUnits` it stands for. */
  departments: [string, string, string][];
  firms: [string, string, string][];
  surnames: string;
  givenNames: string[];
  passWords: string[];
  failWords: string[];
  sendBackWords: string[];
  extensionWords: string[];
  holdWords: string[];
  voidWords: string[];
  appealWords: string[];
  grantWords: string[];
  denyWords: string[];
  declineWords: string[];
  confirmNotes: string[];
  confirmTrue: string[];
  confirmFalse: string[];
  selfHandled: string[];
  answers: string[];
  notes: string[];
  mergeWords: string[];
  transferWords: string[];
  reopenWords: string[];
  forceWords: string[];
  assistTasks: string[];
  assistResults: string[];
  meetingWords: string[];
  /** What is said when a stage is reached, by its name. */
  stageWords: Record<string, string[]>;
  /** Of these nobody knows the owner as a rule. */
  ownerlessCategories: string[];
  /** Category, end of a subdistrict's code, unit: where the desk likes to send it whatever the matrix says. */
  habits: [string, string, string][];
  patronTitles: string[];
  officeTitles: string[];
  hotCategories: [string, number][];
  rainCategories: string[];
}

let words: Words | undefined;
export const demoWords = (): Words =>
  (words ??= JSON.parse(readFileSync('seeds/demoWords.json', 'utf8')) as Words);

/** The hand-made rows of the demo district. */
export const handMade = (): Structure =>
  JSON.parse(readFileSync('seeds/demo.json', 'utf8')) as Structure;

const sizes = {
  subdistricts: 16,
  communities: 120,
  sites: 1_500,
  alleys: 91,
  departments: 40,
  people: 300,
};

/** Where the invented district lies: about eight by nine kilometres. */
const frame: Box = [116.35, 40.05, 116.455, 40.125];

/** Adds to a structure until it has the sizes of a district. */
class Builder {
  private readonly all: Structure;
  private readonly code: string;
  private readonly words: Words;
  private readonly names = new Set<string>();
  private grid = new Map<string, GridArea>();

  constructor(code: string, begun: Structure, list: Words) {
    this.code = code;
    this.all = begun;
    this.words = list;
    for (const { name } of [...begun.areas, ...begun.sites, ...begun.people]) this.names.add(name);
  }

  private chance(what: string): Chance {
    return chanceOf(`structure ${this.code} ${what}`);
  }

  /** A name nobody has yet; `make` is asked again with more words until there is one. */
  private fresh(make: (round: number) => string): string {
    for (let round = 0; ; round++) {
      const name = make(round);
      if (this.names.has(name)) continue;
      this.names.add(name);
      return name;
    }
  }

  private ofLevel(length: number): AreaSeed[] {
    return this.all.areas.filter(({ code }) => code.length === length);
  }

  private addAreas(): void {
    const { subdistricts, communityWords } = this.words;
    const codeOf = (n: number): string => `${this.code}${String(n).padStart(3, '0')}`;
    const known = this.ofLevel(9).length;
    for (let n = known + 1; n <= sizes.subdistricts; n++) {
      const base = subdistricts[(n - 1 - known) % subdistricts.length] ?? '';
      const name = this.fresh((round) =>
        round === 0 ? base : `${'新东西南北'[round - 1] ?? ''}${base}`,
      );
      this.all.areas.push({ code: codeOf(n), name, grade: n % 3 === 0 ? '二级' : '一级' });
    }
    const chance = this.chance('communities');
    const streets = this.ofLevel(9);
    for (let n = 0; this.ofLevel(12).length < sizes.communities; n++) {
      const street = streets[n % streets.length] as AreaSeed;
      const number = this.ofLevel(12).filter(({ code }) => code.startsWith(street.code)).length + 1;
      const name = this.fresh(
        (round) => `${pick(communityWords, chance)}${'东西南北新'[round - 2] ?? ''}社区`,
      );
      this.all.areas.push({ code: `${street.code}${String(number).padStart(3, '0')}`, name });
    }
  }

  private addUnits(): void {
    const { units } = this.all;
    const known = new Set(units.map(({ code }) => code));
    const add = (unit: UnitSeed): void => {
      if (!known.has(unit.code)) units.push(unit);
      known.add(unit.code);
    };
    for (const [code, name] of this.words.departments) add({ code, name, kind: 'department' });
    for (const [code, name] of this.words.firms) add({ code, name, kind: 'firm' });
    this.ofLevel(9).forEach(({ code: area, name }, n) => {
      const office = name.endsWith('镇') ? '镇政府' : '街道办事处';
      const title = `${name.replace(/街道$|镇$/u, '')}${office}`;
      add({ code: `street${n + 1}`, name: title, kind: 'subdistrict', area });
    });
  }

  /** The office that answers for an area. */
  private officeOf(areaCode: string): string {
    return (
      this.all.units.find(
        ({ kind, area }) => kind === 'subdistrict' && area === areaCode.slice(0, 9),
      )?.code ?? ''
    );
  }

  /** Boundaries for all areas; the hand-made sites move into their own community. */
  private addPolygons(): void {
    this.grid = gridPolygons(
      this.all.areas.map(({ code }) => code),
      frame,
    );
    for (const area of this.all.areas) {
      const drawn = this.grid.get(area.code);
      if (drawn) area.polygon = drawn.polygon;
    }
    const chance = this.chance('hand-made sites');
    for (const site of this.all.sites) site.at = this.placeIn(site.area, chance);
  }

  /** A place inside a community, not quite at its edge. */
  private placeIn(areaCode: string, chance: Chance): [number, number] {
    const [u, v] = [0.06 + 0.88 * chance(), 0.06 + 0.88 * chance()];
    const [lng, lat] = this.grid.get(areaCode)?.at(u, v) ?? [frame[0], frame[1]];
    return [Math.round(lng * 1e5) / 1e5, Math.round(lat * 1e5) / 1e5];
  }

  private addSite(
    key: string,
    area: AreaSeed,
    kind: { type: string; name: string; unit: string },
    chance: Chance,
  ): void {
    const street = this.ofLevel(9).find(({ code }) => area.code.startsWith(code))?.name ?? '';
    const name = this.fresh((round) => {
      const made = siteName(this.words, kind.name, area, round, chance);
      return round > 8 ? `${made} ${round - 7} 号点` : made;
    });
    const unit = kind.unit === 'street' ? this.officeOf(area.code) : kind.unit;
    const at = this.placeIn(area.code, chance);
    this.all.sites.push({
      key,
      name,
      type: kind.type,
      area: area.code,
      unit,
      address: `${street}${name}`,
      at,
    });
  }

  private addSites(): void {
    const chance = this.chance('sites');
    const communities = this.ofLevel(12);
    const { alleys: names, siteKinds } = this.words;
    const alleys = this.all.sites.filter(({ type }) => type === 'ALLEY').length;
    for (let n = alleys; n < sizes.alleys; n++) {
      const name = names[n - alleys] ?? `${n} 号巷`;
      this.addSite(
        `alley${n}`,
        pick(communities, chance),
        { type: 'ALLEY', name, unit: 'street' },
        chance,
      );
    }
    const kinds = siteKinds.map((item) => [item, item.share] as const);
    for (let n = this.all.sites.length; n < sizes.sites; n++) {
      const area = communities[n % communities.length] as AreaSeed;
      let kind = pickWeighted(kinds, chance);
      // Of a community there is one committee and one station.
      while (this.names.has(kind.name.replace('{community}', area.name)))
        kind = pickWeighted(kinds, chance);
      this.addSite(`site${n}`, area, kind, chance);
    }
  }

  private addPerson(
    login: string,
    role: Role,
    title: string,
    where: { unit?: string; area?: string },
  ): void {
    const chance = this.chance(`person ${login}`);
    const { surnames, givenNames } = this.words;
    const name = this.fresh(
      (round) =>
        `${pick([...surnames], chance)}${pick(givenNames, chance)}${round > 20 ? String(round) : ''}`,
    );
    this.all.people.push({ login, name, role, title, ...where });
  }

  private addPeople(prefix: string): void {
    const { people, units } = this.all;
    const has = (role: Role, where: { unit?: string; area?: string }): boolean =>
      people.some(
        (person) =>
          person.role === role && person.unit === where.unit && person.area === where.area,
      );
    const office: [Role, string, number][] = [
      ['desk', '创城专席接派员', 12],
      ['shiftLeader', '创城专席值班长', 3],
      ['assessor', '第三方测评员', 9],
      ['supervisor', '督查员', 6],
      ['leader', '创城办副主任', 2],
    ];
    for (const [role, title, count] of office) {
      for (let n = people.filter((person) => person.role === role).length; n < count; n++)
        this.addPerson(`${prefix}${role}${n + 1}`.toLowerCase(), role, title, {});
    }
    for (const { code: unit, name, kind } of units) {
      if (kind === 'community') continue;
      const short = name.replace(/^区/u, '');
      const login = `${prefix}${unit}`.toLowerCase();
      if (!has('unitHead', { unit }))
        this.addPerson(`${login}.head`, 'unitHead', `${short}负责人`, { unit });
      if (!has('officer', { unit }))
        this.addPerson(`${login}.officer`, 'officer', `${short}经办人`, { unit });
      if (kind === 'subdistrict')
        this.addPerson(`${login}.second`, 'officer', `${short}城管专干`, { unit });
    }
    const communities = this.ofLevel(12);
    for (const { code, name } of this.ofLevel(9)) {
      const area = code;
      if (!has('gridWorker', { area }))
        this.addPerson(`${prefix}grid${Number(code.slice(6))}`, 'gridWorker', `${name}网格员`, {
          area,
        });
    }
    for (let n = 0; people.length < sizes.people && n < communities.length; n++) {
      const { code: area, name } = communities[(n * 7) % communities.length] as AreaSeed;
      if (!has('gridWorker', { area }))
        this.addPerson(`${prefix}grid${area.slice(6)}`, 'gridWorker', `${name}网格员`, { area });
    }
  }

  private addRosters(): void {
    const { rosters, people, units } = this.all;
    for (const { code: unit, kind } of units) {
      if (kind === 'community' || rosters.some((roster) => roster.unit === unit)) continue;
      const head = people.find((person) => person.unit === unit && person.role === 'unitHead');
      const officer = people.find((person) => person.unit === unit && person.role === 'officer');
      if (!head || !officer) continue;
      const isAlways = kind === 'subdistrict' || kind === 'firm';
      const weekdays = isAlways ? [1, 2, 3, 4, 5, 6, 7] : [1, 2, 3, 4, 5];
      rosters.push({ unit, post: head.login, weekdays, from: '08:30', to: '18:00' });
      rosters.push({
        unit,
        post: officer.login,
        weekdays: [1, 2, 3, 4, 5, 6, 7],
        from: '18:00',
        to: isAlways ? '08:30' : '22:00',
      });
    }
  }

  build(prefix: string): Structure {
    this.addAreas();
    this.addPolygons();
    this.addUnits();
    this.addSites();
    this.addPeople(prefix);
    this.addRosters();
    return this.all;
  }
}

/** The structure of a district: with the hand-made rows for the demo district, all invented for others. */
export function structureOf(code: string, name: string, begun: Structure | null): Structure {
  const first: Structure = begun ?? {
    areas: [{ code, name }],
    units: [],
    sites: [],
    senders: [{ code: '12345', name: '市民热线 12345（演示）', channel: 'hotline' }],
    people: [],
    rosters: [],
  };
  return new Builder(code, first, demoWords()).build(begun ? '' : `d${code}.`);
}
