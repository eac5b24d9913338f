/**
 * Apply 导入: makes the rows of a checked table findings, group by group, their photos first. Each call does a slice
 * and tells how far it is; it may be killed anywhere and called again. What a known row says otherwise becomes
 * an event of its finding (`amend`). Source: issue 5-4.
 */
import { createHash } from 'node:crypto';
import type { Actor } from '../../domain/access.ts';
import type { FindingCounts } from '../../domain/findingApi.ts';
import { Refused } from '../../domain/refused.ts';
import type { RowRefusal } from '../adapters/reportMap.ts';
import { idFrom } from '../idFrom.ts';
import { inTurn } from '../inTurn.ts';
import { Reasons } from '../orders/check.ts';
import { performMany, type Order } from '../perform.ts';
import { keepBytes } from '../photos/keepBytes.ts';
import { uploadsOn, type Uploads } from '../photos/upload.ts';
import type { RawRow } from '../sheets/listFile.ts';
import type { Archive } from './archive.ts';
import { archiveOf, fateOf, loadFor, readerFor, type Fate } from './check.ts';
import type { FindingReader, FindingRow } from './findingRow.ts';
import {
  getLoad,
  knownOf,
  readContents,
  removeArchive,
  turnOf,
  type FindingHouse,
  type FindingLoad,
  type Marks,
} from './loads.ts';

/** How long one call works before it tells how far it is, in milliseconds. */
const sliceMs = 1_500;
/** A group is one transaction: so many rows, or rows with so many photos. */
const groupRows = 200;
const groupPhotos = 20;

function checkStatus({ status, personId }: FindingLoad, actor: Actor): void {
  if (status === 'expired')
    throw new Refused(409, 'expired', '文件保存期已过，请重新上传；已导入的不会重复');
  if (status === 'undoing' || status === 'undone')
    throw new Refused(409, 'undone', '这次导入已经撤销，如需再导入请重新上传');
  if (personId !== actor.personId)
    throw new Refused(409, 'notYours', '只有上传的人可以导入，请自己上传后再导入');
}

interface Item {
  row: number;
  found: FindingRow;
  fate: Fate;
}

interface Work {
  house: FindingHouse;
  uploads: Uploads;
  actor: Actor;
  load: FindingLoad;
  reader: FindingReader;
  archive: Archive | null;
  refuse(row: number, refused: RowRefusal): void;
}

/** The rows of the next group, as they are read now, and how many rows of the file it takes. */
function groupFrom(
  { reader, refuse }: Work,
  rows: readonly RawRow[],
  marks: Marks,
): { taken: number; open: { row: number; found: FindingRow }[] } {
  const open: { row: number; found: FindingRow }[] = [];
  let [taken, photos] = [0, 0];
  for (const raw of rows) {
    if (taken === groupRows || photos >= groupPhotos) break;
    taken += 1;
    if (Object.hasOwn(marks, String(raw.row))) continue;
    const found = reader.read(raw);
    if ('refused' in found) refuse(raw.row, found.refused);
    else {
      open.push({ row: raw.row, found });
      photos += found.photos.length;
    }
  }
  return { taken, open };
}

/** The same bytes of the same finding are the same photo, however often it is tried and from whichever zip. */
const photoIdOf = (findingId: string, bytes: Buffer): string =>
  idFrom(`finding photo ${findingId} ${createHash('sha256').update(bytes).digest('hex')}`);

/** Keeps the photos of a new finding under ids of their own. Throws what one is refused with. */
async function keepPhotos(
  { uploads, actor, archive }: Work,
  findingId: string,
  { photos }: FindingRow,
): Promise<string[]> {
  const { district, personId } = actor;
  const ids: string[] = [];
  for (const { n, name } of photos) {
    const bytes = await archive?.read(n);
    if (!bytes) throw new Refused(409, 'expired', '照片压缩包的保存期已过，请重新上传');
    const id = photoIdOf(findingId, bytes);
    if (ids.includes(id)) continue;
    try {
      await keepBytes(uploads, { district, personId }, id, bytes);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 415) throw error;
      throw new Refused(415, error.code, `“${name}”：${error.message}`);
    }
    ids.push(id);
  }
  return ids;
}

/** What is to be performed for a row; nothing for a known one. */
async function orderOf(work: Work, { found, fate }: Item): Promise<Order | undefined> {
  if (fate.kind === 'known') return undefined;
  const { load } = work;
  const { id } = fate;
  if (fate.kind === 'changed') {
    const requestId = idFrom(`finding amend ${load.id} ${id} ${JSON.stringify(fate.fields)}`);
    return { noun: 'finding', id, action: 'amend', input: fate.fields, requestId };
  }
  const photos = await keepPhotos(work, id, found);
  const input = {
    ...found.input,
    loadId: load.id,
    rowKey: found.key,
    ...(photos.length > 0 ? { photos } : {}),
  };
  const requestId = idFrom(`finding record ${id}`);
  return { noun: 'finding', id, action: 'record', input, requestId };
}

