/**
 * Check 核对: takes a table of findings in, and a zip of photos for it, and says of every row what it will be: new,
 * known, changed or refused. Nothing of the ledger changes. Source: issue 5-4.
 */
import { rename, stat } from 'node:fs/promises';
import type { Pool } from 'pg';
import { v7 as newId } from 'uuid';
import sharp from 'sharp';
import type { Actor } from '../../domain/access.ts';
import { findingRecorders } from '../../domain/finding.ts';
import { maxFindingRows, noFindingCounts, type FindingCounts } from '../../domain/findingApi.ts';
import { findingColumns, findingFieldOf } from '../../domain/findingColumns.ts';
import { maskPersonal } from '../../domain/mask.ts';
import { Refused } from '../../domain/refused.ts';
import type { RowRefusal } from '../adapters/reportMap.ts';
import { idFrom } from '../idFrom.ts';
import { inTurn } from '../inTurn.ts';
import { Reasons } from '../orders/check.ts';
import { findKind } from '../photos/photoKind.ts';
import { readListFile, type ListKind, type RawRow } from '../sheets/listFile.ts';
import { inSlices } from '../slices.ts';
import { openArchive, unnamedNote, type Archive, type ArchivePhoto } from './archive.ts';
import { readerOf, type FindingReader, type FindingRow } from './findingRow.ts';
import { previewOf } from './preview.ts';
import {
  archivePath,
  getLoad,
  insertLoad,
  knownOf,
  readContents,
  removeArchive,
  removeOlderArchives,
  saveCheck,
  turnOf,
  type Contents,
  type FindingHouse,
  type FindingLoad,
  type Known,
} from './loads.ts';

const findingList: ListKind = {
  title: '测评发现',
  headings: '点位、检查项目、照片',
  isHeading: (text) => findingFieldOf(text) !== undefined,
  maxRows: maxFindingRows,
  maxWorkbookRows: maxFindingRows,
};

/** Throws 403 when the role brings no findings in. */
export function checkMayImport({ role }: Pick<Actor, 'role'>): void {
  if (!findingRecorders.includes(role))
    throw new Refused(403, 'notYourRole', '只有测评员、督查员和创城专席可以导入测评发现');
}

/** A load this person may see: an assessor their own, the others all. Throws 404. */
export async function loadFor(pool: Pool, actor: Actor, id: string): Promise<FindingLoad> {
  checkMayImport(actor);
  const load = await getLoad(pool, actor.district, id);
  if (actor.role === 'assessor' && load.personId !== actor.personId)
    throw new Refused(404, 'notFound', '没有这次导入，请刷新列表');
  return load;
}

/** The zip of a load, opened; null when it has none. Throws 409 when it was dropped. */
export async function archiveOf(
  { dataDir }: Pick<FindingHouse, 'dataDir'>,
  { id, archive }: Pick<FindingLoad, 'id' | 'archive'>,
): Promise<Archive | null> {
  if (!archive) return null;
  const path = archivePath(dataDir, id);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) throw new Refused(409, 'expired', '照片压缩包的保存期已过，请重新上传表格和照片');
  return openArchive(path);
}

/** A reader for the rows of a load. Throws 400 when its head cannot be read. */
export async function readerFor(
  { tools }: FindingHouse,
  district: string,
  { head, profile }: FindingLoad,
  archive: Archive | null,
): Promise<FindingReader> {
  const { places, problem } = findingColumns(head);
  if (problem) throw new Refused(400, 'badHead', problem);
  const master = await tools.master.of(district);
  return readerOf({
    columns: places,
    head,
    profile,
    archive,
    box: tools.box,
    master,
    now: tools.now(),
  });
}

export type Fate =
  | { kind: 'added'; id: string }
  | { kind: 'changed'; id: string; fields: Record<string, unknown> }
  | { kind: 'known'; isOurs: boolean };

/** What is said otherwise than before; photos and place of a known row are left as they are. */
function changedIn({ input }: FindingRow, known: Known): Record<string, unknown> {
  const words = input.words === undefined ? undefined : maskPersonal(input.words as string);
  return {
    ...(input.item === known.item ? {} : { item: input.item }),
    ...(words === undefined || words === known.words ? {} : { words: input.words }),
    ...(input.measure === undefined || input.measure === known.measure
      ? {}
      : { measure: input.measure }),
    ...(input.measureUnit === undefined || input.measureUnit === known.measureUnit
      ? {}
      : { measureUnit: input.measureUnit }),
  };
}

