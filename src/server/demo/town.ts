/**
 * Town 演示区的人和地: who there is to act in a district, who owns which category, and how well each
 * subdistrict works. Made from master data, so that it is the district as it stands now.
 */
import type { Actor, Role } from '../../domain/access.ts';
import type { Category } from '../../domain/category.ts';
import type { Moment } from '../../domain/moment.ts';
import type { Site } from '../../domain/site.ts';
import type { MasterData } from '../masterData.ts';
import { pick, type Chance } from './chance.ts';
import { demoWords } from './structure.ts';

/** How a subdistrict works: `pace` multiplies all times, `fails` is the share that fails verification. */
export interface Manner {
  pace: number;
  fails: number;
  late: number;
}

const usual: Manner = { pace: 1, fails: 0.07, late: 0.06 };
/** The bad one, the excellent one, and the one that is quick but fails verification (issue 4-8). */
const manners: Record<string, Manner> = {
  '007': { pace: 3.2, fails: 0.16, late: 0.35 },
  '009': { pace: 0.45, fails: 0.01, late: 0.01 },
  '012': { pace: 0.4, fails: 0.38, late: 0.03 },
};

export class Town {
  readonly master: MasterData;
  readonly sites: readonly Site[];
  /** Those that lie in a community. */
  readonly placedSites: readonly Site[];
  /** The corner that keeps coming back. */
  readonly hotSite: Site | undefined;
  readonly communities: readonly string[];
  private readonly byRole = new Map<Role, Actor[]>();
  private readonly byUnit = new Map<string, Actor[]>();
  private readonly grids = new Map<string, Actor[]>();
  private readonly unitOfOwner = new Map<string, string>();
  private readonly offices = new Map<string, string>();
  private readonly unitOfCode = new Map<string, string>();
  private readonly siteOfArea = new Map<string, Site>();
  private categoriesKept:
    | { at: Moment; byName: Map<string, Category>; all: Category[] }
    | undefined;

  constructor(master: MasterData, now: Moment) {
    this.master = master;
    this.sites = [...master.sites.values()].filter(({ status }) => status === 'active');
    this.placedSites = this.sites.filter(({ areaCode }) => areaCode.length >= 12);
    this.hotSite = this.sites.find(({ siteType }) => siteType === 'MARKET');
    for (const site of this.sites)
      if (!this.siteOfArea.has(site.areaCode)) this.siteOfArea.set(site.areaCode, site);
    this.communities = [...master.areas.values()]
      .filter(({ code, status }) => code.length === 12 && status === 'active')
      .map(({ code }) => code);
    for (const post of master.posts.values()) {
      const actor = master.actor(post.personId, post.id, now);
      if (!actor) continue;
      push(this.byRole, actor.role, actor);
      if (actor.unitId) push(this.byUnit, actor.unitId, actor);
      if (actor.role === 'gridWorker') push(this.grids, (post.areaCode ?? '').slice(0, 9), actor);
    }
    this.ownUnits();
  }

  private ownUnits(): void {
    const { departments, firms } = demoWords();
    const units = [...this.master.units.values()].filter(({ status }) => status === 'active');
    const idOf = new Map(units.map(({ code, id }) => [code, id]));
    for (const [code, , owners] of [...departments, ...firms]) {
      const id = idOf.get(code);
      if (id && this.headOf(id))
        for (const owner of owners.split(' ')) this.unitOfOwner.set(owner, id);
    }
    for (const { id, code } of units) if (this.headOf(id)) this.unitOfCode.set(code, id);
    for (const { id, kind, areaCode } of units)
      if (kind === 'subdistrict' && areaCode && this.headOf(id))
        this.offices.set(areaCode.slice(0, 9), id);
  }

  manner(areaCode: string): Manner {
    return manners[areaCode.slice(6, 9)] ?? usual;
  }

  /** Somebody of a role. Throws when the district has none. */
  one(role: Role, chance: Chance): Actor {
    return pick(this.byRole.get(role) ?? [], chance);
  }

  others(role: Role, personId: string): Actor[] {
    return (this.byRole.get(role) ?? []).filter((actor) => actor.personId !== personId);
  }

  headOf(unitId: string): Actor | undefined {
    return this.byUnit.get(unitId)?.find(({ role }) => role === 'unitHead');
  }

  officersOf(unitId: string): Actor[] {
    return (this.byUnit.get(unitId) ?? []).filter(({ role }) => role === 'officer');
  }

  /** Grid workers whose round holds an area. */
  gridsOf(areaCode: string): Actor[] {
    const around = this.grids.get(areaCode.slice(0, 9)) ?? [];
    return around.filter(({ areaCodes }) => areaCodes.some((code) => areaCode.startsWith(code)));
  }

  officeOf(areaCode: string): string | undefined {
    return this.offices.get(areaCode.slice(0, 9));
  }

  /** Part: the owner first; event: the territory first (domain a.3). */
  unitFor(category: Category, areaCode: string, chance: Chance): string {
    const owner = category.defaultUnits.map((name) => this.unitOfOwner.get(name)).find(Boolean);
    const office = this.officeOf(areaCode);
    const isTerritory = category.kind === 'incident' && chance() < 0.55;
    const found = (isTerritory ? office : owner) ?? owner ?? office;
    if (!found) throw new Error(`nobody answers for ${category.code} in ${areaCode}`);
    return found;
  }

  /** A site of an area, to find places near it. */
  siteIn(areaCode: string): Site | undefined {
    return this.siteOfArea.get(areaCode);
  }

  /** Where the desk likes to send a category in some subdistricts, whatever the matrix suggests. */
  habitOf(categoryCode: string, areaCode: string): string | undefined {
    const found = demoWords().habits.find(
      ([code, end]) => code === categoryCode && end === areaCode.slice(6, 9),
    );
    if (!found) return undefined;
    return found[2] === 'street' ? this.officeOf(areaCode) : this.unitOfCode.get(found[2]);
  }

  /** Somebody who keeps what lies in the street: the joint meeting names one of them as owner. */
  keeper(chance: Chance): string | undefined {
    return this.unitOfCode.get(pick(['works', 'telecom', 'power', 'water', 'housing'], chance));
  }

  /** A unit that does not answer for it: what a hurried desk chooses now and then. */
  wrongUnit(rightId: string, chance: Chance): string {
    const others = [...this.offices.values(), ...this.unitOfOwner.values()];
    return pick(
      others.filter((id) => id !== rightId),
      chance,
    );
  }

  /** The categories in force, and those people speak of by name. */
  categories(at: Moment): { all: Category[]; byName: Map<string, Category> } {
    const day = at.slice(0, 10);
    if (this.categoriesKept?.at !== day) {
      const all = this.master.categoriesAt(at);
      this.categoriesKept = { at: day, all, byName: new Map(all.map((row) => [row.name, row])) };
    }
    return this.categoriesKept;
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
