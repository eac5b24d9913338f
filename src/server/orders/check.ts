/**
 * Check 核对: takes a file in, guesses its map, and says of every row what it will be: new, known, changed or
 * refused. Nothing of the ledger changes. Source: issue 5-1.
 */
import { v7 as newId } from 'uuid';
import type { Actor } from '../../domain/access.ts';
import { maskPersonal } from '../../domain/mask.ts';
import { localDay, localTime } from '../../domain/moment.ts';
import {
  maxOrderRows,
  maxWorkbookRows,
  noCounts,
  type OrderCounts,
  type OrderPreviewRow,
  type LoadReason,
} from '../../domain/orderApi.ts';
import {
  fieldOfHeading,
  guessColumns,
  mapProblem,
  orderFieldLabels,
  type OrderMap,
} from '../../domain/orderMap.ts';
import { channelLabels, complaintLabels, urgencyLabels } from '../../domain/channel.ts';
import { Refused } from '../../domain/refused.ts';
import type { Sender } from '../../domain/sender.ts';
import { fieldTitle, type RowRefusal } from '../adapters/reportMap.ts';
import type { House } from '../house.ts';
import { idFrom } from '../idFrom.ts';
import { inTurn } from '../inTurn.ts';
import type { MasterData } from '../masterData.ts';
import { readListFile, type ListKind, type RawRow } from '../sheets/listFile.ts';
import {
  chunkSize,
  dropChunks,
  insertChunk,
  insertLoad,
  knownOf,
  readChunk,
  saveCheck,
  type Chunk,
  type Known,
  type Marks,
  type OrderLoad,
} from './loads.ts';

import {
  changedFields,
  digestsOf,
  readerOf,
  type Digests,
  type OrderInput,
  type OrderReader,
  type OrderVisit,
} from './orderRow.ts';
import { isNews } from './visits.ts';

export type OrderHouse = Pick<House, 'pool' | 'tools'>;

const orderList: ListKind = {
  title: '工单',
  headings: '工单号、内容',
  isHeading: (text) => fieldOfHeading(text) !== undefined,
  maxRows: maxOrderRows,
  maxWorkbookRows,
};

const maxReasons = 100;
const rowsShown = 20;
const previewRows = 6;
const sampleRows = 200;

/** Throws 403 when the role brings no orders in. */
export function checkMayImport({ role }: Pick<Actor, 'role'>): void {
  if (role !== 'desk' && role !== 'shiftLeader')
    throw new Refused(403, 'notYourRole', '只有创城专席和带班长可以导入工单');
}

/** The registered sender. Throws 400 when it is none, or not in use. */
export function senderOf(master: MasterData, code: string): Sender {
  const found = master.senders.get(code);
  if (found?.status !== 'active')
    throw new Refused(400, 'noSender', '来源单位未登记或已停用，请系统管理员先登记');
  return found;
}

export const readerFor = (load: OrderLoad, master: MasterData, now: string): OrderReader =>
  readerOf({ ...load, sender: senderOf(master, load.senderCode), master, now });

/** Counts refusals by reason, the most frequent first. */
export class Reasons {
  private readonly found = new Map<string, LoadReason>();
  constructor(before: readonly LoadReason[] = []) {
    for (const each of before) this.found.set(each.reason, { ...each, rows: [...each.rows] });
  }
  add(row: number, { reason }: RowRefusal): void {
    const known = this.found.get(reason) ?? { reason, count: 0, rows: [] };
    known.count += 1;
    if (known.rows.length < rowsShown) known.rows.push(row);
    this.found.set(reason, known);
  }
  list(): LoadReason[] {
    return [...this.found.values()].sort((a, b) => b.count - a.count).slice(0, maxReasons);
  }
}

export type Fate =
  | { kind: 'added'; reportId: string }
  | { kind: 'changed'; reportId: string; fields: string[]; before: Digests }
  | { kind: 'known'; reportId: string; isOurs: boolean }
  | { kind: 'refused'; refused: RowRefusal };

