/**
 * Store 存取: the only SQL of `perform`: one statement to load a record (with the request already seen),
 * one to write events, rows and all that belongs to them. Rows are updated only at the version they were
 * read at, so a statement is all or nothing and nobody overwrites anybody.
 */
import { LRUCache } from 'lru-cache';
import type { Pool, PoolClient } from 'pg';
import type { AreaUse, DeputyFact, PhotoFact, PostHeld, UnitUse } from '../domain/facts.ts';
import { openStatuses } from '../domain/issueShape.ts';
import { addMinutes, type Moment } from '../domain/moment.ts';
import { baseDistrict, getNoun } from '../domain/nouns.ts';
import { columnsOf, toRecord } from './columns.ts';
import { mayBeOneOfThem, raceError } from './database.ts';
import {
  eventFromRow,
  largestPiece,
  mergeBatches,
  piecesOf,
  touches,
  writeStatement,
  type AnyRecord,
  type Batch,
  type SeenRequest,
  type StoredEvent,
} from './statement.ts';
import { endingAreas, endingOf, areAsFound, type Asking } from './standing.ts';
import { together } from './together.ts';

export interface Recurrence {
  district: string;
  categoryCode: string;
  siteId: string | null;
  lng: number | null;
  lat: number | null;
  address: string | null;
  meters: number;
  days: number;
  now: Moment;
}

export interface Store {
  load(noun: string, id: string, district: string, requestId: string): Promise<Loaded>;
  find(noun: string, district: string, ids: readonly string[]): Promise<AnyRecord[]>;
  requests(district: string, ids: readonly string[]): Promise<Map<string, SeenRequest>>;
  write(batch: Batch): Promise<void>;
  events(
    district: string,
    noun: string,
    id: string,
    throughVersion?: number,
  ): Promise<StoredEvent[]>;
  event(district: string, id: string): Promise<StoredEvent | null>;
  finishedPhotos(district: string, ids: readonly string[], personId: string): Promise<PhotoFact[]>;
  /** Is the photo attached to the record and not destroyed? */
  isShown(district: string, recordId: string, photoId: string): Promise<boolean>;
  /** What depends on a unit; rosters of single dates from `today` on. */
  unitUse(district: string, unitId: string, today: string): Promise<UnitUse>;
  /** The same for many units at once. */
  unitUses(
    district: string,
    unitIds: readonly string[],
    today: string,
  ): Promise<Map<string, UnitUse>>;
  /** The deputies, not ended, of a post. */
  deputiesOf(district: string, postId: string): Promise<DeputyFact[]>;
  /**
   * What is bound to an area or to one below it. `within`: the beginnings of the codes under which that is
   * found, none of which begins with another.
   */
  areaUse(district: string, code: string, within: readonly string[]): Promise<AreaUse>;
  /** The same for many codes at once. */
  areaUses(
    district: string,
    areas: readonly { code: string; within: readonly string[] }[],
  ): Promise<Map<string, AreaUse>>;
  /** The active posts of a person in every district. */
  postsHeldBy(personId: string): Promise<PostHeld[]>;
  /** The ids of a district's own versions of a code. */
  versionIds(noun: string, district: string, code: string): Promise<string[]>;
  /** Open issues of a category code, counted to 1,000. */
  openIssueCount(district: string, categoryCode: string): Promise<number>;
  findRecurrence(what: Recurrence): Promise<string | null>;
  /** Of these issues, those with a report whose complainant or content is kept from others. */
  secretIssues(district: string, ids: readonly string[]): Promise<string[]>;
  /** Is there, or was there ever, a district that is no demo? */
  hasRealDistrict(): Promise<boolean>;
}

/** Prepared statements are named by their text, so that each connection plans them once. */
const names = new Map<string, string>();
function named(text: string): { name: string; text: string } {
  let name = names.get(text);
  if (!name) {
    name = `s${names.size}`;
    names.set(text, name);
  }
  return { name, text };
}

const selectList = (noun: string): string =>
  columnsOf(noun)
    .columns.map((column) => `t."${column}"`)
    .join(', ');

/**
 * One statement for one record or several: each with the digest and event of its request if it was seen.
 * The limits keep it at one look into each index for each record, however large the planner thinks a list is.
 */
export const loadStatement = (noun: string): string =>
  `select r.digest as seen_digest, r.event_id as seen_event, ${selectList(noun)}
   from unnest($2::uuid[], $3::uuid[]) with ordinality as w(id, request_id, n)
   left join lateral (select * from ${columnsOf(noun).table} where district = $1 and id = w.id limit 1) t on true
   left join lateral (select * from request where district = $1 and id = w.request_id limit 1) r on true
   order by w.n`;

