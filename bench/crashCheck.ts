/**
 * What must hold after every restart: acknowledged ⊆ stored ⊆ attempted, at most one effect a request,
 * replay = row, seals verify, indexes sound, every attached photo on the disk with its own bytes.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { baseDistrict } from '../src/domain/nouns.ts';
import { connect } from '../src/server/database.ts';
import { demoDistrict } from '../src/server/demoSeed.ts';
import { originalPath } from '../src/server/photos/photoStore.ts';
import { OWNER } from '../src/server/postgres/cluster.ts';
import { findRunning } from '../src/server/postgres/embedded.ts';
import { verifySeals } from '../src/server/sealer.ts';
import { outcomeOf, type Call } from './crashCalls.ts';
import { replayAll } from './replay.ts';

export interface Findings {
  acknowledged: number;
  lost: string[];
  doubled: string[];
  /** Everything else that must not be. */
  wrong: string[];
}

/** What was tried in this run. `before`: the requests stored when it began. */
export interface Attempted {
  calls: readonly Call[];
  personIds: ReadonlySet<string>;
  before: ReadonlySet<string>;
}

interface Stored {
  requestId: string;
  eventId: string;
  noun: string | null;
  recordId: string | null;
  action: string | null;
  personId: string | null;
}

const nameOf = (call: Call): string => `${call.noun}.${call.action} ${call.requestId}`;

async function readStored(client: pg.ClientBase): Promise<Map<string, Stored>> {
  const { rows } = await client.query<Stored>(
    `select r.id as "requestId", r.event_id as "eventId", e.noun, e.record_id as "recordId", e.action,
       e.actor->>'personId' as "personId"
     from request r left join event e on e.district = r.district and e.id = r.event_id where r.district = $1`,
    [demoDistrict],
  );
  return new Map(rows.map((row) => [row.requestId, row]));
}

const isSame = (call: Call, stored: Stored): boolean =>
  stored.noun === call.noun &&
  stored.recordId === call.id &&
  stored.action === call.action &&
  stored.personId === call.personId;

function compareCalls(
  { calls, personIds, before }: Attempted,
  stored: Map<string, Stored>,
): Findings {
  const findings: Findings = { acknowledged: 0, lost: [], doubled: [], wrong: [] };
  for (const call of calls) {
    const found = stored.get(call.requestId);
    if (call.isDoubled)
      findings.doubled.push(`${nameOf(call)}: a repeat was answered with another event`);
    if (outcomeOf(call) === 'ok') {
      findings.acknowledged += 1;
      if (!found || found.eventId !== call.eventId || !isSame(call, found))
        findings.lost.push(nameOf(call));
    } else if (outcomeOf(call) === 'failed' && found) {
      findings.wrong.push(`${nameOf(call)}: refused (${call.code}) and yet stored`);
    }
  }
  const attempted = new Set([...before, ...calls.map((call) => call.requestId)]);
  for (const { requestId, personId } of stored.values()) {
    if (personId && personIds.has(personId) && !attempted.has(requestId)) {
      findings.wrong.push(`request ${requestId} is stored and was never sent`);
    }
  }
  return findings;
}

/** Requests with more than one effect, records with two events of one version. */
async function findDoubled(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ what: string }>(
    `select 'request ' || request_id as what from event where district = $1 and cause is null
       group by request_id having count(*) > 1
     union all
     select noun || ' ' || record_id || ' version ' || version from event where district = $1
       group by noun, record_id, version having count(*) > 1`,
    [demoDistrict],
  );
  return rows.map(({ what }) => what);
}

const checkedPhotos = new Set<string>();

function photoProblem(dataDir: string, sha256: string): string | undefined {
  const path = originalPath(join(dataDir, 'photos'), sha256);
  if (!existsSync(path)) return `photo ${sha256} is not on the disk`;
  const found = createHash('sha256').update(readFileSync(path)).digest('hex');
  return found === sha256 ? undefined : `photo ${sha256} has other bytes`;
}

