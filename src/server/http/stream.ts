/**
 * Stream 实时更新: one LISTEN connection per process, one server-sent stream per open screen. A change is
 * told in seal order, only to those in whose scope the record is, and without its content.
 */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import pg from 'pg';
import { inScope, scopeOf, type Actor } from '../../domain/access.ts';
import type { Noun } from '../../domain/action.ts';
import { getNoun, nouns } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import { fold } from '../fold.ts';
import { sessionOf, getActor, type Ctx, type Doors, type Env } from './context.ts';

const heartbeatMs = 15_000;
const maxStreams = 3_000;
const maxPerPerson = 12;
const maxResume = 1_000;

interface Change {
  number: number;
  noun: string;
  id: string;
  version: number;
  action: string;
  /** It changed a column by which records are seen: some who saw the record may see it no more. */
  isMoved: boolean;
}

/** Every column by which any record is seen. */
const seenColumns = [
  ...new Set(
    Object.values<Noun>(nouns).flatMap(({ seen: { areas = [], units = [], persons = [] } }) => [
      ...areas,
      ...units,
      ...persons,
    ]),
  ),
];

interface Listener {
  actor: Actor;
  /** The actor as they stand now; undefined once their post or session ended. */
  refresh(): Promise<Actor | undefined>;
  send(change: Change): void;
  end(): void;
}

export interface Stream {
  routes: Hono<Env>;
  /** Told for every batch sealed anywhere: district and its last number. */
  onSealed(callback: (district: string) => void): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  open(): number;
}

async function changesAfter(
  doors: Doors,
  district: string,
  after: number,
  limit: number,
): Promise<Change[]> {
  const { rows } = await doors.house.pool.query<Change>({
    name: 'changes-after',
    text: `select s.number, e.noun, e.record_id as id, e.version, e.action,
             e.version > 1 and jsonb_exists_any(e.changes, $4) as "isMoved" from seal s
           join event e on e.district = s.district and e.id = s.event_id
           where s.district = $1 and s.number > $2 order by s.number limit $3`,
    values: [district, after, limit, seenColumns],
  });
  return rows;
}

const nameOf = ({ noun, id, version }: Change): string => `${noun}:${id}:${version}`;

/**
 * Records as they are now, by noun and id, and as they were just before a change that moved them, by
 * version too. Read once for all listeners.
 */
async function readable(
  doors: Doors,
  district: string,
  changes: Change[],
): Promise<Map<string, object>> {
  const records = new Map<string, object>();
  for (const noun of new Set(changes.map((change) => change.noun))) {
    const ids = [
      ...new Set(changes.filter((change) => change.noun === noun).map((change) => change.id)),
    ];
    for (const record of await doors.house.tools.store.find(noun, district, ids)) {
      records.set(`${noun}:${record.id}`, record);
    }
  }
  for (const change of changes.filter(({ isMoved }) => isMoved)) {
    const { noun, id, version } = change;
    const before = fold(await doors.house.tools.store.events(district, noun, id, version - 1));
    if (before) records.set(nameOf(change), before);
  }
  return records;
}

const maySee = (records: Map<string, object>, change: Change, actor: Actor): boolean => {
  const states = [records.get(`${change.noun}:${change.id}`), records.get(nameOf(change))];
  return states.some(
    (record) => record && inScope(record, scopeOf(actor), getNoun(change.noun).seen),
  );
};