/** What becomes of a row, by what is there under its number. */
export function fateOf(
  { district, load }: { district: string; load: Pick<OrderLoad, 'id' | 'senderCode'> },
  number: string,
  digests: Digests,
  known: Known | undefined,
): Fate {
  if (!known?.reportId) {
    const begun = known?.lineReportId;
    if (!begun)
      return {
        kind: 'added',
        reportId: idFrom(`order ${district} ${load.senderCode} ${number}`),
      };
    return { kind: 'added', reportId: known.isBack ? idFrom(`${begun} again`) : begun };
  }
  if (known.lineReportId !== known.reportId)
    return {
      kind: 'refused',
      refused: { reason: '这个工单号已由其他途径进入系统，请在来件中核对' },
    };
  const fields = changedFields(known.digests, digests);
  return fields.length > 0
    ? { kind: 'changed', reportId: known.reportId, fields, before: known.digests }
    : { kind: 'known', reportId: known.reportId, isOurs: known.loadId === load.id };
}

interface Seen {
  row: number;
  words: string;
}

/** Reads the rows of a piece, counts what they will be, and gives marks of those that do not go in. */
async function checkChunk(
  { pool, tools }: OrderHouse,
  context: { district: string; load: OrderLoad; reader: OrderReader },
  chunk: Chunk,
  found: { counts: OrderCounts; reasons: Reasons; seen: Map<string, Seen> },
): Promise<Marks> {
  const { counts, reasons, seen } = found;
  const { district, load, reader } = context;
  const marks: Marks = {};
  const refuse = (row: number, refused: RowRefusal): void => {
    marks[row] = refused;
    counts.refused += 1;
    reasons.add(row, refused);
  };
  const open: { row: number; input: OrderInput; visit?: OrderVisit; digests: Digests }[] = [];
  for (const raw of chunk.rows) {
    const read = reader.read(raw);
    if ('refused' in read) {
      refuse(raw.row, read.refused);
      continue;
    }
    const { input, visit } = read;
    const digests = digestsOf(tools.box, input);
    const words = `${Object.values(digests).join('')} ${JSON.stringify(visit ?? null)}`;
    const before = seen.get(input.outsideNumber);
    if (before?.words === words) {
      marks[raw.row] = null;
      counts.known += 1;
    } else if (before)
      refuse(raw.row, {
        reason: '同一工单号在文件里出现多次，内容不同，请只保留一行',
        detail: `（第 ${before.row} 行）`,
      });
    else {
      seen.set(input.outsideNumber, { row: raw.row, words });
      open.push({ row: raw.row, input, ...(visit ? { visit } : {}), digests });
    }
  }
  const numbers = open.map(({ input }) => input.outsideNumber);
  const known = await knownOf(pool, district, load.senderCode, numbers);
  for (const { row, input, visit, digests } of open) {
    const { outsideNumber: number } = input;
    const fate = fateOf({ district, load }, number, digests, known.get(number));
    if (fate.kind === 'refused') refuse(row, fate.refused);
    else if (fate.kind === 'known' && isNews(visit, known.get(number)?.standing ?? null, load.id))
      counts.visited += 1;
    else counts[fate.kind] += 1;
  }
  return marks;
}

async function checkNow(house: OrderHouse, actor: Actor, load: OrderLoad): Promise<OrderLoad> {
  const { pool, tools } = house;
  const { district } = actor;
  const counts = { ...noCounts };
  const problem = mapProblem(load.map, load.head);
  const reasons = new Reasons();
  const reader = readerFor(load, await tools.master.of(district), tools.now());
  const seen = new Map<string, Seen>();
  const marks: Marks[] = [];
  for (let n = 0; n < load.chunks && !problem; n++) {
    const chunk = await readChunk(pool, tools.box, district, load.id, n);
    if (!chunk) throw new Refused(409, 'expired', '文件保存期已过，请重新上传');
    marks.push(
      await checkChunk(house, { district, load, reader }, chunk, { counts, reasons, seen }),
    );
  }
  const checked = { ...load, counts, reasons: reasons.list(), found: reader.found };
  await saveCheck(pool, district, checked, marks);
  return checked;
}

/**
 * Checks every row of a load with its map and keeps what was found, all or nothing. Nothing else is written. Takes
 * the turn of the sender's loads; throws 409 when applying was faster.
 */
export const checkLoad = (house: OrderHouse, actor: Actor, load: OrderLoad): Promise<OrderLoad> =>
  inTurn(`orders ${actor.district} ${load.senderCode}`, () => checkNow(house, actor, load));