/** What becomes of a row, by what is there under its key. */
export function fateOf(loadId: string, row: FindingRow, known: Known | undefined): Fate {
  if (!known) return { kind: 'added', id: idFrom(`finding ${loadId} ${row.key}`) };
  const fields = changedIn(row, known);
  return Object.keys(fields).length > 0
    ? { kind: 'changed', id: known.id, fields }
    : { kind: 'known', isOurs: known.loadId === loadId };
}

/** Looks at the bytes of each photo once: is it one, and not too large; a broken one shows when it is kept. */
function photoChecks(archive: Archive | null): (photo: ArchivePhoto) => Promise<string | null> {
  const known = new Map<number, string | null>();
  const look = async ({ n, name }: ArchivePhoto): Promise<string | null> => {
    try {
      const bytes = await archive?.read(n);
      const found = bytes && findKind(bytes);
      if (!bytes || !found || 'problem' in found)
        return `“${name}”的内容不是 JPEG、PNG、WebP 或 HEIC 照片，与文件名不符或已损坏`;
      if (found.kind === 'heic') return null;
      const { format } = await sharp(bytes, { limitInputPixels: false }).metadata();
      return format === found.kind ? null : `“${name}”已损坏，请换一张`;
    } catch (error) {
      return error instanceof Refused ? error.message : `“${name}”已损坏，请换一张`;
    }
  };
  return async (photo) => {
    const before = known.get(photo.n);
    if (before !== undefined) return before;
    const problem = await look(photo);
    known.set(photo.n, problem);
    return problem;
  };
}

/** One after the other: each photo may be of 20 MB. */
async function firstProblem(
  photos: readonly ArchivePhoto[],
  problemOf: (photo: ArchivePhoto) => Promise<string | null>,
): Promise<string | null> {
  for (const photo of photos) {
    const problem = await problemOf(photo);
    if (problem !== null) return problem;
  }
  return null;
}

interface Checked {
  contents: Contents;
  counts: FindingCounts;
  reasons: Reasons;
  /** Photos of the zip that rows name. */
  named: Set<number>;
}

/** Reads all rows, marks those that do not go in, and counts what the others will be. */
async function checkRows(
  { pool }: FindingHouse,
  { district, load }: { district: string; load: FindingLoad },
  rows: RawRow[],
  reader: FindingReader,
  archive: Archive | null,
): Promise<Checked> {
  const checked: Checked = {
    contents: { rows, marks: {} },
    counts: { ...noFindingCounts },
    reasons: new Reasons(),
    named: new Set(),
  };
  const { counts, reasons, named, contents } = checked;
  const refuse = (row: number, refused: RowRefusal): void => {
    contents.marks[row] = refused;
    counts.refused += 1;
    reasons.add(row, refused);
  };
  const problemOf = photoChecks(archive);
  const seen = new Map<string, { row: number; words: string }>();
  const open: { row: number; found: FindingRow }[] = [];
  const rest = inSlices();
  for (const raw of rows) {
    await rest();
    const found = reader.read(raw);
    if ('refused' in found) {
      refuse(raw.row, found.refused);
      continue;
    }
    for (const { n } of found.photos) named.add(n);
    const words = JSON.stringify(found.input);
    const before = seen.get(found.key);
    if (before?.words === words) {
      contents.marks[raw.row] = null;
      counts.known += 1;
      continue;
    }
    if (before) {
      refuse(raw.row, {
        reason: '同一编号在文件里出现多次，内容不同，请只保留一行',
        detail: `（第 ${before.row} 行）`,
      });
      continue;
    }
    seen.set(found.key, { row: raw.row, words });
    const problem = await firstProblem(found.photos, problemOf);
    if (problem) refuse(raw.row, { reason: '照片对不上', detail: `：${problem}` });
    else open.push({ row: raw.row, found });
  }
  const known = await knownOf(
    pool,
    district,
    open.map(({ found }) => found.key),
  );
  for (const { found } of open) {
    const fate = fateOf(load.id, found, known.get(found.key));
    counts[fate.kind] += 1;
    if (fate.kind === 'added') counts.photos += found.photos.length;
  }
  return checked;
}