interface Wanted {
  id: string;
  requestId: string;
}

interface Loaded {
  record: AnyRecord | null;
  seen: SeenRequest | null;
}

const loadedFrom = (noun: string, row: Record<string, unknown>): Loaded => ({
  record: row.id ? toRecord<AnyRecord>(noun, row) : null,
  seen: row.seen_event
    ? { digest: row.seen_digest as Buffer, eventId: row.seen_event as string }
    : null,
});

interface Photos {
  district: string;
  ids: readonly string[];
  personId: string;
}

/** One `together` for each noun and district. */
function byNoun<C, R>(
  run: (noun: string, district: string, calls: readonly C[]) => Promise<R[]>,
): (noun: string, district: string) => (call: C) => Promise<R> {
  const made = new Map<string, (call: C) => Promise<R>>();
  return (noun, district) => {
    const key = `${noun} ${district}`;
    let found = made.get(key);
    if (!found) {
      found = together<C, R>({ lanes: 2, most: 32, run: (calls) => run(noun, district, calls) });
      made.set(key, found);
    }
    return found;
  };
}

/** Ended districts count: an office has worked here. */
export const realDistrictExists = `exists (select from area where level = 'district' and district = code and not is_demo)`;

type Query = (text: string, values: unknown[]) => Promise<Record<string, unknown>[]>;

/** What uses a record, asked of the pool or inside a transaction. */
function askingOn(query: Query): Asking {
  const areaUses: Store['areaUses'] = async (district, areas) => {
    const within = `district = $1 and area_code >= c.start collate "C" and area_code < (c.start || ':') collate "C"`;
    const counted = (table: string): string =>
      `sum((select count(*) from ${table} where ${within} and status = 'active'))::integer`;
    const pairs = areas.flatMap(({ code, within: starts }) => starts.map((start) => [code, start]));
    const rows = await query(
      `select c.code, ${counted('post')} as "postCount", ${counted('unit')} as "unitCount",
         ${counted('patron')} as "patronCount", ${counted('site')} as "siteCount",
         sum((select count(*) from (select 1 from issue where ${within}
           and status = any($4) limit 1001) open))::integer as "issueCount"
       from unnest($2::text[], $3::text[]) as c(code, start) group by c.code`,
      [district, pairs.map(([code]) => code), pairs.map(([, start]) => start), openStatuses],
    );
    return new Map(
      rows.map((row) => {
        const { code, issueCount, ...rest } = row as unknown as AreaUse & { code: string };
        const isMore = issueCount > 1000;
        return [code, { ...rest, issueCount: Math.min(issueCount, 1000), isMore }];
      }),
    );
  };

  const unitUses: Store['unitUses'] = async (district, unitIds, today) => {
    const ids = (from: string, where: string): string =>
      `array(select id from ${from} where district = $1 and status = 'active' and ${where} order by id)`;
    const rows = await query(
      `select u.id, (select count(*)::integer from issue where district = $1 and party_unit_ids @> array[u.id]
             and unit_id = u.id and status = any($3)) as "openIssueCount",
           (select count(*)::integer from assist where district = $1 and unit_id = u.id
             and status in ('asked', 'claimed')) as "openAssistCount",
           ${ids('post', 'unit_id = u.id')} as "postIds",
           ${ids('roster', 'unit_id = u.id and (day is null or day >= $4)')} as "rosterIds",
           ${ids('unit', 'parent_id = u.id')} as "childIds",
           ${ids('unit', '(guide_unit_id = u.id or lead_unit_id = u.id or member_unit_ids @> array[u.id])')} as "linkedIds"
         from unnest($2::uuid[]) as u(id)`,
      [district, unitIds, openStatuses, today],
    );
    return new Map(
      rows.map((row) => {
        const { id, ...use } = row as unknown as UnitUse & { id: string };
        return [id, use];
      }),
    );
  };

  return {
    areaUses,
    unitUses,

    areaUse: async (district, code, within) => {
      const found = (await areaUses(district, [{ code, within }])).get(code);
      if (!found) throw new Error(`no count of what lies in ${code}`);
      return found;
    },

    unitUse: async (district, unitId, today) => {
      const found = (await unitUses(district, [unitId], today)).get(unitId);
      if (!found) throw new Error(`no use of unit ${unitId}`);
      return found;
    },

    openIssueCount: async (district, categoryCode) => {
      const [row] = await query(
        `select count(*) as count from (select 1 from issue
         where district = $1 and category_code = $2 and status <> all('{closed,void}') limit 1000) c`,
        [district, categoryCode],
      );
      return row?.count as number;
    },
  };
}