export function streamOf(doors: Doors): Stream {
  const listeners = new Map<string, Set<Listener>>();
  const told = new Map<string, number>();
  const callbacks: ((district: string) => void)[] = [];
  let client: pg.Client | undefined;
  let isStopped = false;
  let retry: NodeJS.Timeout | undefined;
  let telling: Promise<void> = Promise.resolve();

  const lastNumber = async (district: string): Promise<number> => {
    const { rows } = await doors.house.pool.query<{ number: number }>(
      `select number from seal where district = $1 order by number desc limit 1`,
      [district],
    );
    return rows[0]?.number ?? 0;
  };

  const tell = async (district: string): Promise<void> => {
    const from = told.get(district);
    if (from === undefined) {
      // The first word from this district: what came before is not known, so nothing is kept.
      doors.house.tools.master.forgetAll();
      told.set(district, await lastNumber(district));
      return;
    }
    const changes = await changesAfter(doors, district, from, 2_000);
    const last = changes.at(-1);
    if (!last) return;
    for (const change of changes) doors.house.tools.master.forget({ ...change, district });
    const here = listeners.get(district);
    const records = here?.size
      ? await readable(doors, district, changes)
      : new Map<string, object>();
    told.set(district, last.number);
    if (!here) return;
    for (const listener of here) {
      const actor = await listener.refresh();
      if (!actor) listener.end();
      else for (const change of changes) if (maySee(records, change, actor)) listener.send(change);
    }
  };

  const onNotice = (payload: string): void => {
    const [district = ''] = payload.split(':');
    for (const callback of callbacks) callback(district);
    telling = telling
      .then(() => tell(district))
      .catch((error: unknown) => {
        doors.log.warn({ error: String(error) }, 'stream could not tell');
        // What changed is not known, so nothing is kept, and it is told a second later.
        doors.house.tools.master.forgetAll();
        if (!isStopped) setTimeout(() => onNotice(payload), 1_000).unref();
      });
  };

  const listen = async (): Promise<void> => {
    const next = new pg.Client({
      ...doors.house.connection,
      application_name: 'civicloop-listen',
      keepAlive: true,
    });
    let isOver = false;
    // A broken connection tells so more than once (error, end, a failed connect): one retry for each.
    const again = (): void => {
      if (isOver) return;
      isOver = true;
      if (client === next) client = undefined;
      next.end().catch(() => undefined);
      if (!isStopped) retry = setTimeout(() => void listen(), 1_000);
    };
    next.on('error', again);
    next.on('end', again);
    next.on('notification', ({ payload = '' }) => onNotice(payload));
    try {
      await next.connect();
      client = next;
      await next.query('listen sealed');
    } catch {
      return again();
    }
    doors.house.tools.master.forgetAll();
    for (const district of told.keys()) onNotice(`${district}:0`);
  };

  const routes = new Hono<Env>();
  routes.get('/', async (c: Ctx) => {
    const actor = await getActor(c, doors);
    const { district } = actor;
    const here = listeners.get(district) ?? new Set<Listener>();
    listeners.set(district, here);
    const mine = [...here].filter((other) => other.actor.personId === actor.personId);
    if (mine.length >= maxPerPerson) mine[0]?.end();
    if ([...listeners.values()].reduce((sum, set) => sum + set.size, 0) >= maxStreams) {
      throw new Refused(503, 'tooManyScreens', '同时打开的页面过多，请稍后再试', {
        retryAfter: 30,
      });
    }
    if (!told.has(district)) told.set(district, await lastNumber(district));
    const resume = Number(c.req.header('last-event-id') ?? Number.NaN);
    c.header('x-accel-buffering', 'no');
    return streamSSE(c, async (stream) => {
      let isOpen = true;
      let finish = (): void => undefined;
      const finished = new Promise<void>((resolve) => (finish = resolve));
      const end = (): void => {
        isOpen = false;
        finish();
      };
      const send = (change: Change): void => {
        void stream
          .writeSSE({
            event: 'changed',
            id: String(change.number),
            data: JSON.stringify({
              number: change.number,
              noun: change.noun,
              id: change.id,
              version: change.version,
            }),
          })
          .catch(end);
      };
      const refresh = async (): Promise<Actor | undefined> => {
        const found = await sessionOf(c, doors);
        if (!found || found.session.postId !== actor.postId) return undefined;
        const { master, now } = doors.house.tools;
        return (await master.of(district)).actor(actor.personId, actor.postId, now());
      };
      const listener: Listener = { actor, refresh, send, end };
      here.add(listener);
      stream.onAbort(end);
      try {
        if (Number.isSafeInteger(resume) && resume >= 0)
          await catchUp(district, resume, actor, send, stream);
        await stream.writeSSE({ event: 'ready', data: String(told.get(district) ?? 0) });
        while (isOpen) {
          await Promise.race([
            finished,
            new Promise((resolve) => setTimeout(resolve, heartbeatMs).unref()),
          ]);
          if (!isOpen) break;
          if (!(await refresh())) break;
          await stream.write(': \n\n');
        }
      } finally {
        here.delete(listener);
      }
    });
  });

  const catchUp = async (
    district: string,
    after: number,
    actor: Actor,
    send: (change: Change) => void,
    stream: { writeSSE(message: { event: string; data: string }): Promise<void> },
  ): Promise<void> => {
    const changes = await changesAfter(doors, district, after, maxResume + 1);
    if (changes.length > maxResume) return stream.writeSSE({ event: 'reset', data: '' });
    const records = await readable(doors, district, changes);
    for (const change of changes) if (maySee(records, change, actor)) send(change);
  };

  return {
    routes,
    onSealed: (callback) => void callbacks.push(callback),
    start: listen,
    stop: async () => {
      isStopped = true;
      clearTimeout(retry);
      for (const set of listeners.values()) for (const listener of set) listener.end();
      await client?.end().catch(() => undefined);
    },
    open: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
  };
}