/** What a person should know of the table as a whole. */
function tableNotes({ head, profile }: FindingLoad): string[] {
  const { places, unused } = findingColumns(head);
  return [
    ...profile.notes,
    ...(unused.length > 0 ? [`没有用到的列：${unused.slice(0, 10).join('、')}`] : []),
    ...(places.number ? [] : ['没有“编号”列：内容完全相同的行视为同一条']),
    ...(places.foundAt ? [] : ['没有“检查时间”列：按导入的时间登记，隔天再次上传会重复登记']),
  ];
}

/** Checks every row of a load with its zip and keeps what was found. Nothing else is written. */
export async function checkLoad(
  house: FindingHouse,
  district: string,
  load: FindingLoad,
): Promise<FindingLoad> {
  const { rows } = await readContents(house, district, load.id);
  const archive = await archiveOf(house, load);
  try {
    const reader = await readerFor(house, district, load, archive);
    const checked = await checkRows(house, { district, load }, rows, reader, archive);
    const { tools } = house;
    const next: FindingLoad = {
      ...load,
      preview: previewOf(checked.contents, reader, await tools.master.of(district), tools.now()),
      counts: checked.counts,
      reasons: checked.reasons.list(),
      notes: [
        ...tableNotes(load),
        ...(archive ? [...archive.notes, ...unnamedNote(archive.photos, checked.named)] : []),
      ],
    };
    await saveCheck(house.pool, district, next, checked.contents.marks);
    return next;
  } finally {
    archive?.close();
  }
}

export interface Upload {
  path: string;
  fileName: string;
  sha256: string;
  size: number;
}

/** Takes a table in, encrypted, and checks it. Throws {@link Refused} when it cannot be used at all. */
export async function takeIn(
  house: FindingHouse,
  actor: Actor,
  upload: Upload,
): Promise<FindingLoad> {
  checkMayImport(actor);
  const { district, personId } = actor;
  const rows: RawRow[] = [];
  const file = await readListFile(upload.path, findingList, maxFindingRows, async (piece) => {
    rows.push(...piece);
  });
  const { problem } = findingColumns(file.head);
  if (problem) throw new Refused(400, 'badHead', problem);
  const load: FindingLoad = {
    id: newId(),
    personId,
    createdAt: house.tools.now(),
    fileName: upload.fileName,
    sha256: upload.sha256,
    size: upload.size,
    form: file.form,
    status: 'checked',
    head: file.head,
    profile: { ...file.profile, notes: file.notes },
    rows: file.rows,
    doneRows: 0,
    archive: null,
    counts: noFindingCounts,
    reasons: [],
    notes: [],
    preview: [],
    appliedAt: null,
    undoneAt: null,
  };
  await insertLoad(house, district, load, { rows, marks: {} });
  return checkLoad(house, district, load);
}

/** Puts a zip that has arrived in its place and checks the rows with it. Throws {@link Refused}. */
export async function takeArchive(
  house: FindingHouse,
  actor: Actor,
  load: FindingLoad,
  upload: Upload,
): Promise<FindingLoad> {
  const { fileName, sha256, size, path } = upload;
  const archive = await openArchive(path);
  const photos = archive.photos.length;
  archive.close();
  if (photos === 0) throw new Refused(400, 'noPhotos', '压缩包里没有照片，请检查后重新上传');
  // Applying waits meanwhile, and whoever has begun it keeps the zip it began with.
  return inTurn(turnOf(actor.district), async () => {
    const now = await getLoad(house.pool, actor.district, load.id);
    if (now.status !== 'checked')
      throw new Refused(409, 'begun', '已经开始导入，不能再换照片压缩包，请刷新页面');
    await rename(path, archivePath(house.dataDir, now.id));
    await removeOlderArchives(house, actor, now.id);
    try {
      const next = { ...now, archive: { fileName, sha256, size, photos } };
      return await checkLoad(house, actor.district, next);
    } catch (error) {
      if (error instanceof Refused && !now.archive) await removeArchive(house.dataDir, now.id);
      throw error;
    }
  });
}
