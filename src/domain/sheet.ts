/**
 * Sheet 表格: master data as rows that go out, are edited in a spreadsheet and come back. A sheet has one
 * view for each noun it shows; a view ties rows to records by a key, one row or several to a record.
 * Reading and writing are pure and undo each other. Source: issue 4-6.
 */
import type { NounName } from './nouns.ts';
import { cellText, safeText, type Cell, type Column, type SheetNames } from './sheetColumn.ts';

/** What one row says, by column key. */
export type Flat = Record<string, unknown>;
/** What the sheet says of one record: the fields an action may be told. */
export type Value = Record<string, unknown>;

export interface View {
  noun: NounName;
  /** Keys of the columns this noun is made from. */
  columns: readonly string[];
  /** The fields of the record that the sheet shows. */
  fields: readonly string[];
  /** Several rows may speak of one record. */
  isMany?: boolean;
  /** The row says nothing of this noun. */
  isSkipped?(flat: Flat): boolean;
  /** What the row calls the record by. */
  keyOf(flat: Flat, names: SheetNames): string;
  /** Everything a record may be called by. */
  keysOf(value: Value, names: SheetNames): readonly string[];
  /** The record in words, for the preview. */
  labelOf(value: Value, names: SheetNames): string;
  /** Which part of the record a row is (“立案条件 2”), for the preview; '' when there is one row. */
  partOf?(flat: Flat): string;
  split(value: Value, names: SheetNames): Flat[];
  /** A problem is said of the record's first row. `before`: the record as it stands. */
  join(
    flats: readonly Flat[],
    before: Value | undefined,
    names: SheetNames,
  ): { value: Value } | { problem: string };
  /** The fields as the actions call them. */
  inputOf(value: Value): Record<string, unknown>;
  /** Whether what is missing from the sheet may be retired by it. */
  isRetirable: boolean;
}

export interface Sheet {
  name: string;
  title: string;
  /** Sentences above the explanations of the columns. */
  explain: readonly string[];
  columns: readonly Column[];
  views: readonly View[];
  /** The rows of a sheet whose views share rows; left out: those of its only view. */
  flats?(records: (noun: NounName) => readonly Value[]): Flat[];
}

export interface SheetRow {
  /** As a spreadsheet counts; the head is row 1. */
  row: number;
  cells: Record<string, Cell>;
}

export interface SheetProblem {
  row: number;
  /** The column's title; '' when it is about the whole row. */
  column: string;
  message: string;
}

/** A record as the sheet would have it. */
export interface Wanted {
  key: string;
  rows: number[];
  value: Value;
}

/** A view whose columns are the record's own fields, one row to a record. */
export const plainView = (
  noun: NounName,
  columns: readonly string[],
  parts: Pick<View, 'keyOf' | 'keysOf' | 'labelOf'> & Partial<View>,
): View => ({
  noun,
  columns,
  fields: columns,
  split: (value) => [value],
  join: ([flat = {}]) => ({ value: flat }),
  inputOf: (value) => value,
  isRetirable: true,
  ...parts,
});

/** Of a record what the sheet shows. */
export const valueOf = (view: View, record: Record<string, unknown>): Value =>
  Object.fromEntries(view.fields.map((field) => [field, record[field] ?? null]));

/** The cells of a row, in the order of the columns, safe to be opened by a spreadsheet. */
export const cellsOf = (sheet: Sheet, flat: Flat, names: SheetNames): string[] =>
  sheet.columns.map((column) => safeText(column.write(flat[column.key], names)));

/** All rows of a sheet. `records`: the values of each noun that are in use. */
export function sheetFlats(
  sheet: Sheet,
  records: (noun: NounName) => readonly Value[],
  names: SheetNames,
): Flat[] {
  if (sheet.flats) return sheet.flats(records);
  return sheet.views.flatMap((view) =>
    records(view.noun).flatMap((value) => view.split(value, names)),
  );
}

interface ReadRow {
  row: number;
  flat: Flat;
  isBad: boolean;
}

const zerosHint = '（如前面有 0，请把这一列设为文本后重填）';

/** The code a spreadsheet cut the zeros from: 1 for 001. */
const lostZeros = (text: string, known: readonly string[]): string | undefined =>
  known.find((key) => key !== text && /^0+/.test(key) && key.replace(/^0+/, '') === text);