/** Photos of acknowledged calls and of every attachment; each file is read once in a run. */
async function findLostPhotos(
  client: pg.ClientBase,
  dataDir: string,
  calls: readonly Call[],
): Promise<string[]> {
  const { rows } = await client.query<{
    id: string;
    sha256: string;
    status: string;
    eventId: string;
  }>(
    `select p.id, p.sha256, p.status, a.event_id as "eventId" from attachment a
     join photo p on p.district = a.district and p.id = a.photo_id where a.district = $1`,
    [demoDistrict],
  );
  const attached = new Map(rows.map((row) => [row.id, row]));
  const problems = rows.flatMap(({ id, sha256, status }) => {
    if (checkedPhotos.has(id)) return [];
    checkedPhotos.add(id);
    return status === 'complete'
      ? (photoProblem(dataDir, sha256) ?? [])
      : [`photo ${id} is attached and ${status}`];
  });
  const missing = calls
    .filter((call) => outcomeOf(call) === 'ok')
    .flatMap((call) =>
      call.photos
        .filter(
          ({ id, sha256 }) =>
            attached.get(id)?.eventId !== call.eventId || attached.get(id)?.sha256 !== sha256,
        )
        .map(({ id }) => `${nameOf(call)}: photo ${id} is not attached`),
    );
  return [...problems, ...missing];
}

/** Every chain from its first link; waits up to 10 s for what is not sealed yet. */
async function findBrokenSeals(pool: pg.Pool): Promise<string[]> {
  const end = performance.now() + 10_000;
  for (;;) {
    const verified = await verifySeals(pool);
    const broken = verified.flatMap(({ district, firstBad }) =>
      firstBad ? [`seal ${district} ${firstBad.number}: ${firstBad.why}`] : [],
    );
    const unsealed = verified.reduce((sum, { unsealed: count }) => sum + count, 0);
    if (broken.length > 0 || unsealed === 0) return broken;
    if (performance.now() > end) return [`${unsealed} events were not sealed within 10 s`];
    await sleep(100);
  }
}

async function onStore<T>(
  dataDir: string,
  work: (pool: pg.Pool, client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  const config = await findRunning(dataDir);
  if (!config) throw new Error('the database does not answer');
  const { pool, close } = connect({ ...config }, { role: null, max: 2, statementTimeout: 60_000 });
  try {
    const client = await pool.connect();
    try {
      return await work(pool, client);
    } finally {
      client.release();
    }
  } finally {
    await close();
  }
}

/** What amcheck finds wrong with the B-tree indexes and the rows they should hold, as the owner. */
async function findCorruption(dataDir: string): Promise<string[]> {
  const config = await findRunning(dataDir);
  if (!config) throw new Error('the database does not answer');
  const owner = new pg.Client({ ...config, user: OWNER });
  await owner.connect();
  try {
    await owner.query('create extension if not exists amcheck');
    const { rows: indexes } = await owner.query<{ name: string }>(
      `select c.oid::regclass::text as name from pg_class c
         join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
       where a.amname = 'btree' and c.relkind = 'i' and n.nspname = 'public'`,
    );
    const wrong: string[] = [];
    for (const { name } of indexes) {
      await owner
        .query(`select bt_index_check($1::regclass, true)`, [name])
        .catch((error: Error) => wrong.push(`index ${name}: ${error.message}`));
    }
    return wrong;
  } finally {
    await owner.end();
  }
}

/** The ids of all requests of the district. */
export const storedRequests = (dataDir: string): Promise<Set<string>> =>
  onStore(dataDir, async (_pool, client) => new Set((await readStored(client)).keys()));

/** Checks the whole store; all calls must have a known outcome. */
export const checkStore = (
  dataDir: string,
  attempted: Attempted,
): Promise<Findings & { records: number }> =>
  onStore(dataDir, async (pool, client) => {
    const broken = await findBrokenSeals(pool);
    await client.query('begin isolation level repeatable read read only');
    const findings = compareCalls(attempted, await readStored(client));
    const doubled = [...findings.doubled, ...(await findDoubled(client))];
    const photos = await findLostPhotos(client, dataDir, attempted.calls);
    const replay = await replayAll(client, [baseDistrict, demoDistrict]);
    await client.query('rollback');
    const corrupt = await findCorruption(dataDir);
    const wrong = [...findings.wrong, ...broken, ...replay.wrong, ...corrupt];
    return {
      ...findings,
      lost: [...findings.lost, ...photos],
      doubled,
      wrong,
      records: replay.records,
    };
  });
