/**
 * Master data 主数据 in memory: units, areas, sites, people, posts and every version of categories,
 * settings and calendars of a district, its own rows over the base. Read once, dropped when one of its
 * records changes (here at once, in other processes when the change is sealed).
 */
import type { Pool } from 'pg';
import type { Actor } from '../domain/access.ts';
import { isKeyOf, type ApiKey } from '../domain/apiKey.ts';
import type { Area } from '../domain/area.ts';
import { codesOf, currentCodes, movedAreas } from '../domain/areaCode.ts';
import type { WorkCalendar } from '../domain/calendar.ts';
import type { YearRow } from '../domain/calendarYear.ts';
import type { CatalogLink } from '../domain/catalogLink.ts';
import type { Category } from '../domain/category.ts';
import { isStandingIn, type Deputy } from '../domain/deputy.ts';
import type { PostFact, UnitFact } from '../domain/facts.ts';
import type { DutyRule } from '../domain/dutyRule.ts';
import { dutyBook, type DutyBook } from '../domain/dutySuggestion.ts';
import type { Indicator } from '../domain/indicator.ts';
import { localDay, type Moment } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import type { OrderClass } from '../domain/orderClass.ts';
import type { NoticeChannel } from '../domain/noticeChannel.ts';
import type { NoticeChoice } from '../domain/noticeChoice.ts';
import type { NoticeDefault } from '../domain/noticeDefault.ts';
import type { AllowedAddress, OutsideAddress } from '../domain/outsideAddress.ts';
import type { Patron } from '../domain/patron.ts';
import type { Person } from '../domain/person.ts';
import { placeIndex, type PlaceIndex } from '../domain/place.ts';
import type { Post } from '../domain/post.ts';
import { onDuty, shiftsAround, type Roster } from '../domain/roster.ts';
import type { Sender } from '../domain/sender.ts';
import type { Setting, Settings } from '../domain/setting.ts';
import type { Site } from '../domain/site.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { Unit } from '../domain/unit.ts';
import { columnsOf, toRecord } from './columns.ts';
import { inForce, Memo } from './inForce.ts';
import { readClassifiers, type Classifiers } from './understanding.ts';

/** What is known of one district. All look-ups take the moment they are asked for. */
export class MasterData {
  readonly district: string;
  readonly units = new Map<string, Unit>();
  readonly areas = new Map<string, Area>();
  readonly sites = new Map<string, Site>();
  readonly persons = new Map<string, Person>();
  readonly posts = new Map<string, Post>();
  readonly senders = new Map<string, Sender>();
  readonly apiKeys: ApiKey[];
  readonly rosters: Roster[];
  readonly deputies: Deputy[];
  readonly patrons: Patron[];
  readonly categories = new Map<string, Category>();
  readonly dutyRules: DutyRule[];
  readonly indicators: Indicator[];
  readonly orderClasses: OrderClass[];
  readonly catalogLinks: CatalogLink[];
  readonly settingRows: Setting[];
  readonly yearRows: YearRow[];
  /** The internal addresses that `callOutside` may call. */
  readonly allowedOutside: AllowedAddress[];
  readonly subscriptions: Subscription[];
  readonly noticeChannels: NoticeChannel[];
  readonly noticeDefaults: NoticeDefault[];
  /** By person. */
  readonly noticeChoices: ReadonlyMap<string, NoticeChoice>;
  readonly classifiers: Classifiers;
  private readonly actorMemo = new Map<string, Actor>();
  private readonly areaCodesMemo = new Map<string, string[]>();
  private movedMemo: Area[] | undefined;
  private sortedCodesMemo: string[] | undefined;
  private placesMemo: PlaceIndex | undefined;
  private readonly settingsMemo = new Memo<Settings>();
  private readonly settingVersionsMemo = new Memo<string[]>();
  private readonly dutyMemo = new Memo<DutyBook>();
  private readonly calendarMemo = new Memo<WorkCalendar>();

