/**
 * Loading facts: for each fact a row names, its value now and its pin, the short form the event keeps
 * (a version id, or the value itself where it is small). `unpin` gives the same value back for ever.
 */
import * as areaFacts from './areaFacts.ts';
import { issueNumberLimit, type Numbers } from './numbers.ts';
import type { DeputyFact, FactName, Facts, LinkedUnit } from '../domain/facts.ts';
import type { Moment } from '../domain/moment.ts';
import { withDetail } from '../domain/areaCode.ts';
import { localDay } from '../domain/moment.ts';
import { baseDistrict } from '../domain/nouns.ts';
import { isSecret } from '../domain/likeness.ts';
import type { Report } from '../domain/reportShape.ts';
import { Refused } from '../domain/refused.ts';
import type { Unit } from '../domain/unit.ts';
import { catalogLinks, indicatorOf } from './indicators/catalog.ts';
import { dutyMark, dutyUnits, sameDutyRules, type Dutiable } from './duty.ts';
import type { MasterData } from './masterData.ts';
import type { Store } from './store.ts';
import { suggestionMark } from './understanding.ts';

export interface FactContext {
  noun: string;
  store: Store;
  numbers: Numbers;
  master: MasterData;
  district: string;
  now: Moment;
  personId: string;
  record: Record<string, unknown>;
  input: Record<string, unknown>;
  /** The records of a noun that this transaction has read or changed, as they stand in it. */
  planned(noun: string): Record<string, unknown>[];
  /** Of these the ones that did not exist before. */
  plannedNew(noun: string): Record<string, unknown>[];
  /** Of these the one with a code, or with an id. */
  plannedCode(noun: string, code: string): Record<string, unknown> | undefined;
  plannedId(noun: string, id: string): Record<string, unknown> | undefined;
  /** A record as it stands inside this transaction. */
  find(noun: string, id: string): Promise<Record<string, unknown> | null>;
}

interface Loaded {
  value: unknown;
  pin: unknown;
}

const same = (value: unknown): Loaded => ({ value, pin: value });
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

async function recordFact(noun: string, id: unknown, context: FactContext): Promise<Loaded> {
  const found = textOf(id) ? await context.find(noun, String(id)) : null;
  return { value: found, pin: found && { noun, id: found.id, version: found.version } };
}

/** Where the matter is: the input's place, else the report's, else the site's (issue 3-6 accept). */
async function recurrence(context: FactContext): Promise<Loaded> {
  const { input, master, now, store, district } = context;
  const report = (await context.find('report', String(input.reportId))) as Report | null;
  const siteId = textOf(input.siteId) ?? report?.siteId ?? null;
  const site = siteId ? master.sites.get(siteId) : undefined;
  const place = input.place as { lng: number; lat: number } | undefined;
  const { recurrenceDays, recurrenceMeters } = master.settings(now);
  return same(
    await store.findRecurrence({
      district,
      categoryCode: String(input.categoryCode),
      siteId,
      lng: place?.lng ?? report?.lng ?? site?.lng ?? null,
      lat: place?.lat ?? report?.lat ?? site?.lat ?? null,
      address: textOf(input.address) ?? report?.address ?? null,
      meters: recurrenceMeters,
      days: recurrenceDays,
      now,
    }),
  );
}

/** A unit and those behind it, as they stand inside this transaction, by tree or by line. */
async function unitPath(
  start: string,
  link: 'parentId' | 'guideUnitId',
  find: FactContext['find'],
): Promise<string[]> {
  const path: string[] = [];
  for (let id: string | null = start; id && !path.includes(id);) {
    const unit = (await find('unit', id)) as Unit | null;
    if (!unit) break;
    path.push(id);
    id = unit[link];
  }
  return path;
}

/** The units an input links to: a seed adds a unit together with those above it. */
async function linkedUnits({ input, record, find }: FactContext): Promise<Loaded> {
  const { parentId = record.parentId, guideUnitId, leadUnitId, memberUnitIds, unitId } = input;
  const named = [
    parentId,
    guideUnitId,
    leadUnitId,
    unitId,
    ...((memberUnitIds ?? []) as unknown[]),
  ];
  const units: LinkedUnit[] = [];
  for (const id of new Set(named.flatMap((one) => textOf(one) ?? []))) {
    const unit = (await find('unit', id)) as Unit | null;
    if (!unit) continue;
    units.push({
      id,
      kind: unit.kind,
      isActive: unit.status === 'active',
      path: await unitPath(id, 'parentId', find),
      guidePath: await unitPath(id, 'guideUnitId', find),
    });
  }
  return same(units);
}

/** What depends on a unit; units below it that this transaction retired or moved count no more. */
async function unitUse({ store, district, record, now, planned }: FactContext): Promise<Loaded> {
  const use = await store.unitUse(district, String(record.id), localDay(now));
  const gone = new Set(
    planned('unit').flatMap(({ id, status, parentId }) =>
      status !== 'active' || parentId !== record.id ? [id] : [],
    ),
  );
  return same({ ...use, childIds: use.childIds.filter((id) => !gone.has(id)) });
}