const wordsOf = ({ message, details }: Refused, { fate }: Item): RowRefusal => {
  const [first] = (details?.fields ?? []) as { message: string }[];
  const words = first?.message ?? message;
  return { reason: fate.kind === 'changed' ? `内容有变更，但不能再更正：${words}` : words };
};

/** Is it a fault of the row, and not of the moment or the house? */
const isOfRow = (error: unknown): error is Refused =>
  error instanceof Refused && (error.status === 415 || error.status === 400);

/** Keeps the photos of a group and performs its actions in one transaction. */
async function applyGroup(
  work: Work,
  open: readonly { row: number; found: FindingRow }[],
  counts: FindingCounts,
): Promise<void> {
  const { house, actor, load, refuse } = work;
  const known = await knownOf(
    house.pool,
    actor.district,
    open.map(({ found }) => found.key),
  );
  const waiting: { item: Item; order: Order }[] = [];
  for (const { row, found } of open) {
    const item: Item = { row, found, fate: fateOf(load.id, found, known.get(found.key)) };
    if (item.fate.kind === 'known') {
      counts[item.fate.isOurs ? 'added' : 'known'] += 1;
      if (item.fate.isOurs) counts.photos += found.photos.length;
      continue;
    }
    try {
      const order = await orderOf(work, item);
      if (order) waiting.push({ item, order });
    } catch (error) {
      if (!isOfRow(error)) throw error;
      refuse(row, { reason: '照片对不上', detail: `：${error.message}` });
    }
  }
  const outcomes = new Map(
    (
      await performMany(
        house.tools,
        actor,
        waiting.map(({ order }) => order),
      )
    ).map((outcome) => [outcome.requestId, outcome]),
  );
  for (const { item, order } of waiting) {
    const outcome = outcomes.get(order.requestId);
    if (outcome && 'refused' in outcome) refuse(item.row, wordsOf(outcome.refused, item));
    else if (item.fate.kind !== 'known') {
      counts[item.fate.kind] += 1;
      if (item.fate.kind === 'added') counts.photos += item.found.photos.length;
    }
  }
}

/** Notes a group as done, once: a second hand at the same group finds it counted. */
async function noteDone(
  { house: { pool, tools }, actor, load }: Work,
  done: { from: number; to: number; marks: Marks; counts: FindingCounts; reasons: Reasons },
): Promise<void> {
  const isLast = done.to >= load.rows;
  await pool.query(
    `update finding_load set done_rows = $4, counts = $5, reasons = $6, marks = $7,
       status = case when $8 then 'applied' else 'applying' end,
       applied_at = case when $8 then $9::timestamptz else applied_at end
     where district = $1 and id = $2 and done_rows = $3 and status in ('checked', 'applying')`,
    [
      actor.district,
      load.id,
      done.from,
      done.to,
      JSON.stringify(done.counts),
      JSON.stringify(done.reasons.list()),
      JSON.stringify(done.marks),
      isLast,
      tools.now(),
    ],
  );
}

/** The counts at the beginning: what the check refused or found twice stays, everything else is to come. */
function beginCounts(load: FindingLoad, marks: Marks): FindingCounts {
  if (load.doneRows > 0) return { ...load.counts };
  const same = Object.values(marks).filter((mark) => mark === null).length;
  return { ...load.counts, added: 0, changed: 0, known: same, photos: 0 };
}

async function applySlice(house: FindingHouse, actor: Actor, id: string): Promise<FindingLoad> {
  const { pool, tools, dataDir } = house;
  const { district } = actor;
  const load = await getLoad(pool, district, id);
  if (load.status === 'applied') return load;
  checkStatus(load, actor);
  const { rows, marks } = await readContents(house, district, id);
  const archive = await archiveOf(house, load);
  try {
    const counts = beginCounts(load, marks);
    const reasons = new Reasons(load.reasons);
    const work: Work = {
      house,
      uploads: uploadsOn({ pool, directory: `${dataDir}/photos`, now: tools.now }),
      actor,
      load,
      reader: await readerFor(house, district, load, archive),
      archive,
      refuse: (row, refused) => {
        marks[row] = refused;
        counts.refused += 1;
        reasons.add(row, refused);
      },
    };
    const until = performance.now() + sliceMs;
    for (let from = load.doneRows; from < rows.length && performance.now() < until;) {
      const { taken, open } = groupFrom(work, rows.slice(from), marks);
      await applyGroup(work, open, counts);
      await noteDone(work, { from, to: from + taken, marks, counts, reasons });
      from += taken;
    }
  } finally {
    archive?.close();
  }
  const next = await getLoad(pool, district, id);
  if (next.status === 'applied') await removeArchive(dataDir, id);
  return next;
}

/** Does a slice of a load; call again until it says `applied`. Loads of one district take turns. */
export async function applyFindings(
  house: FindingHouse,
  actor: Actor,
  id: string,
): Promise<FindingLoad> {
  await loadFor(house.pool, actor, id);
  return inTurn(turnOf(actor.district), () => applySlice(house, actor, id));
}