  constructor(district: string, rows: Record<MasterNoun, unknown[]>, classifiers: Classifiers) {
    this.district = district;
    this.classifiers = classifiers;
    for (const row of rows.unit as Unit[]) this.units.set(row.id, row);
    for (const row of rows.area as Area[]) this.areas.set(row.code, row);
    for (const row of rows.site as Site[]) this.sites.set(row.id, row);
    for (const row of rows.person as Person[]) this.persons.set(row.id, row);
    for (const row of rows.post as Post[]) this.posts.set(row.id, row);
    for (const row of rows.sender as Sender[]) this.senders.set(row.code, row);
    for (const row of rows.category as Category[]) this.categories.set(row.id, row);
    this.apiKeys = rows.apiKey as ApiKey[];
    this.rosters = (rows.roster as Roster[]).filter((row) => row.status === 'active');
    this.deputies = (rows.deputy as Deputy[]).filter((row) => row.status === 'active');
    this.patrons = (rows.patron as Patron[]).filter((row) => row.status === 'active');
    this.dutyRules = rows.dutyRule as DutyRule[];
    this.indicators = rows.indicator as Indicator[];
    this.orderClasses = rows.orderClass as OrderClass[];
    this.catalogLinks = rows.catalogLink as CatalogLink[];
    this.settingRows = rows.setting as Setting[];
    this.yearRows = rows.calendarYear as YearRow[];
    this.subscriptions = rows.subscription as Subscription[];
    this.noticeChannels = rows.noticeChannel as NoticeChannel[];
    this.noticeDefaults = (rows.noticeDefault as NoticeDefault[]).filter(
      ({ status }) => status === 'active',
    );
    this.noticeChoices = new Map(
      (rows.noticeChoice as NoticeChoice[])
        .filter(({ status }) => status === 'active')
        .map((row) => [row.personId, row]),
    );
    this.allowedOutside = (rows.outsideAddress as OutsideAddress[]).filter(
      (row) => row.status === 'active',
    );
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

  /** The version of a category in force, or that of one layer; undefined when unknown or over. */
  category(code: string, at: Moment, layer?: string): Category | undefined {
    return inForce(
      [...this.categories.values()].filter(
        (row) => row.code === code && (layer === undefined || row.district === layer),
      ),
      at,
    ).get(code);
  }

  /** The management grade of an area, or of the nearest area above it that has one (domain a.2, a.4). */
  gradeOf(code: string): string | null {
    for (let length = code.length; length >= 6; length -= 3) {
      const grade = this.areas.get(code.slice(0, length))?.grade;
      if (grade) return grade;
    }
    return null;
  }

  /** All categories in force at a moment, by code. */
  categoriesAt(at: Moment): Category[] {
    return [...inForce([...this.categories.values()], at).values()].sort((a, b) =>
      a.code < b.code ? -1 : 1,
    );
  }

  /** The duty matrix in force at a moment, ready for looking up. */
  dutyBook(at: Moment): DutyBook {
    return this.dutyMemo.at(this.dutyRules, at, () =>
      dutyBook(
        this.district,
        [...inForce(this.dutyRules, at).values()],
        [...this.units.values()].map((unit) =>
          unit.areaCode ? { ...unit, areaCode: this.currentArea(unit.areaCode) } : unit,
        ),
        [...this.areas.values()],
      ),
    );
  }

  /** The beginnings of the codes under which an area's matters are found: its own and its predecessors'. */
  areaCodesOf(code: string): string[] {
    this.movedMemo ??= movedAreas(this.areas);
    const found = this.areaCodesMemo.get(code) ?? codesOf(code, this.areas, this.movedMemo);
    this.areaCodesMemo.set(code, found);
    return found;
  }

  /** The areas, retired ones too, whose codes begin with a code; in their order. */
  areasFrom(beginning: string): Area[] {
    this.sortedCodesMemo ??= [...this.areas.keys()].sort();
    const codes = this.sortedCodesMemo;
    let [low, high] = [0, codes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((codes[middle] ?? '') < beginning) low = middle + 1;
      else high = middle;
    }
    const found: Area[] = [];
    for (let n = low; codes[n]?.startsWith(beginning); n++)
      found.push(this.areas.get(codes[n] ?? '') as Area);
    return found;
  }

  /** The area that stands for a code now; the code itself when several do, or none. */
  currentArea(code: string): string {
    const [only, ...others] = currentCodes(code, this.areas);
    return only !== undefined && others.length === 0 ? only : code;
  }

  /** The drawn areas in use, for finding the area of a point; made when first asked for. */
  places(): PlaceIndex {
    this.placesMemo ??= placeIndex(
      [...this.areas.values()].filter(({ status }) => status === 'active'),
    );
    return this.placesMemo;
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

  /** The unit itself, or the one it was merged into, however often. */
  survivorOf(unitId: string): string {
    const seen = [unitId];
    for (;;) {
      const next = this.units.get(seen.at(-1) ?? '')?.mergedInto;
      if (!next || seen.includes(next)) return seen.at(-1) ?? unitId;
      seen.push(next);
    }
  }

  /** The units guided (条) by any of these, with all below them. */
  private guidedBy(unitIds: readonly string[]): string[] {
    return [...this.units.values()]
      .filter(({ guideUnitId }) => guideUnitId !== null && unitIds.includes(guideUnitId))
      .flatMap(({ id }) => this.below(id));
  }

  /** `now`: the roster's lines of single dates are those of the days around it. */
  unitFact(id: string, now: Moment): UnitFact | null {
    const unit = this.units.get(id);
    if (!unit) return null;
    const own = this.rosters.filter((row) => row.unitId === id);
    const { name, areaCode } = unit;
    return {
      id,
      name,
      path: this.pathOf(id),
      areaCode,
      isActive: unit.status === 'active',
      shifts: shiftsAround(own, localDay(now)),
    };
  }

  /** A post as a rule sees it; whoever stands in somewhere is on that line too. */
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
      handlingPaths: [...this.postsOf(personId), ...this.postsDeputised(personId)]
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

  /** The active posts under which a person stands in for somebody; at a moment, or ever when left out. */
  postsDeputised(personId: string, now?: Moment): Post[] {
    return this.deputies
      .filter((row) => this.posts.get(row.deputyPostId)?.personId === personId)
      .filter((row) => this.posts.get(row.deputyPostId)?.status === 'active')
      .filter((row) => now === undefined || isStandingIn(row, now))
      .flatMap(({ postId }) => this.posts.get(postId) ?? [])
      .filter(({ status }) => status === 'active');
  }

  /** Whom to tell about a post at a moment: the deputy while one stands in, else its holder. */
  personOn(post: Pick<Post, 'id' | 'personId'>, now: Moment): string {
    const found = this.deputies.find((row) => row.postId === post.id && isStandingIn(row, now));
    const stand = found && this.posts.get(found.deputyPostId);
    return stand?.status === 'active' ? stand.personId : post.personId;
  }

  /** Person + post as an actor, by holding the post or standing in for its holder; else undefined. */
  actor(personId: string, postId: string, now: Moment): Actor | undefined {
    const post = this.posts.get(postId);
    const isHolder = post?.personId === personId;
    if (!isHolder && !this.postsDeputised(personId, now).some(({ id }) => id === postId))
      return undefined;
    const key = `${personId} ${postId}`;
    const made = this.actorMemo.get(key) ?? this.makeActor(personId, postId);
    if (made) this.actorMemo.set(key, made);
    return made;
  }

  private makeActor(personId: string, postId: string): Actor | undefined {
    const person = this.persons.get(personId);
    const post = this.posts.get(postId);
    if (person?.status !== 'active' || post?.status !== 'active') return undefined;
    const unitIds = post.unitId ? this.below(post.unitId) : [];
    return {
      personId,
      postId,
      name: person.name,
      role: post.role,
      line: post.line,
      district: this.district,
      unitId: post.unitId,
      unitIds,
      ...(post.role === 'unitHead' ? { guidedUnitIds: this.guidedBy(unitIds) } : {}),
      areaCodes: post.areaCode ? this.areaCodesOf(post.areaCode) : [],
      posts: [...this.postsOf(personId), ...this.postsDeputised(personId)].map((other) => ({
        line: other.line,
        unitPath: other.unitId ? this.pathOf(other.unitId) : [],
      })),
    };
  }

  /** The key that is good now, with its sender in use; `digest`: SHA-256 of what was shown, in hex. */
  apiKey(digest: string, now: Moment): ApiKey | undefined {
    const found = this.apiKeys.find((row) => isKeyOf(row, digest, now));
    return found && this.senders.get(found.senderCode)?.status === 'active' ? found : undefined;
  }

  /** Persons on duty in a unit now, by its roster; deputies for those on leave; empty when nobody is. */
  dutyPersons(unitId: string, now: Moment): string[] {
    const shifts = this.unitFact(unitId, now)?.shifts ?? [];
    return onDuty(shifts, localDay(now), now).flatMap((postId) => {
      const post = this.posts.get(postId);
      return post?.status === 'active' ? this.personOn(post, now) : [];
    });
  }
}

const masterNouns = [
  'unit',
  'area',
  'site',
  'person',
  'post',
  'roster',
  'deputy',
  'patron',
  'sender',
  'apiKey',
  'category',
  'indicator',
  'orderClass',
  'catalogLink',
  'dutyRule',
  'setting',
  'calendarYear',
  'outsideAddress',
  'subscription',
  'noticeChannel',
  'noticeDefault',
  'noticeChoice',
] as const;
type MasterNoun = (typeof masterNouns)[number];

const remembered: readonly string[] = [...masterNouns, 'classifierVersion'];

const layered: readonly MasterNoun[] = [
  'category',
  'indicator',
  'dutyRule',
  'setting',
  'calendarYear',
  'person',
  'sender',
  'outsideAddress',
];

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
    const [classifiers, ...rows] = await Promise.all([
      readClassifiers(pool, district),
      ...masterNouns.map(async (noun) => [noun, await read(noun, district)] as const),
    ]);
    const byNoun = Object.fromEntries(rows) as Record<MasterNoun, unknown[]>;
    return new MasterData(district, byNoun, classifiers);
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
      if (!remembered.includes(noun) || action === 'signIn') return;
      if (district === baseDistrict) known.clear();
      else known.delete(district);
    },
    forgetAll: () => known.clear(),
  };
}