const columnsOf = (sheet: Sheet, view: View): Column[] =>
  sheet.columns.filter(({ key, isShownOnly }) => !isShownOnly && view.columns.includes(key));

/** One row by its columns. `known`: codes there are, to recognize one whose zeros are lost. */
function readRow(
  columns: readonly Column[],
  { row, cells }: SheetRow,
  names: SheetNames,
  known: readonly string[],
  problems: SheetProblem[],
): ReadRow {
  const flat: Flat = {};
  let isBad = false;
  for (const column of columns) {
    const cell = cells[column.key] ?? { text: '' };
    const text = cellText(cell, column.form);
    if (text === '') {
      flat[column.key] = undefined;
      continue;
    }
    const lost = cell.isNumber && column.isKey ? lostZeros(text, known) : undefined;
    const read = lost
      ? { problem: `“${text}”丢了前面的 0（台账中是“${lost}”），请把这一列设为文本后重填` }
      : column.read(text, names);
    if ('value' in read) flat[column.key] = read.value;
    else {
      isBad = true;
      flat[column.key] = '';
      const hint = cell.isNumber && column.form === 'code' && !lost ? zerosHint : '';
      problems.push({ row, column: column.title, message: `${read.problem}${hint}` });
    }
  }
  return { row, flat, isBad };
}

/** Equal whatever the order of fields; a database keeps its own. */
const sorted = (_key: string, value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one, sorted) === JSON.stringify(other, sorted);

/** The rows of one record with their shared cells made equal: the first that is filled holds for all. */
function shared(view: View, sheet: Sheet, rows: ReadRow[], problems: SheetProblem[]): boolean {
  let isGood = true;
  for (const column of columnsOf(sheet, view)) {
    const filled = rows.filter(({ flat }) => flat[column.key] !== undefined);
    const first = filled[0];
    if (!column.isPart && first) {
      const odd = filled.find(({ flat }) => !same(flat[column.key], first.flat[column.key]));
      if (odd) {
        problems.push({
          row: odd.row,
          column: column.title,
          message: `与第 ${first.row} 行不一致；同一${sheet.title}的各行须相同，后面的行可以留空`,
        });
        isGood = false;
      }
      for (const { flat } of rows) flat[column.key] = first.flat[column.key];
    }
    for (const { row, flat } of rows) {
      if (flat[column.key] !== undefined) continue;
      if (column.isRequired) {
        problems.push({ row, column: column.title, message: `请填写${column.title}` });
        isGood = false;
      }
      flat[column.key] = 'empty' in column ? column.empty : null;
    }
  }
  return isGood;
}

/**
 * Reads rows into the records of one view. `before`: the record a key names as it stands, with its id.
 * A row with a problem is left out, and so is every record it would be part of; `spoken` has the ids (or
 * keys) of all records the rows name, good or bad.
 */
export function readView(
  sheet: Sheet,
  view: View,
  rows: readonly SheetRow[],
  names: SheetNames,
  ledger: { known: readonly string[]; find(key: string): { id: string; value: Value } | undefined },
): { wanted: Wanted[]; problems: SheetProblem[]; spoken: ReadonlySet<string> } {
  const problems: SheetProblem[] = [];
  const columns = columnsOf(sheet, view);
  const groups = new Map<string, ReadRow[]>();
  const bad = new Set<string>();
  for (const item of rows) {
    const read = readRow(columns, item, names, ledger.known, problems);
    if (view.isSkipped?.(read.flat)) continue;
    const unnamed = columns.find(
      ({ key, isKey, isRequired }) => isKey && isRequired && (read.flat[key] ?? '') === '',
    );
    if (unnamed) {
      if (!read.isBad)
        problems.push({ row: item.row, column: unnamed.title, message: `请填写${unnamed.title}` });
      continue;
    }
    const key = view.keyOf(read.flat, names);
    const name = ledger.find(key)?.id ?? key;
    if (read.isBad) bad.add(name);
    const group = groups.get(name);
    if (!group) groups.set(name, [read]);
    else if (view.isMany) group.push(read);
    else {
      const message = `与第 ${group[0]?.row ?? 0} 行重复，请只留一行`;
      problems.push({ row: item.row, column: '', message });
      bad.add(name);
    }
  }
  const wanted: Wanted[] = [];
  for (const [name, group] of groups) {
    // A row that stands alone is told everything at once, what is missing besides what is wrong.
    const isBad = bad.has(name);
    if ((isBad && view.isMany) || !shared(view, sheet, group, problems) || isBad) continue;
    const flats = group.map(({ flat }) => flat);
    const key = view.keyOf(flats[0] as Flat, names);
    const joined = view.join(flats, ledger.find(key)?.value, names);
    const first = group[0]?.row ?? 0;
    if ('problem' in joined) problems.push({ row: first, column: '', message: joined.problem });
    else wanted.push({ key, rows: group.map(({ row }) => row), value: joined.value });
  }
  return { wanted, problems, spoken: new Set(groups.keys()) };
}

