/**
 * Master data 主数据 in memory: units, areas, sites, people, posts and every version of categories,
 * settings and calendars of a district, its own rows over the base. Read once, dropped when one of its
 * records changes (here at once, in other processes when the change is sealed).
 */
import type { Pool } from 'pg';
import type { Actor } from '../domain/access.ts';
import type { Area } from '../domain/area.ts';
import type { WorkCalendar } from '../domain/calendar.ts';
import type { YearRow } from '../domain/calendarYear.ts';
import type { Category } from '../domain/category.ts';
import type { PostFact, UnitFact } from '../domain/facts.ts';
import { localDay, type Moment } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import type { Person } from '../domain/person.ts';
import type { Post } from '../domain/post.ts';
import { onDuty, type Roster } from '../domain/roster.ts';
import type { Sender } from '../domain/sender.ts';
import type { Setting, Settings } from '../domain/setting.ts';
import type { Site } from '../domain/site.ts';
import type { Unit } from '../domain/unit.ts';
import { columnsOf, toRecord } from './columns.ts';

interface Versioned {
  id: string;
  district: string;
  code: string;
  status: string;
  validFrom: Moment;
  validTo: Moment | null;
}

/** A district's own row wins over the base, a newer version over an older one. */
const wins = (row: Versioned, other: Versioned): boolean =>
  row.district === other.district
    ? row.validFrom > other.validFrom
    : other.district === baseDistrict;

/** The versions of each code in force at a moment, retired ones until the moment they end. */
function inForce<V extends Versioned>(versions: readonly V[], at: Moment): Map<string, V> {
  const found = new Map<string, V>();
  for (const row of versions) {
    if (row.validFrom > at || (row.validTo !== null && row.validTo <= at)) continue;
    const other = found.get(row.code);
    if (!other || wins(row, other)) found.set(row.code, row);
  }
  return found;
}

/** A value computed from versions, kept until the next one begins or ends. */
class Memo<T> {
  private kept: { from: Moment; until: Moment; value: T } | undefined;

  at(rows: readonly Versioned[], at: Moment, compute: () => T): T {
    if (this.kept && this.kept.from <= at && at < this.kept.until) return this.kept.value;
    const bounds = rows.flatMap((row) =>
      row.validTo ? [row.validFrom, row.validTo] : [row.validFrom],
    );
    const from = bounds.filter((bound) => bound <= at).reduce((a, b) => (a > b ? a : b), '');
    const until = bounds.filter((bound) => bound > at).reduce((a, b) => (a < b ? a : b), '9999');
    this.kept = { from, until, value: compute() };
    return this.kept.value;
  }
}

/** What is known of one district. All look-ups take the moment they are asked for. */
export class MasterData {
  readonly district: string;
  readonly units = new Map<string, Unit>();
  readonly areas = new Map<string, Area>();
  readonly sites = new Map<string, Site>();
  readonly persons = new Map<string, Person>();
  readonly posts = new Map<string, Post>();
  readonly senders = new Map<string, Sender>();
  readonly rosters: Roster[];
  readonly categories = new Map<string, Category>();
  private readonly settingRows: Setting[];
  private readonly yearRows: YearRow[];
  private readonly actorMemo = new Map<string, Actor>();
  private readonly settingsMemo = new Memo<Settings>();
  private readonly settingVersionsMemo = new Memo<string[]>();
  private readonly calendarMemo = new Memo<WorkCalendar>();

  constructor(district: string, rows: Record<MasterNoun, unknown[]>) {
    this.district = district;
    for (const row of rows.unit as Unit[]) this.units.set(row.id, row);
    for (const row of rows.area as Area[]) this.areas.set(row.code, row);
    for (const row of rows.site as Site[]) this.sites.set(row.id, row);
    for (const row of rows.person as Person[]) this.persons.set(row.id, row);
    for (const row of rows.post as Post[]) this.posts.set(row.id, row);
    for (const row of rows.sender as Sender[]) this.senders.set(row.code, row);
    for (const row of rows.category as Category[]) this.categories.set(row.id, row);
    this.rosters = (rows.roster as Roster[]).filter((row) => row.status === 'active');
    this.settingRows = rows.setting as Setting[];
    this.yearRows = rows.calendarYear as YearRow[];
  }

  /** The district's numbers at a moment; complete once the base is seeded. */
  settings(at: Moment): Settings {
    return this.settingsMemo.at(this.settingRows, at, () => {
      const rows = [...inForce(this.settingRows, at).values()];
      return Object.fromEntries(rows.map((row) => [row.code, row.value])) as Settings;
    });
  }

  /** Ids of the setting versions in force, for the event. */
  settingVersions(at: Moment): string[] {
    return this.settingVersionsMemo.at(this.settingRows, at, () =>
      [...inForce(this.settingRows, at).values()].map((row) => row.id),
    );
  }

  /** Settings exactly as the given versions said, for recomputing an event. */
  settingsOf(ids: readonly string[]): Settings {
    return Object.fromEntries(
      this.settingRows.filter((row) => ids.includes(row.id)).map((row) => [row.code, row.value]),
    ) as Settings;
  }

  calendar(at: Moment): WorkCalendar {
    return this.calendarMemo.at(this.yearRows, at, () => ({
      years: Object.fromEntries(inForce(this.yearRows, at)),
    }));
  }

  calendarOf(ids: readonly string[]): WorkCalendar {
    return {
      years: Object.fromEntries(
        this.yearRows.filter((row) => ids.includes(row.id)).map((row) => [row.code, row]),
      ),
    };
  }

