/**
 * Preview of a sheet: reads a file, compares it with the ledger, tries every change without writing it, and
 * keeps what it found. Every refusal there would be stands in it, with row and reason. Source: issue 4-6.
 */
import { v7 as newId } from 'uuid';
import type { Actor } from '../../domain/access.ts';
import type { Moment } from '../../domain/moment.ts';
import { getNoun } from '../../domain/nouns.ts';
import { Refused } from '../../domain/refused.ts';
import { SheetItemKind, type SheetCounts } from '../../domain/sheetApi.ts';
import { cellText, type SheetNames } from '../../domain/sheetColumn.ts';
import {
  cellsOf,
  headOf,
  sheetFlats,
  type Sheet,
  type SheetProblem,
  type SheetRow,
  type Value,
} from '../../domain/sheet.ts';
import { mayLoad, maxSheetRows } from '../../domain/sheetList.ts';
import type { House } from '../house.ts';
import type { MasterData } from '../masterData.ts';
import { performMany } from '../perform.ts';
import { addedId, diffView, problemItem, type DiffItem } from './diff.ts';
import { ledgerOf } from './ledger.ts';
import { expireLoads, insertLoad, type Load } from './loads.ts';
import { namesOf } from './names.ts';
import { stepsOf } from './orders.ts';
import { readSheetFile, type FileTable } from './sheetFile.ts';

/** Problems kept of one file; nobody reads more, and the first ones tell why. */
const maxProblems = 20_000;

/** Of so many missing records it is tried whether each may be retired; of more, when they are. */
const maxTriedRetires = 500;

/** Throws 403 when the role brings nothing of this sheet in. */
export function checkMayLoad(sheet: Sheet, actor: Actor): void {
  if (!mayLoad(sheet, actor.role))
    throw new Refused(403, 'notYourRole', `您的岗位不能导入导出${sheet.title}表格`);
}

/** The rows of a file by column, and what the file itself already shows to be wrong. */
function rowsIn(sheet: Sheet, table: FileTable): { rows: SheetRow[]; problems: SheetProblem[] } {
  const { keys, problems } = headOf(sheet, table.head);
  if (problems.length > 0) throw new Refused(400, 'badHead', `${problems.join('；')}。`);
  const titleAt = (at: number): string =>
    sheet.columns.find(({ key }) => key === keys[at])?.title ?? `第 ${at + 1} 列`;
  return {
    rows: table.rows.map(({ row, cells }) => ({
      row,
      cells: Object.fromEntries(
        cells.flatMap((cell, at) => {
          const key = keys[at];
          return key === undefined ? [] : [[key, cell] as const];
        }),
      ),
    })),
    problems: table.problems.map(({ row, at, message }) => ({
      row,
      column: titleAt(at),
      message,
    })),
  };
}

/** Units and people that the file adds, by code: other rows may name them. */
function namesWith(
  sheet: Sheet,
  rows: readonly SheetRow[],
  master: MasterData,
  actor: Actor,
  loadId: string,
): SheetNames {
  const noun = sheet.views[0]?.noun;
  const key = sheet.columns.find(({ isKey }) => isKey)?.key ?? '';
  if ((noun !== 'unit' && noun !== 'person') || !getNoun(noun).actions.add?.by.includes(actor.role))
    return namesOf(master);
  const known = new Set(
    noun === 'unit'
      ? [...master.units.values()].map(({ code }) => code)
      : [...master.persons.values()].map(({ login }) => login),
  );
  const added = new Map<string, string>();
  for (const { cells } of rows) {
    const code = cellText(cells[key] ?? { text: '' }, 'code');
    if (code !== '' && !known.has(code)) added.set(code, addedId(loadId, noun, code));
  }
  return namesOf(master, { [noun]: added });
}

interface FieldProblem {
  field: string;
  message: string;
}

/** A refusal of an action in the words of the sheet: which columns, and what is wrong with them. */
export function refusalWords(sheet: Sheet, refused: Refused): { column: string; message: string } {
  const fields = (refused.details?.fields ?? []) as FieldProblem[];
  const titled = fields.map(({ field, message }) => {
    const parts = field.split('.').reverse();
    const column = sheet.columns.find(({ key }) => parts.includes(key));
    return { column: column?.title ?? '', message };
  });
  const [first] = titled;
  if (!first) return { column: '', message: refused.message };
  const others = titled.slice(1).map(({ column, message }) => `${column}${message}`);
  return { column: first.column, message: [first.message, ...others].join('；') };
}