export function storeOn(pool: Pool): Store {
  const query = async (text: string, values: unknown[]): Promise<Record<string, unknown>[]> =>
    (await pool.query<Record<string, unknown>>({ ...named(text), values })).rows;

  const loader = byNoun<Wanted, Loaded>(async (noun, district, calls) => {
    const [ids, requestIds] = [calls.map(({ id }) => id), calls.map((call) => call.requestId)];
    const rows = await query(loadStatement(noun), [district, ids, requestIds]);
    return rows.map((row) => loadedFrom(noun, row));
  });

  const finder = byNoun<readonly string[], AnyRecord[]>(async (noun, district, calls) => {
    const rows = await query(
      `select ${selectList(noun)} from ${columnsOf(noun).table} t where t.district = $1 and t.id = any($2)`,
      [district, calls.flat()],
    );
    const records = rows.map((row) => toRecord<AnyRecord>(noun, row));
    return calls.map((ids) => records.filter(({ id }) => ids.includes(id)));
  });

  const versioner = byNoun<string, string[]>(async (noun, district, codes) => {
    const rows = await query(
      `select id, code from ${columnsOf(noun).table} where district = $1 and code = any($2) order by valid_from`,
      [district, codes],
    );
    return codes.map((code) =>
      rows.filter((row) => row.code === code).map((row) => row.id as string),
    );
  });

  const photosOf = together<Photos, PhotoFact[]>({
    lanes: 2,
    most: 32,
    run: async (calls) => {
      const rows = await query(
        `select p.id, p.sha256, p.district, p.person_id from photo p
         where p.district = any($1) and p.id = any($2) and p.status = 'complete'
           and not exists (select 1 from attachment a where a.district = p.district and a.photo_id = p.id)`,
        [calls.map(({ district }) => district), calls.flatMap(({ ids }) => ids)],
      );
      return calls.map(({ district, ids, personId }) =>
        rows
          .filter((row) => row.district === district && row.person_id === personId)
          .filter(({ id }) => ids.includes(id as string))
          .map(({ id, sha256 }) => ({ id, sha256 }) as PhotoFact),
      );
    },
  });

  // The versions this process wrote last: a batch that read an older one is refused without asking.
  const written = new LRUCache<string, number>({ max: 20_000 });
  const isStale = ({ noun, record, readVersion }: Batch['records'][number]): boolean =>
    readVersion !== null && (written.get(`${noun}:${record.id}`) ?? 0) > readVersion;

  const writeTogether = together<Batch, undefined>({
    lanes: 2,
    most: 32,
    names: touches,
    knownError: (batch) => (batch.records.some(isStale) ? raceError() : undefined),
    mayPart: mayBeOneOfThem,
    run: async (batches) => {
      const { text, values } = writeStatement(
        batches.length === 1 ? (batches[0] as Batch) : mergeBatches(batches),
      );
      await query(text, values);
      for (const { noun, record } of batches.flatMap((batch) => batch.records)) {
        written.set(`${noun}:${record.id}`, record.version);
      }
      return batches.map(() => undefined);
    },
  });

  /**
   * Takes the rows that go out of use, waiting for whoever leans on them, and asks again what uses them.
   * Throws the error of a race when that is not what was found.
   */
  const stillUnused = async (batch: Batch, client: PoolClient): Promise<void> => {
    const asked: Query = async (text, values) =>
      (await client.query<Record<string, unknown>>({ ...named(text), values })).rows;
    const ending = endingOf(batch);
    for (const noun of [...new Set(ending.map((item) => item.noun))].sort()) {
      const records = ending.filter((item) => item.noun === noun).map(({ record }) => record);
      await asked(
        `select 1 from ${columnsOf(noun).table} where district = any($1) and id = any($2) order by id for update`,
        [[...new Set(records.map(({ district }) => district))], records.map(({ id }) => id)],
      );
    }
    const { codes, changed } = endingAreas(batch);
    const below =
      codes.length > 0
        ? await asked(
            `select 1 from area a join unnest($2::text[]) as c(code)
               on a.code > c.code collate "C" and a.code < (c.code || ':') collate "C"
             where a.district = $1 and a.status = 'active' and a.id <> all($3) limit 1`,
            [ending[0]?.record.district, codes, changed],
          )
        : [];
    if (below.length > 0) throw raceError();
    const asking = askingOn(asked);
    if (!(await areAsFound(asking, batch.uses))) throw raceError();
  };

  /** A batch too large for the time of one statement: its pieces in one transaction, all or nothing. */
  const writeLarge = async (batch: Batch): Promise<void> => {
    const client = await pool.connect();
    let failed: Error | undefined;
    try {
      await client.query('begin');
      if (endingOf(batch).length > 0) await stillUnused(batch, client);
      for (const piece of piecesOf(batch)) {
        const { text, values } = writeStatement(piece);
        await client.query({ ...named(text), values });
      }
      await client.query('commit');
      for (const { noun, record } of batch.records)
        written.set(`${noun}:${record.id}`, record.version);
    } catch (error) {
      await client.query('rollback').catch((lost: Error) => (failed = lost));
      throw error;
    } finally {
      client.release(failed);
    }
  };

  const write = async (batch: Batch): Promise<void> => {
    if (batch.events.length > largestPiece || endingOf(batch).length > 0) await writeLarge(batch);
    else await writeTogether(batch);
  };

  return {
    load: (noun, id, district, requestId) => loader(noun, district)({ id, requestId }),

    find: (noun, district, ids) =>
      finder(noun, getNoun(noun).isInstallationWide ? baseDistrict : district)(ids),

    requests: async (district, ids) => {
      const rows = await query(
        `select id, digest, event_id from request where district = $1 and id = any($2)`,
        [district, ids],
      );
      return new Map(
        rows.map((row) => [
          row.id as string,
          { digest: row.digest as Buffer, eventId: row.event_id as string },
        ]),
      );
    },

    write,

    events: async (district, noun, id, throughVersion = 2_147_483_647) => {
      const rows = await query(
        `select * from event where district = $1 and noun = $2 and record_id = $3 and version <= $4 order by version`,
        [district, noun, id, throughVersion],
      );
      return rows.map(eventFromRow);
    },

    event: async (district, id) => {
      const [row] = await query(`select * from event where district = $1 and id = $2`, [
        district,
        id,
      ]);
      return row ? eventFromRow(row) : null;
    },

    finishedPhotos: (district, ids, personId) => photosOf({ district, ids, personId }),

    isShown: async (district, recordId, photoId) => {
      const rows = await query(
        `select 1 from attachment a join photo p on p.district = a.district and p.id = a.photo_id
         where a.district = $1 and a.record_id = $2 and a.photo_id = $3 and p.status = 'complete'`,
        [district, recordId, photoId],
      );
      return rows.length > 0;
    },

    deputiesOf: async (district, postId) =>
      (await query(
        `select id, from_day as "fromDay", to_day as "toDay" from deputy
         where district = $1 and post_id = $2 and status = 'active' order by from_day, id`,
        [district, postId],
      )) as unknown as DeputyFact[],

    ...askingOn(query),

    postsHeldBy: async (personId) =>
      (await query(
        `select distinct district, role from post where person_id = $1 and status = 'active' order by 1, 2`,
        [personId],
      )) as unknown as PostHeld[],

    versionIds: (noun, district, code) => versioner(noun, district)(code),

    secretIssues: async (district, ids) =>
      (
        await query(
          `select distinct issue_id as id from report where district = $1 and issue_id = any($2::uuid[])
             and (is_confidential or kind is not distinct from 'tipOff')`,
          [district, ids],
        )
      ).map(({ id }) => id as string),

    hasRealDistrict: async () =>
      (await query(`select ${realDistrictExists} as has`, []))[0]?.has === true,

    findRecurrence: async (what) => {
      const since = addMinutes(what.now, -what.days * 1440);
      const values: unknown[] = [what.district, what.categoryCode, since];
      const at = (value: unknown): string => `$${values.push(value)}`;
      const degrees = what.meters / 111_000;
      const { siteId, lng, lat, address } = what;
      // One branch for each way of being the same place, each by its own index.
      const places = [
        ...(siteId === null ? [] : [`site_id = ${at(siteId)}`]),
        ...(lng === null || lat === null
          ? []
          : [
              `lat between ${at(lat - degrees)} and ${at(lat + degrees)}
               and lng between ${at(lng - degrees * 1.3)} and ${at(lng + degrees * 1.3)}`,
            ]),
        ...(siteId === null && lng === null && address !== null
          ? [`address = ${at(address)}`]
          : []),
      ];
      if (places.length === 0) return null;
      const branches = places.map(
        (place) => `(select id, closed_at from issue
          where district = $1 and category_code = $2 and status = 'closed' and closed_at >= $3 and ${place}
          order by closed_at desc limit 1)`,
      );
      const [row] = await query(
        `select id from (${branches.join(' union all ')}) found order by closed_at desc limit 1`,
        values,
      );
      return (row?.id as string | undefined) ?? null;
    },
  };
}