/** The deputies of a post as they stand inside this transaction: a sheet arranges several at once. */
async function deputies({ store, district, input, record, planned }: FactContext) {
  const postId = textOf(input.postId) ?? textOf(record.postId) ?? '';
  const here = new Map(planned('deputy').map((one) => [one.id as string, one]));
  const known = await store.deputiesOf(district, postId);
  const changed = [...here.values()].filter(
    (one) => one.postId === postId && one.status === 'active',
  ) as unknown as DeputyFact[];
  return [
    ...known.filter(({ id }) => !here.has(id)),
    ...changed.map(({ id, fromDay, toDay }) => ({ id, fromDay, toDay })),
  ];
}

/** Read through `find`, so that the version an edit has just ended is seen as ended. */
async function versions({ store, noun, district, input, find }: FactContext): Promise<Loaded> {
  const ids = await store.versionIds(noun, district, String(input.code));
  const rows = await Promise.all(ids.map((id) => find(noun, id)));
  return same(
    rows.flatMap((row) =>
      row ? [{ id: row.id, validFrom: row.validFrom, validTo: row.validTo }] : [],
    ),
  );
}

/** Issues with a secret report, those that this transaction ties to one too. Read together with the issues. */
async function secretIssueIds(context: FactContext): Promise<string[]> {
  const { store, district, noun, record, input, planned, find } = context;
  const own = noun === 'issue' ? record.id : undefined;
  const ids = [own, input.issueId, input.intoId].flatMap((id) => textOf(id) ?? []);
  const here = (planned('report') as unknown as Report[]).filter(isSecret);
  const [stored] = await Promise.all([
    store.secretIssues(district, ids),
    ...ids.map((id) => find('issue', id)),
  ]);
  const found = [...stored, ...here.flatMap(({ issueId }) => issueId ?? [])];
  return ids.filter((id) => found.includes(id));
}