/** Tries all that would be done; what is refused says so in its item. */
async function tryOut(
  house: Pick<House, 'tools'>,
  actor: Actor,
  sheet: Sheet,
  loadId: string,
  items: readonly DiffItem[],
): Promise<DiffItem[]> {
  const goneCount = items.filter(({ kind }) => kind === 'gone').length;
  const retire = goneCount > maxTriedRetires ? new Set<string>() : ('all' as const);
  const steps = stepsOf(loadId, items, { retire, validFrom: null });
  const outcomes = await performMany(
    house.tools,
    actor,
    steps.map(({ order }) => order),
    { isTrial: true },
  );
  const refused = new Map(
    outcomes.flatMap((outcome) =>
      'refused' in outcome ? [[outcome.requestId, outcome.refused] as const] : [],
    ),
  );
  const byItem = new Map(
    steps.flatMap(({ item, order }) => {
      const found = refused.get(order.requestId);
      return found ? [[item, found] as const] : [];
    }),
  );
  return items.map((item) => {
    const found = byItem.get(item);
    if (!found) return item;
    const words = refusalWords(sheet, found);
    return item.kind === 'gone'
      ? { ...item, action: null, message: words.message }
      : { ...item, kind: 'refused', ...words };
  });
}

const countsOf = (items: readonly DiffItem[]): SheetCounts => {
  const counts = Object.fromEntries(SheetItemKind.options.map((kind) => [kind, 0]));
  for (const { kind } of items) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts as SheetCounts;
};

/** What a refused row is called by: its first two filled cells; the system's own numbers tell nobody anything. */
const rowWords = (sheet: Sheet, row: SheetRow | undefined): string =>
  sheet.columns
    .map(({ key, form }) => (key === 'id' ? '' : cellText(row?.cells[key] ?? { text: '' }, form)))
    .filter(Boolean)
    .slice(0, 2)
    .join(' ');

function notesOf(table: FileTable, baseCount: number, problemCount: number): string[] {
  return [
    ...(table.hiddenCount > 0
      ? [`文件里有 ${table.hiddenCount} 行是隐藏的（可能因为筛选），也已读入`]
      : []),
    ...(baseCount > 0 ? [`有 ${baseCount} 条基础标准不在文件里，不受影响`] : []),
    ...(problemCount > maxProblems
      ? [`共 ${problemCount} 处不对，只列出前 ${maxProblems} 处`]
      : []),
  ];
}

export interface Upload {
  path: string;
  fileName: string;
  sha256: string;
  size: number;
}

/** Reads and compares a file and keeps the result; nothing of the ledger changes. */
export async function previewSheet(
  house: Pick<House, 'pool' | 'tools'>,
  actor: Actor,
  sheet: Sheet,
  upload: Upload,
): Promise<Load> {
  checkMayLoad(sheet, actor);
  const { pool, tools } = house;
  const { district, personId } = actor;
  const now = tools.now();
  const table = await readSheetFile(upload.path, sheet.title, maxSheetRows);
  const { rows, problems } = rowsIn(sheet, table);
  const loadId = newId();
  const names = namesWith(sheet, rows, await tools.master.of(district), actor, loadId);
  const items: DiffItem[] = [];
  let baseCount = 0;
  for (const view of sheet.views) {
    const ledger = await ledgerOf(pool, view, { district, at: now, names });
    const found = diffView({ sheet, view, actor, names, loadId }, rows, ledger);
    items.push(...found.items);
    problems.push(...found.problems);
    baseCount += found.baseCount;
  }
  const tried = await tryOut(house, actor, sheet, loadId, items);
  const once = new Map(
    problems.map((each) => [`${each.row} ${each.column} ${each.message}`, each]),
  );
  const noun = sheet.views[0]?.noun ?? '';
  const byRow = new Map(rows.map((each) => [each.row, each]));
  const wrong = [...once.values()]
    .slice(0, maxProblems)
    .map((each) => problemItem(noun, each, rowWords(sheet, byRow.get(each.row))));
  const diff = [...tried, ...wrong];
  const load: Load = {
    id: loadId,
    sheet: sheet.name,
    personId,
    createdAt: now,
    fileName: upload.fileName,
    sha256: upload.sha256,
    size: upload.size,
    status: 'previewed',
    counts: countsOf(diff),
    notes: notesOf(table, baseCount, once.size),
    appliedAt: null,
    undoneAt: null,
  };
  await expireLoads(pool, district, now);
  await insertLoad(pool, district, load, diff);
  return load;
}

/** The rows of a sheet as it stands at a moment: what goes out. */
export async function sheetLines(
  { pool, tools }: Pick<House, 'pool' | 'tools'>,
  actor: Actor,
  sheet: Sheet,
  at: Moment,
): Promise<{ lines: string[][]; names: SheetNames }> {
  checkMayLoad(sheet, actor);
  const { district } = actor;
  const names = namesOf(await tools.master.of(district));
  const values = new Map<string, Value[]>();
  for (const view of sheet.views) {
    const { active } = await ledgerOf(pool, view, { district, at, names });
    const list = active.map(({ value }) => value);
    values.set(view.noun, list);
  }
  const flats = sheetFlats(sheet, (noun) => values.get(noun) ?? [], names);
  return { lines: flats.map((flat) => cellsOf(sheet, flat, names)), names };
}