/** The record cell by cell, by what each is called: “名称”, “立案条件 2 时限”. */
function linesOf(
  sheet: Sheet,
  view: View,
  value: Value,
  names: SheetNames,
  isNew: boolean,
): Map<string, string> {
  const lines = new Map<string, string>();
  for (const flat of view.split(value, names)) {
    const part = view.partOf?.(flat) ?? '';
    for (const column of columnsOf(sheet, view)) {
      if (column.isKey && !isNew) continue;
      const title = column.isPart && part ? `${part} ${column.title}` : column.title;
      lines.set(title, column.write(flat[column.key], names));
    }
  }
  return lines;
}

export interface FieldChange {
  title: string;
  before: string;
  after: string;
}

/** What differs between two states of a record, in the words of the sheet. `before` undefined: new. */
export function changesBetween(
  sheet: Sheet,
  view: View,
  before: Value | undefined,
  after: Value,
  names: SheetNames,
): FieldChange[] {
  const old = before ? linesOf(sheet, view, before, names, false) : new Map<string, string>();
  const now = linesOf(sheet, view, after, names, before === undefined);
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((title) => {
    const change = { title, before: old.get(title) ?? '', after: now.get(title) ?? '' };
    return change.before === change.after ? [] : [change];
  });
}

/** The fields that differ, as an action is told them: `before` for going back, `after` for going on. */
export function changedFields(
  view: View,
  before: Value,
  after: Value,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const [old, now] = [view.inputOf(before), view.inputOf(after)];
  const keys = Object.keys(now).filter((key) => !same(old[key] ?? null, now[key] ?? null));
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(keys.map((key) => [key, from[key] ?? null]));
  return { before: pick(old), after: pick(now) };
}

/** The columns of a head. Throws nothing: problems are sentences for the whole file. */
export function headOf(
  sheet: Sheet,
  head: readonly string[],
): { keys: (string | undefined)[]; problems: string[] } {
  const titles = head.map((text) => cellText({ text }, 'text').replace(/[*＊]$/, ''));
  const byTitle = new Map(sheet.columns.map((column) => [column.title, column]));
  const keys = titles.map((title) => byTitle.get(title)?.key);
  const missing = sheet.columns.filter(
    (column) => !column.isShownOnly && !titles.includes(column.title),
  );
  const unknown = titles.filter((title) => title !== '' && !byTitle.has(title));
  const twice = titles.filter((title, at) => title !== '' && titles.indexOf(title) !== at);
  const list = (words: readonly string[]): string =>
    [...new Set(words)]
      .slice(0, 20)
      .map((word) => `“${word.slice(0, 20)}”`)
      .join('、');
  const isForeign = keys.every((key) => key === undefined);
  if (isForeign)
    return {
      keys,
      problems: [
        `这不是${sheet.title}的表格：第 1 行没有一个认得的列名，请下载${sheet.title}的模板填写`,
      ],
    };
  return {
    keys,
    problems: [
      ...(missing.length > 0
        ? [`缺少列${list(missing.map(({ title }) => title))}，请补上（可从模板复制表头）`]
        : []),
      ...(twice.length > 0 ? [`列${list(twice)}出现了两次，请只留一列`] : []),
      ...(unknown.length > 0 ? [`不认得列${list(unknown)}，请删去或改回模板的列名`] : []),
    ],
  };
}