  /** Which calendar versions a deadline used, in words: year, layer and the day they came into force. */
  calendarWords(ids: readonly string[]): string {
    return this.yearRows
      .filter((row) => ids.includes(row.id))
      .map(
        (row) =>
          `${row.code} 年${row.district === baseDistrict ? '基础' : '本区'}日历（${localDay(row.validFrom)} 版）`,
      )
      .join('、');
  }

  /** The version of a category in force; undefined when unknown or over. */
  category(code: string, at: Moment): Category | undefined {
    return inForce(
      [...this.categories.values()].filter((row) => row.code === code),
      at,
    ).get(code);
  }

  /** All categories in force at a moment, by code. */
  categoriesAt(at: Moment): Category[] {
    return [...inForce([...this.categories.values()], at).values()].sort((a, b) =>
      a.code < b.code ? -1 : 1,
    );
  }

  /** The unit and every unit above it. */
  pathOf(unitId: string): string[] {
    const path: string[] = [];
    for (
      let id: string | null = unitId;
      id && !path.includes(id);
      id = this.units.get(id)?.parentId ?? null
    ) {
      path.push(id);
    }
    return path;
  }

  /** The unit and every unit below it. */
  below(unitId: string): string[] {
    return [...this.units.keys()].filter((id) => this.pathOf(id).includes(unitId));
  }

  unitFact(id: string): UnitFact | null {
    const unit = this.units.get(id);
    if (!unit) return null;
    const shifts = this.rosters
      .filter((row) => row.unitId === id)
      .map(({ postId, weekdays, startsAt, endsAt }) => ({ postId, weekdays, startsAt, endsAt }));
    const { name, areaCode } = unit;
    return {
      id,
      name,
      path: this.pathOf(id),
      areaCode,
      isActive: unit.status === 'active',
      shifts,
    };
  }

  postFact(id: string): PostFact | null {
    const post = this.posts.get(id);
    const person = post && this.persons.get(post.personId);
    if (!post || !person) return null;
    const { personId, role, line, unitId, areaCode } = post;
    return {
      id,
      personId,
      personName: person.name,
      role,
      line,
      unitId,
      areaCode,
      isActive: post.status === 'active' && person.status === 'active',
      handlingPaths: this.postsOf(personId)
        .filter((other) => other.line === 'handling' && other.unitId)
        .map((other) => this.pathOf(other.unitId ?? '')),
    };
  }

  /** The active posts of a person in this district. */
  postsOf(personId: string): Post[] {
    return [...this.posts.values()].filter(
      (post) => post.personId === personId && post.status === 'active',
    );
  }

  /** Person + post as an actor; undefined when either is retired. */
  actor(personId: string, postId: string): Actor | undefined {
    const known = this.actorMemo.get(postId);
    if (known?.personId === personId) return known;
    const made = this.makeActor(personId, postId);
    if (made) this.actorMemo.set(postId, made);
    return made;
  }

  private makeActor(personId: string, postId: string): Actor | undefined {
    const person = this.persons.get(personId);
    const post = this.posts.get(postId);
    if (person?.status !== 'active' || post?.status !== 'active' || post.personId !== personId)
      return undefined;
    return {
      personId,
      postId,
      name: person.name,
      role: post.role,
      line: post.line,
      district: this.district,
      unitId: post.unitId,
      unitIds: post.unitId ? this.below(post.unitId) : [],
      areaCode: post.areaCode,
      posts: this.postsOf(personId).map((other) => ({
        line: other.line,
        unitPath: other.unitId ? this.pathOf(other.unitId) : [],
      })),
    };
  }

  /** Persons on duty in a unit now, by its roster; empty when nobody is. */
  dutyPersons(unitId: string, now: Moment): string[] {
    const shifts = this.unitFact(unitId)?.shifts ?? [];
    return onDuty(shifts, localDay(now), now).flatMap(
      (postId) => this.posts.get(postId)?.personId ?? [],
    );
  }
}

const masterNouns = [
  'unit',
  'area',
  'site',
  'person',
  'post',
  'roster',
  'sender',
  'category',
  'setting',
  'calendarYear',
] as const;
type MasterNoun = (typeof masterNouns)[number];

const layered: readonly MasterNoun[] = ['category', 'setting', 'calendarYear', 'person', 'sender'];

export interface MasterDataCache {
  of(district: string): Promise<MasterData>;
  /** Call after any event; those that change no master data are ignored, and so is signing in. */
  forget(event: { noun: string; district: string; action: string }): void;
  /** Call when it is not known what changed. */
  forgetAll(): void;
}

export function masterDataCache(pool: Pool): MasterDataCache {
  const known = new Map<string, Promise<MasterData>>();

  const read = async (noun: MasterNoun, district: string): Promise<unknown[]> => {
    const { table, columns } = columnsOf(noun);
    const { rows } = await pool.query<Record<string, unknown>>(
      `select ${columns.map((column) => `"${column}"`).join(', ')} from ${table}
       where district = any($1) order by district, id`,
      [layered.includes(noun) ? [baseDistrict, district] : [district]],
    );
    return rows.map((row) => toRecord(noun, row));
  };

  const load = async (district: string): Promise<MasterData> => {
    const rows = await Promise.all(
      masterNouns.map(async (noun) => [noun, await read(noun, district)]),
    );
    return new MasterData(district, Object.fromEntries(rows) as Record<MasterNoun, unknown[]>);
  };

  return {
    of: (district) => {
      const found = known.get(district);
      if (found) return found;
      const loading = load(district);
      known.set(district, loading);
      loading.catch(() => known.delete(district));
      return loading;
    },
    forget: ({ noun, district, action }) => {
      if (!(masterNouns as readonly string[]).includes(noun) || action === 'signIn') return;
      if (district === baseDistrict) known.clear();
      else known.delete(district);
    },
    forgetAll: () => known.clear(),
  };
}