/** The map remembered of a sender where the file has all its columns, else a guess. */
function mapFor(
  sender: Sender,
  head: readonly string[],
  sample: readonly RawRow[],
): { map: OrderMap; isRemembered: boolean } {
  if (sender.orderMap && mapProblem(sender.orderMap, head) === undefined)
    return { map: sender.orderMap, isRemembered: true };
  const columns = guessColumns(
    head,
    sample.map(({ cells }) => cells),
  );
  return { map: { columns, values: sender.orderMap?.values ?? {} }, isRemembered: false };
}

export interface Upload {
  path: string;
  fileName: string;
  sha256: string;
  size: number;
}

/** Takes a file in, encrypted in pieces, and checks it with the map remembered or guessed. */
export async function takeIn(
  house: OrderHouse,
  actor: Actor,
  senderCode: string,
  upload: Upload,
): Promise<OrderLoad> {
  checkMayImport(actor);
  const { pool, tools } = house;
  const { district, personId } = actor;
  const sender = senderOf(await tools.master.of(district), senderCode);
  const id = newId();
  const sample: RawRow[] = [];
  let chunks = 0;
  try {
    const file = await readListFile(upload.path, orderList, chunkSize, async (rows) => {
      if (sample.length === 0) sample.push(...rows.slice(0, sampleRows));
      await insertChunk(pool, tools.box, district, id, chunks, rows);
      chunks += 1;
    });
    const { map, isRemembered } = mapFor(sender, file.head, sample);
    const load: OrderLoad = {
      id,
      senderCode,
      personId,
      createdAt: tools.now(),
      fileName: upload.fileName,
      sha256: upload.sha256,
      size: upload.size,
      form: file.form,
      status: 'checked',
      head: file.head,
      profile: file.profile,
      map,
      isHistoric: false,
      rows: file.rows,
      chunks,
      doneChunks: 0,
      counts: noCounts,
      found: {},
      reasons: [],
      notes: [
        ...file.notes,
        isRemembered ? '用的是这个来源上次的列对照' : '列对照是按表头猜的，请核对',
      ],
      appliedAt: null,
      undoneAt: null,
    };
    await insertLoad(pool, district, load);
    return await checkLoad(house, actor, load);
  } catch (error) {
    // Whatever went wrong: nobody can come back to these pieces, and they hold personal data.
    await dropChunks(pool, district, id).catch(() => undefined);
    throw error;
  }
}

const labels: Record<string, Record<string, string>> = {
  channel: channelLabels,
  kind: complaintLabels,
  urgency: urgencyLabels,
};

/** 王某某 → 王**; a phone keeps its ends. */
function shown(field: string, value: unknown, master: MasterData): string {
  if (field === 'isConfidential') return value === true ? '是' : '否';
  const text = String(value as string);
  if (field === 'complainantName') return `${text.slice(0, 1)}**`;
  if (field === 'complainantPhone')
    return text.length > 6 ? `${text.slice(0, 3)}****${text.slice(-2)}` : '****';
  if (field === 'claimedAt') return `${localDay(text)} ${localTime(text)}`;
  if (field === 'areaCode') return master.areas.get(text)?.name ?? text;
  return labels[field]?.[text] ?? maskPersonal(text);
}

const hidden = new Set(['senderCode', 'isHistoric']);

/** The first rows as they will be, personal data masked. */
export function previewOf(
  load: OrderLoad,
  chunk: Chunk | undefined,
  master: MasterData,
  now: string,
): OrderPreviewRow[] {
  if (!chunk || mapProblem(load.map, load.head)) return [];
  const reader = readerFor(load, master, now);
  return chunk.rows.slice(0, previewRows).map((raw) => {
    const read = reader.read(raw);
    if ('refused' in read) {
      const { reason, detail = '' } = read.refused;
      return { row: raw.row, fields: [], refusal: `${reason}${detail}` };
    }
    const { outsideNumber, ...others } = read.input;
    const fields = Object.entries({ outsideNumber, ...others })
      .filter(([field]) => !hidden.has(field))
      .map(([field, value]) => ({
        title: field === 'outsideNumber' ? orderFieldLabels.outsideNumber : fieldTitle(field),
        value: shown(field, value, master),
      }));
    const mark = chunk.marks[raw.row];
    return { row: raw.row, fields, refusal: mark ? `${mark.reason}${mark.detail ?? ''}` : null };
  });
}