const loaders: { [F in FactName]: (context: FactContext) => Loaded | Promise<Loaded> } = {
  calendar: ({ master, now }) => {
    const value = master.calendar(now);
    return { value, pin: Object.values(value.years).map((row) => row.id) };
  },
  settings: ({ master, now }) => ({
    value: master.settings(now),
    pin: master.settingVersions(now),
  }),
  category: ({ master, noun, now, input, record }) => {
    const code =
      textOf(input.categoryCode) ?? (noun === 'category' ? textOf(input.code) : undefined);
    const found = code
      ? master.category(code, now)
      : master.categories.get(textOf(record.categoryId) ?? '');
    return { value: found ?? null, pin: found?.id ?? null };
  },
  unit: ({ master, input, record, now }) =>
    same(master.unitFact(textOf(input.unitId) ?? textOf(record.unitId) ?? '', now)),
  assistUnits: ({ master, input, now }) =>
    same(
      ((input.assistUnitIds as string[] | undefined) ?? []).flatMap(
        (id) => master.unitFact(id, now) ?? [],
      ),
    ),
  area: async (context) => {
    const { master, input } = context;
    const chosen = textOf(input.areaCode) ?? '';
    const now = master.currentArea(chosen);
    const found = master.areas.get(withDetail(now, await areaFacts.areaOfPoint(context)));
    return same(
      found
        ? {
            code: found.code,
            name: found.name,
            grade: master.gradeOf(found.code),
            isActive: found.status === 'active',
          }
        : null,
    );
  },
  parentArea: (context) => same(areaFacts.parentArea(context)),
  intoArea: (context) => same(areaFacts.intoArea(context)),
  areasUnder: (context) => same(areaFacts.areasUnder(context)),
  codesTaken: (context) => same(areaFacts.codesTaken(context)),
  areaUse: async (context) => same(await areaFacts.areaUse(context)),
  parentFit: (context) => same(areaFacts.parentFit(context)),
  areaOfPoint: async (context) => same(await areaFacts.areaOfPoint(context)),
  site: ({ master, input }) => {
    const found = master.sites.get(textOf(input.siteId) ?? '');
    if (!found || found.status !== 'active') return same(null);
    const { id, name, areaCode, lng, lat, address, unitId } = found;
    return same({ id, name, areaCode: master.currentArea(areaCode), lng, lat, address, unitId });
  },
  post: ({ master, input, record }) =>
    same(master.postFact(textOf(input.postId) ?? textOf(record.postId) ?? '')),
  deputyPost: ({ master, input }) => same(master.postFact(textOf(input.deputyPostId) ?? '')),
  deputies: async (context) => same(await deputies(context)),
  linkedUnits,
  unitUse,
  versions,
  person: (context) => recordFact('person', context.input.personId, context),
  postsHeld: async ({ store, input, record }) =>
    same(await store.postsHeldBy(textOf(input.personId) ?? String(record.id))),
  dutySuggestion: ({ master, record, now }) => same(dutyMark(master, record as Dutiable, now)),
  suggestion: async (context) => {
    const report = (await context.find('report', String(context.input.reportId))) as Report | null;
    return same(report && suggestionMark(context.master, report, context.now));
  },
  indicator: (context) => {
    const found = indicatorOf(context);
    return { value: found, pin: found?.id ?? null };
  },
  catalogLinks: (context) => same(catalogLinks(context)),
  secretIssueIds: async (context) => same(await secretIssueIds(context)),
  classifiers: ({ master }) => same(master.classifiers.standing),
  dutyUnits: (context) => same(dutyUnits(context)),
  sameDutyRules: (context) => same(sameDutyRules(context)),
  sender: ({ master, input }) => {
    const found = master.senders.get(textOf(input.senderCode) ?? '');
    return same(
      found ? { code: found.code, name: found.name, isActive: found.status === 'active' } : null,
    );
  },
  noticeChannels: ({ master, input }) => {
    const { ways = [], duties = [] } = input as {
      ways?: { channelId: string }[];
      duties?: { ways: { channelId: string }[] }[];
    };
    const named = [...ways, ...duties.flatMap((duty) => duty.ways)].map((way) => way.channelId);
    return same(
      master.noticeChannels
        .filter(({ id, status }) => status === 'active' && named.includes(id))
        .map(({ id }) => id),
    );
  },
  ownPosts: ({ master, personId }) =>
    same([...master.postsOf(personId), ...master.postsDeputised(personId)].map(({ id }) => id)),
  platform: ({ master, input }) => {
    const found = master.subscriptions.find(
      ({ id, push }) => id === input.subscriptionId && push !== null,
    );
    return same(found ? { id: found.id, isActive: found.status === 'active' } : null);
  },
  photos: async ({ store, district, input, personId }) => {
    const ids = (input.photos as string[] | undefined) ?? [];
    if (ids.length === 0) return same([]);
    const found = await store.finishedPhotos(district, ids, personId);
    if (found.length !== ids.length) {
      throw new Refused(
        409,
        'photoMissing',
        '有照片没有传完、不是您上传的或已用过，请重新上传后再提交',
      );
    }
    return same(found);
  },
  issue: (context) => recordFact('issue', context.input.issueId ?? context.record.issueId, context),
  report: (context) =>
    recordFact('report', context.input.reportId ?? context.record.reportId, context),
  issueNumber: async ({ numbers, district, now }) => {
    const day = localDay(now);
    const drawn = await numbers.draw(district, 'issue', day);
    return same(
      drawn > issueNumberLimit
        ? null
        : `${district}${day.replaceAll('-', '')}${String(drawn).padStart(5, '0')}`,
    );
  },
  reportNumber: async ({ numbers, district, now }) => {
    const day = localDay(now);
    const drawn = await numbers.draw(district, 'report', day);
    return same(
      drawn > 999_999 ? null : `${day.replaceAll('-', '')}${String(drawn).padStart(6, '0')}`,
    );
  },
  openIssueCount: async ({ store, master, district, record, now }) => {
    const { code, district: layer } = record as { code: string; district: string };
    const isOverBase = layer !== baseDistrict && master.category(code, now, baseDistrict);
    return same(isOverBase ? 0 : await store.openIssueCount(district, code));
  },
  recurrenceOf: recurrence,
  isDemoGuest: async ({ master, store, district }) =>
    same(master.areas.get(district)?.isDemo === true && (await store.hasRealDistrict())),
};

const recordFacts: readonly FactName[] = ['issue', 'report', 'person'];

/** The facts a row names, and their pins for the event: records first, the rest in one round trip. */
export async function loadFacts(
  needs: readonly FactName[],
  context: FactContext,
): Promise<{ facts: Facts; pins: Record<string, unknown> }> {
  const facts: Record<string, unknown> = {};
  const pins: Record<string, unknown> = {};
  const load = async (name: FactName): Promise<void> => {
    const { value, pin } = await loaders[name](context);
    facts[name] = value;
    pins[name] = pin;
  };
  const isRecord = (name: FactName): boolean => recordFacts.includes(name);
  for (const name of needs.filter(isRecord)) await load(name);
  await Promise.all(needs.filter((name) => !isRecord(name)).map(load));
  return { facts: facts as unknown as Facts, pins };
}

/** A pinned fact as it was. `find` folds a record's events up to the version named. */
export async function unpin(
  name: FactName,
  pin: unknown,
  master: MasterData,
  find: (noun: string, id: string, version: number) => Promise<object>,
): Promise<unknown> {
  if (name === 'calendar') return master.calendarOf(pin as string[]);
  if (name === 'settings') return master.settingsOf(pin as string[]);
  if (name === 'category')
    return pin === null ? null : (master.categories.get(String(pin)) ?? null);
  if (name === 'indicator') return master.indicators.find(({ id }) => id === pin) ?? null;
  if (recordFacts.includes(name) && pin !== null) {
    const { noun, id, version } = pin as { noun: string; id: string; version: number };
    return find(noun, id, version);
  }
  return pin;
}
